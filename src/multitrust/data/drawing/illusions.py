"""Twelve optical illusions with a dial: how much two quantities truly differ.

Each drawing takes a random stream and `change`. At 0 the two quantities are equal (or the lines
straight, parallel, in line), though they look otherwise; at 1 they truly differ, plainly, in the
direction named by the illusion's `differs` question.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from multitrust.data.drawing.palette import tint
from multitrust.data.drawing.svg import (
    circle,
    document,
    line,
    num,
    path,
    polygon,
    rect,
)
from multitrust.data.images import Drawing

SIZE = 336
Draw = Callable[[random.Random, float], str]


@dataclass(frozen=True, slots=True)
class Illusion:
    """An illusion, with a question to which the answer is yes at 0 and one for which it is at 1."""

    name: str
    same: str
    differs: str
    draw: Draw
    larger: str
    """Which one is the larger at 1, where the illusion is about two sizes; else empty."""


ILLUSIONS: dict[str, Illusion] = {}


def illusion(name: str, same: str, differs: str, larger: str = "") -> Callable[[Draw], Draw]:
    """Register a drawing under its name."""

    def register(draw: Draw) -> Draw:
        ILLUSIONS[name] = Illusion(name, same, differs, draw, larger)
        return draw

    return register


def picture(name: str, rng: random.Random, change: float) -> Drawing:
    """The illusion as a picture."""
    drawn = ILLUSIONS[name].draw(rng, change)
    return Drawing(document(SIZE, SIZE, drawn, background=tint(rng)))


def ink(rng: random.Random) -> str:
    """A strong colour."""
    return rng.choice(("#c62828", "#1565c0", "#2e7d32", "#6a1b9a", "#d84315", "#00695c"))


@illusion(
    "Müller-Lyer",
    "Are the two horizontal shafts equally long?",
    "Is the upper shaft truly longer than the lower one?",
    "upper",
)
def muller_lyer(rng: random.Random, change: float) -> str:
    """Two shafts; fins that open make one look longer."""
    color, half, fin = ink(rng), rng.uniform(70, 84), rng.uniform(24, 30)
    made = ""
    for y, outward, scale in ((112, False, 1 + 0.28 * change), (224, True, 1.0)):
        reach = half * scale
        made += line(168 - reach, y, 168 + reach, y, stroke=color, stroke_width=6)
        for side in (-1, 1):
            x, dx = 168 + side * reach, fin * side * (1 if outward else -1)
            for dy in (-fin, fin):
                made += line(
                    x, y, x + dx, y + dy, stroke="#222", stroke_width=6, stroke_linecap="round"
                )
    return made


@illusion(
    "Ponzo",
    "Are the two coloured bars equally long?",
    "Is the lower coloured bar truly longer than the upper one?",
    "lower",
)
def ponzo(rng: random.Random, change: float) -> str:
    """Two bars between converging rails."""
    color, width = ink(rng), rng.uniform(74, 88)
    rails = "".join(line(168 + s * 130, 330, 168 + s * 26, 10, stroke_width=5) for s in (-1, 1))
    ties = "".join(
        line(168 - w, y, 168 + w, y, stroke="#999", stroke_width=3)
        for y, w in ((290, 118), (240, 100), (190, 84), (140, 68), (95, 54), (55, 40))
    )
    lower = width * (1 + 0.35 * change)
    bars = rect(168 - width / 2, 84, width, 13, fill=color) + rect(
        168 - lower / 2, 252, lower, 13, fill=color
    )
    return rails + ties + bars


@illusion(
    "Ebbinghaus",
    "Are the two coloured discs equally large?",
    "Is the left coloured disc truly larger than the right one?",
    "left",
)
def ebbinghaus(rng: random.Random, change: float) -> str:
    """A disc among large ones and a disc among small ones."""
    color, r = ink(rng), rng.uniform(22, 25)
    left = r * (1 + 0.4 * change)

    def ring(cx: float, count: int, distance: float, radius: float) -> str:
        return "".join(
            circle(
                cx + distance * math.cos(2 * math.pi * i / count),
                168 + distance * math.sin(2 * math.pi * i / count),
                radius,
                fill="#b0bec5",
                stroke="#546e7a",
                stroke_width=2,
            )
            for i in range(count)
        )

    return (
        ring(92, 5, 63, 25)
        + ring(254, 8, 42, 9)
        + circle(92, 168, left, fill=color)
        + circle(254, 168, r, fill=color)
    )


@illusion(
    "Poggendorff",
    "Do the two slanting pieces lie on one straight line?",
    "Are the two slanting pieces shifted against each other?",
)
def poggendorff(rng: random.Random, change: float) -> str:
    """A slanting line behind a bar."""
    color, slope = ink(rng), rng.uniform(0.75, 0.95)
    shift = 42 * change
    left = line(40, 168 + slope * 128, 134, 168 + slope * 34, stroke=color, stroke_width=6)
    right = line(
        202, 168 - slope * 34 + shift, 296, 168 - slope * 128 + shift, stroke=color, stroke_width=6
    )
    return left + right + rect(134, 20, 68, 296, fill="#90a4ae", stroke="#37474f", stroke_width=3)


@illusion(
    "Zöllner",
    "Are the long lines parallel to each other?",
    "Do neighbouring long lines come closer to each other on one side?",
)
def zollner(rng: random.Random, change: float) -> str:
    """Long lines crossed by short strokes of changing slant."""
    color, made = ink(rng), ""
    for i, y in enumerate((70, 135, 200, 265)):
        tilt = (12 if i % 2 else -12) * change
        made += line(20, y - tilt, 316, y + tilt, stroke=color, stroke_width=5)
        for x in range(36, 316, 26):
            dx = 11 if i % 2 else -11
            mid = y + tilt * (x - 168) / 148
            made += line(x - dx, mid - 13, x + dx, mid + 13, stroke="#222", stroke_width=3)
    return made


@illusion(
    "café wall",
    "Are the grey lines between the rows parallel?",
    "Do the grey lines between the rows run at a slant to each other?",
)
def cafe_wall(rng: random.Random, change: float) -> str:
    """Rows of shifted dark and light tiles."""
    dark, offset = rng.choice(("#111", "#0d2b45", "#3b0d0d")), rng.choice((12, 16, 20))

    def border(number: int, x: float) -> float:
        tilt = 15 * change * (1 if number % 2 else -1)
        return 48 * number + tilt * (x - 168) / 168

    tiles = "".join(
        polygon(
            [(x, border(row, x)), (x + 24, border(row, x + 24)),
             (x + 24, border(row + 1, x + 24)), (x, border(row + 1, x))],
            fill=dark,
        )
        for row in range(7)
        for x in range(offset * (row % 2) - 48, 384, 48)
    )  # fmt: skip
    mortar = "".join(
        line(0, border(row, 0), SIZE, border(row, SIZE), stroke="#999", stroke_width=4)
        for row in range(1, 7)
    )
    return tiles + mortar


@illusion("Hering", "Are the two thick lines straight?", "Are the two thick lines truly bent?")
def hering(rng: random.Random, change: float) -> str:
    """Two lines over a fan of rays."""
    color, bend = ink(rng), -44 * change
    rays = "".join(
        line(
            168 - 240 * math.cos(a),
            168 - 240 * math.sin(a),
            168 + 240 * math.cos(a),
            168 + 240 * math.sin(a),
            stroke="#444",
            stroke_width=2,
        )
        for a in (math.pi * i / 22 for i in range(22))
    )
    curves = "".join(
        path(
            f"M{x} 16Q{num(x + side * bend)} 168 {x} 320", fill="none", stroke=color, stroke_width=7
        )
        for x, side in ((128, -1), (208, 1))
    )
    return rays + curves


def grey(value: float) -> str:
    """A grey of 0 to 255."""
    level = f"{round(value):02x}"
    return f"#{level}{level}{level}"


@illusion(
    "simultaneous contrast",
    "Do the two small squares have the same shade of grey?",
    "Is the small square on the left truly darker than the one on the right?",
    "right",
)
def simultaneous(rng: random.Random, change: float) -> str:
    """One grey on a dark and on a light ground."""
    middle = rng.uniform(118, 138)
    return (
        rect(0, 0, 168, SIZE, fill=grey(40)) + rect(168, 0, 168, SIZE, fill=grey(220))
        + rect(50, 134, 68, 68, fill=grey(middle - 45 * change)) + rect(218, 134, 68, 68, fill=grey(middle + 15 * change))
    )  # fmt: skip


@illusion(
    "checker shadow",
    "Do the two tiles with a dot have the same shade?",
    "Is the dotted tile in the shadow truly darker than the other dotted tile?",
    "bright",
)
def checker_shadow(rng: random.Random, change: float) -> str:
    """A dark tile in the light and a light tile in the shadow."""
    middle, made = rng.uniform(112, 126), ""
    for row in range(5):
        for column in range(5):
            shaded = column + row >= 5
            light = (row + column) % 2 == 0
            value = (200 if light else middle) if not shaded else (middle if light else 62)
            if (row, column) == (3, 3):
                value = middle - 42 * change
            made += rect(18 + 60 * column, 18 + 60 * row, 60, 60, fill=grey(value))
    return (
        made
        + circle(18 + 60 * 1 + 30, 18 + 60 * 0 + 30, 7, fill="#d32f2f")
        + circle(18 + 60 * 3 + 30, 18 + 60 * 3 + 30, 7, fill="#d32f2f")
    )


@illusion(
    "vertical–horizontal",
    "Are the vertical and the horizontal line equally long?",
    "Is the horizontal line truly longer than the vertical one?",
    "horizontal",
)
def vertical_horizontal(rng: random.Random, change: float) -> str:
    """A vertical line on the middle of a horizontal one."""
    color, length = ink(rng), rng.uniform(168, 190)
    across = length * (1 + 0.32 * change)
    base = 168 + length / 2
    return line(168, base, 168, base - length, stroke=color, stroke_width=7) + line(
        168 - across / 2, base, 168 + across / 2, base, stroke="#222", stroke_width=7
    )


@illusion(
    "Delboeuf",
    "Are the two coloured discs equally large?",
    "Is the left coloured disc truly larger than the right one?",
    "left",
)
def delboeuf(rng: random.Random, change: float) -> str:
    """A disc in a wide ring and one in a narrow ring."""
    color, r = ink(rng), rng.uniform(30, 34)
    left = r * (1 + 0.32 * change)
    return (
        circle(88, 168, left, fill=color) + circle(88, 168, 78, fill="none", stroke="#222", stroke_width=4)
        + circle(250, 168, r, fill=color) + circle(250, 168, r + 10, fill="none", stroke="#222", stroke_width=4)
    )  # fmt: skip


@illusion(
    "Jastrow",
    "Do the two curved pieces have the same size?",
    "Is the upper curved piece truly larger than the lower one?",
    "upper",
)
def jastrow(rng: random.Random, change: float) -> str:
    """Two equal pieces of a ring, one above the other."""
    colors = rng.sample(("#ef9a9a", "#90caf9", "#a5d6a7", "#ffcc80", "#ce93d8"), 2)

    def piece(top: float, scale: float, color: str) -> str:
        outer, inner, half = 190 * scale, 130 * scale, math.radians(33)
        cx, cy = 168, top + outer
        angles = [-math.pi / 2 - half + 2 * half * i / 20 for i in range(21)]
        points = [(cx + outer * math.cos(a), cy + outer * math.sin(a)) for a in angles]
        points += [(cx + inner * math.cos(a), cy + inner * math.sin(a)) for a in reversed(angles)]
        return polygon(points, fill=color, stroke="#222", stroke_width=4)

    return piece(56, 1 + 0.25 * change, colors[0]) + piece(196, 1.0, colors[1])
