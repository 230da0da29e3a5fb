"""Response caches that hold or are something else: refused before anything is asked or executed."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.run.stores import sealed_run
from tests.run.test_run import Talker, config

from multitrust.core import Response, StoreError
from multitrust.run import execute
from multitrust.run.shared_cache import SharedCache

DIGEST, OTHER = "ab" * 32, "cd" * 32
SAID = Response(text="Yes", model="m")
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
VIEW = (
    "DROP TABLE responses; "
    f"CREATE VIEW responses AS SELECT x AS digest, x AS body, x AS sha256 FROM ({ENDLESS})"
)
LOSING = "CREATE TRIGGER t AFTER INSERT ON responses BEGIN DELETE FROM responses; END"
RENAMED = "ALTER TABLE responses RENAME TO r2;"
FOREIGN = {
    "a view that never ends": VIEW,
    "a trigger that never ends": (
        "CREATE TRIGGER t AFTER INSERT ON responses BEGIN DELETE FROM responses WHERE rowid IN "
        f"({ENDLESS}); END"
    ),
    "a trigger that deletes": LOSING,
    "a trigger that raises": (
        "CREATE TRIGGER t BEFORE INSERT ON responses BEGIN SELECT RAISE(ABORT, 'x'); END"
    ),
    "a view of the table": f"{RENAMED} CREATE VIEW responses AS SELECT * FROM r2",
    "a trigger in place of writing": (
        f"{RENAMED} CREATE VIEW responses AS SELECT * FROM r2; CREATE TRIGGER t INSTEAD OF INSERT "
        "ON responses BEGIN SELECT 1; END"
    ),
    "a trigger on another table": (
        "CREATE TABLE x (a); CREATE TRIGGER t AFTER INSERT ON x BEGIN DELETE FROM responses; END"
    ),
    "another table": "CREATE TABLE x (a)",
    "an index on an expression": "CREATE INDEX x ON responses (length(body))",
    "a partial index": "CREATE UNIQUE INDEX x ON responses (sha256) WHERE body IS NOT NULL",
    "a computed column": "ALTER TABLE responses ADD COLUMN more AS (upper(body))",
    "a column with a default": "ALTER TABLE responses ADD COLUMN more DEFAULT 1",
    "a constraint": (
        "DROP TABLE responses; CREATE TABLE responses (digest BLOB PRIMARY KEY, body BLOB, sha256 "
        "BLOB, CHECK (length(randomblob(9)) < 9))"
    ),
    "a virtual table": (
        "DROP TABLE responses; CREATE VIRTUAL TABLE responses USING fts5(digest, body, sha256)"
    ),
    "other columns": "DROP TABLE responses; CREATE TABLE responses (id INTEGER, x TEXT)",
}


def altered(folder: Path, script: str) -> None:
    """Change what the file of a cache defines, as another program might."""
    with closing(sqlite3.connect(folder / "responses.sqlite")) as database:
        database.executescript(script)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a cache with one response."""
    cache = SharedCache(tmp_path / "cache")
    cache.put(DIGEST, SAID)
    cache.close()
    return cache.folder


def assert_refused(folder: Path, tmp_path: Path, words: str) -> None:
    """A run with the cache asks nothing, makes no folder, and says what to do."""
    model, log_dir = Talker(), tmp_path / "runs"
    with pytest.raises(StoreError, match=words) as raised:
        execute(config(log_dir, model, cache=folder))
    assert raised.value.exit_code == 1
    assert "choose another folder with --cache, or leave the flag out" in str(raised.value)
    assert not model.asked
    assert not log_dir.exists()


@pytest.mark.parametrize("name", FOREIGN)
def test_a_cache_that_defines_anything_else_is_refused(
    folder: Path, tmp_path: Path, name: str
) -> None:
    altered(folder, FOREIGN[name])
    before = (folder / "responses.sqlite").read_bytes()
    assert_refused(folder, tmp_path, r"its \w+ '\w+' is not of a response cache; expected was")
    assert (folder / "responses.sqlite").read_bytes() == before


def test_the_store_of_a_run_is_no_cache(tmp_path: Path) -> None:
    run = sealed_run(tmp_path / "run", 3)
    folder = tmp_path / "cache"
    folder.mkdir()
    shutil.copyfile(run / "run.sqlite", folder / "responses.sqlite")
    assert_refused(folder, tmp_path, "its table 'responses' is not of a response cache")


def test_a_definition_in_a_log_is_found(folder: Path, tmp_path: Path) -> None:
    path, copy = folder / "responses.sqlite", tmp_path / "copy"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(VIEW)
        shutil.copytree(folder, copy)
        assert b"CREATE VIEW" not in path.read_bytes()
    assert_refused(copy, tmp_path, "its view 'responses' is not of a response cache")


def test_a_definition_that_a_journal_restores_is_found(folder: Path, tmp_path: Path) -> None:
    """What is left where a program is killed that has just removed a trigger."""
    path = folder / "responses.sqlite"
    journal = path.with_name("responses.sqlite-journal")
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
        database.execute("PRAGMA synchronous = OFF")  # the journal counts as soon as it is written
        database.execute(LOSING)
        database.execute("BEGIN")
        database.execute("DROP TRIGGER t")
        left = journal.read_bytes()
        database.execute("COMMIT")
        SharedCache(folder).close()
        database.execute("PRAGMA journal_mode = DELETE")
    journal.write_bytes(left)
    assert_refused(folder, tmp_path, "its trigger 't' is not of a response cache")


@pytest.mark.parametrize(
    "script", [LOSING, VIEW, RENAMED + " CREATE VIEW responses AS SELECT * FROM r2"]
)
def test_what_is_added_while_a_cache_is_open_is_not_executed(folder: Path, script: str) -> None:
    cache = SharedCache(folder)
    altered(folder, script)
    if "VIEW" in script:
        with pytest.raises(StoreError, match="a trigger or a view was added to it"):
            cache.get(DIGEST)
    with pytest.raises(StoreError, match="cannot be used"):
        cache.put(OTHER, SAID)
    cache.close()
    with closing(sqlite3.connect(folder / "responses.sqlite")) as database:
        tables = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('responses', 'r2')"
        )
        for (table,) in tables.fetchall():
            assert database.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (1,)


@pytest.mark.parametrize("script", ["VACUUM", "REINDEX", "PRAGMA journal_mode = DELETE"])
def test_a_cache_that_was_tidied_up_is_used(folder: Path, script: str) -> None:
    altered(folder, script)
    cache = SharedCache(folder)
    assert cache.get(DIGEST) == SAID
    cache.close()


def test_a_text_that_is_no_text_is_dropped(folder: Path) -> None:
    altered(folder, "UPDATE responses SET body = CAST(x'ff' AS TEXT)")
    cache = SharedCache(folder)
    assert cache.get(DIGEST) is None
    assert cache.dropped == 1
    cache.close()


def listen(path: Path) -> None:
    """Leave a socket at a path; its name is given from its folder, as it may not be long."""
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(here)


MADE: dict[str, Callable[[Path], object]] = {
    "a file": Path.touch,
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "a socket": listen,
    "a device": lambda path: path.symlink_to(os.devnull),
    "a link that leads nowhere": lambda path: path.symlink_to("nowhere/at all"),
}


@pytest.mark.parametrize("kind", [kind for kind in MADE if kind != "a folder"])
def test_what_is_no_folder_is_named(tmp_path: Path, kind: str) -> None:
    MADE[kind](tmp_path / "cache")
    assert_refused(
        tmp_path / "cache", tmp_path, f"cache cannot be used: it is {kind}, .* expects a folder"
    )


def test_a_folder_below_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert_refused(tmp_path / "file" / "cache", tmp_path, "a part of this path is a file")


@pytest.mark.parametrize("suffix", ["", "-journal", "-wal", "-shm"])
@pytest.mark.parametrize("kind", ["a folder", "a pipe", "a socket", "a device"])
def test_what_is_no_file_is_named(folder: Path, tmp_path: Path, kind: str, suffix: str) -> None:
    path = folder / f"responses.sqlite{suffix}"
    path.unlink(missing_ok=True)
    MADE[kind](path)
    words = f"{path.name} cannot be used: it is {kind}, and a file was expected; move it away"
    assert_refused(folder, tmp_path, words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"something else\n" * 99, "file is not a database; expected was"),
        (os.urandom(30_000), "file is not a database; expected was"),
        (b"SQLite format 3\0" + bytes(5000), "; expected was|move the file away"),
    ],
)
def test_a_file_that_is_no_database_is_told(
    folder: Path, tmp_path: Path, content: bytes, words: str
) -> None:
    (folder / "responses.sqlite").write_bytes(content)
    assert_refused(folder, tmp_path, words)
    assert (folder / "responses.sqlite").read_bytes() == content
