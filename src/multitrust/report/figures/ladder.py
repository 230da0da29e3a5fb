"""Models on one scale, best on top: published scores as dots, runs with their intervals."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from multitrust.core import Estimate

WIDTH, LINE = 340, 17.0
LEFT, RIGHT, TOP = 178.0, 332.0, 22.0
LONGEST = 25
"""Letters of a name that have room."""
STEP = 10.0
"""Points from one line of the grid to the next."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """A model of the figure."""

    name: str
    estimate: Estimate
    """Without an interval for a published score."""
    run: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """The part of 0 to 100 that is drawn, in whole steps of the grid."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Where a score is drawn."""
        return LEFT + (RIGHT - LEFT) * (value - self.low) / (self.high - self.low)

    @property
    def ticks(self) -> Iterator[float]:
        """The lines of the grid."""
        count = round((self.high - self.low) / STEP)
        return (self.low + STEP * index for index in range(count + 1))


def ladder(rungs: Sequence[Rung], title: str, description: str) -> str:
    """A line for each model that has a value, in the order given; empty where there is none.

    The interval of a run is also a band over all lines: what lies in it is not told apart.
    """
    drawn = [rung for rung in rungs if rung.estimate.value is not None]
    if not drawn:
        return ""
    scale = scale_of(drawn)
    height = TOP + LINE * len(drawn) + 4
    parts = [grid(scale, height)]
    parts += [band(rung.estimate, scale, height) for rung in drawn if rung.run]
    parts += [line(rung, scale, TOP + LINE * (i + 0.5)) for i, rung in enumerate(drawn)]
    return (
        f'<svg class="ladder" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        'aria-labelledby="ladder-title" aria-describedby="ladder-desc">'
        f'<title id="ladder-title">{escape(title)}</title>'
        f'<desc id="ladder-desc">{escape(description)}</desc>{"".join(parts)}</svg>'
    )


def scale_of(rungs: Sequence[Rung]) -> Scale:
    """The least scale of whole steps that holds every score and interval."""
    ends = [
        end
        for rung in rungs
        for end in (rung.estimate.low, rung.estimate.value, rung.estimate.high)
        if end is not None
    ]
    low = STEP * math.floor(min(ends) / STEP)
    return Scale(low, max(low + STEP, STEP * math.ceil(max(ends) / STEP)))


def grid(scale: Scale, height: float) -> str:
    """The scale's lines and numbers."""
    return "".join(
        f'<path class="grid" d="M{scale.at(tick):.1f} {TOP - 4:.0f}V{height - 4:.0f}"/>'
        f'<text class="axis" x="{scale.at(tick):.1f}" y="13">{tick:.0f}</text>'
        for tick in scale.ticks
    )


def band(estimate: Estimate, scale: Scale, height: float) -> str:
    """The interval over all lines."""
    if estimate.ends is None:
        return ""
    low, _, high = map(scale.at, estimate.ends)
    return (
        f'<rect class="band" x="{low:.1f}" y="{TOP:.0f}" width="{high - low:.1f}" '
        f'height="{height - TOP - 4:.0f}"/>'
    )


def line(rung: Rung, scale: Scale, y: float) -> str:
    """A model's name, dot and interval."""
    span = ""
    if rung.run and rung.estimate.ends is not None:
        low, _, high = map(scale.at, rung.estimate.ends)
        span = f'<line class="span" x1="{low:.1f}" x2="{high:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
    place = scale.at(rung.estimate.value or 0.0)
    return (
        f'<g class="{"run" if rung.run else "published"}">'
        f'<text x="{LEFT - 10:.0f}" y="{y + 4:.1f}">{escape(clipped(rung.name))}</text>{span}'
        f'<circle class="dot" cx="{place:.1f}" cy="{y:.1f}" r="{4 if rung.run else 3}"/></g>'
    )


def clipped(name: str) -> str:
    """The name, or its beginning."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
