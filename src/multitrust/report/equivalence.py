"""Whether two ways of running one model agree within a margin, over the records they share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from multitrust.core import Estimate, Record, Scored, Task
from multitrust.metrics import (
    Finding,
    Leg,
    Shift,
    Verdict,
    agreed_share,
    cohen_kappa,
    combined,
    findings,
    gwet_ac1,
    shift_of,
)
from multitrust.report.arms import scored_by
from multitrust.report.published import OVERALL
from multitrust.report.summary import title
from multitrust.tasks import SUBASPECT_TITLES

Pairs = Sequence[tuple[Record, Record]]
"""Records of both runs that asked one sample in one way."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """How far two runs answer alike; shares and coefficients with 95 % intervals."""

    texts: Estimate
    """Responses that are alike word for word."""
    answers: Estimate
    """Responses of which the scorers read the same."""
    scores: Estimate
    """Responses with the same scores; of those that have none in either run, without."""
    kappa: Estimate
    """Cohen's, of 0/1 scores."""
    ac1: Estimate
    """Gwet's, of 0/1 scores."""

    @property
    def rows(self) -> dict[str, Estimate]:
        """What has a value, by what it is called."""
        named = {
            "same text": self.texts,
            "same answer read": self.answers,
            "same scores": self.scores,
            "Cohen's kappa": self.kappa,
            "Gwet's AC1": self.ac1,
        }
        return {name: found for name, found in named.items() if found.value is not None}


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """The overall score, a sub-aspect or a task in both runs."""

    name: str
    title: str
    finding: Finding
    agreement: Agreement | None = None
    """Of the overall score and of tasks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Equivalence:
    """Two runs of one model held against a margin.

    p-values are adjusted over sub-aspects, and over tasks.
    """

    margin: float
    """Points."""
    failed: int
    """Shared records that one run or both have no response to: left out."""
    overall: Level
    subaspects: tuple[Level, ...]
    tasks: tuple[Level, ...]

    @property
    def levels(self) -> tuple[Level, ...]:
        """All levels, the widest first."""
        return (self.overall, *self.subaspects, *self.tasks)

    @property
    def verdict(self) -> Verdict:
        """Different as soon as one level is; else that of the overall score."""
        if any(level.finding.verdict == "different" for level in self.levels):
            return "different"
        return self.overall.finding.verdict


def equivalence_of(
    tasks: Sequence[Task], pairs: Pairs, margin: float, suite: Collection[str]
) -> Equivalence:
    """Test every level of two runs.

    Args:
        tasks: the definitions.
        suite: ids of the tasks that the overall score is made of.
        pairs: the records that both runs share.
        margin: points, above 0 and at most 100.

    Raises:
        ConfigError: the margin is not above 0 and at most 100.
    """
    answered = [(a, b) for a, b in pairs if a.response is not None and b.response is not None]
    by_task: dict[str, list[tuple[Record, Record]]] = {}
    for pair in answered:
        by_task.setdefault(pair[0].task, []).append(pair)
    shifts = {
        task.id: shift
        for task in tasks
        if (shift := task_shift(task, by_task.get(task.id, []))) is not None
    }
    ran = [task for task in tasks if task.id in shifts]
    own = subaspect_shifts([task for task in ran if task.id in suite], shifts)
    apart = subaspect_shifts([task for task in ran if task.id not in suite], shifts)
    subaspects = own | {name: shift for name, shift in apart.items() if name not in own}
    overall = combined(list(own.values()), [1.0] * len(own))
    (whole,) = findings([overall], margin)
    titles = {task.id: title(task.name) for task in tasks}
    return Equivalence(
        margin=margin,
        failed=len(pairs) - len(answered),
        overall=Level(
            name=OVERALL, title="Overall", finding=whole, agreement=agreement_of(answered)
        ),
        subaspects=tuple(
            Level(name=name, title=SUBASPECT_TITLES.get(name, name), finding=found)
            for name, found in judged(subaspects, margin).items()
        ),
        tasks=tuple(
            Level(
                name=name, title=titles[name], finding=found, agreement=agreement_of(by_task[name])
            )
            for name, found in judged(shifts, margin).items()
        ),
    )


def judged(shifts: Mapping[str, Shift], margin: float) -> dict[str, Finding]:
    """The shifts that are read together, by name."""
    return dict(zip(shifts, findings(list(shifts.values()), margin), strict=True))


def subaspect_shifts(tasks: Sequence[Task], shifts: Mapping[str, Shift]) -> dict[str, Shift]:
    """The weighted mean of each sub-aspect's tasks."""
    by_name: dict[str, list[Task]] = {}
    for task in tasks:
        by_name.setdefault(task.subaspect, []).append(task)
    return {
        name: combined([shifts[task.id] for task in mine], [task.weight for task in mine])
        for name, mine in by_name.items()
    }


def task_shift(task: Task, pairs: Pairs) -> Shift | None:
    """The shift of a task's headline; None where neither run has one."""
    metrics = task.measured
    legs = []
    for leaf in task.headline.leaves:
        metric = metrics[leaf.condition, leaf.metric]
        arm = [pair for pair in pairs if pair[0].condition == leaf.condition]
        base, other = (scored_by(metric, [pair[side] for pair in arm]) for side in (0, 1))
        legs.append(Leg(metric=metric, weight=leaf.weight, base=base, other=other))
    return shift_of(legs)


def agreement_of(pairs: Pairs) -> Agreement:
    """How far the responses of both runs agree."""
    base, other = binary(pairs)
    return Agreement(
        texts=agreed_share([marked(a, said(a) == said(b)) for a, b in pairs]),
        answers=agreed_share([marked(a, read(a) == read(b)) for a, b in pairs]),
        scores=agreed_share([marked(a, values(a) == values(b)) for a, b in pairs]),
        kappa=cohen_kappa(base, other),
        ac1=gwet_ac1(base, other),
    )


def said(record: Record) -> str:
    """The text of a response, without what surrounds it."""
    return record.response.text.strip() if record.response else ""


def read(record: Record) -> dict[str, str | None]:
    """What each scorer read."""
    return {score.scorer: score.answer for score in record.scores}


def values(record: Record) -> dict[str, float | None]:
    """What each scorer gave."""
    return {score.scorer: score.value for score in record.scores}


def marked(record: Record, value: float) -> Scored:
    """A number for a record; families of different tasks are different."""
    return Scored(sample_id=record.key, value=float(value), family=f"{record.task}/{record.family}")


def binary(pairs: Iterable[tuple[Record, Record]]) -> tuple[list[Scored], list[Scored]]:
    """The scores that are 0 or 1 in both runs."""
    base, other = [], []
    for first, second in pairs:
        after = values(second)
        for scorer, value in values(first).items():
            if value in (0.0, 1.0) and (now := after.get(scorer)) in (0.0, 1.0):
                base.append(marked(first, value))
                other.append(marked(second, now))
    return base, other
