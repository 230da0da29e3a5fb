"""What a run of which not all was asked says of that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from multitrust.run import AskedCount

LISTED = 12
"""Conditions that a warning names at most."""
RESUME = "the command that made the run, given again, asks the rest"

PARTIAL = "incomplete run, its scores are partial"


def asked_of(samples: Sequence[AskedCount]) -> str:
    """How many of the samples were asked, e.g. `38 of 96`; `38 of ?` where that is not known."""
    asked = sum(count.asked for count in samples)
    expected = [count.expected for count in samples if count.expected is not None]
    known = len(expected) == len(samples)
    return f"{asked:,} of {f'{sum(expected):,}' if known else '?'}"


def incomplete_text(samples: Sequence[AskedCount]) -> str:
    """That not all was asked, of which tasks, and what to do; empty if all was."""
    short = sorted(short_tasks(samples), key=lambda task: not any(c.asked for c in task[1]))
    if not short:
        return ""
    (first, own), *others = short
    more = "".join(f", {asked_of(counts)} in {task}" for task, counts in others)
    return f"{PARTIAL}: {asked_of(own)} samples asked in {first}{more}; {RESUME}"


def short_incomplete_text(samples: Sequence[AskedCount]) -> str:
    """The same without counts, for narrow screens: what matters most are the tasks."""
    return f"{PARTIAL}: {', '.join(task for task, _ in short_tasks(samples))}; {RESUME}"


def short_tasks(samples: Iterable[AskedCount]) -> Iterator[tuple[str, list[AskedCount]]]:
    """The tasks of which not all samples were asked, each with its conditions."""
    by_task: dict[str, list[AskedCount]] = {}
    for count in samples:
        by_task.setdefault(count.task, []).append(count)
    yield from ((task, own) for task, own in by_task.items() if not all(c.whole for c in own))


def condition_warnings(samples: Sequence[AskedCount]) -> Iterator[str]:
    """The conditions that were asked in part, in one line; where they are many, their tasks."""
    partly = [
        f"{count.task} {count.condition} ({asked_of([count])} samples asked)"
        for count in samples
        if count.asked and not count.whole
    ]
    if len(partly) > LISTED:
        tasks = [f"{task} ({asked_of(own)} samples asked)" for task, own in short_tasks(samples)]
        yield f"Asked in part, so that these scores are partial: {', '.join(tasks)}; {RESUME}."
    elif partly:
        yield f"Asked in part, so that these scores are partial: {', '.join(partly)}; {RESUME}."
