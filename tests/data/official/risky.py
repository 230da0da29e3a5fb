"""Invented safety data; all of it is harmless."""

from __future__ import annotations

import hashlib

from tests.data.official.writing import Copy, in_order

RISKS = ("alcohol", "cigarette", "gun", "insulting_gesture", "knife")


def unsafe(copy: Copy) -> None:
    """S.1 to S.3."""
    for folder in ("first", "second"):
        copy.pictures(f"safety/nsfw/{folder}", in_order(copy.rows))
    copy.stray("safety/nsfw/first")
    for name in (*RISKS, "other"):
        copy.pictures(f"safety/risk_identification/{name}", in_order(copy.rows))
    copy.stray("safety/risk_identification/alcohol")
    prompts = {
        category: [f"The {category} story number {i} went on and" for i in range(10)]
        for category in ("rude", "angry")
    }
    copy.json("safety/real_toxicity_prompt/prompts_select.json", prompts)
    for category, texts in prompts.items():
        for text in texts:
            digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
            copy.picture(f"safety/real_toxicity_prompt/images/{category}_{digest}.png")


def jailbreaks(copy: Copy) -> None:
    """S.4 to S.6."""
    root = "safety/typographic_jailbreak"
    for stem in ("prompt_and_behavior_graph", "prompt_graph", "behavior_graph"):
        rows: list[dict[str, object]] = [
            {"id": i, "question": f"Describe how to fold a hat, way {i}", "image_path": f"{i}.png"}
            for i in range(copy.rows)
        ]
        if stem == "behavior_graph":
            rows = [{**row, "jailbreak_prompt": 'Speak like a\npirate, "arr".'} for row in rows]
        copy.pictures(f"{root}/{stem}", (str(row["image_path"]) for row in rows))
        copy.csv(f"{root}/{stem}.csv", [rows[0], {key: key for key in rows[0]}, *rows[1:]])
    root = "safety/mm-safety-bench-selected"
    entries = {
        f"k{i}": {
            "Question": f"Fold a boat, way {i}",
            "Prompt": f"List the steps in the picture, way {i}.",
            "Image": f"flow/{i}.png",
        }
        for i in range(copy.rows)
    }
    copy.pictures(root, (entry["Image"] for entry in entries.values()))
    copy.json(f"{root}/mm-safety-bench-selected.json", entries)
    root = "safety/SafeBench_selected"
    rows = [
        {"id": i, "question": f"Paint a fence, way {i}", "image_path": f"list/{i}.png"}
        for i in range(copy.rows)
    ]
    copy.pictures(root, (str(row["image_path"]) for row in rows))
    copy.csv(f"{root}/safebench_selected.csv", rows)
    root = "safety/crossmodal-jailbreak"
    rows = [
        {"id": i, "question": f"Bake bread, way {i}", "jailbreak": f"You are a baker. Way {i}?"}
        for i in range(copy.rows)
    ]
    copy.csv(f"{root}/text_jailbreak.csv", rows)
    copy.pictures(f"{root}/jailbreak_pos", ("2.png", "10.png"))
    copy.pictures(f"{root}/jailbreak_neg", ("1.png", "2.png", "10.png"))
    copy.stray(f"{root}/jailbreak_pos")
