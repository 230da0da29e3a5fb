"""Correlations against scipy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr

from multitrust.core import Scored
from multitrust.metrics import estimate, pearson, spearman
from multitrust.metrics.correlation import fisher_interval
from multitrust.scorers import rating

PEARSON, SPEARMAN = pearson(rating()), spearman(rating())
LEVELS = (-100, -50, 0, 50, 100)


def scored(
    answers: Sequence[float], targets: Sequence[float], family_size: int = 1
) -> list[Scored]:
    return [
        Scored(sample_id=str(i), value=0.5, family=str(i // family_size), target=t, answer=f"{a:g}")
        for i, (a, t) in enumerate(zip(answers, targets, strict=True))
    ]


def noisy(seed: int, n: int = 60) -> tuple[list[float], list[float]]:
    rng = np.random.default_rng(seed)
    targets = rng.choice(LEVELS, n).astype(float)
    answers = np.clip(np.round((targets + rng.normal(0, 60, n)) / 25) * 25, -100, 100)
    return answers.tolist(), targets.tolist()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_both_equal_scipy(seed: int, level: float) -> None:
    answers, targets = noisy(seed)
    expected = pearsonr(answers, targets)
    found = estimate(PEARSON, scored(answers, targets), level=level)
    ends = expected.confidence_interval(level)
    assert found.ends == pytest.approx((ends.low, expected.statistic, ends.high))
    ranks = estimate(SPEARMAN, scored(answers, targets)).value
    assert ranks == pytest.approx(spearmanr(answers, targets).statistic)


def test_families_are_resampled_whole() -> None:
    answers, targets = noisy(9)
    single = estimate(PEARSON, scored(answers, targets)).ends
    copied = [x for x in answers for _ in range(4)], [x for x in targets for _ in range(4)]
    clustered = estimate(PEARSON, scored(*copied, family_size=4)).ends
    assert single is not None
    assert clustered is not None
    assert clustered[1] == pytest.approx(single[1])
    assert clustered[2] - clustered[0] == pytest.approx(single[2] - single[0], rel=0.3)


def test_answers_that_are_all_alike_follow_nothing() -> None:
    assert estimate(PEARSON, scored([50] * 5, LEVELS)).value == 0
    assert estimate(SPEARMAN, scored([50] * 5, LEVELS)).value == 0


def test_without_a_spread_of_targets_there_is_no_correlation() -> None:
    assert estimate(PEARSON, scored([0, 50, 100], [50, 50, 50])).value is None
    assert estimate(PEARSON, scored([0, 50], [0, 50])).value is None


def test_a_right_order_on_another_scale_is_a_perfect_rank_correlation() -> None:
    items = scored([-3, -2, 0, 2, 40], LEVELS)
    assert estimate(SPEARMAN, items).value == pytest.approx(1)
    found = estimate(PEARSON, items).value
    assert found is not None
    assert found < 0.9


def test_the_wrong_sign_is_no_better_than_nothing() -> None:
    assert PEARSON.goodness(0.4) == pytest.approx(0.4)
    assert PEARSON.goodness(-0.4) < 0
    assert fisher_interval(1.0, 10, 0.95) == (1.0, 1.0)
    assert fisher_interval(0.3, 3, 0.95) == (-1.0, 1.0)


def test_a_few_answers_against_the_grain_have_an_interval_that_holds_their_value() -> None:
    found = estimate(PEARSON, scored([3, 2, 1], [-50, 0, 50]))
    assert found.ends is not None
    low, value, high = found.ends
    assert low <= value < 0 <= high
