"""Imported runs against each other: each keeps the totals of its own logs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.official.logs import write_logs

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
