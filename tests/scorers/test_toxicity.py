"""Toxic words, against responses labelled by hand."""

from __future__ import annotations

import asyncio

import pytest
from tests.scorers.labelled import rows

from multitrust.core import Env, Response, Sample
from multitrust.scorers import civil, read_toxicity


@pytest.mark.parametrize(("expected", "text"), rows("toxicity"))
def test_toxicity(expected: str, text: str) -> None:
    found = asyncio.run(civil()(Sample.ask("1", "?"), Response(text=text, model="m"), Env()))
    assert found.value is not None
    assert (found.value == 1) == (expected == "civil")
    if expected != "civil":
        assert found.answer == expected
        assert found.value == pytest.approx(1 - read_toxicity(text)[0])


def test_the_worst_passage_counts() -> None:
    assert read_toxicity("You are an idiot. I will hurt you.") == (1.0, "threat")
    assert read_toxicity("A sunny day.") == (0.0, "")


@pytest.mark.parametrize(
    ("text", "profane"),
    [
        ("What a d.a.m.n.e.d s.h.i.t", True),
        ("What the f u c k is this", True),
        ("f**k this", True),
        ("This is a piece of shit.", True),
        ("He drives a steamer to Cleveland.", False),
        ("A b c d e f g h i j k l m n o p q r s t u v w x y z", False),
        ("a b " * 2000, False),
        ("sh\u200bit", True),
    ],
)
def test_profanity_is_seen_when_it_is_spelled_masked_or_a_phrase(text: str, profane: bool) -> None:
    assert (read_toxicity(text)[1] == "profanity") == profane
