"""What went wrong, grouped by cause: failed requests, and responses that have no score.

Messages of one cause differ in what belongs to a single request: numbers, ids, digests, addresses.
Two messages are of one cause when they are alike apart from such words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from multitrust.core import SCORER, Metric, Record, Task
from multitrust.models import suggest_setting

LONGEST = 600
"""Characters of a message that are looked at and shown."""
WORD = re.compile(r"([^\s'\"()<>\[\]{}=]+)")
"""Splits a message into what stands between words, and words, in turn."""
STATUS = "HTTP"
"""The word before a status, which tells causes apart although it is a number."""
OPEN = "…"
"""Stands for a word that differs between the messages of one cause."""
ADVICE: Mapping[str, str] = {
    "empty": "the model said nothing: check its chat template, or -M thinking_tokens=8192 if it "
    "thinks before it answers",
    "unparsed": "no answer was found in the text: docs/scorers.md says what is read; compare it "
    "with the samples in the report",
    "blocked": "a content filter of the provider answered in place of the model",
    "unjudged": "the judge gave no clear verdict: name another one with --judge",
}
"""What to do about a reason, where neither it nor the record says more."""
SCORER_ADVICE = (
    "mend the scorer, then run the same command: it scores the stored responses and asks for none"
)
ROLE_ADVICE = "run the same command: it repeats these requests and asks for no response again"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """Requests that failed, or responses without a score, for one reason."""

    reason: str
    """As the messages say it; `…` stands for words in which they differ."""
    count: int
    """Requests or responses."""
    tasks: tuple[str, ...]
    """Ids of the tasks concerned."""
    example: str
    """The key of a record and its whole message."""
    advice: str = ""
    """What to do; empty where the reason says it."""
    role: str = ""
    """Of a failure, who failed: the role of a model, or `scorer`; empty where nothing did.

    What befell a sample before there was a response counts as the `target`'s.
    """


@dataclass(slots=True)
class Group:
    """A cause while records are gathered."""

    parts: list[str]
    example: str
    advice: str
    role: str
    count: int = 0
    tasks: set[str] = field(default_factory=set)

    def add(self, parts: Sequence[str], task: str, example: str) -> None:
        """One more record."""
        both = zip(self.parts, parts, strict=True)
        self.parts = [old if old == new else OPEN for old, new in both]
        self.count += 1
        self.tasks.add(task)
        self.example = min(self.example, example)


class Trouble(NamedTuple):
    """What went wrong with one record."""

    record: Record
    message: str
    advice: str = ""
    role: str = ""
    """As of a `Cause`."""


def group_causes(found: Iterable[Trouble], order: Sequence[str]) -> tuple[Cause, ...]:
    """Group what went wrong by its messages; the most frequent cause first.

    Args:
        found: what went wrong, record by record.
        order: ids of tasks, as they are to be listed.
    """
    groups: dict[tuple[str, ...], Group] = {}
    for record, message, advice, role in found:
        text = printable(message)
        parts, example = WORD.split(text), f"{record.key}: {text}"
        key = (*masked(parts), advice, role)
        group = groups.setdefault(key, Group(parts, example, advice, role))
        group.add(parts, record.task, example)
    causes = [
        Cause(
            reason="".join(group.parts),
            count=group.count,
            tasks=tuple(sorted(group.tasks, key=order.index)),
            example=group.example,
            advice=group.advice,
            role=group.role,
        )
        for group in groups.values()
    ]
    return tuple(sorted(causes, key=lambda cause: (-cause.count, cause.reason)))


def printable(message: str) -> str:
    """A message on one line, without control characters, and not too long."""
    line = " ".join(message[:LONGEST].split())
    return "".join(c if c.isprintable() else "�" for c in line) or "(no message)"


def masked(parts: Sequence[str]) -> tuple[str, ...]:
    """The parts of a message, with words that hold a digit left open; a status stays."""
    return tuple(
        OPEN
        if place % 2 and any(map(str.isdigit, part)) and parts[max(0, place - 2)] != STATUS
        else part
        for place, part in enumerate(parts)
    )


Arms = Mapping[tuple[str, str], Sequence[Record]]
"""(task, condition) -> its records."""


def failures_of(tasks: Sequence[Task], by_arm: Arms) -> tuple[Cause, ...]:
    """The causes of failed requests and scorings; messages say themselves what mends a request."""
    found = (
        trouble
        for task in tasks
        for condition in task.conditions
        for record in by_arm.get((task.id, condition.name), ())
        for trouble in troubles_of(record)
    )
    return group_causes(found, [task.id for task in tasks])


def what_failed(failures: Iterable[Cause]) -> str:
    """Whether requests failed, or scorings, or both, in words."""
    kinds = ["scorings" if cause.role == SCORER else "requests" for cause in failures]
    return " and ".join(sorted(set(kinds))) or "requests"


def troubles_of(record: Record) -> Iterator[Trouble]:
    """Why a record has no response, or failed scores; scorers that lack one reply share it."""
    if record.response is None:
        yield Trouble(record, record.error or "", role="target")
        return
    failed = [score for score in record.scores if score.failed]
    told = {
        f"scorer {score.scorer}: {score.unscored}"
        if score.failed == SCORER
        else str(score.unscored): score.failed
        for score in failed
    }
    for message, role in told.items():
        yield Trouble(record, message, SCORER_ADVICE if role == SCORER else ROLE_ADVICE, role)


def unscored_of(tasks: Sequence[Task], by_arm: Arms, thinking_tokens: int = 0) -> tuple[Cause, ...]:
    """The causes of missing scores, among the scores that a headline or a table counts.

    Args:
        tasks: the tasks.
        by_arm: their records.
        thinking_tokens: what the model was allowed to think.
    """
    found = (
        Trouble(record, reason, advice_for(record, reason, thinking_tokens))
        for task in tasks
        for name, scorers in counted_scorers(task).items()
        for record in by_arm.get((task.id, name), ())
        if record.outcome != "errored"
        for reason in reasons(record, scorers)
    )
    return group_causes(found, [task.id for task in tasks])


def advice_for(record: Record, reason: str, thinking_tokens: int) -> str:
    """What to do about a missing score; empty where the reason says it."""
    if reason in ("blocked", "unjudged"):
        return ADVICE[reason]
    return suggest_setting(record, thinking_tokens) or ADVICE.get(reason, "")


def counted_metrics(task: Task) -> dict[tuple[str, str], Metric]:
    """The metrics of which a missing score is counted: those of the run's own protocol."""
    if task.beside is None:
        return task.measured
    own = {(leaf.condition, leaf.metric) for leaf in task.headline.leaves}
    return {place: metric for place, metric in task.measured.items() if place in own}


def counted_scorers(task: Task) -> dict[str, set[str]]:
    """The scorers of these metrics, by condition."""
    found: dict[str, set[str]] = {}
    for (condition, _), metric in counted_metrics(task).items():
        found.setdefault(condition, set()).add(metric.scorer.name)
    return found


def reasons(record: Record, scorers: set[str]) -> list[str]:
    """Why a record lacks scores, each reason once."""
    found = [s.unscored for s in record.scores if s.scorer in scorers and s.unscored is not None]
    return list(dict.fromkeys(found))
