"""Unreadable and absurd pictures."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from multitrust.core import ImageError
from multitrust.models.images import MAX_SIDE, DataUris, open_image, prepare


class Picture:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.reads = 0

    @property
    def digest(self) -> str:
        return f"{zlib.crc32(self.content):08x}"

    def read(self) -> bytes:
        self.reads += 1
        return self.content


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format=kind, **options)
    return buffer.getvalue()


def sent(content: bytes) -> Image.Image:
    return open_image(prepare(Picture(content)).content)


RED = Image.new("RGB", (40, 20), "red")


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_plain_pictures_are_sent_as_they_are(kind: str) -> None:
    content = encoded(RED, kind)
    ready = prepare(Picture(content))
    assert ready.content == content
    assert ready.media_type == f"image/{kind.lower()}"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"hello, I am text", "no known format"),
        (encoded(RED)[:60], "broken"),
        (encoded(RED.resize((400, 400)).effect_spread(50), "JPEG")[:900], "broken"),
    ],
)
def test_unreadable_pictures_say_so(content: bytes, words: str) -> None:
    with pytest.raises(ImageError, match=words):
        prepare(Picture(content))


@pytest.mark.parametrize("side", [20_000, 9_000])
def test_a_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 999))
    )
    with pytest.raises(ImageError, match=r"pixels|too large"):
        prepare(Picture(bomb))


def test_a_pixel_is_a_picture() -> None:
    assert sent(encoded(Image.new("RGB", (1, 1), "blue"))).size == (1, 1)


def test_cmyk_palette_and_sixteen_bits_become_rgb() -> None:
    cmyk = sent(encoded(RED.convert("CMYK"), "JPEG"))
    assert cmyk.mode == "RGB"
    assert np.asarray(cmyk)[5, 5, 0] > 200
    assert sent(encoded(RED.convert("P"))).mode == "RGB"
    deep = Image.fromarray((np.arange(800, dtype=np.uint16) * 80).reshape(20, 40))
    shallow = np.asarray(sent(encoded(deep)))
    assert (int(shallow.min()), int(shallow.max())) == (0, 255)


def test_transparency_lies_on_white() -> None:
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    assert np.asarray(sent(encoded(clear))).min() == 255


def test_the_first_frame_of_an_animation_is_taken() -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert tuple(np.asarray(sent(content))[4, 4]) == (255, 0, 0)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_exif_orientation_is_applied(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert sent(encoded(RED, kind, exif=exif)).size == (20, 40)


def test_a_png_with_a_wrong_bit_is_not_sent_on() -> None:
    content = bytearray(encoded(RED))
    content[content.index(b"IDAT") + 6] ^= 1
    with pytest.raises(ImageError, match="broken"):
        prepare(Picture(bytes(content)))


def test_long_sides_are_shrunk() -> None:
    assert sent(encoded(Image.new("RGB", (MAX_SIDE * 2, 64)))).size == (MAX_SIDE, 32)


def test_a_picture_is_read_and_encoded_once() -> None:
    picture, uris = Picture(encoded(RED)), DataUris()
    assert uris.get(picture) == uris.get(picture)
    assert picture.reads == 1


def test_the_least_used_pictures_are_let_go() -> None:
    pictures = [Picture(encoded(Image.new("RGB", (8, 8), (i, 0, 0)))) for i in range(4)]
    uris = DataUris(capacity=300)
    for picture in pictures:
        uris.get(picture)
    uris.get(pictures[3])
    uris.get(pictures[0])
    assert [picture.reads for picture in pictures] == [2, 1, 1, 1]
