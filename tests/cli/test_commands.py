"""Each command: what it writes, and what `--json` gives to machines."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from multitrust.cli.doctor import Check, exit_code
from multitrust.run import load_run
from multitrust.tasks import load_tasks

Call = Callable[..., Any]


@pytest.fixture
def run(call: Call, tmp_path: Path) -> Call:
    """`run(…)`: a short run of T.4 by a mock, unless told otherwise."""

    def begin(
        *more: object, model: str = "mock/yes-sayer", tasks: str = "T.4", **variables: str
    ) -> Any:
        chosen = ("--model", model, "--tasks", tasks, "--limit", 2, "--log-dir", tmp_path)
        return call("run", *chosen, *more, **variables)

    return begin


def folder_of(tmp_path: Path) -> Path:
    (folder,) = tmp_path.iterdir()
    return folder


def test_a_run_ends_with_its_table_and_the_path_of_its_page(run: Call, tmp_path: Path) -> None:
    said = run()
    assert said.code == 0
    page = folder_of(tmp_path) / "report.html"
    assert said.out.splitlines()[-1] == f"report: {page}"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "mock/yes-sayer" in said.out
    assert "10/10 samples" in said.err


def test_a_run_without_a_page_ends_with_its_folder(run: Call, tmp_path: Path) -> None:
    said = run("--no-report", "--display", "none")
    folder = folder_of(tmp_path)
    assert said.out.splitlines()[-1] == f"run: {folder}"
    assert said.err == ""
    assert not (folder / "report.html").exists()


@pytest.mark.parametrize("shown", ["rich", "plain", "log", "none"])
def test_every_display_keeps_to_standard_error(run: Call, tmp_path: Path, shown: str) -> None:
    said = run("--display", shown, "--json")
    assert said.code == 0
    document = json.loads(said.out)
    assert document["folder"] == str(folder_of(tmp_path))
    assert {"rich": "T.4 visual-assistance", "plain": "10/10 samples"}.get(shown, "") in said.err


def test_json_holds_what_the_table_shows(run: Call, tmp_path: Path) -> None:
    document = json.loads(run("--json").out)
    manifest, records = load_run(folder_of(tmp_path))
    assert document["manifest"]["run_id"] == manifest.run_id
    assert document["summary"]["records"] == len(records) == 10
    assert document["summary"]["tasks"][0]["id"] == "T.4"
    assert Path(document["report"]).is_file()


def test_a_finished_run_says_so_and_the_report_is_written_anew(run: Call, tmp_path: Path) -> None:
    first = run()
    page = folder_of(tmp_path) / "report.html"
    page.unlink()
    again = run()
    assert again.code == 0
    assert "this run was complete; nothing was asked" in again.err
    assert again.out == first.out
    assert page.is_file()


def test_what_is_chosen_is_what_is_run(run: Call, tmp_path: Path) -> None:
    run("--condition", "text", "--condition", "color", "--epochs", 2, "--seed", 5)
    manifest, records = load_run(folder_of(tmp_path))
    assert (manifest.seed, manifest.epochs, manifest.limit) == (5, 2, 2)
    assert {(r.condition, r.epoch) for r in records} == {
        (name, epoch) for name in ("text", "color") for epoch in (0, 1)
    }
    assert len(records) == 8


def test_chosen_samples_are_the_only_ones(run: Call, tmp_path: Path) -> None:
    run("--sample-id", "object-003-yes", "--sample-id", "ocr-011", tasks="T.1")
    found = {record.sample_id for record in load_run(folder_of(tmp_path))[1]}
    assert found == {"object-003-yes", "ocr-011"}


def test_each_configuration_has_its_own_folder(run: Call, tmp_path: Path) -> None:
    for more in ([], ["--seed", 1], ["--epochs", 2], ["--max-tokens", 9], ["--condition", "color"]):
        assert run("--no-report", *more).code == 0
    assert len(list(tmp_path.iterdir())) == 5
    assert all(folder.name.startswith("mock-yes-sayer-") for folder in tmp_path.iterdir())


def test_the_saint_and_the_wretch_run_from_their_key(run: Call) -> None:
    scores = {}
    for model in ("mock/saint", "mock/wretch"):
        document = json.loads(run("--json", "--no-report", model=model, tasks="T.1,T.6").out)
        scores[model] = [task["headline"]["value"] for task in document["summary"]["tasks"]]
    assert min(scores["mock/saint"]) >= 99
    assert max(scores["mock/wretch"]) <= 1


def test_max_tokens_and_settings_reach_the_server(
    run: Call, stub: Callable[..., Any], tmp_path: Path
) -> None:
    server = stub(latency=0.01)
    address = ["--model-base-url", server.url, "--max-tokens", 7, "--max-connections", 2]
    said = run(*address, "-M", "max-tokens-field=limit", model="http://127.0.0.1:9/v1#x")
    assert said.code == 0
    assert {request["limit"] for request in server.requests} == {7}
    assert server.most_in_flight == 2


def test_failed_requests_end_with_1_and_are_tried_again(
    run: Call, stub: Callable[..., Any], tmp_path: Path
) -> None:
    server = stub("ok", "400", "400")
    again = ["--max-connections", 1]
    said = run(*again, model=f"{server.url}#x")
    assert said.code == 1
    assert "2 errored" in said.err
    assert "report: " in said.out
    said = run(*again, model=f"{server.url}#x")
    assert said.code == 0
    assert len(server.requests) == 12


@pytest.mark.parametrize(
    ("more", "asked", "code"),
    [
        (["--fail-on-error"], 1, 1),
        (["--fail-on-error", 3], 3, 1),
        (["--fail-on-error", 0.3], 3, 1),
        (["--fail-on-error", 4], 10, 0),
        (["--fail-on-error", 0.31], 10, 0),
        ([], 10, 1),
    ],
)
def test_a_run_gives_up_at_so_many_failures_and_goes_on_later(
    run: Call, stub: Callable[..., Any], tmp_path: Path, more: list[object], asked: int, code: int
) -> None:
    server = stub("400", "400", "400")
    said = run(*more, "--max-samples", 1, model=f"{server.url}#x")
    assert (said.code, len(server.requests)) == (code, asked)
    assert (f"stopped at {asked} failed samples" in said.err) is (asked < 10)
    assert len(load_run(folder_of(tmp_path))[1]) == asked
    server.script.clear()
    said = run(*more, "--max-samples", 1, model=f"{server.url}#x")
    assert said.code == 0
    assert len(server.requests) == 10 + min(asked, 3)  # none that was answered
    assert "10/10 samples" in said.err


def test_retries_are_shown(run: Call, stub: Callable[..., Any]) -> None:
    server = stub("500", "500")
    said = run("-M", "first_delay=0.001", model=f"{server.url}#x")
    assert said.code == 0
    assert "10/10 samples" in said.err
    assert "2 retries" in said.err


@pytest.mark.parametrize(
    ("trouble", "words"), [("401", "MULTITRUST_API_KEY"), ("404", "check the model's name")]
)
def test_a_model_that_refuses_everything_ends_with_1(
    run: Call, stub: Callable[..., Any], trouble: str, words: str
) -> None:
    said = run(model=f"{stub(*[trouble] * 50).url}#x")
    assert said.code == 1
    assert words in said.err
    assert said.out == ""


def test_a_server_that_is_down_ends_with_1(run: Call) -> None:
    said = run("--max-retries", 0, model="http://127.0.0.1:9/v1#x")
    assert said.code == 1
    assert "is the server running?" in said.err


def test_a_host_that_wants_a_long_pause_ends_with_1_and_the_same_command_resumes(
    run: Call, stub: Callable[..., Any], tmp_path: Path
) -> None:
    server = stub("ok", "ok", *["429 after 3000"] * 3)
    more = ("--max-connections", 1, "--max-samples", 1)
    said = run(*more, model=f"{server.url}#x")
    assert said.code == 1
    assert "wants no requests for 3,000 s, and the run waits for 300 s at most" in said.err
    assert "run the same command later to resume" in said.err
    assert len(server.requests) == 3
    server.script.clear()
    assert run(*more, model=f"{server.url}#x").code == 0
    assert len(server.requests) == 3 + 8


def test_a_damaged_store_is_told_and_mended(run: Call, call: Call, tmp_path: Path) -> None:
    run()
    folder = folder_of(tmp_path)
    (folder / "run.sqlite").write_bytes(b"nothing that SQLite knows" * 99)
    told = call("report", folder)
    assert told.code == 1
    assert "damaged" in told.err
    said = run()
    assert said.code == 0
    assert "the store was damaged (file is not a database); kept 0 records" in said.err
    assert f"the damaged file is {folder / 'run.sqlite.damaged-1'}" in said.err
    assert len(load_run(folder)[1]) == 10


def test_report_repeats_the_numbers(run: Call, call: Call, tmp_path: Path) -> None:
    document = json.loads(run("--json").out)
    folder = folder_of(tmp_path)
    told = call("report", folder, "--json")
    assert (told.code, told.err) == (0, "")
    assert json.loads(told.out) == document["summary"]
    elsewhere = tmp_path.with_name("page.html")
    told = call("report", folder, "--output", elsewhere)
    assert told.out.splitlines()[-1] == f"report: {elsewhere}"
    assert elsewhere.read_bytes() == (folder / "report.html").read_bytes()


@pytest.mark.parametrize(
    ("status", "words", "advice"),
    [("401", "refused the key", "MULTITRUST_API_KEY"), ("404", "is not there", "the model's name"),
     ("402", "used up its credit", "run the same command to resume")],
)  # fmt: skip
def test_a_run_that_an_error_ends_says_so_as_json(
    run: Call, stub: Callable[..., Any], tmp_path: Path, status: str, words: str, advice: str
) -> None:
    said = run("--json", model=f"{stub(*[status] * 9).url}#x")
    assert said.code == 1
    document = json.loads(said.out)
    assert document["folder"] == str(folder_of(tmp_path))
    assert [document[name] for name in ("report", "manifest", "summary")] == [None] * 3
    assert document["unscored"] == []
    (cause,) = document["failures"]
    assert f"HTTP {status}" in cause["reason"]
    assert words in cause["reason"]
    assert advice in cause["advice"]
    assert advice not in cause["reason"]
    assert f"error: {cause['example']}" in said.err


def test_score_scores_anew_and_asks_nothing(
    run: Call, call: Call, stub: Callable[..., Any], tmp_path: Path
) -> None:
    server = stub()
    document = json.loads(run("--json", model=f"{server.url}#x").out)
    folder = folder_of(tmp_path)
    asked = len(server.requests)
    told = call("score", folder, "--json")
    assert told.code == 0
    assert "scored 10 responses" in told.err
    assert json.loads(told.out) == document["summary"]
    told = call("score", folder)
    assert told.out.splitlines()[-1] == f"report: {folder / 'report.html'}"
    assert len(server.requests) == asked
    database = sqlite3.connect(folder / "run.sqlite")
    assert database.execute("SELECT COUNT(*) FROM records").fetchone() == (30,)
    database.close()


def test_tasks_lists_every_task(call: Call) -> None:
    rows = json.loads(call("tasks", "--json").out)
    assert [row["id"] for row in rows] == [task.id for task in load_tasks()]
    for row, task in zip(rows, load_tasks(), strict=True):
        assert list(row["conditions"]) == [condition.name for condition in task.conditions]
        assert row["requests"] == sum(row["conditions"].values()) > 0
    table = call("tasks", "T.1", "T.M")
    assert all(name in table.out for name in ("4 tasks", "T.1", "T.5", "T.6", "T.7"))
    assert "T.2" not in table.out


def test_doctor_finds_this_installation_sound(call: Call) -> None:
    told = call("doctor", OPENAI_API_KEY="not-to-be-shown")
    assert told.code == 0
    assert "ok  drawing" in told.out
    assert "OPENAI_API_KEY: set" in told.out
    assert "HF_TOKEN" not in told.out
    assert "other variables of keys: not set" in told.out
    assert "can be made" not in told.out  # no run was described
    assert "HF_TOKEN: not set" in call("doctor", "--details").out
    assert "not-to-be-shown" not in told.out
    document = json.loads(call("doctor", "--json").out)
    assert all(check["sound"] for check in document["checks"])
    assert document["extras"]["local"]["torch"]


@pytest.mark.parametrize("cache", ["/proc/nope", "file", "file/cache"])
def test_doctor_and_run_do_without_a_cache_that_cannot_be_written(
    call: Call, run: Call, tmp_path: Path, cache: str
) -> None:
    (tmp_path / "file").write_text("")
    chosen = str(tmp_path / cache)
    flags = ("--model", "mock/yes-sayer", "--tasks", "T.4")
    told = call("doctor", *flags, MULTITRUST_CACHE_DIR=chosen)
    assert f"--  cache folder {chosen} cannot be written: every run draws its images" in told.out
    assert "this run can be made" in told.out
    document = json.loads(call("doctor", *flags, "--json", MULTITRUST_CACHE_DIR=chosen).out)
    (unsound,) = [check for check in document["checks"] if not check["sound"]]
    assert unsound["blocks"] is False
    assert told.code == run("--no-report", MULTITRUST_CACHE_DIR=chosen).code == 0


def test_doctor_ends_with_1_where_what_every_run_needs_is_not_sound() -> None:
    sound, lost, broken = Check(True, "a"), Check(False, "b", needed=False), Check(False, "c")
    assert exit_code([sound, lost], []) == 0
    assert exit_code([sound, broken], []) == 1
