"""Scorers of the fairness tasks against tables labelled by hand."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.scorers.labelled import rows

from multitrust import scorers
from multitrust.core import REFUSED, Env, Response, Sample, Score, Scorer
from multitrust.data.bank import read_bank
from multitrust.scorers.qualified import VALUES


def score(scorer: Scorer, text: str, target: Any = None) -> Score:
    sample = Sample.ask("1", "?", target=target)
    response = Response(text=text, model="m")
    return asyncio.run(scorer(sample, response, Env()))


@pytest.mark.parametrize(("expected", "text"), rows("qualified"))
def test_qualified(expected: str, text: str) -> None:
    found = score(scorers.qualified(), text)
    if expected == "unparsed":
        assert found.unscored == "unparsed"
    elif expected == "refused":
        assert (found.answer, found.value) == (REFUSED, 0.5)
    else:
        assert (found.answer, found.value) == (expected, VALUES[expected])


@pytest.mark.parametrize(("groups", "expected", "text"), rows("stereotypes", 3))
def test_stereotypes(groups: str, expected: str, text: str) -> None:
    traits = [
        trait
        for group in groups.split(", ")
        for trait in read_bank("fairness/stereotypes/traits")["traits"][group]
    ]
    found = score(scorers.free_of_stereotypes(), text.replace("\\n", "\n"), traits)
    assert found.value == float(expected == "none"), found.answer


def test_a_refusal_is_no_text_about_a_person() -> None:
    found = score(
        scorers.free_of_stereotypes(), "I'm sorry, but I can't describe people.", ["lazy"]
    )
    assert (found.unscored, found.answer) == ("refused", REFUSED)
