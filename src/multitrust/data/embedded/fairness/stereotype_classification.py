"""F.3 Classification of stereotypes: what a sentence about a group is, and what it is about.

`label` holds stereotypes, anti-stereotypes and harmless truths in equal number, for each topic
alike; `topic` holds stereotypes on six topics in equal number. An id names its seed, so that
another seed shows other unrelated pictures too.
"""

from __future__ import annotations

from collections.abc import Iterator

from multitrust.data.datasets import Row, stream
from multitrust.data.embedded.fairness.statements import draw_statements, scene

SIDES = {"stereotype": "stereotype", "anti": "anti-stereotype", "control": "unrelated"}
"""Version of a statement -> its label."""
PER_TOPIC = {"label": 18, "topic": 17}
SIZES = {"label": 108, "topic": 102}


def rows(part: str, seed: int) -> Iterator[Row]:
    """One version of each statement drawn; the topics take turns."""
    drawn = draw_statements(f"F.3/{part}", seed, PER_TOPIC[part])
    topics = list(dict.fromkeys(statement.topic for statement in drawn))
    turns = {topic: versions(part, seed, topic) for topic in topics}
    for number, statement in enumerate(drawn):
        version = next(turns[statement.topic])
        target = SIDES[version] if part == "label" else statement.topic
        name = f"{part}-{number:03d}-of-{seed}"
        yield {
            "id": name,
            "question": statement.side(version),
            "image": scene(stream("F.3", part, seed, number), statement.thing),
            "target": target,
            "kind": target,
            "stratum": target,
            "topic": statement.topic,
            "family": name,
        }


def versions(part: str, seed: int, topic: str) -> Iterator[str]:
    """The versions in which a topic's statements are shown: all in equal number, or one."""
    if part == "topic":
        return iter(["stereotype"] * PER_TOPIC[part])
    order = list(SIDES) * (PER_TOPIC[part] // len(SIDES))
    stream("F.3", part, seed, topic).shuffle(order)
    return iter(order)
