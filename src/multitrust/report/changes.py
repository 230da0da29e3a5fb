"""The change of every score from one run to another: one definition for all that shows it.

The change of a task is that of its headline before it is cut at 0, over the samples that both runs
asked in one way and have a score for. Where they have no sample of a condition in common, it is
there the difference of two independent numbers. The change of a sub-aspect, an aspect and the
overall score is the weighted mean of those of their tasks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from multitrust.core import Estimate, Leaf, Record, Task
from multitrust.metrics import (
    ContrastEstimate,
    Leg,
    Shift,
    TreeNode,
    change_estimate,
    combined,
    counting,
    holm,
    leg_change,
    of_samples,
    shift_of,
    without_total,
)
from multitrust.report.arms import scored_by

Basis = Literal["paired", "partly paired", "independent"]
Kind = Literal["overall", "aspect", "sub-aspect", "task"]
Arms = Mapping[tuple[str, str], Sequence[Record]]
"""(task, condition) -> its records."""
Pairs = Sequence[tuple[Record, Record]]
"""Records of both runs that asked one sample in one way."""
Side = tuple[Sequence[Task], Sequence[Record]]
"""A run's tasks, which hold its logs' totals if it was imported, and its records."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A score of one run minus that of another, in points."""

    name: str
    title: str
    kind: Kind
    base: float
    """The score of the first run over the samples that are compared, before it is cut at 0."""
    other: float
    """That of the second run."""
    estimate: Estimate
    """The change; `n` counts the pairs."""
    basis: Basis
    """Whether samples are paired; `independent` where the runs have none in common."""
    tasks: int
    """How many tasks the change covers."""
    of: int
    """How many tasks one run or both have a score for."""
    counted: bool = True
    """Whether it belongs to the suite, and so counts in the score above."""

    @property
    def complete(self) -> bool:
        """Whether it covers all that either run's own score is made of."""
        return self.tasks == self.of


@dataclass(frozen=True, kw_only=True, slots=True)
class PairedChange:
    """The change of a headline's part over the samples that both runs share, in points."""

    task: str
    condition: str
    metric: str
    estimate: ContrastEstimate
    """Its p is adjusted over all parts of the two runs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A score of the tree with its change."""

    name: str
    title: str
    kind: Kind
    shift: Shift
    tasks: int
    of: int
    counted: bool
    open: bool
    """Whether a task of it is not compared, as different models scored it."""

    @property
    def change(self) -> Change:
        """What is shown of it."""
        shift = self.shift
        paired: Basis = "partly paired" if shift.unpaired.n else "paired"
        return Change(
            name=self.name,
            title=self.title,
            kind=self.kind,
            base=shift.base,
            other=shift.base + shift.value,
            estimate=change_estimate(shift),
            basis=paired if shift.n else "independent",
            tasks=self.tasks,
            of=self.of,
            counted=self.counted,
        )


def pairs_of(first: Sequence[Record], second: Sequence[Record]) -> list[tuple[Record, Record]]:
    """The records of both runs that asked one sample with one prompt and the same pictures."""
    known = {(r.key, r.prompt, r.images): r for r in first}
    return [(known[key], r) for r in second if (key := (r.key, r.prompt, r.images)) in known]


def legs_between(first: Side, second: Side, pairs: Pairs) -> dict[str, list[tuple[Leaf, Leg]]]:
    """The leaves of every task that both runs asked, by the task's id."""
    one, two = by_arm(first[1]), by_arm(second[1])
    common: dict[tuple[str, str], list[tuple[Record, Record]]] = {}
    for pair in pairs:
        common.setdefault((pair[0].task, pair[0].condition), []).append(pair)
    others = {task.id: task for task in second[0]}
    asked = {task for task, _ in one} & {task for task, _ in two}
    return {
        task.id: [
            (leaf, leg_between(task, others[task.id], leaf, one, two, common))
            for leaf in task.headline.leaves
        ]
        for task in first[0]
        if task.id in asked and task.id in others
    }


def leg_between(
    task: Task,
    same: Task,
    leaf: Leaf,
    one: Arms,
    two: Arms,
    common: Mapping[tuple[str, str], Pairs],
) -> Leg:
    """A leaf in both runs: over their common samples where they have any, else over their own."""
    arm, place = (task.id, leaf.condition), (leaf.condition, leaf.metric)
    before, after = task.measured[place], same.measured[place]
    whole = Leg(
        metric=before,
        weight=leaf.weight,
        base=scored_by(before, one.get(arm, [])),
        other=scored_by(after, two.get(arm, [])),
        after=after,
        paired=False,
    )
    plain = without_total(before)
    if arm not in common or not (of_samples(plain) and of_samples(without_total(after))):
        return whole
    answered = [(a, b) for a, b in common[arm] if a.response is not None and b.response is not None]
    base, other = (scored_by(plain, [pair[side] for pair in answered]) for side in (0, 1))
    found = Leg(metric=plain, weight=leaf.weight, base=base, other=other)
    if of_samples(before) or of_samples(after):
        return found
    all_common = len(base) == len(whole.base) and len(other) == len(whole.other)
    totals = (before.goodness(before.compute(base)), after.goodness(after.compute(other)))
    return replace(found, totals=totals) if all_common and base and other else found


def by_arm(records: Sequence[Record]) -> Arms:
    """The records by task and condition."""
    arms: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        arms.setdefault((record.task, record.condition), []).append(record)
    return arms


def task_shifts(
    tasks: Sequence[Task], legs: Mapping[str, Sequence[tuple[Leaf, Leg]]]
) -> dict[str, Shift]:
    """The shift of every task that one run or both have a score for."""
    found = {
        task.id: shift_of([leg for _, leg in legs[task.id]], offset=task.headline.offset)
        for task in tasks
        if task.id in legs
    }
    return {name: shift for name, shift in found.items() if shift is not None}


def parts_between(legs: Mapping[str, Sequence[tuple[Leaf, Leg]]]) -> tuple[PairedChange, ...]:
    """The change of each part of a headline that has pairs; p is adjusted over all of them."""
    found = [
        (task, leaf, change)
        for task, leaves in legs.items()
        for leaf, leg in leaves
        if leg.paired and (change := leg_change(leg)).value is not None
    ]
    adjusted = holm([change for _, _, change in found])
    return tuple(
        PairedChange(task=task, condition=leaf.condition, metric=leaf.metric, estimate=change)
        for (task, leaf, _), change in zip(found, adjusted, strict=True)
    )


def nodes_between(
    first: TreeNode,
    second: TreeNode,
    shifts: Mapping[str, Shift],
    weights: Mapping[str, float],
    apart: frozenset[str] = frozenset(),
) -> list[Node]:
    """Every score of the tree that has a change, each before what it is made of.

    What is outside the suite has its row, and no part in the scores above it.

    Args:
        first: the tree of the first run.
        second: that of the second.
        shifts: of the tasks, by id.
        weights: of the tasks in their sub-aspects, by id.
        apart: ids of the tasks that are not compared, as different models scored them.
    """
    below = scored_below(first)
    for name, scored in scored_below(second).items():
        below[name] = below.get(name, frozenset()) | scored
    known = frozenset(name for name, shift in shifts.items() if shift.known)

    def node(found: TreeNode, kind: Kind, shift: Shift) -> Node:
        made_of = below.get(found.name, frozenset())
        return Node(
            name=found.name,
            title=found.title,
            kind=kind,
            shift=shift,
            tasks=len(made_of & known),
            of=len(made_of),
            counted=found.counted,
            open=bool(made_of & apart),
        )

    def whole(found: TreeNode, kind: Kind, parts: Sequence[Node]) -> list[Node]:
        """The node over others; none where it would be made of nothing."""
        counted = [part for part in parts if part.counted or not found.counted]
        if not counted:
            return []
        shares = [weights.get(part.name, 1.0) for part in counted]
        return [node(found, kind, combined([part.shift for part in counted], shares))]

    nodes: list[Node] = []
    subaspects: list[Node] = []
    for aspect in first.children:
        parts: list[Node] = []
        rows: list[Node] = []
        for sub in aspect.children:
            ran = [leaf for leaf in sub.children if leaf.name in shifts]
            tasks = [node(leaf, "task", shifts[leaf.name]) for leaf in ran]
            made = whole(sub, "sub-aspect", tasks)
            parts += made
            rows += [*made, *tasks]
        nodes += [*whole(aspect, "aspect", parts), *rows]
        subaspects += parts
    return [*whole(first, "overall", subaspects), *nodes]


def scored_below(node: TreeNode) -> dict[str, frozenset[str]]:
    """The name of a node, and of every node below it -> the tasks that its score is made of."""
    if not node.children:
        return {node.name: frozenset([node.name] if node.estimate.value is not None else [])}
    found: dict[str, frozenset[str]] = {}
    for child in node.children:
        found |= scored_below(child)
    below = [found[child.name] for child in counting(node)]
    return found | {node.name: frozenset[str]().union(*below)}
