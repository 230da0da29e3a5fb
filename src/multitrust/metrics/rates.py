"""Metrics: many scores of one condition folded into one number with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from multitrust.core import Estimate, Metric, Scored, Scorer
from multitrust.metrics.intervals import (
    UNKNOWN,
    Interval,
    bounded_mean_interval,
    count_families,
    proportion_interval,
)

HELP_RATE = "help rate"
"""What the benign half of a headline that balances refusals is measured by."""
WILSON = "Wilson, clustered by family"


def mean_value(scored: Sequence[Scored]) -> float:
    """The arithmetic mean of the scores."""
    return math.fsum(item.value for item in scored) / len(scored)


def rate(name: str, scorer: Scorer, *, higher_is_better: bool = True) -> Metric:
    """The share of 0/1 scores that are 1, with Wilson's interval."""
    return mean(name, scorer, higher_is_better=higher_is_better)


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
    """The mean score, with Wilson's interval on the scale from 0 to 1.

    Args:
        name: of the metric.
        scorer: gives scores within `range`.
        higher_is_better: whether the greatest score is the best.
        range: least and greatest possible score.
    """
    return Metric(
        name=name,
        scorer=scorer,
        compute=mean_value,
        interval=lambda scored, level: bounded_mean_interval(scored, level, range),
        method=WILSON,
        higher_is_better=higher_is_better,
        range=range,
    )


def f1(scorer: Scorer, *, positive: str = "yes") -> Metric:
    """F1 of the positive class, from targets and answers; 0 without any true positive.

    NaN when the positive class is neither among the targets nor among the answers. The interval is
    that of Jaccard's index j, a proportion of the records whose target or answer is positive,
    mapped by F1 = 2j / (1 + j), which rises with j.
    """

    def involved(scored: Sequence[Scored]) -> list[Scored]:
        """1 for each record that is positive by target and answer, 0 by one of them alone."""
        return [
            replace(item, value=float(item.target == item.answer))
            for item in scored
            if positive in (item.target, item.answer)
        ]

    def compute(scored: Sequence[Scored]) -> float:
        found = involved(scored)
        return f1_of(mean_value(found)) if found else math.nan

    def interval(scored: Sequence[Scored], level: float) -> Interval:
        found = involved(scored)
        if count_families(found) < 2:
            return UNKNOWN
        low, high = proportion_interval(found, level)
        return (f1_of(low), f1_of(high))

    return Metric(
        name="F1",
        scorer=scorer,
        compute=compute,
        interval=interval,
        method="Wilson of Jaccard's index, clustered by family",
    )


def f1_of(jaccard: float) -> float:
    """F1 that belongs to a value of Jaccard's index."""
    return 2 * jaccard / (1 + jaccard)


def estimate(
    metric: Metric,
    scored: Sequence[Scored],
    *,
    unscored: int = 0,
    errors: int = 0,
    level: float = 0.95,
) -> Estimate:
    """The metric of these scores with its interval.

    No value when nothing is scored, and no interval when the scores come from too few families, or
    when the interval would have no width.
    """
    value = metric.compute(scored) if scored else math.nan
    bare = Estimate(n=len(scored), unscored=unscored, errors=errors, level=level)
    if math.isnan(value):
        return bare
    found = replace(bare, value=value + 0.0, method=metric.method)  # + 0.0: no negative zero
    few = count_families(scored) < metric.least
    low, high = UNKNOWN if few else metric.interval(scored, level)
    if math.isinf(high - low):
        return replace(found, needed=metric.least or None)
    return with_interval(found, low, high)


def with_interval(found: Estimate, low: float, high: float) -> Estimate:
    """The estimate with this interval, stretched to hold its value; without one of no width."""
    if found.value is None:
        return found
    low, high = min(low, found.value) + 0.0, max(high, found.value) + 0.0
    return replace(found, low=low, high=high) if low < high else found


def share_estimate(scored: Sequence[Scored], level: float = 0.95) -> Estimate:
    """The mean of scores in 0..1 as an estimate, of scores that no metric folds."""
    if not scored:
        return Estimate(level=level)
    found = Estimate(value=mean_value(scored), n=len(scored), level=level, method=WILSON)
    if count_families(scored) < 2:
        return replace(found, needed=2)
    return with_interval(found, *proportion_interval(scored, level))
