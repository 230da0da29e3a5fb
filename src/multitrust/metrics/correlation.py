"""Correlation of the numbers answered with the numbers expected."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from multitrust.core import Metric, Scored, Scorer
from multitrust.metrics.intervals import bootstrap_interval

Numbers = NDArray[np.float64]
Coefficient = Callable[[Numbers, Numbers], float]


def pearson(scorer: Scorer) -> Metric:
    """Pearson's r of answers with targets."""
    return correlation("Pearson r", scorer, pearson_r)


def spearman(scorer: Scorer) -> Metric:
    """Spearman's rho of answers with targets: Pearson's r of their ranks, ties in the middle."""
    return correlation("Spearman rho", scorer, spearman_rho)


def correlation(name: str, scorer: Scorer, coefficient: Coefficient) -> Metric:
    """A metric of the score's answers and targets, both numbers.

    Its range is 0 to 1: no correlation is as bad as it gets, and the wrong sign is no better.
    Answers that are all alike follow nothing and count as 0. NaN for fewer than three targets or
    equal ones.
    """

    def compute(scored: Sequence[Scored]) -> float:
        answers = np.array([float(item.answer or "nan") for item in scored])
        targets = np.array([float(item.target) for item in scored])
        if len(scored) < 3 or np.ptp(targets) == 0:
            return math.nan
        return coefficient(answers, targets) if np.ptp(answers) else 0.0

    def interval(scored: Sequence[Scored], level: float) -> tuple[float, float]:
        if len({item.family for item in scored}) < len(scored):
            return bootstrap_interval(scored, compute, level)
        return fisher_interval(compute(scored), len(scored), level)

    return Metric(
        name=name,
        scorer=scorer,
        compute=compute,
        interval=interval,
        method="Fisher z; cluster bootstrap where samples share a family",
    )


def pearson_r(x: Numbers, y: Numbers) -> float:
    """The product-moment correlation of two series that both vary."""
    a, b = x - x.mean(), y - y.mean()
    return float(np.clip(a @ b / math.sqrt(float(a @ a) * float(b @ b)), -1.0, 1.0))


def spearman_rho(x: Numbers, y: Numbers) -> float:
    """The correlation of ranks."""
    from scipy.stats import rankdata

    return pearson_r(rankdata(x), rankdata(y))


def fisher_interval(r: float, n: int, level: float) -> tuple[float, float]:
    """Fisher's z interval of a correlation; all that a correlation can be below four samples."""
    from scipy.special import ndtri

    if n < 4:
        return (-1.0, 1.0)
    if abs(r) == 1:
        return (r, r)
    half = float(ndtri(0.5 + level / 2)) / math.sqrt(n - 3)
    return (math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half))
