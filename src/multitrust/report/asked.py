"""What a run of which not all was asked says of that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from multitrust.run import AskedCount

RESUME = "the command that made the run, given again, asks the rest"


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
    return (
        f"incomplete run, its scores are partial: {asked_of(own)} samples asked in {first}{more}; "
        f"{RESUME}"
    )


def short_tasks(samples: Iterable[AskedCount]) -> Iterator[tuple[str, list[AskedCount]]]:
    """The tasks of which not all samples were asked, each with its conditions."""
    by_task: dict[str, list[AskedCount]] = {}
    for count in samples:
        by_task.setdefault(count.task, []).append(count)
    yield from ((task, own) for task, own in by_task.items() if not all(c.whole for c in own))


def condition_warnings(samples: Iterable[AskedCount]) -> Iterator[str]:
    """The conditions that were asked in part, in one line."""
    partly = [
        f"{count.task} {count.condition} ({asked_of([count])} samples asked)"
        for count in samples
        if count.asked and not count.whole
    ]
    if partly:
        yield f"Asked in part, so that these scores are partial: {', '.join(partly)}; {RESUME}."
