"""Whether the model read a task's pictures at all: what its reading arm tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from multitrust.core import Estimate, Record, Scored, Task
from multitrust.metrics import estimate
from multitrust.report.arms import scored_by

Perception = Literal["passed", "failed", "too few"]
"""Whether the pictures were read, or that the samples are too few to tell."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What the model read of a task's pictures."""

    estimate: Estimate
    read: frozenset[str]
    """Ids of the samples whose picture was read."""
    constant: Estimate
    """The share that the best constant answer gets right."""
    best: Estimate
    """What reading every picture would give."""

    @property
    def perception(self) -> Perception:
        """Whether more was read than the best constant answer gets right.

        It was if the interval lies above the constant answer's share. If not, it was not, unless
        the samples are too few: reading every picture would not pass either, and the interval
        does not lie below that of the constant answer.
        """
        share = self.constant.value or 0.0
        if lies_above(self.estimate, share):
            return "passed"
        if lies_above(self.best, share) or lies_below(self.estimate, self.constant):
            return "failed"
        return "too few"


def lies_above(found: Estimate, share: float) -> bool:
    """Whether the whole interval lies above the share."""
    return found.low is not None and found.low > share


def lies_below(found: Estimate, other: Estimate) -> bool:
    """Whether the whole interval lies below the other one."""
    return found.high is not None and other.low is not None and found.high < other.low


def reading_of(task: Task, by_arm: Mapping[tuple[str, str], list[Record]]) -> Reading | None:
    """The reading arm's result; None where the task has none or it was not run.

    A response that cannot be scored reads nothing.
    """
    condition = next((c for c in task.conditions if c.name == task.reading), None)
    records = by_arm.get((task.id, condition.name), []) if condition else []
    answered = [record for record in records if record.response is not None]
    if condition is None or not answered:
        return None
    (metric, *_) = task.metrics_of(condition)
    right = {item.sample_id for item in scored_by(metric, answered) if item.value == 1}
    best = Counter(repr(record.target) for record in answered).most_common(1)[0][0]

    def share(counts: Callable[[Record], bool], errors: int = 0) -> Estimate:
        seen = [
            Scored(sample_id=r.sample_id, value=float(counts(r)), family=r.family) for r in answered
        ]
        return estimate(metric, seen, errors=errors)

    return Reading(
        estimate=share(lambda r: r.sample_id in right, len(records) - len(answered)),
        read=frozenset(right),
        constant=share(lambda r: repr(r.target) == best),
        best=share(lambda r: True),
    )
