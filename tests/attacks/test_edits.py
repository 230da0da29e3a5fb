"""Edits of text change how it is written and keep what it says."""

from __future__ import annotations

import random
import re
from difflib import SequenceMatcher

import pytest

from multitrust.attacks.text import EDITS, edit, is_protected
from multitrust.attacks.text.edits import LIGHT, LOOKALIKES
from multitrust.attacks.text.synonyms import ASIDES, SYNONYMS

TEXT = (
    "The big shop near Harbour Street isn't open before 9, so three children never bought "
    "the famous yellow lemonade, while every careful traveller had already finished a bottle of it."
)
KEPT = ("Harbour", "Street", "isn't", "before", "9,", "three", "never", "every", "already")
LATIN = str.maketrans({v: k for k, v in LOOKALIKES.items()})


def edited(name: str, text: str = TEXT, seeds: int = 50, strength: float = 1) -> list[str]:
    return [edit(name, text, random.Random(seed), strength=strength) for seed in range(seeds)]


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_changes_the_text_and_is_fixed_by_its_stream(name: str) -> None:
    found = edited(name, strength=0.25)
    assert TEXT not in found
    assert found == edited(name, strength=0.25)
    assert name == "homoglyph" or len(set(found)) > 1


@pytest.mark.parametrize("name", EDITS)
def test_words_that_a_label_hangs_on_survive(name: str) -> None:
    for text in edited(name):
        assert all(word in text.split(" ") for word in KEPT), text


@pytest.mark.parametrize("name", EDITS)
def test_strength_is_a_budget(name: str) -> None:
    assert edited(name, strength=0) == [TEXT] * 50
    weak, strong = (
        [sum(a != b for a, b in zip(TEXT.split(), t.split(), strict=False)) for t in texts]
        for texts in (edited(name, strength=0.01), edited(name))
    )
    if name not in ("distractor", "order", "synonym"):
        assert set(weak) == {1}
        assert min(strong) > 3


@pytest.mark.parametrize("name", ["typo", "swap"])
def test_a_word_keeps_its_ends_and_all_but_one_of_its_letters(name: str) -> None:
    for text in edited(name):
        for before, after in zip(TEXT.split(" "), text.split(" "), strict=True):
            assert (before[0], before[-1]) == (after[0], after[-1])
            assert abs(len(before) - len(after)) <= (name == "typo")
            assert SequenceMatcher(None, before, after).ratio() >= 0.8


def test_a_homoglyph_only_looks_the_same() -> None:
    for text in edited("homoglyph"):
        assert text != TEXT
        assert text.translate(LATIN) == TEXT


def test_a_synonym_stands_where_its_word_stood() -> None:
    for text in edited("synonym"):
        assert re.search(r"The (large) (store) (close to) Harbour", text), text
        assert re.search(r"three kids never purchased the famous", text), text


def test_order_moves_light_words_by_one_place_at_most() -> None:
    for text in edited("order"):
        assert sorted(text.split()) == sorted(TEXT.split())
        heavy = [word for word in text.split() if word not in LIGHT]
        assert heavy == [word for word in TEXT.split() if word not in LIGHT]


def test_a_distractor_adds_one_aside_before_the_final_mark() -> None:
    for text in edited("distractor"):
        aside = next(a for a in ASIDES if a in text)
        assert text.replace(f" ({aside})", "") == TEXT
        assert text.endswith(").")
    assert edit("distractor", "Where is it?", random.Random(1)).endswith(")?")


def test_a_text_without_a_word_to_touch_stays_as_it_is() -> None:
    for name in EDITS.keys() - {"distractor"}:
        assert edited(name, "No, 12 not 13 in Rome.") == ["No, 12 not 13 in Rome."] * 50


def test_synonyms_and_asides_touch_no_label() -> None:
    for word, others in SYNONYMS.items():
        assert not is_protected(word)
        assert word not in others
    assert len(set(ASIDES)) == len(ASIDES)
    assert not any(re.search(r"\b(?:not|no|good|bad|all|more)\b", aside) for aside in ASIDES)
