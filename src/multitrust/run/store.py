"""The record of truth of a run: one SQLite file, committed in groups.

Tables only grow. A record that is made again (an error retried, a response scored anew) is
appended, and the latest one under a key counts. Everything older than the last group commit
survives the death of the process.

Groups are written by the event loop's own thread. One takes about a millisecond; in a thread of
its own it waits for the interpreter's lock at every row, and takes ten times as long.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from multitrust.core import Image, Record, Response, StoreError
from multitrust.run.codec import (
    as_record,
    dump_record,
    dump_response,
    load_fields,
    load_response,
)

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS responses (id INTEGER PRIMARY KEY, digest BLOB, body BLOB);
CREATE TABLE IF NOT EXISTS records (
    seq INTEGER PRIMARY KEY, key TEXT, failed INTEGER, response INTEGER, body BLOB
);
CREATE INDEX IF NOT EXISTS by_key ON records (key, seq);
"""
LATEST = "SELECT MAX(seq) FROM records GROUP BY key"
COMMIT_EVERY = 0.02
"""Seconds that a response waits for its group commit; the rest of 50 ms is for a busy loop."""


def open_database(path: Path) -> sqlite3.Connection:
    """Open or create the database.

    Raises:
        StoreError: it cannot be written, or is not a whole database.
    """
    try:
        database = sqlite3.connect(path)
        database.executescript(SCHEMA)
    except sqlite3.DatabaseError as error:
        raise broken(path, error) from None
    return database


def broken(path: Path, error: sqlite3.Error) -> StoreError:
    """What to tell about a database that does not work."""
    if isinstance(error, sqlite3.OperationalError):
        return StoreError(
            f"cannot write {path}: {error}; free some space or choose another folder with "
            "--log-dir, then run the same command to resume"
        )
    return StoreError(
        f"{path} is damaged: {error}; run the same command to keep what is readable and resume"
    )


class Store:
    """A run folder opened for writing. Use it from one event loop; close it at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "run.sqlite"
        self._database = open_database(self.path)
        self._responses: dict[int, tuple[bytes, Response]] = {}
        """By id, with the digest of what was sent: what waits for the next commit."""
        self._records: list[tuple[int, str, bool, int | None, bytes]] = []
        self._images: dict[str, bytes] = {}
        self._shown = {path.stem for path in (folder / "images").glob("*.*")}
        self._ids: dict[bytes, int] = {}
        """Ids of all responses. An index on random digests would touch a page for each."""
        self._error: StoreError | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._written: asyncio.Future[None] | None = None
        """Fulfilled by the next group commit; None while nobody waits for it."""
        try:
            self._ids = dict(self._database.execute("SELECT digest, id FROM responses"))
            self._last_id = max(self._ids.values(), default=0)
            (self._seq,) = self._database.execute(
                "SELECT IFNULL(MAX(seq), 0) FROM records"
            ).fetchone()
        except sqlite3.DatabaseError as error:
            raise broken(self.path, error) from None

    def done(self) -> set[str]:
        """Keys of the records that need not be made again: all but failed requests."""
        query = f"SELECT key FROM records WHERE seq IN ({LATEST}) AND NOT failed"
        return {key for (key,) in self._database.execute(query)}

    def response(self, digest: str) -> Response | None:
        """The response stored under the digest of what was sent."""
        number = self._ids.get(bytes.fromhex(digest))
        if number is None:
            return None
        if number in self._responses:
            return self._responses[number][1]
        query = "SELECT body FROM responses WHERE id = ?"
        (body,) = self._database.execute(query, (number,)).fetchone()
        return load_response(body)

    def digest_of(self, key: str) -> str | None:
        """The digest of the response that the latest record under the key holds."""
        query = (
            "SELECT digest FROM records LEFT JOIN responses ON responses.id = records.response "
            "WHERE key = ? ORDER BY seq DESC LIMIT 1"
        )
        row = self._database.execute(query, (key,)).fetchone()
        return None if row is None or row[0] is None else bytes(row[0]).hex()

    def add_response(self, digest: str, response: Response) -> None:
        """Keep a response, the first one of a digest; it is on disk after the next group commit."""
        key = bytes.fromhex(digest)
        if key not in self._ids:
            number = self._ids[key] = self._last_id = self._last_id + 1
            self._responses[number] = key, response
            self._wake()

    def add_record(self, record: Record, digest: str | None, images: tuple[Image, ...]) -> None:
        """Append a record and keep the pictures it showed. What raises leaves nothing behind.

        Raises:
            StoreError: an earlier group could not be written.
            ImageError: a picture cannot be read.
            TypeError: the record holds what JSON cannot.
        """
        if self._error is not None:
            raise self._error
        body = dump_record(record, digest)
        fresh = {image.digest: image.read() for image in images if image.digest not in self._shown}
        number = None if digest is None else self._ids.get(bytes.fromhex(digest))
        self._seq += 1
        self._records.append((self._seq, record.key, record.response is None, number, body))
        self._shown |= fresh.keys()
        self._images |= fresh
        self._wake()

    async def commit(self) -> None:
        """Wait until everything added so far is on disk.

        Raises:
            StoreError: it could not be written.
        """
        if self._timer is not None:
            if self._written is None:
                self._written = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._written)
        if self._error is not None:
            raise self._error

    async def writable(self) -> None:
        """Return when more may be added.

        Raises:
            StoreError: an earlier group could not be written.
        """
        if self._error is not None:
            raise self._error

    def _wake(self) -> None:
        """Write soon; now, if the loop has been too busy to do so in time."""
        if self._timer is None:
            self._due = time.monotonic() + COMMIT_EVERY
            self._timer = asyncio.get_running_loop().call_later(COMMIT_EVERY, self._write_group)
        elif time.monotonic() >= self._due:
            self._write_group()

    def _write_group(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        try:
            self._write()
        except (sqlite3.Error, OSError) as error:
            kind = error if isinstance(error, sqlite3.Error) else sqlite3.OperationalError(error)
            self._error = broken(self.path, kind)
        self._responses, self._records, self._images = {}, [], {}
        if self._written is not None:
            self._written.set_result(None)
            self._written = None

    def _write(self) -> None:
        save_images(self.folder / "images", self._images)
        with self._database as database:
            database.executemany(
                "INSERT INTO responses VALUES (?, ?, ?)",
                [
                    (number, key, dump_response(response))
                    for number, (key, response) in self._responses.items()
                ],
            )
            database.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?)", self._records)

    def close(self) -> None:
        """Write what is waiting and close.

        Raises:
            StoreError: something could not be written.
        """
        self._write_group()
        self._database.close()
        if self._error is not None:
            raise self._error


def save_images(folder: Path, images: dict[str, bytes]) -> None:
    """Write each picture once, named by its digest."""
    if images:
        folder.mkdir(exist_ok=True)
    for digest, content in images.items():
        suffix = "jpg" if content.startswith(b"\xff\xd8") else "png"
        (folder / f"{digest}.{suffix}").write_bytes(content)


def iter_records(folder: Path) -> Iterator[Record]:
    """The latest record of every key, in the order in which they were made.

    Raises:
        StoreError: there is no run in the folder, or its database is damaged.
    """
    path = folder / "run.sqlite"
    with told(path):
        for fields in iter_fields(folder):
            yield as_record(fields)


def iter_fields(folder: Path) -> Iterator[dict[str, Any]]:
    """The fields of the same records, as they are stored.

    Raises:
        StoreError: there is no run in the folder, or its database is damaged.
    """
    path = folder / "run.sqlite"
    if not path.is_file():
        raise StoreError(f"{folder} holds no run (no run.sqlite); give the folder of a run")
    query = (
        "SELECT records.body, responses.body FROM records "
        "LEFT JOIN responses ON responses.id = records.response "
        f"WHERE seq IN ({LATEST}) ORDER BY seq"
    )
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with told(path), contextlib.closing(sqlite3.connect(uri, uri=True)) as database:
        for body, response in database.execute(query):
            yield load_fields(body, response)


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """What cannot be read of a database is a StoreError."""
    try:
        yield
    except (ValueError, TypeError, KeyError) as error:
        raise broken(path, sqlite3.DatabaseError(error)) from None
    except sqlite3.DatabaseError as error:
        raise broken(path, error) from None
