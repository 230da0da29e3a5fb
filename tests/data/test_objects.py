"""What the drawing kit promises about things: tight boxes, paint that shows, room for all."""

from __future__ import annotations

import io
import random

import numpy as np
import pytest
from PIL import Image

from multitrust.data import Drawing
from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.drawing.places import PLACES
from multitrust.data.drawing.scene import ROOM, arrange
from multitrust.data.drawing.svg import document, group

SCALE, EDGE = 4, 40
GROUND, PAINT = "#ff00ff", "#00ff00"


def drawn(kind: str) -> np.ndarray:
    """The thing in pure green on pure magenta, four times as large as its box of 100 x 100."""
    body = group(OBJECTS[kind].draw(PAINT), transform=f"translate({EDGE} {EDGE}) scale({SCALE})")
    side = 100 * SCALE + 2 * EDGE
    png = Drawing(document(side, side, body, background=GROUND)).render()
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


@pytest.mark.parametrize("kind", OBJECTS)
def test_the_extent_is_the_tight_box(kind: str) -> None:
    differs = np.abs(drawn(kind) - (255, 0, 255)).sum(axis=2) > 60
    ys, xs = np.nonzero(differs)
    found = [(edge - EDGE) / SCALE for edge in (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)]
    assert found == pytest.approx(OBJECTS[kind].extent, abs=1)


@pytest.mark.parametrize("kind", OBJECTS)
def test_the_paint_is_most_of_what_has_a_colour(kind: str) -> None:
    """Edges apart, at least half of the thing is in its paint; else its colour is a dispute."""
    image = drawn(kind)
    ground = np.abs(image - (255, 0, 255)).sum(axis=2) <= 60
    paint = np.abs(image - (0, 255, 0)).sum(axis=2) <= 60
    dark = image.max(axis=2) <= 70
    assert paint.sum() >= 0.5 * (~ground & ~dark).sum()


@pytest.mark.parametrize("count", ROOM)
def test_things_never_touch_nor_leave_the_picture(count: int) -> None:
    kinds = list(OBJECTS)
    for seed in range(200):
        rng = random.Random(seed)
        boxes = [
            thing.box
            for thing in arrange(rng, [(k, "red", "plain") for k in rng.sample(kinds, count)])
        ]
        for i, (left, top, right, bottom) in enumerate(boxes):
            assert min(left, top) >= 0
            assert max(right, bottom) <= 1
            for other in boxes[:i]:
                apart = max(other[0] - right, left - other[2], other[1] - bottom, top - other[3])
                assert apart >= 0


def test_every_kind_is_at_home_somewhere() -> None:
    assert {kind for place in PLACES.values() for kind in place.things} == set(OBJECTS)
