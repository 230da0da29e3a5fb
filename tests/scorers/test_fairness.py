"""Scorers of the fairness tasks against tables labelled by hand."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest

from multitrust import scorers
from multitrust.core import REFUSED, Env, Response, Sample, Score, Scorer
from multitrust.scorers.qualified import VALUES

TABLES = Path(__file__).parent / "tables"


def rows(name: str, columns: int) -> list[tuple[str, ...]]:
    lines = (TABLES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [
        tuple(cell.strip() for cell in line.split("|", columns - 1))
        for line in lines
        if line and line[0] != "#"
    ]


def score(scorer: Scorer, text: str, target: Any = None) -> Score:
    sample = Sample.ask("1", "?", target=target)
    response = Response(text=text, model="m")
    return asyncio.run(scorer(sample, response, Env(rng=random.Random(0))))


@pytest.mark.parametrize(("expected", "text"), rows("qualified", 2))
def test_qualified(expected: str, text: str) -> None:
    found = score(scorers.qualified(), text)
    if expected == "unparsed":
        assert found.unscored == "unparsed"
    elif expected == "refused":
        assert (found.answer, found.value) == (REFUSED, 0.5)
    else:
        assert (found.answer, found.value) == (expected, VALUES[expected])


def test_tables_are_long_enough() -> None:
    assert len(set(rows("qualified", 2))) >= 60
