"""Several runs of one kind against each other, and against the published models if asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import orjson

from multitrust.core import ConfigError, Estimate, Manifest, Record, Task
from multitrust.metrics import (
    ContrastEstimate,
    TreeNode,
    Verdict,
    combine,
    contrast_estimate,
    counting,
    holm,
    pooled_effect,
)
from multitrust.report.arms import scored_by
from multitrust.report.board import Board, nodes_of, standing
from multitrust.report.equivalence import Equivalence, equivalence_of
from multitrust.report.published import OVERALL, PublishedRow
from multitrust.report.scoreboard import Group, Line, run_line, scoreboard
from multitrust.report.summary import Summary

CHANCE = 0.05
"""Adjusted p-value below which a change is listed."""
WORST_FIRST: tuple[Verdict, ...] = ("different", "not enough evidence", "equivalent")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A run to be compared."""

    manifest: Manifest
    records: Sequence[Record]
    tasks: Sequence[Task]
    summary: Summary


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A score of one run less that of another, in points."""

    name: str
    title: str
    estimate: Estimate
    """Its interval takes the runs' errors for independent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PairedChange:
    """The change of a headline's part over the records that both runs share, in points."""

    task: str
    condition: str
    metric: str
    estimate: ContrastEstimate
    """Its p is the one that the interval implies, adjusted over all parts of the two runs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Two runs: `other` less `base`."""

    base: str
    other: str
    changes: tuple[Change, ...]
    """Overall first, then sub-aspects; only what both runs scored from the same tasks."""
    shared: int
    """Records of one sample, asked in one way."""
    paired: tuple[PairedChange, ...]
    equivalence: Equivalence | None = None
    """Where a margin was given."""

    @property
    def beyond_chance(self) -> list[PairedChange]:
        """The paired changes that chance alone would hardly make."""
        return [c for c in self.paired if (p := c.estimate.p_holm) is not None and p < CHANCE]


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Runs of one kind."""

    kind: str
    runs: tuple[Line, ...]
    pairs: tuple[Pair, ...]
    boards: tuple[Board, ...] = ()
    """One a run where published rows were asked for."""
    published: tuple[PublishedRow, ...] = ()

    @property
    def groups(self) -> tuple[Group, ...]:
        """The models, those of one scale together."""
        return scoreboard(self.runs, self.boards, self.published)

    @property
    def verdict(self) -> Verdict | None:
        """The worst of the pairs' verdicts; None where no margin was given."""
        found = {pair.equivalence.verdict for pair in self.pairs if pair.equivalence}
        return next((verdict for verdict in WORST_FIRST if verdict in found), None)

    def to_json(self) -> bytes:
        """The comparison as indented JSON."""
        return orjson.dumps(self, option=orjson.OPT_INDENT_2)


def compare(
    entries: Sequence[Entry],
    published: Sequence[PublishedRow] = (),
    *,
    margin: float | None = None,
) -> Comparison:
    """Compare the runs.

    Args:
        entries: the runs.
        published: rows to stand among.
        margin: points within which every two runs are tested for being equivalent; None for no
            test.

    Raises:
        ConfigError: two runs are of different origin, protocol, wording or task version; or a
            margin that is none, or that there are no two runs for.
    """
    if margin is not None and len(entries) < 2:
        raise ConfigError("one run alone is equivalent to nothing; name two runs of one model")
    for first, second in combinations(entries, 2):
        check_one_kind(first, second)
    names = labels([entry.summary.model for entry in entries])
    pairs = [
        pair_of(names[i], names[j], entries[i], entries[j], margin)
        for i, j in combinations(range(len(entries)), 2)
    ]
    boards = [
        replace(standing(entry.summary, published), model=name)
        for name, entry in zip(names, entries, strict=True)
        if published
    ]
    return Comparison(
        kind=kind(entries[0].manifest),
        runs=tuple(
            run_line(name, nodes_of(entry.summary), rank_among(name, pairs, len(entries)))
            for name, entry in zip(names, entries, strict=True)
        ),
        pairs=tuple(pairs),
        boards=tuple(boards),
        published=tuple(published),
    )


def check_one_kind(first: Entry, second: Entry) -> None:
    """Numbers of different origin, protocol, wording or task version share no column.

    Raises:
        ConfigError: theirs do.
    """
    one, two = first.manifest, second.manifest
    if kind(one) != kind(two):
        raise ConfigError(
            f"run {one.run_id} is of {kind(one)}, run {two.run_id} of {kind(two)}: their numbers "
            "are on different scales; compare runs of one kind"
        )
    for task in one.tasks.keys() & two.tasks.keys():
        if one.tasks[task] != two.tasks[task]:
            raise ConfigError(
                f"run {one.run_id} has version {one.tasks[task]} of {task}, run {two.run_id} "
                f"version {two.tasks[task]}: run the older one anew"
            )


def kind(manifest: Manifest) -> str:
    """What a run's numbers have in common with those they may be compared with."""
    wording = f", wording {manifest.wording[:12]}" if manifest.wording else ""
    return f"{manifest.origin['name']} data with the {manifest.protocol} protocol{wording}"


def labels(models: Sequence[str]) -> list[str]:
    """What to call each run: its model; the second of a name is `name #2`."""
    seen: Counter[str] = Counter()
    made = []
    for model in models:
        seen[model] += 1
        made.append(model if seen[model] == 1 else f"{model} #{seen[model]}")
    return made


def pair_of(base: str, other: str, first: Entry, second: Entry, margin: float | None) -> Pair:
    """The second run less the first."""
    one, two = shared_records(first.records, second.records)
    return Pair(
        base=base,
        other=other,
        changes=tuple(changes(first.summary, second.summary)),
        shared=len(one),
        paired=tuple(paired_changes((first.tasks, one), (second.tasks, two))),
        equivalence=None
        if margin is None
        else equivalence_of(
            first.tasks, list(zip(one, two, strict=True)), margin, first.summary.suite
        ),
    )


def changes(first: Summary, second: Summary) -> Iterator[Change]:
    """The changes of the scores that both runs made from the same tasks."""
    before, after = nodes_of(first), nodes_of(second)
    for name, node in before.items():
        other = after.get(name)
        if other is not None and scored_tasks(node) and scored_tasks(node) == scored_tasks(other):
            change = combine([other.estimate, node.estimate], [1, -1], None)
            yield Change(name=name, title=node.title, estimate=change)


def scored_tasks(node: TreeNode) -> frozenset[str]:
    """The tasks that the node's number is made of."""
    if not node.children:
        return frozenset([node.name] if node.estimate.value is not None else [])
    return frozenset[str]().union(*map(scored_tasks, counting(node)))


def shared_records(
    first: Sequence[Record], second: Sequence[Record]
) -> tuple[list[Record], list[Record]]:
    """The records of both runs that asked one sample with one prompt and the same pictures."""
    known = {(r.key, r.prompt, r.images): r for r in first}
    both = [(known[key], r) for r in second if (key := (r.key, r.prompt, r.images)) in known]
    return [one for one, _ in both], [two for _, two in both]


Side = tuple[Sequence[Task], Sequence[Record]]
"""A run's tasks, which hold its logs' totals if it was imported, and its records."""


def paired_changes(first: Side, second: Side) -> list[PairedChange]:
    """The change of each part of a headline that has pairs.

    A test of the raw values would not fit metrics such as correlations and gaps, so p is the one
    that the interval implies.
    """
    one, two = by_arm(first[1]), by_arm(second[1])
    found = []
    others = {task.id: task for task in second[0]}
    for task in first[0]:
        if task.id not in others:
            continue
        before, after = task.measured, others[task.id].measured
        for leaf in task.headline.leaves:
            arm, place = (task.id, leaf.condition), (leaf.condition, leaf.metric)
            base = scored_by(before[place], one.get(arm, []))
            other = scored_by(after[place], two.get(arm, []))
            change = contrast_estimate(before[place], base, other, after=after[place])
            if change.value is not None:
                found.append((task.id, leaf, pooled_effect([change])))
    adjusted = holm([change for _, _, change in found])
    return [
        PairedChange(task=task, condition=leaf.condition, metric=leaf.metric, estimate=change)
        for (task, leaf, _), change in zip(found, adjusted, strict=True)
    ]


def by_arm(records: Sequence[Record]) -> dict[tuple[str, str], list[Record]]:
    """The records by task and condition."""
    arms: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        arms.setdefault((record.task, record.condition), []).append(record)
    return arms


def rank_among(name: str, pairs: Sequence[Pair], count: int) -> tuple[int, int] | None:
    """The best and the worst rank among the runs that no difference's interval rules out.

    None where there is no other, or one that it cannot be compared with by the overall score.
    """
    ends = [
        (-e.high, -e.low) if pair.base == name else (e.low, e.high)
        for pair in pairs
        if name in (pair.base, pair.other)
        for change in pair.changes
        if change.name == OVERALL and (e := change.estimate).low is not None and e.high is not None
    ]
    if not ends or len(ends) != count - 1:
        return None
    beaten, beats = sum(high < 0 for _, high in ends), sum(low > 0 for low, _ in ends)
    return 1 + beaten, count - beats
