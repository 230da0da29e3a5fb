"""Whether what has the names of a run's files can be read: the first look at every run folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from multitrust.core import StoreError
from multitrust.run.database import BESIDE, NAME, RECOVERED, log_path
from multitrust.run.files import LARGEST, MOVE, explain, find_trouble, leads_out
from multitrust.run.images import IMAGES
from multitrust.run.salvage import FRESH
from multitrust.run.seal import COMPLETE, FILES, LISTING

DATABASES = tuple(f"{name}{part}" for name in (NAME, RECOVERED, FRESH) for part in ("", *BESIDE))
"""A run's databases and what SQLite reads beside each; a journal is none of a run's own files."""
READ = (*FILES, *DATABASES, LISTING, COMPLETE)
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
    for log in (log_path(folder / name) for name in (NAME, RECOVERED)):
        if log.is_file() and log.stat().st_size > LARGEST:
            yield f"cannot use {log}: it is larger than any log of a run; {MOVE}"
    images = folder / IMAGES
    if images.exists() and not images.is_dir():
        yield f"cannot use {images}: it is no folder; {MOVE}"


def outward_links(folder: Path) -> list[str]:
    """Names of the links in a run folder, and in that of its images, that lead out of it."""
    inside = sorted(folder.iterdir())
    if (folder / IMAGES).is_dir() and not leads_out(folder / IMAGES, folder):
        inside += sorted((folder / IMAGES).iterdir())
    return [path.relative_to(folder).as_posix() for path in inside if leads_out(path, folder)]


def check_links(folder: Path) -> None:
    """See that nothing that is written in a run folder would go through a link out of it.

    Single images are put in the place of what has their name; they need not be looked at.

    Raises:
        StoreError: the run's files, its lock or the folder of its images are such links.
    """
    written = {*READ, "lock", IMAGES}
    if found := [name for name in outward_links(folder) if name in written]:
        raise StoreError(
            f"cannot write in {folder}: symbolic links lead out of it, and what is there would be "
            f"changed ({', '.join(found)}); put the file itself, or the folder, in their place"
        )
