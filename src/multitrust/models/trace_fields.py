"""Traces of reasoning that servers send apart from the text, in whatever form they come.

A trace is no answer, so an odd form of one costs no answer: what can be read of it is kept.
OpenRouter's page on reasoning tokens (`reasoning_details`), read 2026-11.
"""

from __future__ import annotations

from typing import Any

WRITTEN_IN = ("text", "content", "thinking", "reasoning", "summary", "reasoning_content")
"""Fields of a part of a trace that may hold its text: the first that is filled counts."""
KINDS = frozenset({"thinking", "reasoning", "reasoning_text", "reasoning_content", "thought"})
"""Types of a part of a message that is a trace."""
DEEPEST = 8
"""Levels of parts within parts that are looked at."""


def trace_in(value: Any, depth: int = 0) -> str:
    """The text of a trace: a text, a part, or a list of both; empty where there is no text in it.

    Args:
        value: what came; withheld or encrypted reasoning has no text.
        depth: parts that it is within.
    """
    if isinstance(value, str):
        return value
    if depth > DEEPEST:
        return ""
    if isinstance(value, list):
        return "".join(trace_in(part, depth + 1) for part in value)
    if isinstance(value, dict):
        found = (trace_in(value.get(name), depth + 1) for name in WRITTEN_IN)
        return next(filter(None, found), "")
    return ""
