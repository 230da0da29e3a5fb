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


def files_of(source: Source, folder: str) -> list[str]:
    """The names of all files of a folder in natural order."""
    try:
        names = [path.name for path in source.path(folder).iterdir() if path.is_file()]
    except OSError:
        refuse(folder, "this folder of pictures is absent; the copy is incomplete", missing=folder)
    return in_order(folder, names)


def in_order(folder: str, names: Iterable[str]) -> list[str]:
    """The names of a folder's entries in natural order, refused if two are written alike."""
    ordered = sorted(names, key=natural)
    twice = [name for name, count in Counter(map(written, ordered)).items() if count > 1]
    if twice:
        refuse(folder, f"two names are written {twice[0]!r}, one not in UTF-8; rename that one")
    return ordered


def pictures_of(source: Source, folder: str) -> tuple[list[str], list[Problem]]:
    """The names of a folder's pictures in natural order, and notes on what else lies there.

    The official protocol takes every file for a picture (quirk Q13).
    """
    names = files_of(source, folder)
    fate = "passed over" if source.corrected else "taken for one, as the original does"
    notes = [
        Problem(
            severity="note",
            file=written(f"{folder}/{name}"),
            message=f"no picture by its suffix; {fate}",
        )
        for name in names
        if not is_picture(name)
    ]
    kept = [name for name in names if is_picture(name) or not source.corrected]
    if not kept:
        refuse(folder, "holds no pictures; the copy is incomplete", missing=folder)
    return kept, notes


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
    """The entry's rows with their picture; only a problem if it is absent (Q14)."""
    if not source.holds(path):
        yield entry.problem(
            f"the picture {path} is absent",
            severity="fatal" if source.corrected else absent,
            missing=path,
        )
        return
    for row in rows:
        yield with_picture(source, row, path)


def candidates(source: Source, kind: str, at_least: int = 1) -> list[str]:
    """Paths of the unrelated pictures of that kind in natural order."""
    names = [name for name in files_of(source, UNRELATED) if kind in name]
    kept = [name for name in names if is_picture(name) or not source.corrected]
    if len(kept) < at_least:
        refuse(
            UNRELATED,
            f"{len(kept)} pictures of the kind {kind} came, expected {at_least} or more",
            missing=f"{UNRELATED}/*{kind}*",
        )
    return [f"{UNRELATED}/{name}" for name in kept]


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
