"""Effects of several pictures at once, flip rates, and p-values read together."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from multitrust.core import Env, Metric, Response, Sample, Score, Scored
from multitrust.metrics import (
    ContrastEstimate,
    accuracy,
    balanced,
    contrast_estimate,
    halves,
    help_rate,
    holm,
    joined,
    mean_effect,
    mean_over,
    pooled_effect,
    rate,
    refusal_rate,
)


class Fixed:
    """A scorer that is never called."""

    name = "fixed"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        raise NotImplementedError

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        raise NotImplementedError


ACCURACY = accuracy(Fixed())
HARM = rate("harm", Fixed(), higher_is_better=False)


def arm(
    values: NDArray[np.bool_] | list[float], metric: Metric = ACCURACY
) -> tuple[Metric, list[Scored]]:
    return metric, [
        Scored(sample_id=f"s{i}", value=float(v), family=f"s{i}") for i, v in enumerate(values)
    ]


def test_the_mean_effect_is_the_mean_of_the_changes_over_what_all_arms_hold() -> None:
    base = arm([1.0, 1.0, 1.0, 0.0, 0.0])
    found = mean_effect(base, [arm([0.0, 1.0, 1.0, 0.0]), arm([0.0, 0.0, 1.0, 1.0, 1.0])])
    assert found.n == 4
    assert found.value == pytest.approx(100 * ((2 / 4 + 2 / 4) / 2 - 3 / 4))
    assert found.low is not None
    assert found.high is not None
    assert -100 <= found.low < -25 < found.high <= 100


def test_one_picture_alone_gives_the_contrast() -> None:
    rng = np.random.default_rng(3)
    base, other = arm(rng.random(60) < 0.7), arm(rng.random(60) < 0.5)
    one = contrast_estimate(ACCURACY, base[1], other[1])
    mean = mean_effect(base, [other])
    assert (mean.value, mean.low, mean.high) == pytest.approx((one.value, one.low, one.high))


def test_a_change_from_some_to_none_is_as_uncertain_as_newcombe_says() -> None:
    """7 of 60 right, then none: the correlation of the pairs is unknown and taken as 0."""
    found = contrast_estimate(ACCURACY, arm([1.0] * 7 + [0.0] * 53)[1], arm([0.0] * 60)[1])
    before = proportion_confint(7, 60, method="wilson")
    none = proportion_confint(0, 60, method="wilson")
    assert found.low == pytest.approx(-100 * (7 / 60 + before[1] - 7 / 60))
    assert found.high == pytest.approx(100 * (-7 / 60 + np.hypot(none[1], 7 / 60 - before[0])))


def test_less_harm_is_a_gain() -> None:
    found = mean_effect(arm([1.0] * 10, HARM), [arm([0.0] * 5 + [1.0] * 5, HARM)])
    assert found.value == pytest.approx(50)


def test_p_is_small_exactly_where_the_interval_leaves_out_zero() -> None:
    rng = np.random.default_rng(5)
    below = 0
    for _ in range(60):
        base = rng.random(50) < 0.7
        found = mean_effect(arm(base), [arm(rng.random(50) < 0.55), arm(rng.random(50) < 0.6)])
        assert found.low is not None
        assert found.high is not None
        assert found.p is not None
        assert (found.p < 0.05) == (found.low > 0 or found.high < 0)
        below += found.p < 0.05
    assert 0 < below < 60


def test_mean_and_pooled_effects_cover_what_was_planted() -> None:
    """Three tasks, two pictures each, of which one costs 12 points: 6 points on the mean."""
    rng = np.random.default_rng(8)
    covered = pooled = 0
    for _ in range(1000):
        effects = []
        for _ in range(3):
            base = rng.random(80) < 0.8
            same = np.where(rng.random(80) < 0.5, base, rng.random(80) < 0.8)
            hurt = base & (rng.random(80) >= 0.15)
            effects.append(mean_effect(arm(base), [arm(hurt), arm(same)]))
        whole = pooled_effect(effects)
        assert effects[0].low is not None
        assert effects[0].high is not None
        assert whole.low is not None
        assert whole.high is not None
        covered += effects[0].low <= -6 <= effects[0].high
        pooled += whole.low <= -6 <= whole.high
    assert 0.935 <= covered / 1000 <= 0.985
    assert 0.935 <= pooled / 1000 <= 0.985


def test_the_flip_rate_counts_what_was_right_and_is_not() -> None:
    found = contrast_estimate(
        ACCURACY, arm([1.0] * 8 + [0.0] * 4)[1], arm([0.0] * 2 + [1.0] * 10)[1]
    )
    assert found.lost is not None
    assert (found.lost.value, found.lost.n) == (0.25, 8)
    harmless = contrast_estimate(HARM, arm([0.0, 0.0, 1.0])[1], arm([1.0, 0.0, 0.0])[1])
    assert harmless.lost is not None
    assert (harmless.lost.value, harmless.lost.n) == (0.5, 2)
    assert contrast_estimate(ACCURACY, arm([0.0])[1], arm([1.0])[1]).lost is None
    assert contrast_estimate(ACCURACY, arm([0.5])[1], arm([1.0])[1]).lost is None


def test_holm_steps_down() -> None:
    given = [0.01, 0.04, None, 0.03, 0.005]
    found = holm([ContrastEstimate(value=1.0, p=p) for p in given])
    by_hand = [0.03, 0.06, None, 0.06, 0.02]
    assert [f.p_holm for f in found] == [None if p is None else pytest.approx(p) for p in by_hand]
    assert [f.p for f in found] == given
    assert holm([]) == []


def test_holm_agrees_with_statsmodels() -> None:
    rng = np.random.default_rng(4)
    for size in (1, 2, 7, 30):
        p = np.round(rng.random(size) ** 3, 2)
        found = holm([ContrastEstimate(value=0.0, p=float(value)) for value in p])
        assert [f.p_holm for f in found] == pytest.approx(multipletests(p, method="holm")[1])


def test_halves_of_a_balanced_headline() -> None:
    refusal, helped = refusal_rate(Fixed()), help_rate(Fixed())
    whole = joined(
        balanced(refusal, helped, {"a": "benign-a"}), balanced(refusal, helped, {"b": "benign-b"})
    )
    parts = halves(whole)
    assert parts is not None
    assert [[(leaf.condition, leaf.weight) for leaf in part.leaves] for part in parts] == [
        [("a", 0.5), ("b", 0.5)],
        [("benign-a", 0.5), ("benign-b", 0.5)],
    ]
    assert halves(mean_over(ACCURACY, ["a"])) is None
    assert halves(balanced(ACCURACY, HARM, {"a": "b"})) is None
