"""Images that a sample can show: drawn from SVG, made of noise, attacked, or read from a file."""

from __future__ import annotations

import hashlib
import io
import json
import random
import stat
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from multitrust.core import Image, ImageError, open_image, to_rgb
from multitrust.core.images import LONGEST_SIDE, check_bytes
from multitrust.data.cache import cached_bytes, is_cached
from multitrust.data.drawing.fonts import FAMILIES, font_files
from multitrust.data.names import written

RENDERER = "resvg-1"
"""Part of every drawing's digest; changes when the same SVG would become another picture."""
MEND = "put the file right, then run the same command"
"""What to do about a picture's file; asking again alone does not help."""


class ComputedImage(ABC):
    """An image that takes time to compute; rendered when it is first read, then cached."""

    @property
    @abstractmethod
    def digest(self) -> str:
        """sha256 (hex) of all that determines the image."""

    @abstractmethod
    def render(self) -> bytes:
        """The image as PNG, computed without looking into the cache."""

    @property
    def is_ready(self) -> bool:
        """Whether `read` finds the image in the cache."""
        return is_cached(f"{self.digest}.png")

    def read(self) -> bytes:
        """The image as PNG."""
        return cached_bytes(f"{self.digest}.png", self.render)


@dataclass(frozen=True)
class Drawing(ComputedImage):
    """An image drawn by code."""

    svg: str

    @cached_property
    def digest(self) -> str:
        """sha256 of the renderer's name and the SVG text."""
        return hashlib.sha256(f"{RENDERER}\n{self.svg}".encode()).hexdigest()

    def render(self) -> bytes:
        """Render the SVG; RGB, as the background hides what is behind it."""
        import resvg_py

        used = [name for name in FAMILIES if f'"{name}"' in self.svg]
        paths = [str(path) for name in used for path in font_files(name)]
        drawn = resvg_py.svg_to_bytes(svg_string=self.svg, font_files=paths, skip_system_fonts=True)
        return as_png(PillowImage.open(io.BytesIO(bytes(drawn))).convert("RGB"))


def as_png(image: PillowImage.Image) -> bytes:
    """The image encoded as PNG."""
    buffer = io.BytesIO()
    image.save(buffer, format="PNG")
    return buffer.getvalue()


@dataclass(frozen=True)
class Noise(ComputedImage):
    """Gaussian noise around mid grey, per pixel and channel."""

    seed: int
    width: int = 336
    height: int = 336

    @cached_property
    def digest(self) -> str:
        """sha256 of the parameters."""
        text = f"gaussian-noise-1/{self.seed}/{self.width}x{self.height}"
        return hashlib.sha256(text.encode()).hexdigest()

    def render(self) -> bytes:
        """Draw the noise."""
        rng = np.random.Generator(np.random.PCG64(self.seed))
        values = rng.normal(127.5, 50.0, (self.height, self.width, 3))
        pixels = PillowImage.fromarray(np.clip(values, 0, 255).astype(np.uint8))
        return as_png(pixels)


@dataclass(frozen=True)
class Altered(ComputedImage):
    """Another picture, attacked or in another style.

    What alters it may compute in floating point, so that another machine may make a slightly other
    picture of the same digest.
    """

    source: Image
    recipe: Mapping[str, Any]
    """All that fixes the alteration, as JSON: its name, and an attack's parameters and goal."""
    change: Callable[[NDArray[np.uint8], random.Random], NDArray[np.uint8]] = field(compare=False)
    """(picture, random stream fixed by the digest) -> altered picture."""

    @cached_property
    def digest(self) -> str:
        """sha256 of the source's digest and the recipe."""
        recipe = json.dumps(self.recipe, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(f"altered-1\n{self.source.digest}\n{recipe}".encode()).hexdigest()

    def render(self) -> bytes:
        """Alter the source image."""
        pixels = to_rgb(open_image(self.source.read()), LONGEST_SIDE)
        changed = self.change(np.asarray(pixels), random.Random(self.digest))
        return as_png(PillowImage.fromarray(changed))


@dataclass(frozen=True)
class ImageFile:
    """A picture in a file."""

    path: Path

    @cached_property
    def digest(self) -> str:
        """sha256 of the file's bytes."""
        return hashlib.sha256(self.read()).hexdigest()

    def read(self) -> bytes:
        """The file's bytes, once its header says that they may be decoded.

        Raises:
            ImageError: there is no such file, or its picture is none that `open_image` takes.
        """
        try:
            return checked_bytes(self.path)
        except OSError as error:
            raise ImageError(
                f"cannot read the picture {written(str(self.path))}: {error.strerror}; {MEND}"
            ) from None
        except ImageError as error:
            raise ImageError(f"{written(str(self.path))}: {error}; {MEND}") from None


def checked_bytes(path: Path) -> bytes:
    """The bytes of a file with a picture whose header was checked.

    Raises:
        ImageError: it is no file, or its picture is none that `open_image` takes.
        OSError: it cannot be read.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ImageError("this is no file; expected the file of a picture")
    check_bytes(status.st_size)
    content = path.read_bytes()
    open_image(content)
    return content
