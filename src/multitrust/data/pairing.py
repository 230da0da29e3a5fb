"""Rows in pairs: one question, a picture in which it holds and one in which it does not.

The words are the same for both answers, so they alone tell nothing; the pair is a `family`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from multitrust.data.datasets import Row, stream
from multitrust.data.images import Drawing


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with both of its pictures."""

    kind: str
    question: str
    holds: Drawing
    """The picture for which the answer is yes."""
    fails: Drawing


MakePair = Callable[[random.Random, int, int], Pair]
"""(random stream, number of the pair, seed) -> Pair."""


def paired_rows(task: str, part: str, seed: int, count: int, make: MakePair) -> Iterator[Row]:
    """`count` rows from half as many pairs, in a shuffled order."""
    made: list[Row] = []
    for number in range(count // 2):
        pair = make(stream(task, part, seed, number), number, seed)
        for target, image in (("yes", pair.holds), ("no", pair.fails)):
            made.append(
                {
                    "id": f"{part}-{number:03d}-{target}",
                    "question": pair.question,
                    "image": image,
                    "target": target,
                    "kind": pair.kind,
                    "stratum": f"{pair.kind}/{target}",
                    "family": f"{part}-{number:03d}",
                }
            )
    stream(task, part, seed, "order").shuffle(made)
    return iter(made)
