"""The record of truth of a run: one SQLite file, written by one thread, committed in groups.

Tables only grow. A record that is made again (an error retried, a response scored anew) is
appended, and the latest one under a key counts. Everything older than the last group commit, at
most 50 ms ago, survives the death of the process.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from multitrust.core import Image, Record, Response, StoreError
from multitrust.run.codec import dump_record, dump_response, load_record, load_response

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS responses (digest BLOB PRIMARY KEY, body BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (seq INTEGER PRIMARY KEY, key TEXT, failed INTEGER, body BLOB);
CREATE INDEX IF NOT EXISTS by_key ON records (key, seq);
CREATE TABLE IF NOT EXISTS links (seq INTEGER PRIMARY KEY, digest BLOB);
"""
LATEST = "SELECT MAX(seq) FROM records GROUP BY key"
COMMIT_EVERY = 0.05
"""Seconds between group commits."""


def open_database(path: Path) -> sqlite3.Connection:
    """Open or create the database.

    Raises:
        StoreError: it cannot be written, or is not a whole database.
    """
    try:
        database = sqlite3.connect(path, check_same_thread=False)
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
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._responses: dict[bytes, Response] = {}
        self._records: list[tuple[Record, bytes | None]] = []
        self._images: dict[str, Image] = {}
        self._shown = {path.stem for path in (folder / "images").glob("*.*")}
        self._answered: set[bytes] = set()
        self._error: StoreError | None = None
        self._writing: asyncio.Future[None] | None = None
        try:
            rows = self._database.execute("SELECT digest FROM responses")
            self._answered = {digest for (digest,) in rows}
        except sqlite3.DatabaseError as error:
            raise broken(self.path, error) from None

    def done(self) -> set[str]:
        """Keys of the records that need not be made again: all but failed requests."""
        query = f"SELECT key FROM records WHERE seq IN ({LATEST}) AND NOT failed"
        return {key for (key,) in self._database.execute(query)}

    def response(self, digest: str) -> Response | None:
        """The response stored under the digest of what was sent."""
        key = bytes.fromhex(digest)
        if key not in self._answered:
            return None
        waiting = self._responses.get(key)
        if waiting is not None:
            return waiting
        query = "SELECT body FROM responses WHERE digest = ?"
        (body,) = self._database.execute(query, (key,)).fetchone()
        return load_response(body)

    def digest_of(self, key: str) -> str | None:
        """The digest of the response that the latest record under the key holds."""
        query = (
            "SELECT digest FROM records LEFT JOIN links USING (seq) WHERE key = ? "
            "ORDER BY seq DESC LIMIT 1"
        )
        row = self._database.execute(query, (key,)).fetchone()
        return None if row is None or row[0] is None else bytes(row[0]).hex()

    def add_response(self, digest: str, response: Response) -> None:
        """Keep a response; it is on disk after the next group commit."""
        key = bytes.fromhex(digest)
        self._answered.add(key)
        self._responses[key] = response
        self._wake()

    def add_record(self, record: Record, digest: str | None, images: tuple[Image, ...]) -> None:
        """Append a record and keep the pictures it showed.

        Raises:
            StoreError: an earlier group could not be written.
        """
        if self._error is not None:
            raise self._error
        self._records.append((record, None if digest is None else bytes.fromhex(digest)))
        for image in images:
            if image.digest not in self._shown:
                self._shown.add(image.digest)
                self._images[image.digest] = image
        self._wake()

    def _wake(self) -> None:
        if self._writing is None:
            self._writing = asyncio.ensure_future(self._write_soon())

    async def _write_soon(self) -> None:
        await asyncio.sleep(COMMIT_EVERY)
        await self._write_group()
        self._writing = None
        if self._records or self._responses:
            self._wake()

    async def _write_group(self) -> None:
        responses, records, images = dict(self._responses), self._records, self._images
        self._records, self._images = [], {}
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._thread, self._write, responses, records, images)
        except (sqlite3.Error, OSError) as error:
            kind = error if isinstance(error, sqlite3.Error) else sqlite3.OperationalError(error)
            self._error = broken(self.path, kind)
        for key in responses:
            self._responses.pop(key, None)

    def _write(
        self,
        responses: dict[bytes, Response],
        records: list[tuple[Record, bytes | None]],
        images: dict[str, Image],
    ) -> None:
        save_images(self.folder / "images", images)
        with self._database as database:
            database.executemany(
                "INSERT OR IGNORE INTO responses VALUES (?, ?)",
                [(key, dump_response(response)) for key, response in responses.items()],
            )
            for record, digest in records:
                seq = database.execute(
                    "INSERT INTO records (key, failed, body) VALUES (?, ?, ?)",
                    (
                        record.key,
                        record.response is None,
                        dump_record(record, digest.hex() if digest else None),
                    ),
                ).lastrowid
                if digest is not None:
                    database.execute("INSERT INTO links VALUES (?, ?)", (seq, digest))

    async def close(self) -> None:
        """Write what is waiting and close.

        Raises:
            StoreError: something could not be written.
        """
        while self._writing is not None:
            await asyncio.wait([self._writing])
        await self._write_group()
        self._thread.shutdown()
        self._database.close()
        if self._error is not None:
            raise self._error


def save_images(folder: Path, images: dict[str, Image]) -> None:
    """Write each picture once, named by its digest."""
    if images:
        folder.mkdir(exist_ok=True)
    for digest, image in images.items():
        content = image.read()
        suffix = "jpg" if content.startswith(b"\xff\xd8") else "png"
        (folder / f"{digest}.{suffix}").write_bytes(content)


def iter_records(folder: Path) -> Iterator[Record]:
    """The latest record of every key, in the order in which they were made.

    Raises:
        StoreError: there is no run in the folder, or its database is damaged.
    """
    path = folder / "run.sqlite"
    if not path.is_file():
        raise StoreError(f"{folder} holds no run (no run.sqlite); give the folder of a run")
    query = (
        "SELECT records.body, responses.body FROM records LEFT JOIN links USING (seq) "
        f"LEFT JOIN responses USING (digest) WHERE seq IN ({LATEST}) ORDER BY seq"
    )
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as database:
            for body, response in database.execute(query):
                yield load_record(body, response)
    except (ValueError, TypeError, KeyError) as error:
        raise broken(path, sqlite3.DatabaseError(error)) from None
    except sqlite3.DatabaseError as error:
        raise broken(path, error) from None
