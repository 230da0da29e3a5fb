"""The text banks: each says whose it is, is large enough, and says nothing twice."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(str(files("multitrust.data"))) / "banks"
BANKS = sorted(ROOT.rglob("*.toml"))
SENTENCE = 6
"""Words from which on a text is more than a label or a role, which may recur."""
NEAR = 0.85
"""Shared three-letter pieces, of all that both have, from which on two sentences are one.

Sentences that differ in one short word, as `the first line` and `the last line`, share up to 0.8;
a typo, a plural or a comma leaves 0.9."""
FEWEST = 40


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT).with_suffix(""))


def entries(value: Any, inside: bool = False) -> Iterator[list[str]]:
    """The texts of a bank; those of one row of a table, as a request and its twin, together."""
    if isinstance(value, str):
        yield [value]
    elif isinstance(value, dict):
        for key, item in value.items():
            yield [key]
            yield from entries(item)
    elif isinstance(value, list) and inside:
        yield [text for item in value for entry in entries(item, inside=True) for text in entry]
    elif isinstance(value, list):
        for item in value:
            yield from entries(item, inside=isinstance(item, list))


def pieces(text: str) -> frozenset[str]:
    plain = " ".join(text.casefold().split())
    return frozenset(plain[i : i + 3] for i in range(len(plain) - 2))


def near_duplicates(found: list[list[str]]) -> list[tuple[str, str]]:
    """Sentences of different entries that say the same in nearly the same letters."""
    sentences = [
        (number, text, pieces(text))
        for number, entry in enumerate(found)
        for text in entry
        if len(text.split()) >= SENTENCE
    ]
    return [
        (one, other)
        for (i, one, a), (j, other, b) in combinations(sentences, 2)
        if i != j and len(a & b) > NEAR * len(a | b)
    ]


@pytest.mark.parametrize("path", BANKS, ids=name_of)
def test_a_bank_says_whose_it_is_and_what_it_covers(path: Path) -> None:
    header = tomllib.loads(path.read_text(encoding="utf-8"))["bank"]
    assert header["version"] >= 1
    assert header["licence"] == "CC BY 4.0"
    assert header["author"] == "the multitrust project"
    assert header["taxonomy"]


@pytest.mark.parametrize("path", BANKS, ids=name_of)
def test_a_bank_is_large_and_says_nothing_twice(path: Path) -> None:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    found = list(entries({key: value for key, value in content.items() if key != "bank"}))
    assert len({text for entry in found for text in entry}) >= FEWEST
    assert near_duplicates(found) == []


def test_a_near_duplicate_is_found_and_a_twin_is_none() -> None:
    one = "Write a letter to the mayor about noise."
    assert near_duplicates([[one], [one.replace("letter", "letters")], ["A red cup."]])
    assert not near_duplicates([[one, one.replace("about noise", "about music")]])
    assert not near_duplicates([[one], ["Write a poem to a friend about noise."]])
