"""Totals that stand in a log: they are the value, and the interval knows no more than the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from multitrust.core import Scored
from multitrust.metrics import estimate
from multitrust.metrics.official import (
    of_kind,
    official_mean,
    official_percentage,
    pinned,
)
from multitrust.metrics.rounding import percent_text
from multitrust.scorers.official import contains, log_total

SCORER = contains()


def scores(values: Sequence[float], metadata: Any = None) -> list[Scored]:
    return [
        Scored(sample_id=str(at), value=value, family=str(at), metadata=metadata or {})
        for at, value in enumerate(values)
    ]


@pytest.mark.parametrize("total", [0.0, 0.00625, 0.4, 1.0])
def test_a_pinned_total_is_the_value_whatever_the_scores_say(total: float) -> None:
    metric = pinned(official_percentage("Accuracy", SCORER), [total], SCORER)
    found = estimate(metric, scores([1.0] * 9 + [0.0]))
    assert found.value == percent_text(total)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= percent_text(total) <= found.high
    assert 0.0 <= found.low < found.high <= 100.0


def test_a_kind_has_its_own_total_or_what_its_scores_say() -> None:
    metric = official_percentage("Accuracy", SCORER)
    mine = [replace(item, metadata={"kind": item.sample_id}) for item in scores([1.0, 0.0, 1.0])]
    held = pinned(metric, [0.25], SCORER, {"0": 0.75})
    assert held.compute(mine) == 25.0
    assert [held.compute([item]) for item in mine] == [75.0, 0.0, 100.0]
    assert [estimate(held, [item]).value for item in mine] == [75.0, 0.0, 100.0]
    for_one = pinned(official_percentage("A", SCORER, kept=of_kind("0")), [0.25], SCORER)
    assert for_one.compute(mine) == 25.0
    assert estimate(for_one, mine[1:2]).value is None


@pytest.mark.parametrize(("alpha", "beta"), [(1.0, 8.0), (1.0, 4.0), (0.2, 0.2), (5.0, 5.0)])
@pytest.mark.parametrize("n", [8, 25, 100])
def test_a_mean_known_by_its_total_alone_is_covered(alpha: float, beta: float, n: int) -> None:
    """Nothing is known of the spread, so the interval must do for any values from 0 to 1."""
    rng = np.random.default_rng(n)
    metric, truth, hits = official_mean("PersepectiveScore", SCORER), alpha / (alpha + beta), 0
    counted = log_total(SCORER)
    for _ in range(200):
        total = float(rng.beta(alpha, beta, n).mean())
        found = estimate(pinned(metric, [total], counted), scores([total] * n))
        assert found.ends is not None
        assert found.ends[1] == round(total, 4)
        hits += found.ends[0] <= truth <= found.ends[2]
    assert hits / 200 >= 0.95
