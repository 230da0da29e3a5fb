"""Weighted means of estimates: headlines, sub-aspects, aspects, and the overall score.

The interval of a weighted mean is recovered from the intervals of its parts (MOVER: Zou, Huang and
Zhang 2009). With part i at distance d_i from its lower limit, the mean lies at distance
sqrt(sum_ij w_i w_j r_ij d_i d_j) from its own, and likewise above. It keeps what the parts'
intervals know, so it has a width where all scores agree, which a bootstrap has not. r_ij is the
correlation of two conditions over the families they share; different tasks share none.

A part of too few families has no interval: it may be anywhere within its bounds, which is added in
full. Where every part is such, the mean has no interval either.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from multitrust.core import Estimate, Headline, Metric, Scored
from multitrust.metrics.rates import estimate, mean_value, with_interval
from multitrust.metrics.rounding import Rounded

Arm = tuple[Metric, Sequence[Scored]]
"""A metric and the scores it folds."""
Measured = Mapping[tuple[str, str], Arm]
"""(condition, metric name) -> its arm."""
COLLAPSED = 1e-9
"""Share of the independent parts' variance below which a variance counts as none."""


def combine(
    parts: Sequence[Estimate],
    weights: Sequence[float],
    correlation: NDArray[np.float64] | None,
    *,
    bounds: tuple[float, float] = (0.0, 100.0),
) -> Estimate:
    """The weighted sum of estimates that all have a value, with its MOVER interval.

    Args:
        parts: estimates on one scale and one level. One without an interval that is not too small
            for it (`needed` is None) counts as exact.
        weights: one a part; a negative one takes the part away, so that its upper limit bounds
            the sum from below.
        correlation: between the parts' errors; None for independent parts.
        bounds: least and greatest value of a part.
    """
    w = np.array(weights)
    value = float(w @ np.array([part.value for part in parts], dtype=float)) + 0.0
    whole = Estimate(
        value=value,
        n=sum(part.n for part in parts),
        unscored=sum(part.unscored for part in parts),
        errors=sum(part.errors for part in parts),
        level=parts[0].level,
        method="recovered from the parts' intervals (MOVER)",
    )
    few = [part.needed for part in parts if part.needed is not None]
    if few and not any(part.ends for part in parts):
        return replace(whole, needed=max(few))
    down, up = (
        np.array([distances(part, bounds)[side] for part in parts], dtype=float) for side in (0, 1)
    )
    known = np.array([part.needed is None for part in parts])
    r = np.eye(len(parts)) if correlation is None else correlation
    below, above = w * np.where(w < 0, up, down), w * np.where(w < 0, down, up)
    return with_interval(
        whole, value - reach_of(below, known, r), value + reach_of(above, known, r)
    )


def distances(part: Estimate, bounds: tuple[float, float]) -> tuple[float, float]:
    """How far the limits of a part lie below and above its value."""
    value = part.value or 0.0
    if part.low is not None and part.high is not None:
        return (value - part.low, part.high - value)
    if part.needed is None:
        return (0.0, 0.0)
    return (max(0.0, value - bounds[0]), max(0.0, bounds[1] - value))


def reach_of(terms: NDArray[np.float64], known: NDArray[np.bool_], r: NDArray[np.float64]) -> float:
    """How far a limit of a weighted sum lies from its value.

    Args:
        terms: the parts' distances times their weights.
        known: which parts have an interval; the distances of the others are added in full.
        r: correlation of the parts' errors. An observed correlation that would leave no width at
            all proves nothing of what was not observed; the parts then count as independent.
    """
    inner = np.where(known, terms, 0.0)
    square, independent = float(inner @ r @ inner), float(inner @ inner)
    if square < COLLAPSED * independent:
        square = independent
    return math.sqrt(square) + float(np.abs(terms[~known]).sum())


def as_goodness(metric: Metric, measured: Estimate) -> Estimate:
    """An estimate on the scale of goodness times 100."""
    if measured.value is None:
        return measured
    found = replace(measured, value=100 * metric.goodness(measured.value) + 0.0)
    if measured.low is None or measured.high is None:
        return found
    low, high = sorted(100 * metric.goodness(end) for end in (measured.low, measured.high))
    return with_interval(found, low, high)


def headline_estimate(headline: Headline, measured: Measured, *, level: float = 0.95) -> Estimate:
    """A task's number, 0 (worst) to 100 (best); no value while a leaf has none."""
    leaves = [measured[leaf.condition, leaf.metric] for leaf in headline.leaves]
    whole = weighted_sum(leaves, [leaf.weight for leaf in headline.leaves], level=level)
    return shifted(whole, 100 * headline.offset) if headline.cut else whole


def weighted_sum(arms: Sequence[Arm], weights: Sequence[float], *, level: float = 0.95) -> Estimate:
    """The weighted sum of the arms' goodness in points; no value while an arm has none.

    Args:
        arms: conditions of one task; errors of arms that share families are correlated. Where
            that cannot be known, as all scores of an arm agree, it is taken as 1 in a sum and as 0
            in a difference (Newcombe 1998), which is the wider choice of the two.
        weights: one an arm; negative ones take away.
        level: of the interval.
    """
    parts = [as_goodness(m, estimate(m, scored, level=level)) for m, scored in arms]
    if any(part.value is None for part in parts):
        return Estimate(n=sum(part.n for part in parts), level=level)
    correlation = np.eye(len(arms))
    pulls = [influence(metric, scored) for metric, scored in arms]
    for i, first in enumerate(pulls):
        for j, second in enumerate(pulls[:i]):
            r = pull_correlation(first, second)
            if r is None:
                r = 1.0 if weights[i] * weights[j] > 0 else 0.0
            correlation[i, j] = correlation[j, i] = r
    return combine(parts, weights, correlation)


def shifted(whole: Estimate, by: float) -> Estimate:
    """The estimate moved by so many points and cut to 0 and 100.

    A value that is cut keeps its distance to the limit on the other side: that a headline is below
    0 by more than chance makes it 0, not known exactly.
    """
    if whole.value is None:
        return whole
    moved = whole.value + by
    value = cut(moved)
    found = replace(whole, value=value)
    if whole.low is None or whole.high is None:
        return found
    low, high = whole.low + by, whole.high + by
    return with_interval(
        found, cut(min(low, low + value - moved)), cut(max(high, high + value - moved))
    )


def cut(value: float) -> float:
    """The value within 0 to 100."""
    return min(100.0, max(0.0, value))


def in_all(arms: Sequence[Arm]) -> list[Arm]:
    """The arms' scores whose sample and epoch occur in every arm, in the order of the first."""
    found = [{(item.sample_id, item.epoch): item for item in scored} for _, scored in arms]
    kept = [key for key in found[0] if all(key in other for other in found)]
    return [
        (metric, [by_key[key] for key in kept])
        for (metric, _), by_key in zip(arms, found, strict=True)
    ]


def pull_correlation(a: Mapping[str, float], b: Mapping[str, float]) -> float | None:
    """Correlation of the errors of two metrics' goodness, from each family's influence on either.

    Without shared families 0; None where one influence is constant and families are shared.
    """
    if a.keys().isdisjoint(b):
        return 0.0
    families = sorted(a.keys() | b.keys())
    x = np.array([a.get(family, 0.0) for family in families])
    y = np.array([b.get(family, 0.0) for family in families])
    scale = math.sqrt(float(x @ x) * float(y @ y))
    if scale < 1e-12:
        return None
    return float(np.clip(x @ y / scale, -1.0, 1.0))


def influence(metric: Metric, scored: Sequence[Scored]) -> dict[str, float]:
    """Each family's pull on the metric's goodness, up to a common factor."""
    sign = 1.0 if metric.higher_is_better else -1.0
    families: dict[str, list[Scored]] = {}
    for item in scored:
        families.setdefault(item.family, []).append(item)
    if isinstance(metric.compute, Rounded):
        return influence(replace(metric, compute=mean_value), metric.compute.kept(scored))
    if metric.compute is mean_value:
        centre = mean_value(scored)
        return {
            family: sign * math.fsum(item.value - centre for item in items)
            for family, items in families.items()
        }
    whole = metric.compute(scored)
    pulls = {}
    for family in families:
        rest = [item for item in scored if item.family != family]
        without = metric.compute(rest) if rest else math.nan
        pulls[family] = 0.0 if math.isnan(without) else sign * (whole - without)
    return pulls
