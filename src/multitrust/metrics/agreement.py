"""How far two runs agree on the same samples: shares, and coefficients that discount chance.

Cohen's kappa takes the chance of agreeing from how often each run gives a 1; where nearly all
scores are alike it falls to 0 however well they agree. Gwet's AC1 (2008) does not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from multitrust.core import Estimate, Scored
from multitrust.metrics.intervals import Interval, proportion_interval, student_quantile
from multitrust.metrics.rates import mean_value, with_interval

Cells = NDArray[np.float64]
"""Last axis: pairs of (1, 1), (1, 0), (0, 1), (0, 0)."""
LEVEL = 0.95


def cohen_kappa(base: Sequence[Scored], other: Sequence[Scored]) -> Estimate:
    """Cohen's kappa (1960) of paired 0/1 scores; no value where all scores of both are one."""
    return coefficient(base, other, cohen_chance)


def gwet_ac1(base: Sequence[Scored], other: Sequence[Scored]) -> Estimate:
    """Gwet's AC1 (2008) of paired 0/1 scores."""
    return coefficient(base, other, gwet_chance)


def cohen_chance(cells: Cells) -> Cells:
    """How often two runs with these shares of 1 would agree if they were independent."""
    one, two = shares(cells)
    return one * two + (1 - one) * (1 - two)


def gwet_chance(cells: Cells) -> Cells:
    """How often they would agree by guessing where they do not know."""
    one, two = shares(cells)
    both = (one + two) / 2
    return 2 * both * (1 - both)


def shares(cells: Cells) -> tuple[Cells, Cells]:
    """Each run's share of 1."""
    whole = cells.sum(axis=-1)
    return (cells[..., 0] + cells[..., 1]) / whole, (cells[..., 0] + cells[..., 2]) / whole


def coefficient(
    base: Sequence[Scored], other: Sequence[Scored], chance: Callable[[Cells], Cells]
) -> Estimate:
    """(agreement - chance) / (1 - chance).

    The interval is on each side the wider of the jackknife's over families, and of that of the
    agreement at the observed chance, which has a width also where all scores agree.
    """
    if not base:
        return Estimate()
    families = cells_of(base, other)
    whole = families.sum(axis=0)
    by_chance = float(chance(whole))
    if by_chance > 1 - 1e-12:
        return Estimate(n=len(base))
    agreed = [
        Scored(sample_id=a.sample_id, value=float(a.value == b.value), family=a.family)
        for a, b in zip(base, other, strict=True)
    ]
    value, *ends = (
        (part - by_chance) / (1 - by_chance)
        for part in (mean_value(agreed), *proportion_interval(agreed, LEVEL))
    )
    found = Estimate(
        value=value + 0.0,
        n=len(base),
        method="jackknife over families, Wilson where they agree",
    )
    if len(families) < 2:
        return replace(found, needed=2)
    low, high = jackknife(families, chance)
    return with_interval(found, max(-1.0, min(low, ends[0])), min(1.0, max(high, ends[1])))


def cells_of(base: Sequence[Scored], other: Sequence[Scored]) -> Cells:
    """The cells of each family."""
    index: dict[str, int] = {}
    codes = [index.setdefault(item.family, len(index)) for item in base]
    places = [int(2 * (1 - a.value) + (1 - b.value)) for a, b in zip(base, other, strict=True)]
    found = np.zeros((len(index), 4))
    np.add.at(found, (codes, places), 1.0)
    return found


def jackknife(families: Cells, chance: Callable[[Cells], Cells]) -> Interval:
    """The interval that leaving out one of at least two families after the other gives."""
    groups = len(families)
    whole = families.sum(axis=0)
    cells = np.vstack([whole, whole - families])
    agreed, by_chance = (cells[:, 0] + cells[:, 3]) / cells.sum(axis=1), chance(cells)
    centre, *rest = (agreed - by_chance) / np.maximum(1 - by_chance, 1e-12)
    apart = np.array(rest) - centre
    error = math.sqrt((groups - 1) / groups * float(apart @ apart))
    half = student_quantile(LEVEL, groups - 1) * error
    return (float(centre - half), float(centre + half))
