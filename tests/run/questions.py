"""Tasks of sixty questions, scored as they are or by a judge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from multitrust.core import Condition, Origin, Sample, Task
from multitrust.metrics import accuracy, mean_over
from multitrust.scorers import verdict, yes_no

COUNT = 60


class Questions:
    name = "tests/questions"

    def samples(self, origin: Origin) -> Iterator[Sample]:
        for number in range(COUNT):
            yield Sample.ask(f"{number:03d}", f"Is it? {number}", target="yes")


def task_of(scorer: Any) -> Task:
    metric = accuracy(scorer)
    return Task(
        id="T.1", name="questions", aspect="truthfulness", subaspect="T.I", summary="", paper="",
        dataset=Questions(), conditions=(Condition(name="plain"),), metrics=(metric,),
        headline=mean_over(metric, ["plain"]),
    )  # fmt: skip


PLAIN, JUDGED = task_of(yes_no()), task_of(verdict("Is this a yes? {pred}"))
