"""Logs of another run that are in the way of an export are never replaced."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.official.logs import write_logs

from multitrust.core import ConfigError
from multitrust.interop import export_logs, import_logs
from multitrust.interop.mmtrusteval.exporting import model_folder
from multitrust.interop.mmtrusteval.ownership import LISTING, list_logs
from multitrust.run.manifest import read_manifest

T5, P3 = "g-text-misleading", "confaide-text"
Make = Callable[..., Path]


@pytest.fixture
def run(tmp_path: Path) -> Make:
    """`run(1, [T5])`: a run of made-up logs, which depend on the seed."""

    def make(seed: int, ids: list[str], samples: int = 4) -> Path:
        logs = tmp_path / f"logs-{seed}-{'-'.join(ids)}-{samples}"
        write_logs(logs, "m", seed, samples=samples, ids=ids)
        return import_logs(logs, "m", tmp_path / "runs").folder

    return make


def content(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(run: Path, target: Path, model: str = "m") -> str:
    """The words with which an export is refused, which changes nothing."""
    before = content(target)
    with pytest.raises(ConfigError, match="Nothing was written") as error:
        export_logs(run, target, model)
    assert content(target) == before
    assert error.value.exit_code == 2
    return str(error.value)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (([T5], 4), ([T5], 4)),  # the same log, of another run
        (([T5], 6), ([T5], 2)),  # a smaller one over a fuller one
        (([T5], 2), ([T5, P3], 6)),  # a fuller one over a smaller one
        (([T5, P3], 4), ([T5], 4)),  # one of two, which would leave a mixture
        (([T5], 4), ([P3], 4)),  # beside it, which would be a mixture, too
    ],
)
def test_logs_of_another_run_are_left_alone(
    run: Make, tmp_path: Path, first: tuple[list[str], int], second: tuple[list[str], int]
) -> None:
    target = tmp_path / "out"
    one, two = run(1, *first), run(2, *second)
    export_logs(one, target)
    words = refused(two, target)
    assert read_manifest(two).run_id in words
    assert str(target) in words
    assert "/m/" in words
    assert "--model NAME" in words
    assert export_logs(two, target, "other").logs == len(second[0])
    assert export_logs(two, tmp_path / "elsewhere").logs == len(second[0])


def test_the_same_run_is_exported_again(run: Make, tmp_path: Path) -> None:
    folder, target = run(1, [T5, P3]), tmp_path / "out"
    export_logs(folder, target)
    before = content(target)
    assert export_logs(folder, target).logs == 2
    assert content(target) == before
    (target / LISTING).unlink()
    assert export_logs(folder, target).logs == 2
    assert content(target) == before


def test_a_run_that_was_scored_anew_replaces_its_own_logs_only(run: Make, tmp_path: Path) -> None:
    """Its logs are other bytes then; one that somebody changed is no log of this run any more."""
    folder, target = run(1, [T5]), tmp_path / "out"
    log = target / f"truthfulness/t5-text-misleading/m/{T5}.json"
    export_logs(folder, target)
    first = log.read_bytes()
    older = first.replace(b'"pred"', b'"earlier"')
    list_as_exported(target, folder, log, older)
    log.write_bytes(older)
    export_logs(folder, target)
    assert log.read_bytes() == first
    log.write_bytes(first + b" ")
    assert log.name in refused(folder, target)


def list_as_exported(target: Path, folder: Path, log: Path, older: bytes) -> None:
    """As if an earlier export of the run had written other content."""
    name = log.relative_to(target).as_posix()
    list_logs(target, read_manifest(folder), {name: older})


def test_the_logs_that_a_run_was_imported_from_are_not_replaced(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    write_logs(logs, "m", 1, samples=4, ids=[T5])
    (log,) = logs.rglob("*.json")
    log.write_text(json.dumps(json.loads(log.read_text("utf-8"))), "utf-8")
    found = import_logs(logs, "m", tmp_path / "runs")
    assert T5 in refused(found.folder, logs)


def test_another_run_of_the_same_configuration_is_another_run(run: Make, tmp_path: Path) -> None:
    folder, target = run(1, [T5]), tmp_path / "out"
    export_logs(folder, target)
    (log,) = target.rglob("*.json")
    log.write_bytes(b"other answers")
    twin = replace(read_manifest(folder), created="2030-01-01T00:00:00+00:00")
    list_logs(target, twin, {log.relative_to(target).as_posix(): log.read_bytes()})
    refused(folder, target)


def test_names_that_become_one_folder_do_not_mix(run: Make, tmp_path: Path) -> None:
    one, two, target = run(1, [T5]), run(2, [T5]), tmp_path / "out"
    export_logs(one, target, "org/model")
    assert "'org-model'" in refused(two, target, "org model")


def test_logs_of_other_models_are_not_in_the_way(run: Make, tmp_path: Path) -> None:
    one, two, target = run(1, [T5]), run(2, [T5]), tmp_path / "out"
    export_logs(one, target, "a")
    before = content(target / "truthfulness")
    export_logs(two, target, "b")
    assert before.items() <= content(target / "truthfulness").items()
    assert export_logs(one, target, "a").logs == 1


@pytest.mark.parametrize("name", [".", "..", "...", "/..", "../.."])
def test_a_name_of_dots_is_no_name(name: str) -> None:
    if set(name) == {"."}:
        with pytest.raises(ConfigError, match="--model NAME"):
            model_folder(name)
    else:
        assert "/" not in model_folder(name)


def test_a_target_that_is_a_file_is_told(run: Make, tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("mine")
    with pytest.raises(OSError, match="out"):
        export_logs(run(1, [T5]), target)
    assert target.read_text() == "mine"
