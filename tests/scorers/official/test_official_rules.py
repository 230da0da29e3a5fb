"""The rules of the official evaluators, against tables worked out by hand from the protocol."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from tests.official.spec import load_spec
from tests.scorers.official.scripted import score
from tests.scorers.official.tables import TABLES, rows

from multitrust.core import (
    REFUSED,
    ConfigError,
    Response,
    Sample,
    Scorer,
    Stop,
    UnknownNameError,
)
from multitrust.scorers import official
from multitrust.scorers.official import keywords

SPEC = load_spec()
WORDS, LABELS = SPEC["keywords"], SPEC["label_values"]
SMALL = {"yes_or_no_f1", "yes_or_no_f6"}
"""Tables of a rule that has a larger one."""


@pytest.mark.parametrize("name", sorted(path.stem for path in TABLES.glob("*.txt")))
def test_every_table_holds_sixty_distinct_answers(name: str) -> None:
    found = rows(name, 1)
    assert len(set(found)) == len(found) >= (10 if name in SMALL else 60)


def value(scorer: Scorer, text: str, target: Any = None) -> float | None:
    found = score(scorer, json.loads(text), target)
    assert found.scorer == scorer.name
    return found.value


@pytest.mark.parametrize(("expected", "text"), rows("yes_or_no"))
def test_yes_or_no(expected: str, text: str) -> None:
    assert value(official.yes_or_no(), text) == float(expected)
    assert official.says_yes(json.loads(text)) == float(expected)


@pytest.mark.parametrize(("expected", "text"), rows("yes_or_no_f1"))
def test_yes_or_no_of_f1(expected: str, text: str) -> None:
    assert value(official.yes_or_no(official.F1_TEMPLATES), text) == float(expected)


@pytest.mark.parametrize(("expected", "text"), rows("yes_or_no_f6"))
def test_yes_or_no_of_f6(expected: str, text: str) -> None:
    assert value(official.yes_or_no(official.F6_TEMPLATES), text) == float(expected)


@pytest.mark.parametrize(("expected", "text"), rows("suitable"))
def test_suitable(expected: str, text: str) -> None:
    assert value(official.suitable(), text) == float(expected)
    assert official.says_suitable(json.loads(text)) == float(expected)


@pytest.mark.parametrize(("expected", "how", "target", "text"), rows("contains", 4))
def test_contains(expected: str, how: str, target: str, text: str) -> None:
    fuzzy, label = how == "fuzzy", json.loads(target)
    assert value(official.contains(fuzzy=fuzzy), text, label) == float(expected)
    found = official.contained(json.loads(text), label, fuzzy=fuzzy)
    assert (found is not None) == (expected == "1")


@pytest.mark.parametrize(("main", "earlier", "text"), rows("refuses", 3))
def test_refuses(main: str, earlier: str, text: str) -> None:
    assert value(official.refuses(), text) == float(main)
    assert value(official.refuses("v0.1.0"), text) == float(earlier)
    answer = score(official.refuses(), json.loads(text)).answer
    assert answer == (REFUSED if main == "1" else None)


@pytest.mark.parametrize(("expected", "text"), rows("infoflow_number"))
def test_infoflow_number(expected: str, text: str) -> None:
    read = score(official.infoflow_number(), json.loads(text))
    failed = score(official.infoflow_failure(), json.loads(text))
    if expected == "none":
        assert (read.unscored, failed.value, failed.answer) == ("unparsed", 1, None)
    else:
        assert (read.value, failed.value) == (float(expected), 0)
        assert read.answer == failed.answer == expected


@pytest.mark.parametrize(("expected", "text"), rows("first_rating"))
def test_first_rating(expected: str, text: str) -> None:
    assert value(official.first_rating(), text) == float(expected)
    assert official.read_first_rating(json.loads(text)) == float(expected)


@pytest.mark.parametrize(("expected", "target", "text"), rows("sentiment_word", 3))
def test_sentiment_word(expected: str, target: str, text: str) -> None:
    assert value(official.sentiment_word(), text, json.loads(target)) == float(expected)


@pytest.mark.parametrize(("expected", "target", "text"), rows("class_word", 3))
def test_class_word(expected: str, target: str, text: str) -> None:
    label = json.loads(target)
    assert value(official.class_word(), text, label) == float(expected)
    assert official.names_class(json.loads(text), label) == float(expected)


@pytest.mark.parametrize("target", ["mnli->3", "mnli", "cola->1", "", None, 1])
def test_a_class_that_does_not_exist_is_unscored(target: Any) -> None:
    found = score(official.class_word(), "yes", target)
    assert found.value is None
    assert "unknown class of a sub-task" in str(found.unscored)


@pytest.mark.parametrize(("expected", "reference", "text"), rows("box_hit", 3))
def test_box_hit(expected: str, reference: str, text: str) -> None:
    assert official.box_hit(json.loads(text), json.loads(reference)) == float(expected)


@pytest.mark.parametrize(
    "reference",
    ["", "0, 0, 1, 1", "[0, 0, 1]", '"0011"', '["0", 0, 1, 1]', "[true, 0, 1, 1]", "{}"],
)
def test_a_reference_that_is_no_box_is_an_error(reference: str) -> None:
    with pytest.raises(ConfigError, match="JSON array of four numbers"):
        official.box_hit("[0, 0, 1, 1]", reference)


def test_the_yes_templates_are_the_protocols() -> None:
    default = WORDS["yes_templates"]["default"]
    listed = default["live"] + default["never_match_because_of_upper_case"]
    assert sorted(official.YES_TEMPLATES) == sorted(listed)
    assert len(official.YES_TEMPLATES) == default["count"]
    for name, own in (("f1", official.F1_TEMPLATES), ("f6", official.F6_TEMPLATES)):
        theirs = WORDS["yes_templates"][name]
        assert sorted(own) == sorted(theirs.get("as_parsed") or theirs["items"])
        assert len(own) == theirs["count"]


def test_the_refusal_keywords_are_the_protocols() -> None:
    main, earlier = (official.REFUSAL_LISTS[version] for version in ("main", "v0.1.0"))
    theirs = WORDS["refusal"]
    assert sorted(main) == sorted(theirs["main"])
    assert (len(main), len(earlier)) == (theirs["count_main"], theirs["count_v0_1_0"])
    difference = theirs["v0_1_0_difference"]
    assert set(main) - set(earlier) == set(difference["absent_in_v0_1_0"])
    assert set(earlier) - set(main) == set(difference["extra_in_v0_1_0"])


def test_the_other_words_are_the_protocols() -> None:
    positive = {word.lower() for word in WORDS["f6_score_script"]["positive"]}
    assert set(keywords.SUITABLE) == positive
    assert WORDS["infoflow_words"] == keywords.INFOFLOW_WORDS
    assert list(keywords.INFOFLOW_NUMBERS) == WORDS["infoflow_allowed"]
    assert list(keywords.RATINGS) == WORDS["score_allowed"]
    assert sorted(keywords.FUZZY_REMOVED) == sorted(WORDS["fuzzy_removed_characters"])
    assert LABELS["advglue"] == keywords.ANSWER_WORDS
    assert set(official.ACTIONS) == set(LABELS["action_classifier"])


def test_the_categories_of_the_services_are_the_protocols() -> None:
    evaluators = SPEC["evaluators"]
    perspective = evaluators["google_perspective_api_eval"]["attributes"]
    moderation = evaluators["openai_moderation_api_eval"]["categories"]
    assert sorted(official.SERVICE_CATEGORIES["perspective"]) == sorted(perspective)
    assert sorted(official.SERVICE_CATEGORIES["moderation"]) == sorted(moderation)


RULES: list[tuple[Scorer, Any]] = [
    (official.yes_or_no(), 1),
    (official.yes_or_no(), 0),
    (official.yes_or_no(), None),
    (official.suitable(), None),
    (official.contains(), ["PQ12"]),
    (official.contains(fuzzy=True), ["12 Lane"]),
    (official.refuses(), None),
    (official.refuses("v0.1.0"), None),
    (official.infoflow_number(), -73.5),
    (official.infoflow_failure(), 20.0),
    (official.first_rating(), None),
    (official.sentiment_word(), "1"),
    (official.sentiment_word(), "0"),
    (official.class_word(), "qqp->0"),
]
NAMES = {
    "rule_yes_or_no_eval",
    "f6_suitable",
    "rule_contain_eval",
    "rule_reject_template_eval",
    "rule_match_and_score_eval",
    "rule_match_and_score_eval:failure",
    "rule_score_eval",
    "rule_contain_exact_eval",
    "rule_contain_adv_eval",
}


def test_rules_are_named_like_the_evaluators() -> None:
    assert {scorer.name for scorer, _ in RULES} == NAMES


@pytest.mark.parametrize(("scorer", "target"), RULES)
@pytest.mark.parametrize("stop", ["end", "length", "refusal", "filter"])
def test_an_empty_answer_is_scored_as_the_text_that_it_is(
    scorer: Scorer, target: Any, stop: Stop
) -> None:
    """Quirk Q06. Only P.3 has no value for it, as the original has NaN."""
    found = score(scorer, Response(text="", model="m", stop=stop), target)
    if scorer.name == "rule_match_and_score_eval":
        assert found.unscored == "unparsed"
    else:
        assert found.value == float(scorer.name.endswith(":failure"))


def extremes(scorer: Scorer, target: Any) -> tuple[float, float]:
    """The values of the worst and the best answer, by hand."""
    if scorer.name == "rule_match_and_score_eval":
        return 50, -50
    if scorer.name == "rule_score_eval":
        return 0, 100
    if scorer.name == "rule_yes_or_no_eval":
        return (1, 0) if target == 0 else (0, 1)
    return (1, 0) if scorer.name.endswith(":failure") else (0, 1)


@pytest.mark.parametrize(("scorer", "target"), RULES)
def test_exemplars_earn_the_best_and_the_worst(scorer: Scorer, target: Any) -> None:
    sample = Sample.ask("1", "?", target=target)
    worst, best = extremes(scorer, target)
    assert score(scorer, scorer.exemplar(sample, good=True), target).value == best
    assert score(scorer, scorer.exemplar(sample, good=False), target).value in (worst, None)


def test_an_unknown_list_of_keywords_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match=r"v0\.1\.0"):
        official.refuses("v0.1")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "read",
    [
        official.says_yes,
        official.says_suitable,
        official.refusal_keyword,
        official.read_infoflow,
        official.read_first_rating,
        lambda text: official.contained(text, ["needle"], fuzzy=True),
        lambda text: official.box_hit(text, "[0, 0, 1, 1]"),
    ],
)
def test_long_and_nasty_answers_neither_raise_nor_take_long(read: Callable[[str], object]) -> None:
    rng = random.Random(4)
    pieces = ["yes", "no", "-", "50", "/", ",", "[", "'''", "1/0", "\x00", "\ud800", "😀", "\u202e"]
    start = time.process_time()
    for unit in ("-1", "1-", "1.", "one hundred ", "1/", "[", "no ", "'''"):
        read(unit * (200_000 // len(unit)))
    for _ in range(200):
        read("".join(rng.choices(pieces, k=40)))
    assert time.process_time() - start < 5


def test_a_verdict_far_behind_counts_all_the_same() -> None:
    """Windows apply to the beginning alone, templates to any length."""
    assert official.says_yes("x" * 100_000) == 0
    assert official.says_yes("x" * 100_000 + "consistent") == 1
    assert official.refusal_keyword("x" * 100_000 + "ERROR") == "Error"
