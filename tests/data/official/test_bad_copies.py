"""Each kind of damage names file, row and field, and spoils no other dataset id."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.data.official.damage import Damage, change, damaged, holds, put, swap, without
from tests.data.official.reads import reading, rows

from multitrust.core import DataUnavailableError, Origin, UnknownNameError
from multitrust.data.official import official_rows


@dataclass(frozen=True, kw_only=True)
class Case:
    """A damage and the problem that must be told."""

    name: str
    file: str
    damage: Damage
    row: str = ""
    field: str = ""
    says: str


OBJECT = "truthfulness/query_basic/query_d_existence.json"
OBJECT_IMAGES = "truthfulness/basic_images/object"
GROUNDING = "truthfulness/query_basic/query_g_grounding.json"
CONFUSION = "truthfulness/query_misleading/query_d_confusion.json"
TEXT = "robustness/ood-text/label.json"
GLUE = "robustness/advglue/label.json"
SKETCH = "robustness/ood-artistic/label/sketch.json"
MRI = "robustness/ood-sensor/label/mri.json"
STATEMENTS = "fairness/stereo_statement.csv"
BEHAVIOUR = "safety/typographic_jailbreak/behavior_graph.csv"
TOXIC = "safety/real_toxicity_prompt/prompts_select.json"
VISPR = "privacy/vispr/sampled_vispr_test2017.jsonl"
LEAKS = "privacy/vispr/categorized/image_annotations.json"
LABELS, PROMPTS = "privacy/confaide/labels.txt", "privacy/confaide/prompts.txt"
PERSONS = "privacy/enron-email/five_shot.json"
BOTH = f"{PROMPTS} and {LABELS}"

CASES = [
    Case(name="d-basic-object", file=OBJECT, damage=Path.unlink, says="absent"),
    Case(name="d-basic-object", file=OBJECT, damage=put(b'[{"image": "\xff"}]'),
         says="byte 0xff at offset 12 is not UTF-8"),
    Case(name="d-basic-object", file=OBJECT, damage=put(b"\xef\xbb\xbf[\xe9]"),
         says="byte 0xe9 at offset 4 is not UTF-8"),
    Case(name="d-basic-object", file=OBJECT, damage=put(b'[{"image": "a.png",'),
         says="not JSON: .* line 1 column"),
    Case(name="d-basic-object", file=OBJECT, damage=put(b'{"a": 1}'),
         says="an object came, expected a list"),
    Case(name="d-basic-object", file=OBJECT, damage=put(b"[]"), says="an empty list came"),
    Case(name="d-basic-object", file=OBJECT, damage=put(b"[" * 100_000), says="not usable JSON"),
    Case(name="d-basic-object", file=OBJECT, damage=put(b'["round"]'), row="entry 0 (from 0)",
         says="a text came, expected an object"),
    Case(name="d-basic-object", file=OBJECT, damage=change(1, truth="Maybe"),
         row="entry 1 (from 0)", field="truth", says="'Maybe' came, expected one of No, Yes"),
    Case(name="d-basic-object", file=OBJECT, damage=change(1, truth=True),
         row="entry 1 (from 0)", field="truth", says="True came, expected one of No, Yes"),
    Case(name="d-basic-object", file=OBJECT, damage=change(0, query=None),
         row="entry 0 (from 0)", field="query", says="nothing came, expected a text"),
    Case(name="d-basic-object", file=OBJECT, damage=change(0, query=["x"]),
         row="entry 0 (from 0)", field="query", says=r"\['x'\] came, expected a text"),
    Case(name="d-basic-object", file=OBJECT, damage=change(0, image=7),
         row="entry 0 (from 0)", field="image", says="7 came, expected a text"),
    Case(name="d-basic-object", file=OBJECT, damage=swap('"query"', '"query": "x", "query"'),
         says="the key 'query' occurs twice"),
    Case(name="g-basic-grounding", file=GROUNDING, damage=change(0, truth="[0.1, 0.2]"),
         row="entry 0 (from 0)", field="truth", says="expected the JSON text of a list of four"),
    Case(name="g-basic-grounding", file=GROUNDING, damage=change(1, truth="[0, 0, 1, NaN]"),
         row="entry 1 (from 0)", field="truth", says="expected the JSON text of a list of four"),
    Case(name="g-basic-grounding", file="truthfulness/basic_images/grounding/grounding_1.png",
         damage=put(b"\x89PNG"), says="cannot be opened"),
    Case(name="g-basic-ocr", file="truthfulness/query_basic/query_g_ocr.json",
         damage=change(0, truth=float("nan")), row="entry 0 (from 0)", field="truth",
         says="nan came"),
    Case(name="g-text-misleading", file="truthfulness/query_misleading/query_g_mistext.json",
         damage=change(1, truth=""), row="entry 1 (from 0)", field="truth", says="'' came"),
    Case(name="d-mis-visual-confusion", file=CONFUSION, damage=change(2, kind="blur"),
         row="entry 2 (from 0)", field="kind", says="'blur' came, expected one of contrast, "),
    Case(name="advanced-daily", file="truthfulness/query_advanced/query_d_daily.json",
         damage=change(0, truth="Perhaps"), row="entry 0 (from 0)", field="truth",
         says="no label stands before it"),
    Case(name="toxicity-prompt-text", file=TOXIC, damage=put(b'{"rude": "once"}'), field="rude",
         says="expected a list of texts"),
    Case(name="toxicity-prompt-text", file=TOXIC, damage=swap('"The rude story number 3', '7, "'),
         row="'rude', entry 3 (from 0)", field="prompt", says="7 came"),
    Case(name="typographic-behavior", file=BEHAVIOUR, damage=swap("jailbreak_prompt", "prompt"),
         row="line 1", says="jailbreak_prompt expected as well"),
    # the second row begins after a header, a row of two lines and a repeated header
    Case(name="typographic-behavior", file=BEHAVIOUR, damage=swap("1.png", ""), row="line 5",
         field="image_path", says="'' came, expected a text"),
    Case(name="typographic-behavior", file=BEHAVIOUR, damage=swap("0.png", "../../../../0.png"),
         row="line 2", says="leads out of the data root"),
    Case(name="typographic-behavior", file=BEHAVIOUR,
         damage=put(b"id,question,image_path,jailbreak_prompt\n"), says="holds no rows"),
    Case(name="stereo-agreement-text", file=STATEMENTS, damage=swap("Race", "Colour"),
         row="line 6", field="Type", says="'Colour' came, expected one of Age, "),
    Case(name="stereo-agreement-text", file=STATEMENTS, damage=put(b"\xff\xfeN\x00"),
         says="byte 0xff at offset 0"),
    Case(name="coco-o-sketch", file=SKETCH, damage=swap('{"image_name": "sketch/1', '"sketch/1'),
         row="line 2", says="not JSON"),
    Case(name="coco-o-sketch", file=SKETCH, damage=swap("}\n", "}\n\n"), row="line 2",
         says="not JSON"),
    Case(name="coco-o-sketch", file=SKETCH, damage=swap('["cat", "animal"]', "[]"), row="line 1",
         field="gt_label", says="a list that begins with a text"),
    Case(name="coco-o-sketch", file=SKETCH, damage=put(b"\n\n"), says="empty"),
    Case(name="benchlmm-mri", file=MRI, damage=swap('"answer": 2', '"answer": NaN'), row="line 1",
         field="answer", says="nan came"),
    Case(name="dt-text", file=TEXT, damage=swap('"label": "1"', '"label": 1'),
         row="'augment', entry 1 (from 0)", field="label",
         says="1 came, expected one of 0, 1 as texts"),
    Case(name="dt-text", file=TEXT, damage=swap('"shake_w"', '"shake_x"'), field="shake_w",
         says="nothing came, expected a list of objects"),
    Case(name="dt-text", file=TEXT, damage=holds("shake_w", None), field="shake_w",
         says="null came, expected a list of objects"),
    Case(name="dt-text", file=TEXT, damage=holds("shake_w", []), field="shake_w",
         says="an empty list came, expected a list of objects"),
    Case(name="dt-text", file=TEXT, damage=holds("tweet_p0", {}), field="tweet_p0",
         says="an object came, expected a list of objects"),
    Case(name="advglue-text", file=GLUE, damage=holds("rte", []), field="rte",
         says="an empty list came, expected a list of objects"),
    Case(name="dt-text", file=TEXT, damage=swap('"label": "1"', '"label": true'),
         row="'augment', entry 1 (from 0)", field="label",
         says="True came, expected one of 0, 1 as texts, in quotes"),
    Case(name="dt-text", file=TEXT, damage=swap('"label": "1"', '"label": "2"'),
         row="'augment', entry 1 (from 0)", field="label", says="'2' came, expected one of 0, 1$"),
    Case(name="advglue-text", file=GLUE, damage=swap('"label": 1', '"label": 2'),
         row="'sst2', entry 1 (from 0)", field="label", says="2 came, expected one of the classes"),
    Case(name="vispr-recognition", file=VISPR, damage=swap('"private": 1', '"private": "yes"'),
         row="line 2", field="private", says="'yes' came, expected 0 or 1"),
    Case(name="vispr-recognition", file=VISPR, damage=swap('"private": 1', '"private": NaN'),
         row="line 2", field="private", says="nan came, expected 0 or 1"),
    Case(name="confaide-text", file=LABELS, damage=swap("-50", "minus fifty"), row="line 2",
         field="label", says="'minus fifty' came, expected a number"),
    Case(name="confaide-text", file=LABELS, damage=swap("-50", "nan"), row="line 2",
         field="label", says="'nan' came, expected a number"),
    Case(name="confaide-text", file=LABELS, damage=swap("-100\n", "-100\n\n"), row="line 2",
         field="label", says="'' came, expected a number"),
    Case(name="vispr-leakage", file=LEAKS, damage=swap('"555-0101"', "{}"), row="line 2",
         field="Content", says="expected a text"),
    Case(name="enron-email-text", file=PERSONS, damage=swap('"Ida Quill 1"', "7"),
         row="entry 1 (from 0), 'person1@example.com'", field="people", says="a list of pairs"),
    Case(name="enron-email-image-oneinfo", file="fonts/FreeMonoBold.ttf", damage=put(b"no font"),
         says="cannot be used"),
    Case(name="enron-email-image-oneinfo", file="fonts/FreeMonoBold.ttf", damage=Path.unlink,
         says="absent"),
    Case(name="vision-preference", file="fairness/preference.json",
         damage=change(1, topic=None), row="entry 1 (from 0)", field="topic", says="nothing came"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}: {case.says}"[:60])
def test_damage_is_told_with_its_place(lent: Path, case: Case) -> None:
    with damaged(lent / case.file, case.damage):
        fatal = reading(lent, case.name).fatal
        with pytest.raises(DataUnavailableError, match=case.says) as raised:
            rows(lent, case.name)
        assert rows(lent, "adv-clean"), "another dataset id is spoilt"
    assert fatal, "no problem was found"
    first = fatal[0]
    assert first.file in {case.file, BOTH}
    assert (first.row, first.field) == (case.row, case.field)
    told = str(raised.value)
    assert case.name in told
    assert first.file in told
    assert case.row in told


def test_all_problems_of_a_file_are_listed(lent: Path) -> None:
    path = lent / OBJECT
    with damaged(path, change(0, truth="Maybe")), damaged(path, change(1, query=None)):
        found = reading(lent, "d-basic-object")
        with pytest.raises(DataUnavailableError, match="1 more problem"):
            rows(lent, "d-basic-object")
    assert [(p.row, p.field) for p in found.fatal] == [
        ("entry 0 (from 0)", "truth"),
        ("entry 1 (from 0)", "query"),
    ]


def test_more_cells_than_columns_are_noted(lent: Path) -> None:
    more = swap("All Age people like tea, 0.", 'All Age people like tea, 0.",more,"')
    with damaged(lent / STATEMENTS, more):
        (note, empty) = reading(lent, "stereo-agreement-text").problems
    assert (note.severity, note.row) == ("note", "line 2")
    assert (empty.severity, empty.row) == ("dropped", "line 3")


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("unrelated_images", "toxicity-prompt-unrelated"),
        ("unrelated_images", "dt-unrelated-image-color"),
        ("safety/nsfw", "nsfw-image-description"),
        ("safety/risk_identification/knife", "risk-analysis"),
        ("fairness/stereo_generation_images", "stereo-generation"),
        ("fairness/vision_subjective_choice_images", "vision-preference"),
        ("fairness/stereo_query_images", "stereo-query-text"),
        ("safety/crossmodal-jailbreak/jailbreak_pos", "crossmodal-jailbreak-pos"),
    ],
)
@pytest.mark.parametrize("empty", [False, True])
def test_a_folder_that_is_absent_or_empty(lent: Path, folder: str, name: str, empty: bool) -> None:
    with without(lent / folder, empty=empty):
        (problem,) = reading(lent, name).fatal
        with pytest.raises(DataUnavailableError, match=folder):
            rows(lent, name)
        assert rows(lent, "dt-text")
    assert problem.file == folder
    assert problem.missing.startswith(folder)


def test_too_few_unrelated_pictures(lent: Path) -> None:
    paths = [lent / f"unrelated_images/noise_{number}.png" for number in (1, 2)]
    with damaged(paths[0], Path.unlink), damaged(paths[1], Path.unlink):
        assert rows(lent, "dt-unrelated-image-noise")
        with pytest.raises(DataUnavailableError, match="2 pictures of the kind noise came"):
            rows(lent, "crossmodal-jailbreak-unrelated")


def test_wrong_roots_are_told_apart(fresh: Path, tmp_path: Path) -> None:
    def message(root: str | None) -> str:
        with pytest.raises(DataUnavailableError) as raised:
            official_rows("dt-text", Origin(name="official", root=root), corrected=False)
        return str(raised.value)

    (tmp_path / "void").mkdir()
    assert "no folder was named" in message(None)
    assert "is no folder" in message(str(tmp_path / "nowhere"))
    assert "is not a copy of the official data" in message(str(tmp_path / "void"))
    fresh.rename(tmp_path / "data")
    assert f"did you mean {tmp_path / 'data'}?" in message(str(tmp_path))
    (tmp_path / "data/robustness/ood-text/label.json").unlink()
    assert "label.json: absent; the copy is incomplete" in message(str(tmp_path / "data"))


def test_an_unknown_dataset_id_lists_its_neighbours(lent: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"optimized-jailbreak-graphic.*opimized"):
        rows(lent, "optimized-jailbreak-graphic")


@pytest.mark.parametrize(
    ("name", "file", "damage", "row", "field"),
    [
        ("typographic-behavior", BEHAVIOUR, swap("\n1,", "\n0,"), "line 5", "id"),
        ("stereo-agreement-text", STATEMENTS, swap("1,Age", "0,Age"), "line 9", "Number"),
        ("celebrities-email-name-occupation", "privacy/celeb/celebrities.csv",
         swap("Halden 1", "Halden 0"), "line 3", "Celebrity"),
    ],
)  # fmt: skip
def test_repeated_ids_are_noted_and_kept(
    lent: Path, name: str, file: str, damage: Damage, row: str, field: str
) -> None:
    before = rows(lent, name)
    with damaged(lent / file, damage):
        found = reading(lent, name)
    notes = [(p.row, p.field) for p in found.problems if "both are kept" in p.message]
    assert notes == [(row, field)]
    assert [r.id for r in found.rows] == [r.id for r in before]


@pytest.mark.parametrize(
    "name",
    ["../object/object_0.png", "./object_0.png", "x/../object_0.png", "..//object/object_0.png"],
)
@pytest.mark.parametrize("corrected", [False, True])
def test_a_path_that_stays_within_the_root_is_read(lent: Path, name: str, corrected: bool) -> None:
    """The original joins folder and name, so that `..` leads where it says."""
    with damaged(lent / OBJECT, change(0, image=name)):
        first = rows(lent, "d-basic-object", corrected=corrected)[0]
    assert first.image is not None
    assert first.image.read() == (lent / OBJECT_IMAGES / "object_0.png").read_bytes()


@pytest.mark.parametrize(
    "name", ["../../../../x.png", "a/../../../../../x.png", "../../../../etc/passwd"]
)
def test_a_path_that_leaves_the_root_is_refused(lent: Path, name: str) -> None:
    with damaged(lent / OBJECT, change(0, image=name)):
        (problem,) = reading(lent, "d-basic-object").fatal
    assert "leads out of the data root" in problem.message


@pytest.mark.parametrize("name", ["0" * 300, "nul\0byte", "/etc/hostname", "a/../../../b"])
def test_names_that_no_picture_can_have(lent: Path, name: str) -> None:
    with damaged(lent / OBJECT, change(1, image=name)):
        found = reading(lent, "d-basic-object", corrected=True)
    assert [(p.file, p.row) for p in found.fatal] == [(OBJECT, "entry 1 (from 0)")]
    with damaged(lent / GROUNDING, change(1, image=name)):
        found = reading(lent, "g-basic-grounding", corrected=True)
    assert [(p.file, p.row) for p in found.fatal] == [(GROUNDING, "entry 1 (from 0)")]


def test_queries_whose_pictures_have_no_number(lent: Path) -> None:
    folder = lent / "fairness/stereo_query_images"
    with damaged(folder / "query_2.png", lambda path: None):
        (folder / "query_2.png").rename(folder / "query_b.png")
        assert len(rows(lent, "stereo-query-image")) == 2
        (problem,) = reading(lent, "stereo-query-image", corrected=True).fatal
        assert len(rows(lent, "stereo-query-text", corrected=True)) == 3
        (folder / "query_b.png").unlink()
    assert "names that lack a number, or share one" in problem.message
