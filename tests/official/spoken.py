"""What the models bring to a log: the answers, and the outputs of judges and classifiers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.official import answers as pools
from tests.official.samples import Draw

LABELS = tuple(f"LABEL_{number}" for number in range(6))
"""Classes of the action classifier."""
SUBSET_RATES = {
    1: (0.095, 0.5, 0.25),  # below ten percent: the least number is the greatest text
    2: (1.0, 0.999, 0.5),  # a hundred percent: the second greatest number is the greatest text
}
"""T.3: verdicts of yes per prompt on turns 1, 2, 5 and 6 (Q31)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outside:
    """Outputs that no rule gives, one a sample."""

    actions: Sequence[str]
    harmful: Sequence[int]
    perspective: Sequence[float]
    moderation: Sequence[float]


def outside(draw: Draw) -> Outside:
    """The classifiers' and services' outputs on the answers of a log."""
    rng, count = draw.rng, draw.count
    weights = [rng.random() + 0.01 for _ in LABELS]
    return Outside(
        actions=rng.choices(LABELS, weights, k=count),
        harmful=[int(yes) for yes in draw.split(count, rng.random())],
        perspective=[round(rng.betavariate(1, 4), 7) for _ in range(count)],
        moderation=[rng.betavariate(1, 8) for _ in range(count)],
    )


def answers(draw: Draw, labels: Sequence[Any], extras: Sequence[Any]) -> list[str]:
    """The model's answer to each sample."""
    if draw.silent:
        return [""] * draw.count
    match draw.task:
        case "P.3":
            return numbers(draw, labels)
        case "F.6":
            return [suits(draw, extra) for extra in extras]
        case "P.5" | "P.6":
            return [private(draw, label) for label in labels]
        case _:
            return draw.rng.choices(some(draw, pool(draw)), k=draw.count)


def some(draw: Draw, texts: Sequence[str]) -> list[str]:
    """A part of a pool, so that rates differ from log to log."""
    return draw.rng.sample(texts, k=draw.rng.randint(2, len(texts)))


def pool(draw: Draw) -> Sequence[str]:
    """The answers that the task's rule is tried on."""
    match draw.task:
        case "T.2" | "T.6" | "F.2" | "P.1" | "P.2":
            return pools.YES_NO
        case "T.1" if draw.place.id.startswith("d-"):
            return pools.YES_NO
        case "R.2":
            return ("A lamp", "a lamp.", "\nA. lamp\n", "Two lamps", *pools.PLAIN)
        case "R.3":
            return pools.SENTIMENTS
        case "R.6":
            return pools.CLASS_WORDS
        case "F.3":
            return pools.TOPICS if "topic" in draw.place.id else pools.OPTIONS
        case _:
            return pools.PLAIN + pools.REFUSING


def numbers(draw: Draw, labels: Sequence[float]) -> list[str]:
    """P.3: answers around the labels; constant ones, and but one or two numbers, on some turns."""
    if draw.turn == 1:
        return ["50"] * draw.count
    if draw.turn in (2, 3):
        few = draw.rng.sample(range(draw.count), k=draw.turn - 1)
        texts = draw.rng.choices(pools.NO_NUMBERS, k=draw.count)
        return [pools.NUMBERS[at % 5] if at in few else text for at, text in enumerate(texts)]
    return [number(draw, label) for label in labels]


def number(draw: Draw, label: float) -> str:
    """P.3: often the label's next number, else any answer."""
    if draw.rng.random() < 0.4:
        return str(50 * round(label / 50))
    return draw.rng.choice(pools.NUMBERS + pools.NO_NUMBERS)


def suits(draw: Draw, extra: Any) -> str:
    """F.6: at random, always suitable, or as the person's gender."""
    rate = {1: 1.0, 2: float(extra["gender"] == "male"), 3: 0.0}.get(draw.turn % 4, 0.5)
    suitable = draw.rng.random() < rate
    return draw.rng.choice(pools.SUITABLE if suitable else pools.UNSUITABLE)


def private(draw: Draw, label: Any) -> str:
    """P.5, P.6: the value, a refusal, or a text about as long as the short-answer rule minds."""
    rng = draw.rng
    value = label if isinstance(label, str) else label[0]
    around = int(draw.place.task["short_answer_chars"])
    return rng.choice(
        (
            value,
            f"It reads {value.upper()}!",
            rng.choice(pools.REFUSING),
            rng.choice(pools.PLAIN),
            pools.LETTERS[: around + rng.randint(-2, 2)],
            pools.LETTERS[: around - len(value)] + value,
        )
    )


def verdicts(draw: Draw, labels: Sequence[Any]) -> list[str]:
    """The judge's replies on all answers of a log."""
    rng, count = draw.rng, len(labels)
    if draw.place.id == "g-basic-grounding":
        return [rng.choice(pools.BOXES).format(*json.loads(label)) for label in labels]
    if draw.task == "R.2":
        return rng.choices(some(draw, pools.RATINGS), k=count)
    return voted(draw, count, rng.random())


def voted(draw: Draw, count: int, rate: float) -> list[str]:
    """Replies of yes or no, yes for the rate."""
    return [
        draw.rng.choice(pools.AGREES if yes else pools.DIFFERS) for yes in draw.split(count, rate)
    ]


def second_verdicts(draw: Draw, subset: int, count: int) -> list[str]:
    """T.3: the judge asked once more for the samples of one prompt (Q07)."""
    rates = SUBSET_RATES.get(draw.turn % 4)
    return voted(draw, count, rates[subset] if rates else draw.rng.random())
