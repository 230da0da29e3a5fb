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
    """Samples whose request failed, or the scoring of whose response did."""
    lost: tuple[TaskResult, ...]
    """Tasks whose headline could not be computed, although all that it is made of was asked.

    Where every response has its scores and the run was limited, the samples are too few for the
    headline: then nothing that was promised is missing.
    """
    scored: bool
    """Whether any response has a score."""

    @property
    def samples(self) -> int:
        """Failed samples, and unscored responses that cost a headline; at least one a headline."""
        return self.failed + sum(map(cost, self.lost))

    @property
    def words(self) -> Iterator[str]:
        """What is missing, a sentence each."""
        if not self.scored:
            yield "nothing could be scored"
        if self.failed:
            failed = f"{self.failed} of {self.records} samples failed"
            yield f"{failed}; rerun the same command to retry them"
        if self.lost:
            yield f"no headline could be computed for {', '.join(task.id for task in self.lost)}"


def cost(task: TaskResult) -> int:
    """How many unscored responses cost a task its headline; 1 if neither they nor failures did."""
    return sum(arm.unscored for arm in task.conditions) or int(not has_gaps(task))


def has_gaps(task: TaskResult) -> bool:
    """Whether responses of a task are unscored, or samples of it failed."""
    return any(arm.unscored or arm.outcomes.get("errored") for arm in task.conditions)


def shortfall_of(summary: Summary) -> Shortfall:
    """What a run did not give."""
    return Shortfall(
        records=summary.records,
        failed=summary.outcomes.get("errored", 0),
        lost=tuple(
            task
            for task in without_headline(summary.tasks)
            if summary.limit is None or has_gaps(task)
        ),
        scored=any(
            metric.estimate.n
            for task in summary.tasks
            for arm in task.conditions
            for metric in arm.metrics
        ),
    )
