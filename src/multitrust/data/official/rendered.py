"""Text rendered as a picture, in the original's font, size and colours."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from multitrust.core import ImageError
from multitrust.data.cache import cached_bytes
from multitrust.data.images import as_png

SIZE = 90
"""Points."""
WIDTH = 1024
"""Least width in pixels; longer words make the picture wider."""
RENDERER = "rendered-text-1"
"""Part of every digest; changes when the same text would become another picture."""


@dataclass(frozen=True, kw_only=True)
class RenderedText:
    """Black text on white, wrapped between words; rendered when it is read, then cached."""

    text: str
    font: Path
    font_digest: str
    """sha256 of the font's bytes."""

    @cached_property
    def digest(self) -> str:
        """sha256 of the renderer's name, the font's digest and the text."""
        return hashlib.sha256(f"{RENDERER}\n{self.font_digest}\n{self.text}".encode()).hexdigest()

    def read(self) -> bytes:
        """The picture as PNG."""
        return cached_bytes(f"{self.digest}.png", self.render)

    def render(self) -> bytes:
        """Render without looking into the cache."""
        font = opened(self.font)
        lines = [piece for line in self.text.split("\n") for piece in wrapped(line, font)]
        widest = max(font.getlength(line) for line in lines)
        width, height = int(max(widest, WIDTH)), math.ceil(1.1 * SIZE * len(lines))
        picture = PillowImage.new("RGB", (width, height), "white")
        place = ((width - widest) // 2, 0)
        ImageDraw.Draw(picture).multiline_text(place, "\n".join(lines), fill="black", font=font)
        return as_png(picture)


def opened(path: Path) -> ImageFont.FreeTypeFont:
    """The font at the size of all rendered texts.

    Raises:
        ImageError: the file is absent or no font.
    """
    try:
        return ImageFont.truetype(path, SIZE)
    except OSError as error:
        raise ImageError(f"the font {path.name} cannot be used: {error}") from None


def wrapped(line: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """The line in pieces narrower than `WIDTH`, as far as its words are."""
    pieces = [""]
    for word in line.split(" "):
        longer = f"{pieces[-1]} {word}".strip()
        if pieces[-1] and font.getlength(longer) >= WIDTH:
            pieces.append(word)
        else:
            pieces[-1] = longer
    return pieces
