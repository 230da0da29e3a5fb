"""The aspects' scores around a centre: the shape of a model's trust."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from multitrust.metrics import TreeNode
from multitrust.report.notation import decimal

WIDTH, HEIGHT = 350, 290
CENTRE = (175.0, 155.0)
RADIUS = 108.0
RINGS = (25, 50, 75, 100)
LETTER, LINE, MARGIN = 8, 17, 6
"""Width of a letter in the mean of a word, height of a line, and what stays free at the edge."""
FEWEST = 3
"""Spokes below which there is no shape."""


def radar(aspects: Sequence[TreeNode], label: str, *, beside: Sequence[TreeNode] = ()) -> str:
    """A polygon of the values within the band of their intervals; empty for fewer than three.

    Args:
        aspects: those without a value are left out.
        label: what the figure is called.
        beside: the same aspects scored in another way, drawn as a thin outline; none, or as many
            as have a value.
    """
    known = [
        (node, node.estimate.ends or (value, value, value))
        for node in aspects
        if (value := node.estimate.value) is not None
    ]
    count = len(known)
    if count < FEWEST:
        return ""
    lows, values, highs = (
        polygon([spoke(i, count, found[end]) for i, (_, found) in enumerate(known)])
        for end in range(3)
    )
    parts = [
        f'<path class="grid" d="{polygon([spoke(i, count, ring) for i in range(count)])}"/>'
        for ring in RINGS
    ]
    parts += [f'<path class="grid" d="{line(spoke(i, count, 100))}"/>' for i in range(count)]
    parts.append(f'<path class="band" fill-rule="evenodd" d="{highs}{lows}"/>')
    parts.append(f'<path class="shape" d="{values}"/>')
    if beside:
        others = [node.estimate.value or 0.0 for node in beside]
        outline = polygon([spoke(i, count, value) for i, value in enumerate(others)])
        parts.append(f'<path class="shape other" d="{outline}"/>')
    for i, (node, found) in enumerate(known):
        parts.append(corner(node, found[1], i, count))
    return (
        f'<svg class="radar" viewBox="{frame([node for node, _ in known])}" role="img" '
        f'aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def spoke(index: int, count: int, value: float) -> tuple[float, float]:
    """Where a value from 0 to 100 stands on a spoke; the first points up."""
    turn = 2 * math.pi * index / count
    length = RADIUS * min(100.0, max(0.0, value)) / 100
    return CENTRE[0] + length * math.sin(turn), CENTRE[1] - length * math.cos(turn)


def polygon(points: Sequence[tuple[float, float]]) -> str:
    """The closed path through the points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def line(end: tuple[float, float]) -> str:
    """The path from the centre."""
    return f"M{CENTRE[0]:.1f} {CENTRE[1]:.1f}L{end[0]:.1f} {end[1]:.1f}"


def corner(node: TreeNode, value: float, index: int, count: int) -> str:
    """A spoke's dot, name and number."""
    x, y = spoke(index, count, value)
    anchor, out_x, top = label(index, count)
    dot = "dot" if node.complete else "dot hollow"
    return (
        f'<circle class="{dot}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
        f'<text text-anchor="{anchor}" x="{out_x:.1f}" y="{top:.1f}">{escape(node.title)}'
        f'<tspan class="number" x="{out_x:.1f}" dy="{LINE}">{decimal(value)}</tspan></text>'
    )


def label(index: int, count: int) -> tuple[str, float, float]:
    """Where the two lines of text at a corner stand: their anchor, x and the first line's y.

    They are above the top corner, below the lower ones, and level with those at the sides.
    """
    turn = 2 * math.pi * index / count
    side, up = math.sin(turn), math.cos(turn)
    anchor = "middle" if abs(side) < 0.2 else "start" if side > 0 else "end"
    y = CENTRE[1] - (RADIUS + 10) * up
    top = y - 19 if up > 0.9 else y - 4 if up > -0.2 else y + 10
    return anchor, CENTRE[0] + (RADIUS + 10) * side, top


def frame(nodes: Sequence[TreeNode]) -> str:
    """The view box: the usual one, wider and higher where texts would not fit into it."""
    left, right, bottom = 0.0, float(WIDTH), float(HEIGHT)
    for i, node in enumerate(nodes):
        anchor, x, top = label(i, len(nodes))
        length = LETTER * max(len(node.title), len("100.0")) + MARGIN
        before = {"start": 0.0, "middle": length / 2, "end": length}[anchor]
        left, right = min(left, x - before), max(right, x - before + length)
        bottom = max(bottom, top + LINE + MARGIN)
    left = math.floor(left)
    return f"{left} 0 {math.ceil(right) - left} {math.ceil(bottom)}"
