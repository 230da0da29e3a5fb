"""Whether a score stays within a margin: two one-sided tests (TOST, Schuirmann 1987).

A shift is *equivalent* when its interval of level 1 - 2 alpha lies within the margin, *different*
when it lies wholly beyond, and undecided else. The interval is that of every change between two
runs (`shifts.limits`), which keeps a width where nothing differs: else 100 identical pairs would
prove anything.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from multitrust.core import ConfigError, Estimate
from multitrust.metrics.contrasts import ContrastEstimate, holm
from multitrust.metrics.intervals import student_quantile
from multitrust.metrics.shifts import ALL, Moves, Shift, change_estimate, least_alpha, limits

Verdict = Literal["equivalent", "different", "not enough evidence"]

ALPHA = 0.05
"""Of each one-sided test."""
POWER = 0.8
"""With which `needed` pairs show what is equivalent."""
MOST = 1e6
"""How many times the pairs that were asked are still called a number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A shift held against the margin, in points; p-values are adjusted (Holm 1979)."""

    verdict: Verdict
    value: float | None = None
    """None where nothing can be compared. Without a value, and with fewer than two families, `low`
    and `high` are None."""
    low: float | None = None
    high: float | None = None
    level: float = 1 - 2 * ALPHA
    p_equivalent: float = 1.0
    """Of a true shift at the margin or beyond."""
    p_different: float = 1.0
    """Of a true shift within the margin."""
    n: int = 0
    """Pairs."""
    lost: float = 0.0
    """Weight in percent of the samples that one run has a score for and the other has not."""
    needed: int | None = None
    """Where the evidence is not enough: pairs of this spread that show equivalence with a power of
    0.8 if there is no true shift. None where the shift itself is at fault, as it is beyond the
    margin, or as many were asked."""


def findings(shifts: Sequence[Shift], margin: float) -> list[Finding]:
    """The shifts held against the margin, as one family of tests.

    Args:
        shifts: read together, e.g. of all tasks.
        margin: points, above 0 and at most 100.

    Raises:
        ConfigError: the margin is none.
    """
    if not 0 < margin <= ALL:
        raise ConfigError(f"a margin of {margin} points; give one above 0, at most 100, e.g. 2")
    changes = [change_estimate(shift, 1 - 2 * ALPHA) for shift in shifts]
    tested = [s for s, change in zip(shifts, changes, strict=True) if change.ends]
    same = adjusted([p_equivalent(shift, margin) for shift in tested])
    apart = adjusted([p_different(shift, margin) for shift in tested])
    found = iter(zip(same, apart, strict=True))
    alpha = ALPHA / max(1, len(tested))
    return [
        finding(shift, change, margin, *next(found), alpha)
        if change.ends
        else Finding(verdict="not enough evidence", value=change.value, n=shift.n, lost=shift.lost)
        for shift, change in zip(shifts, changes, strict=True)
    ]


def finding(
    shift: Shift, change: Estimate, margin: float, same: float, apart: float, alpha: float
) -> Finding:
    """One shift and its interval with its adjusted p-values.

    It is not called equivalent if the lost samples alone could move it by more than the margin.
    """
    made = Finding(
        verdict="different" if apart < ALPHA else "not enough evidence",
        value=change.value,
        low=change.low,
        high=change.high,
        p_equivalent=same,
        p_different=apart,
        n=shift.n,
        lost=shift.lost,
    )
    if made.verdict == "different":
        return made
    if same < ALPHA and shift.lost <= margin:
        return replace(made, verdict="equivalent")
    return replace(made, needed=needed(shift, margin, alpha))


def adjusted(p_values: Sequence[float]) -> list[float]:
    """The p-values for reading them together (Holm 1979)."""
    effects = holm([ContrastEstimate(value=None, p=p) for p in p_values])
    return [effect.p_holm for effect in effects if effect.p_holm is not None]


def p_equivalent(shift: Shift, margin: float) -> float:
    """The least alpha at which the interval lies within the margin; 1 for none up to a half."""
    return least_alpha(shift, lambda low, high: -margin < low and high < margin)


def p_different(shift: Shift, margin: float) -> float:
    """The least alpha at which the interval lies wholly beyond the margin."""
    return least_alpha(shift, lambda low, high: high < -margin or low > margin)


def needed(shift: Shift, margin: float, alpha: float) -> int | None:
    """How many pairs of this spread show equivalence with `POWER`, if there is no true shift.

    Args:
        shift: as observed; moves up and down are taken as equally frequent.
        margin: points.
        alpha: of each one-sided test, adjusted.

    Returns:
        Pairs; None without pairs, if the shift is beyond the margin, if as many were asked, or if
        they are beyond all numbers.
    """
    few, many = 1.0, MOST
    if not shift.n or abs(shift.value) >= margin:
        return None
    if enough(shift, margin, alpha, few) or not enough(shift, margin, alpha, many):
        return None
    while many / few > 1 + 1e-6:
        middle = math.sqrt(few * many)
        few, many = (few, middle) if enough(shift, margin, alpha, middle) else (middle, many)
    return math.ceil(many * shift.n)


def enough(shift: Shift, margin: float, alpha: float, times: float) -> bool:
    """Whether so many times the pairs would do."""
    error = math.sqrt(shift.variance / times)
    room = margin - limits(grown(shift, times), alpha)[1]
    return room >= student_quantile(POWER, shift.df * times) * error


def grown(shift: Shift, times: float) -> Shift:
    """What the shift would be made of with more families of the same kind, and no true change."""
    half = Moves(
        total=(shift.up.total + shift.down.total) / 2,
        squares=(shift.up.squares + shift.down.squares) / 2 / times,
    )
    return replace(
        shift,
        value=0.0,
        variance=shift.variance / times,
        df=shift.df * times,
        up=half,
        down=half,
        reach=shift.reach / times,
        unpaired=replace(
            shift.unpaired,
            below=shift.unpaired.below / times,
            above=shift.unpaired.above / times,
        ),
    )
