"""Whether two ways of running one model agree within a margin, over the records they share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from multitrust.core import Estimate, Record, Scored
from multitrust.metrics import (
    Finding,
    Verdict,
    cohen_kappa,
    findings,
    gwet_ac1,
    share_estimate,
)
from multitrust.report.changes import Node, Pairs
from multitrust.report.published import OVERALL


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


def equivalence_of(nodes: Sequence[Node], pairs: Pairs, margin: float) -> Equivalence:
    """Test every level of two runs.

    Args:
        nodes: the scores of both runs with their changes, those of tasks among them.
        pairs: the records that both runs share.
        margin: points, above 0 and at most 100.

    Raises:
        ConfigError: the margin is not above 0 and at most 100.
    """
    answered = [(a, b) for a, b in pairs if a.response is not None and b.response is not None]
    by_task: dict[str, list[tuple[Record, Record]]] = {}
    for pair in answered:
        by_task.setdefault(pair[0].task, []).append(pair)
    (whole,) = levels([node for node in nodes if node.kind == "overall"], margin) or (
        Level(name=OVERALL, title="Overall", finding=Finding(verdict="not enough evidence")),
    )
    tasks = levels([node for node in nodes if node.kind == "task"], margin)
    return Equivalence(
        margin=margin,
        failed=len(pairs) - len(answered),
        overall=replace(whole, agreement=agreement_of(answered)),
        subaspects=tuple(levels([node for node in nodes if node.kind == "sub-aspect"], margin)),
        tasks=tuple(
            replace(task, agreement=agreement_of(by_task[task.name]))
            if task.name in by_task
            else task
            for task in tasks
        ),
    )


def open_finding(found: Finding) -> Finding:
    """The finding where a part of the score is not compared: it does not show equivalence."""
    return replace(found, verdict="not enough evidence") if found.verdict == "equivalent" else found


def levels(nodes: Sequence[Node], margin: float) -> list[Level]:
    """Scores whose tests are read together.

    Raises:
        ConfigError: the margin is not above 0 and at most 100.
    """
    found = findings([node.shift for node in nodes], margin)
    return [
        Level(
            name=node.name,
            title=node.title,
            finding=open_finding(finding) if node.open else finding,
        )
        for node, finding in zip(nodes, found, strict=True)
    ]


def agreement_of(pairs: Pairs) -> Agreement:
    """How far the responses of both runs agree."""
    base, other = binary(pairs)
    return Agreement(
        texts=share_estimate([marked(a, said(a) == said(b)) for a, b in pairs]),
        answers=share_estimate([marked(a, read(a) == read(b)) for a, b in pairs]),
        scores=share_estimate([marked(a, values(a) == values(b)) for a, b in pairs]),
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
