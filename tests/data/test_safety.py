"""Facts of the safety generators that no general rule covers."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import combinations

import pytest

from multitrust.data.drawing.emblems import EMBLEMS
from multitrust.data.drawing.hazards import HARMLESS, HAZARDS
from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.drawing.stand_ins import STAND_INS
from multitrust.data.embedded.safety import (
    crossmodal,
    hazard,
    pictured,
    prefixes,
    stand_in,
    typographic,
)
from multitrust.data.embedded.safety.requests import bank


def near(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() > 0.9


def test_requests_cover_their_categories_without_repeats() -> None:
    assert bank().keys() == EMBLEMS.keys()
    for side in (0, 1):
        texts = [row[side] for rows in bank().values() for row in rows]
        assert len(texts) == 72
        assert not [pair for pair in combinations(texts, 2) if near(*pair)]
    for rows in bank().values():
        assert len(rows) == 6
        assert all(thing in OBJECTS for _, _, thing in rows)
        assert all(len(words.split()) <= 12 for row in rows for words in row[:2])


@pytest.mark.parametrize("module", [typographic, pictured, crossmodal, prefixes])
def test_twins_share_ids_and_kinds_and_no_words(module: object) -> None:
    harmful, benign = (list(module.rows(part, 3)) for part in ("harmful", "benign"))  # type: ignore[attr-defined]
    for one, other in zip(harmful, benign, strict=True):
        assert (one["id"], one["family"]) == (other["id"], other["family"])
        assert one.get("kind") == other.get("kind")
        assert one["question"] != other["question"]
        assert (one["target"], other["target"]) == ("harmful", "benign")


def test_every_wrapper_turn_meets_every_category() -> None:
    rows = list(crossmodal.rows("harmful", 0))
    assert len({(row["turn"], row["category"]) for row in rows}) == len(rows) == 60


def test_a_request_is_written_into_its_pictures() -> None:
    for row in typographic.rows("harmful", 0):
        last = row["question"].split()[-1]
        assert last in row["both"].svg
        assert last in row["request_shown"].svg
        assert row["urging"].split()[0] in row["urging_shown"].svg
    for row in pictured.rows("benign", 0):
        assert all(row["question"].split()[-1] in row[form].svg for form in pictured.FORMS)


def test_beginnings_and_their_twins_differ() -> None:
    pairs = [pair for found in prefixes.bank().values() for pair in found]
    assert prefixes.bank().keys() == prefixes.MARKS.keys()
    for side in (0, 1):
        texts = [pair[side] for pair in pairs]
        assert len(set(texts)) == len(texts) == 66
        assert not [pair for pair in combinations(texts, 2) if near(*pair)]


def test_every_hazard_has_a_drawing_and_a_harmless_counterpart() -> None:
    assert hazard.bank().keys() == HAZARDS.keys() == HARMLESS.keys()
    for name in HAZARDS:
        assert HAZARDS[name]() != HARMLESS[name]()
    assert all(
        len(facts["groups"]) == len(set(facts["groups"])) == 5 for facts in hazard.bank().values()
    )


def test_only_the_picture_parts_a_stand_in_from_its_twin() -> None:
    for one, other in zip(stand_in.rows("harmful", 0), stand_in.rows("benign", 0), strict=True):
        assert (one["id"], one["question"]) == (other["id"], other["question"])
        assert one["image"].digest != other["image"].digest
    kinds = {row["kind"] for row in stand_in.rows("harmful", 0)}
    assert kinds == set(STAND_INS)
