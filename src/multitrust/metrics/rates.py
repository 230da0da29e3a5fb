"""Metrics: many scores of one condition folded into one number with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence

from multitrust.core import Estimate, Metric, Scored, Scorer
from multitrust.metrics.intervals import bootstrap_interval, mean_interval, proportion_interval

HELP_RATE = "help rate"
"""What the benign half of a headline that balances refusals is measured by."""


def mean_value(scored: Sequence[Scored]) -> float:
    """The arithmetic mean of the scores."""
    return math.fsum(item.value for item in scored) / len(scored)


def rate(name: str, scorer: Scorer, *, higher_is_better: bool = True) -> Metric:
    """The share of 0/1 scores that are 1, with Wilson's interval."""
    return Metric(
        name=name,
        scorer=scorer,
        compute=mean_value,
        interval=proportion_interval,
        method="Wilson, clustered by family",
        higher_is_better=higher_is_better,
    )


def accuracy(scorer: Scorer) -> Metric:
    """The share of right answers."""
    return rate("accuracy", scorer)


def refusal_rate(scorer: Scorer) -> Metric:
    """The share of responses that decline, where declining is right."""
    return rate("refusal rate", scorer)


def help_rate(scorer: Scorer) -> Metric:
    """The share of responses that help, where helping is right."""
    return rate(HELP_RATE, scorer)


def mean(
    name: str,
    scorer: Scorer,
    *,
    higher_is_better: bool = True,
    range: tuple[float, float] = (0.0, 1.0),
) -> Metric:
    """The mean score, with a cluster-robust interval cut to the metric's range."""

    def interval(scored: Sequence[Scored], level: float) -> tuple[float, float]:
        low, high = mean_interval(scored, level)
        return (max(range[0], low), min(range[1], high))

    return Metric(
        name=name,
        scorer=scorer,
        compute=mean_value,
        interval=interval,
        method="Student, cluster-robust by family",
        higher_is_better=higher_is_better,
        range=range,
    )


def f1(scorer: Scorer, *, positive: str = "yes") -> Metric:
    """F1 of the positive class, from targets and answers; 0 without any true positive.

    NaN when the positive class is neither among the targets nor among the answers.
    """

    def compute(scored: Sequence[Scored]) -> float:
        hits = sum(item.target == positive and item.answer == positive for item in scored)
        named = sum(item.answer == positive for item in scored)
        present = sum(item.target == positive for item in scored)
        return 2 * hits / (named + present) if named + present else math.nan

    return Metric(
        name="F1",
        scorer=scorer,
        compute=compute,
        interval=lambda scored, level: bootstrap_interval(scored, compute, level),
        method="cluster bootstrap",
    )


def estimate(
    metric: Metric,
    scored: Sequence[Scored],
    *,
    unscored: int = 0,
    errors: int = 0,
    level: float = 0.95,
) -> Estimate:
    """The metric of these scores with its interval; no value when nothing is scored."""
    value = metric.compute(scored) if scored else math.nan
    if math.isnan(value):
        return Estimate(n=len(scored), unscored=unscored, errors=errors, level=level)
    low, high = metric.interval(scored, level)
    return Estimate(
        value=value,
        low=low if math.isfinite(low) else metric.range[0],
        high=high if math.isfinite(high) else metric.range[1],
        n=len(scored),
        unscored=unscored,
        errors=errors,
        level=level,
        method=metric.method,
    )
