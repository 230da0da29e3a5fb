"""SVG text, drawn pictures, the picture cache, and named datasets."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from multitrust.core import DataUnavailableError, ImageError, Origin, Sample
from multitrust.data import Drawing, ImageFile, Noise, cache_folder, dataset, labels, stream
from multitrust.data.cache import cached_bytes, write_whole
from multitrust.data.drawing import svg
from multitrust.data.drawing.fonts import FAMILIES, font_files


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1"), (1.5, "1.5"), (0.004, "0"), (-0.001, "0"), (1 / 3, "0.33"), (100, "100")],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert svg.num(value) == text


def test_elements_escape_what_they_hold() -> None:
    assert "&lt;b&gt; &amp;" in svg.text(1, 2, "<b> &")
    assert svg.element("a", title='"<') == '<a title="&quot;&lt;"/>'
    assert svg.group() == ""
    assert 'stroke="#000"' in svg.line(0, 0, 1, 1)
    assert 'fill="none"' in svg.polyline([(0, 0), (1, 1)])


def test_a_drawing_is_what_it_says() -> None:
    drawing = Drawing(
        svg.document(
            40, 20, svg.rect(0, 0, 20, 20, fill="#ff0000"), svg.polygon([(30, 0), (40, 0), (40, 9)])
        )
    )
    image = pixels(drawing.read())
    assert image.shape == (20, 40, 3)
    assert tuple(image[10, 10]) == (255, 0, 0)
    assert tuple(image[10, 25]) == (255, 255, 255)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_font_draws_without_the_system(family: str) -> None:
    assert all(path.is_file() for path in font_files(family))
    blank = pixels(Drawing(svg.document(80, 40)).read())
    drawn = pixels(Drawing(svg.document(80, 40, svg.text(40, 30, "Ab", family=family))).read())
    assert not np.array_equal(blank, drawn)


def test_an_unknown_font_draws_nothing() -> None:
    """A text whose font is not ours must not fall back to one of the machine."""
    drawn = Drawing(svg.document(80, 40, svg.text(40, 30, "Ab", family="Arial"))).read()
    assert np.array_equal(pixels(drawn), pixels(Drawing(svg.document(80, 40)).read()))


def test_digests_follow_the_content() -> None:
    one, two = Drawing(svg.document(8, 8)), Drawing(svg.document(8, 9))
    assert one.digest != two.digest
    assert one.digest == Drawing(svg.document(8, 8)).digest
    assert Noise(1).digest != Noise(2).digest


def test_noise_is_grey_on_average_and_repeatable() -> None:
    image = pixels(Noise(5, 64, 64).render())
    assert abs(float(image.mean()) - 127.5) < 2
    assert float(image.std()) > 40
    assert Noise(5, 64, 64).render() == Noise(5, 64, 64).render()
    assert Noise(5, 64, 64).read() == Noise(5, 64, 64).render()


def test_cached_bytes_are_made_once_and_repaired_when_empty() -> None:
    made: list[int] = []

    def make() -> bytes:
        made.append(1)
        return b"picture"

    assert cached_bytes("aa-test", make) == b"picture"
    assert cached_bytes("aa-test", make) == b"picture"
    assert len(made) == 1
    (cache_folder() / "images" / "aa" / "aa-test").write_bytes(b"")
    assert cached_bytes("aa-test", make) == b"picture"
    assert len(made) == 2


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    target.mkdir()
    with pytest.raises(OSError, match="folder"):
        write_whole(target, b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_image_file(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(Drawing(svg.document(3, 3)).render())
    image = ImageFile(path)
    assert struct.unpack(">II", image.read()[16:24]) == (3, 3)
    assert len(image.digest) == 64
    with pytest.raises(ImageError, match=r"gone\.png"):
        ImageFile(tmp_path / "gone.png").read()


def test_only_files_of_a_bounded_size_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "endless.png").symlink_to("/dev/zero")
    for name in ("pipe.png", "folder.png", "endless.png"):
        with pytest.raises(ImageError, match=rf"{name}: this is no file"):
            ImageFile(tmp_path / name).read()
    with (tmp_path / "huge.png").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ImageError, match=r"huge\.png: .*1,099,511,627,776 bytes, more than"):
        ImageFile(tmp_path / "huge.png").read()


def test_a_picture_is_checked_when_its_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    for content, words in ((b"%!PS-Adobe-3.0 EPSF-3.0\n", "no known format"), (b"", "empty")):
        path.write_bytes(content)
        with pytest.raises(ImageError, match=rf"a\.png: .*{words}"):
            _ = ImageFile(path).digest


def test_streams_are_fixed_by_their_key() -> None:
    assert stream("T.1", 0, 1).random() == stream("T.1", 0, 1).random()
    assert stream("T.1", 0, 1).random() != stream("T.1", 1, 1).random()


def test_embedded_data_come_from_the_embedded_origin_only() -> None:
    named = dataset("truthfulness/basic_world/object", lambda row: Sample.ask(row["id"], "?"))
    assert next(iter(named.samples(Origin()))).text == "?"
    with pytest.raises(DataUnavailableError, match="'official'"):
        list(named.samples(Origin(name="official")))


def test_labels_are_the_reserved_facts() -> None:
    assert labels({"id": 1, "family": "f", "kind": "k"}) == {"family": "f", "kind": "k"}
