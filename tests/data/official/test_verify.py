"""Verifying a copy: what it holds, what it lacks, and what identifies it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.data.official.damage import change, damaged, put, swap, without
from tests.data.official.reads import rows
from tests.data.official.writing import pixels
from tests.official.fixture import Fixture

from multitrust.core import DataUnavailableError, UnknownNameError
from multitrust.data.official import DATASET_IDS, DatasetCheck, Verification, fingerprint, verify
from multitrust.data.official.broken import PNG, find_png_flaw
from multitrust.data.official.problems import Reader
from multitrust.data.official.reading import NEVER_RUN
from multitrust.tasks import official_tasks
from multitrust.tasks.official import Arm, OfficialTask, Say

CUT = "privacy/vispr/categorized/letters/1.png"


def test_a_whole_copy_is_complete(whole: Fixture) -> None:
    found = verify(whole.root)
    assert found.complete
    assert list(found.tasks) == list(DATASET_IDS)
    assert {name: check.rows for name, check in found.datasets.items()} == whole.official
    assert {name: c.corrected_rows for name, c in found.datasets.items()} == whole.corrected
    assert not any(found.missing(task) for task in DATASET_IDS)
    assert found.datasets["advanced-math"].dropped == 1
    assert found.datasets["profession-pred"].dropped == 1
    assert found.datasets["dt-text"].dropped == 0


STRAY = {"S.1", "S.2", "S.6", "F.1"}
"""Tasks of which the flawed copy holds a file that the official protocol takes for a picture."""


def test_a_flawed_copy_says_what_it_lacks(flawed: Fixture) -> None:
    found = verify(flawed.root)
    incomplete = {task for task, complete in found.tasks.items() if not complete}
    assert incomplete == {"T.1", "T.5", "T.6", "P.1", "P.2", "P.4", "P.5"} | STRAY
    assert not found.complete
    assert found.missing("P.4") == ("privacy/celeb/imgs/Nobody_Known.jpeg",)
    assert found.datasets["vispr-leakage"].dropped == 1
    assert found.datasets["vispr-leakage"].rows == 11
    notes = found.datasets["stereo-generation"].problems
    assert [(problem.severity, problem.protocols) for problem in notes] == [
        ("note", ("official",)),
        ("fatal", ("official",)),
        ("note", ("corrected",)),
    ]
    assert str(notes[2]).startswith(
        "fairness/stereo_generation_images/.DS_Store: a file hidden by its name"
    )
    assert {found.refused_by[task] for task in STRAY} == {("official",)}


def severities(check: DatasetCheck) -> set[tuple[str, tuple[Reader, ...]]]:
    return {(problem.severity, problem.protocols) for problem in check.problems}


def test_each_problem_names_the_protocols_that_have_it(lent: Path, flawed: Fixture) -> None:
    found = verify(flawed.root)
    assert found.refused_by["T.1"] == found.refused_by["P.5"] == ("corrected",)
    assert found.refused_by["S.4"] == ()
    assert severities(found.datasets["d-basic-object"]) == {
        ("fatal", ("corrected",)),
        ("dropped", ("official",)),
    }
    with damaged(lent / "truthfulness/query_basic/query_d_scene.json", change(1, truth="Maybe")):
        found = verify(lent, ["T.1"])
    assert found.refused_by == {"T.1": ("official", "corrected")}
    assert severities(found.datasets["d-basic-scene"]) == {("fatal", ("official", "corrected"))}
    with damaged(lent / "truthfulness/query_misleading/query_g_mistext.json", change(0, truth="")):
        found = verify(lent, ["T.5"])
    assert found.refused_by == {"T.5": ("official",)}, "the corrected protocol drops the row"
    with damaged(lent / "privacy/vispr/test2017/0.jpg", cut):
        assert verify(lent, ["P.1"]).refused_by == {"P.1": ("official", "corrected")}


@pytest.mark.parametrize(
    ("task", "file"),
    [
        ("P.2", "privacy/vizwiz-priv/Annotations/Vizwiz-Priv-QA-Private.json"),
        ("P.2", "privacy/vizwiz-priv/Image_draw_line/1.jpg"),
    ],
)
@pytest.mark.parametrize("damage", [Path.unlink, put(b"half")])
def test_what_no_run_asks_is_only_noted(
    lent: Path, task: str, file: str, damage: Callable[[Path], None]
) -> None:
    with damaged(lent / file, damage):
        found = verify(lent, [task])
    assert found.complete
    assert found.missing(task) == ()
    problems = [p for name in DATASET_IDS[task] for p in found.datasets[name].problems]
    assert {p.severity for p in problems} == {"note"}
    assert any("no run asks this dataset id" in p.message for p in problems)


def test_ids_that_are_never_run_are_those_that_tasks_do_not_run() -> None:
    not_run = {arm.id for task in official_tasks() for arm in all_arms(task) if not arm.run}
    assert not_run == NEVER_RUN


def all_arms(task: OfficialTask) -> tuple[Arm, ...]:
    return task.arms(Say(task.wording, {}))


def test_tasks_may_be_chosen(whole: Fixture) -> None:
    found = verify(whole.root, ["R.5", "F.1", "R.5"])
    assert list(found.tasks) == ["R.5", "F.1"]
    assert list(found.datasets) == ["adv-target", "stereo-generation"]
    with pytest.raises(UnknownNameError, match=r"R\.7"):
        verify(whole.root, ["R.7"])


def cut(path: Path) -> None:
    """Keep the first half of the file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("task", "file", "damage"),
    [
        ("P.5", CUT, cut),
        ("P.5", CUT, put(b"")),
        ("P.5", CUT, put(b"<html>not found</html>")),
        ("P.1", "privacy/vispr/test2017/0.jpg", cut),
        ("F.7", "fairness/subjective_choice_images/choice_b_images/7.png", cut),
        ("T.4", "unrelated_images/noise_10.png", cut),
    ],
)
def test_half_copied_pictures_are_found_and_refused_by_a_run(
    lent: Path, task: str, file: str, damage: Callable[[Path], None]
) -> None:
    with damaged(lent / file, damage):
        found = verify(lent, [task])
        check_agrees(lent, found)
    assert not found.complete
    problems = [p for check in found.datasets.values() for p in check.problems]
    assert file in {p.file for p in problems if p.severity == "fatal" and "opened" in p.message}


def flip(path: Path) -> None:
    """Change a byte in the coded pixels of a PNG."""
    content = bytearray(path.read_bytes())
    content[content.index(b"IDAT") + 6] ^= 0xFF
    path.write_bytes(content)


def spoil_sum(kind: bytes) -> Callable[[Path], None]:
    """Change the check sum of a PNG's chunk of that kind."""

    def spoil(path: Path) -> None:
        content = bytearray(path.read_bytes())
        start = content.index(kind)
        end = start + 4 + int.from_bytes(content[start - 4 : start], "big")
        content[end] ^= 0xFF
        path.write_bytes(content)

    return spoil


@pytest.mark.parametrize(
    ("damage", "refused", "noted"),
    [
        (flip, True, ""),
        (lambda path: path.write_bytes(path.read_bytes()[:-16]), False, "cut off before its end"),
        (lambda path: path.write_bytes(path.read_bytes()[:-12]), False, "cut off before its end"),
        (lambda path: path.write_bytes(path.read_bytes() + b"more"), False, ""),
        (spoil_sum(b"IEND"), False, "check sum in its chunk 'IEND'"),
        (spoil_sum(b"IDAT"), False, "check sum in its chunk 'IDAT'"),
        (spoil_sum(b"IHDR"), True, ""),
        (Path.unlink, True, ""),
    ],
)
def test_what_a_decoder_bears_is_noted_alone(
    lent: Path, damage: Callable[[Path], None], refused: bool, noted: str
) -> None:
    file = lent / "privacy/confaide/imgs/1.png"
    with damaged(file, damage):
        found = verify(lent, ["P.3"])
        check_agrees(lent, found)
    assert found.refused_by["P.3"] == (("official", "corrected") if refused else ())
    told = [p.message for p in found.datasets["confaide-image"].problems if p.severity == "note"]
    assert len(told) == (noted != "")
    assert all(noted in message for message in told)


def test_a_png_with_right_sums_has_no_flaw() -> None:
    content = pixels(7, "PNG")
    assert find_png_flaw(content) == find_png_flaw(content + b"more") == ""
    for cut_off in (content[:-1], content[:-12], content[: len(PNG)]):
        assert "cut off before its end" in find_png_flaw(cut_off)
    flawed = content[:20] + b"\7" + content[21:]
    assert "wrong check sum in its chunk 'IHDR'" in find_png_flaw(flawed)


HEADS = b"id,question,jailbreak\n" * 3
FLAGLESS = (
    "filename,class1,gender_presentation_masc,gender_presentation_fem,age_presentation_older,"
    "age_presentation_middle,age_presentation_young,skin_tone_1_3,skin_tone_4_6,skin_tone_7_10\n"
    "1.png,baker,0,0,0,0,0,0,0,0\n"
)


@pytest.mark.parametrize(
    ("task", "file", "damage"),
    [
        ("S.6", "safety/crossmodal-jailbreak/text_jailbreak.csv", put(HEADS)),
        ("F.6", "fairness/profess_prediction.csv", put(FLAGLESS.encode())),
        ("T.3", "truthfulness/query_instruction/query_g_logic.json",
         put(b'[{"image": "1.png", "query": "", "truth": "a"}]')),
        ("F.4", "fairness/stereo_query.csv", put(b"question\n")),
    ],
)  # fmt: skip
def test_a_file_of_which_no_row_is_left_is_refused_by_both(
    lent: Path, task: str, file: str, damage: Callable[[Path], None]
) -> None:
    with damaged(lent / file, damage):
        found = verify(lent, [task])
        check_agrees(lent, found)
    assert found.refused_by[task] == ("official", "corrected")


@pytest.mark.parametrize(
    ("task", "folder", "refused_by"),
    [
        ("P.1", "privacy/vispr/test2017", ("official", "corrected")),
        ("T.5", "truthfulness/misleading_images/mistext", ("official", "corrected")),
        ("P.4", "privacy/celeb/imgs", ("official", "corrected")),
        ("R.4", "robustness/adv_nips/source/clean", ("official", "corrected")),
    ],
)
def test_an_empty_folder_of_pictures_is_refused_by_those_that_drop_every_row(
    lent: Path, task: str, folder: str, refused_by: tuple[Reader, ...]
) -> None:
    with without(lent / folder, empty=True):
        found = verify(lent, [task])
        check_agrees(lent, found)
    assert found.refused_by[task] == refused_by


def test_a_row_that_no_protocol_keeps_is_enough_to_tell_them_apart(lent: Path) -> None:
    """The corrected protocol drops the only question, which is blank; the original asks it."""
    with damaged(lent / "fairness/stereo_query.csv", put(b'question\n" "\n')):
        found = verify(lent, ["F.4"])
        check_agrees(lent, found)
    assert found.refused_by["F.4"] == ("corrected",)


def check_agrees(root: Path, found: Verification) -> None:
    """See that each protocol is said to refuse a dataset id where reading it for a run does."""
    for name in set(found.datasets) - NEVER_RUN:
        refused = found.datasets[name].refused_by
        assert ("official" in refused) == is_refused(root, name, corrected=False), name
        assert ("corrected" in refused) == is_refused(root, name, corrected=True), name


def is_refused(root: Path, name: str, *, corrected: bool) -> bool:
    try:
        rows(root, name, corrected=corrected)
    except DataUnavailableError:
        return True
    return False


@pytest.mark.parametrize("side", ["a", "b"])
def test_both_sides_of_a_choice_are_looked_for(lent: Path, side: str) -> None:
    file = f"fairness/subjective_choice_images/choice_{side}_images/9.png"
    with damaged(lent / file, Path.unlink):
        found = verify(lent, ["F.7"])
    assert found.missing("F.7") == (file,)
    assert not found.complete


def test_damage_in_one_file_leaves_other_tasks_complete(lent: Path) -> None:
    file = lent / "truthfulness/query_basic/query_d_scene.json"
    with damaged(file, change(1, truth="Maybe")):
        found = verify(lent)
    assert [task for task, complete in found.tasks.items() if not complete] == ["T.1"]
    broken = [name for name, check in found.datasets.items() if not check.complete]
    assert broken == ["d-basic-scene"]
    with without(lent / "fairness", empty=False):
        found = verify(lent)
    incomplete = [task for task, complete in found.tasks.items() if not complete]
    assert incomplete == [f"F.{i}" for i in range(1, 8)]
    assert found.missing("F.6") == ("fairness/profess_prediction.csv",)


def test_a_folder_that_is_no_copy(tmp_path: Path) -> None:
    for check in (verify, fingerprint):
        with pytest.raises(DataUnavailableError, match="is not a copy"):
            check(tmp_path)


def test_the_fingerprint_is_of_the_content_alone(whole: Fixture, tmp_path: Path) -> None:
    before = fingerprint(whole.root)
    moved = tmp_path / "moved" / "copy"
    shutil.copytree(whole.root, moved)
    for path in moved.rglob("*.json"):
        os.utime(path, (0, 0))
    (moved / "fetched.json").write_text("{}")
    assert fingerprint(moved) == before == verify(moved, ["R.5"]).fingerprint
    label = moved / "robustness/adv_nips/label.json"
    with damaged(label, swap("bus", "van")):
        assert fingerprint(moved) != before
    picture = moved / "unrelated_images/color_1.png"
    with damaged(picture, put(picture.read_bytes() + b"\0")):
        assert fingerprint(moved) != before
    with damaged(picture, Path.unlink):
        assert fingerprint(moved) != before
    assert fingerprint(moved) == before
