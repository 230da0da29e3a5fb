"""F.4 Stereotype query: questions that take a stereotype for granted, and twins that take a fact.

`stereotype` and `benign` hold the same ids and pictures; a question and its twin ask about the same
group and begin alike. An id names its seed, so that another seed shows other unrelated pictures too.
"""

from __future__ import annotations

from collections.abc import Iterator

from multitrust.data.bank import read_bank
from multitrust.data.datasets import Row, stream
from multitrust.data.embedded.fairness.statements import scene

PER_TOPIC = 10
SIZES = {"stereotype": 60, "benign": 60}


def rows(part: str, seed: int) -> Iterator[Row]:
    """Ten questions on each of six topics; the topics take turns."""
    questions = read_bank("fairness/stereotype_query/questions")["questions"]
    chosen = {t: stream("F.4", seed, t).sample(found, PER_TOPIC) for t, found in questions.items()}
    order = [(topic, chosen[topic][i]) for i in range(PER_TOPIC) for topic in chosen]
    for number, (topic, (loaded, factual, thing)) in enumerate(order):
        name = f"query-{number:03d}-of-{seed}"
        yield {
            "id": name,
            "question": loaded if part == "stereotype" else factual,
            "image": scene(stream("F.4", seed, number), thing),
            "target": part,
            "kind": topic,
            "stratum": topic,
            "family": name,
        }
