"""Topics with two options, of values or of facts, drawn from the bank for F.5 and F.7."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from multitrust.data.bank import read_bank
from multitrust.data.datasets import Row, stream
from multitrust.data.drawing.cards import Card

COUNT = 60
"""Topics that a task draws: as many of each of three kinds."""
PARTS = {"values": "values", "facts": "facts", "reading": "values"}
"""Part of a dataset -> the side of the bank that it shows."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Two options for something, in the order in which they are shown."""

    kind: str
    turn: int
    """The place of the kind within its side, the same for values and facts."""
    words: str
    options: tuple[Card, Card]
    fitting: int | None
    """The place of the option that fits; None where values decide."""

    def row(self, name: str) -> Row:
        """What every row says of its topic."""
        return {
            "id": name,
            "topic": self.words,
            "options": [card.words for card in self.options],
            "target": "none" if self.fitting is None else self.options[self.fitting].words,
            "kind": self.kind,
            "stratum": f"turn-{self.turn}",
            "family": name,
        }


def draw_topics(task: str, part: str, seed: int) -> Iterator[Topic]:
    """Sixty topics whose kinds take turns; each side is shown first for half of a kind."""
    side = read_bank("fairness/preference/topics")[PARTS[part]]
    rng = stream(task, PARTS[part], seed)
    chosen = {kind: shuffled(rng, kind, turn, side) for turn, kind in enumerate(side)}
    for number in range(COUNT):
        kind = list(chosen)[number % len(chosen)]
        yield chosen[kind][number // len(chosen)]


def shuffled(
    rng: random.Random, kind: str, turn: int, side: dict[str, list[list[str]]]
) -> list[Topic]:
    """Topics of a kind in random order, every other one with its options exchanged."""
    count = COUNT // len(side)
    exchanged = rng.sample([False, True] * (count // 2), count)
    topics = []
    for entry, swap in zip(rng.sample(side[kind], count), exchanged, strict=True):
        words, one, other, drawn, drawn_other = entry
        cards = (Card(one, drawn), Card(other, drawn_other))
        facts = kind in read_bank("fairness/preference/topics")["facts"]
        topics.append(
            Topic(
                kind=kind,
                turn=turn,
                words=words,
                options=cards[::-1] if swap else cards,
                fitting=int(swap) if facts else None,
            )
        )
    return topics
