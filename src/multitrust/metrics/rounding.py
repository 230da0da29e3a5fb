"""How the score scripts of the original toolbox round (official-protocol, section 5).

Each script stores its values rounded in its own way, and later formulas start from what was stored.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from multitrust.core import Scored
from multitrust.metrics.rates import mean_value

Transform = Callable[[float], float]
Choose = Callable[[Sequence[Scored]], Sequence[Scored]]


def percent_text(share: float) -> float:
    """A share as a percentage text of two decimals, read back."""
    return float(format(100 * share, ".2f"))


def two_decimals(percentage: float) -> float:
    """A percentage as a text of two decimals, read back."""
    return float(format(percentage, ".2f"))


def round4(value: float) -> float:
    """Four decimals as Python rounds: correctly from the exact binary value."""
    return round(value, 4)


def numpy_round4(value: float) -> float:
    """Four decimals as NumPy rounds: times 10,000, half to even, divided again."""
    return float(np.round(np.float64(value), 4))


def greatest_text(shares: Sequence[float]) -> float:
    """The greatest of the percentage texts in the order of texts, in which 9.50 is above 85.00."""
    return float(max(format(100 * share, ".2f") for share in shares))


def undefined(value: float) -> float:
    """No value: where only a log can tell."""
    return math.nan


def everything(scored: Sequence[Scored]) -> Sequence[Scored]:
    """All scores."""
    return scored


def common_kind(scored: Sequence[Scored]) -> str:
    """The kind that all samples are of; empty if there are several, or none."""
    kinds = {str(item.metadata.get("kind", "")) for item in scored}
    return kinds.pop() if len(kinds) == 1 else ""


@dataclass(frozen=True, slots=True)
class Rounded:
    """The rounded mean of some of the scores: linear in them but for the rounding."""

    transform: Transform
    kept: Choose = everything
    """Which scores count, and as what."""
    empty: float = math.nan
    """The value when none counts."""
    of_scores: bool = True
    """False where a log's total stands for another statistic, or for scores that are not there."""
    told: Mapping[str, float] = field(default_factory=dict)
    """What a log says in place of the scores: by their kind, under "" for all kinds together."""
    of_total: Transform | None = None
    """Rounds a log's total, where that is on another scale than a mean of scores."""

    def __call__(self, scored: Sequence[Scored]) -> float:
        """The value of these scores."""
        kind = common_kind(scored) if self.told else ""
        if kind in self.told:
            return self.told[kind]
        kept = self.kept(scored)
        return self.transform(mean_value(kept)) if kept else self.empty

    def stored(self, totals: Sequence[float]) -> float:
        """The value that a log's own mean gives."""
        (total,) = totals
        return (self.of_total or self.transform)(total)
