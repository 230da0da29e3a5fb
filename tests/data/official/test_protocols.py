"""Where the corrected protocol reads the data otherwise than the original did."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.data.official.damage import damaged
from tests.data.official.reads import reading, rows
from tests.data.official.writing import pixels
from tests.official.fixture import Fixture, make_fixture

from multitrust.core import DataUnavailableError
from multitrust.data.official.pictures import stems

SUBJECTIVE = "subjective-preference"


def test_a_label_that_is_unclear_is_the_one_before_or_dropped(whole: Fixture) -> None:
    official = reading(whole.root, "advanced-code")
    assert [row.target for row in official.rows] == [1, 0, 1, 1]
    assert [p.severity for p in official.problems] == ["dropped", "note"]
    corrected = reading(whole.root, "advanced-code", corrected=True)
    assert [row.id for row in corrected.rows] == ["0000", "0002", "0003"]
    assert [(p.severity, p.row, p.field) for p in corrected.problems] == [
        ("dropped", "entry 1 (from 0)", "query"),
        ("dropped", "entry 4 (from 0)", "truth"),
    ]


def test_only_ten_jailbreaks_are_kept_officially(flawed: Fixture) -> None:
    official = rows(flawed.root, "crossmodal-jailbreak-unrelated")
    assert [row.family for row in official] == ["0000"] * 9 + ["0001"]
    corrected = rows(flawed.root, "crossmodal-jailbreak-unrelated", corrected=True)
    assert len(corrected) == 9 * 11
    assert corrected[: len(official)] == official


def test_three_different_unrelated_pictures_of_each_kind(whole: Fixture) -> None:
    found = rows(whole.root, "crossmodal-jailbreak-unrelated", corrected=True)[:9]
    assert len({row.picture for row in found}) == 9
    kinds = [row.picture.removeprefix("unrelated_images/").partition("_")[0] for row in found]
    assert kinds == ["color"] * 3 + ["nature"] * 3 + ["noise"] * 3


@pytest.mark.parametrize(
    "condition",
    ["text", "image", *(f"unrelated-image-{kind}" for kind in ("color", "nature", "noise"))],
)
@pytest.mark.parametrize("manner", ["plain", "force"])
def test_preferences_are_text_only_officially(whole: Fixture, manner: str, condition: str) -> None:
    name = f"{SUBJECTIVE}-{manner}-{condition}"
    assert not any(row.image for row in rows(whole.root, name))
    shown = rows(whole.root, name, corrected=True)
    assert all((row.image is None) == (condition == "text") for row in shown)


def test_related_preferences_show_either_side_at_the_place_of_the_row(whole: Fixture) -> None:
    plain = rows(whole.root, f"{SUBJECTIVE}-plain-image", corrected=True)
    sides = [row.picture.split("/")[2] for row in plain]
    assert {"choice_a_images", "choice_b_images"} == set(sides)
    assert [row.picture.split("/")[3] for row in plain] == [f"{i}.png" for i in range(1, 121)]
    again = rows(whole.root, f"{SUBJECTIVE}-plain-image", corrected=True)
    assert again == plain
    other = rows(whole.root, f"{SUBJECTIVE}-plain-image", corrected=True, seed=1)
    assert [row.picture for row in other] != [row.picture for row in plain]
    force = rows(whole.root, f"{SUBJECTIVE}-force-image", corrected=True)
    assert [row.picture.split("/")[3] for row in force] == ["1.png", "2.png", "3.png"]


def test_forced_choices_have_the_topics_of_the_first_half_officially(whole: Fixture) -> None:
    name = f"{SUBJECTIVE}-force-text"
    official = [row.extra["subset"] for row in rows(whole.root, name)]
    assert official == ["ideology", "culture/lifestyle", "music"]
    corrected = [row.extra["subset"] for row in rows(whole.root, name, corrected=True)]
    assert corrected == ["culture/lifestyle", "music", "ideology"]


def test_attributes_shift_officially_after_a_row_with_two(whole: Fixture) -> None:
    official = rows(whole.root, "profession-pred")
    # row 1 is marked with both genders, so that rows 2 and 3 get what belongs to 1 and 2
    assert [row.extra["gender"] for row in official] == ["female", "male", "female", "male"]
    assert [row.extra["age"] for row in official] == ["young", "older", "middle", "young"]
    assert [row.picture[-6:] for row in official] == ["_0.png", "90.png", "_1.png", "_2.png"]
    corrected = reading(whole.root, "profession-pred", corrected=True)
    assert {row.id: tuple(row.extra.values()) for row in corrected.rows} == {
        "0000": ("female", "young", "light"),
        "0002": ("male", "middle", "medium"),
        "0003": ("female", "young", "dark"),
    }
    assert [(p.severity, p.row, p.field) for p in corrected.problems] == [
        ("dropped", "line 3", "gender"),
        ("dropped", "line 6", "age"),
    ]
    assert rows(whole.root, "profession-pred")[0].fields == {
        "profession": "baker", "gender": "female", "age": "young", "skintone": "light",
    }  # fmt: skip


def test_queries_pair_by_place_or_by_number(tmp_path: Path) -> None:
    root = make_fixture(tmp_path).root
    (root / "fairness/stereo_query_images/query_2.png").unlink()
    official = rows(root, "stereo-query-image")
    assert [(row.id, row.picture[-5:]) for row in official] == [
        ("0000", "1.png"), ("0001", "3.png"),
    ]  # fmt: skip
    assert len(rows(root, "stereo-query-text")) == 2
    corrected = reading(root, "stereo-query-image", corrected=True)
    assert [(row.id, row.picture[-5:]) for row in corrected.rows] == [
        ("0000", "1.png"), ("0002", "3.png"),
    ]  # fmt: skip
    assert [p.row for p in corrected.problems] == ["line 3", "line 5"]
    assert len(rows(root, "stereo-query-text", corrected=True)) == 4


def test_numbers_in_names_may_begin_at_nought(tmp_path: Path) -> None:
    root = make_fixture(tmp_path).root
    folder = root / "fairness/stereo_query_images"
    for number in (1, 2, 3):
        (folder / f"query_{number}.png").rename(folder / f"query_{number - 1}.png")
    found = rows(root, "stereo-query-image", corrected=True)
    assert [row.picture[-5:] for row in found] == ["0.png", "1.png", "2.png"]


def folder_of(root: Path, name: str, *pictures: str) -> Path:
    """A new folder of S.2 with those pictures."""
    folder = root / "safety/risk_identification" / name
    folder.mkdir()
    for picture in pictures:
        (folder / picture).write_bytes(pixels(0, "PNG"))
    return folder


def test_a_folder_of_a_class_may_have_a_suffix_officially(fresh: Path) -> None:
    before = rows(fresh, "object-detection")
    for name in ("gun.2", "gun.10", "cars", ".gun", "Gun"):
        folder_of(fresh, name, "1.png")
    official = reading(fresh, "object-detection")
    added = [row.id for row in official.rows if row.id not in {row.id for row in before}]
    assert added == [
        f"gun.{number}/1-{variant}"
        for number in (2, 10)
        for variant in ("shown", "describe", "present")
    ]
    passed = [p.file.rpartition("/")[2] for p in official.problems]
    assert passed == [".gun", "Gun", "cars", "other"]
    corrected = reading(fresh, "object-detection", corrected=True)
    assert [row.id for row in corrected.rows] == [row.id for row in before]
    passed = [p.file.rpartition("/")[2] for p in corrected.problems]
    assert passed == [".gun", "Gun", "cars", "gun.2", "gun.10", "other"]
    assert {p.severity for p in (*official.problems, *corrected.problems)} == {"note"}


def test_a_class_may_have_a_folder_with_a_suffix_alone_officially(fresh: Path) -> None:
    knives = fresh / "safety/risk_identification/knife"
    before = [row.extra for row in rows(fresh, "risk-analysis")]
    knives.rename(knives.with_name("knife.v2"))
    assert [row.extra for row in rows(fresh, "risk-analysis")] == before
    missing = [p.missing for p in reading(fresh, "risk-analysis", corrected=True).fatal]
    assert missing == ["safety/risk_identification/knife"]


@pytest.mark.parametrize(("more", "asked"), [(0, 2), (5, 7), (118, 120), (123, 125)])
def test_all_forced_choices_are_asked_officially(fresh: Path, more: int, asked: int) -> None:
    path = fresh / "fairness/preference.json"
    entries = json.loads(path.read_text(encoding="utf-8"))
    extra = [{"prompt": f"One {i}?", "topic": f"topic {i}"} for i in range(more)]
    path.write_text(json.dumps([*entries, *extra]), encoding="utf-8")
    official = reading(fresh, f"{SUBJECTIVE}-force-text")
    assert len(official.rows) == asked
    assert [row.extra["subset"] for row in official.rows] == [
        entry["topic"] for entry in [*entries, *extra][:asked]
    ]
    assert len(rows(fresh, f"{SUBJECTIVE}-plain-text")) == 120
    corrected = reading(fresh, f"{SUBJECTIVE}-force-text", corrected=True)
    assert len(corrected.rows) == min(asked, 120)
    assert [p.severity for p in corrected.problems] == (["note"] if asked > 120 else [])


@pytest.mark.parametrize(
    ("name", "counts"),
    [("007.b.png", True), ("7.png.png", True), ("7", False), ("seven.7.png", False)],
)
def test_a_picture_has_the_number_before_the_first_dot(
    fresh: Path, name: str, counts: bool
) -> None:
    folder = fresh / "fairness/vision_subjective_choice_images"
    (folder / name).write_bytes(pixels(0, "PNG"))
    for corrected in (False, True):
        found = reading(fresh, "vision-preference", corrected=corrected)
        shown = [row.picture.rpartition("/")[2] for row in found.rows]
        notes = [p.file.rpartition("/")[2] for p in found.problems]
        taken = counts or (name == "7" and not corrected)
        assert shown == ["1.png", *([name] if taken else []), *shown[1 + taken :]]
        assert (name in notes) != taken
        assert name in shown or not taken


def test_pronouns(whole: Fixture) -> None:
    name = "celebrities-personal-email-name-occupation"
    assert [row.fields["pronoun"] for row in rows(whole.root, name)] == ["her", "his", "his"]
    corrected = rows(whole.root, name, corrected=True)
    assert {(row.fields["pronoun"], row.extra["sex"]) for row in corrected} == {("their", "their")}


@pytest.mark.parametrize(
    "name",
    [
        "d-basic-object", "g-basic-grounding", "g-text-misleading", "d-mis-visual-confusion",
        "vispr-recognition", "vizwiz-recognition-pri-query", "vispr-leakage",
        "celebrities-phone-name-occupation",
    ],
)  # fmt: skip
def test_missing_pictures_are_dropped_officially_and_refused_corrected(
    flawed: Fixture, name: str
) -> None:
    official = reading(flawed.root, name)
    assert len(official.rows) == flawed.official[name]
    (dropped,) = official.problems
    assert dropped.severity == "dropped"
    assert dropped.missing
    with pytest.raises(DataUnavailableError, match=r"the picture .* is absent"):
        rows(flawed.root, name, corrected=True)


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("advanced-math", "truthfulness/advanced_images/math/math_1.png"),
        ("typographic-prompt", "safety/typographic_jailbreak/prompt_graph/0.png"),
        ("dt-related-image", "robustness/ood-text/related/s0.png"),
        ("confaide-image", "privacy/confaide/imgs/3.png"),
    ],
)
def test_a_picture_for_which_the_original_does_not_look_is_refused_by_both(
    lent: Path, name: str, picture: str
) -> None:
    """The original fails when it opens it, after all before it was asked."""
    with damaged(lent / picture, Path.unlink):
        for corrected in (False, True):
            missing = {
                problem.missing for problem in reading(lent, name, corrected=corrected).fatal
            }
            assert missing == {picture}
            with pytest.raises(DataUnavailableError, match=f"{name}: {lent / picture}: .* absent"):
                rows(lent, name, corrected=corrected)


def test_a_toxic_prompt_without_its_picture_is_refused_by_both(lent: Path) -> None:
    name = "toxicity-prompt-image"
    picture = rows(lent, name)[4].picture
    with damaged(lent / picture, Path.unlink):
        found = [reading(lent, name, corrected=corrected).fatal for corrected in (False, True)]
    for (problem,) in found:
        assert (problem.row, problem.missing) == ("'rude', entry 4 (from 0)", picture)


def test_stray_files_are_pictures_officially(flawed: Fixture) -> None:
    official = reading(flawed.root, "stereo-generation")
    assert official.rows[-1].picture.endswith(".DS_Store")
    assert [(p.severity, p.file[-9:]) for p in official.problems] == [
        ("note", ".DS_Store"),
        ("fatal", ".DS_Store"),
    ], "the original fails on it"
    corrected = reading(flawed.root, "stereo-generation", corrected=True)
    assert not any("DS_Store" in row.picture for row in corrected.rows)
    assert [(p.severity, p.file[-9:]) for p in corrected.problems] == [("note", ".DS_Store")]


def test_a_picture_without_the_suffix_of_one_is_asked_officially(lent: Path) -> None:
    folder = lent / "fairness/stereo_generation_images"
    stray = folder / "scan.jpe"
    stray.write_bytes(min(folder.iterdir()).read_bytes())
    official = reading(lent, "stereo-generation")
    stray.unlink()
    assert "scan" in {row.id for row in official.rows}
    assert [p.severity for p in official.problems] == ["note"]


def test_a_numbered_file_that_is_no_picture(lent: Path) -> None:
    stray = lent / "fairness/vision_subjective_choice_images/7.txt"
    stray.write_bytes((stray.parent / "1.png").read_bytes())
    official = rows(lent, "vision-preference")
    corrected = rows(lent, "vision-preference", corrected=True)
    stray.unlink()
    assert [row.picture[-5:] for row in official] == ["1.png", "7.txt", "0.jpg"]
    assert [row.picture[-5:] for row in corrected] == ["1.png", "0.jpg"]


def test_pictures_come_in_natural_order(whole: Fixture) -> None:
    found = rows(whole.root, "crossmodal-jailbreak-pos")
    assert [row.picture[-6:] for row in found[:2]] == ["/2.png", "10.png"]


def test_names_that_differ_in_their_suffix_alone_keep_it(tmp_path: Path) -> None:
    names = ["1.jpg", "1.png", "2.png"]
    assert stems(names) == {"1.jpg": "1.jpg", "1.png": "1.png", "2.png": "2"}
    root = tmp_path / "fairness/stereo_generation_images"
    root.mkdir(parents=True)
    for name in names:
        (root / name).write_bytes(pixels(0, "PNG"))
    assert [row.id for row in rows(tmp_path, "stereo-generation")] == ["1.jpg", "1.png", "2"]
