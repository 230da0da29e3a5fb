"""Correlation of the numbers answered with the numbers expected."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from multitrust.core import Metric, Scored, Scorer
from multitrust.metrics.intervals import UNKNOWN, Interval, student_quantile

Numbers = NDArray[np.float64]
Coefficient = Callable[[Numbers, Numbers], float]
METHOD = "jackknife of Fisher's z over families, at least as wide as an adverse pair makes it"
FEWEST = 4
"""Families below which a correlation may be anything."""
NEARLY_ONE = 1 - 1e-12
"""The correlation from which on Fisher's z is no longer told apart from infinity."""


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
        answers, targets = pairs_of(scored)
        if len(scored) < 3 or np.ptp(targets) == 0:
            return math.nan
        return coefficient(answers, targets)

    return Metric(
        name=name,
        scorer=scorer,
        compute=compute,
        interval=lambda scored, level: correlation_interval(scored, level, coefficient),
        method=METHOD,
        least=FEWEST,
    )


def pairs_of(scored: Sequence[Scored]) -> tuple[Numbers, Numbers]:
    """Answers and targets as numbers."""
    answers = np.array([float(item.answer or "nan") for item in scored])
    return answers, np.array([float(item.target) for item in scored])


def pearson_r(x: Numbers, y: Numbers) -> float:
    """The product-moment correlation of two series; 0 where one of them does not vary."""
    a, b = x - x.mean(), y - y.mean()
    scale = math.sqrt(float(a @ a) * float(b @ b))
    return float(np.clip(a @ b / scale, -1.0, 1.0)) if np.ptp(x) and np.ptp(y) and scale else 0.0


def spearman_rho(x: Numbers, y: Numbers) -> float:
    """The correlation of ranks."""
    from scipy.stats import rankdata

    return pearson_r(rankdata(x), rankdata(y))


def correlation_interval(
    scored: Sequence[Scored], level: float, coefficient: Coefficient
) -> Interval:
    """Student's interval of Fisher's z with the jackknife's error over families.

    Answers that follow their targets perfectly, or not at all, leave that error no width. So the
    interval reaches at least to what the coefficient would be with one more sample at the worst,
    and at the best, corner of the answers and targets that were seen.

    Args:
        scored: answers and targets are numbers.
        level: e.g. 0.95.
        coefficient: of two series, -1 to 1; 0 where one of them does not vary.
    """
    answers, targets = pairs_of(scored)
    families = np.unique([item.family for item in scored], return_inverse=True)[1]
    count = int(families.max()) + 1
    if count < FEWEST:
        return UNKNOWN
    without = [
        fisher_z(coefficient(answers[families != family], targets[families != family]))
        for family in range(count)
    ]
    apart = np.array(without) - np.mean(without)
    half = student_quantile(level, count - 1) * math.sqrt((count - 1) / count * (apart @ apart))
    z = fisher_z(coefficient(answers, targets))
    added = with_one_more(answers, targets, coefficient)
    return (min(math.tanh(z - half), *added), max(math.tanh(z + half), *added))


def fisher_z(r: float) -> float:
    """Fisher's z of a correlation; finite also for 1 and -1."""
    return math.atanh(max(-NEARLY_ONE, min(NEARLY_ONE, r)))


def with_one_more(answers: Numbers, targets: Numbers, coefficient: Coefficient) -> list[float]:
    """The coefficient with a sample at one corner of what was seen, for each of the corners."""
    least, most = float(answers.min()), float(answers.max())
    if least == most:
        least, most = least - 1.0, most + 1.0
    return [
        coefficient(np.append(answers, answer), np.append(targets, target))
        for answer in (least, most)
        for target in (float(targets.min()), float(targets.max()))
    ]
