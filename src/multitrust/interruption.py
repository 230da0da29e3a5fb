"""What a signal's handler and the event loop share, so that a run stops for sure.

An exception that a handler raises can be lost: within a destructor or a callback of a weak
reference Python prints and drops it. Where an event loop runs, a handler therefore calls `cancel`
and raises nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Interruption:
    """Whether this process was asked to stop, and how to stop what it does."""

    asked: int = 0
    """The signal that has come; 0 for none."""
    lost: bool = False
    """Whether the exception that its handler raised was lost, so that it comes once more."""
    cancel: Callable[[], None] | None = None
    """Cancels what the event loop of the main thread runs; None while none runs there."""


INTERRUPTION = Interruption()
"""Of this process, as its signals are."""
