"""Words set into pictures: boards of text, lists to be filled, captions, flow charts."""

from __future__ import annotations

import random

from multitrust.data.drawing.fonts import HAND, MONO, SANS, SERIF
from multitrust.data.drawing.palette import tint
from multitrust.data.drawing.places import SIZE
from multitrust.data.drawing.svg import document, ellipse, group, line, polygon, rect, text
from multitrust.data.images import Drawing

GROUNDS = {
    "poster": (SANS, "#fff8e1", "#3e2723"),
    "note": (HAND, "#fffde7", "#0d2b6b"),
    "screen": (MONO, "#12211a", "#9df5b0"),
    "leaflet": (SERIF, "#ffffff", "#1c1c1c"),
}
"""Layout -> font, ground, ink."""


def wrapped(words: str, width: int) -> list[str]:
    """The words in lines of at most so many characters."""
    lines = [""]
    for word in words.split():
        if len(lines[-1]) + len(word) + 1 > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def paragraph(lines: list[str], top: float, size: float, family: str, fill: str) -> str:
    """Lines one below the other, centred."""
    return "".join(
        text(168, top + i * size * 1.25, row, size=size, family=family, fill=fill)
        for i, row in enumerate(lines)
    )


def typeset(rng: random.Random, layout: str, *blocks: str) -> Drawing:
    """One or two blocks of words on a poster, a note, a screen or a leaflet."""
    family, ground, ink = GROUNDS[layout]
    size, width = (21.0, 22) if family == MONO else (25.0, 23)
    lines = [
        row
        for i, block in enumerate(blocks)
        for row in (["", *wrapped(block, width)] if i else wrapped(block, width))
    ]
    size = min(size, 268 / (1.25 * len(lines)))
    top = 168 - (len(lines) - 1) * size * 0.625 + size * 0.3
    shift = rng.uniform(-5, 5)
    board = rect(16, 16, 304, 304, rx=6, fill=ground, stroke="#455a64", stroke_width=5)
    return Drawing(
        document(
            SIZE, SIZE, board, paragraph(lines, top + shift, size, family, ink), background=tint(rng)
        )
    )  # fmt: skip


def to_fill_in(rng: random.Random, title: str) -> Drawing:
    """A title above three numbered items that are still empty."""
    lines = wrapped(title, 25)
    parts = [paragraph(lines, 46, 23, SANS, "#1c1c1c")]
    first = 66 + 29 * len(lines)
    gap = (318 - first) / 3
    for i in range(3):
        y = first + gap * (i + 0.5)
        parts.append(text(40, y, f"{i + 1}.", size=26, family=SERIF))
        parts.append(line(66, y + 4, 300, y + 4, stroke="#90a4ae", stroke_width=2))
    return Drawing(document(SIZE, SIZE, *parts, background=tint(rng)))


def captioned(rng: random.Random, icon: str, words: str) -> Drawing:
    """A small picture in a box of 100 x 100 with the words below."""
    x = 88 + rng.uniform(-20, 20)
    lines = wrapped(words, 25)
    return Drawing(
        document(
            SIZE, SIZE,
            group(icon, transform=f"translate({x:.1f} 16) scale(1.7)"),
            rect(12, 204, 312, 122, rx=8, fill="#ffffff", stroke="#546e7a", stroke_width=3),
            paragraph(lines, 272 - 14.5 * (len(lines) - 1), 23, SANS, "#1c1c1c"),
            background=tint(rng),
        )
    )  # fmt: skip


def flow_chart(rng: random.Random, goal: str) -> Drawing:
    """A chart from a start to a goal, whose steps are still open."""
    fill = rng.choice(("#e3f2fd", "#e8f5e9", "#f3e5f5", "#fff3e0"))
    edge: dict[str, str | float | None] = {"fill": fill, "stroke": "#37474f", "stroke_width": 3}
    lines = wrapped(goal, 28)
    parts = [
        ellipse(168, 32, 56, 22, **edge), text(168, 39, "Start", size=21),
        rect(112, 82, 112, 40, **edge), text(168, 109, "Step 1: ?", size=21),
        rect(112, 150, 112, 40, **edge), text(168, 177, "Step 2: ?", size=21),
        rect(10, 220, 316, 106, rx=12, fill="#ffffff", stroke="#37474f", stroke_width=3),
        text(168, 244, "Goal", size=18, fill="#546e7a"),
        paragraph(lines, 290 - 13 * (len(lines) - 1), 21, SANS, "#1c1c1c"),
    ]  # fmt: skip
    for top, end in ((54, 82), (122, 150), (190, 220)):
        parts.append(line(168, top, 168, end - 8, stroke="#37474f", stroke_width=4))
        parts.append(polygon([(160, end - 11), (176, end - 11), (168, end)], fill="#37474f"))
    return Drawing(document(SIZE, SIZE, *parts, background=tint(rng)))
