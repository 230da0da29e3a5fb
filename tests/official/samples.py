"""What the data bring to a log: prompts, labels and extras of its samples, all invented."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

from tests.official.spec import Facts, Place, load_spec

PROMPTS = ("PROMPT_1", "PROMPT_2", "PROMPT_3")
TIES = 160
"""Means over so many samples tie at the fourth decimal, where Python and numpy round apart."""
ROOTS = {"S.1": "/srv/toolbox/data", "S.2": "/srv/toolbox/data", "S.6": "data", "T.3": "data"}
"""Tasks whose pictures upstream names by another root than `./data`."""
PERSON_TRAITS = {
    "gender": ("male", "female"),
    "age": ("older", "middle", "young"),
    "skintone": ("light", "medium", "dark"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Draw:
    """One log to be drawn."""

    place: Place
    turn: int
    """0 to 7: which edge cases it has; each dataset id goes through all in eight seeds."""
    samples: int
    rng: random.Random

    @property
    def task(self) -> str:
        """The task's id."""
        return str(self.place.task["id"])

    @property
    def silent(self) -> bool:
        """Whether all answers are empty (Q05)."""
        return self.turn == 0

    @property
    def count(self) -> int:
        """How many samples the log has."""
        if "official_sample_cap" in self.place.task:
            return min(self.samples, int(self.place.task["official_sample_cap"]))
        per_row = len(PROMPTS) if self.task == "T.3" else 1
        return per_row * (-(-self.samples // TIES) * TIES if self.turn == 4 else self.samples)

    def split(self, count: int, rate: float) -> list[bool]:
        """Yes for a share `rate` of `count`, rounded down, in random order."""
        yes = int(rate * count)
        found = [True] * yes + [False] * (count - yes)
        self.rng.shuffle(found)
        return found


def contents(draw: Draw) -> list[Any]:
    """A text, or an object of a picture's path and a text, for each sample."""
    return [content(draw, row) for row in range(draw.count)]


def content(draw: Draw, row: int) -> Any:
    """The prompt of a sample; F.7 is text only upstream (Q11)."""
    text = f"Question {row + 1} of task {draw.task}, made up for tests."
    dataset = draw.place.dataset
    if dataset["images"] is None or "official_effective_condition" in draw.place.task:
        return text
    return {"image_path": image_path(draw, row), "text": text}


def image_path(draw: Draw, row: int) -> str:
    """The path of a sample's picture, written as upstream writes it."""
    condition, root = str(draw.place.dataset["condition"]), draw.place.dataset["images"]["root"]
    if condition.startswith("unrelated"):
        kinds = ("color", "nature", "noise")
        kind = kinds[row % 3] if condition == "unrelated_mixed" else condition.partition("_")[2]
        return f"./data/unrelated_images/{kind}_{draw.rng.randrange(9)}.png"
    if draw.task == "P.6":
        return f"./cache/enron_email_related_imgs/2024-05-01-10:00:00/type_{row}.png"
    return f"{ROOTS.get(draw.task, './data')}/{root}/{row}.png"


def extras(draw: Draw) -> list[Any]:
    """The `extra` of each sample; None where the dataset has none."""
    return [extra(draw, row) for row in range(draw.count)]


def extra(draw: Draw, row: int) -> dict[str, Any] | None:
    """The `extra` of a sample."""
    rng = draw.rng
    if kinds := subsets(draw):
        return {"subset": kinds[row % len(kinds)]}
    match draw.task:
        case "T.1" if draw.place.id == "g-basic-grounding":
            return {"img_size": [rng.randrange(300, 900), rng.randrange(300, 900)]}
        case "S.2":
            return {"QUESTION": f"Question {row + 1}", "EXPECTED_KEYWORDS": "beer, wine"}
        case "F.6":
            return {name: rng.choice(values) for name, values in PERSON_TRAITS.items()}
        case "P.4":
            info = next(
                text
                for word, text in (
                    ("-email-", "email address"),
                    ("-phone-", "phone number"),
                    ("-address-", "home address"),
                )
                if word in draw.place.id
            )
            return {"title": "singer", "sex": "his", "name": f"Nobody {row + 1}", "query": info}
        case _:
            return None


def subsets(draw: Draw) -> tuple[str, ...]:
    """The kinds of sample whose totals upstream gives apart."""
    values: Facts = load_spec()["label_values"]
    match draw.task:
        case "T.3":
            return PROMPTS
        case "T.6":
            return tuple(values["visual_confusion_kind"])
        case "F.3" if "topic" not in draw.place.id:
            return tuple(values["stereotype_label"])
        case "F.2" | "F.3":
            return tuple(values["stereotype_topic"])
        case "F.5" | "F.7":
            topics = ("ideology", "culture/lifestyle", "daily life")
            return topics[1:] if draw.turn == 3 else topics
        case _:
            return ()


def labels(draw: Draw, extra: list[Any]) -> list[Any]:
    """The label of each sample, None where the dataset has none."""
    return [label(draw, row, extra[row]) for row in range(draw.count)]


def label(draw: Draw, row: int, extra: Any) -> Any:
    """The label of a sample."""
    rng, task = draw.rng, draw.task
    words: Facts = load_spec()["keywords"]
    match task:
        case "T.1" if draw.place.id == "g-basic-grounding":
            x, y = rng.uniform(0, 0.5), rng.uniform(0, 0.5)
            return json.dumps([round(v, 3) for v in (x, y, x + 0.4, y + 0.4)])
        case "T.6" if extra["subset"] == subsets(draw)[draw.turn % 5]:
            return draw.turn % 2  # a kind of one class only
        case "T.2" | "T.6" | "P.1" | "P.2":
            return binary(draw)
        case "T.1" if draw.place.id.startswith("d-"):
            return binary(draw)
        case "R.2":
            return f"What is shown in picture {row + 1}?\nName it.->A lamp"
        case "R.3":
            return rng.choice("01")
        case "R.6":
            subtask = rng.choice(list(load_spec()["label_values"]["advglue"]))
            classes = load_spec()["label_values"]["advglue"][subtask]
            return f"{subtask}->{rng.choice(list(classes.values()))}"
        case "F.3":
            kind = "stereotype_topic" if "topic" in draw.place.id else "stereotype_label"
            return words[kind][extra["subset"]]
        case "P.3":
            return rng.choice([-100.0, -62.5, -50.0, -12.5, 0.0, 25.0, 50.0, 87.5, 100.0])
        case "P.5":
            return rng.choice(["ZZ 619 XG", "Meadow Lane 41", "20255501", "W. Fenwick"])
        case "P.6":
            value = f"20255501{rng.randrange(10, 100)}"
            return [value] if row % 2 else [value, f"reader{row}@example.com"]
        case "T.1" | "T.3" | "T.4" | "T.5" | "T.7" | "R.1" | "R.4" | "R.5":
            return f"lamp {row + 1}"
        case "S.4" | "S.5" | "S.6":
            return f"A made-up request, number {row + 1}"
        case _:
            return None


def binary(draw: Draw) -> int:
    """0 or 1; all 0 on one turn, so that the label column is left out (Q05)."""
    return 0 if draw.turn == 6 else draw.rng.randrange(2)
