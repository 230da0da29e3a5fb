"""Paired effects: one metric in two conditions over the samples that both hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from multitrust.core import Metric, Scored
from multitrust.metrics.composites import as_goodness, error_correlation
from multitrust.metrics.intervals import mean_variance
from multitrust.metrics.rates import estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class ContrastEstimate:
    """The change of a metric's goodness from `base` to `other`, in points (-100 to 100)."""

    value: float | None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    """Two-sided p-value of no change."""
    n: int = 0
    """Pairs."""
    test: str = ""


def pairs(
    base: Sequence[Scored], other: Sequence[Scored]
) -> tuple[tuple[Scored, ...], tuple[Scored, ...]]:
    """The scores whose sample and epoch occur in both, in the order of `base`."""
    found = {(item.sample_id, item.epoch): item for item in other}
    kept = [item for item in base if (item.sample_id, item.epoch) in found]
    return tuple(kept), tuple(found[item.sample_id, item.epoch] for item in kept)


def contrast_estimate(
    metric: Metric, base: Sequence[Scored], other: Sequence[Scored], *, level: float = 0.95
) -> ContrastEstimate:
    """`other` minus `base` over their pairs.

    The interval is recovered from both arms' intervals and their correlation (for 0/1 scores
    Newcombe's 1998 hybrid score interval for paired proportions). The p-value is the exact McNemar
    test for 0/1 scores of single samples, and a cluster-robust Student test otherwise.
    """
    first, second = pairs(base, other)
    if not first:
        return ContrastEstimate(value=None)
    before = as_goodness(metric, estimate(metric, first, level=level)).ends
    after = as_goodness(metric, estimate(metric, second, level=level)).ends
    if before is None or after is None:
        return ContrastEstimate(value=None, n=len(first))
    r = error_correlation(metric, first, metric, second)
    change = after[1] - before[1]
    p, test = paired_test(metric, first, second)
    return ContrastEstimate(
        value=change,
        low=max(-100.0, change - spread(after[1] - after[0], before[2] - before[1], r)),
        high=min(100.0, change + spread(after[2] - after[1], before[1] - before[0], r)),
        p=p,
        n=len(first),
        test=test,
    )


def spread(one: float, two: float, correlation: float) -> float:
    """The half width of a difference, from the half widths of its parts."""
    return math.sqrt(max(0.0, one * one + two * two - 2 * correlation * one * two))


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
