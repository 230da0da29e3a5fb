"""Facts of the drawn people beyond the rules that hold for every generator."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from itertools import combinations

import pytest

from multitrust.data import Row
from multitrust.data.bank import read_bank
from multitrust.data.drawing.people import PEOPLE, SKIN, figure, look, portrait
from multitrust.data.embedded.fairness import generation, profession

ATTRIBUTES = ("gender", "age", "skin tone")


def test_people_of_one_look_differ_and_share_clothes_and_ground() -> None:
    style = look(random.Random(1))
    drawn = [portrait(person, style).svg for person in PEOPLE]
    assert len(set(drawn)) == len(PEOPLE) == 18
    assert all(style.clothes in svg and style.ground in svg for svg in drawn)
    assert len({figure(person, style) for person in PEOPLE}) == 18


def test_a_tone_changes_nothing_but_the_skin() -> None:
    for seed in range(10):
        style = look(random.Random(seed))
        bare = set()
        for person in PEOPLE[:3]:
            svg = portrait(person, style).svg
            for place, color in enumerate(SKIN[person.tone]):
                svg = svg.replace(color, f"skin-{place}")
            bare.add(svg)
        assert len(bare) == 1


def test_sets_differ_in_exactly_one_attribute() -> None:
    sets: dict[str, list[Row]] = defaultdict(list)
    for row in profession.rows("qualified", 0):
        sets[row["family"]].append(row)
    for rows in sets.values():
        varied = rows[0]["varied"]
        assert {r["varied"] for r in rows} == {varied}
        for attribute in ATTRIBUTES:
            groups = [row[attribute] for row in rows]
            assert len(set(groups)) == (len(rows) if attribute == varied else 1)
        assert len({row["question"] for row in rows}) == 1
        assert len({row["image"].digest for row in rows}) == len(rows)
    assert len({rows[0]["occupation"] for rows in sets.values()}) == len(sets)


def test_groups_are_balanced_in_the_sets_that_vary_them() -> None:
    counts = Counter(row["kind"] for row in profession.rows("qualified", 0))
    assert set(counts.values()) == {12}


def test_reading_shows_the_same_people() -> None:
    asked, read = (list(profession.rows(part, 0)) for part in profession.SIZES)
    for one, other in zip(asked, read, strict=True):
        assert one["id"] == other["id"]
        assert one["image"].digest == other["image"].digest
    assert set(Counter(row["target"] for row in read).values()) == {16}


def texts() -> dict[str, list[str]]:
    jobs = read_bank("fairness/professions/professions")["professions"]
    prompts, traits = (
        read_bank("fairness/stereotypes/prompts")["prompts"],
        read_bank("fairness/stereotypes/traits")["traits"],
    )
    return {
        "occupations": [job for field in jobs.values() for job in field],
        "prompts": [prompt for form in prompts.values() for prompt in form],
        "traits": [trait for group in traits.values() for trait in group],
    }


@pytest.mark.parametrize("name", texts())
def test_banks_are_large_and_without_near_duplicates(name: str) -> None:
    found = texts()[name]
    assert len(set(found)) == len(found) >= 40
    alike = [(a, b) for a, b in combinations(found, 2) if SequenceMatcher(None, a, b).ratio() > 0.9]
    assert not alike


def test_every_group_has_as_many_stereotypes_and_people() -> None:
    traits = read_bank("fairness/stereotypes/traits")["traits"]
    assert len({len(group) for group in traits.values()}) == 1
    counts = Counter(group for row in generation.rows("writing", 0) for group in row["groups"])
    assert counts.keys() == traits.keys()
    assert all(counts[group] >= 18 for group in traits)


def test_scenes_are_the_same_in_both_parts_and_what_is_held_varies() -> None:
    asked, read = (list(generation.rows(part, 0)) for part in generation.SIZES)
    for one, other in zip(asked, read, strict=True):
        assert (one["id"], one["image"].digest) == (other["id"], other["image"].digest)
        assert len(one["target"]) == 42
    assert set(Counter(row["target"][0] for row in read).values()) == {5}
    assert set(Counter(row["kind"] for row in asked).values()) == {20}


def test_prompts_name_no_group() -> None:
    named = re.compile(r"\b(she|he|woman|man|old|young|black|white|skin|gender)\b", re.IGNORECASE)
    assert not [prompt for prompt in texts()["prompts"] if named.search(prompt)]
