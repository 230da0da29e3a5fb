"""The change of a score from one run to another.

The change is paired by sample: over the samples that both runs have a score for. A score is a
weighted sum of metrics, so its change is a sum of what each family of samples adds. All that is
known of its error is kept in sums over families, which add up from the conditions of a task to
sub-aspects, aspects and the overall score.

Where the runs have no sample of a condition in common, each has its own number there, and the
change is the difference of two independent numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from multitrust.core import Estimate, Metric, Scored
from multitrust.metrics.composites import combine, in_all, influence, weighted_sum
from multitrust.metrics.intervals import (
    Interval,
    count_families,
    normal_quantile,
    student_quantile,
)
from multitrust.metrics.rates import mean_value, with_interval
from multitrust.metrics.rounding import Rounded

ALL = 100.0
"""`Shift.lost` of what cannot be compared at all; points of the whole scale."""
LEVEL = 0.95
"""Of the intervals that the error of unpaired parts is taken from."""
LEAST = 1e-12
"""The smallest p-value, and the fewest points, that are told apart from 0."""
METHOD = "paired by family: Student, at least the gamma interval of rare moves"
Parts = dict[str, NDArray[np.float64]]
"""Family -> what it adds to the shift, the same less its expectation, and the most that it can add;
in points."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Leg:
    """One leaf of a headline in both runs."""

    metric: Metric
    weight: float
    base: Sequence[Scored]
    other: Sequence[Scored]
    after: Metric | None = None
    """The metric of `other` where it is not the same: an imported log's has the log's own total."""
    paired: bool = True
    """Whether samples are paired; if not, the runs have none in common here."""
    totals: tuple[float, float] | None = None
    """Goodness in both runs, 0 to 1, by the totals of their logs; None where samples tell it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moves:
    """What the families that moved one way add up to, in points."""

    total: float = 0.0
    squares: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Unpaired:
    """What is known of the part of a shift whose samples the runs do not share."""

    n: int = 0
    """Scores of both runs."""
    below: float = 0.0
    """Square of the distance to the lower limit, in points, for a normal quantile of 1."""
    above: float = 0.0
    """The same to the upper limit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """The change of a score's goodness from one run to the other, in points."""

    value: float = 0.0
    """Means nothing where `known` is false."""
    base: float = 0.0
    """The score of the first run over the same samples, before it is cut to 0 and 100."""
    span: float = ALL
    """The most that the score can change: more than 100 where a headline can be below 0."""
    variance: float = 0.0
    """Of the paired part; cluster-robust (CR1), and where a metric is no mean, the jackknife's over
    families."""
    df: float = 1.0
    up: Moves = Moves()
    down: Moves = Moves()
    """Its total is above 0."""
    reach: float = 0.0
    """How far one more family might move the score; 0 without pairs."""
    n: int = 0
    """Pairs."""
    unpaired: Unpaired = field(default=Unpaired())
    unknown: float = 0.0
    """Points by which what comes from fewer than two families might move the score."""
    lost: float = 0.0
    """Weight in percent of the samples that one run has a score for and the other has not."""

    @property
    def known(self) -> bool:
        """Whether there is a change at all."""
        return bool(self.n or self.unpaired.n)


def shift_of(legs: Sequence[Leg], *, offset: float = 0.0) -> Shift | None:
    """The shift of a headline before it is cut to 0 and 100; None where neither run has one.

    Args:
        legs: the headline's leaves.
        offset: of the headline, a share as its weights are.
    """
    both = [in_pairs(leg) if leg.paired else leg for leg in legs]
    gone = [lost(leg, pairs) for leg, pairs in zip(legs, both, strict=True)]
    before, after = (np.array([values_of(leg)[side] for leg in both]) for side in (0, 1))
    if math.isnan(before.sum() + after.sum()):
        known = any(gone) or not math.isnan(before.sum()) or not math.isnan(after.sum())
        return Shift(lost=ALL) if known else None
    weights = np.array([leg.weight for leg in legs])
    shift = replace(
        paired_shift([leg for leg in both if leg.paired]),
        value=ALL * float(weights @ (after - before)) + 0.0,
        base=ALL * (float(weights @ before) + offset) + 0.0,
        span=ALL * float(np.abs(weights).sum()),
        lost=ALL * float(np.abs(weights) @ np.array(gone) / np.abs(weights).sum()),
    )
    apart = [leg for leg in both if not leg.paired]
    return with_unpaired(shift, apart) if apart else shift


def paired_shift(legs: Sequence[Leg]) -> Shift:
    """What is known of the error of a shift from its legs of common samples."""
    parts: Parts = {}
    for leg in legs:
        for family, part in parts_of(leg).items():
            parts[family] = parts.get(family, np.zeros(3)) + part
    if not parts:
        return Shift()
    n = sum(len(leg.base) for leg in legs)
    if len(parts) < 2:
        return Shift(n=n, unknown=ALL * sum(abs(leg.weight) for leg in legs))
    moved, spread, most = np.array(list(parts.values())).T
    groups = len(parts)
    return Shift(
        variance=groups / (groups - 1) * float(spread @ spread),
        df=groups - 1.0,
        up=moves(moved[moved > 0]),
        down=moves(-moved[moved < 0]),
        reach=reach_of_one(moved, most, legs),
        n=n,
    )


def reach_of_one(
    moved: NDArray[np.float64], most: NDArray[np.float64], legs: Sequence[Leg]
) -> float:
    """How far one more family might move the score.

    As far as the farthest that was seen to move, and at least as one sample that flips. Where no
    family moved, nothing shows how far its members move together, and it is all that a family can.

    Args:
        moved: what each family adds to the shift.
        most: the most that it can add.
        legs: in pairs.
    """
    farthest = float(np.abs(moved).max())
    if farthest < LEAST:
        return float(most.max())
    samples = [
        ALL * abs(leg.weight) / len(leg.base) for leg in legs if leg.base and leg.metric.least
    ]
    return max(farthest, *samples) if samples else 0.0


def with_unpaired(shift: Shift, legs: Sequence[Leg]) -> Shift:
    """The shift with the error of legs in which the runs have no sample in common."""
    sides = [
        [(leg.metric, leg.base) for leg in legs],
        [(leg.after or leg.metric, leg.other) for leg in legs],
    ]
    base, other = (weighted_sum(side, [leg.weight for leg in legs], level=LEVEL) for side in sides)
    whole = combine([other, base], [1, -1], None)
    low, value, high = whole.ends or (0.0, 0.0, 0.0)
    below, above = value - low, high - value
    few = whole.needed is not None
    z = normal_quantile(LEVEL)
    return replace(
        shift,
        unknown=shift.unknown + few * ALL * sum(abs(leg.weight) for leg in legs),
        unpaired=Unpaired(n=base.n + other.n, below=(below / z) ** 2, above=(above / z) ** 2),
    )


def change_estimate(shift: Shift, level: float = LEVEL) -> Estimate:
    """The shift with its interval.

    Without one where all of it comes from parts of fewer than two families, or has no width.
    """
    if not shift.known:
        return Estimate(level=level)
    found = Estimate(value=shift.value, n=shift.n, level=level, method=METHOD)
    if shift.unknown > shift.span - LEAST:
        return replace(found, needed=2)
    low, high = limits(shift, (1 - level) / 2)
    return with_interval(found, max(-shift.span, low), min(shift.span, high))


def limits(shift: Shift, alpha: float) -> Interval:
    """The interval of level 1 - 2 alpha; alpha is at most a half.

    Of the paired part it is the wider of two on each side:

    - Student's, with the cluster-robust error over families. Where two runs rarely differ, it knows
      only the differences that were seen: with none it has no width.
    - For rare moves, the gamma intervals of what moved up and of what moved down (Fay and Feuer
      1997), each a weighted count, joined by MOVER. Without any move it is the rule of three: at
      a level of 90 %, a change of 3 in n samples may have gone unseen.

    What comes from fewer than two families is added in full.
    """
    half = student_quantile(1 - 2 * alpha, shift.df) * math.sqrt(shift.variance)
    rise, fall = above(shift.up, shift.reach, alpha), above(shift.down, shift.reach, alpha)
    rose, fell = below(shift.up, alpha), below(shift.down, alpha)
    z = normal_quantile(1 - 2 * alpha)
    apart = shift.unpaired
    down = math.hypot(max(half, math.hypot(rose, fall)), z * math.sqrt(apart.below))
    up = math.hypot(max(half, math.hypot(rise, fell)), z * math.sqrt(apart.above))
    return (shift.value - down - shift.unknown, shift.value + up + shift.unknown)


def above(moved: Moves, reach: float, alpha: float) -> float:
    """How far the upper limit of moves lies above their total (Fay and Feuer 1997)."""
    from scipy.special import gammaincinv

    total, squares = moved.total + reach, moved.squares + reach**2
    if not total:
        return 0.0
    limit = squares / total * float(gammaincinv(total**2 / squares, 1 - alpha))
    return max(0.0, limit - moved.total)


def below(moved: Moves, alpha: float) -> float:
    """How far the lower limit of moves lies below their total."""
    from scipy.special import gammaincinv

    if not moved.total:
        return 0.0
    total, squares = moved.total, moved.squares
    return max(0.0, total - squares / total * float(gammaincinv(total**2 / squares, alpha)))


def least_alpha(shift: Shift, holds: Callable[[float, float], bool]) -> float:
    """The least alpha, up to a half, at which something holds of the interval; 1 for none.

    The interval gets narrower as alpha grows.
    """
    small, large = LEAST, 0.5
    if not holds(*limits(shift, large)):
        return 1.0
    if holds(*limits(shift, small)):
        return small
    while large / small > 1 + 1e-9:
        middle = math.sqrt(small * large)
        small, large = (small, middle) if holds(*limits(shift, middle)) else (middle, large)
    return large


def p_of_no_change(shift: Shift) -> float:
    """Two-sided p-value that the interval implies: below 1 - level where it leaves out 0."""
    return min(1.0, 2 * least_alpha(shift, lambda low, high: low > 0 or high < 0))


def combined(shifts: Sequence[Shift], weights: Sequence[float]) -> Shift:
    """The weighted mean of the shifts of different tasks.

    Those that are not known have no part in it, but count as lost.
    """
    shares = np.array(weights) / sum(weights)
    gone = float(shares @ np.array([shift.lost for shift in shifts]))
    kept = [(shift, share) for shift, share in zip(shifts, shares, strict=True) if shift.known]
    whole = sum(share for _, share in kept)
    parts = [scaled(shift, float(share / whole)) for shift, share in kept]
    if not parts:
        return Shift(lost=gone)
    return Shift(
        value=math.fsum(part.value for part in parts) + 0.0,
        base=math.fsum(part.base for part in parts) + 0.0,
        span=math.fsum(part.span for part in parts),
        variance=math.fsum(part.variance for part in parts),
        df=satterthwaite(parts),
        up=added([part.up for part in parts]),
        down=added([part.down for part in parts]),
        reach=max(part.reach for part in parts),
        n=sum(part.n for part in parts),
        unpaired=Unpaired(
            n=sum(part.unpaired.n for part in parts),
            below=math.fsum(part.unpaired.below for part in parts),
            above=math.fsum(part.unpaired.above for part in parts),
        ),
        unknown=math.fsum(part.unknown for part in parts),
        lost=gone,
    )


def scaled(shift: Shift, by: float) -> Shift:
    """The shift as a part of a mean."""
    return replace(
        shift,
        value=by * shift.value,
        base=by * shift.base,
        span=by * shift.span,
        variance=by**2 * shift.variance,
        up=Moves(total=by * shift.up.total, squares=by**2 * shift.up.squares),
        down=Moves(total=by * shift.down.total, squares=by**2 * shift.down.squares),
        reach=by * shift.reach,
        unpaired=replace(
            shift.unpaired,
            below=by**2 * shift.unpaired.below,
            above=by**2 * shift.unpaired.above,
        ),
        unknown=by * shift.unknown,
    )


def satterthwaite(parts: Sequence[Shift]) -> float:
    """Degrees of freedom of a sum's variance (Satterthwaite 1946); of all where none varies."""
    variances = np.array([part.variance for part in parts])
    df = np.array([part.df for part in parts])
    if not variances.any():
        return float(df.sum())
    return float(variances.sum() ** 2 / (variances**2 / df).sum())


def added(parts: Sequence[Moves]) -> Moves:
    """Moves of different families."""
    return Moves(
        total=math.fsum(part.total for part in parts),
        squares=math.fsum(part.squares for part in parts),
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
    if not leg.paired:
        return 1.0
    single = len(leg.base) + len(leg.other) - 2 * len(pairs.base)
    return single / (single + len(pairs.base)) if single else 0.0


def values_of(leg: Leg) -> tuple[float, float]:
    """The goodness of a leg in both runs, 0 to 1; NaN where there is none.

    Of a paired leg it is what the common samples tell, unless all samples are common and both logs
    have totals.
    """
    if leg.totals is not None:
        return leg.totals
    sides = ((leg.metric, leg.base), (leg.after or leg.metric, leg.other))
    before, after = (
        math.nan
        if not scored or (leg.paired and not of_samples(metric))
        else metric.goodness(metric.compute(scored))
        for metric, scored in sides
    )
    return before, after


def of_samples(metric: Metric) -> bool:
    """Whether the metric's value is made of the samples' scores, and not a log's total."""
    compute = metric.compute
    return not isinstance(compute, Rounded) or (compute.of_scores and not compute.told)


def without_total(metric: Metric) -> Metric:
    """The metric as its samples' scores make it, where a log's total stands in their place.

    Unchanged where the scores are not there.
    """
    compute = metric.compute
    if isinstance(compute, Rounded) and compute.of_scores and compute.told:
        return replace(metric, compute=replace(compute, told={}))
    return metric


def parts_of(leg: Leg) -> Parts:
    """What each family adds to the shift of a leg, by the leg's weight.

    Nothing where the metric has no interval: then its change has no error that is known.
    """
    families: dict[str, int] = {}
    for item in leg.base:
        families[item.family] = families.get(item.family, 0) + 1
    if not leg.metric.least:
        return {family: np.zeros(3) for family in families}
    before, after = values_of(leg)
    ups, downs = pulls(leg.metric, leg.other), pulls(leg.metric, leg.base)
    parts = {}
    for family, size in families.items():
        share = size / len(leg.base)
        spread = ALL * (ups.get(family, 0.0) - downs.get(family, 0.0))
        moved = spread + share * ALL * (after - before)
        parts[family] = np.array(
            [leg.weight * moved, leg.weight * spread, ALL * abs(leg.weight) * share]
        )
    return parts


def pulls(metric: Metric, scored: Sequence[Scored]) -> dict[str, float]:
    """What each family adds to the metric's goodness beyond its share; sums to about 0."""
    compute, families = metric.compute, count_families(scored)
    if isinstance(compute, Rounded):
        by = (compute.transform(1.0) - compute.transform(0.0)) / max(1, len(compute.kept(scored)))
    elif compute is mean_value:
        by = 1 / len(scored)
    else:
        by = (families - 1) / families
    low, high = metric.range
    return {f: by * pull / (high - low) for f, pull in influence(metric, scored).items()}
