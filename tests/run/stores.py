"""Stores made by hand, whose records can be told apart in their files."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from multitrust.core import Image, Manifest, ModelIdentity, Record, Response, Score
from multitrust.run import Progress, claim, finish
from multitrust.run.store import Store, iter_records

GROUP = 10
"""Records that are committed together."""


class Picture:
    """A picture of so many bytes that ends as a PNG does."""

    def __init__(self, name: str, size: int = 200) -> None:
        self.digest = hashlib.sha256(name.encode()).hexdigest()
        self.content = b"\x89PNG" + name.encode() + bytes(size) + b"IEND\xaeB`\x82"

    def read(self) -> bytes:
        return self.content


def digest(number: int) -> str:
    """What stands for the digest of what was sent."""
    return hashlib.sha256(str(number).encode()).hexdigest()


def response(number: int, length: int = 40) -> Response:
    """An answer that holds its number."""
    return Response(text=f"<a{number:04d}>" + "y" * length, model="m")


def record(
    number: int, images: Iterable[Image] = (), length: int = 300, said: int = 40, **more: object
) -> Record:
    """A record that holds its number."""
    fields = {
        "task": "T.1", "condition": "plain", "sample_id": f"{number:04d}",
        "prompt": f"<q{number:04d}>" + "x" * length, "response": response(number, said),
        "images": tuple(image.digest for image in images),
        "scores": (Score(scorer="same", value=1.0),),
    }  # fmt: skip
    return Record(**fields | more)  # type: ignore[arg-type]


def add(store: Store, number: int, *images: Image, length: int = 300, said: int = 40) -> None:
    """Add a record and its response."""
    store.add_response(digest(number), response(number, said))
    made = record(number, images, length, said)
    store.add_record(made, digest(number), images)


def keys(folder: Path) -> set[str]:
    """The keys of the records in a run folder."""
    return {found.key for found in iter_records(folder)}


def key(number: int) -> str:
    """The key of a record."""
    return f"T.1/plain/{number:04d}/0"


def fill(folder: Path, numbers: range, images: Sequence[Image] = ()) -> None:
    """Add records, each with one of the images in turn."""

    async def write() -> None:
        store = Store(folder)
        for number in numbers:
            add(store, number, *([images[number % len(images)]] if images else []))
        store.close()

    asyncio.run(write())


def sealed_run(folder: Path, count: int, images: Sequence[Image] = ()) -> Path:
    """A complete run of so many records."""
    folder.mkdir()
    manifest = Manifest(
        run_id="0" * 12, created="2030-01-02", seed=0, models={"target": ModelIdentity(name="m")},
        tasks={"T.1": 1}, conditions={"T.1": ("plain",)}, origin={"name": "embedded"},
    )  # fmt: skip
    claim(folder, manifest)
    fill(folder, range(1, count + 1), images)
    finish(folder, Progress(total=count, done=count))
    return folder


def half_in_log(folder: Path, count: int) -> None:
    """A store that a killed process left: half of it in the file, half in the write-ahead log.

    Every seventh record and every eleventh response is too long for one page.
    """

    async def make() -> None:
        (folder / "made").mkdir(parents=True)
        store = Store(folder / "made")
        for number in range(count):
            add(
                store, number,
                length=300 if number % 7 else 9000, said=40 if number % 11 else 6000,
            )  # fmt: skip
            if number % GROUP == GROUP - 1:
                await store.commit()
            if number == count // 2 - 1:
                into_file(store.path)
        for path in (folder / "made").iterdir():
            shutil.copy(path, folder)
        store.close()
        shutil.rmtree(folder / "made")

    asyncio.run(make())


def into_file(path: Path) -> None:
    """Move what is in the write-ahead log into the file."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
