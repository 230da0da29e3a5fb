"""Paired effects: one metric in several conditions over the samples that all of them hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from multitrust.core import Estimate, Metric, Scored
from multitrust.metrics.composites import Arm, combine, weighted_sum
from multitrust.metrics.intervals import mean_variance, proportion_interval
from multitrust.metrics.rates import mean_value
from multitrust.metrics.rounding import Rounded


@dataclass(frozen=True, kw_only=True, slots=True)
class ContrastEstimate:
    """The change of a metric's goodness from `base` to `other`, in points (-100 to 100)."""

    value: float | None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    """Two-sided p-value of no change."""
    p_holm: float | None = None
    """The same, adjusted for the tasks whose effects are read together (Holm 1979)."""
    n: int = 0
    """Pairs."""
    test: str = ""
    lost: Estimate | None = None
    """Flip rate: the share of the pairs that are right in `base` and wrong in `other`, of those
    right in `base`. Only for 0/1 scores."""


def in_all(arms: Sequence[Arm]) -> list[Arm]:
    """The arms' scores whose sample and epoch occur in every arm, in the order of the first."""
    found = [{(item.sample_id, item.epoch): item for item in scored} for _, scored in arms]
    kept = [key for key in found[0] if all(key in other for other in found)]
    return [
        (metric, [by_key[key] for key in kept])
        for (metric, _), by_key in zip(arms, found, strict=True)
    ]


def contrast_estimate(
    metric: Metric,
    base: Sequence[Scored],
    other: Sequence[Scored],
    *,
    after: Metric | None = None,
    level: float = 0.95,
) -> ContrastEstimate:
    """`other` minus `base` over their pairs.

    `after` is the metric of `other` where it is not the same: of an imported log each condition's
    has the log's own total.

    The interval is recovered from both arms' intervals and their correlation (for 0/1 scores
    Newcombe's 1998 hybrid score interval for paired proportions). The p-value is the exact McNemar
    test for 0/1 scores of single samples, and a cluster-robust Student test for other means; that
    of a metric which is no mean of its scores is implied by its interval.
    """
    (_, first), (_, second) = in_all([(metric, base), (metric, other)])
    change = weighted_sum([(metric, first), (after or metric, second)], [-1, 1], level=level)
    if change.ends is None:
        return ContrastEstimate(value=None, n=len(first))
    if not is_mean(metric):
        return from_interval(change, len(first))
    p, test = paired_test(metric, first, second)
    return ContrastEstimate(
        value=change.value,
        low=max(-100.0, change.ends[0]),
        high=min(100.0, change.ends[2]),
        p=p,
        n=len(first),
        test=test,
        lost=flip_rate(metric, first, second, level),
    )


def is_mean(metric: Metric) -> bool:
    """Whether the metric is the mean of its scores, rounded or not."""
    compute = metric.compute
    return compute is mean_value or (isinstance(compute, Rounded) and compute.of_scores)


def mean_effect(base: Arm, others: Sequence[Arm], *, level: float = 0.95) -> ContrastEstimate:
    """The mean change from `base` to the other arms, over the samples that all hold."""
    arms = in_all([base, *others])
    n = len(arms[0][1])
    return from_interval(weighted_sum(arms, [-1, *[1 / len(others)] * len(others)], level=level), n)


def pooled_effect(effects: Sequence[ContrastEstimate], level: float = 0.95) -> ContrastEstimate:
    """The plain mean of independent effects that have a value."""
    parts = [Estimate(value=e.value, low=e.low, high=e.high, level=level) for e in effects]
    whole = combine(parts, [1 / len(parts)] * len(parts), None)
    return from_interval(whole, sum(effect.n for effect in effects))


def from_interval(change: Estimate, n: int) -> ContrastEstimate:
    """A change with the p-value that its interval implies: below 1 - level where it excludes 0."""
    from scipy.stats import norm

    if change.ends is None:
        return ContrastEstimate(value=None, n=n)
    low, value, high = change.ends
    toward_zero = value - low if value > 0 else high - value
    z = 0.0 if value == 0 else math.inf if toward_zero == 0 else abs(value) / toward_zero
    return ContrastEstimate(
        value=value,
        low=max(-100.0, low),
        high=min(100.0, high),
        p=float(2 * norm.sf(z * norm.ppf(0.5 + change.level / 2))),
        n=n,
        test="normal, from the interval",
    )


def holm(effects: Sequence[ContrastEstimate]) -> list[ContrastEstimate]:
    """The effects with p-values adjusted for reading them together (Holm 1979).

    The k-th smallest of m p-values is multiplied by m - k + 1, and none is adjusted below a
    smaller one.
    """
    p_values = [effect.p for effect in effects if effect.p is not None]
    adjusted: dict[float, float] = {}
    highest = 0.0
    for rank, p in enumerate(sorted(p_values)):
        highest = max(highest, min(1.0, p * (len(p_values) - rank)))
        adjusted.setdefault(p, highest)
    return [
        effect if effect.p is None else replace(effect, p_holm=adjusted[effect.p])
        for effect in effects
    ]


def flip_rate(
    metric: Metric, base: Sequence[Scored], other: Sequence[Scored], level: float
) -> Estimate | None:
    """How many of the pairs that are right in `base` are wrong in `other`; 0/1 scores only."""
    if not all(item.value in (0.0, 1.0) for item in (*base, *other)):
        return None
    flipped = [
        replace(after, value=1.0 - metric.goodness(after.value))
        for before, after in zip(base, other, strict=True)
        if metric.goodness(before.value) == 1
    ]
    if not flipped:
        return None
    low, high = proportion_interval(flipped, level)
    return Estimate(
        value=math.fsum(item.value for item in flipped) / len(flipped),
        low=low,
        high=high,
        n=len(flipped),
        level=level,
        method="Wilson, clustered by family",
    )


def paired_test(
    metric: Metric, base: Sequence[Scored], other: Sequence[Scored]
) -> tuple[float | None, str]:
    """Two-sided p-value that the pairs' mean difference is zero, and the name of the test."""
    from scipy.stats import binomtest
    from scipy.stats import t as student

    changes = [b.value - a.value for a, b in zip(base, other, strict=True)]
    families = len({item.family for item in base})
    binary = all(item.value in (0.0, 1.0) for item in (*base, *other))
    if binary and families == len(base):
        ups, moved = changes.count(1.0), len(changes) - changes.count(0.0)
        return (float(binomtest(ups, moved).pvalue) if moved else 1.0), "exact McNemar"
    if families < 2:
        return None, ""
    differences = [replace(a, value=d) for a, d in zip(base, changes, strict=True)]
    change = math.fsum(changes) / len(changes)
    variance = mean_variance(differences)
    if variance < 1e-24:
        return (1.0 if abs(change) < 1e-12 else 0.0), "Student, cluster-robust"
    return (
        float(2 * student.sf(abs(change) / math.sqrt(variance), families - 1)),
        "Student, cluster-robust",
    )
