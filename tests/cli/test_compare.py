"""`multitrust compare`: what it prints and writes, and how it ends on what cannot be compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]


@pytest.fixture
def run(call: Call, tmp_path: Path) -> Callable[..., Path]:
    """`run("mock/saint")`: the folder of a short run of T.5 to T.7."""

    def begin(model: str, *more: object) -> Path:
        logs = tmp_path / "logs"
        before = set(logs.iterdir()) if logs.exists() else set()
        asked = ("--model", model, "--tasks", "T.M", "--limit", 8, "--log-dir", logs)
        assert call("run", *asked, "--no-report", "--display", "none", *more).code == 0
        (folder,) = set(logs.iterdir()) - before
        return folder

    return begin


def test_two_runs_are_compared_over_the_same_samples(call: Call, run: Callable[..., Path]) -> None:
    said = call("compare", run("mock/wretch"), run("mock/saint"))
    assert (said.code, said.err) == (0, "")
    assert "> mock/saint" in said.out
    assert said.out.index("> mock/saint") < said.out.index("> mock/wretch")
    assert "from mock/wretch to mock/saint, in points" in said.out
    assert "records are of the same samples" in said.out


def test_json_is_one_document_and_nothing_else(call: Call, run: Callable[..., Path]) -> None:
    folders = [run("mock/wretch"), run("mock/saint")]
    said = call("compare", *folders, "--json", "--with", "published")
    document = json.loads(said.out)
    assert document["kind"] == "embedded data with the corrected protocol"
    (pair,) = document["pairs"]
    changes = {change["name"]: change["estimate"] for change in pair["changes"]}
    assert set(changes) == {"overall", "truthfulness", "T.M", "T.5", "T.6", "T.7"}
    assert changes["T.M"]["low"] > 0
    assert {change["basis"] for change in pair["changes"]} == {"paired"}
    assert pair["shared"] > 0
    assert {change["task"] for change in pair["paired"]} == {"T.5", "T.6", "T.7"}
    assert len(document["published"]) == 43
    assert all(board["reason"] for board in document["boards"])


def test_runs_are_called_as_the_user_says(
    call: Call, run: Callable[..., Path], tmp_path: Path
) -> None:
    folders, page = [run("mock/wretch"), run("mock/saint")], tmp_path / "page.html"
    named = ("--name", "before", "--name", "after the fix")
    said = call("compare", *folders, *named, "--output", page)
    assert (said.code, said.err) == (0, "")
    assert "from before to after the fix, in points" in said.out
    assert "before: run " in said.out
    assert "<h1>before, after the fix</h1>" in page.read_text(encoding="utf-8")
    document = json.loads(call("compare", *folders, *named, "--json").out)
    assert [run["name"] for run in document["runs"]] == ["before", "after the fix"]
    assert [s["model"] for s in document["sources"]] == ["mock/wretch", "mock/saint"]
    few = call("compare", *folders, "--name", "before")
    assert few.code == 2
    assert "1 name for 2 runs: give --name once for each run" in few.err
    assert few.out == ""


def test_runs_of_other_limits_and_seeds_are_compared_over_what_they_share(
    call: Call, run: Callable[..., Path]
) -> None:
    whole = run("mock/saint")
    limited = json.loads(call("compare", whole, run("mock/wretch", "--limit", 3), "--json").out)
    (pair,) = limited["pairs"]
    assert 0 < pair["shared"] == pair["records"][1] < pair["records"][0]
    assert {change["basis"] for change in pair["changes"]} == {"paired"}
    seeded = json.loads(call("compare", whole, run("mock/wretch", "--seed", 9), "--json").out)
    (pair,) = seeded["pairs"]
    assert pair["shared"] < pair["records"][0] == pair["records"][1]
    overall = pair["changes"][0]
    assert overall["name"] == "overall"
    assert overall["basis"] in ("independent", "partly paired")
    assert overall["estimate"]["value"] < 0


def test_a_run_on_embedded_data_has_no_rank_among_published_models(
    call: Call, run: Callable[..., Path], tmp_path: Path
) -> None:
    page = tmp_path / "board.html"
    said = call("compare", run("mock/saint"), "--with", "published", "--output", page)
    assert said.code == 0
    words = " ".join(said.out.split())
    assert "made on embedded data with the corrected protocol: not on the scale" in words
    assert all(name in said.out for name in ("GPT-4-Turbo", "mPLUG-Owl"))
    assert said.out.splitlines()[-1] == f"page: {page}"
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "mock/saint</b> has no rank" in text


def test_a_page_is_written_only_where_it_is_asked_for(
    call: Call, run: Callable[..., Path], tmp_path: Path
) -> None:
    folder = run("mock/saint")
    before = sorted(tmp_path.rglob("*"))
    assert call("compare", folder).code == 0
    assert sorted(tmp_path.rglob("*")) == before
    said = call("compare", folder, "--output", tmp_path / "no" / "page.html")
    assert said.code == 1
    assert "page.html" in said.err


def test_runs_of_different_protocol_end_with_2(
    call: Call, run: Callable[..., Path], tmp_path: Path
) -> None:
    one, two = run("mock/saint"), run("mock/wretch")
    manifest = two / "manifest.json"
    fields = json.loads(manifest.read_text()) | {"protocol": "official", "definitions": {}}
    fields["origin"]["name"] = "official"
    manifest.write_text(json.dumps(fields))
    said = call("compare", one, two)
    assert said.code == 2
    assert "embedded data with the corrected protocol" in said.err
    assert "official data with the official protocol" in said.err
    assert said.out == ""


def test_runs_are_tested_for_being_equivalent(
    call: Call, run: Callable[..., Path], tmp_path: Path
) -> None:
    saint, wretch, page = run("mock/saint"), run("mock/wretch"), tmp_path / "page.html"
    said = call("compare", saint, wretch, "--equivalence", 2)
    assert (said.code, said.err) == (3, "")
    assert said.out.splitlines()[-1] == "within ±2 points: different"
    said = call("compare", saint, saint, "--equivalence", 2, "--output", page)
    assert said.code == 4
    assert "within ±2 points: not enough evidence" in said.out
    assert "Within ±2 points: not enough evidence" in page.read_text(encoding="utf-8")
    said = call("compare", saint, saint, "--equivalence", 60, "--json")
    assert said.code == 0
    (pair,) = json.loads(said.out)["pairs"]
    assert pair["equivalence"]["overall"]["finding"]["verdict"] == "equivalent"
    assert call("compare", saint, wretch, MULTITRUST_EQUIVALENCE="2").code == 3


def test_one_run_is_equivalent_to_nothing(call: Call, run: Callable[..., Path]) -> None:
    said = call("compare", run("mock/saint"), "--equivalence", 2)
    assert said.code == 2
    assert "name two runs" in said.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["compare"], 2, "Missing argument 'RUN...'"),
        (["compare", "{empty}"], 1, "holds no run"),
        (["compare", "{empty}/nothing"], 1, "holds no run"),
        (["compare", "{empty}", "--equivalence", "0"], 2, "0<x<=100"),
        (["compare", "{empty}", "--equivalence", "two"], 2, "not a valid float"),
        (["compare", "{empty}", "--with", "publisht"], 2, "'publisht' is not 'published'"),
    ],
)
def test_what_cannot_be_compared_is_told(
    call: Call, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    said = call(*(text.format(empty=tmp_path) for text in arguments))
    assert said.code == code
    assert words in said.err
    assert said.out == ""
