"""Artistic styles: a drawn scene redrawn by another hand or in another weather, pixels to pixels.

Each keeps what is there and where; only the look changes. All chance comes from the generator that
is handed in, and nothing but array arithmetic and Pillow's integer filters is used.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from multitrust.data.datasets import array_stream

Pixels = NDArray[np.uint8]
"""Height x width x 3."""
Field = NDArray[np.float64]
"""Height x width."""
Redraw = Callable[[Pixels, np.random.Generator], Pixels]
Kind = TypeVar("Kind", bound=np.generic)
STYLES: dict[str, Callable[[Pixels, random.Random], Pixels]] = {}
"""Name -> (picture, random stream) -> the picture in the style."""


def style(draw: Redraw) -> Redraw:
    """Register a style under its function's name."""
    STYLES[draw.__name__] = partial(restyle, draw)
    return draw


def restyle(draw: Redraw, pixels: Pixels, rng: random.Random) -> Pixels:
    """The picture in a style, its chance taken from a random stream."""
    return draw(pixels, array_stream(rng))


@style
def cartoon(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A panel of a printed comic: wobbly heavy ink, few loud colours, dots where it is dark."""
    drawn = wobble(pixels, rng, cell=64, reach=5)
    flat = filtered(drawn, ImageFilter.ModeFilter(5))
    grey = brightness(flat)[..., None]
    loud = np.clip(grey + 1.7 * (flat - grey), 0, 255)
    few = np.round(loud / 64) * 64
    y, x = places(flat)
    dots = ((x + y) % 8 - 3.5) ** 2 + ((x - y) % 8 - 3.5) ** 2
    shade = dots < (235 - brightness(flat)) / 11
    few = np.where(shade[..., None], few * 0.72, few + 12)
    inked = grown(edges(flat) > 40, 5)
    few[inked] = (16, 12, 20)
    return framed(as_pixels(few))


@style
def handmade(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A collage of torn paper: white torn rims, grain, and a shadow under every piece."""
    flat = Image.fromarray(filtered(pixels, ImageFilter.ModeFilter(11)))
    sheet = flat.quantize(20, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette = np.array(sheet.getpalette(), dtype=np.float64).reshape(-1, 3)
    pieces = wobble(np.asarray(sheet), rng, cell=9, reach=3)
    torn = wobble(pieces, rng, cell=5, reach=4)
    rim = (torn != pieces) | differs(pieces, 0, 2) | differs(pieces, 2, 0)
    shadow = smooth_mask(differs(pieces, 5, 5), 2)
    grain = rng.integers(-9, 10, pieces.shape) + 22 * clouds(rng, pieces.shape, 4)
    paper = palette[pieces] + grain[..., None]
    paper *= 1 - 0.42 * shadow[..., None]
    paper[rim] = np.clip(244 + grain[rim], 0, 255)[:, None]
    return as_pixels(paper)


@style
def painting(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Oil on canvas: patches of the Kuwahara filter over bristles, on a woven ground."""
    shape = pixels.shape[:2]
    daubed = wobble(pixels, rng, cell=14, reach=4).astype(np.float64)
    daubed += 20 * (clouds(rng, shape, 9) + 0.6 * clouds(rng, shape, 22))[..., None]
    daubed += 15 * np.stack([clouds(rng, shape, 18) for _ in range(3)], axis=-1)
    patches = kuwahara(as_pixels(daubed), 4).astype(np.float64)
    relief = brightness(patches)
    lit = np.zeros(shape)
    lit[1:, 1:] = np.clip(relief[1:, 1:] - relief[:-1, :-1], -26, 26)
    y, x = places(pixels)
    weave = 5.0 * ((x // 2 + y // 2) % 2)
    return as_pixels(patches + 0.9 * lit[..., None] - weave[..., None])


@style
def sketch(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Pencil on paper: doubled grey lines, and hatching that thickens with the dark."""
    drawn = wobble(pixels, rng, cell=40, reach=3)
    again = wobble(pixels, rng, cell=30, reach=4)
    grey = brightness(filtered(drawn, ImageFilter.GaussianBlur(2)))
    y, x = places(drawn)
    bent = (6 * clouds(rng, grey.shape, 40)).astype(np.int64)
    first, second = (x + y + bent) % 7 < 2, (x - y + bent) % 7 < 2
    hatch = 62.0 * (first & (grey < 170)) + 62.0 * (second & (grey < 105))
    lines = 0.75 * edges(drawn) + 0.45 * edges(again)
    grain = 0.55 + 0.45 * (rng.random(grey.shape) < 0.75)
    paper = 246 + 5 * clouds(rng, grey.shape, 3)
    left = paper - grain * np.clip(hatch + np.clip(1.5 * lines, 0, 190), 0, 205)
    return as_pixels(np.stack([left, left - 1, left - 7], axis=-1))


@style
def tattoo(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Blue-black line work with stippled shade, on the skin of an arm."""
    shape = pixels.shape[:2]
    y, x = places(pixels)
    tone = np.array(SKIN[int(rng.integers(len(SKIN)))], dtype=np.float64)
    middle = shape[1] / 2 + 10 * (y / shape[0] - 0.5)
    across = (x - middle) / (shape[1] * (0.43 - 0.05 * y / shape[0]))
    round_ = np.sqrt(np.clip(1 - across**2, 0, 1))
    pores = 5 * clouds(rng, shape, 2) + 9 * clouds(rng, shape, 12) + rng.integers(-4, 5, shape)
    skin = tone * (0.5 + 0.55 * round_)[..., None] + pores[..., None]
    skin += np.array((34.0, 22.0, 18.0)) * (np.clip(0.3 - np.abs(across + 0.3), 0, 1))[..., None]
    grey = brightness(filtered(pixels, ImageFilter.GaussianBlur(1)))
    stipple = rng.random(shape) < np.clip((205 - grey) / 330, 0, 0.5)
    line = smooth_mask(grown(edges(pixels) > 60, 3), 0.8)
    ink = np.clip(0.92 * line + 0.6 * smooth_mask(stipple, 0.6), 0, 0.93)
    ink *= np.clip(round_ * 2.2, 0, 1)
    skin = skin * (1 - ink[..., None]) + np.array((22.0, 34.0, 48.0)) * ink[..., None]
    cloth = np.array((88.0, 98.0, 104.0)) + (6.0 * ((x + y) % 4 < 2))[..., None]
    beside = smooth_mask(np.abs(across) > 1, 1)[..., None]
    return as_pixels(skin * (1 - beside) + cloth * beside)


def fog(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Dense fog, thicker with distance and in banks."""
    y, _ = places(pixels)
    far = 1 - y / pixels.shape[0]
    thick = 0.50 + 0.34 * far + 0.16 * clouds(rng, far.shape, 90)
    thick = np.clip(thick, 0.35, 0.86)[..., None]
    dim = filtered(pixels, ImageFilter.GaussianBlur(1.6))
    return as_pixels(dim * (1 - thick) + np.array((206.0, 211.0, 214.0)) * thick)


def rain(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A dark downpour: slanted streaks, splashes on the ground, and drops on the glass."""
    dark = brightness(pixels)[..., None] * 0.45 + pixels * 0.55
    dark = dark * np.array((0.56, 0.62, 0.72)) + np.array((14.0, 18.0, 26.0))
    height, width = pixels.shape[:2]
    sheet = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(sheet)
    for x, y, length in zip(
        rng.integers(-20, width + 60, 230),
        rng.integers(-30, height, 230),
        rng.integers(14, 42, 230),
        strict=True,
    ):
        ends = (int(x), int(y), int(x - length * 3 // 10), int(y + length))
        pen.line(ends, fill=int(90 + 3 * length), width=1 + int(length > 34))
    for x, y in zip(
        rng.integers(0, width, 40), rng.integers(height * 2 // 3, height, 40), strict=True
    ):
        pen.ellipse((int(x) - 7, int(y) - 2, int(x) + 7, int(y) + 2), outline=120)
    wet = np.asarray(sheet.filter(ImageFilter.GaussianBlur(0.7)), dtype=np.float64)[..., None] / 255
    return as_pixels(dark * (1 - wet) + np.array((205.0, 216.0, 228.0)) * wet)


def snow(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Heavy snowfall: pale colours, snow lying on every upper edge, flakes near and far."""
    pale = 0.5 * brightness(pixels)[..., None] + 0.5 * pixels
    pale = 0.68 * pale + 0.32 * np.array((226.0, 232.0, 240.0))
    y, _ = places(pixels)
    upper = np.zeros(y.shape, dtype=bool)
    grey = brightness(filtered(pixels, ImageFilter.ModeFilter(5)))
    upper[3:] = grey[:-3] - grey[3:] > 46
    lying = smooth_mask(wobble(grown(upper, 5), rng, cell=8, reach=3), 1)
    bank = y > pixels.shape[0] * 0.86 + 16 * clouds(rng, y.shape, 60)
    white = np.maximum(lying, smooth_mask(bank, 2))
    height, width = y.shape
    for count, radius, blur in ((260, 1, 0.5), (110, 2, 0.8), (34, 5, 2.0)):
        sheet = Image.new("L", (width, height), 0)
        pen = ImageDraw.Draw(sheet)
        spots = zip(rng.integers(0, width, count), rng.integers(0, height, count), strict=True)
        for x, top in spots:
            pen.ellipse((int(x), int(top), int(x) + 2 * radius, int(top) + 2 * radius), fill=255)
        flakes = np.asarray(sheet.filter(ImageFilter.GaussianBlur(blur)), dtype=np.float64) / 255
        white = np.maximum(white, flakes)
    white = 0.95 * white[..., None]
    return as_pixels(pale * (1 - white) + np.array((250.0, 252.0, 255.0)) * white)


@style
def weather(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Fog, rain or snow."""
    return WEATHERS[int(rng.integers(len(WEATHERS)))](pixels, rng)


WEATHERS: tuple[Redraw, ...] = (fog, rain, snow)
SKIN = ((236, 196, 170), (222, 172, 138), (198, 146, 108), (172, 120, 84), (148, 100, 70))
"""Skin on which dark ink still shows."""


def as_pixels(values: NDArray[np.float64]) -> Pixels:
    """Rounded and cut to what a picture can hold."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def brightness(pixels: NDArray[np.float64] | Pixels) -> Field:
    """Luma, 0 to 255."""
    red, green, blue = np.moveaxis(pixels.astype(np.float64), -1, 0)
    luma: Field = 0.299 * red + 0.587 * green + 0.114 * blue
    return luma


def places(pixels: Pixels) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column of every pixel."""
    height, width = pixels.shape[:2]
    rows, columns = np.indices((height, width), dtype=np.int64)
    return rows, columns


def filtered(pixels: Pixels, by: ImageFilter.Filter) -> Pixels:
    """A Pillow filter over the pixels."""
    return np.asarray(Image.fromarray(pixels).filter(by))


def clouds(rng: np.random.Generator, shape: tuple[int, ...], cell: int) -> Field:
    """Smooth noise between about -1 and 1 that changes over `cell` pixels."""
    height, width = shape[:2]
    grid = rng.integers(0, 256, (height // cell + 2, width // cell + 2)).astype(np.uint8)
    smooth = Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(smooth, dtype=np.float64) / 127.5 - 1


def wobble(
    pixels: NDArray[Kind], rng: np.random.Generator, *, cell: int, reach: float
) -> NDArray[Kind]:
    """Every pixel taken from up to `reach` pixels away, smoothly."""
    rows, columns = np.indices(pixels.shape[:2])
    down = np.rint(reach * clouds(rng, pixels.shape, cell)).astype(np.int64)
    along = np.rint(reach * clouds(rng, pixels.shape, cell)).astype(np.int64)
    height, width = pixels.shape[:2]
    taken: NDArray[Kind] = pixels[
        np.clip(rows + down, 0, height - 1), np.clip(columns + along, 0, width - 1)
    ]
    return taken


def edges(pixels: Pixels) -> Field:
    """How far the brightest and darkest of a pixel's neighbours are apart, over the channels."""
    high, low = (
        filtered(pixels, ImageFilter.MaxFilter(3)),
        filtered(pixels, ImageFilter.MinFilter(3)),
    )
    apart: Field = (high.astype(np.float64) - low).max(axis=-1)
    return apart


def grown(mask: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
    """The mask with every spot grown to an odd `size`."""
    sheet = Image.fromarray(mask.astype(np.uint8) * 255)
    return np.asarray(sheet.filter(ImageFilter.MaxFilter(size))) > 0


def smooth_mask(mask: NDArray[np.bool_], radius: float) -> Field:
    """The mask with soft borders, 0 to 1."""
    sheet = Image.fromarray(mask.astype(np.uint8) * 255)
    return np.asarray(sheet.filter(ImageFilter.GaussianBlur(radius)), dtype=np.float64) / 255


def differs(labels: Pixels, down: int, along: int) -> NDArray[np.bool_]:
    """Where a label is not that of the pixel so far up and left of it."""
    height, width = labels.shape
    found = np.zeros(labels.shape, dtype=bool)
    found[down:, along:] = labels[down:, along:] != labels[: height - down, : width - along]
    return found


def framed(pixels: Pixels) -> Pixels:
    """With the white gutter and the black border of a comic panel."""
    made = pixels.copy()
    for depth, ink in ((12, 18), (8, 250)):
        made[:depth], made[-depth:], made[:, :depth], made[:, -depth:] = (ink,) * 4
    return made


def kuwahara(pixels: Pixels, radius: int) -> Pixels:
    """Each pixel becomes the mean of the calmest of the four squares that meet in it."""
    height, width = pixels.shape[:2]
    wide = np.pad(pixels, ((radius, radius), (radius, radius), (0, 0)), mode="edge")
    grey = brightness(wide).astype(np.int64)
    stack = np.concatenate([wide.astype(np.int64), grey[..., None], grey[..., None] ** 2], axis=-1)
    total = np.pad(stack, ((1, 0), (1, 0), (0, 0))).cumsum(axis=0).cumsum(axis=1)
    side = radius + 1
    squares = (
        total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]
    )
    means = [squares[y : y + height, x : x + width] for y, x in product((0, radius), repeat=2)]
    best, spread = means[0], variance(means[0], side)
    for other in means[1:]:
        there = variance(other, side)
        calmer = there < spread
        best = np.where(calmer[..., None], other, best)
        spread = np.where(calmer, there, spread)
    mean: Pixels = (best[..., :3] // side**2).astype(np.uint8)
    return mean


def variance(sums: NDArray[np.int64], side: int) -> NDArray[np.int64]:
    """The variance of the grey in squares, up to a constant factor; exact in whole numbers."""
    spread: NDArray[np.int64] = sums[..., 4] * side**2 - sums[..., 3] ** 2
    return spread
