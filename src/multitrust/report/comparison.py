"""Several runs of one kind against each other, and against the published models if asked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import orjson

from multitrust.core import ConfigError, Estimate, Manifest, ModelIdentity, Record, Task
from multitrust.metrics import Verdict
from multitrust.report.board import Board, nodes_of, standing
from multitrust.report.changes import (
    Change,
    PairedChange,
    legs_between,
    nodes_between,
    pairs_of,
    parts_between,
    task_shifts,
)
from multitrust.report.confounders import (
    DataDifference,
    RoleDifference,
    ScoredRun,
    data_difference,
    judge_labels,
    role_differences,
    scoring_models,
    split_changed,
)
from multitrust.report.equivalence import Equivalence, equivalence_of
from multitrust.report.names import run_names
from multitrust.report.own_scores import OwnScores, own_scores
from multitrust.report.published import OVERALL, PublishedRow
from multitrust.report.scoreboard import Group, Line, run_line, scoreboard
from multitrust.report.summary import Summary
from multitrust.run import AskedCount

CHANCE = 0.05
"""Adjusted p-value below which a change is listed."""
SHOWN = 0.05
"""Points that one decimal shows."""
WORST_FIRST: tuple[Verdict, ...] = ("different", "not enough evidence", "equivalent")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A run to be compared."""

    manifest: Manifest
    records: Sequence[Record]
    tasks: Sequence[Task]
    summary: Summary

    @property
    def scored(self) -> ScoredRun:
        """What of it tells who scored it."""
        lacking = {task.id for task in self.summary.tasks if task.lacks}
        return ScoredRun(manifest=self.manifest, tasks=self.tasks, lacking=lacking)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """What a run's name stands for."""

    name: str
    model: str
    revision: str
    """Of the model; empty where it is not known."""
    run_id: str
    complete: bool = True
    """Whether all samples of the run were asked."""
    samples: tuple[AskedCount, ...] = ()
    """How many samples were asked of how many, by condition; empty if all of them were."""
    scored_by: Mapping[str, ModelIdentity] = field(default_factory=dict)
    """By role, the model that scored the run."""

    @property
    def text(self) -> str:
        """What the name stands for."""
        scored = "".join(f", {role} {model.name}" for role, model in self.scored_by.items())
        return f"{self.name}: run {self.run_id} of {self.model}{scored}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Two runs: `other` minus `base`."""

    base: str
    other: str
    changes: tuple[Change, ...]
    """Of every score that both runs have, the overall score first, each before its parts."""
    records: tuple[int, int]
    """Of `base` and of `other`."""
    shared: int
    """Records of both runs that asked one sample in one way."""
    paired: tuple[PairedChange, ...]
    own: OwnScores
    """What the runs' own overall scores are made of, and their change is not."""
    equivalence: Equivalence | None = None
    """Where a margin was given."""
    roles: tuple[RoleDifference, ...] = ()
    """The roles that different models had, with the tasks that rest on them."""
    data: DataDifference | None = None
    """Where the runs are on different copies of the data."""

    @property
    def warnings(self) -> list[str]:
        """What besides the model may be behind a change, a sentence each."""
        found: list[RoleDifference | DataDifference] = list(self.roles)
        found += [] if self.data is None else [self.data]
        return [difference.text(self.base, self.other) for difference in found]

    @property
    def beyond_chance(self) -> list[PairedChange]:
        """The paired changes that are significant after Holm's adjustment."""
        return [c for c in self.paired if (p := c.estimate.p_holm) is not None and p < CHANCE]


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Runs of one kind."""

    kind: str
    runs: tuple[Line, ...]
    pairs: tuple[Pair, ...]
    sources: tuple[Source, ...] = ()
    """One a run, in the order of `runs`."""
    boards: tuple[Board, ...] = ()
    """One a run where published rows were asked for."""
    published: tuple[PublishedRow, ...] = ()

    @property
    def groups(self) -> tuple[Group, ...]:
        """The models, those of one scale together."""
        return scoreboard(self.runs, self.boards, self.published)

    def own_difference(self, pair: Pair) -> float | None:
        """How far the runs' own overall scores are apart, where that is not their change.

        `Pair.own` says why.
        """
        own = {run.name: run.scores[OVERALL].value for run in self.runs}
        base, other = own[pair.base], own[pair.other]
        change = [c.estimate.value for c in pair.changes if c.kind == "overall"]
        if not change or change[0] is None or base is None or other is None:
            return None
        return None if abs(other - base - change[0]) < SHOWN else other - base

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
    names: Sequence[str] = (),
) -> Comparison:
    """Compare the runs.

    Args:
        entries: the runs.
        published: rows to stand among.
        margin: points within which every two runs are tested for being equivalent; None for no
            test.
        names: what to call each run; none for names made of their models.

    Raises:
        ConfigError: two runs are of different origin, protocol, wording or task version; a margin
            that is none, or that there are no two runs for; or names that do not fit the runs.

    Tasks that different models scored in two runs are left out of their changes.
    """
    if margin is not None and len(entries) < 2:
        raise ConfigError("one run alone is equivalent to nothing; name two runs of one model")
    for first, second in combinations(entries, 2):
        check_one_kind(first, second)
    names = run_names(
        [entry.summary.identity for entry in entries],
        names,
        judge_labels([entry.manifest for entry in entries]),
    )
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
        sources=tuple(
            Source(
                name=name,
                model=entry.summary.model,
                revision=entry.summary.identity.revision,
                run_id=entry.summary.run_id,
                complete=entry.summary.complete,
                samples=entry.summary.samples,
                scored_by=scoring_models(entry.manifest),
            )
            for name, entry in zip(names, entries, strict=True)
        ),
        boards=tuple(boards),
        published=tuple(published),
    )


def check_one_kind(first: Entry, second: Entry) -> None:
    """Numbers of different origin, protocol, wording or task version share no column.

    Raises:
        ConfigError: theirs do.
    """
    one, two = first.manifest, second.manifest
    if scale(one) != scale(two) or not worded_alike(one, two):
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
    words = ", the original's prompts" if manifest.original_wording else ""
    words += f", wording {manifest.wording[:12]}" if manifest.wording else ""
    return scale(manifest) + words


def scale(manifest: Manifest) -> str:
    """The data and the protocol of a run."""
    return f"{manifest.origin['name']} data with the {manifest.protocol} protocol"


def worded_alike(one: Manifest, two: Manifest) -> bool:
    """Whether two runs were asked in the same words, as far as it is known.

    Of the original's words in its logs there is no digest: they are taken for those of a checkout.
    """
    if one.original_wording and two.original_wording and not (one.wording and two.wording):
        return True
    if one.wording or two.wording:
        return one.wording == two.wording
    return one.original_wording == two.original_wording


def pair_of(base: str, other: str, first: Entry, second: Entry, margin: float | None) -> Pair:
    """The second run minus the first.

    Tasks that different models scored have no change.
    """
    pairs, changed = pairs_of(first.records, second.records), 0
    if data_difference(first.manifest, second.manifest, 0):
        pairs, changed = split_changed(pairs)
    roles = role_differences(first.scored, second.scored)
    apart = frozenset(task for role in roles if not role.compared for task in role.tasks)
    common = [pair for pair in pairs if pair[0].task not in apart]
    legs = {
        name: leaves
        for name, leaves in legs_between(
            (first.tasks, first.records), (second.tasks, second.records), pairs
        ).items()
        if name not in apart
    }
    nodes = nodes_between(
        first.summary.tree,
        second.summary.tree,
        task_shifts(first.tasks, legs),
        {task.id: task.weight for task in first.tasks},
        apart,
    )
    changes = tuple(node.change for node in nodes if node.shift.known)
    return Pair(
        base=base,
        other=other,
        changes=changes,
        records=(len(first.records), len(second.records)),
        shared=len(pairs),
        paired=parts_between(legs),
        equivalence=None if margin is None else equivalence_of(nodes, common, margin),
        roles=roles,
        data=data_difference(first.manifest, second.manifest, changed),
        own=own_scores(
            changes,
            (first.summary.tree, second.summary.tree),
            (first.records, second.records),
            pairs,
            first.tasks,
        ),
    )


def rank_among(name: str, pairs: Sequence[Pair], count: int) -> tuple[int, int] | None:
    """The best and the worst rank among the runs that no difference's interval rules out.

    None where there is no other, or one that it cannot be compared with by the overall score.
    """
    ends = [
        (-high, -low) if pair.base == name else (low, high)
        for pair in pairs
        if name in (pair.base, pair.other)
        for change in pair.changes
        if change.kind == "overall" and change.complete
        for low, high in [limits_of(change.estimate)]
    ]
    if not ends or len(ends) != count - 1:
        return None
    beaten, beats = sum(high < 0 for _, high in ends), sum(low > 0 for low, _ in ends)
    return 1 + beaten, count - beats


def limits_of(change: Estimate) -> tuple[float, float]:
    """The interval of a change; the whole line where there is none."""
    if change.low is None or change.high is None:
        return (-math.inf, math.inf)
    return (change.low, change.high)
