"""Intervals for means and proportions of clustered scores.

A cluster is a family: samples that share a base picture or text and therefore tend to be right or
wrong together. Ignoring that makes intervals too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from multitrust.core import Scored

Interval = tuple[float, float]


def cluster_sums(scored: Sequence[Scored]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Per family, in order of first appearance: the number of scores and their sum."""
    index: dict[str, int] = {}
    codes = [index.setdefault(item.family, len(index)) for item in scored]
    sizes = np.bincount(codes, minlength=len(index)).astype(float)
    values = np.array([item.value for item in scored])
    sums = np.bincount(codes, weights=values, minlength=len(index)).astype(float)
    return sizes, sums


def mean_variance(scored: Sequence[Scored]) -> float:
    """Cluster-robust (CR1) variance of the mean; NaN with fewer than two families."""
    sizes, sums = cluster_sums(scored)
    groups, n = len(sizes), sizes.sum()
    if groups < 2:
        return math.nan
    residuals = sums - sizes * (sums.sum() / n)
    return float(groups / (groups - 1) * (residuals @ residuals) / n**2)


def student_quantile(level: float, df: float) -> float:
    """Two-sided Student quantile: P(|t| <= q) = level."""
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.5 + level / 2))


def wilson(successes: float, n: float, level: float) -> Interval:
    """Wilson's score interval for a proportion (Wilson 1927); n may be an effective size."""
    from scipy.special import ndtri

    z = float(ndtri(0.5 + level / 2))
    p = successes / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (max(0.0, min(p, centre - half)), min(1.0, max(p, centre + half)))


def effective_size(scored: Sequence[Scored]) -> float:
    """How many independent scores would tell as much about a proportion as these do.

    The size over the design effect (cluster-robust over binomial variance), shrunk for few families
    as by Korn and Graubard (1998), never above the number of scores. Where all scores agree
    nothing shows how alike the members of a family are: the number of families is taken.
    """
    n = len(scored)
    sizes, sums = cluster_sums(scored)
    groups = len(sizes)
    if groups == n:
        return float(n)
    p = sums.sum() / n
    if groups < 2 or p in (0.0, 1.0):
        return float(groups)
    design = mean_variance(scored) / (p * (1 - p) / n)
    shrink = (student_quantile(0.95, n - 1) / student_quantile(0.95, groups - 1)) ** 2
    return float(min(n, max(1.0, n / design * shrink))) if design > 0 else float(n)


def proportion_interval(scored: Sequence[Scored], level: float) -> Interval:
    """Wilson's interval of a proportion of 0/1 scores, at the effective size of their families."""
    p = sum(item.value for item in scored) / len(scored)
    size = effective_size(scored)
    return wilson(p * size, size, level)


def mean_interval(scored: Sequence[Scored], level: float) -> Interval:
    """Cluster-robust Student interval of a mean; the whole line with fewer than two families."""
    mean = sum(item.value for item in scored) / len(scored)
    variance = mean_variance(scored)
    if math.isnan(variance):
        return (-math.inf, math.inf)
    families = len({item.family for item in scored})
    half = student_quantile(level, families - 1) * math.sqrt(variance)
    return (mean - half, mean + half)


def bootstrap_interval(
    scored: Sequence[Scored],
    compute: Callable[[Sequence[Scored]], float],
    level: float,
    *,
    draws: int = 1000,
) -> Interval:
    """Percentile interval of any statistic by resampling whole families (cluster bootstrap).

    Draws on which the statistic is undefined are left out. The seed is fixed: the same scores give
    the same interval.
    """
    families: dict[str, list[Scored]] = {}
    for item in scored:
        families.setdefault(item.family, []).append(item)
    clusters = list(families.values())
    rng = np.random.default_rng(20240611)
    values = []
    for picks in rng.integers(0, len(clusters), (draws, len(clusters))):
        value = compute([item for pick in picks for item in clusters[pick]])
        if not math.isnan(value):
            values.append(value)
    if not values:
        return (-math.inf, math.inf)
    low, high = np.quantile(values, [0.5 - level / 2, 0.5 + level / 2])
    return (float(low), float(high))
