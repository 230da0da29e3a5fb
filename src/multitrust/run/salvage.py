"""Recovering a damaged store: everything that can be read of it, in a new file.

Only damage counts: a file that SQLite calls corrupt or that holds anything but our tables, or rows
that are not what was written. A full disk, a lock or a missing permission never does. The damaged
file is opened to be read only, and nothing that it defines is executed. It is kept under a numbered
name, and the new one is built beside it and takes its place last, so that a process that dies on
the way leaves the old state or the new one.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from multitrust.run.codec import is_response
from multitrust.run.database import (
    NAME,
    RECOVERED,
    TABLES,
    as_store_error,
    describe,
    fits,
    has_digests,
    has_log,
    is_damage,
    is_json,
    iter_record_rows,
    iter_response_rows,
    iter_spending,
    log_path,
    opened,
    reading,
    record_digest,
    response_digest,
    spending_digest,
    transaction,
)
from multitrust.run.files import keep_damaged, quotable
from multitrust.run.pages import Pages, Value, is_torn, iter_rows, read_pages

FRESH = "run.sqlite.new"
"""A recovered database that is being built."""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was saved from a damaged store."""

    damage: str
    """What was wrong; empty if an earlier process had found that and was stopped."""
    aside: Path
    """Where the damaged file lies now."""
    responses: int
    records: int


def recover_if_damaged(folder: Path) -> Salvaged | None:
    """Recover the store of a run if it is damaged, or end a recovery that was interrupted.

    Hold the folder's lock.

    Raises:
        StoreError: the store cannot be read or written, though it may well be whole.
    """
    try:
        if (folder / RECOVERED).exists():
            return replace_damaged(folder, "")
        damage = find_damage(folder / NAME)
        if not damage:
            return None
        build(folder)
        return replace_damaged(folder, damage)
    except OSError as error:
        raise describe(folder / NAME, error) from None


def find_damage(path: Path) -> str:
    """What is wrong with a store; empty if it is whole, or is not there.

    Raises:
        StoreError: the store cannot be read, for another reason than damage.
    """
    if structure := broken_structure(path):
        return structure
    if not path.exists():
        return ""
    with reading(path) as database:
        digested = has_digests(database)
        count = sum(not fits(row, digested) for row in iter_response_rows(database))
        count += sum(not fits(row, digested) for row in iter_record_rows(database))
        count += sum(not whole for _, _, whole in iter_spending(database))
    return f"{count} of its rows are not what was written" if count else ""


def broken_structure(path: Path) -> str:
    """What of a store SQLite cannot read; empty if it can read all, or there is no store.

    SQLite must not open for writing what may be damaged: it would empty the write-ahead log.

    Raises:
        StoreError: the store cannot be read, for another reason than damage.
    """
    try:
        if not path.exists():
            return "the file is missing beside its log" if has_log(path) else ""
        if path.is_file() and not path.stat().st_size:
            return "the file is empty"
        if is_torn(log_path(path)) and is_torn(log_path(path)):  # not just being written
            return "its write-ahead log is broken"
        with opened(path) as database:
            (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
            database.execute("SELECT COUNT(*) FROM records, responses LIMIT 0")
            return "" if verdict == "ok" else str(verdict).splitlines()[-1]
    except sqlite3.Error as error:
        if is_damage(error):
            return quotable(path, str(error))
        raise describe(path, error) from None
    except OSError as error:
        raise describe(path, error) from None


def build(folder: Path) -> None:
    """Make a new database of all rows that can be read of the damaged one.

    Raises:
        StoreError: it cannot be written.
    """
    fresh = folder / FRESH
    for leftover in folder.glob(f"{FRESH}*"):
        leftover.unlink()
    pages = read_pages(folder / NAME, log_path(folder / NAME))
    with as_store_error(fresh), contextlib.closing(sqlite3.connect(fresh)) as new:
        new.execute("PRAGMA journal_mode = MEMORY")  # no file beside it, until it is in its place
        new.isolation_level = None
        new.executescript(TABLES)
        with transaction(new):
            insert(new, "responses", responses_in(pages))
            insert(new, "images", images_in(pages))
            insert(new, "spending", spending_of(pages))
            known = dict(new.execute("SELECT id, sha256 FROM responses"))
            insert(new, "records", records_in(pages, known))
    fresh.replace(folder / RECOVERED)


def insert(database: sqlite3.Connection, table: str, rows: Iterable[tuple[Value, ...]]) -> None:
    """Put rows into a table; one that is there several times counts once."""
    for row in rows:
        places = ", ".join("?" * len(row))
        database.execute(f"INSERT OR IGNORE INTO {table} VALUES ({places})", row)


def responses_in(pages: Pages) -> Iterator[tuple[Value, ...]]:
    """The rows of responses that are what was written, with their digests."""
    for number, row in iter_rows(pages):
        match row:
            case (None, bytes(digest), bytes(body), *own) if len(own) <= 1 and is_response(body):
                sha256 = response_digest(number, digest, body)
                if own in ([], [sha256]):
                    yield number, digest, body, sha256


def records_in(pages: Pages, known: Mapping[int, bytes]) -> Iterator[tuple[Value, ...]]:
    """The rows of records that are what was written and whose responses are among those known.

    Failed records need no response.
    """
    for number, row in iter_rows(pages):
        match row:
            case (None, str(key), int(failed), int() | None as response, bytes(body), *own) if (
                len(own) <= 1 and is_json(body) and (failed or response in known)
            ):
                sha256 = record_digest(number, key, failed, body, known.get(response or 0))
                if own in ([], [sha256]):
                    yield number, key, failed, response, body, sha256


def images_in(pages: Pages) -> Iterator[tuple[Value, ...]]:
    """The rows of images; whether they are right shows when their files are looked at."""
    for number, row in iter_rows(pages):
        match row:
            case (None, str(name), int(size), bytes(sha256)) if len(sha256) == 32:
                yield number, name, size, sha256


def spending_of(pages: Pages) -> Iterator[tuple[Value, ...]]:
    """The rows of spending that are what was written."""
    for number, row in iter_rows(pages):
        match row:
            case (None, str(role), bytes(body), bytes(sha256)) if (
                spending_digest(role, body) == sha256
            ):
                yield number, role, body, sha256


def replace_damaged(folder: Path, damage: str) -> Salvaged:
    """Put the recovered database in the place of the damaged one, which is kept.

    Each step may be the last one of this process; the next process then goes on here, and whoever
    reads the run meanwhile reads the recovered database.
    """
    path, recovered = folder / NAME, folder / RECOVERED
    log = log_path(path)
    if not path.exists():
        path.touch()
    aside = keep_damaged(path)
    if log.exists():
        log.replace(log_path(aside))
    path.with_name(f"{NAME}-shm").unlink(missing_ok=True)
    with reading(recovered) as database:
        responses, records = (
            database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
            for table in ("responses", "records")
        )
    recovered.replace(path)
    return Salvaged(damage, aside, responses, records)
