"""The images of a run: one file for each that was shown, named by its digest."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from multitrust.run.files import replace_file

IMAGES = "images"
PNG, PNG_END = b"\x89PNG", b"IEND\xaeB`\x82"
JPEG, JPEG_END = b"\xff\xd8", b"\xff\xd9"


def write_image(folder: Path, name: str, content: bytes) -> None:
    """Write an image whole, in the place of one of that name.

    Raises:
        OSError: it cannot be written.
    """
    suffix = "jpg" if content.startswith(JPEG) else "png"
    replace_file(folder / f"{name}.{suffix}", content, durable=False)


def image_files(folder: Path) -> Iterator[Path]:
    """The files of a run's images, without what an interrupted process left unfinished."""
    found = (folder / IMAGES).glob("*.*")
    return (path for path in found if path.suffix != ".tmp" and path.is_file())


def missing_images(folder: Path, names: Iterable[str]) -> list[str]:
    """Those of the images that are not in the run folder, each once, in their order."""
    there = {path.stem for path in image_files(folder)}
    return [name for name in dict.fromkeys(names) if name not in there]


def kept_images(folder: Path, database: sqlite3.Connection) -> set[str]:
    """Names of the images that are there and as long as they were; others are written again.

    Where an earlier version kept no lengths at all, the files are looked into once. A file whose
    length alone is not there is none of those: nothing tells what it was.
    """
    sizes = dict(database.execute("SELECT name, size FROM images ORDER BY id"))
    for path in () if sizes else image_files(folder):
        if is_finished(content := path.read_bytes()):
            sizes[path.stem] = len(content)
            row = (None, path.stem, len(content), hashlib.sha256(content).digest())
            database.execute("INSERT INTO images VALUES (?, ?, ?, ?)", row)
    return {
        path.stem for path in image_files(folder) if sizes.get(path.stem) == path.stat().st_size
    }


def is_finished(content: bytes) -> bool:
    """Whether an encoded image has an end; of formats whose end is not known, whether it is any."""
    if content.startswith(PNG):
        return PNG_END in content[-64:]
    if content.startswith(JPEG):
        return JPEG_END in content[-64:]
    return bool(content)
