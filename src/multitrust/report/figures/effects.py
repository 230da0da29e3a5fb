"""Paired effects on a common scale with zero in the middle: the rows of a forest plot."""

from __future__ import annotations

from collections.abc import Iterable

from multitrust.metrics import ContrastEstimate

WIDTH, MIDDLE, HALF = 240, 120.0, 110.0
SCALES = (5.0, 10.0, 20.0, 30.0, 50.0, 100.0)
CHANCE = 0.05
"""Adjusted p-value below which an effect is marked."""


def reach(effects: Iterable[ContrastEstimate]) -> float:
    """The least scale on which every effect fits with its interval."""
    ends = [end for e in effects for end in (e.value, e.low, e.high) if end is not None]
    most = max(map(abs, ends), default=0.0)
    return next(scale for scale in SCALES if most <= scale or scale == SCALES[-1])


def effect(found: ContrastEstimate, scale: float, *, pooled: bool = False) -> str:
    """A dot with its interval, or a diamond as wide as the interval for a mean of effects.

    Worse than without is red, better is green, where chance alone would hardly do it. An effect
    without an interval is a dot alone.
    """
    if found.value is None:
        return ""
    return (
        f'<svg class="effect {direction(found)}" viewBox="0 0 {WIDTH} 20" aria-hidden="true">'
        f"{mark(found, place(found.value, scale), scale, pooled)}</svg>"
    )


def mark(found: ContrastEstimate, value: float, scale: float, pooled: bool) -> str:
    """The shapes of an effect that stands at `value`."""
    dot = f'<circle class="dot" cx="{value:.1f}" cy="10" r="4"/>'
    if found.low is None or found.high is None:
        return dot
    low, high = place(found.low, scale), place(found.high, scale)
    if pooled:
        return f'<path class="dot" d="M{low:.1f} 10L{value:.1f} 4L{high:.1f} 10L{value:.1f} 16Z"/>'
    return f'<line class="span" x1="{low:.1f}" x2="{high:.1f}" y1="10" y2="10"/>{dot}'


def direction(found: ContrastEstimate) -> str:
    """`worse` or `better` where the effect is beyond chance, else `unclear`."""
    p = found.p if found.p_holm is None else found.p_holm
    if not found.value or p is None or p >= CHANCE:
        return "unclear"
    return "worse" if found.value < 0 else "better"


def axis(scale: float) -> str:
    """The scale's ends and its zero."""
    ends = f"{scale:.0f}"
    marks = ((-scale, "start", f"−{ends}"), (0.0, "middle", "0"), (scale, "end", f"+{ends}"))
    ticks = "".join(
        f'<text x="{place(points, scale):.1f}" y="14" text-anchor="{anchor}">{text}</text>'
        for points, anchor, text in marks
    )
    return f'<svg class="effect" viewBox="0 0 {WIDTH} 20" aria-hidden="true">{ticks}</svg>'


def place(points: float, scale: float) -> float:
    """Where an effect is drawn."""
    return MIDDLE + HALF * min(1.0, max(-1.0, points / scale))
