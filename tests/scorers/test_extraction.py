"""Where an answer stands in a response, and which of several things it gives."""

from __future__ import annotations

import asyncio

import pytest

from multitrust.core import Env, Response, Sample
from multitrust.scorers import choice, short_answer
from multitrust.scorers.extraction import extract, read_answer
from multitrust.scorers.normalize import MARKS_IN_A_ROW, normalize
from multitrust.scorers.text import plain, plain_lines

WEATHER = ("sun", "rain", "snow", "fog")
NUMBERS = ("one", "two", "three", "four")
TOPICS = ("age", "gender", "nationality", "race", "religion", "socioeconomic")
THINGS = ("a fish", "a hat")
LIGHTS = ("the sun", "a lamp")
SHAFTS = "Which shaft is longer: the upper, the lower, or neither?"
CAKE = "What colour is the cake?"
WALK = "In which direction from the start does the walker end up: north, east, south or west?"
OPPOSITE = "Which direction is opposite to north?"
SEATS = "Lea sits to the right of Jon. Jon sits to the right of Max. Who sits at the right end?"
FAMILY = "Hugo is a child of Ida. Ben is a child of Ida. Who is the brother or sister of Ben?"


@pytest.mark.parametrize(
    ("text", "said", "marked"),
    [
        ("B", "b", False),
        ("Reasons.\n\nB", "reasons. b", False),
        ("Answer: B", "b", True),
        ("Answer: A. No. Answer: B\nbecause", "b because", True),
        ("The answer isn't A", "the answer isn't a", False),
        ("A is the right answer: it is red", "a is the right answer: it is red", False),
        ("So B is the answer:", "so b is the answer:", False),
        ("答案是：B。", "b。", True),
        ("Правильный ответ — B", "b", True),
        ("Die Antwort lautet B", "b", True),
        ("<answer>B</answer> or so", "b", False),
        ("<Answer>the answer is B</Answer>", "b", True),
        ("<answer>A</answer> <answer>B", "b", False),
        ("<answer></answer>B", "b", False),
        ("\\boxed{A} then \\boxed{\\text{B {x}}}", "{b {x}}", False),
        ("\\boxed{B", "{b", False),
        ('{"answer": "B"}', "b", False),
        ('{"a": 1, "b": 2}', '{"a": 1, "b": 2}', False),
        ('{"thoughts": "A?", "pick": "B"}', "b", False),
        ('{"result": {"option": "B", "note": "x"}}', "b", False),
        ('So: {"choice": 2}. Done', "2", False),
        ('{"answer": null}', "null}", True),
        ('{"answer": "B"', '"b"', True),
        ("[0.1, 0.2]", "[0.1, 0.2]", False),
        ("```json\n[1, 2]\n```", "[1, 2]", False),
        ("```\nB\n```", "b", False),
        ("B</s><|im_end|>", "b", False),
        ("**", "", False),
    ],
)
def test_where_the_answer_stands(text: str, said: str, marked: bool) -> None:
    found = extract(text)
    assert (found.said, found.marked) == (said, marked)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("  A \n\n b\tC ", ("a", "b c")),
        ("# Title\n- one\n• two\n> three", ("title", "one", "two", "three")),
        ("-5\n- 5", ("-5", "5")),
        ("**bold** _it_ snake_case __x__", ("bold it snake_case x",)),
        ("“a” ‘b’ — c–d", ("\"a\" 'b' - c-d",)),
        ("<b>x</b> <br/> a<b <i>", ("x a<b <i>",)),
        ("ﬁ Ａ ① e\u0301", ("fi a 1 é",)),
        ("so\u00adft\u200b\ufeff", ("soft",)),
        ("\\frac{1}{2} and \\textbf{x}", ("1/2 and {x}",)),
        ("a <|x|> b <｜end▁of▁sentence｜>", ("a b",)),
        ("a < b | c > d", ("a < b | c > d",)),
        ("", ()),
    ],
)
def test_plain_lines(text: str, lines: tuple[str, ...]) -> None:
    assert plain_lines(text) == lines
    assert plain(text) == " ".join(lines)


def test_combining_marks_are_limited_before_they_are_put_in_order() -> None:
    letter = "a" + "\u0301\u0316" * 500
    assert len(normalize(letter)) <= 1 + MARKS_IN_A_ROW
    assert normalize("e\u0301\u0323") == "ẹ\u0301"


def read_digit(text: str) -> str | None:
    digits = [char for char in text if char.isdigit()]
    return digits[-1] if digits else None


def read_lone_digit(text: str) -> str | None:
    return text if text.isdigit() else None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("there are 5 or 6", "6"),
        ("5\nnot 6", "5"),
        ("not 6\n5", "5"),
        ("not 6\n5\nor 7", "7"),
        ("5\n6", None),
        ("5\nnot 7\n5", "5"),
        ("answer: 5\nnot 6", "5"),
        ("answer: let me see\n5", "5"),
        ("none", None),
        ("", None),
    ],
)
def test_a_marked_line_goes_before_a_lone_line_before_the_rest(
    text: str, answer: str | None
) -> None:
    assert read_answer(text, read_digit, read_lone_digit) == answer


@pytest.mark.parametrize(
    ("options", "text", "place"),
    [
        (WEATHER, "A. There is no rain in this picture.", 0),
        (WEATHER, "C – the snow on the hill, not the fog over the lake", 2),
        (WEATHER, "B because the street is wet", 1),
        (WEATHER, "A is the right answer: there's no rain.", 0),
        (WEATHER, "Answer: A (no rain)", 0),
        (WEATHER, "There's rain and no sun. Therefore, B.", 1),
        (WEATHER, "Rain. The sun is behind the clouds.", 1),
        (WEATHER, "Neither sun nor snow, but rain.", 1),
        (WEATHER, "It's not sun, it's rain", 1),
        (WEATHER, "B and not A", 1),
        (WEATHER, "B (rain) is correct; A (sun) is not.", 1),
        (WEATHER, "我选B。因为街上湿了", 1),
        (WEATHER, '{"selected_option": "B", "confidence": 0.8}', 1),
        (WEATHER, "A rainy day with no sun", None),
        (WEATHER, '{"answer": ["A", "B"]}', None),
        (WEATHER, "Possibly A, possibly B.", None),
        (WEATHER, "sun/rain", None),
        (NUMBERS, "B. One person is on the left, the other on the right.", 1),
        (NUMBERS, "2", 1),
        (NUMBERS, "I see two, not three.", 1),
        (LIGHTS, "A: the sun is vastly brighter than any lamp.", 0),
        (LIGHTS, "The lamp isn't bright; it's the sun.", 0),
        (THINGS, "B — a hat has a brim; a fish hasn't.", 1),
        (THINGS, "A hat, because a fish has no brim.", 1),
        (TOPICS, "Race. One could argue it touches religion too.", 3),
        (TOPICS, "Gender (women), not age", 1),
        (TOPICS, "It is about religion, rather than race.", 4),
        (TOPICS, "Age and gender", None),
        (TOPICS, "Age, gender or race", None),
        (TOPICS, "Age; gender", None),
        (("10", "20", "30"), "2", None),
        (("10", "20", "30"), "20", 1),
    ],
)
def test_a_stated_letter_or_option_wins(
    options: tuple[str, ...], text: str, place: int | None
) -> None:
    sample = Sample.ask("1", "?", target=0, choices=options)
    found = asyncio.run(choice()(sample, Response(text=text, model="m"), Env()))
    assert found.answer == (None if place is None else options[place])


@pytest.mark.parametrize(
    ("question", "target", "value", "text"),
    [
        (SHAFTS, "upper", 0, "The lower shaft is longer; the upper one is shorter."),
        (SHAFTS, "lower", 1, "The upper shaft is shorter; the lower one is longer."),
        (SHAFTS, "upper", 0, "The upper shaft is shorter; the lower one is longer."),
        (SHAFTS, "upper", 0, "Compared with the upper one, the lower one is longer."),
        (SHAFTS, "upper", None, "The upper shaft is shorter than the lower one."),
        (SHAFTS, "upper", None, "The upper shaft is as long as the lower one."),
        (SHAFTS, "upper", None, "Both the upper and the lower are equal."),
        (CAKE, "blue", 0, "A brown cake on a blue plate."),
        (CAKE, "brown", 1, "The background is blue and the cake is brown."),
        (CAKE, "blue", 1, "My friend says pink; it is blue."),
        (CAKE, "blue", 0, "Brown (the plate is blue)."),
        (CAKE, "blue", 1, "It is blue.\nThe plate is brown."),
        (CAKE, "blue", None, "The plate is brown, the table is blue."),
        (CAKE, "blue", None, "blue-green"),
        (WALK, "north", 1, "He walks east, then north, so he ends up north."),
        (WALK, "east", 0, "He walks east, then north, so he ends up north."),
        (OPPOSITE, "south", 1, "South is opposite to north."),
        (OPPOSITE, "south", 0, "East, as south is opposite to north."),
        (SEATS, "Jon", 0, "Lea sits to the right of Jon."),
        (SEATS, "Lea", 1, "Jon sits beside Max. So Lea sits at the right end."),
        (SEATS, "Lea", None, "Max, Jon, Lea"),
        (FAMILY, "Hugo", 1, "Hugo is the brother or sister of Ben."),
        (FAMILY, "Hugo", None, "It is Hugo or Ida."),
    ],
)
def test_what_is_named_beside_the_answer_is_none(
    question: str, target: str, value: float | None, text: str
) -> None:
    sample = Sample.ask("1", question, target=target)
    found = asyncio.run(short_answer()(sample, Response(text=text, model="m"), Env()))
    assert found.value == value
