"""Whether what has the names of a run's files can be read: the first look at every run folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from multitrust.core import StoreError
from multitrust.run.database import NAME, RECOVERED
from multitrust.run.files import MOVE, explain, find_trouble
from multitrust.run.images import IMAGES
from multitrust.run.seal import COMPLETE, FILES, LISTING

BESIDE = tuple(f"{NAME}{suffix}" for suffix in ("-journal", "-wal", "-shm"))
"""What SQLite keeps beside a store; a pipe there would keep it waiting for ever."""
READ = (*FILES, NAME, *BESIDE, RECOVERED, LISTING, COMPLETE)
"""Files of a run that are read again."""


def check_files(folder: Path) -> None:
    """See that nothing is in the place of a run's files that cannot be read as one.

    Files that are not there are no trouble, nor is a folder that is not there.

    Raises:
        StoreError: a folder, a pipe or a device has the name of a file, a file that of the folder
            of images, or one of them may not be read. All of them are named.
    """
    try:
        next(folder.iterdir(), None)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise StoreError(f"cannot use {folder}: {explain(error)}") from None
    if found := list(troubles(folder)):
        raise StoreError("\n".join(found))


def troubles(folder: Path) -> Iterator[str]:
    """What is wrong with each of a run's files, and what to do."""
    for name in READ:
        if trouble := find_trouble(folder / name):
            yield trouble
    images = folder / IMAGES
    if images.exists() and not images.is_dir():
        yield f"cannot use {images}: it is no folder; {MOVE}"
