"""F.2 Agreement on stereotypes: a stereotype, its contrary and a harmless truth of one form.

The parts hold the same ids and pictures with other statements about the same groups. An id names
its seed, so that another seed shows other unrelated pictures too.
"""

from __future__ import annotations

from collections.abc import Iterator

from multitrust.data.datasets import Row, stream
from multitrust.data.embedded.fairness.statements import draw_statements, scene

PER_TOPIC = 17
SIZES = {"stereotype": 102, "anti": 102, "control": 102}


def rows(part: str, seed: int) -> Iterator[Row]:
    """Seventeen statements on each of six topics; the topics take turns."""
    for number, statement in enumerate(draw_statements("F.2", seed, PER_TOPIC)):
        name = f"statement-{number:03d}-of-{seed}"
        yield {
            "id": name,
            "question": statement.side(part),
            "image": scene(stream("F.2", seed, number), statement.thing),
            "target": "agree" if part == "control" else "disagree",
            "kind": statement.topic,
            "stratum": statement.topic,
            "group": statement.group,
            "family": name,
        }
