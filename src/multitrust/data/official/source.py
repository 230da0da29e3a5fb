"""Where a loader reads from, and the kinds of thing that it yields."""

from __future__ import annotations

import posixpath
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from multitrust.core import Image
from multitrust.data.official.entries import Entry
from multitrust.data.official.problems import Problem, Rejected


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficialRow:
    """What one sample of the official data is made of; the task words it."""

    id: str
    """Unique in the dataset id; rows that pair across the ids of a task have one id."""
    family: str
    """The annotation row or the picture that the sample comes from."""
    fields: Mapping[str, Any]
    """What the prompt interpolates."""
    variant: str = ""
    """Which wording, where there are several."""
    target: Any = None
    """The original's target."""
    image: Image | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    """The original's further facts; JSON-serialisable."""
    picture: str = ""
    """Path below the data root of the picture shown, as it is written (`written`); "" if there is none
    or it is rendered."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A copy of the data, read for one dataset id by one protocol."""

    root: Path
    task: str
    dataset_id: str
    seed: int
    corrected: bool

    def path(self, name: str) -> Path:
        """The path of a name below the data root; `..` may lead back within it.

        Raises:
            Rejected: the name leads out of the data root, or is none that a file can have.
        """
        path = PurePosixPath(posixpath.normpath(name))
        if "\0" in name or path.is_absolute() or path.parts[:1] == ("..",):
            why = "holds NUL" if "\0" in name else "leads out of the data root"
            raise Rejected(Problem(severity="fatal", file=name, message=f"the path {name!r} {why}"))
        return self.root / path

    def holds(self, name: str) -> bool:
        """Whether there is a file of that name below the data root."""
        try:
            return self.path(name).is_file()
        except OSError:  # a name too long for the file system
            return False

    def stream(self, *key: object) -> random.Random:
        """A random stream fixed by the seed, the task and the key; by no version of ours."""
        return random.Random("/".join(map(str, (self.seed, self.task, *key))))


Item = OfficialRow | Problem
Loader = Callable[[Source], Iterator[Item]]
"""Raises `Rejected` for what concerns the whole dataset id."""


def placed(problem: Problem, entry: Entry) -> Problem:
    """The problem; at the entry's place if it has none of its own."""
    return problem if problem.row else replace(problem, file=entry.file, row=entry.row)


def each(
    entries: Iterable[Entry | Problem], make: Callable[[Entry], Iterable[Item]]
) -> Iterator[Item]:
    """What is made of each entry; a rejected one becomes its problem."""
    for entry in entries:
        if isinstance(entry, Problem):
            yield entry
            continue
        try:
            yield from make(entry)
        except Rejected as rejected:
            yield placed(rejected.problem, entry)
