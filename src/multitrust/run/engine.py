"""The engine: a bounded number of samples on their way over a lazy plan."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal, TypeVar

from multitrust.core import BudgetError, ModelError, Record, Worker, register_worker
from multitrust.interruption import INTERRUPTION
from multitrust.run.plan import Entry
from multitrust.run.request_cache import ENDING

T = TypeVar("T")
BATCH = 64
"""Entries that are made at once."""
TICK = 1.0
"""Seconds between reports while no record is made."""
PATIENCE = 3.0
"""Seconds for which requests under way are waited for after a server refused the first one."""

Phase = Literal["planning", "asking", "finishing"]


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


@dataclass(slots=True)
class Activity:
    """What an invocation is doing right now."""

    phase: Phase = "planning"
    images_waiting: int = 0
    """Images that are being computed or wait for it."""
    images_computed: int = 0
    asking: int = 0
    """Samples whose response is awaited."""
    scoring: int = 0
    """Samples that are being scored, by a judge or without."""


Report = Callable[[Progress, Activity], None]


class EntryFeed:
    """Hands out the entries of a plan, made in another thread so that the event loop goes on.

    `BATCH` of them are made at once, whether they are wanted or not: a run that is stopped waits
    for no more.

    Args:
        entries: the plan.
        wanted: says which of them are handed out.
    """

    def __init__(
        self, entries: Iterator[Entry], wanted: Callable[[Entry], bool] = lambda entry: True
    ) -> None:
        self._entries = entries
        self._wanted = wanted
        self._ended = False
        self._ready: deque[Entry] = deque()
        self._lock = asyncio.Lock()

    async def take(self) -> Entry | None:
        """The next entry; None when there is none left."""
        if not self._ready:
            async with self._lock:
                while not self._ready and not self._ended:
                    batch = await asyncio.to_thread(self._batch)
                    self._ended = len(batch) < BATCH
                    self._ready.extend(filter(self._wanted, batch))
        return self._ready.popleft() if self._ready else None

    def _batch(self) -> list[Entry]:
        return list(islice(self._entries, BATCH))


async def run_pool(
    feed: EntryFeed,
    run: Callable[[Entry], Awaitable[Record]],
    workers: int,
    report: Callable[[Record], None],
    allowed: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Run every entry of a feed, at most `workers` at a time.

    A request whose turn has come is sent when `allowed` returns.

    The first error stops all and is raised. Where that is as a model cannot be asked, nothing more
    is sent, and those finish whose requests are under way or answered; for no longer than
    `PATIENCE` where the model has never answered. Where the budget is used up, all finish that it
    still allows for.
    """
    pool = Pool(feed, run, report, allowed)
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(pool.work())
    except* Exception as errors:  # noqa: BLE001  the group's first error is the cause
        raise first_error(errors) from None
    finally:
        if pool.patience is not None:
            pool.patience.cancel()
    if pool.errors:
        raise pool.errors[0]


@dataclass(slots=True)
class Pool:
    """What the workers of `run_pool` share."""

    feed: EntryFeed
    run: Callable[[Entry], Awaitable[Record]]
    report: Callable[[Record], None]
    allowed: Callable[[], Awaitable[None]] | None
    workers: list[Worker] = field(default_factory=list)
    errors: list[BudgetError | ModelError] = field(default_factory=list)
    """Why no other entry is begun."""
    patience: asyncio.TimerHandle | None = None
    """Ends what is still under way."""

    async def work(self) -> None:
        """Run entries, one after the other, until none is left or an error stops all."""
        self.workers.append(register_worker(self.allowed))
        try:
            while not self.errors and (entry := await self.feed.take()) is not None:
                self.report(await self.run(entry))
        except BudgetError as error:
            self.errors.append(error)
        except ModelError as error:
            self.errors.append(error)
            self._stop()
            if error.kind != ENDING and self.patience is None:
                self.patience = asyncio.get_running_loop().call_later(PATIENCE, self._cancel)
        except Exception:
            self._stop()
            raise

    def _stop(self) -> None:
        """Have nothing more sent."""
        for worker in self.workers:
            worker.stop()

    def _cancel(self) -> None:
        for worker in self.workers:
            worker.task.cancel()


@contextlib.asynccontextmanager
async def ticking(tick: Callable[[], None]) -> AsyncIterator[None]:
    """Call a function every `TICK` seconds."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(TICK)
            tick()

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()


def first_error(errors: BaseExceptionGroup[Any]) -> BaseException:
    """The first plain error of a group."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def run_loop(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on an event loop of its own, uvloop where there is one.

    Where an event loop is running already, as in a notebook, the other loop gets a thread of its
    own; the running one waits. SIGTERM and SIGHUP end the coroutine as Ctrl-C does.

    Raises:
        KeyboardInterrupt: the process was asked to stop; everything finished is on disk.
    """
    return _run_in_thread(main) if is_loop_running() else _run(main)


def is_loop_running() -> bool:
    """Whether this thread runs an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _run_in_thread(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread; Ctrl-C here cancels it there, and waits until it has ended."""
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[T] | None]] = []

    async def noted() -> T:
        running.append((asyncio.get_running_loop(), asyncio.current_task()))
        return await main

    with ThreadPoolExecutor(1, thread_name_prefix="multitrust") as thread:
        future = thread.submit(_run, noted())
        try:
            return future.result()
        except KeyboardInterrupt:
            for loop, task in running:
                if task is not None:
                    loop.call_soon_threadsafe(task.cancel)
            raise


def _run(main: Coroutine[Any, Any, T]) -> T:
    try:
        import uvloop

        factory: Callable[[], asyncio.AbstractEventLoop] | None = uvloop.new_event_loop
    except ImportError:  # pragma: no cover  uvloop does not exist on Windows
        factory = None
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(until_interrupted(main))


async def until_interrupted(main: Coroutine[Any, Any, T]) -> T:
    """Await a coroutine; a request to stop cancels it and becomes a KeyboardInterrupt.

    Such a request is a call of `INTERRUPTION.cancel`, or SIGTERM and SIGHUP where nobody else
    handles them. A second such signal ends the process, as it does by default.

    Raises:
        KeyboardInterrupt: it was asked to stop, before or meanwhile.
    """
    task = asyncio.ensure_future(main)
    if threading.current_thread() is not threading.main_thread():
        return await task
    loop, stopped = asyncio.get_running_loop(), threading.Event()

    def stop() -> None:
        """May be called by a signal's handler, between any two steps of the loop."""
        stopped.set()
        loop.call_soon_threadsafe(task.cancel)

    before, INTERRUPTION.cancel = INTERRUPTION.cancel, stop
    release = handle_termination(loop, stop)
    if INTERRUPTION.asked:
        stop()
    try:
        found = await task
    except asyncio.CancelledError:
        if stopped.is_set():
            raise KeyboardInterrupt from None
        raise
    finally:
        INTERRUPTION.cancel = before
        release()
    if stopped.is_set():
        raise KeyboardInterrupt
    return found


def handle_termination(
    loop: asyncio.AbstractEventLoop, stop: Callable[[], None]
) -> Callable[[], None]:
    """Have the first SIGTERM or SIGHUP that nobody handles stop; returns what undoes that."""
    numbers: list[signal.Signals] = []

    def release() -> None:
        while numbers:
            number = numbers.pop()
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)

    def first() -> None:
        release()
        stop()

    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        number = getattr(signal, name, None)
        if number is None or signal.getsignal(number) is not signal.SIG_DFL:
            continue
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # Windows
            loop.add_signal_handler(number, first)
            numbers.append(number)
    return release
