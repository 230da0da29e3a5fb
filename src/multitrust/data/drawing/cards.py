"""Two options on cards side by side, or one on a card of its own."""

from __future__ import annotations

import random
from dataclasses import dataclass

from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.drawing.palette import tint
from multitrust.data.drawing.places import SIZE
from multitrust.data.drawing.svg import circle, document, group, rect, text
from multitrust.data.drawing.symbols import SYMBOLS
from multitrust.data.drawing.typography import wrapped
from multitrust.data.images import Drawing

PAINTS = ("#5c8fd6", "#c96f5a", "#63a375", "#b58bd0", "#d6a13e", "#5fa8ad", "#c7798f")


@dataclass(frozen=True, slots=True)
class Card:
    """An option: its words and the name of a symbol or a thing."""

    words: str
    icon: str


def icon(name: str, paint: str) -> str:
    """A symbol or a thing in a box of 100 x 100."""
    return SYMBOLS[name](paint) if name in SYMBOLS else OBJECTS[name].draw(paint)


def two_cards(rng: random.Random, left: Card, right: Card) -> Drawing:
    """The cards A and B; both of one paint, so that none stands out."""
    paint, ground = rng.choice(PAINTS), tint(rng)
    cards = [
        group(
            rect(0, 0, 154, 312, rx=12, fill="#fffefa", stroke="#455a64", stroke_width=3),
            circle(77, 32, 20, fill="#37474f"),
            text(77, 41, letter, size=27, fill="#ffffff", font_weight="bold"),
            group(icon(card.icon, paint), transform="translate(20 66) scale(1.14)"),
            caption(card.words, 77, 250, 12, 23),
            transform=f"translate({x} 12)",
        )
        for letter, card, x in (("A", left, 10), ("B", right, 172))
    ]
    return Drawing(document(SIZE, SIZE, *cards, background=ground))


def one_card(rng: random.Random, card: Card) -> Drawing:
    """A single card, large, without a letter."""
    x, turn = rng.uniform(-8, 8), rng.uniform(-2, 2)
    body = group(
        rect(38, 14, 260, 308, rx=14, fill="#fffefa", stroke="#455a64", stroke_width=3),
        group(icon(card.icon, rng.choice(PAINTS)), transform="translate(78 36) scale(1.8)"),
        caption(card.words, 168, 268, 19, 26),
        transform=f"translate({x:.1f} 0) rotate({turn:.2f} 168 168)",
    )
    return Drawing(document(SIZE, SIZE, body, background=tint(rng)))


def caption(words: str, x: float, middle: float, width: int, size: float) -> str:
    """Words in lines around a height, smaller where a word is long."""
    lines = wrapped(words, width)
    size = min(size, size * width / max(map(len, lines)))
    first = middle - (len(lines) - 1) * size * 0.6 + size * 0.3
    return "".join(text(x, first + i * size * 1.2, row, size=size) for i, row in enumerate(lines))
