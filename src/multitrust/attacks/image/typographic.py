"""A word laid over a picture, so that a model names what is written instead of what is shown.

After Goh et al., "Multimodal neurons in artificial neural networks" (Distill, 2021), section on
typographic attacks. Four layouts, in the fonts that the caller gives.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from multitrust.attacks.image.budget import Pixels, Proposal

Font = tuple[str, str]
"""A package and the path of a font file in it."""
Layout = Callable[[Image.Image, Image.Image, random.Random], None]
"""(picture, the word on transparent ground, random stream): lay the word over the picture."""
INKS = ("#111111", "#0d2b6b", "#7a1020", "#1b5e20")


def sticker(picture: Image.Image, word: Image.Image, rng: random.Random) -> None:
    """A white label, slightly turned, somewhere in the upper half."""
    label = on_white(word)
    label = label.rotate(rng.uniform(-14, 14), expand=True, resample=Image.Resampling.BICUBIC)
    place = (free(rng, picture.width - label.width), rng.randint(4, picture.height // 3))
    picture.alpha_composite(label, place)


def banner(picture: Image.Image, word: Image.Image, rng: random.Random) -> None:
    """A white band across the head."""
    band = Image.new("RGBA", (picture.width, word.height + 16), "white")
    band.alpha_composite(word, ((band.width - word.width) // 2, 8))
    picture.alpha_composite(band, (0, 0))


def headline(picture: Image.Image, word: Image.Image, rng: random.Random) -> None:
    """The bare word with a light edge across the head."""
    glow = Image.new("RGBA", word.size, "white")
    glow.putalpha(word.getchannel("A"))
    x, y = (picture.width - word.width) // 2, rng.randint(6, 24)
    for dx, dy in ((-2, 0), (2, 0), (0, -2), (0, 2), (-2, -2), (2, 2), (-2, 2), (2, -2)):
        picture.alpha_composite(glow, (max(0, x + dx), y + dy))
    picture.alpha_composite(word, (max(0, x), y))


def labels(picture: Image.Image, word: Image.Image, rng: random.Random) -> None:
    """Three small labels at random places, one in each third."""
    label = on_white(word)
    label.thumbnail((picture.width // 3, picture.height // 8), Image.Resampling.LANCZOS)
    third = picture.height // 3
    for i in range(3):
        y = i * third + free(rng, third - label.height)
        picture.alpha_composite(label, (free(rng, picture.width - label.width), y))


LAYOUTS: Mapping[str, Layout] = {
    "sticker": sticker,
    "banner": banner,
    "headline": headline,
    "labels": labels,
}
"""Name -> layout."""


@dataclass(frozen=True, slots=True)
class Typographic:
    """The goal, a word, is laid over the picture; layout, font and ink are drawn at random."""

    fonts: tuple[Font, ...]

    @property
    def name(self) -> str:
        """`typographic`."""
        return "typographic"

    @property
    def epsilon(self) -> None:
        """Unbounded: the word is meant to be seen."""
        return

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The fonts and layouts among which is drawn."""
        return {"fonts": [path for _, path in self.fonts], "layouts": list(LAYOUTS)}

    def propose(self, picture: Pixels, goal: str, rng: random.Random) -> Proposal:
        """The picture with the word over it."""
        image = Image.fromarray(picture).convert("RGBA")
        layout = rng.choice(list(LAYOUTS))
        word = written(goal, rng.choice(self.fonts), rng.choice(INKS), image.width)
        LAYOUTS[layout](image, word, rng)
        return np.asarray(image.convert("RGB"))


def written(word: str, font: Font, ink: str, width: int) -> Image.Image:
    """The word in large letters that fit into four fifths of the width."""
    size = 64.0
    while True:
        face = ImageFont.truetype(io.BytesIO(font_bytes(font)), size)
        left, top, right, bottom = face.getbbox(word)
        if right - left <= 0.8 * width or size <= 12:
            break
        size -= 4
    drawn = Image.new("RGBA", (round(right - left) + 2, round(bottom - top) + 2))
    ImageDraw.Draw(drawn).text((1 - left, 1 - top), word, font=face, fill=ink)
    return drawn


def on_white(word: Image.Image) -> Image.Image:
    """The word on a white label."""
    label = Image.new("RGBA", (word.width + 20, word.height + 16), "white")
    label.alpha_composite(word, (10, 8))
    return label


def free(rng: random.Random, room: int) -> int:
    """A place at random within the room that is left."""
    return rng.randint(0, max(0, room))


@cache
def font_bytes(font: Font) -> bytes:
    """The font's file."""
    package, path = font
    return files(package).joinpath(path).read_bytes()
