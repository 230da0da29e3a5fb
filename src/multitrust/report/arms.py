"""One arm of a run: its records, their scores, and the metrics of them."""

from __future__ import annotations

from collections.abc import Sequence

from multitrust.core import Metric, Record, Scored
from multitrust.metrics import estimate
from multitrust.report.summary import MetricResult


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


def is_failed(record: Record, metric: Metric) -> bool:
    """Whether there is no response, or the scoring of it failed that the metric is made of."""
    name = metric.scorer.name
    return record.response is None or any(s.failed for s in record.scores if s.scorer == name)


def metric_result(
    metric: Metric,
    records: Sequence[Record],
    scored: Sequence[Scored],
    read: frozenset[str] | None = None,
) -> MetricResult:
    """The metric over all records of a condition, among the samples that were read, and by kind."""
    errors = sum(is_failed(record, metric) for record in records)
    kinds: dict[str, list[Scored]] = {}
    for item in scored:
        kinds.setdefault(str(item.metadata.get("kind", "")), []).append(item)
    return MetricResult(
        name=metric.name,
        higher_is_better=metric.higher_is_better,
        range=metric.range,
        understood=None
        if read is None
        else estimate(metric, [item for item in scored if item.sample_id in read]),
        estimate=estimate(
            metric, scored, unscored=len(records) - errors - len(scored), errors=errors
        ),
        kinds={
            kind: estimate(metric, items) for kind, items in sorted(kinds.items()) if len(kinds) > 1
        },
    )
