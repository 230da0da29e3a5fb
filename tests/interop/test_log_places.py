"""Logs that are there under another name or in another place are named with the one expected."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.official.logs import write_logs
from tests.official.spec import load_spec, run_places

from multitrust.core import ConfigError
from multitrust.data.official import Problem
from multitrust.interop import import_logs

Call = Callable[..., Any]
PLACES = {place.id: place for place in run_places(load_spec())}
LOST, KEPT = "dt-text", "g-text-misleading"
EXPECTED = "robustness/r3-ood-text/m/dt-text.json"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """The logs of two dataset ids of a model."""
    write_logs(tmp_path / "logs", "m", 1, samples=6, ids=(LOST, KEPT))
    assert (tmp_path / "logs" / EXPECTED).is_file()
    return tmp_path / "logs"


def move(path: Path, name: str) -> str:
    """Move a log to another path below the folder of the logs; gives that path."""
    target = path.parents[3] / name
    target.parent.mkdir(parents=True, exist_ok=True)
    path.rename(target)
    return name


TASK = "robustness/r3-ood-text"
ELSEWHERE = [
    f"{TASK}/m/dt-text.JSON",
    f"{TASK}/m/DT-Text.json",
    f"{TASK}/m/dt-text (1).json",
    f"{TASK}/m/dt-text copy.json",
    f"{TASK}/m/dt_text.json",
    f"{TASK}/m/dt-text.json.bak",
    f"{TASK}/m/dt-text.jsonl",
    f"{TASK}/m/dt-text",
    f"{TASK}/m/sub/dt-text.json",
    f"{TASK}/M/dt-text.json",
    f"{TASK}/dt-text.json",
    "robustness/R3-OOD-text/m/dt-text.json",
    "Robustness/r3-ood-text/m/dt-text.json",
    "truthfulness/t5-text-misleading/m/dt-text.json",
    "backup/robustness/r3-ood-text/m/dt-text.json",
    "m/robustness/r3-ood-text/dt-text.json",
]


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_log_that_lies_elsewhere_is_named_with_its_place(
    logs: Path, tmp_path: Path, name: str
) -> None:
    move(logs / EXPECTED, name)
    found = import_logs(logs, "m", tmp_path / "runs")
    assert found.tasks == ("T.5",)
    assert hints(found.problems) == {name: EXPECTED}


def hints(problems: tuple[Problem, ...]) -> dict[str, str]:
    """The logs that were meant, by the files that were named."""
    asked = " did you mean "
    return {
        p.file: p.message.partition(asked)[2].rstrip("?") for p in problems if asked in p.message
    }


def test_a_packed_log_is_named(logs: Path, call: Call, tmp_path: Path) -> None:
    path = logs / EXPECTED
    path.with_suffix(".json.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    words = ("import", "mmtrusteval", logs, "--model", "m", "--log-dir", tmp_path / "runs")
    said, document = call(*words, "--no-report"), call(*words, "--no-report", "--json")
    assert (said.code, document.code) == (0, 0)
    assert f"note: {EXPECTED}.gz: " in said.err
    assert f"did you mean {EXPECTED}?" in said.err
    told = [p for p in json.loads(document.out)["problems"] if p["file"] == f"{EXPECTED}.gz"]
    assert [p["message"].endswith(f"did you mean {EXPECTED}?") for p in told] == [True]


@pytest.mark.parametrize(
    ("beside", "named"),
    [
        ("dt-text (1).json", True),
        ("dt-text-related-image.json", True),
        ("._dt-text.json", True),
        ("dt-text.json.bak", False),
        ("dt-text.JSON", False),
        (".DS_Store", False),
        ("notes.txt", False),
    ],
)
def test_nothing_is_meant_where_the_log_is_there(
    logs: Path, tmp_path: Path, beside: str, named: bool
) -> None:
    (logs / TASK / "m" / beside).write_text("{}")
    found = import_logs(logs, "m", tmp_path / "runs")
    told = [p for p in found.problems if p.file == f"{TASK}/m/{beside}"]
    assert len(told) == named
    assert f"{TASK}/m/dt-text.json" not in hints(found.problems).values()


def test_a_dataset_id_that_is_never_run_is_not_taken_for_another(
    logs: Path, tmp_path: Path
) -> None:
    folder = logs / "privacy/p4-pii-query/m"
    folder.mkdir(parents=True)
    (folder / "celebrities-email-name-occupation.json").write_text("{}")
    assert hints(import_logs(logs, "m", tmp_path / "runs").problems) == {}


def test_another_models_logs_are_not_named(logs: Path, tmp_path: Path) -> None:
    write_logs(logs, "n", 1, samples=6, ids=[LOST])
    (logs / EXPECTED).unlink()
    found = import_logs(logs, "m", tmp_path / "runs")
    assert not [p for p in found.problems if "/n/" in p.file]
    assert hints(found.problems) == {}


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (Path.mkdir, "a folder is in its place"),
        (lambda path: path.symlink_to("nowhere"), "a link that leads nowhere is in its place"),
    ],
)
def test_what_lies_in_the_place_of_a_log_is_told(
    logs: Path, call: Call, tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    (logs / EXPECTED).unlink()
    make(logs / EXPECTED)
    said = call(
        "import", "mmtrusteval", logs, "--model", "m", "--log-dir", tmp_path / "runs", "--no-report"
    )
    assert said.code == 1
    assert f"fatal: {EXPECTED}: {words}" in said.err
    assert "6 samples, 1 of 32 tasks complete" in said.out


def test_a_model_in_another_case_is_asked_for(logs: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"did you mean --model m\?") as raised:
        import_logs(logs, "M", tmp_path / "runs")
    assert f"did you mean {TASK}/M/dt-text.json" in str(raised.value)


def test_only_misnamed_logs_are_named_where_none_is_read(logs: Path, tmp_path: Path) -> None:
    for path in (logs / EXPECTED, PLACES[KEPT].log(logs, "m")):
        path.rename(path.with_suffix(".JSON"))
    with pytest.raises(ConfigError, match=r"no usable log of 'm'") as raised:
        import_logs(logs, "m", tmp_path / "runs")
    assert f"did you mean {EXPECTED}?" in str(raised.value)
    assert raised.value.exit_code == 2
