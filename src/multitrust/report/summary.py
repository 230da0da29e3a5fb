"""From a run's records to its numbers: the only place where the report computes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from multitrust.core import Estimate, Manifest, Metric, Record, Scored, Task
from multitrust.metrics import (
    ContrastEstimate,
    TreeNode,
    contrast_estimate,
    estimate,
    headline_estimate,
    headline_tree,
)

UNSCORED_LIMIT = 0.05
"""Share of unscored records above which a condition is warned about."""
TASKS_IN_ALL = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class MetricResult:
    """A metric of one condition."""

    name: str
    estimate: Estimate
    kinds: Mapping[str, Estimate] = field(default_factory=dict)
    """The same by the samples' kind, where there is more than one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConditionResult:
    """One arm of a task."""

    name: str
    records: int
    outcomes: Mapping[str, int]
    metrics: tuple[MetricResult, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ContrastResult:
    """A paired effect."""

    name: str
    metric: str
    base: str
    other: str
    estimate: ContrastEstimate


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskResult:
    """A task's numbers."""

    id: str
    name: str
    summary: str
    headline: Estimate
    conditions: tuple[ConditionResult, ...]
    contrasts: tuple[ContrastResult, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """All numbers of a run."""

    model: str
    run_id: str
    created: str
    seed: int
    origin: str
    limit: int | None
    version: str
    records: int
    outcomes: Mapping[str, int]
    tree: TreeNode
    tasks: tuple[TaskResult, ...]
    warnings: tuple[str, ...]

    @property
    def scope(self) -> str:
        """Which part of the benchmark was run."""
        if len(self.tasks) == TASKS_IN_ALL:
            return "all 32 tasks"
        return f"{len(self.tasks)} of {TASKS_IN_ALL} tasks: partial"

    def to_json(self) -> bytes:
        """The summary as indented JSON."""
        return orjson.dumps(self, option=orjson.OPT_INDENT_2)


def summarise(manifest: Manifest, records: Iterable[Record], tasks: Sequence[Task]) -> Summary:
    """Fold a run's records.

    Args:
        manifest: of the run.
        records: of the run.
        tasks: the definitions; those that the manifest does not name are left out.
    """
    by_arm: dict[tuple[str, str], list[Record]] = {}
    outcomes: Counter[str] = Counter()
    for record in records:
        by_arm.setdefault((record.task, record.condition), []).append(record)
        outcomes[record.outcome] += 1
    results = tuple(
        task_result(task, by_arm) for task in tasks if any(t == task.id for t, _ in by_arm)
    )
    return Summary(
        model=manifest.models["target"],
        run_id=manifest.run_id,
        created=manifest.created,
        seed=manifest.seed,
        origin=str(manifest.origin["name"]),
        limit=manifest.limit,
        version=manifest.version,
        records=sum(outcomes.values()),
        outcomes=dict(outcomes),
        tree=headline_tree(
            {result.id: result.headline for result in results},
            {result.id: title(result.name) for result in results},
        ),
        tasks=results,
        warnings=tuple(warnings_of(manifest, results, tasks)),
    )


def title(name: str) -> str:
    """A task's name for people."""
    words = name.replace("-", " ").replace(" vqa", " VQA").replace(" qa", " QA")
    return words[0].upper() + words[1:]


def task_result(task: Task, by_arm: Mapping[tuple[str, str], list[Record]]) -> TaskResult:
    """The numbers of one task."""
    measured: dict[tuple[str, str], tuple[Metric, list[Scored]]] = {}
    conditions = []
    for condition in task.conditions:
        records = by_arm.get((task.id, condition.name), [])
        results = []
        for metric in task.metrics_of(condition):
            scored = scored_by(metric, records)
            measured[condition.name, metric.name] = (metric, scored)
            results.append(metric_result(metric, records, scored))
        if records:
            conditions.append(
                ConditionResult(
                    name=condition.name,
                    records=len(records),
                    outcomes=dict(Counter(record.outcome for record in records)),
                    metrics=tuple(results),
                )
            )
    contrasts = [
        ContrastResult(
            name=contrast.name,
            metric=contrast.metric,
            base=contrast.base,
            other=contrast.other,
            estimate=contrast_estimate(
                measured[contrast.base, contrast.metric][0],
                measured[contrast.base, contrast.metric][1],
                measured[contrast.other, contrast.metric][1],
            ),
        )
        for contrast in task.contrasts
    ]
    return TaskResult(
        id=task.id,
        name=task.name,
        summary=task.summary,
        headline=headline_estimate(task.headline, measured),
        conditions=tuple(conditions),
        contrasts=tuple(c for c in contrasts if c.estimate.value is not None),
    )


def scored_by(metric: Metric, records: Sequence[Record]) -> list[Scored]:
    """What the metric's scorer gave, where it gave a value."""
    return [
        Scored(
            sample_id=record.sample_id,
            value=score.value,
            family=record.family,
            epoch=record.epoch,
            target=record.target,
            answer=score.answer,
            metadata=record.metadata,
        )
        for record in records
        for score in record.scores
        if score.scorer == metric.scorer.name and score.value is not None
    ]


def metric_result(
    metric: Metric, records: Sequence[Record], scored: Sequence[Scored]
) -> MetricResult:
    """The metric over all records of a condition, and by kind."""
    errors = sum(record.response is None for record in records)
    kinds: dict[str, list[Scored]] = {}
    for item in scored:
        kinds.setdefault(str(item.metadata.get("kind", "")), []).append(item)
    return MetricResult(
        name=metric.name,
        estimate=estimate(
            metric, scored, unscored=len(records) - errors - len(scored), errors=errors
        ),
        kinds={
            kind: estimate(metric, items) for kind, items in sorted(kinds.items()) if len(kinds) > 1
        },
    )


def warnings_of(
    manifest: Manifest, results: Sequence[TaskResult], tasks: Sequence[Task]
) -> Iterable[str]:
    """What a reader must know before believing the numbers."""
    if manifest.models["target"].startswith("demo"):
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
    for result in results:
        for condition in result.conditions:
            errors = condition.outcomes.get("errored", 0)
            if errors:
                yield (
                    f"{result.id} {condition.name}: {errors} of {condition.records} requests "
                    "failed; run the same command to try them again."
                )
            lost = max((m.estimate.unscored for m in condition.metrics), default=0)
            if lost > UNSCORED_LIMIT * condition.records:
                yield (
                    f"{result.id} {condition.name}: {lost} of {condition.records} responses could "
                    "not be scored; the numbers cover the rest."
                )
