"""Scenes: things placed in a place, with every fact known because it was put there."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.drawing.palette import COLORS
from multitrust.data.drawing.places import PLACES, SIZE
from multitrust.data.drawing.svg import circle, document, element, group, num, rect
from multitrust.data.images import Drawing

Box = tuple[float, float, float, float]
SPOTS = {
    1: ((168, 238),),
    2: ((92, 240), (246, 240)),
    3: ((66, 252), (172, 222), (276, 254)),
    4: ((80, 192), (252, 192), (84, 286), (256, 286)),
}
"""Centres of the places for one to four things."""
ROOM = {1: 150, 2: 128, 3: 90, 4: 84}
"""The largest side of a thing among that many, at which no two can touch."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """An object of a scene."""

    kind: str
    color: str
    pattern: str = "plain"
    x: float
    """Left edge of its 100 x 100 box, in pixels."""
    y: float
    size: float
    """Side of its box, in pixels."""

    @property
    def box(self) -> Box:
        """The tight box of what is drawn: xmin, ymin, xmax, ymax as shares of the picture."""
        left, top, right, bottom = OBJECTS[self.kind].extent
        scale = self.size / 100
        edges = (
            self.x + left * scale,
            self.y + top * scale,
            self.x + right * scale,
            self.y + bottom * scale,
        )
        return tuple(round(edge / SIZE, 4) for edge in edges)  # type: ignore[return-value]

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of its box, in pixels."""
        return (self.x + self.size / 2, self.y + self.size / 2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """What a picture shows."""

    place: str | None
    """None for a plain background."""
    things: tuple[Thing, ...]
    seed: str
    """Varies the background."""
    backdrop: str = "#f3f1ea"

    def draw(self) -> Drawing:
        """The picture, 336 x 336."""
        ground = PLACES[self.place].paint(random.Random(self.seed)) if self.place else ""
        return Drawing(
            document(
                SIZE, SIZE, ground, *(draw_thing(thing) for thing in self.things),
                background=self.backdrop,
            )
        )  # fmt: skip


def draw_thing(thing: Thing) -> str:
    """A thing at its place, in its colour and pattern."""
    definition, paint = paint_of(thing.color, thing.pattern)
    scale = num(thing.size / 100)
    return definition + group(
        OBJECTS[thing.kind].draw(paint),
        transform=f"translate({num(thing.x)} {num(thing.y)}) scale({scale})",
    )


def paint_of(color: str, pattern: str) -> tuple[str, str]:
    """(definition, paint) of a colour in a pattern: stripes, dots or checks of white or dark."""
    fill = COLORS[color]
    if pattern == "plain":
        return "", fill
    other = "#333333" if color in ("white", "yellow", "grey", "pink") else "#ffffff"
    marks = {
        "striped": rect(0, 0, 8, 16, fill=other),
        "dotted": circle(8, 8, 4, fill=other),
        "checked": rect(0, 0, 8, 8, fill=other) + rect(8, 8, 8, 8, fill=other),
    }[pattern]
    name = f"{pattern}-{color}"
    definition = element(
        "defs",
        element(
            "pattern", rect(0, 0, 16, 16, fill=fill), marks,
            id=name, width=16, height=16, patternUnits="userSpaceOnUse",
        ),
    )  # fmt: skip
    return definition, f"url(#{name})"


def arrange(
    rng: random.Random, things: Sequence[tuple[str, str, str]], *, sizes: Sequence[float] = ()
) -> tuple[Thing, ...]:
    """Put one to four (kind, color, pattern) without overlap, each at a random free spot.

    `sizes` are shares of the room that a thing may take; random between 0.8 and 1 if not given.
    """
    spots = list(SPOTS[len(things)])
    rng.shuffle(spots)
    placed = []
    for i, ((kind, color, pattern), (cx, cy)) in enumerate(zip(things, spots, strict=True)):
        share = sizes[i] if sizes else rng.uniform(0.8, 1.0)
        size = ROOM[len(things)] * share
        x = cx - size / 2 + rng.uniform(-7, 7)
        y = cy - size / 2 + rng.uniform(-5, 5)
        placed.append(
            Thing(kind=kind, color=color, pattern=pattern, x=round(x, 1), y=round(y, 1), size=round(size, 1))
        )  # fmt: skip
    return tuple(placed)
