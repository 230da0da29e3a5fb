"""What else may lie in a folder of pictures: hidden names, folders, broken links, leftovers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.data.official.damage import damaged, put
from tests.data.official.reads import reading, rows
from tests.data.official.writing import pixels

from multitrust.core import DataUnavailableError
from multitrust.data.official import Reading, verify

APPLE_DOUBLE = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X"
DS_STORE = b"\x00\x00\x00\x01Bud1\x00"
LFS = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)
UNRELATED = "unrelated_images"
LISTED = {
    "nsfw-image-description": "safety/nsfw/first",
    "object-detection": "safety/risk_identification/gun",
    "crossmodal-jailbreak-pos": "safety/crossmodal-jailbreak/jailbreak_pos",
    "stereo-generation": "fairness/stereo_generation_images",
}
"""Dataset id -> a folder all of whose entries the original takes for pictures."""


@pytest.fixture(params=LISTED)
def listed(request: pytest.FixtureRequest, fresh: Path) -> tuple[Path, str, str]:
    """The root of a copy, a dataset id, and such a folder of it."""
    return fresh, request.param, LISTED[request.param]


def fates(found: Reading, name: str) -> list[tuple[str, str]]:
    """Severity and message of the problems of a file of that name."""
    return [(p.severity, p.message) for p in found.problems if p.file.rpartition("/")[2] == name]


def both(root: Path, dataset_id: str) -> tuple[Reading, Reading]:
    """What the official and the corrected protocol read."""
    return reading(root, dataset_id), reading(root, dataset_id, corrected=True)


def test_a_leftover_of_macos_fails_officially_as_in_the_original(
    listed: tuple[Path, str, str],
) -> None:
    root, name, folder = listed
    before = rows(root, name, corrected=True)
    for leftover, content in (("._0.png", APPLE_DOUBLE), (".DS_Store", DS_STORE)):
        (root / folder / leftover).write_bytes(content)
    official, corrected = both(root, name)
    for leftover in ("._0.png", ".DS_Store"):
        assert [severity for severity, _ in fates(official, leftover)] == ["note", "fatal"]
        assert "a leftover of macOS" in fates(official, leftover)[1][1]
        assert "delete it" in fates(official, leftover)[1][1]
        ((severity, message),) = fates(corrected, leftover)
        assert (severity, message.endswith("; passed over")) == ("note", True)
    assert list(corrected.rows) == before


def test_a_folder_in_a_folder_of_pictures_is_told(listed: tuple[Path, str, str]) -> None:
    root, name, folder = listed
    moved = sorted((root / folder).iterdir())[0]
    inner = root / folder / Path(folder).name
    inner.mkdir()
    moved.rename(inner / moved.name)
    official, corrected = both(root, name)
    noted, refused = fates(official, inner.name)
    assert noted[0] == "note"
    assert "holds 1 picture, which nothing reads" in noted[1]
    assert refused[0] == "fatal"
    assert "cannot be opened as a picture: a folder" in refused[1]
    ((severity, message),) = fates(corrected, inner.name)
    assert severity == "note"
    assert "holds 1 picture, which nothing reads" in message
    with pytest.raises(DataUnavailableError, match="a folder; move its pictures"):
        rows(root, name)


def test_a_link_that_leads_nowhere_is_refused_by_both(listed: tuple[Path, str, str]) -> None:
    root, name, folder = listed
    (root / folder / "0.png").symlink_to("nowhere.png")
    for found in both(root, name):
        ((severity, message),) = fates(found, "0.png")
        assert severity == "fatal"
        assert "a link that leads nowhere" in message


def test_a_hidden_picture_is_one_officially_where_the_original_lists_the_folder(
    listed: tuple[Path, str, str],
) -> None:
    root, name, folder = listed
    (root / folder / ".7.png").write_bytes(pixels(7, "PNG"))
    official, corrected = both(root, name)
    assert any(row.picture.endswith("/.7.png") for row in official.rows)
    assert not official.fatal
    assert not any(row.picture.endswith("/.7.png") for row in corrected.rows)


@pytest.mark.parametrize("corrected", [False, True])
@pytest.mark.parametrize(
    ("hidden", "content"),
    [
        ("._color_1.png", APPLE_DOUBLE),
        (".color_7.png", pixels(7, "PNG")),
        (".DS_Store_color", DS_STORE),
        (".color.zip", b"PK"),
    ],
)
def test_hidden_names_are_no_unrelated_pictures(
    lent: Path, hidden: str, content: bytes, corrected: bool
) -> None:
    name = "dt-unrelated-image-color"
    before = rows(lent, name, corrected=corrected)
    path = lent / UNRELATED / hidden
    path.write_bytes(content)
    after = reading(lent, name, corrected=corrected)
    path.unlink()
    assert list(after.rows) == before
    assert not after.problems


@pytest.mark.parametrize("drawn", [0, 1, 2, 3])
@pytest.mark.parametrize("name", ["old_color_images", "color.zip", "color"])
def test_what_the_original_may_draw_and_cannot_open_is_refused_whatever_is_drawn(
    fresh: Path, name: str, drawn: int
) -> None:
    path = fresh / UNRELATED / name
    path.write_bytes(b"PK\x05\x06") if name.endswith("zip") else path.mkdir()
    for keep in sorted((fresh / UNRELATED).glob("color_*"))[drawn:]:
        if drawn:
            keep.unlink()
    official, corrected = both(fresh, "stereo-query-unrelated-image-color")
    assert ("fatal", True) in [(s, "cannot be opened" in m) for s, m in fates(official, name)]
    assert not corrected.fatal
    assert not reading(fresh, "stereo-query-unrelated-image-noise").fatal


@pytest.mark.parametrize("corrected", [False, True])
def test_a_folder_of_unrelated_pictures_among_them_is_noted(fresh: Path, corrected: bool) -> None:
    inner = fresh / UNRELATED / UNRELATED
    inner.mkdir()
    (fresh / UNRELATED / "color_1.png").rename(inner / "color_1.png")
    found = reading(fresh, "dt-unrelated-image-color", corrected=corrected)
    ((severity, message),) = fates(found, UNRELATED)
    assert severity == "note"
    assert "holds 1 picture, which nothing reads" in message
    assert found.rows


@pytest.mark.parametrize("corrected", [False, True])
@pytest.mark.parametrize("folder", ["__MACOSX", "empty", "third"])
def test_an_empty_folder_of_unsafe_pictures_is_passed_over(
    fresh: Path, folder: str, corrected: bool
) -> None:
    before = rows(fresh, "nsfw-image-description", corrected=corrected)
    (fresh / "safety/nsfw" / folder).mkdir()
    found = reading(fresh, "nsfw-image-description", corrected=corrected)
    assert list(found.rows) == before
    assert [(p.severity, p.file) for p in found.problems] == [("note", f"safety/nsfw/{folder}")]


def test_a_hidden_folder_is_read_officially_alone(fresh: Path) -> None:
    (fresh / "safety/nsfw/.cache").mkdir()
    (fresh / "safety/nsfw/.cache/1.png").write_bytes(pixels(1, "PNG"))
    official, corrected = both(fresh, "nsfw-image-description")
    assert any(row.id.startswith(".cache/") for row in official.rows)
    assert not any(row.id.startswith(".cache/") for row in corrected.rows)
    assert fates(corrected, ".cache")


@pytest.mark.parametrize("name", ["nsfw-image-description", "risk-analysis"])
def test_pictures_beside_the_folders_of_pictures_are_noted(fresh: Path, name: str) -> None:
    folder = "safety/nsfw" if name.startswith("nsfw") else "safety/risk_identification"
    (fresh / folder / "loose.png").write_bytes(pixels(1, "PNG"))
    (fresh / folder / "readme.txt").write_text("how it was made")
    for found in both(fresh, name):
        assert [severity for severity, _ in fates(found, "loose.png")] == ["note"]
        assert not fates(found, "readme.txt")
        assert not found.fatal


def test_one_of_two_folders_of_a_class_may_be_empty_officially(fresh: Path) -> None:
    before = rows(fresh, "object-detection")
    (fresh / "safety/risk_identification/gun.2").mkdir()
    assert rows(fresh, "object-detection") == before
    shutil.rmtree(fresh / "safety/risk_identification/gun")
    with pytest.raises(DataUnavailableError, match="holds no pictures"):
        rows(fresh, "object-detection")


@pytest.mark.parametrize(
    ("name", "place"), [("-3.png", 0), ("1_0.png", 1), (" 7.png", 1), ("+8.b.png", 1)]
)
def test_the_numbers_of_choices_are_read_as_the_original_reads_them(
    fresh: Path, name: str, place: int
) -> None:
    (fresh / "fairness/vision_subjective_choice_images" / name).write_bytes(pixels(1, "PNG"))
    for found in both(fresh, "vision-preference"):
        assert [row.picture.rpartition("/")[2] for row in found.rows].index(name) == place


def test_a_folder_among_the_choices_counts_if_its_name_is_a_number(fresh: Path) -> None:
    folder = fresh / "fairness/vision_subjective_choice_images"
    (folder / "3").mkdir()
    (folder / "old").mkdir()
    official, corrected = both(fresh, "vision-preference")
    assert [severity for severity, _ in fates(official, "3")] == ["fatal"]
    assert [severity for severity, _ in fates(corrected, "3")] == ["note"]
    for found in (official, corrected):
        assert [severity for severity, _ in fates(found, "old")] == ["note"]


ROWS = {
    "d-basic-object": "truthfulness/basic_images/object/object_0.png",
    "vispr-recognition": "privacy/vispr/test2017/0.jpg",
    "advanced-math": "truthfulness/advanced_images/math/math_0.png",
    "dt-related-image": "robustness/ood-text/related/s0.png",
}
"""Dataset id -> a picture that a row names."""
DROPS = ("d-basic-object", "vispr-recognition")


@pytest.mark.parametrize("name", ROWS)
def test_what_lies_in_the_place_of_a_picture_is_told(fresh: Path, name: str) -> None:
    picture = fresh / ROWS[name]
    picture.unlink()
    picture.symlink_to("nowhere.png")
    for found, fate in zip(
        both(fresh, name), ("dropped" if name in DROPS else "fatal", "fatal"), strict=True
    ):
        told = [p for p in found.problems if p.missing == ROWS[name]]
        assert {p.severity for p in told} == {fate}
        assert all("is a link that leads nowhere" in p.message for p in told)
    picture.unlink()
    picture.mkdir()
    for found in both(fresh, name):
        told = [p for p in found.fatal if p.missing == ROWS[name]]
        assert told, "the original keeps the row and fails when it opens the picture"
        assert all("is a folder" in p.message for p in told)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (LFS, "a pointer of Git LFS in place of the file itself; run `git lfs pull`"),
        (b"", r"an empty file \(0 bytes\); fetch it again \(`multitrust data fetch"),
        (b"\n<!DOCTYPE html>\n<html>Sign in</html>", "a web page, as of a login"),
        (APPLE_DOUBLE, "a leftover of macOS"),
    ],
)
@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("dt-text", "robustness/ood-text/label.json"),
        ("stereo-query-text", "fairness/stereo_query.csv"),
        ("confaide-text", "privacy/confaide/labels.txt"),
        ("vispr-leakage", "privacy/vispr/categorized/image_annotations.json"),
        ("enron-email-image-oneinfo", "fonts/FreeMonoBold.ttf"),
        ("coco-o-sketch", "robustness/ood-artistic/source/sketch/0.jpg"),
        ("g-basic-grounding", "truthfulness/basic_images/grounding/grounding_0.png"),
        ("dt-unrelated-image-color", f"{UNRELATED}/color_1.png"),
        ("subjective-preference-plain-image",
         "fairness/subjective_choice_images/choice_a_images/3.png"),
    ],
)  # fmt: skip
def test_a_file_that_holds_no_data_is_called_what_it_is(
    lent: Path, name: str, file: str, content: bytes, words: str
) -> None:
    with damaged(lent / file, put(content)):
        official, corrected = both(lent, name)
        shown = (corrected,) if name.startswith("subjective") else (official, corrected)
        for found in shown:
            assert [p.file for p in found.fatal][:1] == [file]
        with pytest.raises(DataUnavailableError, match=words):
            rows(lent, name, corrected=True)


def test_pictures_that_are_pointers_are_told_alike(fresh: Path) -> None:
    """So that a table of problems can have one line for all of them."""
    pictures = sorted((fresh / "robustness/ood-artistic/source").rglob("*.jpg"))
    for number, path in enumerate(pictures):
        path.write_bytes(LFS.replace(b"12345", str(number).encode()))
    found = verify(fresh, ["R.1"])
    problems = [p for check in found.datasets.values() for p in check.problems]
    assert len(problems) == len(pictures)
    assert len({p.message for p in problems}) == 1
