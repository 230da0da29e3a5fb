"""What went wrong, grouped by cause: failed requests, and responses that have no score.

Messages of one cause differ in what belongs to a single request: numbers, ids, digests, addresses.
Two messages are of one cause when they are alike apart from such words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from multitrust.core import SCORER, Metric, ModelIdentity, Record, Task, roles_of
from multitrust.models import settings_for_role, suggest_setting
from multitrust.models.reasoning import ENOUGH

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
}
"""What to do about a reason, where neither it nor the record says more."""
ANOTHER = "name another one"
JUDGE_ADVICE: Mapping[str, str] = {
    "": f"the {{role}} gave no clear verdict: {ANOTHER}",
    "truncated": "the {role} was cut before its verdict: allow more with "
    "-M thinking_tokens={tokens}",
    "truncated: only reasoning, no answer": "the {role} was cut while it thought: allow more with "
    "-M thinking_tokens={tokens}, or switch thinking off at its server",
    "empty": "the {role} said nothing: check its chat template, or -M thinking_tokens={tokens} if "
    "it thinks before it answers",
    "empty: only reasoning, no answer": "the {role} only thought: if its verdict stands in the "
    "reasoning, start its server with the reasoning parser of this model, or without one; else "
    "allow more with -M thinking_tokens={tokens}",
    "blocked": "a content filter of the provider answered in place of the {role}: " + ANOTHER,
    "refused": f"the {{role}} declined to judge: {ANOTHER}",
}
"""How a reply ended that states no verdict -> what to do, in words for the target."""
SCORER_ADVICE = (
    "mend the scorer, then run the same command, which scores the stored responses again"
)
ROLE_ADVICE = "run the same command, which repeats these requests alone"


ADVISING = re.compile(
    r"; (?=(?:check|name|allow|leave|let|give|use|show|lower|run|look|turn|start|download|restore"
    r"|is (?:the|one)|its model|what was answered)\b[^{}\"]*\Z)"
)
"""Where the message of a failed request goes on with what to do about it."""
ATTEMPTS = re.compile(r" \(gave up after \S+ attempts\)\Z")
"""What a message ends with where a request was repeated in vain."""


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
    """What to do; empty where nothing is known, or the reason says it."""
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
    """The causes of failed requests and scorings, with the advice that their messages end with."""
    found = (
        trouble
        for task in tasks
        for condition in task.conditions
        for record in by_arm.get((task.id, condition.name), ())
        for trouble in troubles_of(record)
    )
    return tuple(map(with_advice, group_causes(found, [task.id for task in tasks])))


def with_advice(cause: Cause) -> Cause:
    """The cause of failed requests, the advice at the end of its reason put apart."""
    repeated = ATTEMPTS.search(cause.reason)
    many = repeated[0] if repeated else ""
    message = cause.reason.removesuffix(many)
    places = [found.span() for found in ADVISING.finditer(message)]
    if not places:
        return cause
    start, end = places[-1]
    advice = "; ".join(filter(None, (message[end:], cause.advice)))
    return replace(cause, reason=message[:start] + many, advice=advice)


def ending(message: str) -> Cause:
    """The cause of a run's end, of one request and of no task in particular."""
    reason = printable(message)
    return with_advice(Cause(reason=reason, count=1, tasks=(), example=reason))


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


def unscored_of(
    tasks: Sequence[Task], by_arm: Arms, models: Mapping[str, ModelIdentity]
) -> tuple[Cause, ...]:
    """The causes of missing scores, among the scores that a headline or a table counts.

    Args:
        tasks: the tasks.
        by_arm: their records.
        models: those of the run, by role.
    """
    found = (
        Trouble(record, reason, advice_for(record, reason, role, models))
        for task in tasks
        for name, scorers in counted_scorers(task).items()
        for record in by_arm.get((task.id, name), ())
        if record.outcome != "errored"
        for reason, role in reasons(record, scorers)
    )
    return group_causes(found, [task.id for task in tasks])


def advice_for(record: Record, reason: str, role: str, models: Mapping[str, ModelIdentity]) -> str:
    """What to do about a missing score; empty where the reason says it.

    Args:
        record: lacks the score.
        reason: why, as the score says.
        role: whose model the scorer asks; empty if it asks none.
        models: those of the run, by role.
    """
    what, _, ending = reason.partition(": ")
    if what == "unjudged":
        return judge_advice(ending, role or "judge", models)
    if reason == "blocked":
        return ADVICE[reason]
    return suggest_setting(record, models["target"].thinking_tokens) or ADVICE.get(reason, "")


def judge_advice(ending: str, role: str, models: Mapping[str, ModelIdentity]) -> str:
    """What to do about a reply of a role's model that states no verdict, by how it ended."""
    allowed = models[role].thinking_tokens if role in models else 0
    tokens = max(ENOUGH, 2 * allowed)
    advice = JUDGE_ADVICE.get(ending, JUDGE_ADVICE[""]).format(role=role, tokens=tokens)
    other = "--judge" if role == "judge" else f"--model-role {role}=MODEL"
    return settings_for_role(advice.replace(ANOTHER, f"{ANOTHER} with {other}"), role)


def counted_metrics(task: Task) -> dict[tuple[str, str], Metric]:
    """The metrics of which a missing score is counted: those of the run's own protocol."""
    if task.beside is None:
        return task.measured
    own = {(leaf.condition, leaf.metric) for leaf in task.headline.leaves}
    return {place: metric for place, metric in task.measured.items() if place in own}


def counted_scorers(task: Task) -> dict[str, dict[str, str]]:
    """The scorers of these metrics, by condition, each with the role that it asks, if any."""
    found: dict[str, dict[str, str]] = {}
    for (condition, _), metric in counted_metrics(task).items():
        role = min(roles_of(metric.scorer), default="")
        found.setdefault(condition, {})[metric.scorer.name] = role
    return found


def reasons(record: Record, scorers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Why a record lacks scores, each reason once, with the role that its scorer asks."""
    found = [
        (score.unscored, scorers[score.scorer])
        for score in record.scores
        if score.scorer in scorers and score.unscored is not None
    ]
    return list(dict.fromkeys(found))
