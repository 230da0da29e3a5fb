"""Pictures as RGB: greys of many bits, transparency, orientation, strips."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.core.image_files import encoded, noise, tiff

from multitrust.core import ImageError, open_image, to_rgb
from multitrust.core.colors import iter_strips

INF, NAN = float("inf"), float("nan")


def shown(content: bytes, side: int = 64) -> list[int]:
    """The reds of the first row; all greys must be grey."""
    pixels = np.asarray(to_rgb(open_image(content), side))
    assert (pixels == pixels[..., :1]).all()
    return [int(value) for value in pixels[0, :, 0]]


@pytest.mark.parametrize("value", [0, 1, 257, 1000, 32768, 65535])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_a_grey_of_sixteen_bits_is_that_grey(value: int, kind: str) -> None:
    content = encoded(Image.fromarray(np.full((2, 3), value, np.uint16)), kind)
    assert shown(content) == [round(value / 257)] * 3


def test_greys_of_sixteen_bits_are_not_stretched() -> None:
    values = np.array([[25700, 26000, 30000]], np.uint16)
    assert shown(encoded(Image.fromarray(values))) == [100, 101, 117]
    assert shown(encoded(Image.fromarray(values), "TIFF", compression="tiff_lzw")) == [
        100,
        101,
        117,
    ]


def test_a_transparent_grey_of_sixteen_bits_is_white() -> None:
    values = np.array([[0, 300, 65535]], np.uint16)
    assert shown(encoded(Image.fromarray(values), transparency=300)) == [0, 255, 255]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.5, 0.5], [128, 128]),
        ([0.0, 0.25, 1.0, NAN], [0, 64, 255, 0]),
        ([0.0, 100.0, 200.0, INF, -INF], [0, 100, 200, 255, 0]),
        ([1000.0, 65535.0], [4, 255]),
        ([-5.0, 0.0, 5.0, NAN], [0, 128, 255, 0]),
        ([7e9, 7e9, NAN], [128, 128, 0]),
        ([-3e38, 3e38], [0, 255]),
        ([NAN, NAN], [0, 0]),
        ([INF, 0.5], [255, 128]),
    ],
)
def test_floats_have_the_least_white_that_holds_them(
    values: list[float], expected: list[int]
) -> None:
    content = encoded(Image.fromarray(np.array([values], np.float32)), "TIFF")
    assert shown(content) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [([77, 77], [77, 77]), ([0, 65535], [0, 255]), ([0, 70000, 140000], [0, 128, 255]),
     ([-9, -9], [128, 128])],
)  # fmt: skip
def test_integers_of_thirty_two_bits(values: list[int], expected: list[int]) -> None:
    content = encoded(Image.fromarray(np.array([values], np.int32)), "TIFF")
    assert shown(content) == expected


@pytest.mark.parametrize(
    ("bits", "data", "expected"),
    [
        (16, struct.pack("<3H", 0, 32896, 65535), [0, 128, 255]),
        (12, bytes.fromhex("000800fff000"), [0, 128, 255]),
        (8, bytes([0, 128, 255]), [0, 128, 255]),
    ],
)
def test_zero_is_white_where_a_tiff_says_so(bits: int, data: bytes, expected: list[int]) -> None:
    assert shown(tiff(3, 1, bits=bits, data=data)) == expected
    if bits != 12:  # Pillow reads none of 12 bits that are turned round
        turned = [255 - value for value in expected]
        assert shown(tiff(3, 1, bits=bits, photometric=0, data=data)) == turned


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "F", "I", "I;16"])
def test_large_pictures_are_as_if_turned_and_shrunk_whole(mode: str) -> None:
    image = noise(900, 1500).convert("L" if mode in ("F", "I", "I;16") else mode).convert(mode)
    content = encoded(image, "TIFF")
    whole = to_rgb(open_image(content), 5000)
    expected = whole.resize((90, 150), Image.Resampling.LANCZOS)
    found = to_rgb(open_image(content), 150)
    assert len(list(iter_strips(image.size, found.size))) > 2
    assert found.size == expected.size
    difference = np.asarray(found).astype(int) - np.asarray(expected).astype(int)
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("mode", ["LA", "RGBA", "PA", "P"])
def test_transparency_lies_on_white_in_large_pictures_too(mode: str) -> None:
    image = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 150, 200))
    options: dict[str, Any] = {}
    if mode == "P":
        image, options = Image.new("P", (300, 200), 1), {"transparency": 1}
        image.putpalette([9, 9, 9] * 256)
        image.paste(2, (0, 0, 150, 200))
    else:
        image = image.convert(mode) if mode != "PA" else image.convert("P").convert("PA")
    content = encoded(image, "PNG" if mode != "PA" else "TIFF", **options)
    row = shown(content, 60)
    assert max(row[:20]) < 20
    assert row[-1] == 255


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_lies_as_exif_says(turn: int, kind: str) -> None:
    image = Image.new("RGB", (400, 200))
    image.paste((255, 255, 255), (0, 0, 200, 100))
    exif = Image.Exif()
    exif[0x0112] = turn
    content = encoded(image, kind, exif=exif)
    for side in (100, 400):
        found = to_rgb(open_image(content), side)
        long, short = side, side // 2
        assert found.size == ((long, short) if turn < 5 else (short, long))
        bright = np.asarray(found.convert("L")) > 128
        corner = {1: (0, 0), 2: (0, -1), 3: (-1, -1), 4: (-1, 0)}
        place = (corner | {5: (0, 0), 6: (0, -1), 7: (-1, -1), 8: (-1, 0)})[turn]
        assert bright[place]
        assert bright.mean() == pytest.approx(0.25, abs=0.03)


def test_an_unreadable_orientation_is_none() -> None:
    content = encoded(noise(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")
    assert to_rgb(open_image(content), 64).size == (30, 20)


def test_a_colour_model_without_rgb_is_refused_in_words() -> None:
    with pytest.raises(ImageError, match=r"in the model LAB, .*; save it in RGB"):
        open_image(encoded(Image.new("LAB", (8, 8)), "TIFF"))
