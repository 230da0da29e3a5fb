"""The engine: a bounded window of samples in flight over a lazy plan."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from multitrust.core import Record
from multitrust.run.plan import Entry

T = TypeVar("T")


@dataclass(slots=True)
class Progress:
    """How far a run is. The engine counts, the command line shows."""

    total: int
    done: int = 0
    reused: int = 0
    """Records that an earlier invocation had made."""
    tasks: dict[str, int] = field(default_factory=dict)
    """Records that each task has in all."""
    done_by_task: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    spent: float = 0.0
    """USD that all invocations have spent, as far as prices are known."""

    def count(self, record: Record) -> None:
        """One more record."""
        self.done += 1
        self.done_by_task[record.task] += 1
        self.outcomes[record.outcome] += 1


Report = Callable[[Progress], None]


async def drain(
    entries: Iterator[Entry],
    walk: Callable[[Entry], Awaitable[Record]],
    window: int,
    report: Callable[[Record], None],
) -> None:
    """Walk every entry, at most `window` at a time. The first error stops all and is raised."""

    async def worker() -> None:
        for entry in entries:
            report(await walk(entry))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(window):
                group.create_task(worker())
    except* Exception as errors:  # noqa: BLE001  the group's first error is the cause
        raise first(errors) from None


def first(errors: BaseExceptionGroup[Any]) -> BaseException:
    """The first plain error of a group."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def run_loop(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on uvloop where there is one; SIGTERM ends it as Ctrl-C does.

    Raises:
        KeyboardInterrupt: the process was asked to stop; everything finished is on disk.
    """
    try:
        import uvloop

        factory: Callable[[], asyncio.AbstractEventLoop] | None = uvloop.new_event_loop
    except ImportError:  # pragma: no cover  uvloop does not exist on Windows
        factory = None
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(until_terminated(main))


async def until_terminated(main: Coroutine[Any, Any, T]) -> T:
    """Await a coroutine; SIGTERM cancels it and becomes a KeyboardInterrupt."""
    task = asyncio.ensure_future(main)
    terminated = []

    def stop() -> None:
        terminated.append(True)
        task.cancel()

    try:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
    except (NotImplementedError, RuntimeError, ValueError):  # not the main thread, or Windows
        return await task
    try:
        return await task
    except asyncio.CancelledError:
        if terminated:
            raise KeyboardInterrupt from None
        raise
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
