"""Intervals for means and proportions of clustered scores.

A cluster is a family: samples that share a base picture or text and therefore tend to be right or
wrong together. Ignoring that makes intervals too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from multitrust.core import Scored

Interval = tuple[float, float]
UNKNOWN: Interval = (-math.inf, math.inf)
"""The interval of scores that are too few to tell."""


def count_families(scored: Sequence[Scored]) -> int:
    """How many families the scores come from."""
    return len({item.family for item in scored})


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


def normal_quantile(level: float) -> float:
    """Two-sided normal quantile: P(|z| <= q) = level."""
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 2))


def wilson(successes: float, n: float, level: float) -> Interval:
    """Wilson's score interval for a proportion (Wilson 1927); n may be an effective size."""
    z = normal_quantile(level)
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
    """Wilson's interval of a mean of scores in 0..1, at the effective size of their families."""
    p = sum(item.value for item in scored) / len(scored)
    size = effective_size(scored)
    return wilson(p * size, size, level)


def bounded_mean_interval(
    scored: Sequence[Scored], level: float, bounds: tuple[float, float]
) -> Interval:
    """Interval of the mean of scores between two bounds.

    The scores are brought to 0..1 and taken as a proportion. No distribution on 0..1 varies more
    than a proportion of the same mean, so the interval is wide enough for any; near a bound, and
    where all scores agree, it knows that what was not seen may yet occur.

    Args:
        scored: values from `bounds[0]` to `bounds[1]`.
        level: e.g. 0.95.
        bounds: least and greatest possible score.
    """
    least, greatest = bounds
    scale = greatest - least
    if bounds != (0.0, 1.0):
        scored = [replace(item, value=(item.value - least) / scale) for item in scored]
    low, high = proportion_interval(scored, level)
    return (least + scale * low, least + scale * high)
