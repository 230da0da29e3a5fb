"""Figures of the report as inline SVG. Colours are CSS variables, so they follow the theme."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from multitrust.core import Estimate
from multitrust.metrics import TreeNode
from multitrust.report.summary import Summary

TICKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Where the parts of the tree stand, in units of its view box."""

    name: str
    width: int
    row: int
    left: int
    """Where 0 is; names stand left of it, or above the line where `drop` leaves room."""
    right: int
    """Room right of 100."""
    drop: int = 0
    """How far below its name a line is drawn."""

    def x(self, value: float) -> float:
        """Where a value from 0 to 100 is drawn."""
        return self.left + (self.width - self.left - self.right) * min(100.0, max(0.0, value)) / 100


WIDE = Layout(name="wide", width=760, row=27, left=310, right=64)
NARROW = Layout(name="narrow", width=360, row=46, left=14, right=14, drop=20)


def tree_figure(summary: Summary, layout: Layout) -> str:
    """Scores of the tree as dots with their intervals, 0 to 100; hollow where partial."""
    lines = list(walk(summary.tree))
    height = layout.row * len(lines) + 34
    parts = [
        f'<line class="grid" x1="{layout.x(v):.1f}" x2="{layout.x(v):.1f}" y1="8" '
        f'y2="{height - 24}"/><text class="axis" x="{layout.x(v):.1f}" y="{height - 8}">{v}</text>'
        for v in TICKS
    ]
    for i, (node, depth) in enumerate(lines):
        parts.append(branch(node, depth, 22 + layout.row * i, layout))
    label = escape(f"Scores with 95 % intervals of {summary.model}")
    return (
        f'<svg class="tree {layout.name}" viewBox="0 0 {layout.width} {height}" role="img" '
        f'aria-label="{label}">{"".join(parts)}</svg>'
    )


def walk(tree: TreeNode, depth: int = 0) -> Iterator[tuple[TreeNode, int]]:
    """Aspects, sub-aspects and tasks in order; the overall node only where it is complete."""
    if tree.name != "overall":
        yield tree, depth
    elif tree.complete:
        yield tree, 0
    for child in tree.children:
        yield from walk(child, depth + (tree.name != "overall"))


def branch(node: TreeNode, depth: int, y: int, layout: Layout) -> str:
    """A node's name, its dot with the interval, and its number."""
    name = escape(f"{node.name}  {node.title}" if depth else node.title)
    partial = "" if node.complete else '<tspan class="mark"> partial</tspan>'
    text = f'<text class="name d{depth}" x="{8 + 16 * depth}" y="{y + 5}">{name}{partial}</text>'
    ends = node.estimate.ends
    number = "–" if ends is None else f"{ends[1]:.1f}"
    text += f'<text class="value d{depth}" x="{layout.width - 8}" y="{y + 5}">{number}</text>'
    if ends is None:
        return text
    low, value, high = map(layout.x, ends)
    line = y + layout.drop
    dot = "dot" if node.complete else "dot hollow"
    return (
        f'{text}<line class="span" x1="{low:.1f}" x2="{high:.1f}" y1="{line}" y2="{line}"/>'
        f'<circle class="{dot}" cx="{value:.1f}" cy="{line}" r="{6.5 - depth}"/>'
    )


def bar(estimate: Estimate, top: float = 1.0) -> str:
    """A small bar from 0 to `top` with the estimate and its interval; empty without a value."""
    if estimate.ends is None:
        return ""
    low, value, high = (5 + 110 * min(1.0, max(0.0, end / top)) for end in estimate.ends)
    return (
        '<svg class="bar" viewBox="0 0 120 16" aria-hidden="true">'
        '<line class="track" x1="5" x2="115" y1="8" y2="8"/>'
        f'<line class="span" x1="{low:.1f}" x2="{high:.1f}" y1="8" y2="8"/>'
        f'<circle class="dot" cx="{value:.1f}" cy="8" r="4"/></svg>'
    )
