"""Unreadable and absurd pictures; what the limits of an API do to a picture."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.core.image_files import chunk, encoded

from multitrust.core import ImageError, Message, ModelError, open_image
from multitrust.models.images import DataUris, is_sound_png, parted, prepare
from multitrust.models.picture_limits import (
    ANTHROPIC,
    GOOGLE,
    GROQ,
    MAX_SIDE,
    NO_LIMIT,
    OPENAI,
    XAI,
    PictureLimits,
    check_count,
    check_size,
)


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
    assert (int(shallow.min()), int(shallow.max())) == (0, round(799 * 80 / 257))


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


@pytest.mark.parametrize("name", [b"zTXt", b"tEXt", b"acTL", b"oWnd"])
def test_a_png_with_more_than_pixels_is_decoded_before_it_is_sent(name: bytes) -> None:
    content = encoded(RED)
    assert is_sound_png(content)
    end = content.index(b"IEND") - 4
    assert not is_sound_png(content[:end] + chunk(name, b"x\0\0") + content[end:])
    assert not is_sound_png(content + b"more")
    assert not is_sound_png(content[:-1])
    assert not is_sound_png(content[:end] + b"\xff" * 12)


def test_texts_behind_the_pixels_are_bounded_on_every_way() -> None:
    part = chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(1 << 22)))
    content = encoded(RED)
    end = content.index(b"IEND") - 4
    with pytest.raises(ImageError, match="too large"):
        prepare(Picture(content[:end] + part + content[end:]))


def test_a_transparent_colour_of_a_plain_png_lies_on_white() -> None:
    content = encoded(RED, transparency=(255, 0, 0))
    assert np.asarray(sent(content)).min() == 255


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


LIMITS = (OPENAI, ANTHROPIC, GOOGLE, GROQ, XAI)
TINY = PictureLimits(name="tiny", picture_bytes=3000, side=100, source="this test")


def noise(width: int, height: int, amplitude: int = 256) -> bytes:
    rng = np.random.default_rng(3)
    return encoded(Image.fromarray(rng.integers(0, amplitude, (height, width, 3), dtype=np.uint8)))


def test_a_picture_within_the_limits_is_not_touched() -> None:
    content = encoded(RED)
    ready = prepare(Picture(content), TINY)
    assert (ready.content, ready.change) == (content, "")


def test_what_was_done_to_a_picture_is_said() -> None:
    flat = prepare(Picture(encoded(Image.new("RGB", (200, 50)), "BMP")), TINY)
    assert flat.change == "BMP 200 x 50 -> PNG 100 x 25"
    assert open_image(flat.content).size == (100, 25)
    assert flat.media_type == "image/png"


def test_a_heavy_picture_becomes_a_jpeg_and_then_smaller() -> None:
    heavy = PictureLimits(name="heavy", picture_bytes=9000, source="this test")
    ready = prepare(Picture(noise(80, 60, amplitude=32)), heavy)
    assert ready.change == "PNG 80 x 60 -> JPEG 80 x 60"
    assert ready.media_type == "image/jpeg"
    smaller = prepare(Picture(noise(400, 300)), TINY)
    opened = open_image(smaller.content)
    assert len(smaller.content) <= TINY.picture_bytes
    assert opened.format == "JPEG"
    assert opened.width < 100
    assert opened.width / opened.height == pytest.approx(4 / 3, rel=0.05)


def test_the_same_picture_is_always_sent_alike() -> None:
    content = noise(400, 300)
    assert prepare(Picture(content), TINY) == prepare(Picture(content), TINY)
    uris = DataUris()
    assert uris.get(Picture(content), TINY) == DataUris().get(Picture(content), TINY)
    assert uris.get(Picture(content), TINY) != uris.get(Picture(content))


def test_a_changed_picture_is_logged_without_its_content(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "multitrust.models"):
        DataUris().get(Picture(encoded(RED)), TINY)
        DataUris().get(Picture(encoded(Image.new("RGB", (200, 50)))), TINY)
    (record,) = caplog.records
    assert record.getMessage().endswith("for tiny: PNG 200 x 50 -> PNG 100 x 25")


def test_a_data_uri_comes_apart() -> None:
    content = encoded(RED, "JPEG")
    kind, body = parted(DataUris().get(Picture(content)))
    assert kind == "image/jpeg"
    assert base64.b64decode(body) == content


def test_more_pictures_or_bytes_than_the_api_takes_are_refused() -> None:
    one = Message(role="user", text="a", images=(Picture(encoded(RED)),) * 3)
    limits = PictureLimits(name="few", count=6, request_bytes=10, source="this test")
    check_count("m", (one, one), limits)
    with pytest.raises(ModelError, match="9 pictures, but its API takes 6") as caught:
        check_count("m", (one, one, one), limits)
    assert caught.value.kind == "bad_request"
    assert check_size("m", b"0123456789", limits) == b"0123456789"
    with pytest.raises(ModelError, match="11 bytes"):
        check_size("m", b"0123456789a", limits)


@pytest.mark.parametrize("limits", LIMITS, ids=lambda limits: limits.name)
def test_limits_agree_with_each_other_and_have_a_source_and_a_month(
    limits: PictureLimits,
) -> None:
    assert re.fullmatch(r"[a-z]+-20\d\d-\d\d", limits.name)
    assert limits.source
    assert limits.picture_bytes * 4 / 3 < limits.request_bytes
    assert limits.side <= MAX_SIDE
    assert limits.settings == {"pictures": limits.name}


def test_the_limits_are_in_the_documentation() -> None:
    page = Path(__file__).parents[2] / "docs" / "add-a-model.md"
    rows = re.findall(r"^\| `([a-z]+-\d{4}-\d\d)` \|(.*)\|$", page.read_text("utf-8"), re.M)
    assert {name: cells(row) for name, row in rows} == {
        limits.name: [
            shown(limits.count), shown(limits.picture_bytes), shown(limits.request_bytes),
            shown(limits.side), limits.source,
        ]
        for limits in LIMITS
    }  # fmt: skip


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.split("|")]


def shown(number: int) -> str:
    return "–" if number == NO_LIMIT else f"{number:,}"
