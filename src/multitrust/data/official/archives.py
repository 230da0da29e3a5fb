"""Unpacking the archives that a download may hold, without leaving its folder or filling the disk."""

from __future__ import annotations

import gzip
import shutil
import stat
import tarfile
import zipfile
import zlib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, BinaryIO, cast

from multitrust.core import DataUnavailableError

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz")
GZIP = b"\x1f\x8b"
"""What a gzip file begins with."""
DAMAGE = (zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError)
"""What reading a damaged archive raises."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much an archive may hold; what is more is taken for an attack."""

    members: int = 500_000
    member_bytes: int = 4 * 2**30
    """Of one member, unpacked."""
    total_bytes: int = 128 * 2**30
    """Of all members together, unpacked."""
    ratio: int = 200
    """Unpacked bytes for each byte of the archive, once they are more than `small_bytes`."""
    small_bytes: int = 256 * 2**20
    read_bytes: int = 16 * 2**20
    """Of one read of a TAR archive: a header is read whole."""


class TooLarge(Exception):
    """An archive exceeds a limit; says which."""


@dataclass(slots=True)
class Meter:
    """Counts the members of an archive and their bytes, unpacked."""

    packed: int
    """Size of the archive in bytes."""
    limits: Limits
    members: int = 0
    total: int = 0

    def count(self, size: int) -> None:
        """Count a member of that size.

        Raises:
            TooLarge: a limit is exceeded.
        """
        self.members, self.total = self.members + 1, self.total + size
        limits = self.limits
        if self.members > limits.members:
            raise TooLarge(f"more than {limits.members:,} members")
        if size > limits.member_bytes:
            raise TooLarge(f"a member of {size:,} bytes, more than {limits.member_bytes:,}")
        if self.total > limits.total_bytes:
            raise TooLarge(f"more than {limits.total_bytes:,} bytes")
        if self.total > max(limits.small_bytes, limits.ratio * self.packed):
            raise TooLarge(f"more than {limits.ratio} times its own {self.packed:,} bytes")


class LimitedReads:
    """A file of which no single read may be large."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self.file, self.most = file, most

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes.

        Raises:
            TooLarge: more than the limit are asked for at once.
        """
        if not 0 <= size <= self.most:
            raise TooLarge(f"a header of more than {self.most:,} bytes")
        return self.file.read(size)

    def seek(self, position: int) -> int:
        """Go to a position."""
        return self.file.seek(position)

    def tell(self) -> int:
        """The position."""
        return self.file.tell()


def unpack_all(folder: Path, limits: Limits | None = None) -> None:
    """Unpack every archive below the folder into the folder where it lies.

    Raises:
        DataUnavailableError: an archive is damaged, holds a link or a path that leads out, or holds
            more than the limits allow.
    """
    archives = [path for path in folder.rglob("*") if path.name.lower().endswith(SUFFIXES)]
    for path in sorted(archives):
        if ".cache" in path.relative_to(folder).parts:
            continue
        unpack = unpack_zip if path.suffix.lower() == ".zip" else unpack_tar
        try:
            unpack(path, Meter(path.stat().st_size, limits or Limits()))
        except DAMAGE as error:
            raise DataUnavailableError(
                f"the archive {path.name} is damaged ({error}); fetch it again"
            ) from None
        except RuntimeError as error:  # encrypted, of another compression, headers within headers
            raise DataUnavailableError(
                f"the archive {path.name} cannot be unpacked ({error}); unpack it by hand"
            ) from None
        except TooLarge as error:
            raise DataUnavailableError(
                f"the archive {path.name} holds {error}; unpack it by hand if you trust it, and "
                "report it to those who offer the data if you do not"
            ) from None


def unpack_zip(path: Path, meter: Meter) -> None:
    """Unpack a ZIP archive beside itself; all sizes are checked before anything is written."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        for member in members:
            meter.count(member.file_size)
        for member in members:
            link = stat.S_ISLNK(member.external_attr >> 16)
            target = inside(path, member.filename, allowed=not link)
            if not member.is_dir():
                with archive.open(member) as content:
                    write(target, content)


def unpack_tar(path: Path, meter: Meter) -> None:
    """Unpack a TAR archive beside itself; each size is checked before its member is read."""
    with (
        closing(decompressed(path)) as file,
        tarfile.open(
            fileobj=cast(IO[bytes], LimitedReads(file, meter.limits.read_bytes)), mode="r:"
        ) as archive,
    ):
        for member in archive:
            meter.count(member.size)
            target = inside(path, member.name, allowed=member.isfile() or member.isdir())
            content = archive.extractfile(member) if member.isfile() else None
            if content is not None:
                with content:
                    write(target, content)


def decompressed(path: Path) -> BinaryIO:
    """The file, decompressed as it is read if it is compressed."""
    with path.open("rb") as file:
        compressed = file.read(len(GZIP)) == GZIP
    return cast(BinaryIO, gzip.open(path)) if compressed else path.open("rb")


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
