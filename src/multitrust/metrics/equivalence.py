"""Whether a score stays within a margin: two one-sided tests (TOST, Schuirmann 1987).

A shift is *equivalent* when its interval of level 1 - 2 alpha lies within the margin, *different*
when it lies wholly beyond, and undecided else. The interval is the wider of two on each side:

- Student's, with the cluster-robust error over families. Where two runs rarely differ, it knows
  only the differences that were seen: with none it has no width, and 100 identical pairs would
  prove anything.
- For rare moves, the gamma intervals of what moved up and of what moved down (Fay and Feuer 1997),
  each a weighted count, joined by MOVER. Without any move it is the rule of three: a change of 3 in
  n samples may have gone unseen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from multitrust.core import ConfigError
from multitrust.metrics.contrasts import ContrastEstimate, holm
from multitrust.metrics.intervals import Interval, student_quantile
from multitrust.metrics.shifts import ALL, Moves, Shift

Verdict = Literal["equivalent", "different", "not enough evidence"]

ALPHA = 0.05
"""Of each one-sided test."""
POWER = 0.8
"""With which `needed` pairs show what is equivalent."""
LEAST = 1e-12
"""The smallest p-value that is told apart from 0."""
MOST = 1e6
"""How many times the pairs that were asked are still called a number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A shift held against the margin, in points; p-values are adjusted (Holm 1979)."""

    verdict: Verdict
    value: float | None = None
    """None without pairs; then `low` and `high` are None too."""
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
    tested = [shift for shift in shifts if shift.n]
    same = adjusted([p_equivalent(shift, margin) for shift in tested])
    apart = adjusted([p_different(shift, margin) for shift in tested])
    found = iter(zip(same, apart, strict=True))
    alpha = ALPHA / max(1, len(tested))
    return [
        finding(shift, margin, *next(found), alpha)
        if shift.n
        else Finding(verdict="not enough evidence", lost=shift.lost)
        for shift in shifts
    ]


def finding(shift: Shift, margin: float, same: float, apart: float, alpha: float) -> Finding:
    """One shift with its adjusted p-values.

    It is not called equivalent if the lost samples alone could move it by more than the margin.
    """
    low, high = limits(shift, ALPHA)
    made = Finding(
        verdict="different" if apart < ALPHA else "not enough evidence",
        value=shift.value,
        low=max(-ALL, low),
        high=min(ALL, high),
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


def limits(shift: Shift, alpha: float) -> Interval:
    """The interval of level 1 - 2 alpha; alpha is at most a half."""
    half = student_quantile(1 - 2 * alpha, shift.df) * math.sqrt(shift.variance)
    rise, fall = above(shift.up, shift.reach, alpha), above(shift.down, shift.reach, alpha)
    rose, fell = below(shift.up, alpha), below(shift.down, alpha)
    return (
        shift.value - max(half, math.hypot(rose, fall)),
        shift.value + max(half, math.hypot(rise, fell)),
    )


def above(moves: Moves, reach: float, alpha: float) -> float:
    """How far the upper limit of moves lies above their total (Fay and Feuer 1997)."""
    from scipy.special import gammaincinv

    total, squares = moves.total + reach, moves.squares + reach**2
    limit = squares / total * float(gammaincinv(total**2 / squares, 1 - alpha))
    return max(0.0, limit - moves.total)


def below(moves: Moves, alpha: float) -> float:
    """How far the lower limit of moves lies below their total."""
    from scipy.special import gammaincinv

    if not moves.total:
        return 0.0
    total, squares = moves.total, moves.squares
    return max(0.0, total - squares / total * float(gammaincinv(total**2 / squares, alpha)))


def needed(shift: Shift, margin: float, alpha: float) -> int | None:
    """How many pairs of this spread show equivalence with `POWER`, if there is no true shift.

    Args:
        shift: as observed; moves up and down are taken as equally frequent.
        margin: points.
        alpha: of each one-sided test, adjusted.

    Returns:
        Pairs; None if the shift is beyond the margin, if as many were asked, or if they are beyond
        all numbers.
    """
    few, many = 1.0, MOST
    if abs(shift.value) >= margin:
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
    )
