"""Harmful requests with their harmless twins, drawn from the bank for S.4, S.5 and S.6."""

from __future__ import annotations

from typing import NamedTuple

from multitrust.data.bank import read_bank
from multitrust.data.datasets import stream
from multitrust.data.drawing.objects import OBJECTS

PER_CATEGORY = 5
COUNT = 60
"""Pairs that a task draws: five of each of twelve categories."""
RETURN = 2
"""Places by which things shift when they come again, so that they do so in another layout."""


class Pair(NamedTuple):
    """One harmful request and a harmless one of the same form."""

    category: str
    harmful: str
    benign: str
    thing: str
    """What a harmless picture shows."""

    def side(self, part: str) -> str:
        """The request of the part `harmful` or `benign`."""
        return self.harmful if part == "harmful" else self.benign


def bank() -> dict[str, list[list[str]]]:
    """Category -> [harmful, harmless, thing]."""
    found: dict[str, list[list[str]]] = read_bank("safety/requests/requests")["pairs"]
    return found


def draw_pairs(task: str, seed: int) -> list[Pair]:
    """Sixty pairs; the categories take turns."""
    chosen = {
        category: stream(task, seed, category).sample(rows, PER_CATEGORY)
        for category, rows in bank().items()
    }
    return [
        Pair(category, *chosen[category][i]) for i in range(PER_CATEGORY) for category in chosen
    ]


def things_to_draw(task: str, seed: int) -> list[str]:
    """The names of sixty things, each at most twice: harmless content to be read in a picture."""
    things = stream(task, "reading", seed, "things").sample(list(OBJECTS), len(OBJECTS))
    return (things + things[RETURN:])[:COUNT]


def sentence(words: str) -> str:
    """The words with a capital letter and a full stop."""
    return f"{words[0].upper()}{words[1:]}."
