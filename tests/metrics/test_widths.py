"""No interval without a width, no value outside its interval, no negative zero; whatever is scored.

Every kind of metric is given scores that all agree, that agree by family, and that do not, of one
sample and more, alone and in headlines, contrasts and changes between two runs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from multitrust.core import Estimate, Headline, Leaf, Metric, Scored
from multitrust.metrics import (
    ContrastEstimate,
    Leg,
    accuracy,
    balanced,
    change_estimate,
    cohen_kappa,
    combine,
    contrast_estimate,
    estimate,
    f1,
    findings,
    gwet_ac1,
    headline_estimate,
    headline_tree,
    help_rate,
    leg_change,
    mean,
    mean_effect,
    mean_over,
    odds_ratio,
    parity_gap,
    pearson,
    pooled_effect,
    rate,
    refusal_rate,
    share_estimate,
    shift_of,
    spearman,
)
from multitrust.metrics.official import (
    best_of,
    not_biased,
    official_hits,
    official_mean,
    official_pearson,
    official_percentage,
    official_rate,
    p_value,
)
from multitrust.scorers import qualified
from multitrust.tasks import load_tasks

SCORER = qualified()
METRICS = (
    accuracy(SCORER),
    rate("harm", SCORER, higher_is_better=False),
    mean("overlap", SCORER),
    mean("points", SCORER, range=(0.0, 50.0)),
    f1(SCORER),
    pearson(SCORER),
    spearman(SCORER),
    parity_gap(SCORER, "age"),
    odds_ratio(SCORER, "age", ("young", "older"), "occupation"),
    official_percentage("Accuracy", SCORER),
    official_hits("Hits", SCORER),
    official_rate("RtA", SCORER),
    official_mean("score", SCORER, top=10.0),
    official_pearson("r", SCORER),
    best_of("best", SCORER, ("0", "1"), as_text=True),
    p_value("age", SCORER),
    not_biased("age", SCORER),
)
SIZES = (1, 2, 3, 4, 5, 17, 60)
Found = Estimate | ContrastEstimate


def patterns(n: int) -> Iterator[Sequence[float]]:
    """Right answers as shares from 0 to 1: all, none, one, alternate, and by chance."""
    yield [1.0] * n
    yield [0.0] * n
    yield [0.5] * n
    yield [1.0] + [0.0] * (n - 1)
    yield [float(i % 2) for i in range(n)]
    yield [float(i % 4 < 2) for i in range(n)]
    yield list(np.random.default_rng(n).random(n))


def scored(values: Sequence[float], size: int, top: float = 1.0) -> list[Scored]:
    """Scores of samples in families of a size, with all that the metrics ask of them."""
    return [
        Scored(
            sample_id=str(i),
            value=top * value,
            family=f"f{i // size}",
            target="yes" if i % 3 else "no",
            answer="yes" if (value >= 0.5) == bool(i % 3) else "no",
            metadata={
                "varied": "age",
                "age": ("young", "older")[i % 2],
                "occupation": str(i // size),
                "kind": str(i % 2),
                "extra": {"age": str(i % 2)},
            },
        )
        for i, value in enumerate(values)
    ]


def numbered(items: Sequence[Scored]) -> list[Scored]:
    """The same with numbers for targets and answers."""
    return [
        replace(item, target=float(i % 5), answer=str(item.value * (i % 5)))
        for i, item in enumerate(items)
    ]


def suited(metric: Metric, values: Sequence[float], size: int) -> list[Scored]:
    items = scored(values, size, metric.range[1] if metric.name in ("points", "score") else 1.0)
    return numbered(items) if metric.name in ("Pearson r", "Spearman rho", "r") else items


def check(found: Found) -> None:
    """The value in an interval with a width, or a reason for none."""
    for number in (found.value, found.low, found.high):
        assert number is None or not math.isnan(number)
        assert number != 0 or math.copysign(1, number) > 0, "negative zero"
    assert (found.low is None) == (found.high is None)
    if found.low is not None and found.high is not None:
        assert found.value is not None
        assert found.low < found.high
        assert found.low <= found.value <= found.high
        assert found.needed is None


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_every_metric(metric: Metric) -> None:
    seen = 0
    for n in SIZES:
        for size in (1, 2, 4):
            for values in patterns(n):
                found = estimate(metric, suited(metric, values, size))
                check(found)
                seen += found.low is not None
                if n <= size and found.value is not None:
                    assert found.low is None
                    assert found.needed == (metric.least or None)
    assert seen > 20 or not metric.least


@pytest.mark.parametrize(
    "metric", [metric for metric in METRICS if metric.least], ids=lambda metric: metric.name
)
def test_every_paired_effect_and_every_change_between_runs(metric: Metric) -> None:
    for n in (1, 2, 5, 12):
        for size in (1, 2):
            arms = [suited(metric, values, size) for values in patterns(n)]
            for base in arms:
                for other in arms:
                    leg = Leg(metric=metric, weight=1.0, base=base, other=other)
                    apart = Leg(metric=metric, weight=1.0, base=base, other=other, paired=False)
                    effect = contrast_estimate(metric, base, other)
                    check(effect)
                    check(leg_change(leg))
                    check(leg_change(apart))
                    assert effect.p is None or 0 < effect.p <= 1
                    assert (effect.p is None) == (effect.low is None)
                    if effect.value is not None and effect.lost is not None:
                        check(effect.lost)
            check(mean_effect((metric, arms[0]), [(metric, arm) for arm in arms]))


def test_a_model_that_answers_by_family_alone_has_no_exact_headline() -> None:
    """Declines some topics, harmful or not, and helps with all others: J is 0 in every family."""
    declined, helped = refusal_rate(SCORER), help_rate(SCORER)
    headline = balanced(declined, helped, {"harm": "benign"})
    for n in (2, 4, 10):
        answers = [float(i % 2) for i in range(n)]
        arms = {
            ("harm", declined.name): (declined, scored(answers, 1)),
            ("benign", helped.name): (helped, scored([1 - a for a in answers], 1)),
        }
        found = headline_estimate(headline, arms)
        check(found)
        assert found.value == 0
        assert found.high is not None
        assert found.high > 20


@pytest.mark.parametrize("wrong", [1, 5, 20])
def test_a_headline_far_below_0_is_cut_and_not_exact(wrong: int) -> None:
    declined, helped = refusal_rate(SCORER), help_rate(SCORER)
    headline = balanced(declined, helped, {"harm": "benign"})
    arms = {
        ("harm", declined.name): (declined, scored([0.0] * 20, 1)),
        ("benign", helped.name): (helped, scored([0.0] * wrong + [1.0] * (20 - wrong), 1)),
    }
    found = headline_estimate(headline, arms)
    check(found)
    assert (found.value, found.low) == (0, 0)
    assert found.high is not None
    assert 5 < found.high < 40


def test_parts_of_too_few_families_are_added_in_full() -> None:
    known, few = Estimate(value=50.0, low=40.0, high=55.0), Estimate(value=80.0, needed=2)
    found = combine([known, few], [0.5, 0.5], None)
    assert (found.value, found.low, found.high) == (65.0, 65 - 5 - 40, 65 + 2.5 + 10)
    assert combine([few, few], [0.5, 0.5], None).needed == 2
    assert combine([few, Estimate(value=1.0, needed=4)], [0.5, 0.5], None).needed == 4
    taken = combine([known, few], [1, -1], None)
    assert (taken.low, taken.high) == (-30 - 10 - 20, -30 + 5 + 80)


def test_parts_that_have_no_interval_count_as_exact() -> None:
    known, outcome = Estimate(value=50.0, low=40.0, high=55.0), Estimate(value=100.0)
    found = combine([known, outcome], [0.5, 0.5], None)
    assert (found.low, found.value, found.high) == (70.0, 75.0, 77.5)
    assert combine([outcome, outcome], [0.5, 0.5], None).ends is None


def test_a_rounded_overall_score_stays_in_its_interval() -> None:
    narrow = Estimate(value=50.0049, low=50.0045, high=50.0050)
    tree = headline_tree({"T.5": narrow}, load_tasks(), digits=2)
    check(tree.estimate)
    assert tree.estimate.value == 50.0


def test_nodes_of_few_samples_have_a_reason_in_place_of_an_interval() -> None:
    one = headline_estimate(
        mean_over(accuracy(SCORER), ["a"]),
        {("a", "accuracy"): (accuracy(SCORER), scored([1.0], 1))},
    )
    assert (one.value, one.low, one.needed) == (100.0, None, 2)
    tree = headline_tree({"T.5": one, "T.6": one}, load_tasks())
    assert (tree.estimate.value, tree.estimate.low, tree.estimate.needed) == (100.0, None, 2)
    both = headline_tree(
        {"T.5": one, "T.6": Estimate(value=90.0, low=80.0, high=95.0)}, load_tasks()
    )
    check(both.estimate)
    assert both.estimate.low == pytest.approx(95 - 50 - 5)


def test_coefficients_and_shares_of_two_runs() -> None:
    for n in SIZES:
        for base in patterns(n):
            for other in patterns(n):
                first, second = (
                    scored([float(round(v)) for v in side], 1) for side in (base, other)
                )
                check(cohen_kappa(first, second))
                check(gwet_ac1(first, second))
        found = share_estimate(scored([1.0] * n, 1))
        check(found)
        assert (found.low is None) == (n == 1)


def test_pooled_effects_of_little_have_a_reason() -> None:
    few = ContrastEstimate(value=10.0, needed=2, n=1)
    known = ContrastEstimate(value=0.0, low=-5.0, high=5.0, n=9)
    assert pooled_effect([few, few]).needed == 2
    found = pooled_effect([few, known])
    check(found)
    assert (found.low, found.high) == (5 - 55 - 2.5, 5 + 45 + 2.5)


def test_tests_of_equivalence_need_two_families() -> None:
    one = Leg(metric=METRICS[0], weight=1.0, base=scored([1.0], 1), other=scored([1.0], 1))
    shift = shift_of([one])
    assert shift is not None
    assert change_estimate(shift).needed == 2
    (found,) = findings([shift], 50)
    assert (found.verdict, found.value, found.low) == ("not enough evidence", 0.0, None)


def test_a_headline_that_is_not_cut_keeps_its_sign() -> None:
    metric = official_pearson("r", SCORER)
    against = numbered(scored([0.5] * 6, 1))
    headline = Headline(leaves=(Leaf(condition="a", metric="r", weight=1.0),), cut=False)
    check(headline_estimate(headline, {("a", "r"): (metric, against)}))
