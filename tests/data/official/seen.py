"""Invented truthfulness and robustness data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.data.official.writing import Copy

LABELS = ("Yes", "No")
CONFUSIONS = ("semantic", "contrast", "painting", "mirror", "dislocation")
STYLES = ("cartoon", "handmake", "painting", "sketch", "tattoo", "weather")
SENSORS = ("infrared", "lxray", "hxray", "mri", "ct", "remote", "driving")
MANNERS = (
    "augment", "bible_p0.6", "bible_p0", "romantic_p0.6", "romantic_p0",
    "shake_p0.6", "shake_p0", "shake_w", "tweet_p0.6", "tweet_p0",
)  # fmt: skip
SUBJECTS = (
    "spatial", "temporal", "compare", "daily", "traffic", "causality", "math", "code", "translate",
)  # fmt: skip


def asked(subject: str, truths: Sequence[str], count: int) -> list[dict[str, Any]]:
    """Rows of a question with its answer."""
    return [
        {
            "image": f"{subject}_{i}.png",
            "query": f"Is {subject} thing number {i} round?",
            "truth": truths[i % len(truths)],
        }
        for i in range(count)
    ]


def truthfulness(copy: Copy) -> None:
    """T.1 to T.7."""
    n, root = copy.rows, "truthfulness"
    for file, folder, truths in (
        ("d_existence", "object", LABELS),
        ("d_attribute", "attribute", LABELS),
        ("d_scene", "scene", LABELS),
        ("g_grounding", "grounding", ("[0.1, 0.2, 0.5, 0.75]",)),
        ("g_ocr", "ocr", ("OPEN", "EXIT")),
    ):
        rows = asked(folder, truths, n)
        copy.shown(f"{root}/basic_images/{folder}", rows)
        copy.json(f"{root}/query_basic/query_{file}.json", rows)
    for subject in SUBJECTS:
        rows = asked(subject, LABELS, n)
        rows.insert(1, {**rows[0], "query": ""})
        rows.append({**rows[0], "truth": "Perhaps"})
        copy.pictures(f"{root}/advanced_images/{subject}", (row["image"] for row in rows))
        copy.json(f"{root}/query_advanced/query_d_{subject}.json", rows)
    for subject in ("factual", "logic"):
        rows = [
            *asked(subject, ("a ball", "seven"), n),
            {"image": "", "query": "", "truth": ""},
        ]
        copy.pictures(f"{root}/instruction_images/{subject}", (row["image"] for row in rows[:-1]))
        copy.json(f"{root}/query_instruction/query_g_{subject}.json", rows)
    rows = asked("assistance", ("a bell",), n)
    for folder in ("assistance", "misvisual"):
        copy.pictures(f"{root}/text_images/{folder}", (row["image"] for row in rows))
    empty = {"image": "", "query": "", "truth": ""}
    copy.json(f"{root}/query_text/query_g_assistance.json", [rows[0], empty, *rows[1:]])
    rows = asked("mistext", ("a lamp",), n)
    copy.shown(f"{root}/misleading_images/mistext", rows)
    copy.json(f"{root}/query_misleading/query_g_mistext.json", rows)
    rows = [
        {**row, "image": f"{kind}/{row['image']}", "kind": kind}
        for kind in CONFUSIONS
        for row in asked(kind, LABELS, n)
    ]
    copy.shown(f"{root}/misleading_images", rows)
    copy.json(f"{root}/query_misleading/query_d_confusion.json", rows)


def robustness(copy: Copy) -> None:
    """R.1 to R.6."""
    n, root = range(copy.rows), "robustness"
    for style in STYLES:
        names = [f"{style}/{i}.jpg" for i in n]
        copy.pictures(f"{root}/ood-artistic/source", names)
        labels = [{"image_name": name, "gt_label": ["cat", "animal"]} for name in names]
        copy.lines(f"{root}/ood-artistic/label/{style}.json", labels)
    for sensor in SENSORS:
        names = [f"{sensor}/{i}.png" for i in n]
        copy.pictures(f"{root}/ood-sensor/source", names)
        questions = [
            {"image_name": name, "question": f"How many cars?\nCount {name}.", "answer": 2}
            for name in names
        ]
        copy.lines(f"{root}/ood-sensor/label/{sensor}.json", questions)
    texts = {
        manner: [
            {"id": f"s{i}", "sentence": f"A {manner} film, {i}.", "label": str(i % 2)} for i in n
        ]
        for manner in (*MANNERS, "base")
    }
    copy.json(f"{root}/ood-text/label.json", texts)
    copy.pictures(f"{root}/ood-text/related", (f"s{i}.png" for i in n))
    attacked = [{"image_name": f"{i}.png", "untarget": ["dog"], "target": ["bus"]} for i in n]
    copy.lines(f"{root}/adv_nips/label.json", attacked)
    for folder in ("clean", "untarget", "target"):
        copy.pictures(f"{root}/adv_nips/source/{folder}", (f"{i}.png" for i in n))
    for folder in ("advglue", "advglue_plus"):
        copy.json(f"{root}/{folder}/label.json", sub_tasks(copy.rows))
        for key in sub_tasks(1):
            copy.pictures(f"{root}/{folder}/related/{key}", (f"{i}.png" for i in n))


def sub_tasks(count: int) -> dict[str, list[dict[str, object]]]:
    """The sentences of R.6; labels are numbers."""
    texts = {
        "sst2": ("sentence",),
        "rte": ("sentence1", "sentence2"),
        "qqp": ("question1", "question2"),
        "qnli": ("question", "sentence"),
        "mnli-mm": ("premise", "hypothesis"),
        "mnli": ("premise", "hypothesis"),
    }
    return {
        key: [
            {"idx": i, "label": i % 2} | {name: f"{name} of {key}, {i}" for name in names}
            for i in range(count)
        ]
        for key, names in texts.items()
    }
