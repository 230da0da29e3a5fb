"""Verifying a copy of the data: every dataset id is read by both protocols, every picture opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from multitrust.core import ImageError, Origin, UnknownNameError, decode_image, open_image
from multitrust.data.images import ImageFile
from multitrust.data.official.fairness import CHOICES
from multitrust.data.official.fingerprint import fingerprint
from multitrust.data.official.pictures import UNRELATED, is_picture
from multitrust.data.official.problems import Problem
from multitrust.data.official.reading import DATASET_IDS, Reading, data_root, read

DRAWN = (UNRELATED, CHOICES)
"""Folders whose pictures are drawn by the seed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DatasetCheck:
    """What one dataset id of the copy gives."""

    rows: int
    """By the official protocol."""
    corrected_rows: int
    """By the corrected protocol, without what it refuses."""
    dropped: int
    """Annotation rows that the official protocol leaves out."""
    problems: tuple[Problem, ...]
    """Of both protocols; the corrected one is the stricter."""

    @property
    def complete(self) -> bool:
        """Whether both protocols can use it."""
        return not any(problem.severity == "fatal" for problem in self.problems)

    @property
    def missing(self) -> tuple[str, ...]:
        """The files and pictures that are absent."""
        return tuple(sorted({problem.missing for problem in self.problems if problem.missing}))


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """What a copy of the data holds and lacks."""

    fingerprint: str
    datasets: Mapping[str, DatasetCheck]
    """By dataset id, of the tasks asked for."""
    tasks: Mapping[str, bool]
    """Task id -> whether all its dataset ids are complete."""

    @property
    def complete(self) -> bool:
        """Whether all tasks asked for are."""
        return all(self.tasks.values())

    def missing(self, task: str) -> tuple[str, ...]:
        """The files and pictures that a task lacks."""
        lacked = (self.datasets[name].missing for name in DATASET_IDS[task])
        return tuple(sorted({path for paths in lacked for path in paths}))


def verify(root: str | Path, tasks: Iterable[str] | None = None) -> Verification:
    """Read the dataset ids of the tasks, of all by default, and open all their pictures.

    Raises:
        DataUnavailableError: the folder is no copy of the data at all.
        UnknownNameError: there is no such task.
    """
    asked = list(dict.fromkeys(DATASET_IDS if tasks is None else tasks))
    for task in asked:
        if task not in DATASET_IDS:
            raise UnknownNameError("official task", task, DATASET_IDS)
    base = data_root(str(root))
    broken = cache(lambda name: why_broken(base / name))
    found = {
        task: {name: checked(base, name, broken) for name in DATASET_IDS[task]} for task in asked
    }
    return Verification(
        fingerprint=fingerprint(base),
        datasets={name: check for checks in found.values() for name, check in checks.items()},
        tasks={task: all(c.complete for c in checks.values()) for task, checks in found.items()},
    )


def checked(base: Path, dataset_id: str, broken: Callable[[str], str]) -> DatasetCheck:
    """One dataset id by both protocols."""
    origin = Origin(name="official", root=str(base))
    official = read(dataset_id, origin, corrected=False)
    corrected = read(dataset_id, origin, corrected=True)
    opened = [
        unusable(name, why)
        for name in sorted(pictures(base, official, corrected))
        if (why := broken(name))
    ]
    return DatasetCheck(
        rows=len(official.rows),
        corrected_rows=len(corrected.rows),
        dropped=sum(problem.severity == "dropped" for problem in official.problems),
        problems=(*merged(corrected.problems, official.problems), *opened),
    )


def pictures(base: Path, *readings: Reading) -> set[str]:
    """The pictures that the readings show, and those that they would show by another seed."""
    shown = {row.picture for reading in readings for row in reading.rows if is_picture(row.picture)}
    drawn = [folder for folder in DRAWN if any(name.startswith(folder) for name in shown)]
    files = (path for folder in drawn for path in (base / folder).rglob("*"))
    return shown | {path.relative_to(base).as_posix() for path in files if is_picture(path.name)}


def merged(first: Iterable[Problem], second: Iterable[Problem]) -> Iterator[Problem]:
    """The first problems, and those of the second that concern something else."""
    seen = set()
    for problem in first:
        seen.add((problem.file, problem.row, problem.field, problem.missing))
        yield problem
    for problem in second:
        if (problem.file, problem.row, problem.field, problem.missing) not in seen:
            yield problem


def unusable(name: str, why: str) -> Problem:
    """The problem of a picture that a run would refuse."""
    return Problem(severity="fatal", file=name, message=f"cannot be opened as a picture: {why}")


def why_broken(path: Path) -> str:
    """Why a run would refuse the picture of a file; empty if it would not, or there is no file.

    Files are opened as a run opens them, and decoded to their end.
    """
    if not path.exists():
        return ""
    try:
        opened = open_image(ImageFile(path).read())
        opened.draft("RGB", (64, 64))  # a JPEG is read whole all the same, but decoded faster
        decode_image(opened)
    except ImageError as error:
        return str(error)
    return ""
