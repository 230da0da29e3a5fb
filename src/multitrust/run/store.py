"""The record of truth of a run: one SQLite file, committed in groups.

Tables only grow. A record that is made again (an error retried, a response scored anew) is
appended, and the latest one under a key counts. Everything older than the last group commit
survives the death of the process.

Groups are written by the event loop's own thread. One takes about a millisecond; in a thread of
its own it waits for the interpreter's lock at every row, and takes ten times as long.

A group that cannot be written, as the disk is full or another program holds the database, is kept
and tried again until the store gives up; at once where waiting mends nothing. Answers are written
before images: an image can be made again, and is, when the run is resumed.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from multitrust.core import Image, Record, Response, StoreError, escaped
from multitrust.run.codec import (
    as_record,
    dump_record,
    dump_response,
    load_fields,
    load_response,
)
from multitrust.run.database import (
    LATEST,
    NAME,
    as_store_error,
    damaged,
    database_path,
    describe,
    fits,
    has_digests,
    has_log,
    is_damage,
    iter_record_rows,
    open_database,
    reading,
    record_digest,
    response_digest,
    spending_digest,
    transaction,
)
from multitrust.run.files import check_folder, check_room, may_pass
from multitrust.run.images import IMAGES, kept_images, write_image
from multitrust.run.seal import MANIFEST

log = logging.getLogger("multitrust.run")
COMMIT_EVERY = 0.02
"""Seconds that a response waits for its group commit; the rest of 50 ms is for a busy loop."""
PATIENCE = 60.0
"""Seconds for which a group that cannot be written is tried again."""
ROOM = 1 << 18
"""Bytes that there must be room for at the start: about one group with its log."""
LONGEST_PAUSE = 1.0
"""Seconds between two attempts at most; the pauses double."""
CLOSING = 10_000
"""Milliseconds that the last attempt waits for another program that holds the database."""
NAMED = 3
"""Records that a message names."""


class Store:
    """A run folder opened for writing. Use it from one event loop; close it at the end.

    Args:
        folder: of the run.
        patience: seconds for which a group that cannot be written is tried again; after that the
            store gives up, and `commit`, `writable` and `add_record` raise.

    Raises:
        StoreError: the database cannot be opened for writing, or is damaged.
    """

    def __init__(self, folder: Path, *, patience: float = PATIENCE) -> None:
        self.folder = folder
        self.path = folder / NAME
        self.patience = patience
        self._responses: dict[int, tuple[int, bytes, bytes, bytes]] = {}
        """Rows that wait for the next commit, by id."""
        self._records: list[tuple[int, str, bool, int | None, bytes, bytes]] = []
        self._image_rows: list[tuple[None, str, int, bytes]] = []
        self._spending: dict[str, bytes] = {}
        """The newest sum of what each role has spent, if it waits."""
        self._images: dict[str, bytes] = {}
        """Contents of the images that wait to be written, by digest."""
        self._error: StoreError | None = None
        """Why the store gave up."""
        self._failing: float | None = None
        """When an attempt failed for the first time, if none has succeeded since."""
        self._pause = COMMIT_EVERY
        self._settled = asyncio.Event()
        """Set and replaced when rows or all that waits have been written, or the store gives up."""
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        with as_store_error(self.path):
            check_room(folder, ROOM)
            check_folder(folder / IMAGES)
        self._database = open_database(self.path)
        try:
            with as_store_error(self.path):
                self._place = self._find_place()
                self._ids: dict[bytes, int] = dict(
                    self._database.execute("SELECT digest, id FROM responses")
                )
                """Of all responses. An index on random digests would touch a page for each."""
                (self._seq,) = self._database.execute(
                    "SELECT IFNULL(MAX(seq), 0) FROM records"
                ).fetchone()
                self._shown = kept_images(folder, self._database)
                self._database.execute("PRAGMA busy_timeout = 0")  # never wait in the event loop
        except StoreError:
            self._database.close()
            raise
        self._last_id = max(self._ids.values(), default=0)

    def done(self) -> set[str]:
        """Keys of the records that need not be made again.

        Failed ones do, and those whose images were lost. Where there is a response it is kept:
        images are drawn again, or a scoring that failed is repeated, without asking the target.
        """
        query = f"SELECT key, body FROM records WHERE seq IN ({LATEST}) AND NOT failed"
        with as_store_error(self.path):
            return {
                key
                for key, body in self._database.execute(query)
                if self._shown.issuperset(orjson.loads(body)["images"])
            }

    def response(self, digest: str) -> Response | None:
        """The response stored under the digest of what was sent."""
        number = self._ids.get(bytes.fromhex(digest))
        if number is None:
            return None
        if number in self._responses:
            return load_response(self._responses[number][2])
        query = "SELECT body FROM responses WHERE id = ?"
        with as_store_error(self.path):
            (body,) = self._database.execute(query, (number,)).fetchone()
        return load_response(body)

    def digest_of(self, key: str) -> str | None:
        """The digest of what was sent for the latest record under the key."""
        query = (
            "SELECT digest FROM records LEFT JOIN responses ON responses.id = records.response "
            "WHERE key = ? ORDER BY seq DESC LIMIT 1"
        )
        with as_store_error(self.path):
            row = self._database.execute(query, (key,)).fetchone()
        return None if row is None or row[0] is None else bytes(row[0]).hex()

    def add_response(self, digest: str, response: Response) -> None:
        """Keep a response, the first one of a digest; it is on disk after the next group commit.

        Raises:
            TypeError: the response holds what JSON cannot; nothing is left behind.
        """
        key = bytes.fromhex(digest)
        if key not in self._ids:
            body, number = dump_response(response), self._last_id + 1
            sha256 = response_digest(number, key, body)
            self._responses[number] = number, key, body, sha256
            self._ids[key] = self._last_id = number
            self._wake()

    def add_record(self, record: Record, digest: str | None, images: tuple[Image, ...]) -> None:
        """Append a record and keep the images it showed. What raises leaves nothing behind.

        Raises:
            StoreError: the store has given up.
            ImageError: an image cannot be read.
            TypeError: the record holds what JSON cannot.
        """
        if self._error is not None:
            raise self._error
        body = dump_record(record, digest)
        fresh = {image.digest: image.read() for image in images if image.digest not in self._shown}
        number = None if digest is None else self._ids.get(bytes.fromhex(digest))
        seq, key, failed = self._seq + 1, record.key, record.outcome == "errored"
        sha256 = record_digest(seq, key, failed, body, self._response_digest(number))
        self._seq = seq
        self._records.append((seq, key, failed, number, body, sha256))
        for name, content in fresh.items():
            row = (None, name, len(content), hashlib.sha256(content).digest())
            self._image_rows.append(row)
        self._shown |= fresh.keys()
        self._images |= fresh
        self._wake()

    def add_spending(self, role: str, body: bytes) -> None:
        """Keep the sum of what a role has spent, as JSON, with the next group."""
        self._spending[role] = body
        self._wake()

    def _response_digest(self, number: int | None) -> bytes | None:
        if number is None:
            return None
        if number in self._responses:
            return self._responses[number][3]
        query = "SELECT sha256 FROM responses WHERE id = ?"
        with as_store_error(self.path):
            (sha256,) = self._database.execute(query, (number,)).fetchone()
        return bytes(sha256)

    async def commit(self) -> None:
        """Return when every response and record that was added before is on disk.

        Callers join the group that is being collected; none is written for one caller alone.

        Raises:
            StoreError: the store has given up.
        """
        if self._responses or self._records:
            await self._settled.wait()
        if self._error is not None:
            raise self._error

    async def writable(self) -> None:
        """Return at once, or while groups cannot be written, as soon as they can be again.

        Ask nothing new before this returns: the answer could not be kept.

        Raises:
            StoreError: the store has given up.
        """
        while self._failing is not None and self._error is None:
            await self._settled.wait()
        if self._error is not None:
            raise self._error

    def _wake(self) -> None:
        """Write soon; now, if the loop has been too busy to do so in time."""
        if self._timer is None:
            self._due = time.monotonic() + COMMIT_EVERY
            self._timer = asyncio.get_running_loop().call_later(COMMIT_EVERY, self._write_group)
        elif time.monotonic() >= self._due and self._failing is None:
            self._write_group()

    def _write_group(self) -> None:
        self._stop_timer()
        try:
            self._check_own()
            self._write()
        except StoreError as error:
            self._error = error
            self._settle()
        except (sqlite3.Error, OSError) as error:
            self._try_later(error)
        else:
            self._failing, self._pause = None, COMMIT_EVERY
            self._settle()

    def is_own(self) -> bool:
        """Whether the file under the store's name is the one that was opened.

        SQLite goes on writing in a file that was moved, removed or replaced, where nobody finds it.
        """
        return self._find_place() == self._place

    def _find_place(self) -> tuple[int, int] | None:
        """Device and number of the file under the store's name; None if there is none."""
        try:
            found = self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_dev, found.st_ino

    def _check_own(self) -> None:
        """See that the file is the store's own.

        Raises:
            StoreError: it is not.
            OSError: it cannot be told.
        """
        if not self.is_own():
            raise StoreError(
                f"{self._lost()}{self.path} is not the file any more in which this run is stored: "
                "its folder, or the file, was moved, removed or replaced meanwhile. Nothing more "
                "is written; put the folder of this run in its place, and give the same command"
            )

    def _try_later(self, error: sqlite3.Error | OSError) -> None:
        """Keep the group and try again after a pause, unless that is no use any more."""
        now = time.monotonic()
        lasting = is_damage(error) if isinstance(error, sqlite3.Error) else not may_pass(error)
        self._failing = self._failing or now
        tired = now - self._failing >= self.patience
        if tired or lasting:
            self._error = self._give_up(error)
            self._settle()
        else:
            if self._pause < LONGEST_PAUSE <= 2 * self._pause:  # once, after about a second
                log.warning(
                    "%s cannot be written (%s): nothing new is asked, and it is tried again, for "
                    "%g s in all", self.folder, error, self.patience,
                )  # fmt: skip
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._pause, self._write_group)

    def _give_up(self, error: sqlite3.Error | OSError) -> StoreError:
        return StoreError(f"{self._lost()}{describe(self.path, error)}")

    def _lost(self) -> str:
        """How a message begins that tells that answers are lost; empty if none are."""
        answers = len(self._responses)
        return f"{answers} answers are not stored and would be asked for again: " if answers else ""

    def _settle(self) -> None:
        self._settled.set()
        self._settled = asyncio.Event()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _write(self) -> None:
        """Write all that waits. What has been written waits no more, whatever fails after it."""
        spending = [
            (None, role, body, spending_digest(role, body)) for role, body in self._spending.items()
        ]
        if self._responses or self._records or self._image_rows or spending:
            with transaction(self._database):
                write = self._database.executemany
                write("INSERT INTO responses VALUES (?, ?, ?, ?)", self._responses.values())
                write("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)", self._records)
                write("INSERT INTO images VALUES (?, ?, ?, ?)", self._image_rows)
                write("INSERT INTO spending VALUES (?, ?, ?, ?)", spending)
            self._responses, self._records, self._image_rows, self._spending = {}, [], [], {}
            self._settle()
        if self._images:
            (self.folder / IMAGES).mkdir(exist_ok=True)
        for name in list(self._images):
            write_image(self.folder / IMAGES, name, self._images[name])
            del self._images[name]

    def close(self) -> None:
        """Write what waits, in one last attempt, and close.

        Raises:
            StoreError: something could not be written.
        """
        self._stop_timer()
        try:
            self._database.execute(f"PRAGMA busy_timeout = {CLOSING}")
            self._check_own()
            self._write()
        except StoreError as error:
            self._error = self._error or error
            raise self._error from None
        except (sqlite3.Error, OSError) as error:
            self._error = self._error or self._give_up(error)
            raise self._error from None
        finally:
            self._settle()
            self._database.close()


def iter_records(folder: Path) -> Iterator[Record]:
    """The latest record of every key, in the order in which they were made.

    Raises:
        StoreError: there is no run in the folder, its database is damaged, or records are not
            what was written; the last is raised after those that are.
    """
    for fields in iter_fields(folder):
        yield as_record(fields)


def iter_fields(folder: Path) -> Iterator[dict[str, Any]]:
    """The fields of the same records, as they are stored.

    Raises:
        StoreError: as `iter_records`.
    """
    path = database_path(folder)
    if not path.exists():
        raise StoreError(no_store(folder))
    changed: list[str] = []
    with reading(path) as database:
        digested = has_digests(database)
        for row in iter_record_rows(database, f"seq IN ({LATEST})"):
            if fits(row, digested):
                yield load_fields(row.body, row.response.body if row.response else None)
            else:
                changed.append(str(row.key))
    if changed:
        raise damaged(path, f"{changes_in(changed)} not what was written")


def no_store(folder: Path) -> str:
    """That a folder holds no store, and what to do."""
    if has_log(folder / NAME):
        return (
            f"{folder} holds no {NAME}, but its write-ahead log: the command that made the run, "
            "given again, recovers what that holds and asks the rest"
        )
    if (folder / MANIFEST).exists():
        return (
            f"{folder} holds no {NAME}: restore it from a copy, or give the command that made the "
            "run again, which asks everything again"
        )
    return f"{folder} holds no run (no {NAME}); give the folder of a run"


def changes_in(keys: list[str]) -> str:
    """How many records are changed, the first ones by name."""
    first = ", ".join(map(escaped, keys[:NAMED])) + (", …" if len(keys) > NAMED else "")
    return f"{len(keys)} records ({first}) are" if len(keys) > 1 else f"the record {first} is"
