"""Responses of the runs beside a run: the same model is never asked the same thing twice.

`--limit 6` after `--limit 5` asks for one more sample a condition, and a run of one task costs
nothing where a run of all has answered.
"""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from multitrust.core import Manifest, Model, Response, StoreError
from multitrust.run.codec import load_response
from multitrust.run.database import (
    check_log,
    check_schema,
    fits,
    has_digests,
    iter_response_rows,
)
from multitrust.run.manifest import read_manifest

log = logging.getLogger("multitrust.run")
MOST = 100
"""Runs that are looked into, the newest first."""


class OtherRuns:
    """Responses that models of the same identity gave in runs of one log folder.

    Runs are opened for reading only; one that cannot be read is passed over.

    Attributes:
        taken: responses that were taken over, by run id.
    """

    def __init__(self, folder: Path, models: Mapping[str, Model]) -> None:
        self.taken: Counter[str] = Counter()
        self._databases: list[tuple[str, sqlite3.Connection]] = []
        self._places: dict[bytes, tuple[int, int]] = {}
        """Digest of what was sent -> number of the database, id of the response in it."""
        wanted = {model.identity for model in models.values()}
        for path, manifest in manifests_beside(folder):
            if wanted.intersection([*manifest.models.values(), *manifest.scored_by.values()]):
                self._open(path, manifest.run_id)

    def _open(self, path: Path, run_id: str) -> None:
        try:
            check_log(path)
            database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            check_schema(database)
            found = database.execute("SELECT digest, id FROM responses").fetchall()
        except sqlite3.Error as error:
            log.info("the responses of %s are not reused: %s", path.parent.name, error)
            return
        number = len(self._databases)
        self._databases.append((run_id, database))
        for digest, response in found:
            self._places.setdefault(digest, (number, response))

    def get(self, digest: str) -> Response | None:
        """The response to what has this digest; None if no run beside this one holds it."""
        place = self._places.get(bytes.fromhex(digest))
        if place is None:
            return None
        run_id, database = self._databases[place[0]]
        try:
            response = stored_response(database, place[1])
        except (sqlite3.Error, ValueError, TypeError):
            return None
        if response is None:
            return None
        self.taken[run_id] += 1
        return response

    def close(self) -> None:
        """Close the files."""
        for _, database in self._databases:
            database.close()


def stored_response(database: sqlite3.Connection, number: int) -> Response | None:
    """The response of that number; None if it is not what was written.

    Raises:
        sqlite3.Error, ValueError, TypeError: it cannot be read.
    """
    digested = has_digests(database)
    (row,) = iter_response_rows(database, f"id = {number:d}")
    return load_response(row.body) if fits(row, digested) else None


def manifests_beside(folder: Path) -> Iterator[tuple[Path, Manifest]]:
    """The stores and manifests of the newest other runs in the folder that a run's folder is in."""
    found = []
    for path in folder.parent.glob("*/run.sqlite"):
        with suppress(OSError):
            if path.parent != folder and path.is_file():
                found.append((path.stat().st_mtime, path))
    for _, path in sorted(found, reverse=True)[:MOST]:
        with suppress(StoreError):
            yield path, read_manifest(path.parent)
