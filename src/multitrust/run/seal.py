"""The seal of a complete run: a digest of everything in it, each chained to the one before.

`digests.jsonl` lists what was there, one line for each file, response, record and image. The seal
in `complete.json` is the last link of a chain over these lines, which begins with the rest of
`complete.json`.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal, get_args

import orjson

from multitrust.run.database import database_path, reading
from multitrust.run.files import LARGEST, open_fresh

COMPLETE = "complete.json"
LISTING = "digests.jsonl"
MANIFEST, TABLE = "manifest.json", "records.parquet"
FILES = (MANIFEST, TABLE, "spending.jsonl", "prompts.yaml")
"""Files of a run that are sealed whole, if they are there."""
SEAL_VERSION = 1

Kind = Literal["file", "response", "record", "image"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list: what is there, and its digest."""

    kind: Kind
    number: int
    """A row's number in its table; 0 for files and images."""
    name: str
    """A file's name, a record's key, the digest of what a response answers, or an image's name."""
    sha256: str

    @property
    def place(self) -> tuple[Kind, int, str]:
        """What it is the line of: rows by their number, all else by name."""
        return (self.kind, self.number, "" if self.number else self.name)

    def dump(self) -> bytes:
        """The line as JSON."""
        return orjson.dumps([self.kind, self.number, self.name, self.sha256]) + b"\n"


def load_line(text: bytes) -> Line:
    """A line of the list.

    Raises:
        ValueError: it is no such line.
    """
    fields = orjson.loads(text)
    kinds = [type(field) for field in fields] if isinstance(fields, list) else []
    if kinds != [str, int, str, str] or fields[0] not in get_args(Kind):
        raise ValueError(f"expected [kind, number, name, sha256], not {text[:80]!r}")
    return Line(*fields)


def chain_of(facts: Mapping[str, Any], lines: Iterable[Line]) -> str:
    """The last link (hex): each is the sha256 of the one before and of a line."""
    link = hashlib.sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).digest()
    for line in lines:
        link = hashlib.sha256(link + line.dump()).digest()
    return link.hex()


def file_lines(folder: Path) -> Iterator[Line]:
    """The files that are sealed whole.

    One that no command would read, as it is far too large, has no digest. The table has one.
    """
    for name in FILES:
        path = folder / name
        if path.is_file():
            readable = name == TABLE or path.stat().st_size <= LARGEST
            yield Line("file", 0, name, file_digest(path) if readable else "")


def file_digest(path: Path) -> str:
    """The sha256 (hex) of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stored_lines(database: sqlite3.Connection) -> Iterator[Line]:
    """The rows of a store with the digests that were written with them."""
    for number, digest, sha256 in database.execute(
        "SELECT id, digest, sha256 FROM responses ORDER BY id"
    ):
        yield Line("response", number, digest.hex(), sha256.hex())
    for seq, key, sha256 in database.execute("SELECT seq, key, sha256 FROM records ORDER BY seq"):
        yield Line("record", seq, key, sha256.hex())
    for name, sha256 in sorted(image_digests(database).items()):
        yield Line("image", 0, name, sha256)


def has_images(database: sqlite3.Connection) -> bool:
    """Whether a store lists images at all; that of an earlier version does not."""
    found = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'images'").fetchone()
    return found is not None


def image_digests(database: sqlite3.Connection) -> dict[str, str]:
    """The sha256 (hex) of each image's bytes by its name; one that was written anew has the last.

    Empty for a store of an earlier version.
    """
    if not has_images(database):
        return {}
    rows = database.execute("SELECT name, sha256 FROM images ORDER BY id")
    return {name: sha256.hex() for name, sha256 in rows}


def image_sizes(database: sqlite3.Connection) -> dict[str, int]:
    """The bytes of each image by its name; empty for a store of an earlier version."""
    if not has_images(database):
        return {}
    return dict(database.execute("SELECT name, size FROM images ORDER BY id"))


def make_seal(folder: Path, facts: Mapping[str, Any]) -> dict[str, Any]:
    """List what is in a run and seal it: what `complete.json` says beside its facts.

    Raises:
        OSError: the list cannot be written.
        StoreError: the store cannot be read.
    """
    files, counts = list(file_lines(folder)), dict.fromkeys(get_args(Kind), 0)
    temporary = folder / f"{LISTING}.tmp"

    def listed(lines: Iterable[Line]) -> Iterator[Line]:
        with open_fresh(temporary) as out:
            for line in lines:
                counts[line.kind] += 1
                out.write(line.dump())
                yield line
            out.flush()
            os.fsync(out.fileno())

    try:
        with reading(database_path(folder)) as database:
            last = chain_of(facts, listed(chain(files, stored_lines(database))))
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    temporary.replace(folder / LISTING)
    digests = {line.name: line.sha256 for line in files}
    return {
        "version": SEAL_VERSION,
        "chain": last,
        "manifest": digests.get(MANIFEST),
        "table": digests.get(TABLE),
        "responses": counts["response"],
        "records": counts["record"],
        "images": counts["image"],
    }
