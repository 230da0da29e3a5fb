"""Pictures of the data that no model can be shown, found before anything is asked."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from multitrust.core import ImageError, decode_image, open_image
from multitrust.data.images import ImageFile, checked_bytes
from multitrust.data.names import written
from multitrust.data.official.pictures import KINDS, UNRELATED, is_picture
from multitrust.data.official.problems import Problem
from multitrust.data.official.source import OfficialRow

CHOICES = "fairness/subjective_choice_images"
"""Folder of the two pictures of each choice (F.7)."""
DRAWN = (UNRELATED, CHOICES)
"""Folders whose pictures are drawn by the seed."""
PNG = b"\x89PNG\r\n\x1a\n"


def broken_pictures(base: Path, rows: Iterable[OfficialRow]) -> Iterator[Problem]:
    """A fatal problem for each picture that the rows show, or would by another seed, and cannot."""
    for name, path in sorted(pictures(base, rows).items()):
        if why := why_broken(path):
            yield Problem(
                severity="fatal", file=name, message=f"cannot be opened as a picture: {why}"
            )


def pictures(base: Path, rows: Iterable[OfficialRow]) -> dict[str, Path]:
    """The pictures that rows show, and those that they would show by another seed.

    By the path below the data root, as it is written.
    """
    shown = {row.picture: row.image.path for row in rows if isinstance(row.image, ImageFile)}
    files = (path for folder in drawn_from(shown) for path in (base / folder).rglob("*"))
    kinds = kinds_of(shown)
    others = {
        written(path.relative_to(base).as_posix()): path for path in files if is_picture(path.name)
    }
    drawn = {
        name: path
        for name, path in others.items()
        if not name.startswith(UNRELATED) or kinds & kinds_of([name])
    }
    return shown | drawn


def drawn_from(names: Iterable[str]) -> set[str]:
    """The folders of those pictures whose pictures are drawn by the seed."""
    return {folder for folder in DRAWN for name in names if name.startswith(folder)}


def kinds_of(names: Iterable[str]) -> set[str]:
    """The kinds of the unrelated pictures among those."""
    unrelated = [name for name in names if name.startswith(UNRELATED)]
    return {kind for kind in KINDS for name in unrelated if kind in name.rpartition("/")[2]}


def why_broken(path: Path) -> str:
    """Why a file cannot be shown as a picture; empty if it can, or if there is no file."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return why_undecodable(path, status.st_size, status.st_mtime_ns)


@cache
def why_undecodable(path: Path, size: int, changed: int) -> str:
    """Why a picture cannot be decoded to its end; empty if it can.

    Remembered for the file's size and time of change, as a run reads its data several times. A PNG
    whose check sums are right is not decoded, which would take some twenty times as long.
    """
    try:
        content = checked_bytes(path)
        if not is_intact_png(content):
            opened = open_image(content)
            opened.draft("RGB", (64, 64))  # a JPEG is read whole all the same, but decoded faster
            decode_image(opened)
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    except ImageError as error:
        return str(error)
    return ""


def is_intact_png(content: bytes) -> bool:
    """Whether the content is a PNG that is whole, with the right check sum in every chunk."""
    view, place = memoryview(content), len(PNG)
    if not content.startswith(PNG):
        return False
    while place + 12 <= len(view):
        length, kind = struct.unpack_from(">I4s", view, place)
        end = place + 8 + length
        if end + 4 > len(view):
            return False
        if zlib.crc32(view[place + 4 : end]) != int.from_bytes(view[end : end + 4], "big"):
            return False
        if kind == b"IEND":
            return True
        place = end + 4
    return False
