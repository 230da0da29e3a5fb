"""Digests and seal: what was changed, added or removed is named, and nothing else."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.official.logs import write_logs
from tests.run.stores import Picture, digest, fill, key, response, sealed_run

from multitrust.core import ConfigError, StoreError
from multitrust.interop import export_logs, import_logs
from multitrust.run import Progress, Verdict, finish, load_run, verify_run
from multitrust.run.database import record_digest, response_digest
from multitrust.run.seal import chain_of, load_line

PICTURES = (Picture("one"), Picture("two"))
FOUND = set[tuple[str, str, str]]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete run of six records, three of each picture."""
    return sealed_run(tmp_path_factory.mktemp("sealed") / "run", 6, PICTURES)


@pytest.fixture
def folder(sealed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sealed, tmp_path / "run"))


def changes(folder: Path) -> FOUND:
    return {(c.what, c.kind, c.name) for c in verify_run(folder).changes}


def sql(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        database.execute(statement, values)
        database.commit()


def test_a_run_is_whole_as_it_was_written(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    verdict = verify_run(folder)
    assert verdict == Verdict(
        folder=folder, complete=True, sealed=True, responses=6, records=6, images=2, changes=(),
        notes=(),
    )  # fmt: skip
    assert all(path.read_bytes() == content for path, content in before.items())


def test_every_answer_changed_by_hand_is_named(folder: Path) -> None:
    sql(folder, "UPDATE responses SET body = CAST(replace(body, 'y', 'z') AS BLOB)")
    found = changes(folder)
    assert {name for what, kind, name in found if kind == "record"} == set(map(key, range(1, 7)))
    assert {name for what, kind, name in found if kind == "response"} == set(
        map(digest, range(1, 7))
    )
    assert {what for what, _, _ in found} == {"changed"}
    with pytest.raises(StoreError, match=r"6 records \(T\.1/plain/0001/0, .*, …\) are not what"):
        load_run(folder)


def test_a_row_whose_own_digest_was_made_anew_does_not_fit_the_seal(folder: Path) -> None:
    """Each row for itself is sound, so that only the seal tells."""
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        number, body = database.execute("SELECT id, body FROM responses LIMIT 1").fetchone()
        fake = body.replace(b"y", b"z")
        own = response_digest(number, bytes.fromhex(digest(1)), fake)
        query = "SELECT seq, key, failed, body FROM records LIMIT 1"
        (seq, name, failed, said) = database.execute(query).fetchone()
        made = record_digest(seq, name, failed, said, own)
        database.execute("UPDATE responses SET body = ?, sha256 = ? WHERE id = 1", (fake, own))
        database.execute("UPDATE records SET sha256 = ? WHERE seq = 1", (made,))
        database.commit()
    load_run(folder)
    assert changes(folder) == {("changed", "record", key(1)), ("changed", "response", digest(1))}


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM records WHERE seq = 3", {("removed", "record", key(3))}),
        ("DELETE FROM records WHERE seq = 6", {("removed", "record", key(6))}),
        (
            "DELETE FROM responses WHERE id = 3",
            {("removed", "response", digest(3)), ("changed", "record", key(3))},
        ),
        (
            "INSERT INTO records SELECT 7, key, failed, response, body, sha256 FROM records "
            "WHERE seq = 3",
            {("changed", "record", key(3)), ("added", "record", key(3))},
        ),
        (
            "UPDATE records SET seq = 9 WHERE seq = 3",
            {
                ("removed", "record", key(3)),
                ("added", "record", key(3)),
                ("changed", "record", key(3)),
            },
        ),
        (
            "UPDATE records SET sha256 = zeroblob(32) WHERE seq = 3",
            {("changed", "record", key(3))},
        ),
        (
            f"UPDATE images SET sha256 = zeroblob(32) WHERE name = '{PICTURES[0].digest}'",
            {("changed", "image", PICTURES[0].digest)},
        ),
    ],
)
def test_rows_that_were_changed_added_or_removed(
    folder: Path, statement: str, found: FOUND
) -> None:
    sql(folder, statement)
    assert changes(folder) == found


FIRST = f"images/{PICTURES[0].digest}.png"


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda at: (at / FIRST).unlink(), {("removed", "image", PICTURES[0].digest)}),
        (lambda at: (at / FIRST).write_bytes(b""), {("changed", "image", PICTURES[0].digest)}),
        (
            lambda at: (at / FIRST).write_bytes(PICTURES[1].content),
            {("changed", "image", PICTURES[0].digest)},
        ),
        (lambda at: (at / "images/more.png").write_bytes(b"x"), {("added", "image", "more")}),
        (
            lambda at: shutil.rmtree(at / "images"),
            {("removed", "image", picture.digest) for picture in PICTURES},
        ),
        (lambda at: (at / "manifest.json").unlink(), {("removed", "file", "manifest.json")}),
        (
            lambda at: (at / "manifest.json").write_bytes(
                (at / "manifest.json").read_bytes().replace(b'"m"', b'"n"')
            ),
            {("changed", "file", "manifest.json")},
        ),
        (lambda at: (at / "records.parquet").unlink(), {("removed", "file", "records.parquet")}),
        (
            lambda at: (at / "records.parquet").write_bytes(b"PAR1"),
            {("changed", "file", "records.parquet")},
        ),
        (lambda at: (at / "spending.jsonl").touch(), {("added", "file", "spending.jsonl")}),
        (lambda at: (at / "digests.jsonl").unlink(), {("removed", "file", "digests.jsonl")}),
        (
            lambda at: (at / "digests.jsonl").write_bytes(
                (at / "digests.jsonl").read_bytes().replace(b"T.1", b"T.2")
            ),
            {("changed", "file", "digests.jsonl")},
        ),
        (lambda at: (at / "run.sqlite").unlink(), {("removed", "file", "run.sqlite")}),
        (
            lambda at: (at / "run.sqlite").write_bytes((at / "run.sqlite").read_bytes()[:8192]),
            {("changed", "file", "run.sqlite")},
        ),
    ],
)
def test_files_that_were_changed_added_or_removed(
    folder: Path, spoil: Callable[[Path], object], found: FOUND
) -> None:
    spoil(folder)
    assert changes(folder) == found


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda at: (at / "notes.txt").write_text("mine"), "notes.txt"),
        (lambda at: (at / ".hidden").touch(), ".hidden"),
        (lambda at: (at / "more/deep").mkdir(parents=True), "more/"),
        (lambda at: (at / "images/more").mkdir(), "images/more/"),
        (lambda at: (at / "images/noname").touch(), "images/noname"),
        (lambda at: (at / "report.html.bak").touch(), "report.html.bak"),
        (lambda at: (at / "run.sqlite.damaged-x").touch(), "run.sqlite.damaged-x"),
        (lambda at: (at / "start-2.log.txt").touch(), "start-2.log.txt"),
    ],
)
def test_what_is_none_of_a_runs_files_is_named(
    folder: Path, make: Callable[[Path], object], name: str
) -> None:
    make(folder)
    assert changes(folder) == {("added", "file", name)}


@pytest.mark.parametrize(
    "name",
    [
        "report.html", "lock", "run.sqlite-shm", "run.sqlite.damaged-1-wal", "run.sqlite.new",
        "start.log", "start-2.log", "complete.json.tmp", "manifest.json.damaged-12",
    ],
)  # fmt: skip
def test_what_a_run_or_a_crash_leaves_beside_it_is_not_foreign(folder: Path, name: str) -> None:
    (folder / name).touch()
    assert changes(folder) == set()


def test_the_page_is_said_to_be_unchecked(folder: Path) -> None:
    assert not any("report.html" in note for note in verify_run(folder).notes)
    (folder / "report.html").write_text("<p>100 of 100")
    (note,) = (note for note in verify_run(folder).notes if "report.html" in note)
    assert note.endswith("it was not checked")


@pytest.mark.parametrize(
    "change", [{"progress": {"total": 9}}, {"fingerprints": {}}, {"more": 1}, {"no_table": "none"}]
)
def test_a_mark_that_was_changed_does_not_fit_its_seal(
    folder: Path, change: dict[str, object]
) -> None:
    path = folder / "complete.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | change))
    ((what, kind, name),) = changes(folder)
    assert (what, kind) == ("changed", "file")
    assert "complete.json" in name


def test_a_seal_that_was_cut_out_is_missed(folder: Path) -> None:
    path = folder / "complete.json"
    known = json.loads(path.read_bytes())
    del known["seal"]
    path.write_text(json.dumps(known))
    assert changes(folder) == {("changed", "file", "complete.json")}


def test_several_changes_are_all_named(folder: Path) -> None:
    sql(folder, "DELETE FROM records WHERE seq = 2")
    (folder / FIRST).unlink()
    (folder / "digests.jsonl").write_bytes(b"")
    found = changes(folder)
    assert ("removed", "image", PICTURES[0].digest) in found
    assert ("changed", "file", "complete.json or digests.jsonl") in found
    assert any("does not show by name" in note for note in verify_run(folder).notes)


def test_an_unfinished_run_is_checked_row_by_row(folder: Path) -> None:
    (folder / "complete.json").unlink()
    (folder / "digests.jsonl").unlink()
    verdict = verify_run(folder)
    assert verdict.whole
    assert not verdict.sealed
    assert "not complete" in verdict.notes[0]
    sql(folder, "UPDATE records SET failed = 1 WHERE seq = 4")
    (folder / FIRST).unlink()
    assert changes(folder) == {
        ("changed", "record", key(4)), ("removed", "image", PICTURES[0].digest),
    }  # fmt: skip


def test_what_was_added_after_the_seal_is_named_until_it_is_sealed_anew(folder: Path) -> None:
    fill(folder, range(7, 8), PICTURES)
    assert changes(folder) == {("added", "record", key(7)), ("added", "response", digest(7))}
    finish(folder, Progress(total=7, done=7))
    assert verify_run(folder).whole


def test_a_run_of_an_earlier_version_says_that_it_has_no_seal(folder: Path) -> None:
    path = folder / "complete.json"
    path.write_text(json.dumps({"progress": {"total": 6}, "fingerprints": {}, "spending": {}}))
    (folder / "digests.jsonl").unlink()
    for table in ("records", "responses"):
        sql(folder, f"ALTER TABLE {table} DROP COLUMN sha256")
    sql(folder, "DROP TABLE images")
    verdict = verify_run(folder)
    assert verdict.whole
    assert not verdict.sealed
    assert "hold no digests" in verdict.notes[0]
    assert "there is no seal" in verdict.notes[1]
    assert len(load_run(folder)[1]) == 6
    sql(folder, "UPDATE records SET body = '{' WHERE seq = 4")
    assert changes(folder) == {("changed", "record", key(4))}


def test_an_imported_run_is_sealed(tmp_path: Path) -> None:
    write_logs(tmp_path / "logs", "stub", 0, samples=2, ids=["g-basic-ocr"])
    found = import_logs(tmp_path / "logs", "stub", tmp_path / "runs")
    verdict = verify_run(found.folder)
    assert verdict.whole
    assert verdict.sealed
    assert verdict.records == found.records
    assert export_logs(found.folder, tmp_path / "exported").logs == 1
    sql(found.folder, "UPDATE records SET body = replace(body, 'a', 'b') WHERE seq = 1")
    assert not verify_run(found.folder).whole
    with pytest.raises(StoreError, match="is not what was written"):
        export_logs(found.folder, tmp_path / "refused")
    assert not (tmp_path / "refused").exists()
    import_logs(tmp_path / "logs", "stub", tmp_path / "runs")
    assert verify_run(found.folder).whole


@pytest.mark.parametrize("there", [True, False])
def test_no_run_is_no_verdict(tmp_path: Path, there: bool) -> None:
    folder = tmp_path if there else tmp_path / "gone"
    with pytest.raises(ConfigError, match="holds no run"):
        verify_run(folder)


def test_a_chain_hangs_on_every_line_and_on_their_order() -> None:
    lines = [load_line(b'["record", %d, "a", "00"]' % number) for number in (1, 2, 3)]
    whole = chain_of({"a": 1}, lines)
    others = [lines[:2], lines[::-1], [lines[0], lines[2], lines[1]], [*lines, lines[0]]]
    assert whole not in {chain_of({"a": 1}, other) for other in others} | {chain_of({}, lines)}
    assert chain_of({"a": 1}, lines) == whole


@pytest.mark.parametrize("text", [b"", b"{}", b"[1, 2]", b'["lock", 0, "a", "b"]', b"\xff"])
def test_a_line_that_is_none(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"expected \[kind|line 1 column"):
        load_line(text)


def test_the_response_of_a_record_is_under_its_digest() -> None:
    with_answer = record_digest(1, "k", 0, b"{}", response_digest(1, b"d", b"yes"))
    assert with_answer != record_digest(1, "k", 0, b"{}", response_digest(1, b"d", b"no"))
    assert with_answer != record_digest(1, "k", 0, b"{}", None)
    assert record_digest(1, "ab", 0, b"c", None) != record_digest(1, "a", 0, b"bc", None)
    assert response(1) != response(2)
