"""Unpacking the archives that a download may hold, without leaving its folder."""

from __future__ import annotations

import shutil
import stat
import tarfile
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from multitrust.core import DataUnavailableError

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz")


def unpack_all(folder: Path) -> None:
    """Unpack every archive below the folder into the folder where it lies.

    Raises:
        DataUnavailableError: an archive is damaged, or holds a link or a path that leads out.
    """
    archives = [path for path in folder.rglob("*") if path.name.lower().endswith(SUFFIXES)]
    for path in sorted(archives):
        if ".cache" in path.relative_to(folder).parts:
            continue
        try:
            (unpack_zip if path.suffix.lower() == ".zip" else unpack_tar)(path)
        except (zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
            raise DataUnavailableError(
                f"the archive {path.name} is damaged ({error}); fetch it again"
            ) from None


def unpack_zip(path: Path) -> None:
    """Unpack a ZIP archive beside itself."""
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            link = stat.S_ISLNK(member.external_attr >> 16)
            target = inside(path, member.filename, allowed=not link)
            if not member.is_dir():
                with archive.open(member) as content:
                    write(target, content)


def unpack_tar(path: Path) -> None:
    """Unpack a TAR archive beside itself."""
    with tarfile.open(path) as archive:
        for member in archive:
            target = inside(path, member.name, allowed=member.isfile() or member.isdir())
            content = archive.extractfile(member) if member.isfile() else None
            if content is not None:
                with content:
                    write(target, content)


def inside(archive: Path, name: str, *, allowed: bool) -> Path:
    """Where a member goes; refused if that is not below the archive's folder."""
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    leads_out = posix.is_absolute() or windows.drive or windows.root or ".." in windows.parts
    if leads_out or not allowed:
        raise DataUnavailableError(
            f"the archive {archive.name} holds {name!r}, which is a link or leads out of its "
            "folder; nothing of it is used, so report it to those who offer the data"
        )
    return archive.parent / posix


def write(path: Path, content: IO[bytes]) -> None:
    """Write a member."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        shutil.copyfileobj(content, file)
