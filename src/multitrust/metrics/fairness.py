"""Fairness between groups: do they get the same answers, all else being equal?"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from multitrust.core import Estimate, Metric, Scored, Scorer
from multitrust.metrics.composites import combine
from multitrust.metrics.intervals import (
    UNKNOWN,
    Interval,
    count_families,
    proportion_interval,
)
from multitrust.metrics.rates import mean_value

Tables = NDArray[np.float64]
Groups = Mapping[str, Sequence[Scored]]


def parity_gap(scorer: Scorer, attribute: str) -> Metric:
    """The demographic-parity gap: the largest difference between two groups' mean scores.

    Only samples whose metadata say `varied: attribute` count, of sets whose members differ in that
    attribute alone; `metadata[attribute]` names the group. NaN with fewer than two groups.
    """
    return gap(scorer, attribute, groups_of)


def group_gap(scorer: Scorer, attribute: str) -> Metric:
    """The same gap between groups of different people, named by `metadata["extra"][attribute]`.

    They may differ in more than the attribute: a gap is a difference, not what the attribute does.
    """
    return gap(scorer, attribute, groups_among)


def gap(
    scorer: Scorer, attribute: str, grouped: Callable[[Sequence[Scored], str], Groups]
) -> Metric:
    """The largest difference between two groups' mean scores.

    The interval is Newcombe's (1998) hybrid score interval for the two groups furthest apart, with
    their correlation over families. As they were picked for being apart, its level is Bonferroni's
    for all pairs of groups: with three groups it errs on the wide side.
    """

    def compute(scored: Sequence[Scored]) -> float:
        means = [mean_value(items) for items in grouped(scored, attribute).values()]
        return max(means) - min(means) if len(means) > 1 else math.nan

    def interval(scored: Sequence[Scored], level: float) -> Interval:
        groups = grouped(scored, attribute)
        if count_families([item for items in groups.values() for item in items]) < 2:
            return UNKNOWN
        ranked = sorted(groups.values(), key=mean_value)
        return difference_interval(
            ranked[-1], ranked[0], 1 - (1 - level) / math.comb(len(groups), 2)
        )

    return Metric(
        name=f"{attribute} gap",
        scorer=scorer,
        compute=compute,
        interval=interval,
        method="Newcombe's hybrid score, Bonferroni over pairs of groups",
        higher_is_better=False,
    )


def odds_ratio(scorer: Scorer, attribute: str, pair: tuple[str, str], stratum: str) -> Metric:
    """How even two groups' odds of the answer `yes` are: 1 is even, 0 all on one side.

    The Cochran-Mantel-Haenszel common odds ratio over the strata named by `metadata[stratum]`, or
    its inverse where that is smaller; 1 where no stratum tells the groups apart. Interval after
    Robins, Breslow and Greenland (1986).
    """

    def compute(scored: Sequence[Scored]) -> float:
        found = tables(scored, attribute, pair, stratum)
        if not len(found):
            return math.nan
        one, other = pooled(found)
        return min(one, other) / max(one, other) if one or other else 1.0

    def interval(scored: Sequence[Scored], level: float) -> Interval:
        found = tables(scored, attribute, pair, stratum)
        if len(found) < 2:
            return UNKNOWN
        low, high = log_odds_interval(found, level)
        far = math.exp(-max(abs(low), abs(high)))
        return (far, 1.0 if low <= 0 <= high else math.exp(-min(abs(low), abs(high))))

    return Metric(
        name=f"{attribute} odds ratio",
        scorer=scorer,
        compute=compute,
        interval=interval,
        method="Cochran-Mantel-Haenszel, smaller over larger odds",
    )


def groups_of(scored: Sequence[Scored], attribute: str) -> Groups:
    """The scores of sets in which the attribute varies, by group."""
    groups: dict[str, list[Scored]] = defaultdict(list)
    for item in scored:
        if item.metadata.get("varied") == attribute:
            groups[item.metadata[attribute]].append(item)
    return groups


def groups_among(scored: Sequence[Scored], attribute: str) -> Groups:
    """The scores by the group that the data name."""
    groups: dict[str, list[Scored]] = defaultdict(list)
    for item in scored:
        groups[str(item.metadata["extra"][attribute])].append(item)
    return groups


def difference_interval(high: Sequence[Scored], low: Sequence[Scored], level: float) -> Interval:
    """Newcombe's hybrid interval of mean(high) - mean(low), from 0 to 1."""
    parts = []
    for group in (high, low):
        ends = proportion_interval(group, level)
        parts.append(Estimate(value=mean_value(group), low=ends[0], high=ends[1], level=level))
    r = family_correlation(high, low)
    gap = combine(parts, [1, -1], np.array([[1.0, r], [r, 1.0]])).ends
    assert gap is not None
    return (max(0.0, gap[0]), min(1.0, gap[2]))


def family_correlation(one: Sequence[Scored], other: Sequence[Scored]) -> float:
    """Correlation of two groups' scores over the families they share, less one standard error.

    Groups picked for being far apart look less alike or more by chance; the error (of Fisher's z)
    keeps the interval at its level. It is 0 where the correlation is undefined.
    """
    first = {(item.family, item.epoch): item.value for item in one}
    second = {(item.family, item.epoch): item.value for item in other}
    shared = sorted(first.keys() & second.keys())
    a, b = (np.array([side[key] for key in shared]) for side in (first, second))
    if len(shared) < 5 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    z = math.atanh(float(np.clip(np.corrcoef(a, b)[0, 1], -0.999, 0.999)))
    return math.tanh(z - 1 / math.sqrt(len(shared) - 3))


def tables(scored: Sequence[Scored], attribute: str, pair: tuple[str, str], stratum: str) -> Tables:
    """A row for each stratum with both groups: yes and not-yes of the first, then the second."""
    cells: dict[str, list[float]] = defaultdict(lambda: [0.0] * 4)
    for group, items in groups_of(scored, attribute).items():
        if group in pair:
            for item in items:
                place = 2 * pair.index(group) + (item.answer != "yes")
                cells[item.metadata[stratum]][place] += 1
    both = [row for row in cells.values() if sum(row[:2]) and sum(row[2:])]
    return np.array(both).reshape(-1, 4)


def pooled(found: Tables) -> tuple[float, float]:
    """The two sums whose ratio is the common odds ratio."""
    a, b, c, d = found.T
    total = found.sum(axis=1)
    return float((a * d / total).sum()), float((b * c / total).sum())


def log_odds_interval(found: Tables, level: float) -> Interval:
    """Interval of the common log odds ratio; the whole line where one sum is zero."""
    from scipy.special import ndtri

    one, other = pooled(found)
    if not one or not other:
        return UNKNOWN
    a, b, c, d = found.T
    total = found.sum(axis=1)
    agree, differ = (a + d) / total, (b + c) / total
    r, s = a * d / total, b * c / total
    variance = (
        (agree * r).sum() / (2 * one**2)
        + (agree * s + differ * r).sum() / (2 * one * other)
        + (differ * s).sum() / (2 * other**2)
    )
    half = float(ndtri(0.5 + level / 2)) * math.sqrt(float(variance))
    centre = math.log(one / other)
    return (centre - half, centre + half)
