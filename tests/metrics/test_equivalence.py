"""Two one-sided tests: against statsmodels, by exact enumeration of their size, by simulation."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, poisson
from scipy.stats import t as student
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.weightstats import ttost_paired

from multitrust.core import ConfigError, Env, Metric, Response, Sample, Score, Scored
from multitrust.metrics import (
    Leg,
    Shift,
    accuracy,
    cohen_kappa,
    combined,
    findings,
    gwet_ac1,
    mean,
    pearson,
    rate,
    share_estimate,
    shift_of,
)
from multitrust.metrics.equivalence import ALPHA, grown, needed, p_different, p_equivalent
from multitrust.metrics.official import official_hits, official_percentage, official_rate
from multitrust.metrics.rounding import Rounded, round4
from multitrust.metrics.shifts import Moves, limits


class Fixed:
    """A scorer that is never called."""

    name = "fixed"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        raise NotImplementedError

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        raise NotImplementedError


ACCURACY, MEAN = accuracy(Fixed()), mean("mean", Fixed())
HARM = rate("harm", Fixed(), higher_is_better=False)
Values = NDArray[np.float64] | list[float]


def scores(values: Values, size: int = 1) -> list[Scored]:
    """Scores of samples in families of one size."""
    return [
        Scored(sample_id=f"s{i}", value=float(v), family=f"f{i // size}")
        for i, v in enumerate(values)
    ]


def shift(base: Values, other: Values, *, size: int = 1, metric: Metric = ACCURACY) -> Shift:
    leg = Leg(metric=metric, weight=1.0, base=scores(base, size), other=scores(other, size))
    found = shift_of([leg])
    assert found is not None
    return found


def counted(n: int, up: int, down: int) -> Shift:
    """The shift of n single samples of which so many got right and so many wrong."""
    atom, d = 100 / n, 100 * (up - down) / n
    return Shift(
        value=d,
        variance=(atom**2 * (up + down) - d**2 / n) * n / (n - 1),
        df=n - 1.0,
        up=Moves(total=atom * up, squares=atom**2 * up),
        down=Moves(total=atom * down, squares=atom**2 * down),
        reach=atom,
        n=n,
    )


def flips(
    rng: np.random.Generator, n: int, up: float, down: float, size: int = 1
) -> tuple[Values, Values]:
    """Two runs; whole families flip together three times of four."""
    alone, together = rng.random(n), np.repeat(rng.random(n // size), size)
    draw = np.where(np.repeat(rng.random(n // size) < 0.75, size), together, alone)
    move = np.where(draw < up, 1.0, np.where(draw < up + down, -1.0, 0.0))
    base = np.where(move == 0, rng.random(n) < 0.7, move < 0).astype(float)
    return base, base + move


def test_a_shift_of_single_samples_is_the_paired_difference() -> None:
    base, other = flips(np.random.default_rng(2), 300, 0.1, 0.06)
    up = int(sum(np.array(other) > np.array(base)))
    down = int(sum(np.array(other) < np.array(base)))
    found, expected = shift(base, other), counted(300, up, down)
    assert found.value == pytest.approx(expected.value)
    assert found.variance == pytest.approx(expected.variance)
    assert (found.up.squares, found.down.total) == pytest.approx(
        (expected.up.squares, expected.down.total)
    )
    assert (found.df, found.n) == (299, 300)
    assert found.reach == pytest.approx(100 / 300)


@pytest.mark.parametrize("n", [40, 400, 4000])
@pytest.mark.parametrize("kind", ["shares", "hits"])
def test_student_s_part_is_that_of_statsmodels(n: int, kind: str) -> None:
    rng = np.random.default_rng(n)
    base, other = flips(rng, n, 0.055, 0.05)
    if kind == "shares":
        base = rng.random(n)
        other = np.clip(base + rng.normal(0.004, 0.2, n), 0, 1)
    found = shift(base, other, metric=MEAN)
    theirs = ttost_paired(100 * np.array(other), 100 * np.array(base), -2, 2)[0]
    error = math.sqrt(found.variance)
    mine = max(student.sf((2 + side * found.value) / error, found.df) for side in (1, -1))
    assert mine == pytest.approx(theirs, rel=1e-9)
    assert p_equivalent(found, 2) >= theirs * (1 - 1e-6)
    if n == 4000:
        assert p_equivalent(found, 2) == pytest.approx(theirs, abs=0.005)


def test_the_p_value_is_where_the_interval_touches_the_margin() -> None:
    found = counted(800, 30, 22)
    assert max(map(abs, limits(found, p := p_equivalent(found, 3)))) == pytest.approx(3)
    assert ALPHA / 100 < p < 0.5
    far = counted(800, 60, 12)
    assert limits(far, p_different(far, 3))[0] == pytest.approx(3)
    assert p_different(counted(800, 12, 60), 3) == pytest.approx(p_different(far, 3))
    assert p_equivalent(far, 3) == 1.0


@pytest.mark.parametrize("n", [100, 149])
def test_identical_pairs_prove_no_more_than_the_rule_of_three(n: int) -> None:
    low, high = limits(shift([1.0] * n, [1.0] * n), ALPHA)
    assert (low, high) == pytest.approx((100 * math.log(ALPHA) / n, -100 * math.log(ALPHA) / n))
    (found,) = findings([shift([1.0] * n, [1.0] * n)], 2)
    assert (found.verdict, found.needed) == ("not enough evidence", 150)
    (found,) = findings([shift([1.0] * 150, [1.0] * 150)], 2)
    assert found.verdict == "equivalent"


@pytest.mark.parametrize("n", [100, 160, 250, 600])
@pytest.mark.parametrize("down", [0.0, 0.002, 0.01, 0.04])
def test_no_more_than_5_percent_are_called_equivalent_at_the_margin(n: int, down: float) -> None:
    """Exactly, over all numbers of gains and losses that are likely at a true change of 2."""
    gains, losses = n * (down + 0.02), n * down
    wrong = apart = 0.0
    for up in range(int(gains + 6 * math.sqrt(gains)) + 2):
        for lost in range(int(losses + 6 * math.sqrt(losses)) + 2):
            low, high = limits(counted(n, up, lost), ALPHA)
            chance = float(poisson.pmf(up, gains) * poisson.pmf(lost, losses))
            wrong += chance * (low > -2 and high < 2)
            apart += chance * (low > 2 or high < -2)
    assert wrong <= ALPHA
    assert apart <= ALPHA


def test_the_textbook_test_alone_is_wrong_four_times_as_often() -> None:
    """Why Student's interval is not enough: 145 samples, 2 % of them gained and none lost."""
    n, wrong = 145, 0.0
    for up in range(12):
        found = counted(n, up, 0)
        half = student.ppf(1 - ALPHA, n - 1) * math.sqrt(found.variance)
        wrong += float(binom.pmf(up, n, 0.02)) * (found.value + half < 2)
    assert wrong > 4 * ALPHA


@pytest.mark.parametrize(("n", "down"), [(480, 0.0), (1200, 0.03)])
def test_families_that_flip_together_do_not_pass_more_often(n: int, down: float) -> None:
    rng = np.random.default_rng(n)
    passed = []
    for _ in range(150):
        low, high = limits(shift(*flips(rng, n, down + 0.04, down, 4), size=4), ALPHA)
        passed.append(low > -4 and high < 4)
    assert np.mean(passed) <= 0.07


@pytest.mark.parametrize("rate", [0.03, 0.1])
def test_as_many_pairs_as_needed_show_equivalence_four_times_of_five(rate: float) -> None:
    found = replace(grown(counted(10_000, int(rate * 5000), int(rate * 5000)), 0.02), n=200)
    n = needed(found, 2, ALPHA)
    assert n is not None
    rng, passed = np.random.default_rng(1), 0
    for up, down in rng.multinomial(n, [rate / 2, rate / 2, 1 - rate], 1000)[:, :2]:
        low, high = limits(counted(n, int(up), int(down)), ALPHA)
        passed += low > -2 and high < 2
    assert 0.75 <= passed / 1000 <= 0.88


@pytest.mark.parametrize("up", [140, 150, 160])
def test_nothing_more_is_needed_where_the_change_itself_is_near_the_margin(up: int) -> None:
    (found,) = findings([counted(4000, up, 70)], 2)
    assert found.verdict == "not enough evidence"
    assert found.needed is None


def test_verdicts_are_adjusted_for_being_read_together() -> None:
    alone = counted(200, 0, 0)
    assert findings([alone], 2)[0].verdict == "equivalent"
    together = findings([alone] * 5, 2)
    assert {found.verdict for found in together} == {"not enough evidence"}
    assert together[0].p_equivalent == pytest.approx(5 * p_equivalent(alone, 2))
    assert together[0].needed is not None
    assert together[0].needed == math.ceil(-math.log(ALPHA / 5) / 0.02)
    low, high = together[0].low, together[0].high
    assert low is not None
    assert high is not None
    assert (low > -2, high < 2) == (True, True)


def test_what_only_one_run_has_a_score_for_is_lost_and_prevents_equivalence() -> None:
    same = scores([1.0] * 600)
    found = shift_of([Leg(metric=ACCURACY, weight=1.0, base=same, other=same[:570])])
    assert found is not None
    assert (found.n, found.lost) == (570, 5.0)
    assert findings([found], 2)[0].verdict == "not enough evidence"
    assert findings([found], 6)[0].verdict == "equivalent"
    gone = shift_of([Leg(metric=ACCURACY, weight=1.0, base=same, other=[])])
    assert gone is not None
    assert (gone.n, gone.lost) == (0, 100.0)
    assert findings([gone], 2)[0].value is None
    assert combined([found, gone], [3, 1]).lost == pytest.approx(0.75 * 5 + 25)
    assert combined([found, gone], [3, 1]).value == found.value
    assert shift_of([Leg(metric=ACCURACY, weight=1.0, base=[], other=[])]) is None


def test_a_headline_is_the_weighted_sum_of_its_legs_over_common_families() -> None:
    rng = np.random.default_rng(4)
    one, two = flips(rng, 200, 0.1, 0.05, 2), flips(rng, 200, 0.02, 0.08, 2)
    legs = [
        Leg(metric=m, weight=w, base=scores(a, 2), other=scores(b, 2))
        for (a, b), m, w in ((one, ACCURACY, 1.0), (two, HARM, 0.5))
    ]
    found = shift_of(legs)
    assert found is not None
    moves = [
        100 * sum(d[2 * f : 2 * f + 2]) / 200
        for f in range(100)
        for d in [np.subtract(one[1], one[0]) - 0.5 * np.subtract(two[1], two[0])]
    ]
    assert found.value == pytest.approx(sum(moves))
    assert found.variance == pytest.approx(100 * np.var(moves, ddof=1))
    assert found.up.total == pytest.approx(sum(m for m in moves if m > 0))
    assert found.down.squares == pytest.approx(sum(m**2 for m in moves if m < 0))
    assert (found.n, found.df) == (400, 99)
    assert found.reach == pytest.approx(max(map(abs, moves)))


def test_shifts_of_tasks_add_up() -> None:
    a, b = counted(100, 6, 2), counted(400, 10, 30)
    whole = combined([a, b], [3, 1])
    assert whole.value == pytest.approx(0.75 * a.value + 0.25 * b.value)
    assert whole.variance == pytest.approx(0.75**2 * a.variance + 0.25**2 * b.variance)
    assert whole.up.squares == pytest.approx(0.75**2 * a.up.squares + 0.25**2 * b.up.squares)
    assert whole.reach == 0.75
    assert 99 < whole.df < 99 + 399


def test_a_correlation_is_paired_by_leaving_families_out() -> None:
    rng = np.random.default_rng(6)
    target, noise = rng.random(80), rng.normal(0, 0.2, 80)

    def answered(answers: NDArray[np.float64]) -> list[Scored]:
        return [
            replace(item, target=t, answer=str(a))
            for item, t, a in zip(scores([1.0] * 80), target, answers, strict=True)
        ]

    base, other = target + noise, target + 2 * noise
    leg = Leg(metric=pearson(Fixed()), weight=1.0, base=answered(base), other=answered(other))
    found = shift_of([leg])
    assert found is not None
    r = [np.corrcoef(target, x)[0, 1] for x in (base, other)]
    assert found.value == pytest.approx(100 * (r[1] - r[0]))
    out = [
        np.corrcoef(np.delete(target, i), np.delete(other, i))[0, 1]
        - np.corrcoef(np.delete(target, i), np.delete(base, i))[0, 1]
        for i in range(80)
    ]
    jackknife = 79 / 80 * sum((100 * (r[1] - r[0] - x)) ** 2 for x in out)
    assert found.variance == pytest.approx(jackknife)


@pytest.mark.parametrize(
    "metric",
    [
        official_percentage("acc", Fixed()),
        official_hits("hits", Fixed()),
        official_rate("r", Fixed()),
    ],
    ids=lambda metric: metric.name,
)
def test_rounded_metrics_are_on_the_same_scale(metric: Metric) -> None:
    base, other = flips(np.random.default_rng(5), 400, 0.1, 0.04, 2)
    found, plain = shift(base, other, size=2, metric=metric), shift(base, other, size=2)
    assert found.value == pytest.approx(plain.value, abs=0.02)
    assert found.variance == pytest.approx(plain.variance)
    assert found.up.total == pytest.approx(plain.up.total, abs=0.02)


def test_totals_of_a_log_have_no_pairs() -> None:
    told = Rounded(round4, told={"": 0.5})
    leg = Leg(
        metric=replace(ACCURACY, compute=told),
        weight=1.0,
        base=scores([1.0] * 9),
        other=scores([0.0] * 9),
    )
    assert shift_of([leg]) is None


@pytest.mark.parametrize("margin", [0.0, -1.0, 100.5, math.nan])
def test_a_margin_lies_between_0_and_100_points(margin: float) -> None:
    with pytest.raises(ConfigError, match="give one above 0"):
        findings([counted(10, 1, 0)], margin)


def test_kappa_agrees_with_scikit_learn() -> None:
    base, other = flips(np.random.default_rng(9), 500, 0.1, 0.05)
    found = cohen_kappa(scores(base), scores(other))
    assert found.value == pytest.approx(cohen_kappa_score(base, other))
    assert found.n == 500


def test_ac1_holds_where_kappa_collapses() -> None:
    """118 of 125 pairs are both 1, 5 and 2 differ: a table of Gwet's with AC1 0.941."""
    base = scores([1.0] * 123 + [0.0] * 2)
    other = scores([1.0] * 118 + [0.0] * 5 + [1.0] * 2)
    assert gwet_ac1(base, other).value == pytest.approx(0.9408, abs=5e-5)
    assert cohen_kappa(base, other).value == pytest.approx(-0.0234, abs=5e-5)


def test_full_agreement_is_not_certainty() -> None:
    half = scores([1.0, 0.0] * 50)
    found = cohen_kappa(half, half)
    share = share_estimate(scores([1.0] * 100))
    assert (found.value, found.high) == (1.0, 1.0)
    assert share.low is not None
    assert found.low == pytest.approx(1 - (1 - share.low) / 0.5)
    assert cohen_kappa(scores([1.0] * 9), scores([1.0] * 9)).value is None
    assert gwet_ac1(scores([1.0] * 9), scores([1.0] * 9)).value == 1.0
    assert share_estimate([]).value is gwet_ac1([], []).value is None


@pytest.mark.parametrize("rate", [0.01, 0.1])
def test_intervals_of_coefficients_cover(rate: float) -> None:
    rng, inside = np.random.default_rng(3), np.zeros(2)
    one = 0.7 * (1 - 2 * rate) + rate
    agree = 1 - 2 * rate
    truths = [
        (agree - chance) / (1 - chance) for chance in (one**2 + (1 - one) ** 2, 2 * one * (1 - one))
    ]
    for _ in range(300):
        base, other = flips(rng, 240, rate, rate, 4)
        for place, measure in enumerate((cohen_kappa, gwet_ac1)):
            ends = measure(scores(base, 4), scores(other, 4)).ends
            assert ends is not None
            inside[place] += ends[0] <= truths[place] <= ends[2]
    assert (inside / 300 >= 0.9).all()
