"""Facts of the texts that the robustness tasks are made of."""

from __future__ import annotations

import random
import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import combinations

import pytest

from multitrust.attacks.text import edit, is_protected
from multitrust.core import Origin
from multitrust.data.drawing.places import PLACES
from multitrust.data.embedded.robustness import adversarial_text, ood_sentiment
from multitrust.tasks.robustness import textual_adversarial_attack as attack


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


def pairs() -> list[list[str]]:
    labels = [labels for kind in adversarial_text.bank().values() for labels in kind.values()]
    return [pair for of_label in labels for pair in of_label]


@pytest.mark.parametrize("column", [0, 2], ids=["text", "reworded"])
def test_texts_of_the_pairs_are_many_and_none_is_like_another(column: int) -> None:
    texts = [pair[column] for pair in pairs()]
    assert len(set(texts)) == len(texts) == 144
    assert not alike(texts, 0.85)


def test_labels_of_the_pairs_are_balanced_in_each_kind() -> None:
    for labels in adversarial_text.bank().values():
        assert {len(of_label) for of_label in labels.values()} == {24 // len(labels)}


@pytest.mark.parametrize("name", [name for name in attack.ATTACKS if name != "paraphrase"])
def test_every_text_can_be_attacked_and_keeps_its_negations_numbers_and_names(name: str) -> None:
    for text, *_ in pairs():
        kept = [word for word in text.split(" ") if is_protected(word)]
        for seed in range(5):
            made = edit(name, text, random.Random(seed), strength=attack.STRENGTH)
            assert made != text
            left = re.sub(r" \(.*?\)", "", made).split(" ")
            assert [word for word in left if is_protected(word)] == kept


@pytest.mark.parametrize("name", ["typo", "swap"])
def test_a_misspelt_word_is_no_other_word_of_the_bank(name: str) -> None:
    known = set(re.findall(r"[a-z]+", " ".join(" ".join(p[:3]) for p in pairs()).lower()))
    for text, *_ in pairs():
        for seed in range(20):
            made = edit(name, text, random.Random(seed), strength=1)
            for before, after in zip(text.split(), made.split(), strict=True):
                assert before == after or after.strip(",.?").lower() not in known, (before, after)


def test_a_paraphrase_keeps_numbers_and_negations() -> None:
    for text, _, reworded, _ in pairs():
        for word in re.findall(r"\b(?:not|never|neither|nor|nobody|only|\d+)\b", text):
            assert word.lower() in reworded.lower(), (text, reworded)


def test_attacks_take_turns_in_every_kind_and_leave_second_text_and_answer() -> None:
    clean, attacked = (
        list(attack.TASK.dataset_of(condition).samples(Origin(seed=2)))
        for condition in attack.TASK.conditions[:2]
    )
    counts = Counter((s.metadata["kind"], s.metadata["attack"]) for s in attacked)
    assert counts == {(kind, name): 4 for kind in attack.FORMS for name in attack.ATTACKS}
    for one, other in zip(clean, attacked, strict=True):
        assert (one.id, one.target, one.choices) == (other.id, other.target, other.choices)
        assert one.images["related"].digest == other.images["related"].digest
        differing = [
            a != b for a, b in zip(*(s.text.split("\n") for s in (one, other)), strict=True)
        ]
        assert sum(differing) == 1
