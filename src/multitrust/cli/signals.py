"""Signals that ask a command to stop: it ends with 130, whenever they come."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

from multitrust.interruption import INTERRUPTION

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

INTERRUPTED = 130
"""The exit code."""
RESUMED = (("run",), ("score",), ("data", "fetch"))
"""The commands that keep what they have done, and go on from there when they are given again."""
AGAIN = 0.01
"""Seconds after which a request to stop that was lost is made again."""


def told(end: str, arguments: Sequence[str]) -> str:
    """How a command that was asked to stop has ended, and what resumes it, if anything does.

    Args:
        end: how it has ended.
        arguments: the command and its flags.
    """
    resumed = any(tuple(arguments[: len(name)]) == name for name in RESUMED)
    if not resumed or "--dry-run" in arguments:
        return end
    return f"{end}; run the same command to resume"


@contextmanager
def interruptible(arguments: Sequence[str], *, last: bool = False) -> Iterator[None]:
    """Have SIGINT, SIGTERM and SIGHUP end what runs here, unless they are ignored (`nohup`).

    Args:
        arguments: the command that runs and its flags, for what a second signal says.
        last: whether the process ends after it. Then they come too late, and are ignored.

    Raises:
        KeyboardInterrupt: one came, even if the exception that its handler raised was lost.
    """
    before = {}
    lost = sys.unraisablehook
    INTERRUPTION.asked, INTERRUPTION.lost = 0, False
    at_once = f"{told('ended at once', arguments)}\n".encode()
    timers: list[threading.Timer] = []
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
            number = getattr(signal, name, None)
            free = (signal.SIG_DFL, signal.default_int_handler)
            if number is not None and signal.getsignal(number) in free:
                before[number] = signal.signal(number, partial(interrupt, at_once))

    def ask_again(problem: UnraisableHookArgs) -> None:
        """An exception was lost: if it was to stop the command, ask for that again, elsewhere."""
        if INTERRUPTION.asked and isinstance(problem.exc_value, KeyboardInterrupt):
            INTERRUPTION.lost = True
            timers.append(threading.Timer(AGAIN, send_again, [INTERRUPTION.asked]))
            timers[-1].start()
        else:
            lost(problem)

    sys.unraisablehook = ask_again
    try:
        yield
        if INTERRUPTION.asked:
            raise KeyboardInterrupt
    finally:
        sys.unraisablehook = lost
        for timer in timers:
            timer.cancel()
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if last else handler)


def send_again(number: int) -> None:
    """Send a signal to the main thread, so that it also ends a pause there."""
    ident = threading.main_thread().ident
    if sys.platform == "win32" or ident is None:
        _thread.interrupt_main(signal.Signals(number))
    else:
        signal.pthread_kill(ident, number)


def interrupt(at_once: bytes, number: int, frame: FrameType | None) -> None:
    """A signal's handler: the first one stops the command, the second ends the process at once.

    Args:
        at_once: what is then written on standard error.
        number: of the signal.
        frame: where it came.

    Raises:
        KeyboardInterrupt: no event loop runs that could be told to stop.
    """
    if INTERRUPTION.asked and not INTERRUPTION.lost:
        os.write(2, at_once)
        os._exit(INTERRUPTED)
    INTERRUPTION.asked, INTERRUPTION.lost = number, False
    if INTERRUPTION.cancel is None:
        raise KeyboardInterrupt
    INTERRUPTION.cancel()
