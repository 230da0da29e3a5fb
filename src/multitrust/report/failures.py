"""What went wrong, grouped by cause: failed requests, and responses that have no score.

Messages of one cause differ in what belongs to a single request: numbers, ids, digests, addresses.
Two messages are of one cause when they are alike apart from such words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from multitrust.core import Metric, Record, Response, Task

LONGEST = 600
"""Characters of a message that are looked at and shown."""
WORD = re.compile(r"([^\s'\"()<>\[\]{}=]+)")
"""Splits a message into what stands between words, and words, in turn."""
STATUS = "HTTP"
"""The word before a status, which tells causes apart although it is a number."""
OPEN = "…"
"""Stands for a word that differs between the messages of one cause."""
THOUGHT = "only reasoning, no answer"
THOUGHT_TO_THE_END = "only reasoning, cut at the token limit"
SILENT = {"empty": THOUGHT, "truncated": THOUGHT_TO_THE_END}
"""What a reason means where there is a reasoning trace and no text."""
ADVICE: Mapping[str, str] = {
    THOUGHT: "give the model more room to think, e.g. -M thinking_tokens=16384, or switch its "
    "thinking off at the server",
    THOUGHT_TO_THE_END: "give the model more room to think, e.g. -M thinking_tokens=16384, or "
    "switch its thinking off at the server",
    "truncated": "cut at the token limit: raise it with --max-tokens, or with "
    "-M thinking_tokens=8192 for a model that thinks before it answers",
    "empty": "the model said nothing: check its chat template, or -M thinking_tokens=8192 if it "
    "thinks before it answers",
    "unparsed": "no answer was found in the text: docs/scorers.md says what is read; compare it "
    "with the samples in the report",
    "blocked": "a content filter of the provider answered in place of the model",
    "unjudged": "the judge gave no clear verdict: name another one with --judge",
}
"""What to do about a reason, where the reason does not say it itself."""


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


@dataclass(slots=True)
class Group:
    """A cause while records are gathered."""

    parts: list[str]
    example: str
    count: int = 0
    tasks: set[str] = field(default_factory=set)

    def add(self, parts: Sequence[str], task: str, example: str) -> None:
        """One more record."""
        both = zip(self.parts, parts, strict=True)
        self.parts = [old if old == new else OPEN for old, new in both]
        self.count += 1
        self.tasks.add(task)
        self.example = min(self.example, example)


def group_causes(found: Iterable[tuple[Record, str]], order: Sequence[str]) -> tuple[Cause, ...]:
    """Group records by their messages; the most frequent cause first.

    Args:
        found: records, each with the message of what went wrong.
        order: ids of tasks, as they are to be listed.
    """
    groups: dict[tuple[str, ...], Group] = {}
    for record, message in found:
        text = printable(message)
        parts, example = WORD.split(text), f"{record.key}: {text}"
        group = groups.setdefault(masked(parts), Group(parts, example))
        group.add(parts, record.task, example)
    causes = [
        Cause(
            reason="".join(group.parts),
            count=group.count,
            tasks=tuple(sorted(group.tasks, key=order.index)),
            example=group.example,
            advice=ADVICE.get("".join(group.parts), ""),
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
    """The causes of failed requests."""
    found = (
        (record, record.error or "")
        for task in tasks
        for condition in task.conditions
        for record in by_arm.get((task.id, condition.name), ())
        if record.response is None
    )
    return group_causes(found, [task.id for task in tasks])


def unscored_of(tasks: Sequence[Task], by_arm: Arms) -> tuple[Cause, ...]:
    """The causes of missing scores, among the scores that a headline or a table counts."""
    found = (
        (record, reason)
        for task in tasks
        for name, scorers in counted_scorers(task).items()
        for record in by_arm.get((task.id, name), ())
        if record.response is not None
        for reason in reasons(record, record.response, scorers)
    )
    return group_causes(found, [task.id for task in tasks])


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


def reasons(record: Record, response: Response, scorers: set[str]) -> list[str]:
    """Why a record lacks scores, each reason once."""
    silent = bool(response.reasoning) and not response.text.strip()
    found = [s.unscored for s in record.scores if s.scorer in scorers and s.unscored is not None]
    return list(dict.fromkeys(SILENT.get(reason, reason) if silent else reason for reason in found))
