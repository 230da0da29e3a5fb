"""Responses that runs share: one SQLite file in a folder of the user's choice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from multitrust.core import Response, StoreError
from multitrust.run.codec import dump_response, load_response


class SharedCache:
    """Responses by the digest of what was sent, across runs and processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with self._told():
            folder.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(folder / "responses.sqlite", isolation_level=None)
            self._database.executescript(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
                "CREATE TABLE IF NOT EXISTS responses (digest BLOB PRIMARY KEY, body BLOB);"
            )

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
        """The response under the digest, if there is one.

        Raises:
            StoreError: the cache cannot be read.
        """
        query = "SELECT body FROM responses WHERE digest = ?"
        with self._told():
            row = self._database.execute(query, (bytes.fromhex(digest),)).fetchone()
        return None if row is None else load_response(row[0])

    def put(self, digest: str, response: Response) -> None:
        """Keep a response.

        Raises:
            StoreError: the cache cannot be written.
        """
        row = (bytes.fromhex(digest), dump_response(response))
        with self._told():
            self._database.execute("INSERT OR IGNORE INTO responses VALUES (?, ?)", row)

    def close(self) -> None:
        """Close the file."""
        self._database.close()
