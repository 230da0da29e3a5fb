"""Responses that runs share: one SQLite file in a folder of the user's choice.

Every row holds a sha256 that binds the response to what was sent, as in a run's store. A row that
does not fit it was edited or damaged: it is dropped, and asked anew.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from multitrust.core import Response, StoreError
from multitrust.run.codec import dump_response, load_response
from multitrust.run.database import ResponseRow, has_column, response_digest, transaction

log = logging.getLogger("multitrust.run")
TABLE = "CREATE TABLE IF NOT EXISTS responses (digest BLOB PRIMARY KEY, body BLOB, sha256 BLOB)"
SHARED = 0
"""The number of every response in a cache, for its digest: rows have none."""


class SharedCache:
    """Responses by the digest of what was sent, across runs and processes.

    Attributes:
        dropped: rows that were not what was written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dropped = 0
        with self._told():
            folder.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(folder / "responses.sqlite", isolation_level=None)
        try:
            with self._told():
                self._database.executescript(
                    f"PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; {TABLE}"
                )
                self._add_digests()
        except StoreError:
            self._database.close()
            raise

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
            raise StoreError(
                f"the response cache in {self.folder} cannot be used: {error}; choose another "
                "folder with --cache or leave it out"
            ) from None

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


def digest_of(number: int, digest: object, body: object) -> bytes | None:
    """The digest of a row of an earlier cache; None if it holds what is no response."""
    return ResponseRow(number, digest, body, None).computed or None
