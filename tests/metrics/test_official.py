"""The original's folds, roundings and tests against Python, NumPy, scikit-learn and SciPy."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2_contingency, pearsonr
from sklearn import metrics as sklearn

from multitrust.core import REFUSED, Headline, Leaf, Metric, Scored
from multitrust.metrics import estimate, headline_estimate
from multitrust.metrics.classes import TOTALS, chi_square_p, pearson_corr
from multitrust.metrics.intervals import wilson
from multitrust.metrics.official import (
    as_predicted,
    best_of,
    independence_p,
    not_biased,
    not_refused,
    of_kind,
    official_hits,
    official_mean,
    official_pearson,
    official_percentage,
    official_rate,
    official_share,
    p_value,
)
from multitrust.metrics.rounding import (
    greatest_text,
    numpy_round4,
    percent_text,
    round4,
    two_decimals,
)
from multitrust.scorers.official import contains

SCORER = contains()


def scores(values: Sequence[float], **more: Sequence[Any]) -> list[Scored]:
    """One score a value, each of a family of its own; `more` are lists of other fields."""
    return [
        Scored(
            sample_id=str(at),
            value=value,
            family=str(at),
            **{name: column[at] for name, column in more.items()},
        )
        for at, value in enumerate(values)
    ]


def fraction(hits: int, n: int) -> list[Scored]:
    return scores([1.0] * hits + [0.0] * (n - hits))


# Roundings


@pytest.mark.parametrize(
    ("value", "python", "numpy"),
    [
        (0.00625, 0.0063, 0.0062),
        (0.01875, 0.0187, 0.0188),
        (0.03125, 0.0312, 0.0312),
        (0.05625, 0.0563, 0.0562),
        (2 / 3, 0.6667, 0.6667),
        (1.0, 1.0, 1.0),
    ],
)
def test_python_and_numpy_round_apart_on_ties(value: float, python: float, numpy: float) -> None:
    assert (round4(value), numpy_round4(value)) == (python, numpy)


def test_all_means_of_160_round_as_their_libraries_do() -> None:
    shares = [hits / 160 for hits in range(161)]
    assert [round4(share) for share in shares] == [round(share, 4) for share in shares]
    assert [numpy_round4(share) for share in shares] == list(np.round(np.array(shares), 4))
    assert sum(round4(share) != numpy_round4(share) for share in shares) > 10


@pytest.mark.parametrize("share", [0.00625, 0.12345, 0.123449, 0.5, 1 / 3, 1.0, 0.0])
def test_percentages_are_texts_of_two_decimals(share: float) -> None:
    exact = Decimal(100 * share).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    assert percent_text(share) == float(exact)
    assert two_decimals(100 * share) == float(exact)


@pytest.mark.parametrize(
    ("shares", "greatest"),
    [
        ((0.095, 0.85, 0.3), 9.5),
        ((1.0, 0.99, 0.2), 99.0),
        ((1.0, 1.0, 1.0), 100.0),
        ((0.0, 0.1, 0.05), 5.0),
        ((0.5, 0.5004, 0.49), 50.04),
    ],
)
def test_the_greatest_text(shares: tuple[float, ...], greatest: float) -> None:
    assert greatest_text(shares) == greatest


def test_the_best_prompt_needs_a_score_of_each() -> None:
    kinds = ["a", "b", "c", "a", "b", "c"]
    mine = scores([1, 0, 1, 1, 0, 0], metadata=[{"kind": kind} for kind in kinds])
    metric = best_of("best", SCORER, ("a", "b", "c"), as_text=False)
    assert metric.compute(mine) == 100.0
    assert best_of("best", SCORER, ("a", "b", "c"), as_text=True).compute(mine) == 50.0
    assert math.isnan(metric.compute(mine[:2]))
    found = estimate(metric, mine)
    ends = [wilson(hits, 2, 1 - 0.05 / 3) for hits in (2, 0, 1)]
    assert found.low == pytest.approx(100 * max(low for low, _ in ends))
    assert found.high == pytest.approx(100 * max(high for _, high in ends))
    assert estimate(metric, mine[:4]).needed == 2


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        (official_percentage("Accuracy", SCORER), 0.62),
        (official_hits("Accuracy_Grounding", SCORER), 0.62),
        (official_share("RtA", SCORER), 0.0063),
        (official_rate("RtA", SCORER), 0.0062),
        (official_mean("score", SCORER), 0.0063),
    ],
)
def test_each_script_stores_one_hit_of_160_in_its_own_way(metric: Metric, value: float) -> None:
    found = estimate(metric, fraction(1, 160))
    assert found.value == value
    assert found.low is not None
    assert found.high is not None
    assert metric.range[0] <= found.low <= value <= found.high <= metric.range[1]


def test_what_counts() -> None:
    mine = scores(
        [1, 1, 0],
        target=[1, 0, 0],
        answer=[None, REFUSED, None],
        metadata=[{"kind": "x"}, {"kind": "y"}, {"kind": "x"}],
    )
    assert [item.value for item in as_predicted(mine)] == [1, 0, 1]
    assert [item.sample_id for item in of_kind("x")(mine)] == ["0", "2"]
    assert [item.value for item in of_kind("y", as_predicted)(mine)] == [0]
    assert [item.sample_id for item in not_refused(mine)] == ["0", "2"]
    share = official_share("acc_rate", SCORER, kept=not_refused, empty=0.0)
    assert share.compute(mine) == 0.5
    none = estimate(share, mine[1:2])
    assert (none.value, none.ends, none.needed) == (0.0, None, 2)


# Totals of logs


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(
    "name", ["accuracy_score", "precision_score", "recall_score", "f1_score", "pred_mean"]
)
def test_classes_equal_scikit_learn(name: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = [float(v) for v in rng.random(30) < rng.choice([0, 0.2, 0.6, 1])]
    labels = [int(v) for v in rng.random(30) < rng.choice([0, 0.3, 0.7, 1])]
    assert TOTALS[name](values, labels) == pytest.approx(theirs(name)(labels, values), abs=1e-12)


def theirs(name: str) -> Callable[[Sequence[int], Sequence[float]], float]:
    if name == "pred_mean":
        return lambda labels, values: float(np.mean(values))
    if name == "accuracy_score":
        return lambda labels, values: float(sklearn.accuracy_score(labels, values))
    fold = getattr(sklearn, name)
    return lambda labels, values: float(fold(labels, values, zero_division=0))


def test_hits_and_failures() -> None:
    assert TOTALS["iou_judge"]([1, 0, 0, 0], [""] * 4) == 25.0
    assert TOTALS["iou_judge"]([1, 1, 0], [""] * 3) == 2 * 1.0 / 3 * 100.0 != 200 / 3
    assert TOTALS["failure"]([math.nan, 50, 0, 100], [0] * 4) == 0.25


@pytest.mark.parametrize("seed", range(6))
def test_the_correlation_leaves_failures_out_and_is_of_single_precision(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.choice([-100.0, -62.5, 0.0, 33.3, 87.5], 40)
    values = np.where(
        rng.random(40) < 0.2, np.nan, np.round(labels / 50 + rng.normal(size=40)) * 50
    )
    kept = ~np.isnan(values)
    wanted = pearsonr(values[kept].astype(np.float32), labels[kept].astype(np.float32)).statistic
    found = pearson_corr(values.tolist(), labels.tolist())
    assert found == pytest.approx(float(wanted), abs=1e-6)
    read = [f"{value:g}" if ok else None for value, ok in zip(values, kept, strict=True)]
    mine = scores([0.0] * 40, target=labels.tolist(), answer=read)
    assert official_pearson("r", SCORER).compute(mine) == round(found, 4)


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([50.0], [50.0]),
        ([], []),
        ([math.nan, math.nan, 0.0], [1.0, 2.0, 3.0]),
        ([50.0, 50.0, 50.0], [0.0, 50.0, 100.0]),
        ([0.0, 50.0, 100.0], [50.0, 50.0, 50.0]),
    ],
)
def test_where_there_is_no_correlation_it_is_stored_as_0(
    values: list[float], labels: list[float]
) -> None:
    assert math.isnan(pearson_corr(values, labels))
    read = [None if math.isnan(value) else f"{value:g}" for value in values]
    mine = scores([0.0] * len(values), target=labels, answer=read)
    assert official_pearson("r", SCORER).compute(mine) == 0.0


def test_a_correlation_below_0_takes_points_away() -> None:
    metric = official_pearson("r", SCORER)
    mine = scores([0.0] * 4, target=[-100, 0, 50, 100], answer=["100", "50", "0", "-50"])
    found = estimate(metric, mine)
    assert found.value is not None
    assert metric.goodness(found.value) < -0.9
    assert found.low is not None
    assert found.high is not None
    assert -1 <= found.low < found.value < found.high
    few = estimate(metric, mine[:2])
    assert (few.low, few.high, few.needed) == (None, None, 4)


# F.6


@pytest.mark.parametrize(
    "table",
    [
        [[10, 20], [20, 10]],
        [[3, 1], [1, 3]],
        [[12, 5], [7, 9], [3, 14]],
        [[1, 0], [0, 1]],
        [[4, 4], [4, 4]],
        [[30, 1], [28, 2], [29, 0]],
    ],
)
def test_independence_equals_scipy(table: list[list[int]]) -> None:
    wanted = float(chi2_contingency(table).pvalue)
    assert chi_square_p(np.array(table)) == pytest.approx(wanted, abs=1e-12)
    mine = professions(table)
    assert independence_p(mine, "age") == pytest.approx(wanted, abs=1e-12)
    assert p_value("age", SCORER).compute(mine) == pytest.approx(wanted, abs=1e-12)
    assert not_biased("age", SCORER).compute(mine) == float(wanted >= 0.05)


def professions(table: list[list[int]]) -> list[Scored]:
    """People by age (rows) and by whether they are held to be suitable (columns)."""
    rows = [
        (value, {"extra": {"age": f"age {group}"}})
        for group, counts in enumerate(table)
        for value, count in zip((1.0, 0.0), counts, strict=True)
        for _ in range(count)
    ]
    return scores([value for value, _ in rows], metadata=[metadata for _, metadata in rows])


def test_answers_that_are_all_alike_or_of_one_group_show_no_bias() -> None:
    for table in ([[5, 0], [7, 0]], [[5, 3]]):
        assert independence_p(professions(table), "age") == 1.0
    assert math.isnan(independence_p([], "age"))
    for metric in (p_value("age", SCORER), not_biased("age", SCORER)):
        found = estimate(metric, professions([[5, 0], [7, 0]]))
        assert (found.value, found.low, found.high, found.needed) == (1.0, None, None, None)
    assert not_biased("age", SCORER).compute([]) == 1.0


def scores_alike(value: float, families: int) -> list[Scored]:
    return [
        Scored(sample_id=str(at), value=value, family=str(at % families), metadata={})
        for at in range(2 * families)
    ]


@pytest.mark.parametrize("value", [0.7820666143710484, 0.9539959835075045, 1 / 3, 0.00004])
@pytest.mark.parametrize("families", [2, 4, 500])
def test_a_headline_takes_the_rounded_value_however_narrow_its_interval(
    value: float, families: int
) -> None:
    """An interval next to a bound may lie beside what the value is rounded to."""
    metric = official_mean("PersepectiveScore", contains(), higher_is_better=False)
    scored = scores_alike(value, families)
    found = estimate(metric, scored)
    assert found.ends is not None
    assert list(found.ends) == sorted(found.ends)
    assert found.value == round(value, 4)
    leaf = Leaf(condition="x", metric=metric.name, weight=1.0)
    measured = {("x", metric.name): (metric, scored)}
    whole = headline_estimate(Headline(leaves=(leaf,), cut=False), measured)
    assert whole.value == pytest.approx(100 * (1 - round(value, 4)), abs=1e-9)
