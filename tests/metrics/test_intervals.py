"""Intervals against independent implementations and against simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import beta, binomtest, norm

from multitrust.core import Scored
from multitrust.metrics.intervals import (
    bounded_mean_interval,
    effective_size,
    mean_variance,
    proportion_interval,
    wilson,
)


def scores(values: list[float], families: list[int] | None = None) -> list[Scored]:
    groups = families or list(range(len(values)))
    return [
        Scored(sample_id=str(i), value=v, family=str(g))
        for i, (v, g) in enumerate(zip(values, groups, strict=True))
    ]


@pytest.mark.parametrize(("k", "n"), [(0, 10), (1, 10), (5, 10), (37, 40), (40, 40), (311, 1000)])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_wilson_equals_scipy(k: int, n: int, level: float) -> None:
    expected = binomtest(k, n).proportion_ci(level, method="wilson")
    assert wilson(k, n, level) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_proportion_of_single_samples_is_plain_wilson() -> None:
    values = [1.0] * 30 + [0.0] * 10
    assert proportion_interval(scores(values), 0.95) == pytest.approx(wilson(30, 40, 0.95))


def test_the_variance_of_a_mean_equals_statsmodels() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(5)
    families = rng.integers(0, 12, 90)
    values = rng.normal(0.4, 0.2, 90) + rng.normal(0, 0.3, 12)[families]
    fit = sm.OLS(values, np.ones(90)).fit(
        cov_type="cluster", cov_kwds={"groups": families, "df_correction": True}
    )
    mine = scores(list(values), list(families))
    assert mean_variance(mine) == pytest.approx(float(fit.bse[0]) ** 2, rel=1e-12)


def test_one_family_tells_nothing_of_the_spread() -> None:
    assert math.isnan(mean_variance(scores([0.2, 0.4], [7, 7])))


@pytest.mark.parametrize("bounds", [(0.0, 1.0), (0.0, 10.0), (-1.0, 1.0)])
def test_a_mean_between_bounds_is_a_proportion_on_another_scale(
    bounds: tuple[float, float],
) -> None:
    least, greatest = bounds
    shares = [0.1, 0.9, 1.0, 0.35, 0.8]
    found = bounded_mean_interval(
        scores([least + share * (greatest - least) for share in shares]), 0.95, bounds
    )
    plain = wilson(sum(shares), 5, 0.95)
    assert found == pytest.approx([least + end * (greatest - least) for end in plain])


@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("n", [2, 5, 60])
def test_equal_scores_keep_a_width(value: float, n: int) -> None:
    low, high = bounded_mean_interval(scores([value] * n), 0.95, (0.0, 1.0))
    assert (low, high) == pytest.approx(wilson(value * n, n, 0.95))
    assert low < high


@pytest.mark.parametrize(("a", "b"), [(24.0, 1.0), (0.3, 0.3), (8.0, 2.0)])
@pytest.mark.parametrize(("size", "count"), [(1, 8), (6, 2), (4, 24)])
def test_the_interval_of_a_mean_covers(a: float, b: float, size: int, count: int) -> None:
    """Beta scores, in families with a latent correlation of 0.8; also next to the ceiling."""
    rng, hits = np.random.default_rng(int(a) + count), 0
    families = [i // size for i in range(size * count)]
    for _ in range(200):
        shared = np.repeat(rng.normal(size=count), size)
        latent = math.sqrt(0.8) * shared + math.sqrt(0.2) * rng.normal(size=size * count)
        drawn = beta.ppf(norm.cdf(latent), a, b)
        low, high = bounded_mean_interval(scores(list(drawn), families), 0.95, (0.0, 1.0))
        hits += low <= a / (a + b) <= high
    assert hits / 200 >= 0.93


def test_copies_of_a_sample_do_not_narrow_the_interval() -> None:
    values = [float(i % 3 == 0) for i in range(30)]
    copied = scores(values * 4, [*range(30)] * 4)
    single = scores(values)
    assert effective_size(copied) <= 30
    low, high = proportion_interval(copied, 0.95)
    plain_low, plain_high = proportion_interval(single, 0.95)
    assert low <= plain_low + 1e-3
    assert high >= plain_high - 1e-3


def test_agreeing_scores_keep_a_width() -> None:
    low, high = proportion_interval(scores([1.0] * 40, [i // 2 for i in range(40)]), 0.95)
    assert high == 1.0
    assert low == pytest.approx(wilson(20, 20, 0.95)[0])


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_clustered_proportion_covers(p: float) -> None:
    """Families of four whose members agree half the time: the naive interval covers about 85 %."""
    rng = np.random.default_rng(int(p * 10))
    hits = 0
    for _ in range(400):
        base = rng.random(30) < p
        follows = rng.random((30, 4)) < 0.5
        drawn = rng.random((30, 4)) < p
        values = np.where(follows, base[:, None], drawn).astype(float).ravel()
        low, high = proportion_interval(scores(list(values), [i // 4 for i in range(120)]), 0.95)
        hits += low <= p <= high
    assert 0.92 <= hits / 400 <= 0.99
