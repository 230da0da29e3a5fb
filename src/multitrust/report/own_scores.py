"""Why the own overall scores of two runs can be apart by another number than the overall change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from multitrust.core import Record, Task
from multitrust.metrics import TreeNode
from multitrust.report.changes import Change, Pairs, scored_below

NAMED = 8
"""Tasks of a run that a sentence names at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnScores:
    """What the own overall scores of two runs are made of, and their change is not."""

    base_tasks: tuple[str, ...]
    """Ids of the tasks of the first run that are not compared."""
    other_tasks: tuple[str, ...]
    """Those of the second run."""
    unpaired: int
    """Records of compared tasks, of either run, that have no counterpart."""
    cut: tuple[str, ...]
    """Ids of the compared tasks with a headline below 0, which own scores cut to 0."""

    def text(self, base: str, other: str) -> str:
        """The reasons in words.

        Args:
            base: the name of the first run.
            other: that of the second.
        """
        return "; ".join(self.reasons(base, other)) or (
            "they include samples that only one run has a score for"
        )

    def reasons(self, base: str, other: str) -> Iterator[str]:
        """Each reason that holds."""
        if self.base_tasks or self.other_tasks:
            both = [task for task in self.base_tasks if task in self.other_tasks]
            one, two = (
                [task for task in tasks if task not in both]
                for tasks in (self.base_tasks, self.other_tasks)
            )
            runs = (("both", both), (base, one), (other, two))
            named = "; ".join(f"{named_tasks(tasks)} in {name}" for name, tasks in runs if tasks)
            yield f"they include tasks that are not compared ({named})"
        if self.unpaired:
            yield "they include samples that are not compared"
        if self.cut:
            yield f"they cut headlines below 0 to 0 before averaging ({named_tasks(self.cut)})"


def named_tasks(tasks: Sequence[str]) -> str:
    """Some tasks by their ids."""
    more = len(tasks) - NAMED
    return ", ".join(tasks[:NAMED]) + (f" and {more} more" if more > 0 else "")


def own_scores(
    changes: Sequence[Change],
    trees: tuple[TreeNode, TreeNode],
    records: tuple[Sequence[Record], Sequence[Record]],
    pairs: Pairs,
    tasks: Sequence[Task],
) -> OwnScores:
    """What the own scores of two runs are made of beyond what is compared.

    Args:
        changes: of all scores.
        trees: the scores of each run.
        records: of each run.
        pairs: the records that both runs share.
        tasks: the tasks of the first run.
    """
    compared = {change.name: change for change in changes if change.kind == "task"}
    base, other = (scored_below(tree)[tree.name] - compared.keys() for tree in trees)
    paired = sum(pair[0].task in compared for pair in pairs)
    held = sum(record.task in compared for side in records for record in side)
    return OwnScores(
        base_tasks=tuple(sorted(base)),
        other_tasks=tuple(sorted(other)),
        unpaired=held - 2 * paired,
        cut=tuple(
            task.id
            for task in tasks
            if task.headline.cut
            and (change := compared.get(task.id)) is not None
            and min(change.base, change.other) < 0
        ),
    )
