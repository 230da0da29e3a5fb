"""What exceptions say, as texts that every file can hold."""

from __future__ import annotations

from multitrust.core.messages import whole_characters

MOST = 10_000
"""Characters of an exception's text that are kept."""


def error_text(error: BaseException) -> str:
    """The text of an exception, which may be of anybody's making.

    Halves of surrogate pairs become U+FFFD, of more than `MOST` characters the beginning is kept,
    and an exception whose `__str__` fails is told as such.
    """
    try:
        text = str(error)
    except BaseException as failure:  # noqa: BLE001  whatever a `__str__` raises
        return f"(no text: its __str__ raised {type(failure).__name__})"
    kept = text if len(text) <= MOST else f"{text[:MOST]} … ({len(text):,} characters in all)"
    return whole_characters(kept)


def describe_error(error: BaseException) -> str:
    """The class of an exception and its text, e.g. `ValueError: no such token`."""
    return f"{type(error).__name__}: {error_text(error)}"
