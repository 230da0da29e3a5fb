"""How a run's progress is shown."""

from __future__ import annotations

import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from multitrust.run import Activity, Progress, RunConfig, show_usd
from multitrust.run import Report as Reporter

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

DISPLAYS = ("rich", "plain", "log", "none")
EVERY = 5.0
"""Seconds between lines of the plain display."""
RECENT = 60.0
"""Seconds whose pace tells how long the rest takes."""
BAR = 16
"""Columns of the screen that a bar takes."""
COUNT = 11
"""Columns of the screen that a count of records keeps, however narrow the terminal is."""
ENOUGH = 10
"""Records that a pace is measured by, at least."""


class TimeLeft:
    """Estimates the time left from the pace of the last minute, and says so when it cannot."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def seconds(self, progress: Progress) -> float | None:
        """Seconds that the missing records take at the present pace; None if there is no pace."""
        now, fresh = self._clock(), progress.done - progress.reused
        self._seen.append((now, fresh))
        while self._seen[0][0] < now - RECENT:
            self._seen.popleft()
        start, before = self._seen[0]
        if fresh - before < ENOUGH or now == start:
            return None
        return (progress.total - progress.done) * (now - start) / (fresh - before)

    def text(self, progress: Progress) -> str:
        """The estimate in words; empty when nothing is left."""
        if progress.done >= progress.total:
            return ""
        left = self.seconds(progress)
        return "time left unknown" if left is None else f"about {duration(left)} left"


def duration(seconds: float) -> str:
    """Seconds as a rounded duration, such as `40 s`, `12 min` or `3 h 20 min`."""
    if seconds < 90:
        return f"{max(10, round(seconds, -1)):.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60 // 10 * 10} min"


@contextmanager
def display(kind: str, config: RunConfig) -> Iterator[Reporter]:
    """A function that shows progress in the chosen way, on standard error."""
    if kind == "rich":
        with bars(config) as report:
            yield report
    elif kind == "none":
        yield lambda progress, activity: None
    else:
        yield lines(kind, config)


def retries(config: RunConfig) -> int:
    """Attempts that the target repeated so far, where it counts them."""
    return int(getattr(config.model, "retries", 0))


def activity_text(activity: Activity) -> str:
    """What the run is doing right now, by phase."""
    if activity.phase != "asking":
        return f"{activity.phase} the run"
    counts = {
        "making {} images": activity.images_waiting,
        "asking {}": activity.asking,
        "scoring {}": activity.scoring,
    }
    return ", ".join(text.format(count) for text, count in counts.items() if count)


def counts_text(config: RunConfig, progress: Progress) -> str:
    """Outcomes other than answered ones, retries and money."""
    parts = [
        f"{count} {name}" for name, count in sorted(progress.outcomes.items()) if name != "answered"
    ]
    if retries(config):
        parts.append(f"{retries(config)} retries")
    if progress.spent:
        parts.append(f"{show_usd(progress.spent)} USD")
    return ", ".join(parts)


def lines(kind: str, config: RunConfig) -> Reporter:
    """A line every few seconds, at a new phase and at the end."""
    start = time.monotonic()
    last, phase = [start], ["asking"]
    time_left = TimeLeft()

    def report(progress: Progress, activity: Activity) -> None:
        now = time.monotonic()
        new_phase = activity.phase != phase[0]
        if now - last[0] < EVERY and not new_phase and progress.done < progress.total:
            return
        if new_phase and progress.done >= progress.total and now - last[0] < 1:
            return  # the last record's line has just said all
        last[0], phase[0] = now, activity.phase
        parts = (
            f"{progress.done}/{progress.total} samples",
            f"{now - start:.0f} s",
            time_left.text(progress),
            activity_text(activity) if progress.done < progress.total or new_phase else "",
            counts_text(config, progress),
        )
        text = ", ".join(filter(None, parts))
        if kind == "log":
            logging.getLogger("multitrust.run").info(text)
        else:
            with contextlib.suppress(OSError):  # a run is worth more than its progress
                click.echo(text, err=True)

    return report


def bar_columns() -> tuple[ProgressColumn, ...]:
    """What stands in the row of a bar; counts keep their width, texts fold."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.table import Column

    return (
        TextColumn("{task.description}", table_column=Column(overflow="fold")),
        BarColumn(BAR),
        MofNCompleteColumn(table_column=Column(no_wrap=True, min_width=COUNT)),
        TextColumn("{task.fields[notes]}", table_column=Column(overflow="fold")),
    )


@contextmanager
def bars(config: RunConfig) -> Iterator[Reporter]:
    """A bar a task, and above them what the run is doing."""
    from rich.console import Console
    from rich.progress import Progress as Bars

    time_left = TimeLeft()
    with Bars(*bar_columns(), console=Console(stderr=True)) as shown:
        whole = shown.add_task("all", total=None, notes="")
        rows = {
            task.id: shown.add_task(f"{task.id} {task.name}", total=None, notes="")
            for task in config.tasks
        }

        def report(progress: Progress, activity: Activity) -> None:
            parts = (
                time_left.text(progress), activity_text(activity), counts_text(config, progress)
            )  # fmt: skip
            notes = ", ".join(filter(None, parts))
            shown.update(whole, total=progress.total, completed=progress.done, notes=notes)
            for name, total in progress.tasks.items():
                shown.update(rows[name], total=total, completed=progress.done_by_task[name])

        yield report
