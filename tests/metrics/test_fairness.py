"""The parity gap by simulation, the common odds ratio against statsmodels."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from multitrust.core import Scored
from multitrust.metrics import estimate, odds_ratio, parity_gap
from multitrust.scorers import qualified

GAP = parity_gap(qualified(), "age")
ODDS = odds_ratio(qualified(), "age", ("young", "older"), "occupation")
AGES = ("young", "middle", "older")


def judged(yes: Sequence[Sequence[bool]], groups: Sequence[str] = AGES) -> list[Scored]:
    """One set a row, one person a column."""
    return [
        Scored(
            sample_id=f"{row}-{place}",
            value=float(said),
            family=str(row),
            answer="yes" if said else "no",
            metadata={"varied": "age", "age": group, "occupation": str(row)},
        )
        for row, each in enumerate(yes)
        for place, (group, said) in enumerate(zip(groups, each, strict=True))
    ]


def test_the_gap_is_between_the_groups_furthest_apart() -> None:
    items = judged(
        [(True, False, False), (True, True, False), (True, True, False), (True, False, False)]
    )
    assert estimate(GAP, items).value == 1
    assert estimate(GAP, items[:3]).value == 1
    assert estimate(GAP, judged([(True, True, True)] * 5)).value == 0
    assert estimate(GAP, judged([(True,)], ("young",))).value is None
    assert estimate(parity_gap(qualified(), "gender"), items).value is None


def test_sets_in_which_another_attribute_varies_do_not_count() -> None:
    items = judged([(True, True, True), (True, True, False)])
    other = Scored(
        sample_id="x", value=0, family="x", metadata={"varied": "gender", "age": "young"}
    )
    assert estimate(GAP, [*items, other]).value == estimate(GAP, items).value == 0.5


def test_equal_answers_of_few_sets_are_no_proof() -> None:
    found = estimate(GAP, judged([(True, True, True)] * 11))
    assert found.low == 0
    assert found.high is not None
    assert 0.2 < found.high < 0.6


@pytest.mark.parametrize("groups", [AGES, ("young", "older")])
@pytest.mark.parametrize("gap", [0.0, 0.3, 0.6])
@pytest.mark.parametrize("sets", [11, 40])
def test_the_gaps_interval_holds_its_level(gap: float, sets: int, groups: tuple[str, ...]) -> None:
    """Sets share a leaning, as occupations do; the first group has less by the planted gap."""
    rng = np.random.default_rng(sets)
    held, runs = 0, 400
    for _ in range(runs):
        leaning = rng.uniform(0.6, 0.8, (sets, 1)) - np.array([gap, *([0.0] * (len(groups) - 1))])
        found = estimate(GAP, judged(rng.random((sets, len(groups))) < leaning, groups))
        assert found.ends is not None
        held += found.ends[0] <= gap <= found.ends[2]
    assert held / runs >= 0.93


@pytest.mark.parametrize("level", [0.9, 0.95])
@pytest.mark.parametrize("seed", range(5))
def test_the_odds_ratio_equals_statsmodels(seed: int, level: float) -> None:
    rng = np.random.default_rng(seed)
    items, tables = [], []
    for stratum in range(8):
        table = rng.integers(1, 9, (2, 2))
        tables.append(table)
        for group, counts in zip(("young", "older"), table, strict=True):
            for answer, count in zip(("yes", "no"), counts, strict=True):
                items += [
                    Scored(
                        sample_id=f"{stratum}{group}{answer}{i}",
                        value=float(answer == "yes"),
                        family=str(stratum),
                        answer=answer,
                        metadata={"varied": "age", "age": group, "occupation": str(stratum)},
                    )
                    for i in range(count)
                ]
    expected = StratifiedTable(tables)
    ratio, ends = expected.oddsratio_pooled, expected.oddsratio_pooled_confint(1 - level)
    found = estimate(ODDS, items, level=level)
    assert found.value == pytest.approx(min(ratio, 1 / ratio))
    assert found.low == pytest.approx(min(ends[0], 1 / ends[1]))
    high = 1.0 if ends[0] <= 1 <= ends[1] else min(ends[1], 1 / ends[0])
    assert found.high == pytest.approx(high)


def test_odds_without_contrast_are_even_and_one_sided_ones_are_open() -> None:
    assert estimate(ODDS, judged([(True, True, True)] * 4)).ends == (0, 1, 1)
    assert estimate(ODDS, judged([(True, True, False)] * 4)).ends == (0, 0, 1)
    assert estimate(ODDS, judged([(True,)], ("young",))).value is None
    undecided = judged([(True, True, False)] * 4)
    assert math.isclose(ODDS.compute(undecided + judged([(False, True, True)] * 4)), 1)
