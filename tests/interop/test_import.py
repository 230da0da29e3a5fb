"""Where logs are looked for, and importing twice, after a change, after a kill."""

from __future__ import annotations

import codecs
import json
import math
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.interop.numbers import brought_in, read, results
from tests.official.logs import write_logs
from tests.official.spec import load_spec, run_places

from multitrust.core import LogsRejectedError
from multitrust.data.official import Problem
from multitrust.interop import import_logs
from multitrust.models.reasoning import split_reasoning
from multitrust.run import load_run
from multitrust.scorers.judgement import read_verdict

Call = Callable[..., Any]
PROGRAM = Path(sys.executable).with_name("multitrust")
PLACES = {place.id: place for place in run_places(load_spec())}
ONE = ("g-text-misleading",)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """The logs of one task, which has one dataset id."""
    write_logs(tmp_path / "logs", "m", 1, samples=6, ids=ONE)
    return tmp_path / "logs"


def test_a_checkout_holds_its_logs_in_a_folder(logs: Path, tmp_path: Path) -> None:
    (tmp_path / "mmte").mkdir()
    found = import_logs(tmp_path, "m", tmp_path / "runs")
    assert found.tasks == ("T.5",)
    assert found.folder == import_logs(logs, "m", tmp_path / "runs").folder


def test_logs_of_one_task_are_a_run_of_it(logs: Path, call: Call, tmp_path: Path) -> None:
    words = ("import", "mmtrusteval", logs, "--model", "m", "--log-dir", tmp_path / "runs")
    said = call(*words, "--json", "--no-report")
    assert said.code == 0
    document = json.loads(said.out)
    assert document["tasks"] == ["T.5"]
    assert [task["id"] for task in document["summary"]["tasks"]] == ["T.5"]
    assert {problem["message"] for problem in document["problems"]} == {"there is no such log"}
    assert len(document["problems"]) == len(PLACES) - 1
    assert {problem["severity"] for problem in document["problems"]} == {"note"}


@pytest.mark.parametrize("model", ["n", "", "*", "[m]", ".", "..", "../m", "x/m", "/", "\n"])
def test_a_model_without_logs(logs: Path, call: Call, tmp_path: Path, model: str) -> None:
    words = ("import", "mmtrusteval", logs, "--model", model, "--log-dir", tmp_path / "runs")
    said = call(*words)
    assert said.code == 2
    assert f"no usable log of {model!r}" in said.err
    assert "models there: m" in said.err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("empty", "models there: none\n"),
        ("nowhere", "nowhere does not exist"),
        ("file", "file is no folder"),
        ("logs/truthfulness", "did you mean {root}/logs?"),
        ("logs/truthfulness/t5-text-misleading", "did you mean {root}/logs?"),
        ("logs/truthfulness/t5-text-misleading/m", "did you mean {root}/logs?"),
        ("around", "did you mean {root}/around/checkout/logs?"),
    ],
)
def test_a_folder_that_is_not_that_of_the_logs(
    logs: Path, call: Call, tmp_path: Path, folder: str, words: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "around").mkdir()
    shutil.copytree(logs, tmp_path / "around/checkout/logs")
    runs = tmp_path / "runs"
    said = call("import", "mmtrusteval", tmp_path / folder, "--model", "m", "--log-dir", runs)
    assert said.code == 2
    assert words.format(root=tmp_path) in said.err
    assert not runs.exists()


def test_a_byte_order_mark_is_passed_over(logs: Path, tmp_path: Path) -> None:
    path = PLACES[ONE[0]].log(logs, "m")
    path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())
    assert import_logs(logs, "m", tmp_path / "runs").tasks == ("T.5",)


UNREAD = "rule_match_and_score_eval:pred_no_op"


@pytest.mark.parametrize("numbers", [[math.nan, 50.0], [math.nan], [-100.0, 100.0]])
def test_a_flow_of_which_no_number_was_read_is_listed_as_nan(
    tmp_path: Path, numbers: list[float]
) -> None:
    write_logs(tmp_path / "logs", "m", 1, samples=6, ids=["confaide-text"])
    path = PLACES["confaide-text"].log(tmp_path / "logs", "m")
    log = json.loads(path.read_text(encoding="utf-8"))
    for row, sample in enumerate(log["per_sample_results"]):
        sample[UNREAD] = numbers[row % len(numbers)]
    path.write_text(json.dumps(log), encoding="utf-8")
    found = import_logs(tmp_path / "logs", "m", tmp_path / "runs")
    assert not [p for p in found.problems if p.severity == "fatal"]
    scores = [
        score
        for record in load_run(found.folder)[1]
        for score in record.scores
        if f"{score.scorer}:pred_no_op" == UNREAD
    ]
    assert len(scores) == 6
    for row, score in enumerate(scores):
        number = numbers[row % len(numbers)]
        assert (score.value, score.unscored) == (
            (None, "unparsed") if math.isnan(number) else (number, None)
        )


@pytest.mark.parametrize("number", [math.inf, -100.5, "50", None, True])
def test_no_other_value_is_a_number_of_a_flow(tmp_path: Path, number: object) -> None:
    write_logs(tmp_path / "logs", "m", 1, samples=6, ids=["confaide-text"])
    path = PLACES["confaide-text"].log(tmp_path / "logs", "m")
    log = json.loads(path.read_text(encoding="utf-8"))
    for sample in log["per_sample_results"]:
        sample[UNREAD] = number
    path.write_text(json.dumps(log), encoding="utf-8")
    with pytest.raises(LogsRejectedError, match="expected a number from -100 to 100"):
        import_logs(tmp_path / "logs", "m", tmp_path / "runs")


REJECTED = ("{}", "", "[1]", '{"total_results": {}, "per_sample_results": null}')


@pytest.mark.parametrize("content", REJECTED)
@pytest.mark.parametrize("beside", [False, True])
def test_a_malformed_log_ends_with_one_whatever_lies_beside_it(
    tmp_path: Path, call: Call, content: str, beside: bool
) -> None:
    logs, runs = tmp_path / "logs", tmp_path / "runs"
    write_logs(logs, "m", 1, samples=6, ids=[*ONE, *(["dt-text"] if beside else [])])
    path = PLACES[ONE[0]].log(logs, "m")
    path.write_text(content)
    words = ("import", "mmtrusteval", logs, "--model", "m", "--log-dir", runs, "--no-report")
    said, document = call(*words), call(*words, "--json")
    assert (said.code, document.code) == (1, 1)
    where = str(path.relative_to(logs))
    assert where in said.err
    told = json.loads(document.out)
    fatal = [p for p in told["problems"] if p["severity"] == "fatal"]
    assert [p["file"] for p in fatal] == [where]
    assert told.keys() == {"folder", "report", "records", "tasks", "problems", "summary"}
    assert (told["folder"] is None) == (told["summary"] is None) == (not beside)
    assert told["records"] == (6 if beside else 0)
    assert runs.exists() == beside


def test_only_malformed_logs_are_told_with_their_reason(logs: Path, tmp_path: Path) -> None:
    PLACES[ONE[0]].log(logs, "m").write_text("{}")
    with pytest.raises(LogsRejectedError, match=r"(?s)no log of 'm'.*another version") as raised:
        import_logs(logs, "m", tmp_path / "runs")
    assert raised.value.exit_code == 1
    assert [p.severity for p in raised.value.problems].count("fatal") == 1


def test_slashes_behind_the_name_of_a_model_are_passed_over(logs: Path, tmp_path: Path) -> None:
    found = import_logs(logs, "m//", tmp_path / "runs")
    assert found.folder == import_logs(logs, "m", tmp_path / "runs").folder


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("per_sample_results", None, "expected a list, got None"),
        ("per_sample_results", {"0": {}}, "expected a list, got {'0'"),
        ("total_results", [], "expected an object, got []"),
        ("total_results", "0.5", "expected an object, got '0.5'"),
    ],
)
def test_a_part_of_another_type_is_named(
    logs: Path, tmp_path: Path, field: str, value: object, words: str
) -> None:
    path = PLACES[ONE[0]].log(logs, "m")
    log = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(log | {field: value}), encoding="utf-8")
    with pytest.raises(LogsRejectedError) as raised:
        import_logs(logs, "m", tmp_path / "runs")
    fatal = [p for p in raised.value.problems if p.severity == "fatal"]
    assert [p.field for p in fatal] == [field]
    assert words in fatal[0].message


@pytest.mark.parametrize("digits", [25, 4_300, 5_001])
def test_a_number_of_any_length_is_read(logs: Path, tmp_path: Path, digits: int) -> None:
    path = PLACES[ONE[0]].log(logs, "m")
    log = json.loads(path.read_text(encoding="utf-8"))
    log["per_sample_results"][0]["label"] = "NUMBER"
    path.write_text(json.dumps(log).replace('"NUMBER"', "7" * digits), encoding="utf-8")
    found = import_logs(logs, "m", tmp_path / "runs")
    assert "7" * digits in {record.target for record in load_run(found.folder)[1]}


TRACED = {
    "<think>no no</think>yes": "yes",
    "<think>Does it fit?</think>\n\n[No]": "no",
    "<reasoning>yes</reasoning>No.": "no",
    "no, they differ. Or not?</think>Yes": "yes",
    "<think>yes, yes": None,
    "<|channel|>analysis<|message|>No?<|end|><|channel|>final<|message|>Yes": "yes",
}
"""A judge's reply -> its verdict."""


def test_a_logged_judges_trace_is_taken_apart_as_a_live_judges(logs: Path, tmp_path: Path) -> None:
    path = PLACES[ONE[0]].log(logs, "m")
    log = json.loads(path.read_text(encoding="utf-8"))
    for sample, reply in zip(log["per_sample_results"], TRACED, strict=True):
        sample["chatmodel_eval:pred_no_op"] = reply
    path.write_text(json.dumps(log), encoding="utf-8")
    found = import_logs(logs, "m", tmp_path / "runs", protocol="corrected")
    values = [
        score.value
        for record in load_run(found.folder)[1]
        for score in record.scores
        if score.scorer == "verdict"
    ]
    assert values == [{"yes": 1.0, "no": 0.0, None: None}[said] for said in TRACED.values()]
    live = [read_verdict(split_reasoning(reply)[0]) for reply in TRACED]
    assert live == list(TRACED.values())


def test_another_content_is_another_run(tmp_path: Path) -> None:
    """Of S.4 the totals are not used: the lists alone tell the two apart."""
    logs, name = tmp_path / "logs", "typographic-prompt"
    write_logs(logs, "m", 1, samples=6, ids=[name])
    first, before = brought_in(logs, "m", tmp_path / "runs")
    path = PLACES[name].log(logs, "m")
    log = json.loads(path.read_text(encoding="utf-8"))
    for sample in log["per_sample_results"]:
        sample["harmbenchmodel_eval:pred_no_op"] = 1
    path.write_text(json.dumps(log), encoding="utf-8")
    second, after = brought_in(logs, "m", tmp_path / "runs")
    assert results(before)[name]["suc_rate"] != 1.0
    assert results(after)[name]["suc_rate"] == 1.0
    assert second.folder != first.folder
    assert read(first.folder) == before


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("g-text-misleading", "chatmodel_eval->rule_yes_or_no_eval:pred_mean"),
        ("vispr-recognition", "rule_yes_or_no_eval:accuracy_score"),
        ("typographic-prompt", "harmbenchmodel_eval:pred_mean"),
        ("coco-o-sketch", "chatmodel_score->rule_yes_or_no_eval:pred_mean"),
    ],
)
def test_a_total_that_its_own_samples_deny_is_noted_and_kept(
    tmp_path: Path, name: str, key: str
) -> None:
    write_logs(tmp_path, "m", 1, samples=6, ids=[name])
    assert notes_on_totals(tmp_path) == []
    path = PLACES[name].log(tmp_path, "m")
    log = json.loads(path.read_text(encoding="utf-8"))
    total = log["total_results"][key]
    log["total_results"][key] = other = 0.9375 if total < 0.9 else 0.0625
    path.write_text(json.dumps(log), encoding="utf-8")
    (note,) = notes_on_totals(tmp_path)
    assert (note.field, note.severity) == (key, "note")
    assert f"{other:g} came, and its own samples give {total:g}" in note.message
    assert notes_on_totals(tmp_path) == [note], "an import that is there already says so again"


def notes_on_totals(logs: Path) -> list[Problem]:
    problems = import_logs(logs, "m", logs / "runs").problems
    return [problem for problem in problems if "its own samples" in problem.message]


def test_an_import_that_was_killed_is_finished_by_the_next(tmp_path: Path) -> None:
    ids = ("subjective-preference-plain-text", *ONE)
    write_logs(tmp_path / "logs", "m", 1, samples=1_000, ids=ids)
    whole, wanted = brought_in(tmp_path / "logs", "m", tmp_path / "whole")
    begun = tmp_path / "runs" / whole.folder.name
    killed = subprocess.Popen(
        [PROGRAM, "import", "mmtrusteval", "logs", "--model", "m", "--log-dir", "runs"],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for(begun / "run.sqlite-wal", 200_000)
    killed.kill()
    assert killed.wait() == -9
    assert not (begun / "complete.json").exists()
    assert 0 < len(read(begun).tasks) <= 2
    found, summary = brought_in(tmp_path / "logs", "m", tmp_path / "runs")
    assert found.folder == begun
    assert found.records == whole.records
    assert (begun / "complete.json").is_file()
    assert results(summary) == results(wanted)
    assert summary.tree == wanted.tree


def wait_for(path: Path, size: int) -> None:
    deadline = time.monotonic() + 60
    while not path.exists() or path.stat().st_size < size:
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_the_same_logs_are_written_once(logs: Path, tmp_path: Path) -> None:
    first, before = brought_in(logs, "m", tmp_path / "runs")
    files = {path.name for path in first.folder.iterdir()}
    again, after = brought_in(logs, "m", tmp_path / "runs")
    assert again == first
    assert after == before
    assert {path.name for path in again.folder.iterdir()} == files
    shutil.rmtree(first.folder)
    assert brought_in(logs, "m", tmp_path / "runs")[0].folder == first.folder
