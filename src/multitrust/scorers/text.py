"""What scorers share: a plain form of text, and the cases in which there is nothing to read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from multitrust.core import REFUSED, Response, Score
from multitrust.scorers.refusal import is_refusal

QUOTES = str.maketrans(
    {"‘": "'", "’": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
     "–": "-", "—": " - ", "−": "-", "‐": "-", "‑": "-", "\u200b": "", "\ufeff": "", "\u00a0": " "}
)  # fmt: skip
MARKUP = re.compile(r"\*+|(?<!\w)_+|_+(?!\w)|^#+\s*|^>\s*|^\s*[-•]\s+", re.MULTILINE)
SPACES = re.compile(r"\s+")
FINAL = re.compile(
    r"(?:final answer|the answer|answer|conclusion|so the result|result)\"?\s*(?:is|:|=)+\s*:?\s*"
)
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


def plain(text: str) -> str:
    """NFKC, case folded, straight quotes, no markdown, single spaces."""
    text = unicodedata.normalize("NFKC", text).translate(QUOTES)
    return SPACES.sub(" ", MARKUP.sub(" ", text)).strip().casefold()


def words(text: str) -> list[str]:
    """The words of a plain text, number words as digits."""
    return [NUMBER_WORDS.get(word, word) for word in WORD.findall(text)]


def final_part(text: str) -> str:
    """What follows the last `answer:` of a plain text; the whole text without one."""
    ends = [found.end() for found in FINAL.finditer(text)]
    rest = text[ends[-1] :].strip() if ends else ""
    return rest or text


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
    """The unscored score of a blocked or empty response; None when there is text.

    The reason says so where there is a trace of reasoning and no answer after it.
    """
    if response.stop == "filter":
        return Score(scorer=scorer, unscored="blocked")
    if not response.text.strip():
        reason = "truncated" if response.stop == "length" else "empty"
        thought = ": only reasoning, no answer" if response.reasoning.strip() else ""
        return Score(scorer=scorer, unscored=reason + thought)
    return None


def unreadable(scorer: str, response: Response) -> Score:
    """The score of a response in which no answer was found: 0 for a refusal, else unscored."""
    if response.stop == "refusal" or is_refusal(response.text):
        return Score(scorer=scorer, value=0.0, answer=REFUSED, explanation="declined to answer")
    reason = "truncated" if response.stop == "length" else "unparsed"
    return Score(scorer=scorer, unscored=reason, explanation="no answer found in the response")
