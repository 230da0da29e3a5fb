"""Tasks that make requests, and how they end where nothing more is to be sent.

A request that was sent may still be answered, and the answer may have been paid for. One that waits
for its turn has cost nothing, so its task can be cancelled at any time. Only whoever waits knows
which of both it is: `before_sending` says so to the task's worker, through whatever stands between.
Where answers cannot be kept for now, `sending_allowed` holds a request back whose turn it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(eq=False, slots=True)
class Worker:
    """A task that makes requests, in its own code or in tasks that it starts."""

    task: asyncio.Task[Any]
    allowed: Callable[[], Awaitable[None]] | None = None
    """Returns as soon as requests may be sent."""
    waiting: int = 0
    """Its waits under way that come before a request is sent."""
    stopped: bool = False

    def stop(self) -> None:
        """Have it send nothing more: it is cancelled now if it waits, else when it next would."""
        self.stopped = True
        if self.waiting:
            self.task.cancel()


_WORKER: ContextVar[Worker | None] = ContextVar("worker", default=None)


def register_worker(allowed: Callable[[], Awaitable[None]] | None = None) -> Worker:
    """Make the running task the worker of all that it calls from now on.

    Args:
        allowed: returns as soon as requests may be sent; at any time if None.
    """
    task = asyncio.current_task()
    assert task is not None
    worker = Worker(task, allowed)
    _WORKER.set(worker)
    return worker


@contextmanager
def before_sending() -> Iterator[None]:
    """Around what comes before a request is sent: a worker that is stopped ends here.

    Raises:
        asyncio.CancelledError: the worker is stopped.
    """
    worker = _WORKER.get()
    if worker is None:
        yield
        return
    if worker.stopped:
        worker.task.cancel()
        raise asyncio.CancelledError
    worker.waiting += 1
    try:
        yield
    finally:
        worker.waiting -= 1


async def sending_allowed() -> None:
    """Wait until the worker's run can keep an answer; at once where there is no run.

    Raises:
        asyncio.CancelledError: the worker is stopped.
        StoreError: the run has given up.
    """
    worker = _WORKER.get()
    if worker is not None and worker.allowed is not None:
        with before_sending():
            await worker.allowed()
