"""Pictures for tests: of any format, or such that claim more than they hold."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """The picture as a file."""
    buffer = io.BytesIO()
    image.save(buffer, format=kind, **options)
    return buffer.getvalue()


def noise(width: int = 30, height: int = 20) -> Image.Image:
    """Random pixels, always the same."""
    rng = np.random.default_rng(3)
    return Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8))


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *before: bytes, after: Sequence[bytes] = ()) -> bytes:
    """A PNG that claims that size and holds black pixels of one small row."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes((1 + 3 * min(width, 64)) * min(height, 64))))
    parts = (head, *before, pixels, *after, chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def gif(width: int, height: int) -> bytes:
    """A GIF whose only frame is 8 x 8 pixels, but claims that size."""
    content = bytearray(encoded(Image.new("P", (8, 8)), "GIF"))
    place = content.index(b"\x2c")
    content[place + 5 : place + 9] = struct.pack("<HH", width, height)
    return bytes(content)


def webp(width: int, height: int) -> bytes:
    """A WebP that claims that size, of at most 16,384 pixels a side."""
    content = bytearray(encoded(Image.new("RGB", (8, 8)), "WEBP", lossless=True))
    place = content.index(b"VP8L") + 9
    (bits,) = struct.unpack_from("<I", content, place)
    claimed = (bits >> 28 << 28) | (min(height, 16_384) - 1) << 14 | (min(width, 16_384) - 1)
    struct.pack_into("<I", content, place, claimed)
    return bytes(content)


def bmp(width: int, height: int) -> bytes:
    """A BMP without pixels."""
    content = bytearray(encoded(Image.new("RGB", (8, 8)), "BMP"))
    content[18:26] = struct.pack("<ii", width, height)
    return bytes(content)


def jpeg(width: int, height: int) -> bytes:
    """A JPEG of 8 x 8 pixels that claims that size."""
    content = bytearray(encoded(Image.new("RGB", (8, 8)), "JPEG"))
    place = content.index(b"\xff\xc0")
    content[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def tiff(width: int, height: int, *, bits: int = 8, photometric: int = 1, data: bytes) -> bytes:
    """A TIFF of one strip of grey values."""
    tags = [
        (256, width), (257, height), (258, bits), (259, 1), (262, photometric), (273, 134),
        (277, 1), (278, height), (279, len(data)),
    ]  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + bytes(12) + data
