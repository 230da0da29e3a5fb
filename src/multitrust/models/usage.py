"""Reports of usage: token counts that can be counted with."""

from __future__ import annotations

import logging
import reprlib
from typing import Any

log = logging.getLogger("multitrust.models")
MOST = 100_000_000
"""More tokens than any request can take: ten times the longest context of 2026."""
_NOTED: set[tuple[str, str]] = set()
"""Models and fields of which a wrong count was logged."""


def tokens(model: str, usage: Any, *path: str) -> int | None:
    """A number of tokens in a report of usage; None if there is none that can be.

    What is no whole number from 0 to `MOST` is left out, with one line in the log for each model
    and field. A budget then counts the most that the request was allowed.
    """
    found = usage
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    if found is None:
        return None
    if type(found) is int and 0 <= found <= MOST:
        return found
    note(model, ".".join(path), found)
    return None


def note(model: str, field: str, came: Any) -> None:
    """Log, once for each model and field, what came in place of a number of tokens."""
    if (model, field) in _NOTED:
        return
    _NOTED.add((model, field))
    log.warning(
        "%s reports %s as %s; expected a whole number from 0 to %d, so it is left out, and costs "
        "are counted by the limits of its requests", model, reprlib.repr(came), field, MOST,
    )  # fmt: skip
