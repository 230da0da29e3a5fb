"""What a picture from outside may be, decided in one place for data, runs, reports and requests.

Files of pictures come from strangers: a few hundred bytes may claim any number of pixels, and a
name says nothing about a content. Only `FORMATS` are ever handed to a decoder, sizes are checked by
the header before any pixel is decoded, and what is decoded is turned into RGB strip by strip, so
that no picture takes more than about half a gigabyte of memory.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from multitrust.core.error_texts import describe_error
from multitrust.core.errors import ImageError

if TYPE_CHECKING:
    from PIL import Image as pillow

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
"""The only formats that are opened, by the names of Pillow."""
IN_WORDS = "PNG, JPEG, GIF, WebP, BMP or TIFF"
MAX_BYTES = 100_000_000
"""Larger files are not read."""
LONGEST_SIDE = 65_535
"""Pixels of a side: the most that a JPEG can have."""
MAX_PIXELS = 64_000_000
"""Larger pictures are refused before they are decoded."""
FEWER_PIXELS = {"WEBP": 16_000_000, "JPEG of several scans": 32_000_000}
"""The same where the decoder holds a picture more than once."""
MAX_SCANS = 100
"""Passes over the picture that a JPEG may need; files in use have about ten."""
MODES = frozenset(
    {
        "1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBX", "RGBa", "CMYK", "YCbCr", "I", "F",
        "I;16", "I;16L", "I;16B", "I;16N",
    }
)  # fmt: skip
"""Colour models of Pillow that can be turned into RGB."""
BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError,
    EOFError, MemoryError, NotImplementedError, struct.error, zlib.error,
)  # fmt: skip
"""What decoders raise at broken files."""
STARTS = {
    "PNG": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "JPEG": re.compile(rb"\xff\xd8\xff"),
    "GIF": re.compile(rb"GIF8[79]a"),
    "TIFF": re.compile(rb"II\*\0|MM\0\*"),
    "WebP": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}
"""Format -> what its files begin with; not BMP, whose two letters may begin a text."""
START_OF_SCAN, END = b"\xff\xda", b"\xd9"
MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])", re.DOTALL)
"""A marker of a JPEG; within the coded pixels 0xFF is followed by 0 or by a restart."""


def open_image(content: bytes) -> pillow.Image:
    """Open a picture from outside and check its header; no pixel is decoded yet.

    The first frame of an animation or of several pages is the picture.

    Args:
        content: the whole file.

    Raises:
        ImageError: the file is empty, too large, broken, or of no format in `FORMATS`, or the
            picture has too many pixels.
    """
    from PIL import Image as pillow
    from PIL import UnidentifiedImageError

    if not content:
        raise ImageError(f"the picture is empty (0 bytes); expected {IN_WORDS}")
    check_bytes(len(content))
    try:
        with quiet_decoder():
            opened = pillow.open(io.BytesIO(content), formats=FORMATS)
    except pillow.DecompressionBombError:
        raise ImageError(
            f"the picture has far more than {MAX_PIXELS:,} pixels; shrink it first"
        ) from None
    except UnidentifiedImageError:
        raise unknown_image_error(content) from None
    except BROKEN as error:
        raise broken_image_error(error) from None
    check_header(opened, content)
    return opened


def check_bytes(size: int) -> None:
    """See that a file of so many bytes may be read.

    Raises:
        ImageError: it is too large.
    """
    if size > MAX_BYTES:
        raise ImageError(
            f"the picture's file has {size:,} bytes, more than {MAX_BYTES:,}; shrink it first"
        )


def check_header(opened: pillow.Image, content: bytes) -> None:
    """See that an opened picture may be decoded.

    Raises:
        ImageError: it has no pixels or too many, too many scans, or an unknown colour model.
    """
    width, height = opened.size
    kind = classify_image(opened, content)
    most = FEWER_PIXELS.get(kind, MAX_PIXELS)
    if width * height > most or max(width, height) > LONGEST_SIDE:
        raise ImageError(
            f"the picture has {width:,} x {height:,} pixels; a {kind} may have {most:,}, and "
            f"{LONGEST_SIDE:,} on a side; shrink it first"
        )
    if width * height == 0:
        raise ImageError(f"the picture has {width} x {height} pixels; expected at least one")
    if opened.mode not in MODES:
        raise ImageError(
            f"the picture's colours are in the model {opened.mode}, which cannot be turned into "
            "RGB; save it in RGB or grey"
        )


def classify_image(opened: pillow.Image, content: bytes) -> str:
    """The picture's format, or a key of `FEWER_PIXELS`.

    Raises:
        ImageError: it is a JPEG of too many scans.
    """
    if opened.format not in ("JPEG", "MPO"):  # the second is a JPEG with more pictures behind it
        return str(opened.format)
    several = content.count(START_OF_SCAN) > 1 and count_scans(content) > 1
    return "JPEG of several scans" if several else "JPEG"


def count_scans(content: bytes) -> int:
    """The scans of the first picture in a JPEG.

    Raises:
        ImageError: there are more than `MAX_SCANS`.
    """
    scans, place = 0, 2
    while (found := MARKER.search(content, place)) and found[1] != END:
        scans += found[0].endswith(START_OF_SCAN)
        place = found.end() + int.from_bytes(content[found.end() : found.end() + 2], "big")
        if scans > MAX_SCANS:
            raise ImageError(
                f"the picture is a JPEG of more than {MAX_SCANS} scans, which would take minutes "
                "to decode; save it anew"
            )
    return scans


def decode_image(opened: pillow.Image) -> pillow.Image:
    """The picture with its pixels decoded.

    Raises:
        ImageError: the file is broken.
    """
    try:
        with quiet_decoder():
            opened.load()
    except BROKEN as error:
        raise broken_image_error(error) from None
    return opened


@contextmanager
def quiet_decoder() -> Iterator[None]:
    """Let Pillow warn of nothing: it warns of large pictures, which are refused in our words, and
    of metadata that nobody needs.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        yield


def unknown_image_error(content: bytes) -> ImageError:
    """The error of a file that no decoder takes: broken where it begins as one of the formats."""
    for name, start in STARTS.items():
        if start.match(content):
            return ImageError(
                f"the picture begins as a {name}, but its header is broken or cut off; replace the "
                "file"
            )
    return ImageError(
        f"the picture's {len(content):,} bytes are of no known format; expected {IN_WORDS}"
    )


def broken_image_error(error: BaseException) -> ImageError:
    """The error of a file that a decoder cannot read."""
    reason = describe_error(error)[:200]
    return ImageError(f"the picture is broken ({reason}); replace the file")
