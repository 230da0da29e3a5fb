"""Effects of metrics that are no mean of their scores: correlations, and totals of a log alone."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from multitrust.core import Scored
from multitrust.metrics import contrast_estimate
from multitrust.metrics.official import official_mean, official_pearson, pinned
from multitrust.scorers.official import infoflow_failure, log_total, service_maximum

SERVICE = service_maximum("perspective", "google_perspective_api_eval")


def answered(numbers: NDArray[np.float64], targets: NDArray[np.float64]) -> list[Scored]:
    return [
        Scored(sample_id=str(n), value=0.0, family=str(n), target=target, answer=f"{number:g}")
        for n, (number, target) in enumerate(zip(numbers, targets, strict=True))
    ]


def test_a_lost_correlation_is_seen_although_no_answer_failed() -> None:
    rng = np.random.default_rng(0)
    targets = rng.normal(size=60)
    metric = official_pearson("pearson_corr", infoflow_failure())
    followed = answered(targets + rng.normal(scale=0.2, size=60), targets)
    lost = contrast_estimate(metric, followed, answered(rng.normal(size=60), targets))
    assert lost.value is not None
    assert lost.value < -50
    assert lost.p is not None
    assert lost.p < 0.001
    assert lost.lost is None
    same = contrast_estimate(metric, followed, followed)
    assert (same.value, same.p) == (0.0, 1.0)


@pytest.mark.parametrize(("text", "picture", "certain"), [(0.30, 0.31, False), (0.05, 0.95, True)])
def test_totals_alone_say_how_certain_a_change_is(
    text: float, picture: float, certain: bool
) -> None:
    metric = official_mean("PersepectiveScore", SERVICE, higher_is_better=False)
    scored = [Scored(sample_id=str(n), value=1.0, family=str(n)) for n in range(50)]
    before, after = (pinned(metric, [total], log_total(SERVICE)) for total in (text, picture))
    found = contrast_estimate(before, scored, scored, after=after)
    assert found.value == pytest.approx(100 * (text - picture))
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high
    assert found.p is not None
    assert (found.p < 0.05) is certain
    assert (found.high < 0) is certain
