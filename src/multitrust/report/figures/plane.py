"""Refusals of what is harmful against help with what is harmless."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from multitrust.core import Estimate

WIDTH, HEIGHT = 380, 372
LEFT, TOP, SIDE = 48.0, 12.0, 316.0
LETTER, LINE = 8.0, 14.0
"""Room that a label takes: a letter's width and the height of a line."""
NEAR = 6.0
"""Points that are no farther apart share a label."""
TICKS = (0, 25, 50, 75, 100)
PLACES = ((8, -6), (8, 14), (-8, -6), (-8, 14), (8, -20), (8, 28), (-8, -20), (-8, 28))
"""Where a label may stand beside its point, best first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """A task in the plane."""

    name: str
    title: str
    declined: Estimate
    """Of the harmful ones, in percent."""
    helped: Estimate
    """Of the harmless ones, in percent."""


def plane(points: Sequence[Point]) -> str:
    """A cross of intervals for each task that has both numbers; empty where there is none.

    A number without an interval has no line of the cross.

    On the diagonal both numbers add up to 100, as they do for one answer to everything.
    """
    drawn = [p for p in points if None not in (p.declined.value, p.helped.value)]
    if not drawn:
        return ""
    parts = [frame()]
    taken: list[tuple[float, float, float, float]] = [(x, y, x, y) for x, y in map(centre, drawn)]
    parts += map(cross, drawn)
    groups: dict[tuple[int, int], list[Point]] = {}
    for point in drawn:
        x, y = centre(point)
        groups.setdefault((round(x / NEAR), round(y / NEAR)), []).append(point)
    parts += [label(called(group), centre(group[0]), taken) for group in groups.values()]
    return (
        f'<svg class="plane" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Harmful '
        f'requests declined against harmless ones helped with, by task">{"".join(parts)}</svg>'
    )


def frame() -> str:
    """Grid, axes and the diagonal."""
    parts = []
    for tick in TICKS:
        x, y = at(tick, tick)
        parts.append(
            f'<path class="grid" d="M{x:.1f} {TOP:.0f}v{SIDE:.0f}M{LEFT:.0f} {y:.1f}h{SIDE:.0f}"/>'
            f'<text class="axis" x="{x:.1f}" y="{TOP + SIDE + 16:.0f}">{tick}</text>'
            f'<text class="axis end" x="{LEFT - 6:.0f}" y="{y + 4:.1f}">{tick}</text>'
        )
    x, y = at(50, 50)
    (left, top), (right, bottom) = at(0, 100), at(100, 0)
    name_x, name_y = at(77, 23)
    parts.append(
        f'<path class="diagonal" d="M{left:.1f} {top:.1f}L{right:.1f} {bottom:.1f}"/>'
        f'<text class="axis" x="{name_x:.1f}" y="{name_y + 14:.1f}" '
        f'transform="rotate(45 {name_x:.1f} {name_y:.1f})">J = 0: one answer to all</text>'
        f'<text class="axis" x="{x:.1f}" y="{HEIGHT - 8}">harmful declined, %</text>'
        f'<text class="axis" x="12" y="{y:.1f}" transform="rotate(-90 12 {y:.1f})">'
        "harmless helped with, %</text>"
    )
    return "".join(parts)


def at(declined: float, helped: float) -> tuple[float, float]:
    """Where a pair of percentages is drawn."""
    return LEFT + SIDE * declined / 100, TOP + SIDE * (1 - helped / 100)


def centre(point: Point) -> tuple[float, float]:
    """Where the point is drawn."""
    return at(point.declined.value or 0.0, point.helped.value or 0.0)


def cross(point: Point) -> str:
    """The point with its intervals."""
    x, y = centre(point)
    lines = []
    if point.declined.ends:
        (left, _), (right, _) = at(point.declined.ends[0], 0), at(point.declined.ends[2], 0)
        lines.append(f'x1="{left:.1f}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}"')
    if point.helped.ends:
        (_, low), (_, high) = at(0, point.helped.ends[0]), at(0, point.helped.ends[2])
        lines.append(f'x1="{x:.1f}" x2="{x:.1f}" y1="{low:.1f}" y2="{high:.1f}"')
    spans = "".join(f'<line class="span" {line}/>' for line in lines)
    return f'{spans}<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'


def called(group: Sequence[Point]) -> str:
    """The names of points on one spot, or the first and how many more."""
    if len(group) <= 3:
        return ", ".join(point.name for point in group)
    return f"{group[0].name} and {len(group) - 1} more"


def label(
    name: str, spot: tuple[float, float], taken: list[tuple[float, float, float, float]]
) -> str:
    """The name at the first place that is within the frame and free, which it then takes."""
    x, y = spot
    boxes = [box(x + dx, y + dy, len(name), dx < 0) for dx, dy in PLACES]
    right, bottom = LEFT + SIDE, TOP + SIDE
    inside = [b for b in boxes if b[0] > LEFT and b[2] < right and b[1] > TOP and b[3] < bottom]
    free = [b for b in inside if not any(overlap(b, other) for other in taken)]
    chosen = (free or inside or boxes)[0]
    taken.append(chosen)
    return f'<text x="{chosen[0]:.1f}" y="{chosen[3] - 3:.1f}">{escape(name)}</text>'


def box(x: float, y: float, letters: int, ends: bool) -> tuple[float, float, float, float]:
    """The room of a text on the base line `y` that begins, or ends, at `x`."""
    left = x - LETTER * letters if ends else x
    return left, y + 3 - LINE, left + LETTER * letters, y + 3


def overlap(one: tuple[float, float, float, float], two: tuple[float, float, float, float]) -> bool:
    """Whether two boxes share a point."""
    return one[0] <= two[2] and two[0] <= one[2] and one[1] <= two[3] and two[1] <= one[3]
