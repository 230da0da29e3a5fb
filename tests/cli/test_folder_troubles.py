"""What is in the place of a run's files and cannot be read: each command says it in one way."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.run.stores import Picture, sealed_run

from multitrust.core import StoreError
from multitrust.run import verify_run

Call = Callable[..., Any]
Put = Callable[[Path], object]
NOBODY = 65534
READERS = ("report", "score", "compare", "verify")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A complete run in a folder that all may reach."""
    place = Path(tempfile.mkdtemp(prefix="multitrust-test-troubles-"))
    place.chmod(0o755)
    made = sealed_run(place / "run", 3, [Picture("one")])
    yield made
    made.chmod(0o755)
    shutil.rmtree(place)


def to_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def to_folder(path: Path) -> None:
    path.symlink_to(path.parent.parent)


def to_itself(path: Path) -> None:
    path.symlink_to(path.name)


THINGS: dict[str, tuple[str, Put]] = {
    "folder": ("complete.json", os.mkdir),
    "pipe": ("complete.json", os.mkfifo),
    "link to a device": ("complete.json", to_device),
    "link to a folder": ("complete.json", to_folder),
    "pipe for the manifest": ("manifest.json", os.mkfifo),
    "folder for the list": ("digests.jsonl", os.mkdir),
    "pipe for the table": ("records.parquet", os.mkfifo),
    "device for the spending": ("spending.jsonl", to_device),
    "folder for the log": ("run.sqlite-wal", os.mkdir),
    "folder for the store": ("run.sqlite", os.mkdir),
}


@pytest.mark.parametrize("thing", THINGS)
def test_whatever_is_in_the_place_of_a_file_is_to_be_moved_away(
    call: Call, folder: Path, thing: str
) -> None:
    name, put = THINGS[thing]
    (folder / name).unlink(missing_ok=True)
    put(folder / name)
    before = sorted(path.name for path in folder.iterdir())
    for command in READERS:
        told = call(command, folder)
        assert (told.code, told.out) == (1, "")
        assert told.err == (
            f"error: cannot use {folder / name}: it is no regular file; move it away, then give "
            "the command that made the run again: what is stored is kept, the rest is made anew\n"
        )
    assert sorted(path.name for path in folder.iterdir()) == before


def test_all_of_them_are_named_at_once(folder: Path) -> None:
    for name in ("complete.json", "digests.jsonl"):
        (folder / name).unlink()
        (folder / name).mkdir()
    shutil.rmtree(folder / "images")
    (folder / "images").write_bytes(b"")
    with pytest.raises(StoreError) as told:
        verify_run(folder)
    lines = str(told.value).splitlines()
    assert [line.partition(":")[0].rpartition("/")[2] for line in lines] == [
        "digests.jsonl", "complete.json", "images",
    ]  # fmt: skip
    assert "it is no folder; move it away" in lines[-1]


def test_a_link_in_a_circle_is_told(folder: Path) -> None:
    (folder / "complete.json").unlink()
    to_itself(folder / "complete.json")
    with pytest.raises(StoreError, match=r"complete.json: its symbolic links lead in a circle"):
        verify_run(folder)


def test_a_link_within_the_folder_is_the_file_that_it_names(folder: Path) -> None:
    (folder / "complete.json").rename(folder / "complete.json.damaged-1")
    (folder / "complete.json").symlink_to("complete.json.damaged-1")
    assert verify_run(folder).whole


@contextmanager
def as_nobody() -> Iterator[None]:
    """Who may do anything becomes one who may not."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if me == 0:
            os.seteuid(0)


@pytest.mark.parametrize("name", ["manifest.json", "complete.json", "run.sqlite"])
def test_a_file_that_may_not_be_read_is_told(call: Call, folder: Path, name: str) -> None:
    for command in READERS:
        call(command, folder)  # nobody may not even read what Python imports for it
    (folder / name).chmod(0)
    with as_nobody():
        for command in READERS:
            told = call(command, folder)
            assert (told.code, told.out) == (1, "")
            assert f"{folder / name}: it may not be read; make it readable, or move it" in told.err
            assert "Errno" not in told.err


def test_a_folder_that_may_not_be_entered_is_told_once(call: Call, folder: Path) -> None:
    for command in READERS:
        call(command, folder)
    folder.chmod(0)
    with as_nobody():
        for command in READERS:
            told = call(command, folder)
            assert told.code == 1
            assert told.err.startswith(f"error: cannot use {folder}: permission is denied; change")
            assert len(told.err.splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"\x89PNG\xff\x00", b"[]", b'{"seed": 0'])
@pytest.mark.parametrize("sealed", [True, False])
def test_the_advice_for_a_damaged_manifest_is_what_the_run_does(
    call: Call, folder: Path, content: bytes, sealed: bool
) -> None:
    (folder / "manifest.json").write_bytes(content)
    if not sealed:
        (folder / "complete.json").unlink()
    told = call("verify", folder)
    assert told.code == 1
    assert "manifest.json is no manifest (" in told.out
    assert "given again, keeps it as manifest.json.damaged-1 and writes it anew" in told.out
    assert "no command makes it anew" not in told.out


def test_a_manifest_that_was_edited_is_restored_from_a_copy(call: Call, folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b"2030-01-02", b"2030-01-03"))
    assert "no command makes it anew while it can be read" in call("verify", folder).out


@pytest.mark.parametrize(
    ("log", "words"),
    [(b"", "which asks everything again"), (b"x" * 99, "recovers what that holds and asks")],
)
def test_a_store_that_is_gone_is_told_with_the_command(
    call: Call, folder: Path, log: bytes, words: str
) -> None:
    (folder / "run.sqlite").unlink()
    (folder / "run.sqlite-wal").write_bytes(log)
    for command in ("report", "score", "compare"):
        told = call(command, folder)
        assert told.code == 1
        assert f"{folder} holds no run.sqlite" in told.err
        assert words in told.err


def test_a_page_that_stays_is_not_told_as_written(call: Call, folder: Path) -> None:
    (folder / "report.html").write_text("older")
    (folder / "report.html.tmp").mkdir()
    told = call("report", folder)
    assert "no page was written" in told.err
    assert "stays as it was" in told.err
    assert "report: " not in told.out
    assert (folder / "report.html").read_text() == "older"


@pytest.mark.parametrize("length", [300, 5000])
def test_a_name_that_is_too_long_is_told(call: Call, tmp_path: Path, length: int) -> None:
    asking = ("run", "--model", "mock/yes-sayer", "--tasks", "T.6", "--limit", 1)
    told = call(*asking, "--log-dir", tmp_path / ("x" * length))
    assert told.code == 1
    assert "the path is too long; use a shorter one" in told.err
    assert "Errno" not in told.err
