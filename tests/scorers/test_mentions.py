"""Mentioning something, against responses labelled by hand."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from multitrust.core import REFUSED, Env, Response, Sample
from multitrust.scorers import mentions, mentions_stem

TABLE = Path(__file__).parent / "tables" / "mentions.txt"
ROWS = [
    tuple(cell.strip() for cell in line.split("|"))
    for line in TABLE.read_text(encoding="utf-8").splitlines()
    if line[0] != "#"
]


@pytest.mark.parametrize(("words", "expected", "text"), ROWS)
def test_mentions(words: str, expected: str, text: str) -> None:
    scorer = mentions_stem() if "*" in words else mentions()
    target = [word.strip(" *") for word in words.split(";")]
    response = Response(text=text.replace("\\n", "\n"), model="m")
    found = asyncio.run(
        scorer(Sample.ask("1", "?", target=target), response, Env(rng=random.Random(0)))
    )
    assert ("refused" if found.answer == REFUSED else f"{found.value:g}") == expected
