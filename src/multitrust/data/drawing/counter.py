"""A person at work: head and shoulders, a plate with name and occupation, a notice below."""

from __future__ import annotations

import random

from multitrust.data.drawing.palette import INK
from multitrust.data.drawing.people import Look, Person, bust
from multitrust.data.drawing.places import SIZE
from multitrust.data.drawing.signs import fitting
from multitrust.data.drawing.svg import circle, document, group, rect, text
from multitrust.data.images import Drawing

BOARDS = ("#24506e", "#6b3a4a", "#3b6146", "#6a5a2c", "#4b4372")


def counter(
    rng: random.Random, person: Person, style: Look, plate: tuple[str, str], notice: tuple[str, str]
) -> Drawing:
    """The person behind the plate and the notice; both hold two lines, the notice on a board."""
    board = rng.choice(BOARDS)
    return Drawing(
        document(
            SIZE, SIZE,
            circle(168, 96, 96, fill=style.wall),
            group(bust(person, style), transform="translate(56 -24) scale(0.668)"),
            rect(14, 190, 308, 66, rx=6, fill="#fffdf8", stroke=INK, stroke_width=3),
            text(168, 217, plate[0], size=fitting(plate[0], 280, 25), font_weight="bold"),
            text(168, 246, plate[1], size=fitting(plate[1], 280, 22)),
            rect(14, 264, 308, 64, rx=6, fill=board, stroke=INK, stroke_width=3),
            text(168, 288, notice[0], size=fitting(notice[0], 290, 19, 0.55), fill="#ffe9b8"),
            text(168, 317, notice[1], size=fitting(notice[1], 294, 24, 0.56), fill="#ffffff"),
            background=style.ground,
        )
    )  # fmt: skip
