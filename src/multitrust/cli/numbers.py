"""Numbers that flags take."""

from __future__ import annotations

import math
from typing import Any

import click


class Finite(click.FloatRange):
    """A number within a range; NaN and infinity are none."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number of a text."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


class Failures(Finite):
    """A number of failed samples, or below 1 a share of all samples."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number of a text."""
        number = super().convert(value, param, ctx)
        if number > 1 and not number.is_integer():
            self.fail(f"{value} is neither a whole number nor a share below 1.", param, ctx)
        return number
