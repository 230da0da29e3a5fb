"""Verifying a copy of the data: every dataset id is read by both protocols, as a run reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from multitrust.core import Origin, UnknownNameError
from multitrust.data.official.fingerprint import fingerprint
from multitrust.data.official.problems import Problem, Reader
from multitrust.data.official.reading import DATASET_IDS, NEVER_RUN, Reading, data_root, read

PROTOCOLS: tuple[Reader, ...] = ("official", "corrected")


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
    """Read the dataset ids of the tasks, of all by default, with all their pictures.

    Raises:
        DataUnavailableError: the folder is no copy of the data at all.
        UnknownNameError: there is no such task.
    """
    asked = list(dict.fromkeys(DATASET_IDS if tasks is None else tasks))
    for task in asked:
        if task not in DATASET_IDS:
            raise UnknownNameError("official task", task, DATASET_IDS)
    base = data_root(str(root))
    found = {
        task: {name: check_dataset(base, name) for name in DATASET_IDS[task]} for task in asked
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


def check_dataset(base: Path, dataset_id: str) -> DatasetCheck:
    """Read one dataset id by both protocols, as a run does."""
    origin = Origin(name="official", root=str(base))
    read_by: dict[Reader, Reading] = {
        name: read(dataset_id, origin, corrected=name == "corrected") for name in PROTOCOLS
    }
    problems = [
        replace(problem, protocols=(name,))
        for name, reading in read_by.items()
        for problem in reading.problems
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


def merged(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems; one that both protocols have alike stands once, with both."""
    found: dict[Problem, list[Reader]] = {}
    for problem in problems:
        found.setdefault(replace(problem, protocols=()), []).extend(problem.protocols)
    for problem, protocols in found.items():
        yield replace(problem, protocols=tuple(dict.fromkeys(protocols)))
