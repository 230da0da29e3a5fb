"""How numbers and intervals are written: no negative zero, and no interval that looks exact."""

from __future__ import annotations

from typing import Protocol

MOST_DIGITS = 12
"""Decimals up to which the ends of an interval are told apart."""
NONE = "no interval"
"""In place of the interval of a number that has none, e.g. a p-value."""
FEW = "too few"
"""In place of the interval of a number that comes from too few families of samples."""
FEW_MEANS = "too few, needs N: an interval takes samples of at least N families"


class Bounded(Protocol):
    """A number that may have an interval."""

    @property
    def value(self) -> float | None:
        """The number; None without one."""

    @property
    def low(self) -> float | None:
        """Lower limit; None without an interval."""

    @property
    def high(self) -> float | None:
        """Upper limit; None without an interval."""

    @property
    def needed(self) -> int | None:
        """Families that an interval takes, where there are too few to tell."""


def decimal(value: float, digits: int = 1, *, sign: bool = False) -> str:
    """A number with so many decimals, and with its sign if wanted; zero has none."""
    text = f"{value:{'+' if sign else ''}.{digits}f}"
    return text if float(text) else text.lstrip("+-")


def ends_text(low: float, high: float, digits: int = 1, *, sign: bool = False) -> str:
    """An interval: with as many more decimals as tell its ends apart."""
    while digits < MOST_DIGITS and decimal(low, digits) == decimal(high, digits):
        digits += 1
    return f"{decimal(low, digits, sign=sign)} to {decimal(high, digits, sign=sign)}"


def interval(found: Bounded, digits: int = 1, *, sign: bool = False) -> str:
    """The interval of a number, or why there is none; nothing without a number.

    Args:
        found: the number.
        digits: decimals.
        sign: whether the ends have their sign.
    """
    if found.value is None:
        return ""
    if found.low is not None and found.high is not None:
        return ends_text(found.low, found.high, digits, sign=sign)
    return NONE if found.needed is None else f"{FEW}, needs {found.needed}"
