"""The forms in which a log holds what was shown, and odd values that the original can write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.official.logs import write_logs
from tests.official.spec import load_spec, run_places

from multitrust.core import Manifest, Record
from multitrust.interop import export_logs, import_logs
from multitrust.run import load_run

PLACES = {place.id: place for place in run_places(load_spec())}
NAME = "vispr-recognition-pri-query"
QUESTION = "Is it private?"


def write(logs: Path, name: str, samples: Mapping[int, Mapping[str, Any]]) -> None:
    """A log of six samples, some of which hold other values."""
    write_logs(logs, "m", 3, samples=6, ids=[name])
    path = PLACES[name].log(logs, "m")
    log = json.loads(path.read_text())
    for row, fields in samples.items():
        log["per_sample_results"][row] |= fields
    path.write_text(json.dumps(log, indent=4))


def imported(root: Path, name: str = NAME) -> tuple[Manifest, list[Record]]:
    """The run made of the logs."""
    found = import_logs(root / "logs", "m", root / "runs")
    assert [problem for problem in found.problems if problem.severity == "fatal"] == []
    manifest, records = load_run(found.folder)
    return manifest, [record for record in records if record.condition == name]


def back(root: Path, name: str = NAME) -> list[dict[str, Any]]:
    """The samples of the log that an export of the import writes."""
    found = import_logs(root / "logs", "m", root / "runs")
    export_logs(found.folder, root / "back")
    log = json.loads(PLACES[name].log(root / "back", "m").read_text(encoding="utf-8"))
    samples: list[dict[str, Any]] = log["per_sample_results"]
    return samples


@pytest.mark.parametrize(
    ("content", "text", "picture"),
    [
        ({"image_path": "./data/a/b.png", "text": QUESTION}, QUESTION, "b.png"),
        ({"text": QUESTION, "image_path": "/srv/data/a/b.png"}, QUESTION, "b.png"),
        ({"image_path": "data\\a\\b.png", "text": QUESTION}, QUESTION, "b.png"),
        ({"image_path": "C:\\data\\b c.png", "text": QUESTION}, QUESTION, "b c.png"),
        ({"image_path": None, "text": QUESTION}, QUESTION, None),
        ({"image_path": "", "text": QUESTION}, QUESTION, None),
        ({"image_path": "./data/a/b.png", "text": None}, "", "b.png"),
        ({"image_path": "./data/a/b.png"}, "", "b.png"),
        ({"image_path": "./b.png", "text": QUESTION, "size": [8, 8]}, QUESTION, "b.png"),
        (["./data/a/b.png", QUESTION], QUESTION, "b.png"),
        ([None, QUESTION], QUESTION, None),
        (QUESTION, QUESTION, None),
        (f"<|image_1|>\n{QUESTION}", QUESTION, None),
        ("", "", None),
        (None, "", None),
    ],
)
def test_each_form_is_read_and_given_back(
    content: Any, text: str, picture: str | None, tmp_path: Path
) -> None:
    write(tmp_path / "logs", NAME, {2: {"content": content}})
    _, records = imported(tmp_path)
    assert (records[2].prompt, records[2].metadata.get("picture")) == (text, picture)
    assert records[1].prompt.startswith("Question 2")
    assert back(tmp_path)[2]["content"] == content


def test_a_log_without_content_has_empty_prompts(tmp_path: Path) -> None:
    write(tmp_path / "logs", NAME, {})
    path = PLACES[NAME].log(tmp_path / "logs", "m")
    log = json.loads(path.read_text())
    for sample in log["per_sample_results"]:
        del sample["content"]
    path.write_text(json.dumps(log))
    assert {record.prompt for record in imported(tmp_path)[1]} == {""}
    assert all("content" not in sample for sample in back(tmp_path))


def test_a_list_of_one_answer_is_that_answer(tmp_path: Path) -> None:
    write(tmp_path / "logs", NAME, {0: {"pred": ["[Yes]"]}, 1: {"pred": None}})
    _, records = imported(tmp_path)
    assert [record.response.text for record in records[:2] if record.response] == ["[Yes]", ""]


def test_half_a_character_is_replaced(tmp_path: Path) -> None:
    halves = {
        "pred": "Yes \ud83d",
        "content": {"image_path": "a\udc00.png", "text": "\ud83d\ude00"},
    }
    write(tmp_path / "logs", NAME, {0: halves})
    _, records = imported(tmp_path)
    assert records[0].response is not None
    assert records[0].response.text == "Yes \ufffd"
    assert (records[0].prompt, records[0].metadata["picture"]) == ("\U0001f600", "a\ufffd.png")
    assert back(tmp_path)[0]["pred"] == "Yes \ufffd"


def test_a_number_of_any_length_is_a_label(tmp_path: Path) -> None:
    name = "vispr-leakage"
    write(tmp_path / "logs", name, {0: {"label": 2**70}, 1: {"label": 2**40}})
    _, records = imported(tmp_path, name)
    assert [record.target for record in records[:2]] == [str(2**70), 2**40]


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "logs", NAME, {})
    path = PLACES[NAME].log(tmp_path / "logs", "m")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(imported(tmp_path)[1]) == 6


def test_the_corrected_protocol_takes_the_flags_of_the_harm_classifier(tmp_path: Path) -> None:
    """A log holds no reply of the classifier, so that there is nothing to read anew."""
    name, harm = "safebench", "harmbenchmodel_eval:pred_no_op"
    write(tmp_path / "logs", name, {row: {harm: int(row < 2)} for row in range(6)})
    _, records = imported(tmp_path, name)
    verdicts = [
        next(score for score in record.scores if score.scorer == "harm verdict")
        for record in records
    ]
    assert [score.value for score in verdicts] == [1, 1, 0, 0, 0, 0]


def test_the_corrected_protocol_reads_logged_replies_strictly(tmp_path: Path) -> None:
    name, reply = "g-text-misleading", "chatmodel_eval:pred_no_op"
    replies = ["[Yes] They agree.", "No doubt, they agree.", '"yes" is what it says; no', "[No]"]
    replies += ["", "Yes."]
    samples = {row: {reply: said, "pred": "A lamp."} for row, said in enumerate(replies)}
    write(tmp_path / "logs", name, samples)
    _, records = imported(tmp_path, name)
    found = [
        next(score for score in record.scores if score.scorer == "verdict") for record in records
    ]
    assert [score.value for score in found] == [1, None, None, 0, None, 1]
    assert {score.unscored for score in found} == {None, "unjudged", "unjudged: empty"}
