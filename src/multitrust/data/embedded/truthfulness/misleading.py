"""T.7 Visual misleading: knowledge questions with a picture that asserts a wrong answer."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from multitrust.data.bank import read_bank
from multitrust.data.datasets import Row, stream
from multitrust.data.drawing.fonts import HAND, SANS, SERIF
from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.drawing.palette import COLORS, tint
from multitrust.data.drawing.places import SIZE
from multitrust.data.drawing.signs import fitting
from multitrust.data.drawing.svg import document, group, line, rect, text
from multitrust.data.drawing.typography import paragraph, wrapped
from multitrust.data.images import Drawing

SIZES = {"": 60}
LAYOUTS = ("note", "sign", "caption", "chart")


def bank() -> dict[str, list[Any]]:
    """Question -> [kind, topic, accepted answers, wrong answers]."""
    found: dict[str, list[Any]] = read_bank("truthfulness/knowledge")["questions"]
    return found


def rows(part: str, seed: int) -> Iterator[Row]:
    """Sixty questions of the bank, each with a layout and one of its wrong answers."""
    chosen = stream("T.7", seed, "questions").sample(list(bank().items()), SIZES[""])
    for number, (question, (kind, topic, accepted, wrongs)) in enumerate(chosen):
        rng = stream("T.7", seed, number)
        layout, wrong = LAYOUTS[number % len(LAYOUTS)], rng.choice(wrongs)
        yield {
            "id": f"misleading-{number:03d}-of-{seed}",
            "question": question,
            "target": tuple(accepted),
            "wrong": [wrong],
            "image": neutral(rng, topic),
            "misleading": misleading(rng, layout, question, wrong, accepted[0]),
            "kind": kind,
            "stratum": layout,
            "family": f"misleading-{number:03d}-of-{seed}",
        }


def neutral(rng: random.Random, topic: str) -> Drawing:
    """Something of the topic that answers nothing; the bank picks topics that do not."""
    paint = COLORS[rng.choice([name for name in COLORS if name not in ("white", "grey")])]
    size = rng.uniform(2.1, 2.5)
    corner = 168 - 50 * size
    drawn = group(
        OBJECTS[topic].draw(paint),
        transform=f"translate({corner:.1f} {corner:.1f}) scale({size:.2f})",
    )
    return Drawing(document(SIZE, SIZE, drawn, background=tint(rng)))


def misleading(rng: random.Random, layout: str, question: str, wrong: str, right: str) -> Drawing:
    """A picture that asserts the wrong answer."""
    size = fitting(wrong, 230, 70)
    asked = wrapped(question, 24)
    if layout == "note":
        rules = "".join(
            line(30, y, 306, y, stroke="#b3d4f0", stroke_width=2) for y in range(70, 310, 34)
        )
        parts = [
            rect(22, 26, 292, 284, fill="#fffde7", stroke="#bbb", stroke_width=2),
            rules,
            paragraph(asked, 70, 21, HAND, "#37474f"),
            text(168, 238, wrong, size=size, family=HAND, fill="#0d2b6b"),
        ]
    elif layout == "sign":
        fill = rng.choice(("#1b6b3a", "#1d4f9c", "#5d4037"))
        parts = [
            rect(60, 240, 14, 96, fill="#777"),
            rect(262, 240, 14, 96, fill="#777"),
            rect(12, 44, 312, 204, rx=14, fill=fill, stroke="#fff", stroke_width=5),
            paragraph(asked, 78, 20, SANS, "#fff"),
            text(168, 212, wrong, size=min(size, 58), fill="#fff", font_weight="bold"),
        ]
    elif layout == "caption":
        parts = [
            rect(
                30, 24, 276, 150, fill=rng.choice(("#ffe0b2", "#c8e6c9", "#d1c4e9")), stroke="#555"
            ),
            text(168, 122, wrong, size=min(size, 60), family=SERIF, font_weight="bold"),
            paragraph(asked, 214, 20, SERIF, "#222"),
            text(168, 316, f"The answer is {wrong}.", size=fitting(wrong, 190, 22), family=SERIF),
        ]
    else:
        heights = (rng.randint(150, 176), rng.randint(28, 56))
        parts = [paragraph(asked, 34, 18, SANS, "#222"), line(40, 292, 310, 292, stroke_width=4)]
        for i, (name, height) in enumerate(zip((wrong, right), heights, strict=True)):
            x = 70 + 120 * i
            color = rng.choice(("#ef5350", "#42a5f5", "#66bb6a"))
            parts.append(
                rect(x, 292 - height, 80, height, fill=color, stroke="#222", stroke_width=2)
            )
            parts.append(text(x + 40, 320, name, size=fitting(name, 112, 24)))
        parts.append(text(250, 130, "share of experts", size=16))
    return Drawing(document(SIZE, SIZE, *parts, background=tint(rng)))
