"""Facts of the texts that the robustness tasks are made of."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from itertools import combinations

import pytest

from multitrust.data.drawing.places import PLACES
from multitrust.data.embedded.robustness import ood_sentiment


def alike(texts: list[str], limit: float) -> list[tuple[str, str]]:
    """Pairs of texts that are nearly the same."""

    def near(one: str, other: str) -> bool:
        matcher = SequenceMatcher(None, one, other)
        return matcher.quick_ratio() > limit and matcher.ratio() > limit

    return [pair for pair in combinations(texts, 2) if near(*pair)]


@pytest.mark.parametrize("written", [0, 1], ids=["plain", "shifted"])
@pytest.mark.parametrize("feeling", [2, 3], ids=["praise", "complaint"])
def test_remarks_of_one_feeling_are_many_and_none_is_like_another(
    feeling: int, written: int
) -> None:
    topics = [topic for style in ood_sentiment.bank().values() for topic in style]
    remarks = [topic[feeling][written] for topic in topics]
    assert len(set(remarks)) == len(remarks) >= 60
    assert not alike(remarks, 0.8)


def test_a_style_holds_as_many_topics_as_any_other_and_each_topic_its_own_scene() -> None:
    styles = ood_sentiment.bank()
    assert {len(topics) for topics in styles.values()} == {12}
    scenes = [(place, thing) for topics in styles.values() for place, thing, *_ in topics]
    assert len(set(scenes)) == len(scenes)
    assert all(thing in PLACES[place].things for place, thing in scenes)


def test_no_remark_names_its_feeling() -> None:
    for part in ood_sentiment.SIZES:
        for row in ood_sentiment.rows(part, 0):
            assert not {"positive", "negative"} & set(row["question"].lower().split())


def test_feelings_are_balanced_in_each_style_and_pair_with_the_plain_remark() -> None:
    plain, shifted = (list(ood_sentiment.rows(part, 3)) for part in ("plain", "shifted"))
    assert Counter((row["kind"], row["target"]) for row in shifted) == {
        (style, feeling): 10
        for style in ("archaic", "biblical", "romantic", "tweet", "wordy")
        for feeling in ("positive", "negative")
    }
    for one, other in zip(plain, shifted, strict=True):
        assert (one["id"], one["target"]) == (other["id"], other["target"])
        assert one["image"].digest == other["image"].digest
        assert one["question"] != other["question"]
