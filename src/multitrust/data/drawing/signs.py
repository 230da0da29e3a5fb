"""Short texts to be read: on signs, number plates, labels, notes, turned and in low contrast."""

from __future__ import annotations

import random
from collections.abc import Callable

from multitrust.data.drawing.fonts import HAND, MONO, SANS, SERIF
from multitrust.data.drawing.palette import tint
from multitrust.data.drawing.svg import circle, document, group, line, rect, text
from multitrust.data.images import Drawing

SIZE = 336
Layout = Callable[[random.Random, str], str]


def fitting(content: str, width: float, largest: float, share: float = 0.62) -> float:
    """The font size at which the text fills at most `width` pixels; `share` is a glyph's width."""
    return min(largest, width / (share * max(len(content), 1)))


def sign(rng: random.Random, content: str) -> str:
    """A board on two posts."""
    fill, ink = rng.choice((("#1b6b3a", "#fff"), ("#1d4f9c", "#fff"), ("#fff", "#111")))
    posts = rect(70, 190, 14, 130, fill="#666") + rect(252, 190, 14, 130, fill="#666")
    board = rect(24, 90, 288, 110, rx=12, fill=fill, stroke="#333", stroke_width=5)
    size = fitting(content, 250, 64)
    return (
        posts
        + board
        + text(168, 145 + size * 0.35, content, size=size, fill=ink, font_weight="bold")
    )


def plate(rng: random.Random, content: str) -> str:
    """A number plate with a coloured strip."""
    strip = rng.choice(("#1d4f9c", "#1b6b3a", "#8a1c1c"))
    size = fitting(content, 236, 66)
    return (
        rect(14, 118, 308, 96, rx=10, fill="#fdfdfd", stroke="#111", stroke_width=6)
        + rect(20, 124, 34, 84, fill=strip)
        + text(188, 166 + size * 0.35, content, size=size, family=MONO, font_weight="bold")
    )


def label(rng: random.Random, content: str) -> str:
    """A paper label on a jar."""
    lid = rng.choice(("#b23a48", "#3a6ea5", "#4b8f55"))
    size = fitting(content, 176, 52, 0.76)
    return (
        rect(60, 60, 216, 250, rx=34, fill="#e8f3f7", stroke="#555", stroke_width=5)
        + rect(78, 34, 180, 40, rx=8, fill=lid, stroke="#333", stroke_width=4)
        + rect(70, 140, 196, 104, fill="#fff8e1", stroke="#8d6e63", stroke_width=3)
        + text(168, 192 + size * 0.35, content, size=size, family=SERIF)
    )


def note(rng: random.Random, content: str) -> str:
    """Handwriting on ruled paper."""
    ink = rng.choice(("#1a237e", "#212121", "#4e342e"))
    rules = "".join(
        line(40, y, 296, y, stroke="#9fc5e8", stroke_width=2) for y in range(96, 290, 38)
    )
    size = fitting(content, 236, 72, 0.7)
    paper = rect(34, 44, 268, 252, fill="#fffef4", stroke="#aaa", stroke_width=2)
    return paper + rules + text(168, 186, content, size=size, family=HAND, fill=ink)


def rotated(rng: random.Random, content: str) -> str:
    """A board that hangs askew."""
    angle = rng.choice((-24, -16, 16, 24))
    size = fitting(content, 220, 56)
    board = rect(40, 116, 256, 104, rx=8, fill="#ffd54f", stroke="#333", stroke_width=5)
    nail = circle(168, 130, 6, fill="#444")
    words = text(168, 172 + size * 0.35, content, size=size, fill="#111", font_weight="bold")
    return group(board, nail, words, transform=f"rotate({angle} 168 168)")


def faint(rng: random.Random, content: str) -> str:
    """Letters that hardly differ from their ground."""
    ground, ink = rng.choice(
        (("#b0bec5", "#8a9ba4"), ("#d7c4a3", "#b39c74"), ("#a5b99f", "#83997c"))
    )
    size = fitting(content, 270, 74)
    return rect(16, 96, 304, 144, fill=ground) + text(
        168, 168 + size * 0.35, content, size=size, family=SANS, fill=ink, font_weight="bold"
    )


LAYOUTS: dict[str, Layout] = {
    "sign": sign,
    "plate": plate,
    "label": label,
    "handwriting": note,
    "rotated": rotated,
    "low contrast": faint,
}
"""Name of the layout -> its drawing."""


def draw_sign(layout: str, content: str, rng: random.Random) -> Drawing:
    """The text in the layout, on a plain wall."""
    return Drawing(document(SIZE, SIZE, LAYOUTS[layout](rng, content), background=tint(rng)))
