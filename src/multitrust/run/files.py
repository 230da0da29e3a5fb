"""Files of a run folder: written whole or not at all, and kept when they are damaged."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import shutil
from pathlib import Path
from typing import BinaryIO

ADVICE = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the disk quota is used up; free some space",
    errno.EFBIG: "the file may not grow any more; free some space or raise the limit",
    errno.EROFS: "it is read-only; copy the folder to where it can be written",
    errno.EACCES: "permission is denied; change the permissions or use a copy of the folder",
    errno.EPERM: "permission is denied; change the permissions or use a copy of the folder",
    errno.ENOENT: "a folder of this path does not exist; make it",
    errno.ENOTDIR: "a part of this path is a file and no folder; move the file away",
    errno.EEXIST: "a file of this name is in the way; move it away",
    errno.EISDIR: "it is a folder; name a file",
    errno.EINVAL: "it is no regular file; move it away",
    errno.ENAMETOOLONG: "the path is too long; use a shorter one",
    errno.ELOOP: "its symbolic links lead in a circle; mend them",
    errno.EMFILE: "too many files are open; raise the limit (ulimit -n)",
    errno.ENFILE: "too many files are open on this machine; end other programs",
    errno.EBUSY: "it is in use; end the program that uses it",
    errno.EIO: "the disk could not be read or written; check it",
}
"""Error number -> what is wrong and what to do."""
PASSING = frozenset(
    {
        errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.ENOMEM,
        errno.EBUSY, errno.EIO, errno.EAGAIN, errno.EINTR, errno.ESTALE, errno.ETIMEDOUT,
        *([errno.EACCES] if os.name == "nt" else ()),  # another program reads the file
    }
)  # fmt: skip
"""Error numbers of what may be over after a while, with no change to the path."""


def explain(error: OSError) -> str:
    """What an error of the operating system means and what to do about it."""
    return ADVICE.get(error.errno or 0, f"{error.strerror or error}; use another folder")


def may_pass(error: OSError) -> bool:
    """Whether the same call may succeed after a while: not where something else has the name."""
    return error.errno is None or error.errno in PASSING


def check_folder(path: Path) -> None:
    """See that a path is a folder, or free for one.

    Raises:
        OSError: a file, or a link that leads nowhere, has that name.
    """
    if os.path.lexists(path) and not path.is_dir():
        raise FileExistsError(errno.EEXIST, "it is no folder", str(path))


MOVE = (
    "move it away, then give the command that made the run again: what is stored is kept, the rest "
    "is made anew"
)
"""What to do about anything that is in the place of a run's file."""


def find_trouble(path: Path) -> str:
    """Why what has the name of a run's file cannot be read, and what to do; empty if it can.

    A file that is not there is no trouble.
    """
    try:
        if is_in_the_way(path):
            return f"cannot use {path}: it is no regular file; {MOVE}"
        with path.open("rb"):
            return ""
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except PermissionError:
        return f"cannot use {path}: it may not be read; make it readable, or {MOVE}"
    except OSError as error:
        return f"cannot use {path}: {explain(error)}; or {MOVE}"


LARGEST = 1 << 30
"""Bytes that the files of a run that are read into memory have at most, by far."""


def read_file(path: Path, largest: int = LARGEST) -> bytes:
    """All of a regular file; a pipe or a device of its name would keep its reader waiting.

    Args:
        path: the file.
        largest: bytes that it has at most.

    Raises:
        OSError: it is no regular file, or cannot be read.
        ValueError: it is larger.
    """
    check_regular(path)
    if (size := path.stat().st_size) > largest:
        raise ValueError(f"it has {size:,} bytes, expected at most {largest:,}")
    return path.read_bytes()


def leads_out(path: Path, folder: Path) -> bool:
    """Whether a path is a symbolic link to something that is not in the folder."""
    try:
        return path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a circle
        return True


def quotable(path: Path, text: str) -> str:
    """What a message may say of a file's content: nothing where a link leads to somebody else's.

    Args:
        path: the file, in the folder of a run.
        text: what the message would say.
    """
    return "not of a run, behind a link out of the folder" if leads_out(path, path.parent) else text


def is_in_the_way(path: Path) -> bool:
    """Whether a folder, a pipe or a device has the name of a file."""
    return path.exists() and not path.is_file()


def kind_of(path: Path) -> str:
    """What has a path's name, such as `a folder` or `a pipe`, for a message."""
    kinds = (
        (path.is_file, "a file"),
        (path.is_dir, "a folder"),
        (path.is_fifo, "a pipe"),
        (path.is_socket, "a socket"),
        (path.exists, "a device"),
    )
    return next((name for is_one, name in kinds if is_one()), "a link that leads nowhere")


def check_regular(path: Path) -> None:
    """See that a path is a regular file, or free for one.

    Raises:
        OSError: a folder, a pipe or a device has that name.
    """
    if is_in_the_way(path):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))


def replace_file(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a file under its name once all of it is there; until then the old one stays.

    One process at a time: whoever writes in a run folder holds its lock.

    Args:
        path: the file.
        content: all of it.
        durable: wait until the disk has it, so that a power cut leaves no empty file.

    Raises:
        OSError: it cannot be written; what was there before is untouched.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    temporary = path.with_name(f"{path.name}.tmp")
    try:
        with open_fresh(temporary) as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def open_fresh(path: Path) -> BinaryIO:
    """An empty file to write in; a file, a link or a pipe that has its name is removed first.

    To open what is there could wait for the other end of a pipe, or write through a link into a
    file of somebody else.

    Raises:
        OSError: it cannot be made, or a folder has that name.
    """
    try:
        return path.open("xb")
    except FileExistsError:
        if path.is_dir() and not path.is_symlink():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path)) from None
    path.unlink(missing_ok=True)
    return path.open("xb")


def check_room(folder: Path, size: int) -> None:
    """See that so many bytes can be written in a folder, by writing them.

    Raises:
        OSError: they cannot.
    """
    probe = folder / "room.tmp"
    try:
        with open_fresh(probe) as file:
            file.write(bytes(size))
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)


def keep_damaged(path: Path) -> Path:
    """Give a damaged file a second name, `NAME.damaged-1` or the next free number.

    The first name stays until something is put in its place; no file is ever replaced. A file
    that has such a name already, as this was interrupted, gets no other.

    Raises:
        OSError: the folder cannot be written.
    """
    numbered = (path.with_name(f"{path.name}.damaged-{number}") for number in itertools.count(1))
    kept = next(name for name in numbered if is_free(name) or is_same(name, path))
    if is_free(kept):
        try:
            os.link(path, kept)
        except OSError:  # a file system without hard links, or a full disk
            shutil.copyfile(path, kept)
    return kept


def is_free(path: Path) -> bool:
    """Whether nothing has that name, not even a link that leads nowhere."""
    return not os.path.lexists(path)


def is_same(path: Path, other: Path) -> bool:
    """Whether two paths are one file; a link that leads nowhere is none."""
    return path.exists() and path.samefile(other)
