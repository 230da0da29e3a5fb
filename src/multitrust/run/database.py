"""The database of a run: its tables, how it is opened, and what its errors mean.

Tables only grow. Every row holds a sha256 of its content, written with it, so that a row that was
changed or damaged later does not pass for an answer.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from multitrust.core import StoreError
from multitrust.run.codec import is_response
from multitrust.run.files import explain, find_trouble, is_in_the_way, quotable

NAME = "run.sqlite"
BESIDE = ("-journal", "-wal", "-shm")
"""What SQLite appends to the name of a database for its files beside it."""
RECOVERED = "run.sqlite.recovered"
"""A recovered database, complete, that is to replace the damaged one."""
TABLES = """
CREATE TABLE IF NOT EXISTS responses (id INTEGER PRIMARY KEY, digest BLOB, body BLOB, sha256 BLOB);
CREATE TABLE IF NOT EXISTS records (
    seq INTEGER PRIMARY KEY, key TEXT, failed INTEGER, response INTEGER, body BLOB, sha256 BLOB
);
CREATE TABLE IF NOT EXISTS images (id INTEGER PRIMARY KEY, name TEXT, size INTEGER, sha256 BLOB);
CREATE TABLE IF NOT EXISTS spending (
    id INTEGER PRIMARY KEY, role TEXT, body BLOB, sha256 BLOB
);
CREATE INDEX IF NOT EXISTS by_key ON records (key, seq);
"""
ADDED = ",sha256 BLOB"
"""What the tables of responses and records of earlier versions lack."""
LATEST = "SELECT MAX(seq) FROM records GROUP BY key"
OPENING = 30.0
"""Seconds that opening waits for another program that holds the database."""

BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB = 5, 6, 8, 10, 11, 13, 14, 26
"""Primary result codes of SQLite, https://sqlite.org/rescode.html."""
NO_SUCH_TABLE = 1
"""The code of any statement that does not fit the database; ours fit every whole one."""
DAMAGE = frozenset({NO_SUCH_TABLE, CORRUPT, NOTADB})
UNOPENED = frozenset({READONLY, IOERR, FULL, CANTOPEN})
"""Codes of a folder in which the files beside a database that is read cannot be made."""


def database_path(folder: Path) -> Path:
    """Where the records of a run are read: in `run.sqlite`, or what is about to replace it."""
    recovered = folder / RECOVERED
    return recovered if recovered.is_file() else folder / NAME


def log_path(path: Path) -> Path:
    """The write-ahead log of a database: it holds the newest rows, and belongs to it."""
    return path.with_name(f"{path.name}-wal")


def has_log(path: Path) -> bool:
    """Whether a database has rows in its write-ahead log; readers leave empty ones."""
    log = log_path(path)
    return log.exists() and log.stat().st_size > 0


def check_log(path: Path) -> None:
    """See that SQLite may open a database: it deletes the log of an empty one, even for reading.

    Raises:
        sqlite3.OperationalError: it is no regular file.
        sqlite3.DatabaseError: the database is empty, or missing, beside a log that holds rows.
    """
    if is_in_the_way(path):  # a pipe would keep SQLite waiting
        refused = sqlite3.OperationalError("it is no regular file")
        refused.sqlite_errorcode = CANTOPEN
        raise refused
    if has_log(path) and (not path.exists() or not path.stat().st_size):
        error = sqlite3.DatabaseError("the file is empty beside its write-ahead log")
        error.sqlite_errorcode = NOTADB
        raise error


def code_of(error: sqlite3.Error) -> int | None:
    """SQLite's primary result code; None for an error of Python's module."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else int(code) & 0xFF


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is at fault: not the disk, a lock, a permission or the memory."""
    return code_of(error) in DAMAGE


def describe(path: Path, error: sqlite3.Error | OSError) -> StoreError:
    """What to tell about a database that does not work, and what to do."""
    if trouble := find_trouble(path):
        return StoreError(trouble)
    if isinstance(error, OSError):
        return StoreError(f"cannot use {error.filename or path}: {explain(error)}, {RESUME}")
    if is_damage(error):
        return damaged(path, quotable(path, str(error)))
    words = {
        FULL: f"the disk is full ({error}); free some space",
        IOERR: f"{error}; free some space, or copy the folder to another disk",
        READONLY: f"it is read-only ({error}); make it writable or use a copy of the folder",
        CANTOPEN: f"{error}; make its folder writable, or use a copy of the folder",
        BUSY: f"another program holds it ({error}); close that program",
        LOCKED: f"another program holds it ({error}); close that program",
    }
    return StoreError(f"cannot use {path}: {words.get(code_of(error) or 0, str(error))}, {RESUME}")


RESUME = "then run the same command: what is stored is kept"


def damaged(path: Path, what: str) -> StoreError:
    """What to tell about a database whose content is not what was written."""
    return StoreError(
        f"{path} is damaged: {what}; `multitrust verify {path.parent}` says what is affected, and "
        "the command that made the run, given again, keeps what is intact and makes the rest anew"
    )


@contextlib.contextmanager
def as_store_error(path: Path) -> Iterator[None]:
    """What cannot be read or written of a database is a StoreError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise describe(path, error) from None


def open_database(path: Path) -> sqlite3.Connection:
    """Open or create the database for writing; transactions begin and end explicitly.

    Raises:
        StoreError: it cannot be written, or is not a whole database.
    """
    with as_store_error(path):
        check_log(path)
        database = sqlite3.connect(path, timeout=OPENING, isolation_level=None)
    try:
        with as_store_error(path):
            check_schema(database)
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.executescript(TABLES)
            if not has_digests(database):
                add_digests(database)
    except StoreError:
        database.close()
        raise
    return database


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:  # a full disk may have ended it already
            database.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, opened to be read only; its folder need not be writable.

    Raises:
        StoreError: it cannot be read.
    """
    try:
        with opened(path) as database:
            yield database
    except sqlite3.Error as error:
        raise describe(path, error) from None


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The same, where SQLite's own errors tell more.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    with contextlib.ExitStack() as stack:
        check_log(path)
        try:
            database = connected(path, "mode=ro")
        except sqlite3.OperationalError as error:
            if code_of(error) not in UNOPENED:
                raise
            database = stack.enter_context(reading_unwritable(path))
        stack.callback(database.close)
        yield database


@contextlib.contextmanager
def reading_unwritable(path: Path) -> Iterator[sqlite3.Connection]:
    """The database of a folder in which no file can be made; a log is read from a copy."""
    if not has_log(path):
        yield connected(path, "mode=ro&immutable=1")
        return
    with tempfile.TemporaryDirectory() as folder:
        try:
            for part in (path, log_path(path)):
                shutil.copyfile(part, Path(folder) / part.name)
        except OSError as error:
            raise StoreError(f"cannot copy {path} to {folder}: {explain(error)}") from None
        yield connected(Path(folder) / path.name, "mode=rw")


def connected(path: Path, how: str) -> sqlite3.Connection:
    """A connection that has read something, so that what cannot be read is known."""
    uri = f"{path.absolute().as_uri()}?{how}"
    database = sqlite3.connect(uri, uri=True, timeout=OPENING, isolation_level=None)
    database.text_factory = decoded
    try:
        check_schema(database)
    except sqlite3.Error:
        database.close()
        raise
    return database


Schema = Mapping[tuple[str, str], Collection[str]]
"""By type and name, how a table or an index may be defined, without blanks that do not matter."""


def check_schema(
    database: sqlite3.Connection, known: Schema | None = None, whose: str = "multitrust"
) -> None:
    """See that a database holds our tables and nothing else, before any statement touches these.

    A trigger, a view in a table's place or an expression in a definition would be executed by
    whoever writes or reads. What has such things is damage, as are rows that are not ours.

    Args:
        database: just opened.
        known: what it may hold; of a run's store if None.
        whose: completes "its view 'x' is not of ...".

    Raises:
        sqlite3.DatabaseError: it holds something else, which is named.
        sqlite3.Error: it cannot be read.
    """
    database.execute("PRAGMA trusted_schema = OFF")
    known = known_schema() if known is None else known
    for kind, name, sql in database.execute("SELECT type, name, sql FROM sqlite_master"):
        if squeezed(str(sql)) not in known.get((kind, name), ()):
            foreign = sqlite3.DatabaseError(f"its {kind} {str(name)[:80]!r} is not of {whose}")
            foreign.sqlite_errorcode = CORRUPT
            raise foreign


@cache
def known_schema() -> Schema:
    """How the tables and the index of a run's store are defined, earlier versions included."""
    made = defined_by(TABLES)
    with_digests = [("table", "responses"), ("table", "records")]
    earlier = {place: made[place].replace(ADDED, "") for place in with_digests}
    return {place: (sql, earlier.get(place, sql)) for place, sql in made.items()}


def defined_by(script: str) -> dict[tuple[str, str], str]:
    """By type and name, the definitions that a script makes in an empty database."""
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.executescript(script)
        own = database.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    return {(kind, name): squeezed(str(sql)) for kind, name, sql in own}


def squeezed(sql: str) -> str:
    """A definition without the blanks that do not matter."""
    return re.sub(r" ?([(),]) ?", r"\1", " ".join(sql.split()))


def decoded(text: bytes) -> str:
    """A text of the database; damaged bytes of it become surrogates, which no digest fits."""
    return text.decode(errors="surrogateescape")


def response_digest(number: int, digest: bytes, body: bytes) -> bytes:
    """sha256 of a response: of its number, of what was sent, and of its body."""
    head = b"response %d %d %d " % (number, len(digest), len(body))
    return hashlib.sha256(head + digest + body).digest()


def record_digest(seq: int, key: str, failed: int, body: bytes, response: bytes | None) -> bytes:
    """sha256 of a record: of its place, its key, its body and the digest of its response."""
    name = key.encode(errors="surrogateescape")
    head = b"record %d %d %d %d " % (seq, failed, len(name), len(body))
    return hashlib.sha256(head + name + body + (response or b"")).digest()


def spending_digest(role: str, body: bytes) -> bytes:
    """sha256 of what a role has spent."""
    name = role.encode(errors="surrogateescape")
    return hashlib.sha256(b"spending %d %d " % (len(name), len(body)) + name + body).digest()


def iter_spending(database: sqlite3.Connection) -> Iterator[tuple[Any, Any, bool]]:
    """Role and sum of what it has spent, as JSON, and whether the row is what was written.

    Each sum holds those before it. None of a store that an earlier version made.
    """
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'spending'").fetchone():
        return
    for role, body, sha256 in database.execute("SELECT role, body, sha256 FROM spending"):
        sound = isinstance(role, str) and isinstance(body, bytes)
        yield role, body, sound and spending_digest(role, body) == sha256


def stored_sums(database: sqlite3.Connection) -> Iterator[tuple[str, bytes]]:
    """Role and sum of the rows of spending that are what was written."""
    return ((role, body) for role, body, whole in iter_spending(database) if whole)


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """A stored response."""

    id: int
    digest: Any
    body: Any
    sha256: Any
    """Of a store that an earlier version made: None."""

    @property
    def computed(self) -> bytes:
        """The sha256 of what the row holds; empty if that is no response."""
        if not isinstance(self.digest, bytes) or not isinstance(self.body, bytes):
            return b""
        if not is_response(self.body):
            return b""
        return response_digest(self.id, self.digest, self.body)


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A stored record, beside the response that it names; None if that is not there."""

    seq: int
    key: Any
    failed: Any
    body: Any
    sha256: Any
    response: ResponseRow | None

    @property
    def computed(self) -> bytes:
        """The sha256 of what the row holds; empty if that is of another type."""
        sound = isinstance(self.key, str) and isinstance(self.body, bytes)
        if not sound or not isinstance(self.failed, int):
            return b""
        held = b""
        if self.response is not None and self.response.computed == self.response.sha256:
            held = self.response.sha256
        return record_digest(self.seq, self.key, self.failed, self.body, held)


def has_digests(database: sqlite3.Connection) -> bool:
    """Whether rows hold digests; those of earlier versions do not."""
    return has_column(database, "records", "sha256")


def has_column(database: sqlite3.Connection, table: str, name: str) -> bool:
    """Whether a table has a column of that name."""
    columns = database.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return (name,) in columns.fetchall()


def iter_record_rows(database: sqlite3.Connection, where: str = "TRUE") -> Iterator[RecordRow]:
    """The records in the order in which they were made."""
    sha256 = "{}.sha256" if has_digests(database) else "NULL"
    query = (
        f"SELECT seq, key, failed, records.body, {sha256.format('records')}, "
        f"id, digest, responses.body, {sha256.format('responses')} FROM records "
        f"LEFT JOIN responses ON responses.id = records.response WHERE {where} ORDER BY seq"
    )
    for seq, key, failed, body, own, *response in database.execute(query):
        found = None if response[0] is None else ResponseRow(*response)
        yield RecordRow(seq, key, failed, body, own, found)


def iter_response_rows(database: sqlite3.Connection, where: str = "TRUE") -> Iterator[ResponseRow]:
    """The responses in the order in which they came."""
    sha256 = "sha256" if has_digests(database) else "NULL"
    query = f"SELECT id, digest, body, {sha256} FROM responses WHERE {where} ORDER BY id"
    for row in database.execute(query):
        yield ResponseRow(*row)


def fits(row: RecordRow | ResponseRow, digested: bool) -> bool:
    """Whether a row is what was written: by its digest, or if it has none, by what it holds."""
    if digested:
        return bool(row.computed == row.sha256)
    if isinstance(row, ResponseRow):
        return is_response(row.body)
    return is_json(row.body) and (row.response is None or is_response(row.response.body))


def is_json(body: object) -> bool:
    """Whether a stored body is JSON."""
    try:
        orjson.loads(body)  # type: ignore[arg-type]
    except (orjson.JSONDecodeError, TypeError):
        return False
    return True


def add_digests(database: sqlite3.Connection) -> None:
    """Give the rows of a store that an earlier version made their digests."""
    database.create_function("response_digest", 3, response_digest, deterministic=True)
    database.create_function("record_digest", 5, record_digest, deterministic=True)
    with transaction(database):
        for table in ("responses", "records"):
            database.execute(f"ALTER TABLE {table} ADD COLUMN sha256 BLOB")
        database.execute("UPDATE responses SET sha256 = response_digest(id, digest, body)")
        database.execute(
            "UPDATE records SET sha256 = record_digest(seq, key, failed, body, "
            "(SELECT sha256 FROM responses WHERE id = records.response))"
        )
