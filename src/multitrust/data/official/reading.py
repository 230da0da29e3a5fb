"""Reading a dataset id of the user's copy of the official data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from multitrust.core import DataUnavailableError, Origin, UnknownNameError
from multitrust.data.official import fairness, privacy, robustness, safety, truthfulness
from multitrust.data.official.broken import picture_problems
from multitrust.data.official.coverage import coverage_problems
from multitrust.data.official.problems import Problem, Rejected
from multitrust.data.official.source import Loader, OfficialRow, Source

FOLDERS = (
    "truthfulness",
    "safety",
    "robustness",
    "fairness",
    "privacy",
    "unrelated_images",
    "fonts",
)
"""What a data root holds."""

LOADERS: Mapping[str, Mapping[str, Loader]] = (
    truthfulness.TASKS | safety.TASKS | robustness.TASKS | fairness.TASKS | privacy.TASKS
)
DATASET_IDS: Mapping[str, tuple[str, ...]] = {task: tuple(ids) for task, ids in LOADERS.items()}
"""Task id -> all its dataset ids, whether the original runs them or not."""
NEVER_RUN = privacy.NEVER_RUN
"""Dataset ids that the original defines and that neither its scripts nor our runs ask (Q18)."""
TASK_OF: Mapping[str, str] = {name: task for task, ids in DATASET_IDS.items() for name in ids}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """All that was read of a dataset id; of no use to a run if a problem is fatal."""

    rows: tuple[OfficialRow, ...]
    problems: tuple[Problem, ...]

    @property
    def fatal(self) -> tuple[Problem, ...]:
        """The problems that forbid its use."""
        return tuple(problem for problem in self.problems if problem.severity == "fatal")


def data_root(root: str | None) -> Path:
    """The folder, checked to look like a copy of the data.

    Raises:
        DataUnavailableError: no folder is named, it does not exist, or it holds nothing expected.
    """
    if root is None:
        raise DataUnavailableError(
            "the official data need a copy on this machine, and no folder was named; "
            "give its folder as the data root, or fetch the data first"
        )
    path = Path(root)
    if not path.is_dir():
        raise DataUnavailableError(
            f"the data root {root} is no folder; give the folder that holds {FOLDERS[0]}/, …"
        )
    if not any((path / name).is_dir() for name in FOLDERS):
        inner = path / "data"
        hint = f"; did you mean {inner}?" if (inner / FOLDERS[0]).is_dir() else ""
        raise DataUnavailableError(
            f"the data root {root} is not a copy of the official data: none of its folders "
            f"({', '.join(FOLDERS)}) is there{hint}"
        )
    return path


def read(dataset_id: str, origin: Origin, *, corrected: bool) -> Reading:
    """The rows of a dataset id and what is wrong with them; of no other dataset id.

    What cannot be asked is fatal: it is for verifying, planning and running alike. All pictures
    are looked at, as far as it takes to tell that a model can be shown them.

    Raises:
        DataUnavailableError: the data root is no copy of the data at all.
        UnknownNameError: the original has no such dataset id.
    """
    if dataset_id not in TASK_OF:
        raise UnknownNameError("official dataset", dataset_id, TASK_OF)
    task = TASK_OF[dataset_id]
    source = Source(
        root=data_root(origin.root),
        task=task,
        dataset_id=dataset_id,
        seed=origin.seed,
        corrected=corrected,
    )
    rows: list[OfficialRow] = []
    problems: list[Problem] = []
    try:
        for item in LOADERS[task][dataset_id](source):
            if isinstance(item, Problem):
                problems.append(item)
            else:
                rows.append(item)
    except Rejected as rejected:
        problems.append(rejected.problem)
    problems.extend(picture_problems(source, rows))
    if not any(problem.severity == "fatal" for problem in problems):
        problems.extend(coverage_problems(source, rows))
        if not rows:
            problems.append(without_rows(dataset_id, problems))
    return Reading(rows=tuple(rows), problems=tuple(problems))


def without_rows(dataset_id: str, problems: Sequence[Problem]) -> Problem:
    """The problem of a dataset id of which every row is left out."""
    return Problem(
        severity="fatal",
        file=problems[0].file if problems else dataset_id,
        message="no row is left to be asked",
    )


def official_rows(dataset_id: str, origin: Origin, *, corrected: bool) -> Iterator[OfficialRow]:
    """The rows of a dataset id in the original's order.

    `corrected` chooses, for each quirk of the original's data, the corrected reading; otherwise the
    original is reproduced. All is read before the first row is given, so that no model is asked in
    vain.

    Raises:
        DataUnavailableError: the data root is wrong, or a file, row or picture cannot be used; the
            message names file, row and field, what came and what was expected.
        UnknownNameError: the original has no such dataset id.
    """
    reading = read(dataset_id, origin, corrected=corrected)
    if reading.fatal:
        first, more = reading.fatal[0], len(reading.fatal) - 1
        others = f" (and {more} more problems; verify the copy to see them all)" if more else ""
        raise DataUnavailableError(
            f"dataset id {dataset_id}: {located(first, data_root(origin.root))}{others}"
        )
    return iter(reading.rows)


def located(problem: Problem, base: Path) -> str:
    """The problem in words, with the whole path of the file that is to be put right."""
    if problem.missing in ("", problem.file):
        return str(replace(problem, file=str(base / problem.file)))
    return f"{base / problem.missing}: {problem}"
