"""What a picture from outside may be: formats, sizes, metadata, memory."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from tests.core import image_files
from tests.core.image_files import chunk, encoded, noise, png

from multitrust.core import ImageError, decode_image, open_image, to_rgb
from multitrust.core.images import LONGEST_SIDE, MAX_BYTES, MAX_SCANS

READ = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
NOT_READ = ("EPS", "PDF", "PPM", "ICO", "TGA", "PCX", "SGI", "DDS", "JPEG2000", "MSP")
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n"
PEAK = """
import sys
from PIL import Image
from tests.core.image_files import encoded
from multitrust.core import open_image, to_rgb

def peak():
    (line,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024

def forget():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")

mode, kind, options = eval(sys.argv[1])
to_rgb(open_image(encoded(Image.new(mode, (90, 90)), kind, **options)), 64)
content = encoded(Image.new(mode, (3000, 3000)), kind, **options)
forget()
before = peak()
to_rgb(open_image(content), 2048)
print((peak() - before) / (3000 * 3000))
"""


@pytest.mark.parametrize("kind", READ)
def test_the_formats_of_the_list_are_read(kind: str) -> None:
    opened = open_image(encoded(noise(), kind))
    assert (opened.format, opened.size) == (kind, (30, 20))
    assert to_rgb(opened, 64).size == (30, 20)


@pytest.mark.parametrize("kind", NOT_READ)
def test_no_other_format_is_handed_to_a_decoder(kind: str) -> None:
    content = encoded(noise(16, 16).convert("1") if kind == "MSP" else noise(16, 16), kind)
    with pytest.raises(ImageError, match="of no known format; expected PNG, JPEG, GIF, WebP, BMP"):
        open_image(content)


def spoil_chunk(content: bytes, kind: bytes) -> bytes:
    """A PNG with a wrong check sum in that chunk."""
    start = content.index(kind)
    end = start + 4 + int.from_bytes(content[start - 4 : start], "big")
    return content[:end] + bytes([content[end] ^ 0xFF]) + content[end + 1 :]


def with_density() -> bytes:
    """A PNG with a chunk of its pixels' size (pHYs)."""
    buffer = io.BytesIO()
    noise().save(buffer, "PNG", dpi=(72, 72))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (spoil_chunk(with_density(), b"pHYs"), "PNG"),
        (spoil_chunk(with_density(), b"IHDR"), "PNG"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (encoded(noise(), "JPEG")[:3], "JPEG"),
        (encoded(noise(), "TIFF")[:4], "TIFF"),
        (encoded(noise(), "WEBP")[:12], "WebP"),
        (b"GIF89a", "GIF"),
    ],
)
def test_a_broken_header_of_a_known_format_is_named(content: bytes, name: str) -> None:
    with pytest.raises(ImageError, match=rf"begins as a {name}, but|is broken") as raised:
        open_image(content)
    assert "no known format" not in str(raised.value)
    assert "replace the file" in str(raised.value)


def test_a_format_is_told_by_the_content_not_by_a_name() -> None:
    for content in (EPS, b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7\n", b"hello"):
        with pytest.raises(ImageError, match="no known format"):
            open_image(content)


@pytest.mark.parametrize(
    "make",
    [
        image_files.png,
        image_files.gif,
        image_files.webp,
        image_files.bmp,
        image_files.jpeg,
        lambda w, h: grey(w, h),
    ],
    ids=READ[:1] + READ[2:5] + READ[1:2] + READ[5:],
)
@pytest.mark.parametrize(
    "size", [(9_000, 9_000), (12_000, 12_000), (50_000, 50_000), (16_000, 9_000)]
)
def test_a_size_is_checked_before_a_pixel_is_decoded(
    make: Callable[[int, int], bytes], size: tuple[int, int]
) -> None:
    content = make(*size)
    assert len(content) < 40_000
    with pytest.raises(ImageError, match="pixels"):
        open_image(content)


def grey(width: int, height: int) -> bytes:
    return image_files.tiff(width, height, data=bytes(64))


def test_a_side_is_bounded_like_the_whole() -> None:
    assert open_image(png(LONGEST_SIDE, 3)).width == LONGEST_SIDE
    for size in ((LONGEST_SIDE + 1, 3), (3, LONGEST_SIDE + 1)):
        with pytest.raises(ImageError, match="65,535 on a side"):
            open_image(png(*size))


def test_a_picture_has_pixels() -> None:
    with pytest.raises(ImageError):
        open_image(png(0, 5))


def test_a_file_is_bounded() -> None:
    with pytest.raises(ImageError, match="100,000,001 bytes, more than 100,000,000"):
        open_image(bytes(MAX_BYTES + 1))


def bomb(megabytes: int) -> bytes:
    packed = zlib.compressobj(9)
    parts = [packed.compress(bytes(1 << 20)) for _ in range(megabytes)]
    return b"".join([*parts, packed.flush()])


@pytest.mark.parametrize("head", [b"iCCPx\0\0", b"zTXtx\0\0", b"iTXtx\0\1\0\0\0"])
@pytest.mark.parametrize("place", ["before", "after"])
def test_compressed_texts_that_unfold_to_much_are_refused(head: bytes, place: str) -> None:
    part = chunk(head[:4], head[4:] + bomb(30))
    content = png(8, 8, part) if place == "before" else png(8, 8, after=[part])
    if place == "after" and head.startswith(b"iCCP"):
        return  # behind the pixels it is nothing, and not looked at
    with pytest.raises(ImageError, match="too large"):
        decode_image(open_image(content))


def test_many_compressed_texts_are_bounded_together() -> None:
    part = zlib.compress(bytes((1 << 20) - 9))
    content = png(8, 8, *(chunk(b"zTXt", b"k%d\0\0%b" % (n, part)) for n in range(70)))
    assert len(content) < 100_000
    with pytest.raises(ImageError, match="text"):
        open_image(content)


def scans(count: int, head: bytes = b"") -> bytes:
    """A progressive JPEG whose last scan comes again until there are so many."""
    content = encoded(Image.new("L", (16, 16)), "JPEG", progressive=True)
    first, *parts = content.split(b"\xff\xda")
    parts[-1] = parts[-1][:-2]
    parts += parts[-1:] * (count - len(parts))
    return b"\xff\xda".join([first[:2] + head + first[2:], *parts]) + b"\xff\xd9"


def test_a_jpeg_of_thousands_of_scans_is_refused() -> None:
    decode_image(open_image(scans(MAX_SCANS)))
    with pytest.raises(ImageError, match="more than 100 scans"):
        open_image(scans(MAX_SCANS + 1))


def test_scans_of_other_pictures_in_the_file_are_not_counted() -> None:
    marks = b"\xff\xda" * 500
    comment = b"\xff\xfe" + (len(marks) + 2).to_bytes(2, "big") + marks
    for content in (scans(9, comment), scans(9) + marks):
        assert decode_image(open_image(content)).size == (16, 16)


def test_an_endless_animation_costs_one_frame() -> None:
    content = encoded(Image.new("P", (8, 8)), "GIF")
    frame = content[content.index(b"\x2c") : -1]
    endless = content[:-1] + frame * 50_000 + b";"

    def cost(picture: bytes) -> float:
        begin = time.process_time()
        for _ in range(5):
            to_rgb(open_image(picture), 64)
        return time.process_time() - begin

    assert cost(endless) < 40 * cost(content)  # looking at each frame makes it a thousand times


@pytest.mark.parametrize(
    ("mode", "kind", "options"),
    [
        ("RGBA", "PNG", {}),
        ("F", "TIFF", {"compression": "tiff_deflate"}),
    ],
)
def test_memory_stays_within_few_bytes_a_pixel(
    mode: str, kind: str, options: dict[str, Any]
) -> None:
    """A second copy of the pixels would make it twelve or more."""
    code = [sys.executable, "-c", PEAK, repr((mode, kind, options))]
    done = subprocess.run(code, capture_output=True, text=True, check=True)
    assert float(done.stdout) < 10.5


def test_a_decoder_warns_of_nothing(recwarn: pytest.WarningsRecorder) -> None:
    exif = encoded(noise(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")
    assert to_rgb(open_image(exif), 64).size == (30, 20)
    with pytest.raises(ImageError, match="11,000 x 11,000 pixels"):
        open_image(png(11_000, 11_000))
    assert not recwarn.list


def test_decoders_of_damaged_files_end_in_our_words() -> None:
    draw = random.Random(7)
    seeds = [encoded(noise(), kind) for kind in READ]
    seeds += [
        encoded(noise().convert("CMYK"), "TIFF", compression="tiff_lzw"),
        encoded(noise().convert("L").convert("F"), "TIFF"),
        encoded(noise().convert("P"), "PNG", transparency=3),
    ]
    outcomes = {"read": 0, "refused": 0}
    for _ in range(600):
        content = bytearray(draw.choice(seeds))
        for _ in range(draw.choice((1, 2, 6))):
            content[draw.randrange(min(len(content), 300))] = draw.randrange(256)
        try:
            to_rgb(open_image(bytes(content)), 16)
            outcomes["read"] += 1
        except ImageError:
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 100
