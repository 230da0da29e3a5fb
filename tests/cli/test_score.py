"""`multitrust score`: whom it asks, what it writes down, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.official.fixture import make_fixture

from multitrust.run import load_run

Call = Callable[..., Any]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented copy of the official data, which no test changes."""
    return make_fixture(tmp_path_factory.mktemp("data"), rows=2).root


def folder_of(said: Any) -> Path:
    return Path(json.loads(said.out)["folder"])


@pytest.fixture
def embedded(call: Call, tmp_path: Path) -> Path:
    """A run on embedded data, where no scorer asks a model."""
    flags = ("--tasks", "T.7", "--limit", 2, "--log-dir", tmp_path / "runs", "--json")
    return folder_of(call("run", "--model", "mock/yes-sayer", *flags))


@pytest.fixture
def official(call: Call, data: Path, tmp_path: Path) -> Path:
    """A run of T.5 and T.6 on official data; a judge rates the answers to T.5."""
    where = ("--origin", "official", "--data-root", data, "--protocol", "official", "--json")
    flags = ("--tasks", "T.5,T.6", "--log-dir", tmp_path / "runs")
    return folder_of(call("run", "--model", "mock/yes-sayer", *flags, *where))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize(
    "flags",
    [
        ["--judge", "SERVER"],
        ["--model-role", "harm=SERVER"],
        ["--judge", "SERVER", "--model-role", "action=SERVER", "--json"],
        ["--judge", "{model: SERVER, timeout: 3}", "--offline"],
    ],
)
def test_models_that_nothing_asks_are_refused_before_anything_is_changed(
    call: Call, stub: Callable[..., Any], embedded: Path, flags: list[str]
) -> None:
    server = stub()
    before = contents(embedded)
    said = call("score", embedded, *(flag.replace("SERVER", f"{server.url}#j") for flag in flags))
    assert said.code == 2
    assert "has nothing to ask a model in the role" in said.err
    assert "they ask no model" in said.err
    if "--json" in flags:
        assert "has nothing to ask" in json.loads(said.out)["failures"][0]["reason"]
    else:
        assert said.out == ""
    assert contents(embedded) == before
    assert server.requests == []


def test_only_models_that_were_asked_are_written_down(call: Call, official: Path) -> None:
    asked = ("--judge", "mock/yes-sayer", "--model-role", "harm=mock/echo")
    said = call("score", official, *asked, "--json")
    assert said.code == 0
    assert "not asked: harm; no scorer of this run needs it" in said.err
    (judge,) = load_run(official)[0].scored_by.values()
    assert judge.name == "mock/yes-sayer"
    before = contents(official)
    said = call("score", official, "--model-role", "harm=mock/echo")
    assert said.code == 2
    assert "they ask: judge" in said.err
    assert contents(official) == before


def test_a_run_without_a_response_has_nothing_to_judge(
    call: Call, data: Path, stub: Callable[..., Any], tmp_path: Path
) -> None:
    server = stub(*["400"] * 9)
    where = ("--origin", "official", "--data-root", data, "--protocol", "official", "--json")
    said = call(
        "run", "--model", f"{server.url}#x", "--tasks", "T.5", "--log-dir", tmp_path / "r", *where
    )
    assert said.code == 1
    assert call("score", folder_of(said), "--judge", "mock/yes-sayer").code == 2


def test_a_headline_that_is_still_missing_ends_with_1(call: Call, official: Path) -> None:
    said = call("score", official)
    assert said.code == 1
    assert "no headline could be computed for T.5" in said.err
    assert "! no headline, needs a judge" in said.out
    assert call("score", official, "--judge", "mock/no-sayer").code == 0
