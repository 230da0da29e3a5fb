"""The sign-flip test against all choices of signs, the binomial test, and what used to be p = 0."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import binomtest

from multitrust.metrics.sign_flip import sign_flip_p


def counted(differences: list[float]) -> float:
    """The share of all choices of signs whose sum is as far from 0."""
    observed = abs(sum(differences))
    sums = [
        abs(sum(s * d for s, d in zip(signs, differences, strict=True)))
        for signs in product((1, -1), repeat=len(differences))
    ]
    return sum(total >= observed - 1e-9 for total in sums) / len(sums)


@pytest.mark.parametrize("seed", range(6))
def test_whole_differences_are_counted_exactly(seed: int) -> None:
    rng = np.random.default_rng(seed)
    differences = [float(d) / 12 for d in rng.integers(-4, 5, 11)]
    assert sign_flip_p(differences) == pytest.approx(counted(differences), rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_other_differences_are_counted_to_the_rounding_of_their_steps(seed: int) -> None:
    differences = list(np.random.default_rng(seed).normal(0.3, 1, 12))
    assert sign_flip_p(differences) == pytest.approx(counted(differences), abs=0.004)


@pytest.mark.parametrize(("up", "down"), [(0, 0), (1, 0), (8, 0), (3, 7), (60, 31), (0, 300)])
def test_differences_of_one_size_are_mcnemar_s_test(up: int, down: int) -> None:
    p = sign_flip_p([0.25] * up + [-0.25] * down + [0.0] * 5)
    wanted = binomtest(up, up + down).pvalue if up + down else 1.0
    assert p == pytest.approx(wanted, rel=1e-9)
    assert 0 < p <= 1


def test_no_change_at_all_of_families_is_never_impossible() -> None:
    """Three families that all lost alike: the variance is zero, and p is not."""
    assert sign_flip_p([-1.0] * 3) == pytest.approx(0.25)
    assert sign_flip_p([-2.0] * 6) == pytest.approx(2 / 64)
    assert sign_flip_p([]) == 1.0


def test_many_uneven_differences_hold_their_level() -> None:
    rng = np.random.default_rng(8)
    p = np.array([sign_flip_p(rng.normal(0, 1, 40) * rng.exponential(1, 40)) for _ in range(300)])
    assert 0.02 <= np.mean(p < 0.05) <= 0.08
    assert 0.4 <= np.mean(p) <= 0.6
