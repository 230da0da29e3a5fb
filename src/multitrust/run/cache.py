"""Responses that runs share: one SQLite file in a folder of the user's choice."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from multitrust.core import Response, StoreError
from multitrust.run.codec import dump_response, load_response


class SharedCache:
    """Responses by the digest of what was sent, across runs and processes."""

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(folder / "responses.sqlite", isolation_level=None)
            self._database.executescript(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
                "CREATE TABLE IF NOT EXISTS responses (digest BLOB PRIMARY KEY, body BLOB);"
            )
        except (OSError, sqlite3.DatabaseError) as error:
            raise StoreError(
                f"the response cache in {folder} cannot be used: {error}; choose another folder "
                "with --cache or leave it out"
            ) from None

    def get(self, digest: str) -> Response | None:
        """The response under the digest, if there is one."""
        query = "SELECT body FROM responses WHERE digest = ?"
        row = self._database.execute(query, (bytes.fromhex(digest),)).fetchone()
        return None if row is None else load_response(row[0])

    def put(self, digest: str, response: Response) -> None:
        """Keep a response."""
        self._database.execute(
            "INSERT OR IGNORE INTO responses VALUES (?, ?)",
            (bytes.fromhex(digest), dump_response(response)),
        )

    def close(self) -> None:
        """Close the file."""
        self._database.close()
