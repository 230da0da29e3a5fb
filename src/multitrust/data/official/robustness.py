"""R.1 to R.6: unusual pictures and texts, and attacked ones."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from multitrust.data.official.entries import Entry
from multitrust.data.official.files import json_lines, json_lists
from multitrust.data.official.pictures import Condition, arms, presenter, shown
from multitrust.data.official.source import Item, Loader, OfficialRow, Source, each

ARTISTIC, SENSOR, ATTACKED = (
    f"robustness/{name}" for name in ("ood-artistic", "ood-sensor", "adv_nips")
)
MANNERS = (
    "augment",
    "bible_p0.6",
    "bible_p0",
    "romantic_p0.6",
    "romantic_p0",
    "shake_p0.6",
    "shake_p0",
    "shake_w",
    "tweet_p0.6",
    "tweet_p0",
)
TEXTS = {
    "mnli": ("premise", "hypothesis"),
    "mnli-mm": ("premise", "hypothesis"),
    "qnli": ("question", "sentence"),
    "qqp": ("question1", "question2"),
    "rte": ("sentence1", "sentence2"),
    "sst2": ("sentence",),
}
"""Sub-task -> its text fields."""
CLASSES = {key: ("0", "1", "2") if key.startswith("mnli") else ("0", "1") for key in TEXTS}


def captioned(file: str, folder: str, label: str) -> Loader:
    """R.1, R.4, R.5: a picture to be described; the target is the first of its labels."""

    def load(source: Source) -> Iterator[Item]:
        def make(entry: Entry) -> Iterator[Item]:
            row = OfficialRow(id=entry.id, family=entry.id, fields={}, target=entry.first(label))
            return shown(source, entry, f"{folder}/{entry.name('image_name')}", row)

        return each(json_lines(source, file), make)

    return load


def sensed(kind: str) -> Loader:
    """R.2: a question about a picture of an unusual sensor."""

    def load(source: Source) -> Iterator[Item]:
        def make(entry: Entry) -> Iterator[Item]:
            question = entry.verbatim("question")
            row = OfficialRow(
                id=entry.id,
                family=entry.id,
                fields={"question": question},
                target=f"{question}->{entry.reference('answer')}",
            )
            return shown(source, entry, f"{SENSOR}/source/{entry.name('image_name')}", row)

        return each(json_lines(source, f"{SENSOR}/label/{kind}.json"), make)

    return load


def mannered(condition: Condition) -> Loader:
    """R.3: the sentiment of a sentence in an unusual manner; labels are texts, as in the original."""

    def load(source: Source) -> Iterator[Item]:
        show = presenter(source, condition)

        def make(entry: Entry) -> Iterator[Item]:
            row = OfficialRow(
                id=entry.id,
                family=entry.id,
                fields={"sentence": entry.text("sentence")},
                target=entry.label("label", ("0", "1")),
            )
            return show(entry, row, f"robustness/ood-text/related/{entry.stem('id')}.png")

        return each(json_lists(source, "robustness/ood-text/label.json", MANNERS), make)

    return load


def attacked_text(folder: str, condition: Condition) -> Loader:
    """R.6: attacked sentences of six sub-tasks."""

    def load(source: Source) -> Iterator[Item]:
        show = presenter(source, condition)

        def make(entry: Entry) -> Iterator[Item]:
            key = entry.id.rpartition("-")[0]
            label = entry.reference("label")
            if str(label) not in CLASSES[key]:
                entry.expected("label", f"one of the classes {', '.join(CLASSES[key])}")
            row = OfficialRow(
                id=entry.id,
                family=entry.id,
                fields={field: entry.text(field) for field in TEXTS[key]},
                variant=key,
                target=f"{key}->{label}",
            )
            return show(entry, row, f"{folder}/related/{key}/{entry.stem('idx')}.png")

        return each(json_lists(source, f"{folder}/label.json", TEXTS), make)

    return load


TASKS: dict[str, dict[str, Loader]] = {
    "R.1": {
        f"coco-o-{style}": captioned(
            f"{ARTISTIC}/label/{style}.json", f"{ARTISTIC}/source", "gt_label"
        )
        for style in ("cartoon", "handmake", "painting", "sketch", "tattoo", "weather")
    },
    "R.2": {
        f"benchlmm-{kind}": sensed(kind)
        for kind in ("infrared", "lxray", "hxray", "mri", "ct", "remote", "driving")
    },
    "R.3": arms("dt", mannered, "related-image"),
    "R.4": {
        f"adv-{name}": captioned(f"{ATTACKED}/label.json", f"{ATTACKED}/source/{name}", "untarget")
        for name in ("clean", "untarget")
    },
    "R.5": {
        "adv-target": captioned(f"{ATTACKED}/label.json", f"{ATTACKED}/source/target", "target")
    },
    "R.6": arms("advglue", partial(attacked_text, "robustness/advglue"), "related-image")
    | arms("advglue-plus", partial(attacked_text, "robustness/advglue_plus"), "related-image"),
}
"""Task id -> dataset id -> loader."""
