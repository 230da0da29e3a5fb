"""Pictures of the data that no model can be shown, found before anything is asked."""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from multitrust.core import ImageError, decode_image, open_image
from multitrust.data.images import ImageFile, checked_bytes
from multitrust.data.names import written
from multitrust.data.official.leftovers import LONGEST_START, recognize
from multitrust.data.official.pictures import (
    KINDS,
    LEADS_NOWHERE,
    UNRELATED,
    Kind,
    candidates,
    folder_notes,
    names_in,
)
from multitrust.data.official.problems import Problem, Severity
from multitrust.data.official.source import OfficialRow, Source

CHOICES = "fairness/subjective_choice_images"
"""Folder of the two pictures of each choice (F.7)."""
PNG = b"\x89PNG\r\n\x1a\n"
BORNE = "all its pixels can be decoded, so it is shown as it stands; some services may refuse it"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What is wrong with the file of a picture."""

    severity: Severity
    message: str


def picture_problems(source: Source, rows: Iterable[OfficialRow]) -> Iterator[Problem]:
    """What is wrong with the pictures that the rows show, or would show by another seed.

    Fatal for each that cannot be opened; a note for each that is damaged and can be opened, and for
    each folder among the unrelated pictures.
    """
    shown = {row.picture: row.image.path for row in rows if isinstance(row.image, ImageFile)}
    drawn = unrelated_kinds(shown)
    for name, path in sorted((shown | other_draws(source, shown)).items()):
        if found := inspect_picture(path):
            yield Problem(severity=found.severity, file=name, message=found.message)
    for name in names_in(source, UNRELATED) if drawn else ():
        if not any(kind in name for kind in drawn) or source.corrected:
            yield from folder_notes(source, UNRELATED, name)


def other_draws(source: Source, shown: Iterable[str]) -> dict[str, Path]:
    """The pictures that the seed may draw in place of those, by their written paths."""
    names = [name for kind in unrelated_kinds(shown) for name in candidates(source, kind)]
    names += [
        f"{CHOICES}/choice_{side}_images/{name.rpartition('/')[2]}"
        for name in shown
        if name.startswith(f"{CHOICES}/")
        for side in "ab"
        if source.holds(f"{CHOICES}/choice_{side}_images/{name.rpartition('/')[2]}")
    ]
    return {written(name): source.path(name) for name in names}


def unrelated_kinds(names: Iterable[str]) -> list[Kind]:
    """The kinds of the unrelated pictures among those."""
    unrelated = [name for name in names if name.startswith(f"{UNRELATED}/")]
    return [kind for kind in KINDS if any(kind in name.rpartition("/")[2] for name in unrelated)]


def inspect_picture(path: Path) -> Finding | None:
    """What is wrong with the file of a picture; None if nothing is."""
    try:
        status = path.stat()
    except OSError as error:
        return broken(LEADS_NOWHERE if path.is_symlink() else f"not readable: {error.strerror}")
    if stat.S_ISDIR(status.st_mode):
        return broken("a folder; move its pictures to where they belong, or delete it")
    if not stat.S_ISREG(status.st_mode):
        return broken("no file; expected the file of a picture")
    return inspect_content(path, status.st_size, status.st_mtime_ns)


def broken(why: str) -> Finding:
    """The finding that no model can be shown the picture."""
    return Finding(severity="fatal", message=f"cannot be opened as a picture: {why}")


@cache
def inspect_content(path: Path, size: int, changed: int) -> Finding | None:
    """What is wrong with the content of a picture's file; None if nothing is.

    Remembered for the file's size and time of change, as a run reads its data several times. A PNG
    without a flaw is not decoded, which would take some twenty times as long.
    """
    try:
        with path.open("rb") as file:
            what = recognize(file.read(LONGEST_START))
        if what:
            return broken(what)
        content = checked_bytes(path)
        flaw = find_png_flaw(content) if content.startswith(PNG) else ""
        if flaw or not content.startswith(PNG):
            opened = open_image(content)
            opened.draft("RGB", (64, 64))  # a JPEG is read whole all the same, but decoded faster
            decode_image(opened)
    except OSError as error:
        return broken(f"not readable: {error.strerror}")
    except ImageError as error:
        return broken(str(error))
    return Finding(severity="note", message=f"{flaw}; {BORNE}") if flaw else None


def find_png_flaw(content: bytes) -> str:
    """What is wrong with the chunks of a PNG; empty if it is whole, with the right check sums."""
    view, place = memoryview(content), len(PNG)
    while place + 12 <= len(view):
        length, kind = struct.unpack_from(">I4s", view, place)
        end = place + 8 + length
        if end + 4 > len(view):
            break
        if zlib.crc32(view[place + 4 : end]) != int.from_bytes(view[end : end + 4], "big"):
            return f"a PNG with a wrong check sum in its chunk {kind.decode('latin-1')!r}"
        if kind == b"IEND":
            return ""
        place = end + 4
    return "a PNG that is cut off before its end (IEND)"
