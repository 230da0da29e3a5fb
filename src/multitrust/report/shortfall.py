"""What a run was to give and did not: answers, and a headline for every task."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from multitrust.report.caveats import without_headline
from multitrust.report.summary import Summary, TaskResult


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortfall:
    """What is missing from a run whose every sample was asked."""

    records: int
    failed: int
    """Requests that failed."""
    lost: tuple[TaskResult, ...]
    """Tasks whose headline could not be computed, although all that it is made of was asked."""
    scored: bool
    """Whether any response has a score."""

    @property
    def samples(self) -> int:
        """Failed requests, and unscored responses that cost a headline; at least one a headline."""
        return self.failed + sum(map(cost, self.lost))

    @property
    def words(self) -> Iterator[str]:
        """What is missing, a sentence each."""
        if not self.scored:
            yield "nothing could be scored"
        if self.failed:
            failed = f"{self.failed} of {self.records} requests failed"
            yield f"{failed}; rerun the same command to retry them"
        if self.lost:
            yield f"no headline could be computed for {', '.join(task.id for task in self.lost)}"


def cost(task: TaskResult) -> int:
    """How many unscored responses cost a task its headline; 1 if neither they nor failures did."""
    unscored = sum(arm.unscored for arm in task.conditions)
    failed = any(arm.outcomes.get("errored") for arm in task.conditions)
    return unscored or int(not failed)


def shortfall_of(summary: Summary) -> Shortfall:
    """What a run did not give."""
    return Shortfall(
        records=summary.records,
        failed=summary.outcomes.get("errored", 0),
        lost=tuple(without_headline(summary.tasks)),
        scored=any(
            metric.estimate.n
            for task in summary.tasks
            for arm in task.conditions
            for metric in arm.metrics
        ),
    )
