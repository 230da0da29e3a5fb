"""Correlations against scipy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr
from scipy.stats import t as student

from multitrust.core import Metric, Scored
from multitrust.metrics import estimate, pearson, spearman
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
def test_the_coefficients_equal_scipy(seed: int) -> None:
    answers, targets = noisy(seed)
    items = scored(answers, targets)
    assert estimate(PEARSON, items).value == pytest.approx(pearsonr(answers, targets).statistic)
    assert estimate(SPEARMAN, items).value == pytest.approx(spearmanr(answers, targets).statistic)


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_interval_is_the_jackknife_of_fisher_s_z(size: int, level: float) -> None:
    """Many samples of a middling correlation, so that no single pair could make it wider."""
    answers, targets = noisy(7, 120)
    found = estimate(PEARSON, scored(answers, targets, size), level=level)
    x, y = np.array(answers), np.array(targets)
    count = 120 // size
    family = np.arange(120) // size
    without = np.arctanh(
        [np.corrcoef(x[family != out], y[family != out])[0, 1] for out in range(count)]
    )
    error = np.sqrt((count - 1) * without.var())
    z = np.arctanh(np.corrcoef(x, y)[0, 1])
    half = student.ppf(0.5 + level / 2, count - 1) * error
    assert found.ends == pytest.approx((np.tanh(z - half), np.tanh(z), np.tanh(z + half)))


def test_copies_of_a_family_do_not_narrow_the_interval() -> None:
    answers, targets = noisy(9)
    single = estimate(PEARSON, scored(answers, targets)).ends
    copied = [x for x in answers for _ in range(4)], [x for x in targets for _ in range(4)]
    clustered = estimate(PEARSON, scored(*copied, family_size=4)).ends
    assert single is not None
    assert clustered is not None
    assert clustered == pytest.approx(single, abs=0.01)


@pytest.mark.parametrize("n", [4, 5, 16, 96])
@pytest.mark.parametrize("metric", [PEARSON, SPEARMAN], ids=lambda metric: metric.name)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_perfect_correlation_reaches_to_what_one_adverse_pair_makes_of_it(
    n: int, metric: Metric, sign: int
) -> None:
    targets = list(np.linspace(-100, 100, n))
    found = estimate(metric, scored([sign * target for target in targets], targets))
    assert found.ends is not None
    assert found.value == pytest.approx(sign)
    adverse = metric.compute(scored([*(sign * t for t in targets), -sign * 100.0], [*targets, 100]))
    ends = sorted(found.ends)
    assert list(found.ends) == ends
    assert (ends[0] if sign > 0 else ends[2]) == pytest.approx(adverse)


@pytest.mark.parametrize("answer", [-100, 0, 50])
def test_answers_that_follow_nothing_are_not_known_to(answer: float) -> None:
    low, value, high = estimate(PEARSON, scored([answer] * 40, LEVELS * 8)).ends or (0, 0, 0)
    assert low < value == 0 < high
    assert low == pytest.approx(-high)


@pytest.mark.parametrize(("noise", "size"), [(20.0, 1), (40.0, 4), (200.0, 1)])
@pytest.mark.parametrize("n", [8, 32])
def test_the_interval_of_a_correlation_covers(noise: float, size: int, n: int) -> None:
    """Rounded answers; members of a family share half of what moves their answers."""
    rng = np.random.default_rng(int(noise) + n)

    def drawn(count: int, size: int) -> tuple[list[float], list[float]]:
        targets = rng.choice(LEVELS, count).astype(float)
        shared = np.repeat(rng.normal(size=count // size), size)
        moved = noise * np.sqrt(0.5) * (shared + rng.normal(size=count))
        return list(np.clip(np.round((targets + moved) / 25) * 25, -100, 100)), list(targets)

    truth = float(np.corrcoef(*drawn(400_000, 1))[0, 1])
    hits = 0
    for _ in range(150):
        ends = estimate(PEARSON, scored(*drawn(n, size), size)).ends
        hits += ends is None or ends[0] <= truth <= ends[2]
    assert hits / 150 >= 0.93


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


def test_three_families_are_too_few_to_tell() -> None:
    found = estimate(PEARSON, scored([1, 2, 4], [-50, 0, 50]))
    assert (found.low, found.high, found.needed) == (None, None, 4)
    copied = estimate(PEARSON, scored([1, 1, 2, 2, 4, 4], [-50, -50, 0, 0, 50, 50], 2))
    assert (copied.low, copied.needed) == (None, 4)


def test_a_few_answers_against_the_grain_have_an_interval_that_holds_their_value() -> None:
    found = estimate(PEARSON, scored([3, 2, 1, 1], [-50, 0, 50, 100]))
    assert found.ends is not None
    low, value, high = found.ends
    assert low <= value < 0 <= high
