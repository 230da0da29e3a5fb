"""Whether the model read a task's pictures at all: what its reading arm tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from multitrust.core import Estimate, Record, Scored, Task
from multitrust.metrics import estimate
from multitrust.report.arms import scored_by


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What the model read of a task's pictures."""

    estimate: Estimate
    read: frozenset[str]
    """Ids of the samples whose picture was read."""
    constant: float
    """The share that the best constant answer gets right."""

    @property
    def blind(self) -> bool:
        """Whether the interval reaches down to the best constant answer."""
        return self.estimate.ends is not None and self.estimate.ends[0] <= self.constant


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
    seen = [
        Scored(sample_id=r.sample_id, value=float(r.sample_id in right), family=r.family)
        for r in answered
    ]
    targets = Counter(repr(record.target) for record in answered)
    return Reading(
        estimate=estimate(metric, seen, errors=len(records) - len(answered)),
        read=frozenset(right),
        constant=targets.most_common(1)[0][1] / len(answered),
    )
