"""Pictures as other sensors make them: seven sensors, each with what it shows known.

Every sensor draws two subjects: how many of something there are, or which of four. The drawing is
SVG; what the sensor does to it (its palette, blur, grain) is done to the pixels. The body scanners
show test phantoms with rods in them, never anatomy: nothing here can pass for a diagnosis.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from multitrust.core import Image as Picture
from multitrust.data.datasets import array_stream
from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.drawing.svg import (
    circle,
    document,
    ellipse,
    group,
    line,
    num,
    path,
    polygon,
    rect,
)
from multitrust.data.images import Altered, Drawing

SIZE = 336
CORNERS = {
    "upper left": (112, 112),
    "upper right": (224, 112),
    "lower left": (112, 224),
    "lower right": (224, 224),
}
COUNTS = ("one", "two", "three", "four")
Pixels = NDArray[np.uint8]
Sense = Callable[[Pixels, random.Random], Pixels]
Draw = Callable[[random.Random, int], str]
"""(random stream, place of the right option) -> SVG."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a sensor's pictures are asked about."""

    question: str
    options: tuple[str, ...]
    draw: Draw


@dataclass(frozen=True, slots=True)
class Sensor:
    """How a sensor sees, and what it is shown."""

    sense: Sense
    background: str
    subjects: tuple[Subject, ...]

    def picture(self, name: str, subject: Subject, rng: random.Random, right: int) -> Picture:
        """The picture for which the option at place `right` is true."""
        drawing = Drawing(
            document(SIZE, SIZE, subject.draw(rng, right), background=self.background)
        )
        return Altered(drawing, {"sensor": name}, self.sense)


def measured(picture: Pixels, rng: random.Random, blur: float, grain: float) -> NDArray[np.float64]:
    """Luminance from 0 to 255 as a detector gives it: blurred, with grain."""
    soft = Image.fromarray(picture).convert("L").filter(ImageFilter.GaussianBlur(blur))
    values = np.asarray(soft, dtype=np.float64)
    return np.clip(values + array_stream(rng).normal(0, grain, values.shape), 0, 255)


def as_grey(values: NDArray[np.float64]) -> Pixels:
    """A grey picture."""
    return np.repeat(np.rint(values).astype(np.uint8)[..., None], 3, axis=2)


def palette(stops: Sequence[tuple[int, int, int]]) -> NDArray[np.float64]:
    """256 colours through the stops."""
    at = np.linspace(0, 255, len(stops))
    colours = np.array(stops, dtype=np.float64)
    return np.stack([np.interp(np.arange(256), at, colours[:, i]) for i in range(3)], axis=1)


IRON = palette(((8, 4, 40), (70, 10, 120), (180, 30, 110), (240, 120, 30), (255, 230, 120), (255, 255, 245)))  # fmt: skip


def thermal(picture: Pixels, rng: random.Random) -> Pixels:
    """Cold violet to white heat, with the scale at the right."""
    values = measured(picture, rng, 2.4, 5)
    values[24:-24, -22:-10] = np.linspace(255, 0, SIZE - 48)[:, None]
    heat: Pixels = np.rint(IRON[np.rint(values).astype(int)]).astype(np.uint8)
    return heat


def scanned(picture: Pixels, rng: random.Random) -> Pixels:
    """Colours by material as they are drawn, see-through, on white."""
    soft = np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(0.9)), np.float64)
    grain = array_stream(rng).normal(0, 4, (SIZE, SIZE, 1))
    return np.clip(np.rint(soft + grain), 0, 255).astype(np.uint8)


def penetrated(picture: Pixels, rng: random.Random) -> Pixels:
    """Grey by density, with the lines of a row of detectors."""
    values = measured(picture, rng, 1.6, 7)
    values += np.repeat(array_stream(rng).normal(0, 3, (SIZE, 1)), SIZE, axis=1)
    return as_grey(np.clip(values, 0, 255))


def resonated(picture: Pixels, rng: random.Random) -> Pixels:
    """Soft grey, brighter toward one side as a coil sees it, grain of a magnitude picture."""
    values = measured(picture, rng, 1.8, 0)
    tilt = np.linspace(0.82, 1.12, SIZE)[None, :]
    noise = array_stream(rng)
    real = values * tilt + noise.normal(0, 9, values.shape)
    return as_grey(np.clip(np.hypot(real, noise.normal(0, 9, values.shape)), 0, 255))


def reconstructed(picture: Pixels, rng: random.Random) -> Pixels:
    """Grey in a round field, with the faint rings of a turning detector."""
    values = measured(picture, rng, 1.0, 6)
    rows, columns = np.indices((SIZE, SIZE)) - SIZE / 2
    distance = np.hypot(rows, columns)
    rings = np.interp(distance, np.arange(SIZE), array_stream(rng).normal(0, 4, SIZE))
    return as_grey(np.where(distance < 160, np.clip(values + rings, 0, 255), 0))


def from_above(picture: Pixels, rng: random.Random) -> Pixels:
    """Muted by the air, with the squares of a coarse sensor."""
    small = Image.fromarray(picture).resize((SIZE // 2, SIZE // 2), Image.Resampling.BOX)
    big = np.asarray(small.resize((SIZE, SIZE), Image.Resampling.NEAREST), dtype=np.float64)
    grain = array_stream(rng).normal(0, 5, (SIZE // 2, SIZE // 2, 1)).repeat(2, 0).repeat(2, 1)
    return np.clip(np.rint(big * 0.82 + 22 + grain), 0, 255).astype(np.uint8)


def from_the_car(picture: Pixels, rng: random.Random) -> Pixels:
    """A wide lens: darker toward the corners, a little soft."""
    soft = np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(0.8)), np.float64)
    rows, columns = np.indices((SIZE, SIZE)) / (SIZE / 2) - 1
    dark = 1 - 0.22 * (rows**2 + columns**2)
    grain = array_stream(rng).normal(0, 4, (SIZE, SIZE, 1))
    seen: Pixels = np.clip(np.rint(soft * dark[..., None] + grain), 0, 255).astype(np.uint8)
    return seen


def put(kind: str, paint: str, x: float, y: float, size: float) -> str:
    """A thing of the kit with its centre at (x, y)."""
    scale = num(size / 100)
    at = f"translate({num(x - size / 2)} {num(y - size / 2)}) scale({scale})"
    return group(OBJECTS[kind].draw(paint), transform=at)


def spread(rng: random.Random, count: int, y: float, gap: float = 66) -> list[tuple[float, float]]:
    """Places side by side around the middle, a little up and down."""
    left = SIZE / 2 - 12 - gap * (count - 1) / 2 + rng.uniform(-8, 8)
    return [(left + gap * i, y + rng.uniform(-10, 10)) for i in range(count)]


def person(x: float, y: float) -> str:
    """A standing person as warmth: head and hands hotter than the clothes."""
    return (
        path(f"M{num(x - 15)} {num(y + 52)}L{num(x - 18)} {num(y - 10)}Q{num(x)} {num(y - 30)} {num(x + 18)} {num(y - 10)}L{num(x + 15)} {num(y + 52)}Z", fill="#b8b8b8")
        + line(x - 8, y + 50, x - 9, y + 96, stroke="#a0a0a0", stroke_width=13)
        + line(x + 8, y + 50, x + 9, y + 96, stroke="#a0a0a0", stroke_width=13)
        + circle(x, y - 40, 15, fill="#fafafa")
        + circle(x - 22, y + 30, 6, fill="#eeeeee") + circle(x + 22, y + 30, 6, fill="#eeeeee")
        + line(x - 17, y - 6, x - 22, y + 30, stroke="#b0b0b0", stroke_width=9)
        + line(x + 17, y - 6, x + 22, y + 30, stroke="#b0b0b0", stroke_width=9)
    )  # fmt: skip


def night(rng: random.Random) -> str:
    """A cold street: sky, a wall with cold windows, ground."""
    windows = "".join(
        rect(20 + 62 * i, 46 + rng.uniform(-4, 4), 34, 40, fill="#2c2c2c") for i in range(5)
    )
    return rect(0, 24, SIZE, 176, fill="#3a3a3a") + windows + rect(0, 250, SIZE, 86, fill="#242424")


def warm_people(rng: random.Random, right: int) -> str:
    """One to four people on a cold street."""
    return night(rng) + "".join(person(x, y) for x, y in spread(rng, right + 1, 180))


WARM = ("dog", "car", "candle", "cup")


def warm_thing(rng: random.Random, right: int) -> str:
    """One warm thing on a cold street."""
    return night(rng) + put(WARM[right], "#f4f4f4", rng.uniform(120, 200), 216, 150)


def suitcase(rng: random.Random) -> str:
    """A case with clothes, orange as light materials are."""
    clothes = "".join(
        ellipse(
            rng.uniform(80, 250), rng.uniform(110, 250), rng.uniform(26, 50), rng.uniform(14, 28),
            fill="#f2a65a", fill_opacity=0.28,
        )
        for _ in range(8)
    )  # fmt: skip
    frame = rect(34, 70, 268, 210, rx=18, fill="#fbe3c8", stroke="#c9803a", stroke_width=5)
    return (
        frame + rect(136, 46, 64, 26, rx=8, fill="none", stroke="#4668b8", stroke_width=6) + clothes
    )


def bottles_in_case(rng: random.Random, right: int) -> str:
    """One to four bottles among clothes."""
    return suitcase(rng) + "".join(
        group(put("bottle", "#58b368", x + 12, y, 96), opacity=0.8)
        for x, y in spread(rng, right + 1, 176, 58)
    )


PACKED = ("umbrella", "key", "phone", "shoe")


def thing_in_case(rng: random.Random, right: int) -> str:
    """One thing among clothes."""
    thing = put(PACKED[right], "#4b78d1", rng.uniform(140, 196), 176, 126)
    return suitcase(rng) + group(thing, opacity=0.8)


def container(rng: random.Random) -> str:
    """A container on a lorry, seen through from the side."""
    ribs = "".join(line(30 + 18 * i, 84, 30 + 18 * i, 236, stroke="#c2c2c2") for i in range(16))
    wheels = "".join(circle(x, 262, 20, fill="#4a4a4a") for x in (70, 116, 236, 282))
    walls = rect(22, 80, 292, 158, fill="#dcdcdc", stroke="#8a8a8a", stroke_width=5)
    return walls + ribs + rect(22, 238, 292, 14, fill="#6a6a6a") + wheels


def blocks_in_container(rng: random.Random, right: int) -> str:
    """One to four dense blocks."""
    return container(rng) + "".join(
        rect(x - 18, 176 + rng.uniform(-6, 0), 42, 56, fill="#2e2e2e")
        for x, _ in spread(rng, right + 1, 200, 64)
    )


FREIGHT = ("a car", "bicycles", "barrels", "a boat")


def freight(rng: random.Random, right: int) -> str:
    """One kind of freight."""
    shift = rng.uniform(-14, 14)
    if right == 2:
        load = "".join(
            ellipse(
                64 + 42 * i + shift, y, 17, 22, fill="#9a9a9a", stroke="#5e5e5e", stroke_width=4
            )
            for i in range(6)
            for y in (166, 212)
        )
    elif right == 1:
        load = "".join(put("bicycle", "#555555", 88 + 80 * i + shift, 180, 96) for i in range(3))
    else:
        load = put("car" if right == 0 else "boat", "#7c7c7c", 168 + shift, 168, 160)
    return container(rng) + load


def phantom(rng: random.Random, shell: str, inside: str) -> str:
    """A round test body."""
    return circle(168, 168, 142, fill=shell) + circle(
        168, 168, 130 + rng.uniform(-3, 3), fill=inside
    )


def rods(rng: random.Random, right: int) -> str:
    """One to four bright rods, none where another is."""
    places = rng.sample(list(CORNERS.values()), right + 1)
    return phantom(rng, "#d8d8d8", "#6c6c6c") + "".join(
        circle(x + rng.uniform(-8, 8), y + rng.uniform(-8, 8), rng.uniform(17, 24), fill="#f2f2f2")
        for x, y in places
    )


def hollow(rng: random.Random, right: int) -> str:
    """Four rods of which one is dark."""
    return phantom(rng, "#d8d8d8", "#767676") + "".join(
        circle(x, y, rng.uniform(18, 23), fill="#141414" if i == right else "#c8c8c8")
        for i, (x, y) in enumerate(CORNERS.values())
    )


def metal_rods(rng: random.Random, right: int) -> str:
    """One to four square bars in a round test body."""
    places = rng.sample(list(CORNERS.values()), right + 1)
    return phantom(rng, "#ffffff", "#4c4c4c") + "".join(
        rect(x - 19 + rng.uniform(-7, 7), y - 19 + rng.uniform(-7, 7), 38, 38, fill="#e6e6e6")
        for x, y in places
    )


def brightest(rng: random.Random, right: int) -> str:
    """Four bars of which one is far brighter."""
    return phantom(rng, "#ffffff", "#424242") + "".join(
        rect(x - 20, y - 20, 40, 40, fill="#fafafa" if i == right else rng.choice(("#6a6a6a", "#747474")))
        for i, (x, y) in enumerate(CORNERS.values())
    )  # fmt: skip


def fields(rng: random.Random) -> str:
    """Fields from above, in greens and browns with furrows."""
    made = ""
    for x in range(0, SIZE, 112):
        for y in range(0, SIZE, 112):
            shade = rng.choice(("#5d7d3a", "#7b8f4b", "#8c7a4a", "#4f6b35", "#a08c5a"))
            made += rect(x, y, 110, 110, fill=shade)
            made += "".join(
                line(x + 4, y + k, x + 106, y + k, stroke="#00000022") for k in range(10, 110, 12)
            )
    return made


def roofs(rng: random.Random, right: int) -> str:
    """One to four houses from above, with their shadows."""
    homes = ""
    for x, y in rng.sample(
        [(60, 60), (170, 64), (278, 62), (58, 260), (168, 268), (276, 262)], right + 1
    ):
        homes += rect(x - 18, y - 18, 52, 46, fill="#00000055")
        homes += rect(x - 26, y - 24, 52, 22, fill="#b4553a") + rect(
            x - 26, y - 2, 52, 24, fill="#8f3f2b"
        )
    return fields(rng) + rect(0, 156, SIZE, 14, fill="#bdb6a6") + homes


CROSSING = ("a river", "a railway", "a runway", "a canal with boats")


def crossing(rng: random.Random, right: int) -> str:
    """One thing that crosses the fields."""
    y = rng.uniform(130, 200)
    if right == 0:
        bends = f"M-10 {num(y)}Q70 {num(y - 70)} 150 {num(y)}T310 {num(y)}T480 {num(y)}"
        lies = path(bends, fill="none", stroke="#2f6f9f", stroke_width=34)
    elif right == 1:
        sleepers = "".join(line(x, y - 12, x, y + 12, stroke="#4a3b2c", stroke_width=5) for x in range(4, SIZE, 13))  # fmt: skip
        lies = rect(0, y - 16, SIZE, 32, fill="#9b948a") + sleepers + "".join(line(0, y + d, SIZE, y + d, stroke="#e4e4e4", stroke_width=3) for d in (-7, 7))  # fmt: skip
    elif right == 2:
        dashes = "".join(rect(x, y - 2, 22, 4, fill="#ffffff") for x in range(40, 300, 40))
        bars = "".join(rect(8, y - 20 + 9 * i, 22, 5, fill="#ffffff") for i in range(5))
        lies = rect(0, y - 27, SIZE, 54, fill="#4b4d52") + dashes + bars
    else:
        boats = "".join(
            polygon(((x, y - 8), (x + 26, y - 8), (x + 38, y), (x + 26, y + 8), (x, y + 8)), fill="#f4f0e6")
            for x in (50, 140, 240)
        )  # fmt: skip
        lies = (
            rect(0, y - 24, SIZE, 48, fill="#d8d2c4")
            + rect(0, y - 19, SIZE, 38, fill="#2f6f9f")
            + boats
        )
    return fields(rng) + lies


def road(rng: random.Random) -> str:
    """The road ahead, and the bonnet of the own car."""
    dashes = "".join(
        polygon(((166 - w, y), (170 + w, y), (171 + w, y + h), (165 - w, y + h)), fill="#f2f2f2")
        for y, h, w in ((172, 8, 0), (192, 14, 1), (220, 22, 2), (258, 30, 4))
    )
    ground = rect(0, 0, SIZE, 160, fill="#a9c7dd") + rect(0, 158, SIZE, 178, fill="#6f8f55")
    lanes = polygon(((150, 158), (186, 158), (330, 336), (6, 336)), fill="#55585e")
    bonnet = ellipse(168, 350, 190, 44, fill="#26303c")
    return ground + lanes + dashes + bonnet


def cars_ahead(rng: random.Random, right: int) -> str:
    """One to four cars on the road."""
    spots = ((112, 262, 84), (220, 262, 84), (138, 204, 50), (200, 204, 50))
    shades = rng.sample(("#c23a2e", "#2f5fb3", "#e0c23a", "#e8e8e8", "#3d7a4a"), 4)
    chosen = [
        (x + rng.uniform(-9, 9), y + rng.uniform(-5, 5), size)
        for x, y, size in sorted(rng.sample(spots, right + 1), key=lambda spot: spot[1])
    ]
    return road(rng) + "".join(
        rect(x - s / 2, y - s * 0.3, s, s * 0.4, rx=s * 0.08, fill=shade, stroke="#222", stroke_width=2)
        + rect(x - s * 0.34, y - s * 0.55, s * 0.68, s * 0.3, rx=s * 0.08, fill="#b9d3e2", stroke="#222", stroke_width=2)
        + rect(x - s * 0.46, y - s * 0.18, s * 0.16, s * 0.1, fill="#ff4040")
        + rect(x + s * 0.3, y - s * 0.18, s * 0.16, s * 0.1, fill="#ff4040")
        for (x, y, s), shade in zip(chosen, shades, strict=False)
    )  # fmt: skip


BESIDE = ("a tree", "a cow", "a bicycle", "a house")


def roadside(rng: random.Random, right: int) -> str:
    """One thing beside the road."""
    kind = BESIDE[right].split()[-1]
    x = rng.choice((58, 278)) + rng.uniform(-8, 8)
    return road(rng) + put(kind, rng.choice(("#a33b2f", "#6b4a2a", "#e9e4da")), x, 172, 104)


SENSORS: Mapping[str, Sensor] = {
    "infrared": Sensor(thermal, "#101010", (
        Subject("How many people stand in this thermal picture?", COUNTS, warm_people),
        Subject("What is warm in this thermal picture?", ("a dog", "a car", "a candle", "a cup"), warm_thing),
    )),
    "low-energy X-ray": Sensor(scanned, "#ffffff", (
        Subject("How many bottles are in the case on this luggage scan?", COUNTS, bottles_in_case),
        Subject("What lies among the clothes on this luggage scan?", ("an umbrella", "a key", "a phone", "a shoe"), thing_in_case),
    )),
    "high-energy X-ray": Sensor(penetrated, "#f4f4f4", (
        Subject("How many dense blocks stand in the container on this freight scan?", COUNTS, blocks_in_container),
        Subject("What does the container on this freight scan hold?", FREIGHT, freight),
    )),
    "MRI": Sensor(resonated, "#060606", (
        Subject("How many bright rods does this MRI test phantom hold?", COUNTS, rods),
        Subject("Where is the dark rod of this MRI test phantom?", tuple(CORNERS), hollow),
    )),
    "CT": Sensor(reconstructed, "#000000", (
        Subject("How many bright bars does this CT test phantom hold?", COUNTS, metal_rods),
        Subject("Where is the brightest bar of this CT test phantom?", tuple(CORNERS), brightest),
    )),
    "remote sensing": Sensor(from_above, "#5d7d3a", (
        Subject("How many houses does this aerial picture show?", COUNTS, roofs),
        Subject("What crosses the fields in this aerial picture?", CROSSING, crossing),
    )),
    "driving camera": Sensor(from_the_car, "#a9c7dd", (
        Subject("How many cars drive ahead in this picture from a dashboard camera?", COUNTS, cars_ahead),
        Subject("What stands beside the road in this picture from a dashboard camera?", BESIDE, roadside),
    )),
}  # fmt: skip
"""By name, in the order of the benchmark."""
