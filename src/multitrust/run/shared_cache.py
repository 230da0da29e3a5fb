"""Responses that runs share: one SQLite file in a folder of the user's choice.

The file may come from anywhere. It is used only if it holds the cache's one table and nothing else:
triggers, views and computed columns would be executed by whoever reads or writes the table.

Every row holds a sha256 that binds the response to what was sent, as in a run's store. A row that
does not fit it was edited or damaged: it is dropped, and asked anew.
"""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from multitrust.core import Response, StoreError
from multitrust.run.codec import dump_response, load_response
from multitrust.run.database import (
    ADDED,
    BESIDE,
    BUSY,
    CANTOPEN,
    CORRUPT,
    FULL,
    IOERR,
    LOCKED,
    NOTADB,
    READONLY,
    ResponseRow,
    Schema,
    check_log,
    check_schema,
    code_of,
    decoded,
    defined_by,
    has_column,
    response_digest,
    transaction,
)
from multitrust.run.files import explain, is_in_the_way, kind_of

log = logging.getLogger("multitrust.run")
NAME = "responses.sqlite"
TABLE = "CREATE TABLE IF NOT EXISTS responses (digest BLOB PRIMARY KEY, body BLOB, sha256 BLOB)"
SHARED = 0
"""The number of every response in a cache, for its digest: rows have none."""
INSTEAD = "choose another folder with --cache, or leave the flag out"
FOREIGN = 23
"""The primary result code of what `deny_foreign` forbids, https://sqlite.org/rescode.html."""
SQLITE_ADVICE = {
    FOREIGN: "a trigger or a view was added to it: move the file away",
    FULL: "free some space on the disk",
    IOERR: "check the disk and the space on it",
    READONLY: "make the file and its folder writable",
    CANTOPEN: "make the file and its folder readable and writable",
    BUSY: "another program holds it: end that program",
    LOCKED: "another program holds it: end that program",
    CORRUPT: f"expected was a {NAME} that --cache has made: move this one away",
    NOTADB: f"expected was a {NAME} that --cache has made: move this one away",
}
"""Primary result code of SQLite -> what to do about the cache."""


@contextmanager
def shared_cache(folder: Path | None) -> Iterator[SharedCache | None]:
    """The cache in a folder, closed at the end; None without a folder.

    Raises:
        StoreError: it cannot be used.
    """
    if folder is None:
        yield None
        return
    with closing(SharedCache(folder)) as opened:
        yield opened


class SharedCache:
    """Responses by the digest of what was sent, across runs and processes.

    Args:
        folder: where the file is; made if it does not exist.

    Attributes:
        dropped: rows that were not what was written.

    Raises:
        StoreError: the folder or the file cannot be used, or the file is no response cache.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / NAME
        self.dropped = 0
        make_folder(folder)
        with self._told():
            check_places(self.path)
            check_log(self.path)
            self._database = sqlite3.connect(self.path, isolation_level=None)
        try:
            with self._told():
                self._prepare()
        except StoreError:
            self._database.close()
            raise

    def _prepare(self) -> None:
        """See that the file is a cache before anything in it is used; make the table."""
        self._database.text_factory = decoded
        self._database.set_authorizer(deny_foreign)
        check_schema(self._database, known_schema(), "a response cache")
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute(TABLE)
        self._add_digests()

    def _add_digests(self) -> None:
        """Give the rows of a cache that an earlier version made their digests, and say so."""
        if has_column(self._database, "responses", "sha256"):
            return
        self._database.create_function("response_digest", 3, digest_of, deterministic=True)
        with transaction(self._database):
            if has_column(self._database, "responses", "sha256"):  # another process was quicker
                return
            self._database.execute("ALTER TABLE responses ADD COLUMN sha256 BLOB")
            changed = self._database.execute(
                "UPDATE responses SET sha256 = response_digest(?, digest, body)", (SHARED,)
            )
        log.warning(
            "the response cache in %s was made by an earlier version, without digests; responses "
            "that are taken as they are, and have digests from now on: %d",
            self.folder, changed.rowcount,
        )  # fmt: skip

    @contextmanager
    def _told(self) -> Iterator[None]:
        """A cache that cannot be used is a StoreError."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise describe_failure(self.path, error) from None

    def get(self, digest: str) -> Response | None:
        """The response under the digest; None if there is none that is what was written.

        Raises:
            StoreError: the cache cannot be read, or a damaged row cannot be dropped.
        """
        key = bytes.fromhex(digest)
        query = "SELECT body, sha256 FROM responses WHERE digest = ?"
        with self._told():
            found = self._database.execute(query, (key,)).fetchone()
            if found is None:
                return None
            row = ResponseRow(SHARED, key, *found)
            if row.computed and row.computed == row.sha256:
                return load_response(row.body)
            self._database.execute("DELETE FROM responses WHERE digest = ?", (key,))
        self.dropped += 1
        return None

    def put(self, digest: str, response: Response) -> None:
        """Keep a response.

        Raises:
            StoreError: the cache cannot be written.
        """
        key, body = bytes.fromhex(digest), dump_response(response)
        row = (key, body, response_digest(SHARED, key, body))
        with self._told():
            self._database.execute("INSERT OR IGNORE INTO responses VALUES (?, ?, ?)", row)

    def close(self) -> None:
        """Close the file; say how many rows were dropped."""
        self._database.close()
        if self.dropped:
            log.warning(
                "responses in the cache in %s that were not what was written, and so dropped and "
                "not used: %d", self.folder, self.dropped,
            )  # fmt: skip


@cache
def known_schema() -> Schema:
    """How the cache's table is defined, by this version and by earlier ones without digests."""
    made = defined_by(TABLE)
    return {place: (sql, sql.replace(ADDED, "")) for place, sql in made.items()}


def deny_foreign(
    _action: int, _first: str | None, _second: str | None, _schema: str | None, source: str | None
) -> int:
    """Forbid what a trigger or a view would do: another program may add one during a run."""
    return sqlite3.SQLITE_OK if source is None else sqlite3.SQLITE_DENY


def make_folder(folder: Path) -> None:
    """Make the folder of a cache, if it does not exist.

    Raises:
        StoreError: it cannot be made, or something else has its name.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if os.path.lexists(folder) and not folder.is_dir():
            raise StoreError(
                f"the response cache {folder} cannot be used: it is {kind_of(folder)}, and --cache "
                f"expects a folder; move it away, or {INSTEAD}"
            ) from None
        raise StoreError(
            f"the folder {folder} of the response cache cannot be made: {explain(error)}, or "
            f"{INSTEAD}"
        ) from None


def check_places(path: Path) -> None:
    """See that neither the file of a cache nor those that SQLite keeps beside it are anything else.

    A pipe among them would keep SQLite waiting.

    Raises:
        OSError: a folder, a pipe or a device has the name of one.
    """
    for suffix in ("", *BESIDE):
        place = path.with_name(path.name + suffix)
        if is_in_the_way(place):
            found = f"it is {kind_of(place)}, and a file was expected; move it away"
            raise OSError(errno.EINVAL, found, str(place))


def describe_failure(path: Path, error: OSError | sqlite3.Error) -> StoreError:
    """What to tell about a cache that cannot be used, and what to do."""
    if isinstance(error, OSError):
        what = error.strerror if error.errno == errno.EINVAL else explain(error)
        return StoreError(
            f"the response cache {error.filename or path} cannot be used: {what}, or {INSTEAD}"
        )
    advice = SQLITE_ADVICE.get(code_of(error) or 0, "move the file away")
    return StoreError(f"the response cache {path} cannot be used: {error}; {advice}, or {INSTEAD}")


def digest_of(number: int, digest: object, body: object) -> bytes | None:
    """The digest of a row of an earlier cache; None if it holds what is no response."""
    return ResponseRow(number, digest, body, None).computed or None
