"""What a reader must know before believing the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from multitrust.core import Manifest, Task
from multitrust.report.summary import TaskResult

UNSCORED_LIMIT = 0.05
"""Share of unscored records above which a condition is warned about."""


def warnings_of(
    manifest: Manifest, results: Sequence[TaskResult], tasks: Sequence[Task]
) -> Iterable[str]:
    """The warnings of a run, in the order of the page."""
    if manifest.models["target"].name == "demo":
        yield (
            "The model is multitrust's own small demonstration model. Its numbers show what a "
            "report looks like; they say nothing about any model in use."
        )
    if manifest.limit is not None:
        yield f"Only {manifest.limit} samples per condition were run; intervals are wider for it."
    versions = {task.id: task.version for task in tasks}
    for name, version in manifest.tasks.items():
        if name not in versions:
            yield f"{name} is not a task of this version of multitrust; its records are left out."
        elif versions[name] != version:
            yield (
                f"{name} was run in version {version} and is now {versions[name]}: the numbers of "
                "this report are not comparable with new ones."
            )
    asked = {(result.id, arm.name) for result in results for arm in result.conditions}
    for name, arms in manifest.conditions.items():
        missing = [arm for arm in arms if name in versions and (name, arm) not in asked]
        if missing:
            yield f"{name} has no records of {', '.join(missing)}; the same command goes on."
    lacking: dict[str, list[str]] = {}
    for result in results:
        if result.lacks:
            lacking.setdefault(result.lacks, []).append(result.id)
    for lack, names in lacking.items():
        yield f"Unscored, {lack}: {', '.join(names)}."
    for result in results:
        if result.blind and result.reading is not None and result.reading.value is not None:
            yield (
                f"{result.id}: the model reads {100 * result.reading.value:.0f} % of this task's "
                "pictures, no better than one constant answer: it is as good as blind here, and "
                "its headline says nothing of a model that sees."
            )
        for condition in result.conditions:
            errors = condition.outcomes.get("errored", 0)
            if errors:
                yield (
                    f"{result.id} {condition.name}: {errors} of {condition.records} requests "
                    "failed; run the same command to try them again."
                )
            if not result.lacks and condition.unscored > UNSCORED_LIMIT * condition.records:
                yield (
                    f"{result.id} {condition.name}: {condition.unscored} of {condition.records} "
                    "responses could not be scored; the numbers cover the rest."
                )
