"""Every file of a run folder: empty, damaged, lost, in the way, or impossible to write."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.run.stores import record

from multitrust.core import Response, RunMismatchError, StoreError
from multitrust.models import resolve
from multitrust.run import (
    RunConfig,
    RunResult,
    execute,
    folder_name,
    iter_records,
    load_run,
    make_manifest,
    read_manifest,
    verify_run,
)
from multitrust.run.codec import has_type, load_manifest
from multitrust.run.local import finish
from multitrust.run.manifest import claim
from multitrust.run.table import row, write_parquet
from multitrust.tasks import select_tasks

Spoil = Callable[[Path], object]


def config(folder: Path, model: str = "mock/yes-sayer", **more: Any) -> RunConfig:
    """A short run in the folder that its configuration names."""
    made = RunConfig(
        model=resolve(model), tasks=select_tasks(["T.6"]), folder=folder, limit=2, **more
    )
    name = folder_name(made.model.name, make_manifest(made).run_id)
    return replace(made, folder=folder / name)


@pytest.fixture(scope="module")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete run; copies of it are spoiled."""
    return execute(config(tmp_path_factory.mktemp("finished"))).folder


@pytest.fixture
def folder(finished_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished_run, tmp_path / finished_run.name))


def again(folder: Path) -> RunResult:
    """The same command again."""
    return execute(config(folder.parent))


SEAL = "complete.json or digests.jsonl"
CONTENTS = (b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}", b'{"progress": 3}', b"[" * 5000)


@pytest.mark.parametrize("content", CONTENTS)
def test_a_mark_that_is_damaged_is_made_again(folder: Path, content: bytes) -> None:
    before = (folder / "complete.json").read_bytes()
    (folder / "complete.json").write_bytes(content)
    assert not verify_run(folder).whole
    result = again(folder)
    assert not result.already_complete
    assert result.progress.reused == result.progress.done
    assert json.loads(before)["fingerprints"] == json.loads(
        (folder / "complete.json").read_bytes()
    )["fingerprints"]  # fmt: skip
    assert again(folder).already_complete
    assert verify_run(folder).whole


@pytest.mark.parametrize("progress", [{"total": "x"}, {"total": 1, "outcomes": []}, {"new": 1}])
def test_a_mark_of_other_types_is_made_again(folder: Path, progress: object) -> None:
    (folder / "complete.json").write_text(json.dumps({"progress": progress}))
    assert not again(folder).already_complete
    assert again(folder).already_complete


@pytest.mark.parametrize(
    ("spoil", "kept"),
    [
        (lambda path: path.write_bytes(b""), False),
        (lambda path: path.unlink(), False),
        (lambda path: path.write_bytes(b"nothing that SQLite knows" * 99), False),
        (lambda path: path.write_bytes(path.read_bytes()[:4096]), False),
        (lambda path: path.write_bytes(bytes(100) + path.read_bytes()[100:]), True),
    ],
)
def test_a_damaged_store_beside_a_good_mark_is_recovered(
    folder: Path, spoil: Spoil, kept: bool
) -> None:
    spoil(folder / "run.sqlite")
    for leftover in folder.glob("run.sqlite-*"):
        leftover.unlink()
    lost = not (folder / "run.sqlite").exists()
    with pytest.raises(StoreError, match=r"given again|holds no run"):
        load_run(folder)
    assert not verify_run(folder).whole
    result = again(folder)
    assert not result.already_complete
    assert lost or result.salvaged is not None
    assert result.salvaged is None or (result.salvaged.records > 0) is kept
    assert (result.progress.reused > 0) is kept
    assert again(folder).already_complete
    assert verify_run(folder).whole


MANIFESTS: dict[str, bytes | dict[str, Any] | None] = {
    "empty": b"",
    "cut": None,
    "list": b"[]",
    "nothing in it": b"{}",
    "not text": b"\xff\xfe\x00",
    "deep": b"[" * 5000,
    "models is a list": {"models": ["x"]},
    "no target": {"models": {"judge": "x"}},
    "a model is a number": {"models": {"target": 3}},
    "seed is a text": {"seed": "zero"},
    "seed is a truth": {"seed": True},
    "seed is a fraction": {"seed": 0.5},
    "tasks is null": {"tasks": None},
    "a version is a text": {"tasks": {"T.6": "1"}},
    "conditions is a number": {"conditions": {"T.6": 5}},
    "conditions are numbers": {"conditions": {"T.6": [5]}},
    "origin is a text": {"origin": "embedded"},
    "origin has no name": {"origin": {}},
    "origin's name is a number": {"origin": {"name": 1}},
    "totals is a list": {"origin": {"name": "official", "totals": []}},
    "facts is a list": {"facts": []},
    "spending is a number": {"spending": {"target": 3}},
    "packages is a list": {"packages": ["numpy"]},
    "decoding is a text": {"decoding": "greedy"},
    "a field of tomorrow": {"tomorrow": 1},
    "sample_ids is a text": {"sample_ids": "0001"},
}


def spoil_manifest(folder: Path, name: str) -> None:
    path, content = folder / "manifest.json", MANIFESTS[name]
    if content is None:
        content = path.read_bytes()[:200]
    elif isinstance(content, dict):
        content = json.dumps(json.loads(path.read_bytes()) | content).encode()
    path.write_bytes(content)


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_of_another_kind_is_told_and_written_anew(
    folder: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    right = read_manifest(folder)
    spoil_manifest(folder, name)
    spoiled = (folder / "manifest.json").read_bytes()
    with pytest.raises(StoreError, match=r"is not a manifest: .*given? the command|give the comm"):
        read_manifest(folder)
    assert not verify_run(folder).whole
    with caplog.at_level(logging.WARNING):
        again(folder)
    assert "was damaged" in caplog.text
    assert (folder / "manifest.json.damaged-1").read_bytes() == spoiled
    assert replace(read_manifest(folder), created=right.created) == right


def test_a_message_says_what_came_and_what_was_expected(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"seed": "zero"}))
    with pytest.raises(StoreError, match=r"seed is 'zero', expected int"):
        read_manifest(folder)
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"seed": 0, "models": [1] * 99}))
    with pytest.raises(
        StoreError, match=r"models is \[1, .* …, expected Mapping\[str, .*ModelIdentity\]"
    ):
        read_manifest(folder)


def test_a_lost_manifest_beside_its_store_is_written_anew(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "manifest.json").unlink()
    with pytest.raises(StoreError, match=r"its store is there: .*given again, writes it anew"):
        load_run(folder)
    with caplog.at_level(logging.WARNING):
        result = again(folder)
    assert "was missing" in caplog.text
    assert result.progress.reused == result.progress.done
    assert again(folder).already_complete


def test_a_damaged_manifest_in_a_folder_of_another_name_is_not_taken_for_ours(
    folder: Path, tmp_path: Path
) -> None:
    """Nothing there says whose records they are."""
    other = folder.rename(tmp_path / "mine")
    chosen = replace(config(tmp_path), folder=other)
    (other / "manifest.json").write_bytes(b"")
    with pytest.raises(StoreError, match=r"restore it from a copy, or remove it"):
        execute(chosen)
    assert (other / "manifest.json").read_bytes() == b""
    (other / "manifest.json").unlink()
    result = execute(chosen)
    assert result.progress.reused == result.progress.done


def test_a_sound_manifest_of_another_run_is_refused_and_stays(folder: Path) -> None:
    with pytest.raises(RunMismatchError, match="seed: 0 there"):
        claim(folder, replace(read_manifest(folder), seed=5))
    assert read_manifest(folder).seed == 0


@pytest.mark.parametrize("content", [b"", b"\xff\x00" * 50, b"9" * 9999])
def test_what_is_in_the_lock_does_not_matter(folder: Path, content: bytes) -> None:
    from multitrust.run.lock import locked

    (folder / "complete.json").unlink()
    (folder / "lock").write_bytes(content)
    assert again(folder).progress.done
    with locked(folder):
        (folder / "lock").write_bytes(content)
        told = pytest.raises(StoreError, match=r"another process \(pid .{1,20}\) is running")
        with told, locked(folder):
            raise AssertionError
    assert again(folder).already_complete


def test_a_lost_or_damaged_table_and_list_are_told_and_made_again(folder: Path) -> None:
    (folder / "records.parquet").unlink()
    (folder / "digests.jsonl").write_bytes(b"")
    changes = {(change.what, change.name) for change in verify_run(folder).changes}
    assert changes == {("removed", "records.parquet"), ("changed", SEAL)}
    result = again(folder)
    assert result.progress.reused == result.progress.done
    assert verify_run(folder).whole
    assert again(folder).already_complete


HUGE = 2**63


def fields_of(folder: Path) -> Iterator[dict[str, Any]]:
    from multitrust.run.store import iter_fields

    return iter_fields(folder)


@pytest.mark.parametrize(
    "usage", [{"input_tokens": HUGE}, {"output_tokens": 2**64 - 1}, {"reasoning_tokens": -HUGE - 1}]
)
def test_a_count_that_no_request_can_have_is_empty_in_the_table(usage: dict[str, int]) -> None:
    import orjson

    response = {"model": "m", "text": "Yes", **usage}
    fields = {
        "sample_id": "1", "task": "T.1", "condition": "c", "epoch": 0, "outcome": "answered",
        "family": "1", "target": None, "prompt": "", "images": [], "scores": [], "error": None,
        "response": response,
    }  # fmt: skip
    (name,) = usage
    assert orjson.loads(row(fields))[name] is None
    assert orjson.loads(row(fields | {"response": response | {name: HUGE - 1}}))[name] == HUGE - 1


async def test_a_run_with_absurd_usage_finishes_with_its_table(tmp_path: Path) -> None:
    from multitrust.run import Progress, Store

    claim(tmp_path, make_manifest(config(tmp_path)))
    store = Store(tmp_path)
    said = Response(text="Yes", model="m", input_tokens=HUGE, output_tokens=2**64 - 1)
    store.add_response("ab" * 32, said)
    store.add_record(record(1, response=said), "ab" * 32, ())
    store.close()
    finish(tmp_path, Progress(total=1, done=1))
    assert (tmp_path / "records.parquet").is_file()
    assert verify_run(tmp_path).whole
    (found,) = iter_records(tmp_path)
    assert found.response == said


@contextmanager
def no_table(folder: Path) -> Iterator[None]:
    """Something lies where the table belongs."""
    (folder / "records.parquet.tmp").mkdir()
    yield
    (folder / "records.parquet.tmp").rmdir()


def test_a_table_that_cannot_be_written_never_blocks_completion(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    right = json.loads((folder / "complete.json").read_bytes())
    (folder / "complete.json").unlink()
    with no_table(folder), caplog.at_level(logging.WARNING):
        result = again(folder)
    assert result.progress.done
    assert "complete without its table" in caplog.text
    assert not (folder / "records.parquet").exists()
    told = json.loads((folder / "complete.json").read_bytes())
    assert told["no_table"]
    assert told["seal"]["table"] is None
    assert told["fingerprints"] == right["fingerprints"]
    assert again(folder).already_complete
    assert verify_run(folder).whole


@pytest.mark.parametrize(
    "bad",
    [
        {"epoch": "first"},
        {"images": [1]},
        {"images": "one"},
        {"prompt": 3},
        {"scores": [{"scorer": "s", "value": "high"}]},
    ],
)
def test_a_value_that_no_column_can_hold_is_told(
    folder: Path, tmp_path: Path, bad: dict[str, Any]
) -> None:
    rows = [fields | bad for fields in fields_of(folder)]
    path = tmp_path / "records.parquet"
    path.write_bytes(b"an older table")
    assert write_parquet(rows, path)
    assert not path.exists()
    assert not list(tmp_path.glob("*.tmp"))


@pytest.mark.parametrize(
    ("value", "hint", "fits"),
    [
        (1, int, True), (True, int, False), (1, float, True), ("1", float, False),
        (None, str | None, True), (3, str | None, False), ([], tuple[str, ...], True),
        (["a", 1], tuple[str, ...], False), ({"a": 1}, dict[str, int], True),
        ({"a": "1"}, dict[str, int], False), ([1], dict[str, int], False), (object(), Any, True),
    ],
)  # fmt: skip
def test_types_of_json(value: object, hint: Any, fits: bool) -> None:
    assert has_type(value, hint) is fits


def test_a_manifest_of_an_earlier_version_is_read(folder: Path) -> None:
    path = folder / "manifest.json"
    known = json.loads(path.read_bytes())
    for name in ("python", "platform", "decoding", "licences", "prices", "packages", "facts"):
        del known[name]
    assert load_manifest(json.dumps(known).encode()).python == ""


@pytest.mark.parametrize("suffix", ["-journal", "-wal", "-shm"])
def test_a_pipe_beside_the_store_keeps_nobody_waiting(folder: Path, suffix: str) -> None:
    path = folder / f"run.sqlite{suffix}"
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    for use in (load_run, verify_run, again):
        with pytest.raises(StoreError, match=f"run.sqlite{suffix}: it is no regular file"):
            use(folder)
