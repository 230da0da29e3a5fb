"""What a reader must know before believing the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from multitrust.core import Manifest, Task
from multitrust.report.asked import condition_warnings
from multitrust.report.summary import ConditionResult, TaskResult

UNSCORED_LIMIT = 0.05
"""Share of unscored records above which a condition is warned about."""
LISTED = 12
"""Conditions that a warning names at most; of more it names the tasks."""
UNDECIDED = "Too few samples to tell whether the model read the pictures"


def warnings_of(
    manifest: Manifest,
    results: Sequence[TaskResult],
    tasks: Sequence[Task],
) -> tuple[str, ...]:
    """The warnings of a run, each once: what concerns all of it first, then its tasks."""
    about_run = run_warnings(manifest, results, tasks)
    return tuple(dict.fromkeys((*about_run, *task_warnings(results))))


def run_warnings(
    manifest: Manifest, results: Sequence[TaskResult], tasks: Sequence[Task]
) -> Iterator[str]:
    """What concerns the run as a whole."""
    if manifest.models["target"].name == "demo":
        yield (
            "The model is multitrust's own small demonstration model. Its numbers show what a "
            "report looks like; they say nothing about any model in use."
        )
    if manifest.limit is not None:
        samples = "1 sample" if manifest.limit == 1 else f"{manifest.limit} samples"
        yield f"At most {samples} per condition; intervals are wider for it."
    versions = {task.id: task.version for task in tasks}
    for name, version in manifest.tasks.items():
        if name not in versions:
            yield f"{name} is not a task of this version of multitrust; its records are left out."
        elif versions[name] != version:
            yield (
                f"{name} was run in version {version} and is now {versions[name]}: the numbers of "
                "this report are not comparable with new ones."
            )
    ran = {(result.id, arm.name) for result in results for arm in result.conditions}
    missing = {
        name: [arm for arm in arms if (name, arm) not in ran]
        for name, arms in manifest.conditions.items()
        if name in versions
    }
    lines = [f"{name} ({', '.join(arms)})" for name, arms in missing.items() if arms]
    if lines:
        yield f"Not run yet: {'; '.join(lines)}. Rerun the same command to continue."


def task_warnings(results: Sequence[TaskResult]) -> Iterator[str]:
    """What concerns single tasks, a line for each kind of trouble."""
    yield from condition_warnings([count for result in results for count in result.samples])
    lacking: dict[str, list[str]] = {}
    for result in results:
        if result.lacks:
            lacking.setdefault(result.lacks, []).append(result.id)
    for lack, names in lacking.items():
        yield f"Unscored, {lack}: {', '.join(names)}."
    blind = [
        f"{result.id} ({100 * result.reading.value:.0f} %)"
        for result in results
        if result.blind and result.reading is not None and result.reading.value is not None
    ]
    if blind:
        yield (
            "Fails the perception check; disregard the scores of these tasks. The model reads "
            "their pictures no better than one constant answer would (share read in brackets): "
            f"{', '.join(blind)}."
        )
    undecided = [result.id for result in results if result.undecided]
    if undecided:
        yield f"{UNDECIDED}: {', '.join(undecided)}."
    failed = [
        Part(result.id, arm.name, count, arm.records)
        for result in results
        for arm in result.conditions
        if (count := arm.outcomes.get("errored", 0))
    ]
    if failed:
        yield f"Samples failed; rerun the same command to retry them: {listed(failed)}."
    lost = [
        Part(result.id, arm.name, arm.unscored, arm.records)
        for result in results
        for arm in result.conditions
        if not result.lacks and is_often_unscored(arm)
    ]
    if lost:
        yield f"Responses could not be scored; the numbers cover the rest: {listed(lost)}."


class Part(NamedTuple):
    """How many records of a condition something is wrong with."""

    task: str
    condition: str
    wrong: int
    records: int


def listed(parts: Sequence[Part]) -> str:
    """The conditions, each with its counts; where they are many, only their tasks."""
    if len(parts) <= LISTED:
        return ", ".join(
            f"{part.task} {part.condition} ({part.wrong} of {part.records})" for part in parts
        )
    tasks: dict[str, list[Part]] = {}
    for part in parts:
        tasks.setdefault(part.task, []).append(part)
    return ", ".join(
        f"{task} ({sum(part.wrong for part in own)} of {sum(part.records for part in own)})"
        for task, own in tasks.items()
    )


def is_often_unscored(arm: ConditionResult) -> bool:
    """Whether more of a condition's responses have no score than is tolerable."""
    return arm.unscored > UNSCORED_LIMIT * arm.records


def without_headline(results: Iterable[TaskResult]) -> list[TaskResult]:
    """The tasks whose headline could not be computed, although all its samples were asked."""
    return [result for result in results if result.headline.value is None and result.asked]


def often_unscored(results: Iterable[TaskResult]) -> list[TaskResult]:
    """The tasks with a condition in which more responses have no score than is tolerable."""
    return [result for result in results if any(map(is_often_unscored, result.conditions))]
