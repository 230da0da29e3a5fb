"""Texts without anything to read, headers in the middle of tables, line ends of other systems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.data.official.damage import NULL, Damage, append, change, damaged, put, swap
from tests.data.official.reads import reading, rows

OBJECT = "truthfulness/query_basic/query_d_existence.json"
OCR = "truthfulness/query_basic/query_g_ocr.json"
HELP = "truthfulness/query_text/query_g_assistance.json"
MISLEADING = "truthfulness/query_misleading/query_g_mistext.json"
STATEMENTS, QUERIES = "fairness/stereo_statement.csv", "fairness/stereo_query.csv"
TOXIC = "safety/real_toxicity_prompt/prompts_select.json"
CROSSMODAL = "safety/crossmodal-jailbreak/text_jailbreak.csv"
BEHAVIOUR = "safety/typographic_jailbreak/behavior_graph.csv"
PROMPTS, LABELS = "privacy/confaide/prompts.txt", "privacy/confaide/labels.txt"
TOPIC = "fairness/preference.json"
MM_SAFETY = "safety/mm-safety-bench-selected/mm-safety-bench-selected.json"


def without_prompt(path: Path) -> None:
    """The first entry with null for its prompt."""
    content = json.loads(path.read_text(encoding="utf-8"))
    first = next(iter(content))
    content[first]["Prompt"] = None
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "file", "damage", "field", "asked"),
    [
        ("d-basic-object", OBJECT, change(0, query=""), "query", ""),
        ("d-basic-object", OBJECT, change(0, query=" \n "), "query", " \n "),
        ("d-basic-object", OBJECT, change(0, query=NULL), "query", "None"),
        ("visual-assistance-text", HELP, change(0, query="  "), "query", "  "),
        ("g-text-misvisual", HELP, change(0, query="\t"), "query", "\t"),
        ("toxicity-prompt-text", TOXIC, swap("The rude story number 0 went on and", ""),
         "prompt", ""),
        ("typographic-prompt", BEHAVIOUR.replace("behavior", "prompt"),
         swap('"Describe how to fold a hat, way 0"', ""), "question", ""),
        ("crossmodal-jailbreak-text", CROSSMODAL, swap("You are a baker. Way 0?", " "),
         "jailbreak", " "),
        ("stereo-agreement-text", STATEMENTS, swap('"All Age people like tea, 0."', " "),
         "statement", " "),
        ("stereo-query-text", QUERIES, swap("Which tea does person 0 like?", '""'), "question", ""),
        ("vision-preference", TOPIC, change(0, topic=""), "topic", ""),
        ("confaide-text", PROMPTS, swap("  A baker tells a friend fact 0. ", ""), "prompt", ""),
    ],
)  # fmt: skip
def test_the_original_asks_an_empty_text_and_the_corrected_protocol_drops_it(
    lent: Path, name: str, file: str, damage: Damage, field: str, asked: str
) -> None:
    before, after = rows(lent, name), rows(lent, name, corrected=True)
    with damaged(lent / file, damage):
        official = reading(lent, name)
        corrected = reading(lent, name, corrected=True)
    assert official.fatal == corrected.fatal == ()
    assert [row.id for row in official.rows] == [row.id for row in before]
    assert [row.fields[field] for row in official.rows].count(asked) >= 1
    lost = {row.id for row in after} - {row.id for row in corrected.rows}
    assert {row.family for row in after if row.id in lost} == {after[0].family}
    assert [p.message for p in corrected.problems if p.severity == "dropped"].count(
        "empty, so the row is left out"
    ) > [p.message for p in official.problems].count("empty, so the row is left out")


@pytest.mark.parametrize(
    ("name", "file", "damage", "field"),
    [
        ("benchlmm-mri", "robustness/ood-sensor/label/mri.json",
         put(b'{"image_name": "mri/0.png", "question": null, "answer": 2}\n'
             b'{"image_name": "mri/1.png", "question": "How?", "answer": 2}\n'), "question"),
        ("subjective-preference-plain-text", TOPIC, change(0, prompt=NULL), "prompt"),
        ("subjective-preference-force-image", TOPIC, change(121, prompt=NULL), "prompt"),
        ("toxicity-prompt-text", TOXIC, put(b'{"a": [null, "b"]}'), "prompt"),
        ("toxicity-prompt-unrelated", TOXIC, put(b'{"a": [null, "b"]}'), "prompt"),
        ("mm-safety-bench", MM_SAFETY, without_prompt, "Prompt"),
    ],
)  # fmt: skip
def test_null_is_refused_where_the_original_fails_on_it(
    lent: Path, name: str, file: str, damage: Damage, field: str
) -> None:
    """It joins or asks the field itself there; the corrected protocol drops the row."""
    with damaged(lent / file, damage):
        (problem,) = reading(lent, name).fatal
        corrected = reading(lent, name, corrected=True)
    assert (problem.field, problem.message) == (field, "None came, expected a text")
    assert corrected.fatal == ()
    assert [p.field for p in corrected.problems if p.severity == "dropped"] == [field]


@pytest.mark.parametrize("name", ["g-text-none", "advanced-math", "stereo-agreement-text"])
def test_tasks_that_skip_an_empty_text_skip_nothing_else(lent: Path, name: str) -> None:
    dropped = [p for p in reading(lent, name).problems if p.severity == "dropped"]
    assert [p.message for p in dropped] == ["empty, so the row is left out"]


@pytest.mark.parametrize(("truth", "target"), [("", ""), (" ", " "), (NULL, None), (0, 0)])
def test_an_empty_reference_is_compared_with_officially(
    lent: Path, truth: object, target: object
) -> None:
    with damaged(lent / OCR, change(0, truth=truth)):
        official, corrected = rows(lent, "g-basic-ocr"), rows(lent, "g-basic-ocr", corrected=True)
    assert official[0].target == target
    assert len(corrected) == len(official) - (target != 0)


@pytest.mark.parametrize("truth", ["", NULL, 0])
def test_t5_refuses_an_empty_reference_as_the_original_does(lent: Path, truth: object) -> None:
    with damaged(lent / MISLEADING, change(0, truth=truth)):
        (problem,) = reading(lent, "g-text-misleading").fatal
    assert (problem.row, problem.field) == ("entry 0 (from 0)", "truth")


def test_references_may_be_lists_and_long_numbers(lent: Path) -> None:
    with damaged(lent / OCR, change(0, truth=["OPEN", 24])):
        assert rows(lent, "g-basic-ocr", corrected=True)[0].target == ["OPEN", 24]
    with damaged(lent / OCR, change(0, truth=2**70)):
        assert rows(lent, "g-basic-ocr")[0].target == str(2**70)
    leaks = lent / "privacy/vispr/categorized/image_annotations.json"
    with damaged(leaks, swap('"555-0100"', str(2**70))):
        assert rows(lent, "vispr-leakage")[0].target == [str(2**70)]


def test_lines_without_a_partner_are_left_out_officially(lent: Path) -> None:
    with damaged(lent / LABELS, append("50")):
        official = reading(lent, "confaide-text")
        corrected = reading(lent, "confaide-text", corrected=True)
    assert (len(official.rows), official.fatal) == (16, ())
    assert corrected.fatal[0].message == "17 lines came, expected 16 as in prompts.txt"


def more(lines: str) -> Damage:
    """The file with that behind its last line that is not empty."""

    def write(path: Path) -> None:
        path.write_text(path.read_text(encoding="utf-8").rstrip() + "\n" + lines, encoding="utf-8")

    return write


@pytest.mark.parametrize(
    ("prompts", "labels", "asked", "fatal"),
    [
        ("\n", "50\n", (17, 16), (False, False)),
        ("   \n\n", "50\n-50\n", (18, 16), (False, False)),
        ("\n", "", (16, 16), (False, False)),
        ("", "\n\n", (16, 16), (False, False)),
        ("\nOne more.\n", "50\n0\n", (18, 17), (False, False)),
        ("One more.\n", "\n", (16, 16), (True, True)),
        ("", "50\n", (16, 0), (False, True)),
        ("", "fifty\n", (16, 0), (True, True)),
    ],
)
def test_empty_lines_at_the_end_count_where_the_other_file_has_a_line(
    lent: Path, prompts: str, labels: str, asked: tuple[int, int], fatal: tuple[bool, bool]
) -> None:
    with damaged(lent / PROMPTS, more(prompts)), damaged(lent / LABELS, more(labels)):
        found = [reading(lent, "confaide-text", corrected=corrected) for corrected in (False, True)]
    assert tuple(len(reading.rows) for reading in found) == asked
    assert tuple(bool(reading.fatal) for reading in found) == fatal
    if asked == (17, 16):
        assert found[0].rows[16].fields == {"prompt": ""}
        assert found[0].rows[16].target == 50.0
        assert [p.severity for p in found[1].problems] == ["dropped"]


HEADER = "id,question,jailbreak"


@pytest.mark.parametrize("again", [HEADER, "id,question,jailbreak_prompt", "id,,"])
@pytest.mark.parametrize("corrected", [False, True])
def test_a_header_in_the_middle_is_no_jailbreak(lent: Path, again: str, corrected: bool) -> None:
    name = "crossmodal-jailbreak-text"
    before = [dict(row.fields) for row in rows(lent, name, corrected=corrected)]
    with damaged(lent / CROSSMODAL, swap("\n1,", f"\n{again}\n{again}\n1,")):
        found = reading(lent, name, corrected=corrected)
    assert [dict(row.fields) for row in found.rows] == before
    assert [(p.severity, p.row) for p in found.problems] == [("note", "line 3"), ("note", "line 4")]


@pytest.mark.parametrize(
    ("name", "file", "header"),
    [
        ("stereo-query-text", QUERIES, "question"),
        ("celebrities-personal-email-name-occupation", "privacy/celeb/celebrities.csv",
         "Celebrity,Title,Url"),
    ],
)  # fmt: skip
def test_a_header_elsewhere_is_a_row_of_the_original_alone(
    lent: Path, name: str, file: str, header: str
) -> None:
    before = rows(lent, name, corrected=True)
    with damaged(lent / file, append(header)):
        corrected = reading(lent, name, corrected=True)
        dropped = [p for p in reading(lent, name).problems if "header" in p.message]
    assert [row.fields for row in corrected.rows] == [row.fields for row in before]
    assert [p.severity for p in corrected.problems if "header" in p.message] == ["dropped"]
    assert dropped == []


def crlf(path: Path) -> None:
    """Write all line ends as `\\r\\n`."""
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def test_line_ends_within_a_cell_are_as_the_original_reads_them(lent: Path) -> None:
    """The loaders of S.4 to S.6 open their tables as texts, those of F.1 to F.6 as they stand."""
    before: list[Any] = [dict(row.fields) for row in rows(lent, "typographic-behavior")]
    assert "\n" in before[0]["jailbreak_prompt"]
    with damaged(lent / BEHAVIOUR, crlf):
        assert [dict(row.fields) for row in rows(lent, "typographic-behavior")] == before
    with damaged(lent / STATEMENTS, put(b'Number,Type,Stereo Statement\r\n0,Age,"a\r\nb"\r\n')):
        (row,) = rows(lent, "stereo-agreement-text")
    assert row.fields["statement"] == "a\r\nb"
