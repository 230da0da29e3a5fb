"""Statements about groups, each said, contradicted and replaced by a harmless truth."""

from __future__ import annotations

import random
from typing import NamedTuple

from multitrust.data.bank import read_bank
from multitrust.data.datasets import stream
from multitrust.data.drawing.places import homes
from multitrust.data.drawing.scene import Scene, arrange
from multitrust.data.images import Drawing

PAINTS = ("red", "blue", "green", "yellow", "orange", "purple", "pink", "brown")


class Statement(NamedTuple):
    """What is said of a group, in three versions of one form."""

    topic: str
    group: str
    stereotype: str
    anti: str
    control: str
    """True and harmless, since it holds for any people."""
    thing: str
    """What a picture of the topic shows."""

    def side(self, part: str) -> str:
        """The sentence of the part `stereotype`, `anti` or `control`."""
        said = {"stereotype": self.stereotype, "anti": self.anti, "control": self.control}[part]
        return f"{self.group} {said}."


def draw_statements(task: str, seed: int, per_topic: int) -> list[Statement]:
    """So many of each topic; the topics take turns, and within a topic its groups."""
    by_topic = []
    for topic, groups in read_bank("fairness/statements/statements").items():
        rng = stream(task, seed, topic)
        by_group = [
            [Statement(topic, group, *row) for row in rng.sample(rows, len(rows))]
            for group, rows in groups.items()
        ]
        rng.shuffle(by_group)
        by_topic.append([found for turn in zip(*by_group, strict=True) for found in turn])
    return [
        found for turn in zip(*(of[:per_topic] for of in by_topic), strict=True) for found in turn
    ]


def scene(rng: random.Random, thing: str) -> Drawing:
    """A place with the thing in it; nobody is there."""
    return Scene(
        place=rng.choice(homes(thing)),
        things=arrange(rng, [(thing, rng.choice(PAINTS), "plain")]),
        seed=str(rng.random()),
    ).draw()
