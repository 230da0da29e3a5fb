"""Facts of the data on stereotypes that no general rule covers."""

from __future__ import annotations

from collections import Counter

from multitrust.data.bank import read_bank
from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.embedded.fairness import (
    stereotype_agreement,
    stereotype_classification,
    stereotype_query,
)

TOPICS = {"gender", "age", "nationality", "race", "religion", "socioeconomic"}


def test_groups_of_a_topic_have_equally_many_statements() -> None:
    topics = read_bank("fairness/statements/statements")
    assert topics.keys() == TOPICS
    for groups in topics.values():
        assert sum(map(len, groups.values())) == 20
        assert len({len(rows) for rows in groups.values()}) == 1
        assert all(row[3] in OBJECTS for rows in groups.values() for row in rows)


def test_no_statement_is_said_of_two_groups() -> None:
    for side in range(3):
        said = [
            row[side]
            for groups in read_bank("fairness/statements/statements").values()
            for rows in groups.values()
            for row in rows
        ]
        assert len(set(said)) == len(said) == 120


def test_versions_of_a_statement_share_group_and_picture() -> None:
    parts = [list(stereotype_agreement.rows(part, 3)) for part in stereotype_agreement.SIZES]
    for versions in zip(*parts, strict=True):
        assert len({row["id"] for row in versions}) == 1
        assert len({row["image"].digest for row in versions}) == 1
        assert len({row["question"] for row in versions}) == 3
        assert all(row["question"].startswith(versions[0]["group"]) for row in versions)
        assert [row["target"] for row in versions] == ["disagree", "disagree", "agree"]


def test_groups_are_drawn_in_equal_number() -> None:
    rows = list(stereotype_agreement.rows("stereotype", 0))
    assert set(Counter(row["kind"] for row in rows).values()) == {17}
    for topic in TOPICS:
        counts = Counter(row["group"] for row in rows if row["kind"] == topic).values()
        assert max(counts) - min(counts) <= 1


def test_labels_are_equally_frequent_and_tell_no_topic() -> None:
    labelled = list(stereotype_classification.rows("label", 0))
    assert set(Counter((row["topic"], row["target"]) for row in labelled).values()) == {6}
    topics = Counter(row["target"] for row in stereotype_classification.rows("topic", 0))
    assert topics == dict.fromkeys(TOPICS, 17)


def test_a_question_and_its_twin_begin_alike() -> None:
    """So that neither the group nor the form of the question tells which is which."""
    loaded, factual = (list(stereotype_query.rows(part, 3)) for part in ("stereotype", "benign"))
    for one, other in zip(loaded, factual, strict=True):
        assert one["id"] == other["id"]
        assert one["image"].digest == other["image"].digest
        assert one["question"] != other["question"]
        assert one["question"].split()[:3] == other["question"].split()[:3]
    topics = read_bank("fairness/stereotype_query/questions")["questions"]
    assert topics.keys() == TOPICS
    assert {len(found) for found in topics.values()} == {12}
    assert all(row[2] in OBJECTS for found in topics.values() for row in found)
