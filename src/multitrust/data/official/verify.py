"""Verifying a copy of the data: every dataset id is read by both protocols, every picture opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from multitrust.core import ImageError, Origin, UnknownNameError, decode_image, open_image
from multitrust.data.images import ImageFile
from multitrust.data.names import written
from multitrust.data.official.fairness import CHOICES
from multitrust.data.official.fingerprint import fingerprint
from multitrust.data.official.pictures import UNRELATED, is_picture
from multitrust.data.official.problems import Problem, Reader
from multitrust.data.official.reading import DATASET_IDS, NEVER_RUN, Reading, data_root, read

PROTOCOLS: tuple[Reader, ...] = ("official", "corrected")
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
    """Of both protocols; only notes where no run asks the dataset id."""

    @property
    def refused_by(self) -> tuple[Reader, ...]:
        """The protocols that cannot use it."""
        fatal = [p for p in self.problems if p.severity == "fatal"]
        return tuple(name for name in PROTOCOLS if any(name in p.protocols for p in fatal))

    @property
    def complete(self) -> bool:
        """Whether both protocols can use it."""
        return not self.refused_by

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
    """Task id -> whether both protocols can use all its dataset ids."""
    refused_by: Mapping[str, tuple[Reader, ...]]
    """Task id -> the protocols that cannot use one of its dataset ids."""

    @property
    def complete(self) -> bool:
        """Whether all tasks asked for are."""
        return all(self.tasks.values())

    def missing(self, task: str) -> tuple[str, ...]:
        """The files and pictures that a run of the task lacks."""
        asked = (name for name in DATASET_IDS[task] if name not in NEVER_RUN)
        return tuple(sorted({path for name in asked for path in self.datasets[name].missing}))


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
    broken = cache(why_broken)
    found = {
        task: {name: check_dataset(base, name, broken) for name in DATASET_IDS[task]}
        for task in asked
    }
    refused = {task: refusals(checks.values()) for task, checks in found.items()}
    return Verification(
        fingerprint=fingerprint(base),
        datasets={name: check for checks in found.values() for name, check in checks.items()},
        tasks={task: not protocols for task, protocols in refused.items()},
        refused_by=refused,
    )


def refusals(checks: Iterable[DatasetCheck]) -> tuple[Reader, ...]:
    """The protocols that cannot use one of the dataset ids."""
    found = {name for check in checks for name in check.refused_by}
    return tuple(name for name in PROTOCOLS if name in found)


def unopened(base: Path, reading: Reading, broken: Callable[[Path], str]) -> Iterator[Problem]:
    """The problems of the pictures of a dataset id that a run would refuse."""
    for name, path in sorted(pictures(base, reading).items()):
        if why := broken(path):
            yield unusable(name, why)


def check_dataset(base: Path, dataset_id: str, broken: Callable[[Path], str]) -> DatasetCheck:
    """Read one dataset id by both protocols and open its pictures."""
    origin = Origin(name="official", root=str(base))
    read_by: dict[Reader, Reading] = {
        name: read(dataset_id, origin, corrected=name == "corrected") for name in PROTOCOLS
    }
    problems = [
        replace(problem, protocols=(name,))
        for name, reading in read_by.items()
        for problem in (
            *reading.problems,
            *unopened(base, reading, broken),
        )
    ]
    if dataset_id in NEVER_RUN:
        problems = [of_no_run(problem) for problem in problems]
    return DatasetCheck(
        rows=len(read_by["official"].rows),
        corrected_rows=len(read_by["corrected"].rows),
        dropped=sum(p.severity == "dropped" for p in read_by["official"].problems),
        problems=tuple(merged(problems)),
    )


def of_no_run(problem: Problem) -> Problem:
    """The problem as a note, as no run asks its dataset id."""
    if problem.severity == "note":
        return problem
    message = f"{problem.message}; no run asks this dataset id"
    return replace(problem, severity="note", message=message)


def pictures(base: Path, reading: Reading) -> dict[str, Path]:
    """The pictures that a reading shows, and those that it would show by another seed.

    By the path below the data root, as it is written.
    """
    shown = {
        row.picture: row.image.path
        for row in reading.rows
        if isinstance(row.image, ImageFile) and is_picture(row.picture)
    }
    drawn = [folder for folder in DRAWN if any(name.startswith(folder) for name in shown)]
    files = (path for folder in drawn for path in (base / folder).rglob("*"))
    others = (path for path in files if is_picture(path.name))
    return shown | {written(path.relative_to(base).as_posix()): path for path in others}


def merged(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems; one that both protocols have alike stands once, with both."""
    found: dict[Problem, list[Reader]] = {}
    for problem in problems:
        found.setdefault(replace(problem, protocols=()), []).extend(problem.protocols)
    for problem, protocols in found.items():
        yield replace(problem, protocols=tuple(dict.fromkeys(protocols)))


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
