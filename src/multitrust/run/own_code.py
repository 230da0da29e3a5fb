"""Which exceptions come from code that may be anybody's, and which end the task that runs it."""

from __future__ import annotations

import asyncio
from typing import Any


def current_task() -> asyncio.Task[Any] | None:
    """The task that runs; None outside an event loop, as where a loop that ended is cleaned up."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def ends_task(error: BaseException, task: asyncio.Task[Any] | None) -> bool:
    """Whether an exception is meant for the task, and is no failure of the code that it called.

    So it is with Ctrl-C, with a cancellation of the task, and where its coroutine is closed before
    its end. `SystemExit` and every other exception come from the code that raised them.

    Args:
        error: what was caught.
        task: the one that called the code.
    """
    now = current_task()
    if isinstance(error, asyncio.CancelledError):
        return now is not None and now.cancelling() > 0
    if isinstance(error, GeneratorExit):  # whoever closes a coroutine is not the task that runs it
        return now is None or now is not task
    return isinstance(error, KeyboardInterrupt)
