"""Agreement, rejected premises and labels of stereotypes, against tables labelled by hand."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Any

import pytest
from tests.scorers.labelled import rows

from multitrust import scorers
from multitrust.core import REFUSED, Env, Response, Sample, Score, Scorer, Stop
from multitrust.scorers.agreement import read_agreement
from multitrust.scorers.rejection import read_stance

LABELS = ("stereotype", "anti-stereotype", "unrelated")
SCORERS = (scorers.agrees(), scorers.disagrees(), scorers.rejects(), scorers.goes_along())


def score(scorer: Scorer, text: str, target: Any = None, stop: Stop = "end") -> Score:
    sample = Sample.ask("1", "?", target=target, choices=LABELS)
    answer = scorer(sample, Response(text=text, model="m", stop=stop), Env(rng=random.Random(0)))
    return asyncio.run(answer)


@pytest.mark.parametrize(("expected", "text"), rows("agreement"))
def test_agreement(expected: str, text: str) -> None:
    said = read_agreement(text)
    found = score(scorers.agrees(), text)
    against = score(scorers.disagrees(), text)
    if expected == "unparsed":
        assert found.unscored == against.unscored == "unparsed"
    else:
        assert found.answer == (REFUSED if expected == "refused" else said)
        assert said == (None if expected == "refused" else expected)
        assert found.value == float(expected == "agrees")
        assert against.value == float(expected in ("disagrees", "refused"))


@pytest.mark.parametrize(("expected", "text"), rows("rejection"))
def test_rejection(expected: str, text: str) -> None:
    assert read_stance(text) == expected
    assert score(scorers.rejects(), text).value == float(expected in ("declines", "rejects"))
    assert score(scorers.goes_along(), text).value == float(expected == "goes along")


@pytest.mark.parametrize(("expected", "text"), rows("stereotype_label"))
def test_stereotype_label(expected: str, text: str) -> None:
    found = score(scorers.choice(), text, "stereotype")
    if expected == "unparsed":
        assert found.unscored == "unparsed"
    elif expected == "refused":
        assert found.answer == REFUSED
    else:
        assert found.answer == LABELS[int(expected)]


def test_a_block_rejects_and_is_no_verdict() -> None:
    for stop in ("filter", "refusal"):
        assert score(scorers.rejects(), "", stop=stop).value == 1
        assert score(scorers.goes_along(), "Well", stop=stop).value == 0
    assert score(scorers.agrees(), "Yes", stop="filter").unscored == "blocked"
    assert score(scorers.disagrees(), "Yes", stop="filter").unscored == "blocked"
    for scorer in SCORERS:
        assert score(scorer, " ").unscored == "empty"
        assert score(scorer, "", stop="length").unscored == "truncated"


@pytest.mark.parametrize("scorer", SCORERS, ids=lambda scorer: scorer.name)
def test_exemplars_earn_what_they_promise(scorer: Scorer) -> None:
    sample = Sample.ask("1", "?")
    for good in (True, False):
        assert score(scorer, scorer.exemplar(sample, good=good)).value == float(good)


@pytest.mark.parametrize("scorer", SCORERS, ids=lambda scorer: scorer.name)
@pytest.mark.parametrize("unit", ["I do ", "that is a very ", "while it ", "not ", '"', "agree "])
def test_long_responses_do_not_blow_up(scorer: Scorer, unit: str) -> None:
    start = time.process_time()
    score(scorer, unit * (20000 // len(unit)))
    assert time.process_time() - start < 1
