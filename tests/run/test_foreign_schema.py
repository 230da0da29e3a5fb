"""Stores that hold triggers, views or other definitions: nothing of theirs is ever executed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.run.stores import fill, keys, sealed_run

from multitrust.core import StoreError
from multitrust.run import load_run, verify_run
from multitrust.run.local import NullModel
from multitrust.run.manifest import read_manifest
from multitrust.run.other_runs import OtherRuns
from multitrust.run.salvage import find_damage, recover_if_damaged
from multitrust.run.store import Store
from multitrust.run.verify import check_loss

COUNT = 15
FOREIGN = {
    "a trigger after a record": (
        "CREATE TRIGGER t AFTER INSERT ON records BEGIN DELETE FROM responses; END"
    ),
    "a trigger before a response": (
        "CREATE TRIGGER t BEFORE INSERT ON responses BEGIN SELECT RAISE(IGNORE); END"
    ),
    "a trigger after an image": (
        "CREATE TRIGGER t AFTER INSERT ON images BEGIN DELETE FROM records; END"
    ),
    "a view in a table's place": (
        "ALTER TABLE records RENAME TO r2; CREATE VIEW records AS SELECT * FROM r2"
    ),
    "a view that never ends": (
        "ALTER TABLE responses RENAME TO r2; CREATE VIEW responses AS WITH RECURSIVE n(id) AS "
        "(SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id, 0 AS digest, 0 AS body, 0 AS sha256 "
        "FROM n"
    ),
    "another table": "CREATE TABLE x (a)",
    "an index on an expression": "CREATE INDEX x ON records (abs(seq))",
    "an index of our name": "DROP INDEX by_key; CREATE UNIQUE INDEX by_key ON records (key, seq)",
    "a computed column": "ALTER TABLE records ADD COLUMN more AS (abs(seq))",
    "a column with a default": "ALTER TABLE images ADD COLUMN more DEFAULT 1",
    "what ANALYZE leaves": "ANALYZE",
}


def altered(folder: Path, script: str) -> bytes:
    """Change what a store defines; returns the file's bytes."""
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        database.executescript(script)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return (folder / "run.sqlite").read_bytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return sealed_run(tmp_path / "run", COUNT)


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_not_ours_is_damage_and_costs_nothing(folder: Path, name: str) -> None:
    known = keys(folder)
    before = altered(folder, FOREIGN[name])
    assert "is not of multitrust" in find_damage(folder / "run.sqlite")
    for use in (load_run, Store, check_loss):
        with pytest.raises(StoreError, match=r"is not of multitrust|not what was sealed"):
            use(folder)
    assert not verify_run(folder).whole
    assert (folder / "run.sqlite").read_bytes() == before
    saved = recover_if_damaged(folder)
    assert saved is not None
    assert (saved.responses, saved.records) == (COUNT, COUNT)
    assert saved.aside.name == "run.sqlite.damaged-1"
    assert saved.aside.read_bytes() == before
    assert keys(folder) == known
    fill(folder, range(COUNT + 1, COUNT + 4))
    assert len(keys(folder)) == COUNT + 3
    assert find_damage(folder / "run.sqlite") == ""


def test_the_answers_of_such_a_run_are_not_taken_over(folder: Path, tmp_path: Path) -> None:
    model = NullModel(read_manifest(folder).models["target"])
    others = OtherRuns(tmp_path / "next", {"target": model})
    assert others._databases
    others.close()
    altered(folder, FOREIGN["a view that never ends"])
    others = OtherRuns(tmp_path / "next", {"target": model})
    assert not others._databases
    others.close()


@pytest.mark.parametrize("script", ["VACUUM", "REINDEX", "DROP INDEX by_key"])
def test_our_own_tables_are_no_damage(folder: Path, script: str) -> None:
    known = keys(folder)
    altered(folder, script)
    assert find_damage(folder / "run.sqlite") == ""
    assert recover_if_damaged(folder) is None
    assert keys(folder) == known
