"""Texts that others wrote, made fit to be shown: they stay on their line and steer no terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, ends of lines, marks that turn the direction of writing, and halves of
characters, which no encoding holds."""


def escaped(text: str) -> str:
    r"""The text on one line; what would steer a terminal is written as in Python, e.g. `\x1b`."""
    return UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def escaped_lines(text: str) -> str:
    """The same, but for line ends and tabs, which stay."""
    return "\n".join("\t".join(map(escaped, line.split("\t"))) for line in text.split("\n"))


def escaped_texts(value: T) -> T:
    """The value with every text in it escaped: in dataclasses, mappings, lists, tuples and sets."""
    made: T = _escaped(value)
    return made


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return escaped(value)
    if is_dataclass(value) and not isinstance(value, type):
        held = {one.name: getattr(value, one.name) for one in fields(value) if one.init}
        made = {name: _escaped(item) for name, item in held.items()}
        return value if made == held else replace(value, **made)
    if isinstance(value, Mapping):
        return {_escaped(key): _escaped(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return type(value)(map(_escaped, value))
    return value
