"""Run folders that came from somebody else: links, pipes, sizes and rows that were prepared."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.run.stores import Picture, fill, sealed_run

from multitrust.core import StoreError
from multitrust.report.samples import thumbnails
from multitrust.run import Progress, find_unsealed, finish, load_run, read_manifest, replace_file
from multitrust.run.budget import lines_of
from multitrust.run.files import check_room, keep_damaged, read_file
from multitrust.run.lock import locked
from multitrust.run.verify import changed_images, verify_run

PICTURES = (Picture("one"), Picture("two"))
FIRST = f"images/{PICTURES[0].digest}.png"
HUGE = 1 << 42
"""Bytes that nobody could read within a test."""
Put = Callable[[Path], object]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete run of six records, three of each picture."""
    return sealed_run(tmp_path_factory.mktemp("sealed") / "run", 6, PICTURES)


@pytest.fixture
def folder(sealed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sealed, tmp_path / "run"))


def changes(folder: Path) -> set[tuple[str, str, str]]:
    return {(c.what, c.kind, c.name) for c in verify_run(folder).changes}


def to_zero(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("put", [os.mkfifo, to_zero, os.mkdir])
def test_what_is_no_file_under_an_images_name_is_not_read(folder: Path, put: Put) -> None:
    (folder / FIRST).unlink()
    put(folder / FIRST)
    names = [picture.digest for picture in PICTURES]
    assert list(thumbnails(names, folder / "images")) == []
    assert changed_images(folder, names) == []
    assert {("removed", "image", PICTURES[0].digest)} < changes(folder)


@pytest.mark.parametrize(
    "name",
    ["run.sqlite-journal", "run.sqlite-shm", "run.sqlite.recovered-wal", "run.sqlite.recovered"],
)
def test_a_pipe_beside_the_store_is_refused_before_it_is_opened(folder: Path, name: str) -> None:
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    for read in (verify_run, load_run):
        with pytest.raises(StoreError, match=f"{name}: it is no regular file; move it away"):
            read(folder)


@pytest.mark.parametrize("put", [os.mkfifo, lambda path: path.symlink_to("../victim")])
def test_nothing_is_written_through_what_has_a_temporary_name(folder: Path, put: Put) -> None:
    victim = folder.parent / "victim"
    victim.write_text("kept")
    names = ("complete.json", "digests.jsonl", "records.parquet", "room", "report.html")
    for name in names:
        put(folder / f"{name}.tmp")
    check_room(folder, 10)
    replace_file(folder / "report.html", b"a page")
    finish(folder, Progress(total=6, done=6))
    assert victim.read_text() == "kept"
    assert not list(folder.glob("*.tmp"))
    assert not any(path.is_symlink() for path in folder.iterdir())
    assert verify_run(folder).whole


LINKED = (
    "manifest.json", "complete.json", "digests.jsonl", "records.parquet", "run.sqlite", "images",
    FIRST,
)  # fmt: skip


@pytest.mark.parametrize("name", LINKED)
def test_a_link_out_of_the_folder_is_named(folder: Path, name: str) -> None:
    outside = folder.parent / "outside"
    (folder / name).rename(outside)
    (folder / name).symlink_to(outside)
    assert changes(folder) == {("linked", "file", name)}
    assert len(load_run(folder)[1]) == 6
    assert find_unsealed(folder) == ()


def test_a_link_that_leads_nowhere_is_named(folder: Path) -> None:
    (folder / "start.log").symlink_to(folder.parent / "gone")
    assert changes(folder) == {("linked", "file", "start.log"), ("added", "file", "start.log")}


@pytest.mark.parametrize("name", ["lock", "spending.jsonl", "run.sqlite", "manifest.json"])
def test_nothing_is_written_through_a_link_out_of_the_folder(folder: Path, name: str) -> None:
    outside = folder.parent / "outside"
    outside.write_text("kept")
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(outside)
    with pytest.raises(StoreError, match=rf"cannot write in .*changed \({name}\)"), locked(folder):
        raise AssertionError
    assert outside.read_text() == "kept"


def test_no_image_is_written_in_a_folder_behind_a_link(folder: Path) -> None:
    (folder / "images").rename(folder.parent / "outside")
    (folder / "images").symlink_to(folder.parent / "outside")
    with pytest.raises(StoreError, match=r"changed \(images\)"), locked(folder):
        raise AssertionError


def test_a_damaged_file_is_not_kept_through_a_link(folder: Path) -> None:
    (folder / "manifest.json.damaged-1").symlink_to(folder.parent / "gone")
    kept = keep_damaged(folder / "manifest.json")
    assert kept.name == "manifest.json.damaged-2"
    assert keep_damaged(folder / "manifest.json") == kept
    assert not (folder.parent / "gone").exists()


def test_what_lies_behind_a_link_is_not_quoted(folder: Path) -> None:
    outside = folder.parent / "outside"
    outside.write_text('{"password-of-root": "hunter2"}\n')
    for name in ("manifest.json", "spending.jsonl"):
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(outside)
    with pytest.raises(StoreError) as spent:
        list(lines_of(folder / "spending.jsonl"))
    with pytest.raises(StoreError) as manifest:
        read_manifest(folder)
    told = f"{spent.value} {manifest.value} {verify_run(folder)}"
    assert "password" not in told
    assert "hunter2" not in told
    assert told.count("behind a link out of the folder") == 3


def test_the_database_of_another_program_behind_a_link_is_not_quoted(folder: Path) -> None:
    outside = folder.parent / "outside"
    with closing(sqlite3.connect(outside)) as database:
        database.execute("CREATE TABLE hunter2 (a)")
    (folder / "run.sqlite").unlink()
    (folder / "run.sqlite").symlink_to(outside)
    with pytest.raises(StoreError) as told:
        load_run(folder)
    assert "hunter2" not in f"{told.value} {verify_run(folder)}"


def sql(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        database.execute(statement)
        database.commit()


ONE_ROW = f"DELETE FROM images WHERE name = '{PICTURES[0].digest}'"


@pytest.mark.parametrize("complete", [True, False])
def test_an_image_whose_row_is_gone_is_named(folder: Path, complete: bool) -> None:
    if not complete:
        (folder / "complete.json").unlink()
        (folder / "digests.jsonl").unlink()
    sql(folder, ONE_ROW)
    assert changes(folder) == {("changed", "image", PICTURES[0].digest)}
    assert changed_images(folder, [PICTURES[0].digest]) == [PICTURES[0].digest]
    sql(folder, "DELETE FROM images")
    assert changes(folder) == {("changed", "image", picture.digest) for picture in PICTURES}


def test_an_image_whose_row_is_gone_is_written_again(folder: Path) -> None:
    """What a file holds that nothing vouches for is not taken for what was shown."""
    sql(folder, ONE_ROW)
    (folder / FIRST).write_bytes(PICTURES[1].content)
    fill(folder, range(7, 9), PICTURES)
    finish(folder, Progress(total=8, done=8))
    assert (folder / FIRST).read_bytes() == PICTURES[0].content
    assert verify_run(folder).whole


@pytest.mark.parametrize(
    ("name", "put"),
    [
        ("run.sqlite-journal", lambda path: path.write_bytes(b"garbage" * 100)),
        ("lock", os.mkfifo),
        ("start.log", os.mkfifo),
        ("report.html", os.mkfifo),
        ("run.sqlite.damaged-2", os.mkfifo),
    ],
)
def test_what_no_run_leaves_under_these_names_is_named(folder: Path, name: str, put: Put) -> None:
    (folder / name).unlink(missing_ok=True)
    put(folder / name)
    assert ("added", "file", name) in changes(folder)


def test_files_that_were_put_aside_are_said_to_be_unchecked(folder: Path) -> None:
    for name in ("run.sqlite.damaged-1", "start-2.log"):
        (folder / name).write_bytes(b"x")
    verdict = verify_run(folder)
    assert verdict.whole
    (note,) = verdict.notes
    assert "run.sqlite.damaged-1, start-2.log were not checked" in note


def test_a_file_of_spending_that_was_added_is_told(folder: Path) -> None:
    (folder / "spending.jsonl").write_text('{"usd":-5}\n')
    assert [(c.what, c.name) for c in find_unsealed(folder)] == [("added", "spending.jsonl")]


@pytest.mark.parametrize("row", [True, False])
def test_an_image_that_grew_is_not_read(folder: Path, row: bool) -> None:
    if not row:
        sql(folder, ONE_ROW)
    os.truncate(folder / FIRST, HUGE)
    assert changes(folder) == {("changed", "image", PICTURES[0].digest)}
    assert changed_images(folder, [PICTURES[0].digest]) == [PICTURES[0].digest]


def test_an_image_that_is_none_of_the_run_is_not_read(folder: Path) -> None:
    (folder / "images/more.png").touch()
    os.truncate(folder / "images/more.png", HUGE)
    assert changes(folder) == {("added", "image", "more")}


def test_a_list_that_grew_is_not_read(folder: Path) -> None:
    os.truncate(folder / "digests.jsonl", HUGE)
    assert changes(folder) == {("changed", "file", "digests.jsonl")}


def test_a_log_that_grew_is_not_read(folder: Path) -> None:
    (folder / "run.sqlite-wal").touch()
    os.truncate(folder / "run.sqlite-wal", HUGE)
    with pytest.raises(StoreError, match=r"sqlite-wal: it is larger than any log of a run; move"):
        verify_run(folder)


def test_a_mark_that_grew_is_not_read(folder: Path) -> None:
    os.truncate(folder / "complete.json", HUGE)
    assert changes(folder) == {("changed", "file", "complete.json")}


def test_a_manifest_and_spending_that_grew_are_not_read(folder: Path) -> None:
    (folder / "spending.jsonl").touch()
    for name in ("manifest.json", "spending.jsonl"):
        os.truncate(folder / name, HUGE)
    assert changes(folder) == {
        ("changed", "file", "manifest.json"), ("added", "file", "spending.jsonl"),
    }  # fmt: skip
    with pytest.raises(StoreError, match=r"is damaged: it has 4,398,046,511,104 bytes, expected"):
        list(lines_of(folder / "spending.jsonl"))
    with pytest.raises(StoreError, match=r"is not a manifest: it has 4,398,046,511,104 bytes"):
        read_manifest(folder)


def test_a_file_that_is_too_large_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_file(tmp_path / "file", 5) == b"12345"
    with pytest.raises(ValueError, match="it has 5 bytes, expected at most 4"):
        read_file(tmp_path / "file", 4)
