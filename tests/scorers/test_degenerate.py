"""Texts in which there is nothing to read: a score for each, and never an exception."""

from __future__ import annotations

import pytest
from tests.scorers.every import Case, embedded_cases, official_cases, score_now

from multitrust.core import Score

NOTHING = (
    "**", "****", "*", "__", "___", "#", "# ", "> ", "-", "- ", "---", "```", "```\n```",
    "```json\n```", "`", "~~~", "\u200b", "\ufeff", "\u2060\u200d", "\u00ad", "\u202e", "\ufe0f",
    "\u200b**\u200b", "\ufdfa", ".", "...", "…", "?", "?!", "!", ",", ":", '""', "''", "“”", "「」",
    "()", "[]", "{}", "<>", "/", "\\", "|", "=", "\u0301", "\u0301\u0302", "\u20e3", "•", "—",
    "•••••••", "_ _ _", "\x00", "\ufffd", "■■■", "</s>", "<|im_end|>", "<|endoftext|>",
    "<end_of_turn>", "<s></s>", "[/INST]", "<｜end▁of▁sentence｜>", "<answer></answer>", "<br>",
    "<br/>", "\\boxed{}", "$$", "\\text{}", "[[]]", "{{}}",
)  # fmt: skip
"""Marks and markup alone."""
BLANK = ("", " ", "\n", "\t\r\n", "\u00a0", "\u2003", "\u3000", "\u2028", "\x0b\x0c")
ODD = (
    "😀", "👍🏽", "👩\u200d🚀", "①", "½", "\u0000a", "\ud83d", "a\u0301" * 3, "\u202eabc", "答",
    "٣", "²", "᠑", '{"answer": null}', '{"answer": ""}', '{"answer": {}}', "[" * 200, '{"a":' * 200,
    "1" * 5000, "-" * 3000 + "a", "1/0", "0/0", "[1e999, 0, 0, 1]", "[nan, nan, nan, nan]", "1%",
    "\\boxed{", "<answer>", "Answer:", "答案:",
)  # fmt: skip
"""Little, strange or broken, but something."""


def name_of(case: Case) -> str:
    return case[0]


@pytest.mark.parametrize("case", embedded_cases(), ids=name_of)
def test_marks_alone_are_unscored(case: Case) -> None:
    _, scorer, sample = case
    for text in NOTHING:
        assert score_now(scorer, sample, text).unscored == "unparsed", repr(text)
    for text in BLANK:
        assert score_now(scorer, sample, text).unscored == "empty", repr(text)


@pytest.mark.parametrize("case", embedded_cases(), ids=name_of)
def test_odd_texts_have_a_score_within_its_range(case: Case) -> None:
    _, scorer, sample = case
    for text in ODD:
        found = score_now(scorer, sample, text)
        assert found.value is None or 0 <= found.value <= 1, repr(text)


@pytest.mark.parametrize("case", official_cases(), ids=name_of)
def test_official_scorers_never_raise(case: Case) -> None:
    _, scorer, sample = case
    for text in (*NOTHING, *BLANK, *ODD):
        assert isinstance(score_now(scorer, sample, text), Score), repr(text)
