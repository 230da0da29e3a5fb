"""What scorers share: a plain form of text, and the cases in which there is nothing to read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from multitrust.core import REFUSED, Response, Score
from multitrust.scorers.normalize import normalize
from multitrust.scorers.refusal import is_refusal

QUOTES = str.maketrans(
    {"‘": "'", "’": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
     "–": "-", "—": " - ", "−": "-", "‐": "-", "‑": "-"}
)  # fmt: skip
HTML = re.compile(
    r"<([bipusa])>([^<>]{0,200})</\1>|</?[a-z][\w:-]{1,30}(?:\s[^<>]{0,100})?/?>", re.IGNORECASE
)
"""Tags of one letter count in pairs only, as `<b>` alone may be the letter of an option."""
FENCE = re.compile(r"^[^\S\n]*+`{3,}+[^\S\n]*+[\w+-]{0,20}+[^\S\n]*+$|`{3,}+|~{3,}+", re.MULTILINE)
"""Fences of code, with the name of a language on their line."""
LATEX = re.compile(r"\\[a-z]{1,20}\*?(?=\s?\{)", re.IGNORECASE)
FRACTION = re.compile(r"\\[dt]?frac\{(\d{1,9})\}\{(\d{1,9})\}")
MARKUP = re.compile(r"\*++|(?<!\w)_++|(?<!_)_++(?!\w)|^#++|^>|^[^\S\n]*+[-•](?=\s)", re.MULTILINE)
NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
}
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*", re.UNICODE)


@lru_cache(maxsize=16)  # several readers look at one response in turn
def plain_lines(text: str) -> tuple[str, ...]:
    """The lines of a text that are not empty, each as `plain` has it."""
    text = FRACTION.sub(r"\1/\2", FENCE.sub(" ", normalize(text)).translate(QUOTES))
    text = HTML.sub(lambda tag: f" {tag[2] or ''} ", LATEX.sub(" ", text))
    lines = (" ".join(line.split()) for line in MARKUP.sub(" ", text).split("\n"))
    return tuple(line.casefold() for line in lines if line)


def plain(text: str) -> str:
    """NFKC, case folded, straight quotes, no markup or control tokens, single spaces."""
    return " ".join(plain_lines(text))


def words(text: str) -> list[str]:
    """The words of a plain text, number words as digits."""
    return [NUMBER_WORDS.get(word, word) for word in WORD.findall(text)]


def accepted(target: Any) -> list[str]:
    """The accepted answers of a target: a text, a number, or several."""
    if isinstance(target, Sequence) and not isinstance(target, str):
        return [str(item) for item in target]
    return [str(target)]


def is_blocked(response: Response) -> bool:
    """Whether the provider, not the model's words, ended the response."""
    return response.stop in ("filter", "refusal")


def nothing_beside_a_block(scorer: str, response: Response) -> Score | None:
    """As `nothing_to_read`, where a provider's block is an answer of its own."""
    return None if is_blocked(response) else nothing_to_read(scorer, response)


def nothing_to_read(scorer: str, response: Response) -> Score | None:
    """The unscored score of a response that is blocked, empty or nothing but marks.

    The reason says so where there is a trace of reasoning and no answer after it.
    """
    if response.stop == "filter":
        return Score(scorer=scorer, unscored="blocked")
    if not response.text.strip():
        reason = "truncated" if response.stop == "length" else "empty"
        thought = ": only reasoning, no answer" if response.reasoning.strip() else ""
        return Score(scorer=scorer, unscored=reason + thought)
    if not any(map(is_content, plain(response.text))):
        reason = "truncated" if response.stop == "length" else "unparsed"
        return Score(scorer=scorer, unscored=reason, explanation="no letter, digit or pictograph")
    return None


def is_content(char: str) -> bool:
    """Whether a character says something by itself: a letter, a digit, a pictograph."""
    return char.isalnum() or "\u2600" <= char <= "\u27bf" or char >= "\U0001f000"


def unreadable(scorer: str, response: Response) -> Score:
    """The score of a response in which no answer was found: 0 for a refusal, else unscored."""
    if response.stop == "refusal" or is_refusal(response.text):
        return Score(scorer=scorer, value=0.0, answer=REFUSED, explanation="declined to answer")
    reason = "truncated" if response.stop == "length" else "unparsed"
    return Score(scorer=scorer, unscored=reason, explanation="no answer found in the response")
