"""How far a score moves between two runs, over the samples that both have a score for.

A score is a weighted sum of metrics, so its shift is a sum of what each family of samples adds.
All that is told about its error is kept in sums over families, which add up from the conditions of
a task to sub-aspects and the overall score.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from multitrust.core import Metric, Scored
from multitrust.metrics.composites import influence
from multitrust.metrics.contrasts import in_all
from multitrust.metrics.rates import mean_value
from multitrust.metrics.rounding import Rounded

ALL = 100.0
"""`Shift.lost` of what cannot be compared at all."""
Parts = dict[str, NDArray[np.float64]]
"""Family -> what it adds to the shift, the same less its expectation, and its reach; in points."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Leg:
    """One leaf of a headline in both runs."""

    metric: Metric
    weight: float
    base: Sequence[Scored]
    other: Sequence[Scored]


@dataclass(frozen=True, kw_only=True, slots=True)
class Moves:
    """What the families that moved one way add up to, in points."""

    total: float = 0.0
    squares: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """The change of a score's goodness from one run to the other, in points."""

    value: float = 0.0
    """Means nothing where `n` is 0."""
    variance: float = 0.0
    """Cluster-robust (CR1); where a metric is no mean, the jackknife's over families."""
    df: float = 1.0
    up: Moves = Moves()
    down: Moves = Moves()
    """Its total is above 0."""
    reach: float = 0.0
    """The most that one family could move the score."""
    n: int = 0
    """Pairs."""
    lost: float = 0.0
    """Weight in percent of the samples that one run has a score for and the other has not."""


def shift_of(legs: Sequence[Leg]) -> Shift | None:
    """The shift of a headline before it is cut at 0; None where neither run has one."""
    paired = [in_pairs(leg) for leg in legs]
    gone = [lost(leg, pairs) for leg, pairs in zip(legs, paired, strict=True)]
    before = sum(goodness(leg.metric, leg.base) for leg in paired)
    after = sum(goodness(leg.metric, leg.other) for leg in paired)
    if math.isnan(before + after):
        known = any(gone) or not math.isnan(before) or not math.isnan(after)
        return Shift(lost=ALL) if known else None
    parts: Parts = {}
    for leg in paired:
        for family, part in parts_of(leg).items():
            parts[family] = parts.get(family, np.zeros(3)) + part
    moved, spread, reach = np.array(list(parts.values())).T
    weights = np.array([abs(leg.weight) for leg in legs])
    return Shift(
        value=sum(leg.weight * change(leg) for leg in paired),
        variance=clustered(spread, float(reach.sum())),
        df=max(1.0, len(parts) - 1.0),
        up=moves(moved[moved > 0]),
        down=moves(-moved[moved < 0]),
        reach=float(reach.max()),
        n=sum(len(leg.base) for leg in paired),
        lost=ALL * float(weights @ np.array(gone) / weights.sum()),
    )


def combined(shifts: Sequence[Shift], weights: Sequence[float]) -> Shift:
    """The weighted mean of the shifts of different tasks.

    Those without pairs have no part in it, but count as lost.
    """
    shares = np.array(weights) / sum(weights)
    gone = float(shares @ np.array([shift.lost for shift in shifts]))
    kept = [(shift, share) for shift, share in zip(shifts, shares, strict=True) if shift.n]
    whole = sum(share for _, share in kept)
    parts = [scaled(shift, float(share / whole)) for shift, share in kept]
    if not parts:
        return Shift(lost=gone)
    return Shift(
        value=math.fsum(part.value for part in parts),
        variance=math.fsum(part.variance for part in parts),
        df=satterthwaite(parts),
        up=added([part.up for part in parts]),
        down=added([part.down for part in parts]),
        reach=max(part.reach for part in parts),
        n=sum(part.n for part in parts),
        lost=gone,
    )


def scaled(shift: Shift, by: float) -> Shift:
    """The shift as a part of a mean."""
    return replace(
        shift,
        value=by * shift.value,
        variance=by**2 * shift.variance,
        up=Moves(total=by * shift.up.total, squares=by**2 * shift.up.squares),
        down=Moves(total=by * shift.down.total, squares=by**2 * shift.down.squares),
        reach=by * shift.reach,
    )


def satterthwaite(parts: Sequence[Shift]) -> float:
    """Degrees of freedom of a sum's variance (Satterthwaite 1946); of all where none varies."""
    variances = np.array([part.variance for part in parts])
    df = np.array([part.df for part in parts])
    if not variances.any():
        return float(df.sum())
    return float(variances.sum() ** 2 / (variances**2 / df).sum())


def added(moves: Sequence[Moves]) -> Moves:
    """Moves of different families."""
    return Moves(
        total=math.fsum(move.total for move in moves),
        squares=math.fsum(move.squares for move in moves),
    )


def moves(sizes: NDArray[np.float64]) -> Moves:
    """The moves of some families, of which each is above 0."""
    return Moves(total=float(sizes.sum()), squares=float(sizes @ sizes))


def in_pairs(leg: Leg) -> Leg:
    """The leg with those samples only that both runs have a score for."""
    (_, base), (_, other) = in_all([(leg.metric, leg.base), (leg.metric, leg.other)])
    return replace(leg, base=base, other=other)


def lost(leg: Leg, pairs: Leg) -> float:
    """Which share of a leg's samples one run has a score for and the other has not."""
    single = len(leg.base) + len(leg.other) - 2 * len(pairs.base)
    return single / (single + len(pairs.base)) if single else 0.0


def goodness(metric: Metric, scored: Sequence[Scored]) -> float:
    """The metric's goodness, 0 to 1; NaN where it has none, or one that no sample tells of."""
    if not scored or (isinstance(metric.compute, Rounded) and not of_samples(metric.compute)):
        return math.nan
    return metric.goodness(metric.compute(scored))


def of_samples(compute: Rounded) -> bool:
    """Whether the value is made of the samples' scores, and not a log's total."""
    return compute.of_scores and not compute.told


def change(leg: Leg) -> float:
    """What a leg adds to the shift, in points."""
    return 100 * (goodness(leg.metric, leg.other) - goodness(leg.metric, leg.base))


def parts_of(leg: Leg) -> Parts:
    """What each family adds to the shift of a leg, by the leg's weight."""
    ups, downs = pulls(leg.metric, leg.other), pulls(leg.metric, leg.base)
    sizes: dict[str, int] = {}
    for item in leg.base:
        sizes[item.family] = sizes.get(item.family, 0) + 1
    parts, whole = {}, change(leg)
    for family, size in sizes.items():
        share = size / len(leg.base)
        spread = 100 * (ups.get(family, 0.0) - downs.get(family, 0.0))
        moved = spread + share * whole
        parts[family] = np.array(
            [leg.weight * moved, leg.weight * spread, 100 * abs(leg.weight) * share]
        )
    return parts


def pulls(metric: Metric, scored: Sequence[Scored]) -> dict[str, float]:
    """What each family adds to the metric's goodness beyond its share; sums to about 0."""
    compute, families = metric.compute, len({item.family for item in scored})
    if isinstance(compute, Rounded):
        by = (compute.transform(1.0) - compute.transform(0.0)) / max(1, len(compute.kept(scored)))
    elif compute is mean_value:
        by = 1 / len(scored)
    else:
        by = (families - 1) / families
    low, high = metric.range
    return {f: by * pull / (high - low) for f, pull in influence(metric, scored).items()}


def clustered(spread: NDArray[np.float64], reach: float) -> float:
    """The variance of a sum over families; one family alone tells nothing but its reach."""
    groups = len(spread)
    return reach**2 if groups < 2 else float(groups / (groups - 1) * (spread @ spread))
