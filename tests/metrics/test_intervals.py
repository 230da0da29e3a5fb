"""Intervals against independent implementations and against simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binomtest
from scipy.stats import t as student

from multitrust.core import Scored
from multitrust.metrics.intervals import (
    bootstrap_interval,
    effective_size,
    mean_interval,
    mean_variance,
    proportion_interval,
    wilson,
)
from multitrust.metrics.rates import mean_value


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


def test_mean_interval_equals_statsmodels() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(5)
    families = rng.integers(0, 12, 90)
    values = rng.normal(0.4, 0.2, 90) + rng.normal(0, 0.3, 12)[families]
    fit = sm.OLS(values, np.ones(90)).fit(
        cov_type="cluster", cov_kwds={"groups": families, "df_correction": True}
    )
    mine = scores(list(values), list(families))
    assert mean_variance(mine) == pytest.approx(float(fit.bse[0]) ** 2, rel=1e-12)
    groups = len(set(families))
    half = student.ppf(0.975, groups - 1) * float(fit.bse[0])
    assert mean_interval(mine, 0.95) == pytest.approx(
        (values.mean() - half, values.mean() + half), rel=1e-9
    )


def test_one_family_tells_nothing_of_the_spread() -> None:
    assert mean_interval(scores([0.2, 0.4], [7, 7]), 0.95) == (-math.inf, math.inf)


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


def test_bootstrap_agrees_with_the_closed_form_and_is_repeatable() -> None:
    rng = np.random.default_rng(3)
    families = [i // 3 for i in range(180)]
    values = list(rng.normal(0, 1, 180) + rng.normal(0, 1, 60)[families])
    mine = scores(values, families)
    low, high = bootstrap_interval(mine, mean_value, 0.95)
    closed = mean_interval(mine, 0.95)
    assert (low, high) == bootstrap_interval(mine, mean_value, 0.95)
    assert high - low == pytest.approx(closed[1] - closed[0], rel=0.12)


def test_bootstrap_of_an_undefined_statistic_is_the_whole_line() -> None:
    mine = scores([1.0, 0.0])
    assert bootstrap_interval(mine, lambda _: math.nan, 0.95) == (-math.inf, math.inf)
