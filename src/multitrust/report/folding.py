"""From a run's records to its numbers: the only place where the report computes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from multitrust.core import Headline, Manifest, Metric, Record, Scored, Task, escaped_texts
from multitrust.metrics import (
    TreeNode,
    contrast_estimate,
    halves,
    headline_estimate,
    headline_tree,
)
from multitrust.report.arms import metric_result, scored_by
from multitrust.report.caveats import warnings_of
from multitrust.report.effects import adjusted, crossmodal, effect_of, effects_of
from multitrust.report.failures import counted_metrics, failures_of, unscored_of
from multitrust.report.provenance import provenance_of
from multitrust.report.reading import reading_of
from multitrust.report.summary import ConditionResult, ContrastResult, Summary, TaskResult, title
from multitrust.run import AskedCount
from multitrust.tasks import SUBASPECT_TITLES, suite_tasks

OFFICIAL_DIGITS = 2
"""Decimals of the overall score as the original prints it."""


def summarise(
    manifest: Manifest,
    records: Iterable[Record],
    tasks: Sequence[Task],
    suite: Sequence[Task] | None = None,
    samples: Sequence[AskedCount] = (),
) -> Summary:
    """Fold a run's records. Every text of the summary is fit to be shown: it is one line, without
    control characters.

    Args:
        manifest: of the run.
        records: of the run.
        tasks: the definitions of all tasks that ran; others may be among them.
        suite: the tasks that the overall score is made of; those of multitrust on the run's origin
            if None. Other tasks that ran stand beside them.
        samples: what `multitrust.run.count_asked` finds of a run of which not all was asked: its
            scores are partial. Empty for any other.
    """
    by_arm: dict[tuple[str, str], list[Record]] = {}
    outcomes: Counter[str] = Counter()
    for record in records:
        by_arm.setdefault((record.task, record.condition), []).append(record)
        outcomes[record.outcome] += 1
    origin = str(manifest.origin["name"])
    counted = suite_tasks(origin) if suite is None else suite
    others = [task for task in tasks if task.id not in {own.id for own in counted}]
    grow = partial(tree_of, suite=counted, others=others)
    results = adjusted(
        [
            task_result(task, by_arm, short_counts(samples, task.id))
            for task in tasks
            if any(t == task.id for t, _ in by_arm)
        ]
    )
    failures = failures_of(tasks, by_arm)
    found = Summary(
        model=manifest.models["target"].name,
        identity=manifest.models["target"],
        run_id=manifest.run_id,
        created=manifest.created,
        seed=manifest.seed,
        origin=origin,
        protocol=manifest.protocol,
        wording=manifest.wording,
        imported=str(manifest.origin.get("imported", "")),
        limit=manifest.limit,
        version=manifest.version,
        complete=all(count.whole for count in samples),
        samples=tuple(samples),
        records=sum(outcomes.values()),
        outcomes=dict(outcomes),
        spending=manifest.spending,
        suite=tuple(task.id for task in counted),
        tree=grow(results, manifest.protocol != "corrected", beside=False),
        beside=grow(results, manifest.protocol == "corrected", beside=True)
        if any(result.beside for result in results)
        else None,
        tasks=results,
        effects=effects_of(results),
        failures=failures,
        unscored=unscored_of(tasks, by_arm, {**manifest.models, **manifest.scored_by}),
        warnings=warnings_of(manifest, results, tasks),
        provenance=provenance_of(manifest),
    )
    return escaped_texts(found)


def tree_of(
    results: Sequence[TaskResult],
    official: bool,
    *,
    suite: Sequence[Task],
    others: Sequence[Task],
    beside: bool,
) -> TreeNode:
    """The tree of the tasks' headlines, or of those by the other protocol."""
    headlines = {r.id: r.beside if beside else r.headline for r in results}
    return headline_tree(
        {name: found for name, found in headlines.items() if found is not None},
        suite,
        others,
        titles={**SUBASPECT_TITLES, **{result.id: title(result.name) for result in results}},
        digits=OFFICIAL_DIGITS if official else None,
        partial={result.id for result in results if result.samples},
    )


def short_counts(samples: Sequence[AskedCount], task: str) -> tuple[AskedCount, ...]:
    """What was asked of a task, by condition; empty if all of it was."""
    own = tuple(count for count in samples if count.task == task)
    return () if all(count.whole for count in own) else own


def leaves_of(headline: Headline | None) -> set[tuple[str, str]]:
    """The conditions and metrics that a headline is made of."""
    return {(leaf.condition, leaf.metric) for leaf in headline.leaves} if headline else set()


def lack_of(task: Task, by_arm: Mapping[tuple[str, str], list[Record]]) -> str:
    """What the scorers of the headline needed and the run did not have; empty if nothing."""
    metrics = task.measured
    for leaf in task.headline.leaves:
        scorer = metrics[leaf.condition, leaf.metric].scorer.name
        for record in by_arm.get((task.id, leaf.condition), []):
            for score in record.scores:
                if score.scorer == scorer and score.lacks:
                    return score.lacks
    return ""


def task_result(
    task: Task,
    by_arm: Mapping[tuple[str, str], list[Record]],
    samples: tuple[AskedCount, ...] = (),
) -> TaskResult:
    """The numbers of one task, of which not all samples were asked if `samples` says so."""
    short = {count.condition for count in samples if not count.whole}
    reading = reading_of(task, by_arm)
    ours, theirs = leaves_of(task.headline), leaves_of(task.beside)
    counted = counted_metrics(task)
    measured: dict[tuple[str, str], tuple[Metric, list[Scored]]] = {}
    conditions = []
    for condition in task.conditions:
        records = by_arm.get((task.id, condition.name), [])
        read = None if reading is None or condition.name == task.reading else reading.read
        results = []
        for metric in task.metrics_of(condition):
            scored = scored_by(metric, records)
            measured[condition.name, metric.name] = (metric, scored)
            place = (condition.name, metric.name)
            result = metric_result(metric, records, scored, read)
            results.append(replace(result, headline=place in ours, beside=place in theirs))
        if records:
            conditions.append(
                ConditionResult(
                    name=condition.name,
                    records=len(records),
                    outcomes=dict(Counter(record.outcome for record in records)),
                    metrics=tuple(results),
                    unscored=max(
                        (
                            result.estimate.unscored
                            for result in results
                            if (condition.name, result.name) in counted
                        ),
                        default=0,
                    ),
                )
            )
    contrasts = [
        ContrastResult(
            name=contrast.name,
            metric=contrast.metric,
            base=contrast.base,
            other=contrast.other,
            crossmodal=crossmodal(contrast),
            estimate=contrast_estimate(
                *measured[contrast.base, contrast.metric],
                measured[contrast.other, contrast.metric][1],
                after=measured[contrast.other, contrast.metric][0],
            ),
        )
        for contrast in task.contrasts
    ]
    parts = halves(task.headline)
    return TaskResult(
        id=task.id,
        name=task.name,
        aspect=task.aspect,
        subaspect=task.subaspect,
        summary=task.summary,
        headline=headline_estimate(task.headline, measured),
        beside=None if task.beside is None else headline_estimate(task.beside, measured),
        asked=all(
            by_arm.get((task.id, leaf.condition)) and leaf.condition not in short
            for leaf in task.headline.leaves
        ),
        samples=samples,
        lacks=lack_of(task, by_arm),
        declined=None if parts is None else headline_estimate(parts[0], measured),
        helped=None if parts is None else headline_estimate(parts[1], measured),
        reading=None if reading is None else reading.estimate,
        blind=reading is not None and reading.perception == "failed",
        undecided=reading is not None and reading.perception == "too few",
        effect=effect_of(task, measured),
        conditions=tuple(conditions),
        contrasts=tuple(c for c in contrasts if c.estimate.value is not None),
    )
