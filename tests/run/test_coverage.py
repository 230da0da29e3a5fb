"""How much of a run was asked: the manifest says which samples, the records which are there."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from multitrust.core import Manifest, ModelIdentity, Record, Task
from multitrust.run import RunConfig, count_asked, make_manifest, plan
from multitrust.run.local import NullModel
from multitrust.tasks import select_tasks

TASKS = select_tasks(["T.6", "P.2"])
SMALL: dict[str, Any] = {"limit": 3}
Change = Callable[[Manifest], Manifest]


def asked(**more: Any) -> tuple[Manifest, list[Record]]:
    """The manifest of a configuration, and a record of everything that it asks."""
    model = NullModel(ModelIdentity(name="m"))
    config = RunConfig(model=model, tasks=TASKS, folder=Path("none"), **more)
    records = [
        Record(task=e.task.id, condition=e.condition.name, sample_id=e.sample.id, epoch=e.epoch)
        for e in plan(config)
    ]
    return make_manifest(config), records


def mark(folder: Path, total: object) -> None:
    (folder / "complete.json").write_text(json.dumps({"progress": {"total": total}}))


def some_ids() -> tuple[str, ...]:
    return tuple(record.sample_id for record in asked(**SMALL)[1][:2])


@pytest.mark.parametrize(
    "more",
    [
        {}, {"limit": 1}, {"limit": 5, "epochs": 2}, {"limit": 10**6}, {"conditions": ("within",)},
        {"sample_ids": some_ids()}, {"sample_ids": some_ids(), "limit": 1, "epochs": 3},
    ],
)  # fmt: skip
def test_what_a_complete_run_has_is_what_its_plan_asks(
    tmp_path: Path, more: dict[str, Any]
) -> None:
    manifest, records = asked(**more)
    assert count_asked(tmp_path, manifest, TASKS, records) == ()
    short = {(c.task, c.condition): c for c in count_asked(tmp_path, manifest, TASKS, records[1:])}
    first = short.pop((records[0].task, records[0].condition))
    assert first.asked + 1 == first.expected
    assert all(count.whole for count in short.values())
    nothing = count_asked(tmp_path, manifest, TASKS, [])
    assert sum(count.expected or 0 for count in nothing) == len(records)
    assert not any(count.asked for count in nothing)


@pytest.mark.parametrize("total", ["many", None, 1, 10**6])
def test_a_mark_that_does_not_fit_the_records_is_not_believed(
    tmp_path: Path, total: object
) -> None:
    manifest, records = asked(**SMALL)
    mark(tmp_path, total)
    assert count_asked(tmp_path, manifest, TASKS, records) == ()
    lacking = count_asked(tmp_path, manifest, TASKS, records[2:])
    assert sum((count.expected or 0) - count.asked for count in lacking) == 2


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"progress": 3}', b"\xff"])
def test_a_damaged_mark_is_none(tmp_path: Path, content: bytes) -> None:
    manifest, records = asked(**SMALL)
    (tmp_path / "complete.json").write_bytes(content)
    assert len(count_asked(tmp_path, manifest, TASKS, records[1:])) == 3


def official(manifest: Manifest) -> Manifest:
    return replace(manifest, origin={"name": "official", "fingerprint": "x"})


def older_data(manifest: Manifest) -> Manifest:
    return replace(manifest, origin={**manifest.origin, "data_version": "0"})


def older_task(manifest: Manifest) -> Manifest:
    return replace(manifest, tasks=dict.fromkeys(manifest.tasks, 10**6))


@pytest.mark.parametrize("change", [official, older_data, older_task])
def test_without_its_data_a_run_is_whole_only_by_its_mark(tmp_path: Path, change: Change) -> None:
    known, records = asked(**SMALL)
    manifest = change(known)
    found = count_asked(tmp_path, manifest, TASKS, records)
    assert [count.expected for count in found] == [None] * 3
    assert sum(count.asked for count in found) == len(records)
    mark(tmp_path, len(records))
    assert count_asked(tmp_path, manifest, TASKS, records) == ()
    assert count_asked(tmp_path, manifest, TASKS, records[1:]) != ()


def test_a_task_that_is_not_at_hand_is_not_counted(tmp_path: Path) -> None:
    manifest, records = asked(**SMALL)
    known: list[Task] = [task for task in TASKS if task.id == "T.6"]
    expected = {c.task: c.expected for c in count_asked(tmp_path, manifest, known, records)}
    assert expected == {"T.6": 3, "P.2": None}
