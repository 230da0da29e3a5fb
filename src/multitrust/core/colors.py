"""Decoded pictures as RGB, strip by strip, so that no second copy of a large one is made."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from multitrust.core.images import BROKEN, decode_image, quiet_decoder

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image as pillow

STRIP = 500_000
"""Pixels that are turned into RGB at once, about."""
SUPPORT = 3
"""Pixels of the source on each side that a pixel of a Lanczos filter is made of, by the scale."""
ORIENTATION = 0x0112
"""The tag of Exif."""
BITS, PHOTOMETRIC = 258, 262
"""The tags of TIFF for the bits of a value, and for what 0 is."""
WHITES = {"I": (255.0, 65535.0), "F": (1.0, 255.0, 65535.0)}
"""What may be white where a format does not say: the least that no value exceeds."""
SIGNED = 32767.0
"""White of 16 bits with a sign."""
PREMULTIPLIED = {"La": "LA", "RGBa": "RGBA"}
Convert = Callable[["pillow.Image"], "pillow.Image"]


def to_rgb(opened: pillow.Image, side: int) -> pillow.Image:
    """The picture upright, in RGB on white, its longer side at most `side` pixels.

    Of grey values of 16 bits, 0 is black and 65535 white, whatever the picture holds. Integers of
    32 bits and floats have no agreed white: it is 1 (floats), 255 or 65535, the least that no value
    exceeds; values that are negative or larger are spread from the least to the largest, and a
    single one is mid grey. NaN is black; infinities are black and white. 0 is white where a
    TIFF says so.

    Args:
        opened: as `open_image` gives it; it is decoded here if it is not yet.
        side: in pixels, at least 1.

    Raises:
        ImageError: the file is broken.
    """
    from PIL import Image as pillow

    decode_image(opened)
    turn, convert = read_orientation(opened), make_converter(opened)
    size = fit_size(opened.size, side)
    if size == opened.size:
        return apply_orientation(convert(opened), turn)
    small = pillow.new("RGB", size)
    for strip in iter_strips(opened.size, size):
        part = convert(opened.crop((0, strip.first, opened.width, strip.last)))
        box = (0, strip.above, opened.width, min(strip.below, float(part.height)))
        rows = (size[0], strip.bottom - strip.top)
        small.paste(part.resize(rows, pillow.Resampling.LANCZOS, box=box), (0, strip.top))
    return apply_orientation(small, turn)


def fit_size(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Width and height, made smaller until the longer one is at most `side`."""
    shrink = min(1.0, side / max(size))
    width, height = (max(1, round(pixels * shrink)) for pixels in size)
    return width, height


@dataclass(frozen=True, slots=True)
class Strip:
    """Rows of a smaller picture, and the rows of its source that they are made of."""

    top: int
    bottom: int
    first: int
    last: int
    above: float
    """Where `top` lies below `first`, in rows of the source."""
    below: float
    """The same for `bottom`."""


def iter_strips(source: tuple[int, int], size: tuple[int, int]) -> Iterator[Strip]:
    """The strips of a smaller picture, each of about `STRIP` pixels of its source."""
    (width, height), step = source, source[1] / size[1]
    rows = max(1, int(STRIP / (width * step)))
    margin = math.ceil(SUPPORT * step) + 1
    for top in range(0, size[1], rows):
        bottom = min(top + rows, size[1])
        first = max(0, math.floor(top * step) - margin)
        last = min(height, math.ceil(bottom * step) + margin)
        yield Strip(top, bottom, first, last, top * step - first, bottom * step - first)


def read_orientation(opened: pillow.Image) -> int:
    """How the picture lies, as Exif numbers it; upright if that cannot be read."""
    try:
        with quiet_decoder():
            return int(opened.getexif().get(ORIENTATION, 1))
    except BROKEN:
        return 1


def is_upright(opened: pillow.Image) -> bool:
    """Whether the picture is to be shown as it lies."""
    return read_orientation(opened) not in range(2, 9)


def apply_orientation(picture: pillow.Image, turn: int) -> pillow.Image:
    """The picture turned as its orientation says."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return picture.transpose(turns[turn]) if turn in turns else picture


def make_converter(opened: pillow.Image) -> Convert:
    """What turns a strip of the picture into RGB."""
    clear = opened.info.get("transparency")
    if opened.mode.startswith("I;16"):
        return convert_deep_greys(opened, clear if isinstance(clear, int) else None)
    if opened.mode in WHITES:
        return convert_greys(opened)
    if opened.mode in PREMULTIPLIED:
        return lambda strip: flatten_on_white(strip.convert(PREMULTIPLIED[opened.mode]))
    if opened.mode in ("LA", "PA", "RGBA") or clear is not None:
        return flatten_on_white
    return lambda strip: strip.convert("RGB")


def flatten_on_white(strip: pillow.Image) -> pillow.Image:
    """A strip with transparency, laid on white."""
    from PIL import Image as pillow

    layered = strip.convert("RGBA")
    ground = pillow.new("RGBA", layered.size, "white")
    return pillow.alpha_composite(ground, layered).convert("RGB")


def read_tag(opened: pillow.Image, number: int, default: int) -> int:
    """The first value of a tag of a TIFF; the default for other formats and where it is absent."""
    tags: Any = getattr(opened, "tag_v2", {})
    found = tags.get(number, default)
    return int(found[0] if isinstance(found, tuple) else found)


def convert_deep_greys(opened: pillow.Image, clear: int | None) -> Convert:
    """What turns greys of 16 bits, or of 12, into RGB.

    Args:
        opened: the picture.
        clear: the value that is transparent, so that it becomes white; None for none.
    """
    import numpy as np

    white = (1 << read_tag(opened, BITS, 16)) - 1
    negative = read_tag(opened, PHOTOMETRIC, 1) == 0

    def convert(strip: pillow.Image) -> pillow.Image:
        values = np.asarray(strip).astype(np.uint32)
        shown = np.minimum((values * 255 + white // 2) // white, 255)
        shown = 255 - shown if negative else shown
        return as_image(shown if clear is None else np.where(values == clear, 255, shown))

    return convert


def convert_greys(opened: pillow.Image) -> Convert:
    """What turns integers of 32 bits, or floats, into RGB."""
    import numpy as np

    low, high = value_range(opened)
    whites = (SIGNED,) if read_tag(opened, BITS, 32) == 16 else WHITES[opened.mode]
    white = next((white for white in whites if low >= 0 and high <= white), None)
    base, span = (low, high - low) if white is None else (0.0, white)
    negative = read_tag(opened, PHOTOMETRIC, 1) == 0

    def convert(strip: pillow.Image) -> pillow.Image:
        values = as_floats(strip)
        shown = (values - base) * (255 / span) if span else np.where(np.isnan(values), 0, 128)
        shown = np.nan_to_num(shown, nan=0.0, posinf=255, neginf=0).clip(0, 255).round()
        return as_image(255 - shown if negative else shown)

    return convert


def value_range(opened: pillow.Image) -> tuple[float, float]:
    """The least and the largest finite value of a picture; zeros if there is none."""
    import numpy as np

    low, high = math.inf, -math.inf
    rows = max(1, STRIP // opened.width)
    for top in range(0, opened.height, rows):
        strip = opened.crop((0, top, opened.width, min(top + rows, opened.height)))
        values = as_floats(strip)
        finite = values[np.isfinite(values)]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    return (low, high) if low <= high else (0.0, 0.0)


def as_floats(strip: pillow.Image) -> NDArray[Any]:
    """The values of a strip, (rows, columns); odd kinds of NaN pass without a warning."""
    import numpy as np

    with np.errstate(invalid="ignore"):
        return np.asarray(strip).astype(np.float64)


def as_image(values: NDArray[Any]) -> pillow.Image:
    """Greys from 0 to 255, (rows, columns), as RGB."""
    import numpy as np
    from PIL import Image as pillow

    return pillow.fromarray(values.astype(np.uint8)).convert("RGB")
