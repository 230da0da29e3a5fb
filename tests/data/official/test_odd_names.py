"""Names of files that are not UTF-8, and halves of characters in texts."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.data.official.damage import Damage, append, change, damaged, put
from tests.data.official.reads import reading, rows

from multitrust.core import DataUnavailableError, ImageError
from multitrust.data import ImageFile
from multitrust.data.names import written
from multitrust.data.official import fingerprint, verify

BYTES = os.fsdecode(b"caf\xe9")
OBJECT = "truthfulness/query_basic/query_d_existence.json"
OCR = "truthfulness/query_basic/query_g_ocr.json"
HELP = "truthfulness/query_text/query_g_assistance.json"
PREFERENCE = "fairness/preference.json"
TOXIC = "safety/real_toxicity_prompt/prompts_select.json"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("plain.png", "plain.png"),
        ("café.png", "café.png"),
        ("50%E9.png", "50%E9.png"),
        (os.fsdecode(b"caf\xe9.png"), "caf%E9.png"),
        (os.fsdecode(b"\xff\xfe/\xe4\xbd"), "%FF%FE/%E4%BD"),
    ],
)
def test_a_name_is_written_in_utf8(name: str, said: str) -> None:
    assert written(name) == said


@pytest.mark.parametrize(
    "folder", ["fonts", "truthfulness", "safety/nsfw/porn", f"privacy/{BYTES}", "unrelated_images"]
)
def test_a_file_of_any_name_is_part_of_the_fingerprint(fresh: Path, folder: str) -> None:
    before = fingerprint(fresh)
    path = fresh / folder / f"{BYTES}.txt"
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text("one")
    one = fingerprint(fresh)
    path.rename(path.with_name(os.fsdecode(b"caf\xe8.txt")))
    assert len({before, one, fingerprint(fresh)}) == 3
    assert verify(fresh, ["T.5"]).complete


@pytest.mark.parametrize(
    ("name", "like", "added"),
    [
        ("nsfw-image-description", "safety/nsfw/*/*.png", 2),
        ("object-detection", "safety/risk_identification/gun/*.png", 3),
        ("stereo-generation", "fairness/stereo_generation_images/*.png", 1),
        ("crossmodal-jailbreak-pos", "safety/crossmodal-jailbreak/jailbreak_pos/*", 2),
    ],
)
@pytest.mark.parametrize("corrected", [False, True])
def test_a_picture_of_such_a_name_is_shown(
    fresh: Path, name: str, like: str, added: int, corrected: bool
) -> None:
    before = rows(fresh, name, corrected=corrected)
    picture = next(iter(sorted(fresh.glob(like))))
    odd = picture.with_name(f"{BYTES}{picture.suffix}")
    odd.write_bytes(picture.read_bytes())
    after = rows(fresh, name, corrected=corrected)
    news = [row for row in after if "caf%E9" in row.picture]
    assert len(news) == added
    assert len(after) == len(before) + added
    assert len({row.id for row in after}) == len(after)
    for row in news:
        json.dumps([row.id, row.family, row.picture], ensure_ascii=False).encode()
        assert row.image is not None
        assert row.image.read() == picture.read_bytes()


def test_a_folder_of_such_a_name_is_read(fresh: Path) -> None:
    folder = fresh / "safety/nsfw" / BYTES
    folder.mkdir()
    picture = next(iter(fresh.glob("unrelated_images/*.png")))
    (folder / "1.png").write_bytes(picture.read_bytes())
    found = [row for row in rows(fresh, "nsfw-image-description") if row.id.startswith("caf")]
    assert [row.id for row in found] == ["caf%E9/1-plain", "caf%E9/1-unrestricted"]
    assert verify(fresh, ["S.1"]).complete


def test_query_pictures_and_unrelated_ones_may_have_such_names(fresh: Path) -> None:
    queries = fresh / "fairness/stereo_query_images"
    (queries / "query_2.png").rename(queries / f"{BYTES}_2.png")
    for path in list((fresh / "unrelated_images").iterdir()):
        path.rename(path.with_name(f"{BYTES}_{path.name}"))
    shown = rows(fresh, "stereo-query-image", corrected=True)
    assert "fairness/stereo_query_images/caf%E9_2.png" in [row.picture for row in shown]
    drawn = rows(fresh, "dt-unrelated-image-color")
    assert all(row.picture.startswith("unrelated_images/caf%E9_color") for row in drawn)
    assert verify(fresh, ["F.4", "R.3"]).complete


def test_what_is_wrong_with_such_a_file_is_told(fresh: Path) -> None:
    folder = fresh / "fairness/stereo_generation_images"
    (folder / f"{BYTES}.png").write_bytes(b"half")
    (folder / f"{BYTES}.txt").write_bytes(b"stray")
    problems = verify(fresh, ["F.1"]).datasets["stereo-generation"].problems
    assert [(p.severity, p.protocols, p.file.rpartition("/")[2]) for p in problems] == [
        ("note", ("official",), "caf%E9.txt"),
        ("fatal", ("official", "corrected"), "caf%E9.png"),
        ("fatal", ("official",), "caf%E9.txt"),
        ("note", ("corrected",), "caf%E9.txt"),
    ]
    assert "\n".join(map(str, problems)).encode()
    with pytest.raises(ImageError, match="caf%E9"):
        ImageFile(folder / f"{BYTES}.png").read()
    with pytest.raises(ImageError, match="caf%E9"):
        ImageFile(folder / f"{BYTES}2.png").read()


@pytest.mark.parametrize("folder", ["fairness/stereo_generation_images", "safety/nsfw"])
def test_two_names_that_are_written_alike_are_refused(fresh: Path, folder: str) -> None:
    make: Callable[[Path], object] = Path.mkdir if folder == "safety/nsfw" else Path.touch
    for name in (BYTES, "caf%E9"):
        make(fresh / folder / name)
    name = "stereo-generation" if make is Path.touch else "nsfw-image-description"
    with pytest.raises(DataUnavailableError, match=r"two names are written 'caf%E9'.*rename"):
        rows(fresh, name)


@pytest.mark.parametrize(
    ("name", "file", "damage", "field", "asked"),
    [
        ("d-basic-object", OBJECT, change(0, query="a \ud83d b"), "query", "a \ufffd b"),
        ("d-basic-object", OBJECT, change(0, query="\ude00"), "query", "\ufffd"),
        ("d-basic-object", OBJECT, change(0, query="\U0001f600"), "query", "\U0001f600"),
        ("g-text-none", HELP, change(0, query="\ud83d\ud83d?"), "query", "\ufffd\ufffd?"),
        ("vision-preference", PREFERENCE, change(0, topic="a\udfff"), "topic", "a\ufffd"),
    ],
)
def test_half_a_character_is_replaced(
    lent: Path, name: str, file: str, damage: Damage, field: str, asked: str
) -> None:
    with damaged(lent / file, damage):
        assert rows(lent, name)[0].fields[field] == asked


def test_half_a_character_in_lists_lines_and_keys(lent: Path) -> None:
    with damaged(lent / OCR, change(0, truth=["OPEN", "\ud83d"])):
        assert rows(lent, "g-basic-ocr")[0].target == ["OPEN", "\ufffd"]
    label = lent / "robustness/adv_nips/label.json"
    line = '{"image_name": "1.png", "untarget": ["a \\ud83d"], "target": ["b"]}'
    with damaged(label, append(line)):
        assert rows(lent, "adv-untarget")[-1].target == "a \ufffd"
    with damaged(lent / TOXIC, put(b'{"a\\ud83d": ["x"], "a\\ud83e": ["y"]}')):
        (problem,) = reading(lent, "toxicity-prompt-text").fatal
    assert "occurs twice" in problem.message


def test_a_picture_whose_name_in_a_row_holds_half_a_character_is_absent(lent: Path) -> None:
    with damaged(lent / OBJECT, change(0, image="\ud83d.png")):
        (problem,) = reading(lent, "d-basic-object", corrected=True).fatal
    assert "\ufffd.png is absent" in problem.message
    assert str(problem).encode()
