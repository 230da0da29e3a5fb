"""Figures of the report as inline SVG. Colours are CSS variables, so they follow the theme."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from multitrust.core import Estimate
from multitrust.metrics import TreeNode
from multitrust.report.summary import Summary

WIDTH, ROW, LEFT, RIGHT = 760, 27, 300, 60


def tree_figure(summary: Summary) -> str:
    """Scores of the tree as dots with their intervals, 0 to 100."""
    lines = list(walk(summary.tree))
    height = ROW * len(lines) + 34
    plot = WIDTH - LEFT - RIGHT

    def at(value: float) -> float:
        return LEFT + plot * min(100.0, max(0.0, value)) / 100

    parts = [
        f'<line class="grid" x1="{at(v):.1f}" x2="{at(v):.1f}" y1="8" y2="{height - 24}"/>'
        f'<text class="axis" x="{at(v):.1f}" y="{height - 8}">{v}</text>'
        for v in (0, 25, 50, 75, 100)
    ]
    for i, (node, depth) in enumerate(lines):
        y = 22 + ROW * i
        name = node.title if not depth else f"{node.name}  {node.title}"
        parts.append(
            f'<text class="name d{depth}" x="{8 + 16 * depth}" y="{y + 5}">{escape(name)}</text>'
        )
        parts.append(whisker(node.estimate, y, at, depth))
    label = escape(f"Scores with 95 % intervals for {summary.model}")
    return (
        f'<svg class="tree" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">'
        f"{''.join(parts)}</svg>"
    )


def walk(tree: TreeNode, depth: int = 0) -> Iterator[tuple[TreeNode, int]]:
    """Aspects, sub-aspects and tasks in order; the overall node only where it is complete."""
    if tree.name != "overall":
        yield tree, depth
    elif tree.complete:
        yield tree, 0
    for child in tree.children:
        yield from walk(child, depth + (tree.name != "overall"))


def whisker(estimate: Estimate, y: float, at: object, depth: int) -> str:
    """A dot with its interval and its number."""
    assert callable(at)
    if estimate.ends is None:
        return f'<text class="value" x="{WIDTH - 8}" y="{y + 5}">–</text>'
    low, value, high = estimate.ends
    size = 6.5 - depth
    return (
        f'<line class="span d{depth}" x1="{at(low):.1f}" x2="{at(high):.1f}" y1="{y}" y2="{y}"/>'
        f'<circle class="dot d{depth}" cx="{at(value):.1f}" cy="{y}" r="{size}"/>'
        f'<text class="value d{depth}" x="{WIDTH - 8}" y="{y + 5}">{value:.1f}</text>'
    )


def bar(low: float | None, value: float | None, high: float | None) -> str:
    """A small 0 to 1 bar with its interval, for tables."""
    if value is None or low is None or high is None:
        return ""
    start, dot, end = (120 * min(1.0, max(0.0, x)) for x in (low, value, high))
    return (
        '<svg class="bar" viewBox="0 0 120 16" aria-hidden="true">'
        '<line class="track" x1="0" x2="120" y1="8" y2="8"/>'
        f'<line class="span" x1="{start:.1f}" x2="{end:.1f}" y1="8" y2="8"/>'
        f'<circle class="dot" cx="{dot:.1f}" cy="8" r="4"/></svg>'
    )
