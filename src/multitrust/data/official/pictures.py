"""Pictures of the data: those that rows name, those of folders, and unrelated ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Literal

from multitrust.data.images import ImageFile
from multitrust.data.names import written
from multitrust.data.official.entries import Entry
from multitrust.data.official.files import refuse
from multitrust.data.official.problems import Problem
from multitrust.data.official.source import Item, Loader, OfficialRow, Source

SUFFIXES = frozenset((".bmp", ".gif", ".jfif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"))
UNRELATED = "unrelated_images"
Kind = Literal["color", "nature", "noise"]
KINDS: tuple[Kind, ...] = ("color", "nature", "noise")
ABSENT, LEADS_NOWHERE = "absent", "a link that leads nowhere"

Condition = Literal["text", "related"] | Kind
Absent = Literal["dropped", "fatal"]
"""What becomes of a row whose picture is absent, officially; corrected, it is always fatal.

Where the original does not drop the row, it fails when the picture is opened.
"""
Show = Callable[[Entry, OfficialRow, str], Iterator[Item]]
"""(entry, its row, path of the related picture) -> the row as the condition shows it."""


def natural(name: str) -> list[str | int]:
    """Sorts names with their numbers in order: `2` before `10`."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"([0-9]+)", name)]


def is_picture(name: str) -> bool:
    """Whether the name has the suffix of a picture."""
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def names_in(source: Source, folder: str) -> list[str]:
    """The names of all that lies in a folder, hidden names and folders too, in natural order."""
    try:
        names = [path.name for path in source.path(folder).iterdir()]
    except OSError:
        refuse(folder, "this folder of pictures is absent; the copy is incomplete", missing=folder)
    return in_order(folder, names)


def folders_in(source: Source, folder: str) -> list[str]:
    """The names of the folders in a folder; none if it is absent."""
    try:
        return [path.name for path in source.path(folder).iterdir() if path.is_dir()]
    except OSError:
        return []


def loose_pictures(source: Source, folder: str) -> Iterator[Problem]:
    """A note for each picture that lies beside the folders of pictures, where nothing reads it."""
    for name in names_in(source, folder):
        if not why_no_picture(source, folder, name):
            message = "a picture beside the folders of pictures; passed over"
            yield Problem(severity="note", file=written(f"{folder}/{name}"), message=message)


def in_order(folder: str, names: Iterable[str]) -> list[str]:
    """The names of a folder's entries in natural order, refused if two are written alike."""
    ordered = sorted(names, key=natural)
    twice = [name for name, count in Counter(map(written, ordered)).items() if count > 1]
    if twice:
        refuse(folder, f"two names are written {twice[0]!r}, one not in UTF-8; rename that one")
    return ordered


def why_no_picture(source: Source, folder: str, name: str) -> str:
    """Why what lies in a folder is no picture of the data; empty if it may be one."""
    if source.path(f"{folder}/{name}").is_dir():
        return describe_folder(source, f"{folder}/{name}")
    if is_hidden(name):
        return "a file hidden by its name, as macOS leaves them"
    return "" if is_picture(name) else "no picture by its suffix"


def is_hidden(name: str) -> bool:
    """Whether the name begins with a dot, which patterns with a star leave out."""
    return name.startswith(".")


def describe_folder(source: Source, folder: str) -> str:
    """What is to be said of a folder in the place of a picture; names pictures lost in it."""
    files = source.path(folder).rglob("*")
    count = sum(is_picture(path.name) and not is_hidden(path.name) for path in files)
    held = "1 picture" if count == 1 else f"{count} pictures"
    return (
        f"a folder, not a picture; it holds {held}, which nothing reads: move them up"
        if count
        else "a folder, not a picture"
    )


def folder_notes(source: Source, folder: str, name: str) -> Iterator[Problem]:
    """A note if what lies in a folder is a folder with pictures, which nothing reads."""
    path = source.path(f"{folder}/{name}")
    if path.is_dir() and any(is_picture(inner.name) for inner in path.rglob("*")):
        message = describe_folder(source, f"{folder}/{name}")
        yield Problem(severity="note", file=written(f"{folder}/{name}"), message=message)


def list_pictures(source: Source, folder: str) -> tuple[list[str], list[Problem]]:
    """The names of a folder's pictures in natural order, maybe none, and notes on what else is there.

    The official protocol takes all that lies in the folder for a picture, as the original lists it
    (quirk Q13).
    """
    names = names_in(source, folder)
    fate = "passed over" if source.corrected else "taken for one, as the original does"
    odd = {name: why for name in names if (why := why_no_picture(source, folder, name))}
    notes = [
        Problem(severity="note", file=written(f"{folder}/{name}"), message=f"{why}; {fate}")
        for name, why in odd.items()
    ]
    return [name for name in names if name not in odd or not source.corrected], notes


def pictures_of(source: Source, folder: str) -> tuple[list[str], list[Problem]]:
    """As `list_pictures`, of a folder that must hold some."""
    names, notes = list_pictures(source, folder)
    if not names:
        refuse(folder, "holds no pictures; the copy is incomplete", missing=folder)
    return names, notes


def stems(names: list[str]) -> dict[str, str]:
    """Name -> name without suffix, as it is written; the suffix stays where two would be the same."""
    found = {name: PurePosixPath(written(name)).stem for name in names}
    counts = Counter(found.values())
    return {name: stem if counts[stem] == 1 else written(name) for name, stem in found.items()}


def with_picture(source: Source, row: OfficialRow, path: str) -> OfficialRow:
    """The row with the picture at that path below the data root."""
    return replace(row, image=ImageFile(source.path(path)), picture=written(path))


def shown(
    source: Source, entry: Entry, path: str, *rows: OfficialRow, absent: Absent = "fatal"
) -> Iterator[Item]:
    """The entry's rows with their picture; only a problem if there is no such file (Q14).

    Where a folder lies in its place the original keeps the row, and fails when it opens it.
    """
    if source.holds(path):
        yield from (with_picture(source, row, path) for row in rows)
        return
    why = why_no_file(source, path)
    lost = why in (ABSENT, LEADS_NOWHERE)
    yield entry.problem(
        f"the picture {path} is {why}",
        severity=absent if lost and not source.corrected else "fatal",
        missing=path,
    )


def why_no_file(source: Source, name: str) -> str:
    """What is in the place of a file that is not there."""
    path = source.path(name)
    try:
        if path.is_dir():
            return "a folder; expected a file"
        if path.exists():
            return "no file; expected one"
        return LEADS_NOWHERE if path.is_symlink() else ABSENT
    except OSError:  # a name too long for the file system
        return ABSENT


def candidates(source: Source, kind: str, at_least: int = 1) -> list[str]:
    """Paths of the unrelated pictures of that kind in natural order.

    Hidden names are left out, as by the original's pattern `*color*`; by the official protocol
    all others are taken, folders too.
    """
    names = [n for n in names_in(source, UNRELATED) if kind in n and not is_hidden(n)]
    if source.corrected:
        names = [name for name in names if not why_no_picture(source, UNRELATED, name)]
    if len(names) < at_least:
        refuse(
            UNRELATED,
            f"{len(names)} pictures of the kind {kind} came, expected {at_least} or more",
            missing=f"{UNRELATED}/*{kind}*",
        )
    return [f"{UNRELATED}/{name}" for name in names]


def picked(source: Source, paths: list[str], row_id: str, count: int = 1) -> list[str]:
    """Different ones of the pictures, drawn evenly; fixed by seed, dataset id and row (Q12)."""
    return source.stream(source.dataset_id, row_id).sample(paths, count)


def presenter(source: Source, condition: Condition) -> Show:
    """How a condition shows a row."""
    if condition == "text":
        return lambda entry, row, related: iter((row,))
    if condition == "related":
        return lambda entry, row, related: shown(source, entry, related, row)
    paths = candidates(source, condition)
    return lambda entry, row, related: iter(
        (with_picture(source, row, picked(source, paths, row.id)[0]),)
    )


def arms(
    prefix: str, loader: Callable[[Condition], Loader], related: str = "image"
) -> dict[str, Loader]:
    """The five dataset ids of a text task; `related` ends the id of the related picture."""
    unrelated = {f"{prefix}-unrelated-image-{kind}": loader(kind) for kind in KINDS}
    return {f"{prefix}-text": loader("text"), f"{prefix}-{related}": loader("related")} | unrelated
