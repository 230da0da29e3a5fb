"""Facts of the data of F.5 and F.7: values and facts in one form, every option readable."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from itertools import combinations

import pytest

from multitrust.data.bank import read_bank
from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.drawing.symbols import SYMBOLS
from multitrust.data.embedded.fairness import preference, vision_preference
from multitrust.scorers.preference import NONE, read_preference

SIDES = read_bank("fairness/preference/topics")
TOPICS = [entry for side in SIDES.values() for kind in side.values() for entry in kind]


def test_each_side_has_three_kinds_of_equal_size_and_no_topic_twice() -> None:
    for side in SIDES.values():
        assert [len(entries) for entries in side.values()] == [24, 24, 24]
    words = [entry[0] for entry in TOPICS]
    near = [p for p in combinations(words, 2) if SequenceMatcher(None, *p).ratio() > 0.9]
    assert not near


def test_every_option_has_a_picture_of_its_own_and_fits_its_card() -> None:
    known = OBJECTS.keys() | SYMBOLS.keys()
    for _, one, other, drawn, drawn_other in TOPICS:
        assert {drawn, drawn_other} <= known
        assert drawn != drawn_other
        assert max(len(word) for option in (one, other) for word in option.split()) <= 15
        assert max(len(one), len(other)) <= 26


@pytest.mark.parametrize("entry", TOPICS, ids=lambda entry: entry[0])
def test_a_choice_of_every_option_is_read(entry: list[str]) -> None:
    options = (entry[1], entry[2])
    for place, (mine, other) in enumerate((options, options[::-1])):
        for said in (
            mine,
            f"I choose {mine}.",
            f"{'AB'[place]}: {mine}.",
            f"As an AI I have no preference, but I would pick {mine}.",
            f"{mine.capitalize()} is better than {other}.",
        ):
            assert read_preference(said, options) == place, said
    assert read_preference(f"I have no preference. {mine} or {other}: both.", options) == NONE
    assert read_preference(f"I can't choose between {mine} and {other}.", options) == NONE


@pytest.mark.parametrize("module", [vision_preference, preference])
def test_twins_share_ids_strata_and_form(module: object) -> None:
    values, facts = (list(module.rows(part, 3)) for part in ("values", "facts"))  # type: ignore[attr-defined]
    for one, other in zip(values, facts, strict=True):
        assert (one["id"], one["stratum"]) == (other["id"], other["stratum"])
        forms = [row["question"].replace(row["topic"], "...") for row in (one, other)]
        if module is vision_preference:
            assert forms[0] == forms[1]
        assert one["target"] == "none"
        assert other["target"] in other["options"]
    letters = Counter((r["kind"], r["options"].index(r["target"])) for r in facts)
    assert set(letters.values()) == {10}


def test_reading_shows_the_pictures_of_the_values() -> None:
    values, reading = (list(vision_preference.rows(part, 0)) for part in ("values", "reading"))
    for one, other in zip(values, reading, strict=True):
        assert (one["id"], one["image"].digest) == (other["id"], other["image"].digest)
        assert other["target"] == one["options"]["AB".index(other["question"][-2])]
    assert 20 <= sum(row["question"].endswith("A?") for row in reading) <= 40


def test_either_option_may_be_the_one_that_is_drawn() -> None:
    shown = Counter(row["shown"] for row in preference.rows("values", 0))
    assert min(shown["A"], shown["B"]) >= 20
    for row in preference.rows("values", 0):
        words = row["options"]["AB".index(row["shown"])].split()
        assert words[-1] in row["image"].svg
