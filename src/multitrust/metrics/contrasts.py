"""Paired effects: one metric in several conditions over the samples that all of them hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from multitrust.core import Estimate, Metric, Scored
from multitrust.metrics.composites import Arm, combine, in_all, weighted_sum
from multitrust.metrics.intervals import count_families
from multitrust.metrics.rates import mean_value, share_estimate
from multitrust.metrics.rounding import Rounded
from multitrust.metrics.shifts import (
    ALL,
    Leg,
    Shift,
    change_estimate,
    of_samples,
    p_of_no_change,
    shift_of,
)
from multitrust.metrics.sign_flip import sign_flip_p

IMPLIED = "from the interval"
"""The test whose p-value is the one that the interval implies."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ContrastEstimate:
    """The change of a metric's goodness from `base` to `other`, in points (-100 to 100)."""

    value: float | None
    """None without pairs."""
    low: float | None = None
    high: float | None = None
    needed: int | None = None
    """Families that an interval takes, where there are too few to tell; then `low`, `high` and `p`
    are None."""
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

    The interval is that of `change_of`. The p-value is the exact sign-flip test over families,
    which is McNemar's for 0/1 scores of single samples; that of a metric which is no mean of its
    scores is implied by its interval.
    """
    (_, first), (_, second) = in_all([(metric, base), (metric, other)])
    found = change_of((metric, first), [(after or metric, second)], level)
    if found.low is None or not is_mean(metric):
        return found
    p, test = paired_test(metric, first, second)
    return replace(found, p=p, test=test, lost=flip_rate(metric, first, second, level))


def leg_change(leg: Leg) -> ContrastEstimate:
    """The change of one leaf from one run to the other, with its 95 % interval.

    The p-value is the exact one of `contrast_estimate` for a mean of paired scores, else the one
    that the interval implies.
    """
    shift = shift_of([replace(leg, weight=1.0)])
    found = ContrastEstimate(value=None) if shift is None else contrast_of(shift, 0.95)
    if found.low is None or not leg.paired or not is_mean(leg.metric):
        return found
    (_, base), (_, other) = in_all([(leg.metric, leg.base), (leg.metric, leg.other)])
    p, test = paired_test(leg.metric, base, other)
    return replace(found, p=p, test=test)


def contrast_of(shift: Shift, level: float) -> ContrastEstimate:
    """A shift as a contrast, with the p-value that its interval implies."""
    found = change_estimate(shift, level)
    return ContrastEstimate(
        value=found.value,
        low=found.low,
        high=found.high,
        needed=found.needed,
        p=None if found.low is None else p_of_no_change(shift),
        n=shift.n,
        test="" if found.low is None else IMPLIED,
    )


def mean_effect(base: Arm, others: Sequence[Arm], *, level: float = 0.95) -> ContrastEstimate:
    """The mean change from `base` to the other arms, over the samples that all hold."""
    first, *rest = in_all([base, *others])
    return change_of(first, rest, level)


def change_of(base: Arm, others: Sequence[Arm], level: float) -> ContrastEstimate:
    """The mean change from `base` to the other arms, which all hold the same samples.

    For 0/1 scores of single samples the interval is recovered from those of the arms and their
    correlation, which for two arms is Newcombe's (1998) hybrid score interval for pairs. It has no
    width where nothing moved. There, for other scores, and for families, it is that of the paired
    differences: Student's, but at least as wide as the gamma interval of rare moves.
    """
    arms = [base, *others]
    n, share = len(base[1]), 1 / len(others)
    if suits_newcombe(arms) or not all(of_samples(metric) for metric, _ in arms):
        return from_interval(weighted_sum(arms, [-1, *[share] * len(others)], level=level), n)
    legs = [Leg(metric=base[0], weight=share, base=base[1], other=scored) for _, scored in others]
    shift = shift_of(legs)
    return replace(contrast_of(shift or Shift(), level), n=n)


def suits_newcombe(arms: Sequence[Arm]) -> bool:
    """Whether all scores are 0 or 1, each sample is a family of its own, and a family moved."""
    (metric, first), *others = arms
    alike = [[item.value for item in scored] for _, scored in arms]
    if not is_mean(metric) or not is_binary([item for _, scored in arms for item in scored]):
        return False
    moves = [len(others) * before - sum(after) for before, *after in zip(*alike, strict=True)]
    return count_families(first) == len(first) and any(moves)


def is_binary(scored: Sequence[Scored]) -> bool:
    """Whether all scores are 0 or 1."""
    return all(item.value in (0.0, 1.0) for item in scored)


def is_mean(metric: Metric) -> bool:
    """Whether the metric is the mean of its scores, rounded or not."""
    compute = metric.compute
    return compute is mean_value or (isinstance(compute, Rounded) and compute.of_scores)


def pooled_effect(effects: Sequence[ContrastEstimate], level: float = 0.95) -> ContrastEstimate:
    """The plain mean of independent effects that have a value."""
    parts = [
        Estimate(value=e.value, low=e.low, high=e.high, needed=e.needed, level=level)
        for e in effects
    ]
    whole = combine(parts, [1 / len(parts)] * len(parts), None, bounds=(-ALL, ALL))
    return from_interval(whole, sum(effect.n for effect in effects))


def from_interval(change: Estimate, n: int) -> ContrastEstimate:
    """A change with the p-value that its interval implies: below 1 - level where it excludes 0."""
    from scipy.stats import norm

    found = ContrastEstimate(value=change.value, needed=change.needed, n=n)
    if change.ends is None:
        return found
    low, value, high = change.ends
    toward_zero = value - low if value > 0 else high - value
    z = 0.0 if value == 0 else math.inf if toward_zero == 0 else abs(value) / toward_zero
    return replace(
        found,
        low=max(-ALL, low),
        high=min(ALL, high),
        p=float(2 * norm.sf(z * norm.ppf(0.5 + change.level / 2))),
        test=f"normal, {IMPLIED}",
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
    if not is_binary([*base, *other]):
        return None
    flipped = [
        replace(after, value=1.0 - metric.goodness(after.value))
        for before, after in zip(base, other, strict=True)
        if metric.goodness(before.value) == 1
    ]
    return share_estimate(flipped, level) if flipped else None


def paired_test(
    metric: Metric, base: Sequence[Scored], other: Sequence[Scored]
) -> tuple[float | None, str]:
    """Two-sided p-value that no family of pairs changed, and the name of the exact test.

    Args:
        metric: a mean of its scores.
        base: in the order of `other`, of the same samples.
        other: after the change.
    """
    if isinstance(metric.compute, Rounded):
        kept = [(metric, metric.compute.kept(scored)) for scored in (base, other)]
        (_, base), (_, other) = in_all(kept)
    moves: dict[str, float] = {}
    for before, after in zip(base, other, strict=True):
        moves[before.family] = moves.get(before.family, 0.0) + after.value - before.value
    if len(moves) < 2:
        return None, ""
    single = is_binary([*base, *other]) and len(moves) == len(base)
    return (
        sign_flip_p(list(moves.values())),
        "exact McNemar" if single else "exact sign-flip over families",
    )
