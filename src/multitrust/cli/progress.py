"""How a run's progress is shown."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from multitrust.run import Progress, RunConfig
from multitrust.run import Report as Reporter

DISPLAYS = ("rich", "plain", "log", "none")
EVERY = 5.0
"""Seconds between lines of the plain display."""


@contextmanager
def display(kind: str, config: RunConfig) -> Iterator[Reporter]:
    """A function that shows progress in the chosen way, on standard error."""
    if kind == "rich":
        with bars(config) as report:
            yield report
    elif kind == "none":
        yield lambda progress: None
    else:
        yield lines(kind, config)


def retries(config: RunConfig) -> int:
    """Attempts that the target repeated so far, where it counts them."""
    return int(getattr(config.model, "retries", 0))


def outcome_text(progress: Progress) -> str:
    """Counts of outcomes other than answered ones."""
    return ", ".join(
        f"{count} {name}" for name, count in sorted(progress.outcomes.items()) if name != "answered"
    )


def lines(kind: str, config: RunConfig) -> Reporter:
    """A line every few seconds and one at the end."""
    start = time.monotonic()
    last = [start]

    def report(progress: Progress) -> None:
        now = time.monotonic()
        if now - last[0] < EVERY and progress.done < progress.total:
            return
        last[0] = now
        fresh = progress.done - progress.reused
        left = (progress.total - progress.done) * (now - start) / fresh if fresh else 0.0
        others = outcome_text(progress)
        text = (
            f"{progress.done}/{progress.total} samples, {now - start:.0f} s, {left:.0f} s left"
            + (f", {others}" if others else "")
            + (f", {retries(config)} retries" if retries(config) else "")
            + (f", {progress.spent:.2f} USD" if progress.spent else "")
        )
        if kind == "log":
            logging.getLogger("multitrust.run").info(text)
        else:
            click.echo(text, err=True)

    return report


@contextmanager
def bars(config: RunConfig) -> Iterator[Reporter]:
    """A bar a task."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[notes]}"),
    )
    with Bars(*columns, console=Console(stderr=True)) as shown:
        whole = shown.add_task("all", total=None, notes="")
        rows = {
            task.id: shown.add_task(f"{task.id} {task.name}", total=None, notes="")
            for task in config.tasks
        }

        def report(progress: Progress) -> None:
            notes = outcome_text(progress)
            if retries(config):
                notes += f" {retries(config)} retries"
            if progress.spent:
                notes += f" {progress.spent:.2f} USD"
            shown.update(whole, total=progress.total, completed=progress.done, notes=notes)
            for name, total in progress.tasks.items():
                shown.update(rows[name], total=total, completed=progress.done_by_task[name])

        yield report
