"""Reports of usage: token counts that can be counted with."""

from __future__ import annotations

import logging
import reprlib
from dataclasses import dataclass
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
    found = value_at(usage, *path)
    count = as_count(found)
    if count is None and found is not None:
        note(model, ".".join(path), found)
    return count


def value_at(usage: Any, *path: str) -> Any:
    """What stands at a path of nested fields; None if nothing does."""
    found = usage
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def as_count(found: Any) -> int | None:
    """A value as a number of tokens; None if it is no whole number from 0 to `MOST`."""
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    return found if type(found) is int and 0 <= found <= MOST else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """The tokens of one request. None where a server does not tell."""

    input: int | None
    """All tokens of the request, cached ones included."""
    output: int | None
    """All tokens that were generated, reasoning included."""
    cached: int | None
    reasoning: int | None


def usage_in(model: str, usage: Any, asked: str, said: str) -> Usage:
    """The usage that OpenAI's APIs, and servers that speak like them, report.

    OpenAI counts reasoning within the completion. xAI counts it apart and adds it to the total
    alone, as gateways in front of Gemini do with its thoughts; some count cached tokens apart.
    So the report itself decides: what its total holds beyond its two counts was generated, unless
    it is just the number of cached tokens; and reasoning that is more than the completion cannot
    be a part of it. (docs.x.ai on consumption, and public reports of replies, read 2026-11.)

    Args:
        model: who sent it.
        usage: the report.
        asked: what the API calls the request: `prompt` or `input`.
        said: what it calls the answer: `completion` or `output`.
    """
    input_tokens = tokens(model, usage, f"{asked}_tokens")
    output = tokens(model, usage, f"{said}_tokens")
    cached = tokens(model, usage, f"{asked}_tokens_details", "cached_tokens")
    reasoning = tokens(model, usage, f"{said}_tokens_details", "reasoning_tokens")
    if reasoning is None:
        reasoning = as_count(value_at(usage, "reasoning_tokens"))
    total = as_count(value_at(usage, "total_tokens"))
    if output is not None:
        added = output + (reasoning or 0)
        if input_tokens is not None and total is not None:
            if cached and total - input_tokens - cached in (output, added):
                input_tokens += cached
            output = max(output, total - input_tokens)
        if (reasoning or 0) > output:
            output = added
    return Usage(input=input_tokens, output=output, cached=cached, reasoning=reasoning)


def note(model: str, field: str, came: Any) -> None:
    """Log, once for each model and field, what came in place of a number of tokens."""
    if (model, field) in _NOTED:
        return
    _NOTED.add((model, field))
    log.warning(
        "%s reports %s as %s; expected a whole number from 0 to %d, so it is left out, and costs "
        "are counted by the limits of its requests", model, reprlib.repr(came), field, MOST,
    )  # fmt: skip
