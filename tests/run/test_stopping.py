"""A run, a plan or a scoring that is stopped makes hardly any more samples."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.run.test_engine import Talker, config

from multitrust.core import Condition, Origin, Sample
from multitrust.run import RunConfig, execute, execute_async, plan_lines
from multitrust.run.engine import BATCH
from multitrust.run.local import score_again
from multitrust.run.plan import check_sample_ids

COUNT = 10 * BATCH
AT = 5
"""The sample at which a stop is asked for."""


class Stopping:
    """Samples of which one, counted over all passes, asks for a stop."""

    name = "stopping"

    def __init__(self) -> None:
        self.made = 0
        self.stop: Callable[[], object] = lambda: None

    def samples(self, origin: Origin) -> Iterator[Sample]:
        for i in range(COUNT):
            self.made += 1
            if self.made == AT:
                self.stop()
            yield Sample.ask(f"{i:03d}", f"{i}?", target="yes")


def stopping(folder: Path, conditions: int = 1) -> tuple[RunConfig, Stopping]:
    """A run of such samples in so many conditions."""
    made, samples = config(folder, Talker()), Stopping()
    (task,) = made.tasks
    more = tuple(Condition(name=f"more {number}") for number in range(1, conditions))
    task = replace(task, dataset=samples, conditions=(*task.conditions, *more))
    return replace(made, tasks=(task,)), samples


def made_until_stopped(main: Coroutine[Any, Any, object], samples: Stopping) -> int:
    """How many samples are made if the coroutine is cancelled at the one that asks for it."""

    async def run() -> None:
        loop, task = asyncio.get_running_loop(), asyncio.ensure_future(main)
        samples.made = 0
        samples.stop = lambda: loop.call_soon_threadsafe(task.cancel)
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())  # waits for the threads
    return samples.made


def test_a_plan_that_is_stopped_ends_at_once(tmp_path: Path) -> None:
    made, samples = stopping(tmp_path)
    assert made_until_stopped(plan_lines(made), samples) <= AT + 1


def test_a_run_that_is_stopped_while_it_is_planned_makes_one_batch(tmp_path: Path) -> None:
    made, samples = stopping(tmp_path)
    assert made_until_stopped(execute_async(made), samples) <= BATCH


def test_looking_for_chosen_samples_stops_after_one_condition(tmp_path: Path) -> None:
    made, samples = stopping(tmp_path, conditions=4)
    made = replace(made, sample_ids=("none of them",))
    assert made_until_stopped(check_sample_ids(made), samples) <= COUNT
    samples.made = AT
    asyncio.run(check_sample_ids(replace(made, sample_ids=("003",))))
    assert samples.made <= AT + COUNT


@pytest.mark.parametrize("scoring", [True, False])
def test_samples_that_are_passed_over_are_made_in_batches(tmp_path: Path, scoring: bool) -> None:
    """Of a run that is resumed all samples but one are done; of one that is scored, one alone."""
    made, samples = stopping(tmp_path)
    last = f"T.1/plain/{COUNT - 1:03d}/0"
    execute(made)
    (made.folder / "complete.json").unlink()
    with closing(sqlite3.connect(made.folder / "run.sqlite")) as database, database:
        database.execute(f"DELETE FROM records WHERE key {'<>' if scoring else '='} ?", (last,))
    if scoring:
        assert made_until_stopped(score_again(made, False), samples) <= BATCH
        return
    samples.made = -COUNT  # made once to count them
    assert made_until_stopped(execute_async(made), samples) <= BATCH
