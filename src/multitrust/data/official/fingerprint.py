"""What identifies a copy of the data, wherever it lies."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from multitrust.data.official.pictures import is_picture
from multitrust.data.official.reading import FOLDERS, data_root


def fingerprint(root: str | Path) -> str:
    """sha256 over the names of all files with the digests of texts and the sizes of pictures.

    It does not depend on where the folder lies, nor on the times of its files. A name that is not
    UTF-8 counts by its bytes.

    Raises:
        DataUnavailableError: the folder is no copy of the data.
    """
    base, digest = data_root(str(root)), hashlib.sha256()
    for name, path in files_below(base):
        mark = str(path.stat().st_size) if is_picture(name) else file_digest(path)
        digest.update(f"{name}\0{mark}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def files_below(base: Path) -> Iterator[tuple[str, Path]]:
    """The files of the data with their names below the root, sorted by these."""
    paths = (path for folder in FOLDERS for path in (base / folder).rglob("*") if path.is_file())
    yield from sorted((path.relative_to(base).as_posix(), path) for path in paths)


def file_digest(path: Path) -> str:
    """sha256 of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
