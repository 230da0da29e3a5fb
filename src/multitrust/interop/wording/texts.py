"""Texts with gaps: what a program's text is before it runs.

A text is a sequence of pieces, each literal or a gap that a value known at run time fills. The ways
in which Python builds texts take texts and give texts; what they cannot keep exact is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import TypeAlias

from multitrust.interop.wording.limits import TEXT_LENGTH, TooLarge

PERCENT = re.compile(r"%(?:\((?P<name>\w+)\))?(?P<kind>[sd%])|%")


@dataclass(frozen=True, slots=True)
class Gap:
    """A value that only the running program has."""

    source: str
    """The expression that gives it, or the name of a field of `str.format`."""
    line: int = 0
    """Where it is read, or where it begins to depend on what is unknown; counted from 1."""
    why: str = "is not a text that can be read without running the program"


@dataclass(frozen=True, slots=True)
class Text:
    """Literal pieces and gaps, in order; no two literal pieces touch, none is empty."""

    pieces: tuple[str | Gap, ...] = ()
    line: int = field(default=0, compare=False)
    """Where it is written; 0 where that is not known."""

    @property
    def literal(self) -> str | None:
        """The text itself; None if it has gaps."""
        if any(isinstance(piece, Gap) for piece in self.pieces):
            return None
        return "".join(map(str, self.pieces))


Value: TypeAlias = "Text | Gap | int | list[Value] | tuple[Value, ...] | dict[str | int, Value]"
"""What an expression is worth; a truth value is a number."""


def text_of(*pieces: str | Gap) -> Text:
    """The pieces as a text.

    Raises:
        TooLarge: they are too long.
    """
    if sum(map(length, pieces)) > TEXT_LENGTH:
        raise TooLarge(f"more than {TEXT_LENGTH:,} characters")
    merged: list[str | Gap] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece != "":
            merged.append(piece)
    return Text(tuple(merged))


def length(piece: str | Gap) -> int:
    """The characters of a piece, or of a gap's source and one more."""
    return len(piece) if isinstance(piece, str) else 1 + len(piece.source)


def pieces_of(value: Value) -> tuple[str | Gap, ...] | None:
    """What a value contributes to a text that it is written into; None for a collection."""
    if isinstance(value, Text):
        return value.pieces
    if isinstance(value, Gap):
        return (value,)
    return (str(value),) if isinstance(value, int) else None


def joined(values: Sequence[Value], separator: Text | None = None) -> Text | None:
    """The values one after the other."""
    between = separator.pieces if separator else ()
    pieces: list[str | Gap] = []
    for number, value in enumerate(values):
        part = pieces_of(value)
        if part is None:
            return None
        pieces += (*between, *part) if number else part
    return text_of(*pieces)


def fields_in(template: str) -> Iterator[str | Gap]:
    """The pieces of a template of `str.format`; fields without a name are numbered from 0.

    A field with a conversion or a format keeps it in its source, so that it is nobody's name.

    Raises:
        ValueError: a brace is not closed.
    """
    unnamed = 0
    for literal, name, form, conversion in Formatter().parse(template):
        yield literal
        if name is None:
            continue
        if not name:
            name, unnamed = str(unnamed), unnamed + 1
        yield Gap(name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else ""))


def formatted(text: Text, values: Mapping[str, Value]) -> Text | None:
    """`text.format(…)`; positional values go by their number."""
    pieces: list[str | Gap] = []
    if text.literal is None:
        return None
    try:
        fields = list(fields_in(text.literal))
    except ValueError:
        return None
    for piece in fields:
        part = (piece,) if isinstance(piece, str) else pieces_of(values.get(piece.source, []))
        if part is None:
            return None
        pieces += part
    return text_of(*pieces)


def percent_formatted(text: Text, value: Value) -> Text | None:
    """`text % value`, for `%s`, `%d` and `%%`, with positions or names."""
    if text.literal is None:
        return None
    named = value if isinstance(value, dict) else {}
    rest = list(value) if isinstance(value, tuple) else [] if isinstance(value, dict) else [value]
    parts: list[Value] = []
    start = 0
    for match in PERCENT.finditer(text.literal):
        parts.append(text_of(text.literal[start : match.start()]))
        start = match.end()
        if match["kind"] == "%":
            parts.append(text_of("%"))
        elif match["kind"] and match["name"]:
            parts.append(named.get(match["name"], []))
        else:
            parts.append(rest.pop(0) if match["kind"] and rest else [])
    return None if rest else joined([*parts, text_of(text.literal[start:])])


def stripped(text: Text, name: str, characters: str | None) -> Text | None:
    """`text.strip(…)`, or `lstrip` or `rstrip`; None where a value might be stripped with it."""
    pieces = list(text.pieces)
    for place, method in ((0, "lstrip"), (-1, "rstrip")):
        if name not in ("strip", method) or not pieces:
            continue
        end = pieces[place]
        left = getattr(end, method)(characters) if isinstance(end, str) else ""
        if isinstance(end, Gap) or (not left and len(pieces) > 1):
            return None
        pieces[place] = left
    return text_of(*pieces)


def as_template(text: Text) -> Text:
    """A text that `str.format` is still to fill, with its fields as gaps.

    Raises:
        ValueError: a brace is not closed.
    """
    return text if text.literal is None else text_of(*fields_in(text.literal))
