"""Imported runs against each other: each keeps the totals of its own logs."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.official.logs import write_logs

from multitrust.core import ConfigError
from multitrust.interop import import_logs
from multitrust.report import Entry, compare, summarise
from multitrust.run import load_run
from multitrust.tasks import tasks_of

ID, KEY = "g-text-misleading", "chatmodel_eval->rule_yes_or_no_eval:pred_mean"


def entry(logs: Path, model: str, runs: Path) -> Entry:
    manifest, records = load_run(import_logs(logs, model, runs).folder)
    tasks = tasks_of(manifest)
    found = summarise(manifest, records, tasks)
    return Entry(manifest=manifest, records=records, tasks=tasks, summary=found)


def test_a_paired_change_is_that_of_both_logs_totals(tmp_path: Path) -> None:
    write_logs(tmp_path, "one", 1, ids=[ID])
    folder = tmp_path / "truthfulness/t5-text-misleading"
    shutil.copytree(folder / "one", folder / "two")
    path = folder / "two" / f"{ID}.json"
    log = json.loads(path.read_text(encoding="utf-8"))
    before = log["total_results"][KEY]
    log["total_results"][KEY] = after = (before + 0.25) % 1
    path.write_text(json.dumps(log), encoding="utf-8")
    runs = tmp_path / "runs"
    (pair,) = compare([entry(tmp_path, "one", runs), entry(tmp_path, "two", runs)], ()).pairs
    (change,) = pair.paired
    assert change.task == "T.5"
    assert change.estimate.value == pytest.approx(100 * (after - before), abs=0.02)


OWN: dict[str, Any] = {}
THEIRS: dict[str, Any] = {"wording": "ab" * 32, "original_wording": True}


@pytest.mark.parametrize(
    ("one", "two", "alike"),
    [
        (None, None, True),
        (None, THEIRS, True),
        (None, OWN, False),
        (None, {"wording": "ab" * 32}, False),
        (THEIRS, THEIRS, True),
        (THEIRS, {"wording": "ab" * 32}, True),
        (THEIRS, {"wording": "cd" * 32, "original_wording": True}, False),
        (THEIRS, OWN, False),
        (OWN, OWN, True),
        (OWN, {"wording": "cd" * 32}, False),
    ],
)
def test_runs_are_compared_if_they_are_in_the_same_words(
    tmp_path: Path, one: dict[str, Any] | None, two: dict[str, Any] | None, alike: bool
) -> None:
    """None stands for an imported run, which is in the original's words."""
    write_logs(tmp_path, "one", 1, ids=[ID])
    imported = entry(tmp_path, "one", tmp_path / "runs")
    assert imported.manifest.original_wording

    def made(words: dict[str, Any] | None) -> Entry:
        if words is None:
            return imported
        fields = {"wording": "", "original_wording": False, **words}
        return replace(imported, manifest=replace(imported.manifest, **fields))

    for pair in ((one, two), (two, one)):
        if alike:
            compare([made(words) for words in pair])
        else:
            with pytest.raises(ConfigError, match="compare runs of one kind"):
                compare([made(words) for words in pair])
