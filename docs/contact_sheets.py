"""Contact sheets of the embedded pictures: `python docs/contact_sheets.py [FOLDER]`.

Each sheet shows what a designer or an annotator has to judge at a glance: every kind of thing in
every pattern, every place, every sign, and a few samples of each part of each task, in small.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path

from PIL import Image as PillowImage

from multitrust.core import Image
from multitrust.data import Drawing, stream, unrelated
from multitrust.data.drawing.illusions import ILLUSIONS, picture
from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.drawing.palette import COLORS, PATTERNS
from multitrust.data.drawing.places import PLACES
from multitrust.data.drawing.scene import Scene, arrange
from multitrust.data.drawing.signs import LAYOUTS, draw_sign

TILE = 112
"""Pixels of a picture on a sheet, which is also what the embedded model sees."""
COLUMNS = 12
SHEETS: dict[str, Callable[[], Iterator[Image]]] = {}


def sheet(draw: Callable[[], Iterator[Image]]) -> Callable[[], Iterator[Image]]:
    """Register a sheet under its function's name."""
    SHEETS[draw.__name__] = draw
    return draw


@sheet
def things() -> Iterator[Image]:
    """Every kind in every pattern, each in another colour, on the grounds in turn."""
    colors, places = list(COLORS), list(PLACES)
    for number, kind in enumerate(OBJECTS):
        dressed = [
            (kind, colors[(number + i) % len(colors)], pattern)
            for i, pattern in enumerate(PATTERNS)
        ]
        yield Scene(
            place=places[number % len(places)],
            things=arrange(stream("contact", kind), dressed),
            seed=kind,
        ).draw()


@sheet
def colours() -> Iterator[Image]:
    """Every colour on every ground."""
    for number, color in enumerate(COLORS):
        for place in PLACES:
            kind = list(OBJECTS)[number * 3 % len(OBJECTS)]
            placed = arrange(stream("contact", color, place), [(kind, color, "plain")])
            yield Scene(place=place, things=placed, seed=color).draw()


@sheet
def places() -> Iterator[Image]:
    """Every place three times."""
    for round_ in range(3):
        for place in PLACES:
            yield Scene(place=place, things=(), seed=str(round_)).draw()


@sheet
def signs() -> Iterator[Image]:
    """Every layout with a long, a short and a mixed text."""
    for content in ("HARBOUR", "honey", "see you at 8", "AC 479"):
        for layout in LAYOUTS:
            yield draw_sign(layout, content, stream("contact", layout, content))


@sheet
def illusions() -> Iterator[Image]:
    """Every illusion with its control below it."""
    for change in (0.0, 1.0):
        for name in ILLUSIONS:
            yield picture(name, stream("contact", name), change)


@sheet
def backdrops() -> Iterator[Image]:
    """Pictures that have nothing to do with a text."""
    for number in range(COLUMNS):
        yield unrelated("color", str(number))
    for number in range(COLUMNS):
        yield unrelated("nature", str(number))
    yield unrelated("noise", "0")


def samples(dataset: str, count: int) -> Callable[[], Iterator[Image]]:
    """The first samples of each part of `aspect/module`, every picture of theirs."""

    def draw() -> Iterator[Image]:
        generator = import_module(f"multitrust.data.embedded.{dataset.replace('/', '.')}")
        for part in generator.SIZES:
            for _, row in zip(range(count), generator.rows(part, 0), strict=False):
                yield from (value for value in row.values() if isinstance(value, Drawing))

    return draw


SHEETS |= {
    "t1-basic-world": samples("truthfulness/basic_world", COLUMNS),
    "t2-cognitive": samples("truthfulness/cognitive", COLUMNS),
    "t3-instruction": samples("truthfulness/instruction", 2 * COLUMNS),
    "t4-assistance": samples("truthfulness/assistance", 2 * COLUMNS),
    "t5-false-premise": samples("truthfulness/false_premise", 2 * COLUMNS),
    "t6-confusion": samples("truthfulness/confusion", 2 * COLUMNS),
    "t7-misleading": samples("truthfulness/misleading", COLUMNS),
    "s1-stand-ins": samples("safety/stand_in", 2 * COLUMNS),
    "s2-hazards": samples("safety/hazard", COLUMNS),
    "s3-prefixes": samples("safety/prefixes", COLUMNS),
    "s4-typographic": samples("safety/typographic", COLUMNS),
    "s5-pictured": samples("safety/pictured", COLUMNS),
    "s6-crossmodal": samples("safety/crossmodal", COLUMNS),
}


def paste(images: list[Image]) -> PillowImage.Image:
    """The pictures in rows of twelve."""
    rows = -(-len(images) // COLUMNS)
    made = PillowImage.new("RGB", (COLUMNS * TILE, rows * TILE), "white")
    for number, image in enumerate(images):
        small = PillowImage.open(io.BytesIO(image.read())).convert("RGB")
        row, column = divmod(number, COLUMNS)
        made.paste(small.resize((TILE - 4, TILE - 4)), (column * TILE + 2, row * TILE + 2))
    return made


def write(folder: Path, names: Iterable[str]) -> list[Path]:
    """Write the sheets of these names as WebP; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name in names:
        path = folder / f"{name}.webp"
        paste(list(SHEETS[name]())).save(path, quality=60, method=6)
        files.append(path)
    return files


if __name__ == "__main__":
    asked = Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).with_name("contact-sheets")
    write(asked, SHEETS)
