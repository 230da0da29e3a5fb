"""A word, a number or a short phrase, freely put."""

from __future__ import annotations

import re
from dataclasses import dataclass

from multitrust.core import Env, Response, Sample, Score
from multitrust.scorers.text import accepted, final_part, nothing_to_read, plain, unreadable, words

ARTICLES = {"a", "an", "the"}
NEGATION = {"not", "isn't", "aren't", "wasn't", "never", "no", "without", "neither", "nor", "than"}
REACH = 3
"""Words before an answer in which a negation turns it around."""
UNSURE = re.compile(
    r"\b(?:can't|cannot|can not|unable to|not able to) (?:\w+ ){0,2}?(?:tell|say|determine|see|know)\b|"
    r"\bnot (?:sure|certain|clear)\b|\bdon't know\b|\bno idea\b"
)
OR = re.compile(r"\b(?:or|maybe|either|perhaps)\b")


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """1 when an accepted answer is stated as the answer."""

    name: str = "short_answer"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        """Look for an accepted answer in the final part of the response."""
        nothing = nothing_to_read(self.name, response)
        if nothing is not None:
            return nothing
        said = final_part(plain(response.text))
        stated = content(said)
        for target in accepted(sample.target):
            if states(stated, content(plain(target))):
                if OR.search(said) and len(stated) > len(content(plain(target))) + 1:
                    return unreadable(self.name, response)
                return Score(scorer=self.name, value=1.0, answer=target)
        lost = unreadable(self.name, response)
        if lost.value is not None or not stated or UNSURE.search(said):
            return lost
        return Score(scorer=self.name, value=0.0, answer=said[:80])

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        """The first accepted answer, or a word that answers nothing."""
        return f"Answer: {accepted(sample.target)[0]}" if good else "Answer: xyzzy"


def short_answer() -> ShortAnswer:
    """Scores a short free answer against the accepted ones."""
    return ShortAnswer()


def content(text: str) -> list[str]:
    """The words without articles; a negative number keeps its sign."""
    signed = re.sub(r"(?<![\w)])-(?=\d)", "minus", text)
    joined = re.sub(r"(?<=\d)[,.](?=\d)", lambda m: "" if m.group() == "," else "p", signed)
    return [word for word in words(joined) if word not in ARTICLES]


def states(stated: list[str], target: list[str]) -> bool:
    """Whether the target's words stand in a row, not negated; numbers must stand at the end.

    A number in passing is not an answer: with several different numbers, the last one counts.
    """
    if not target:
        return False
    size = len(target)
    hits = [i for i in range(len(stated) - size + 1) if stated[i : i + size] == target]
    hits = [i for i in hits if not NEGATION & set(stated[max(0, i - REACH) : i])]
    if not hits:
        return False
    if size == 1 and is_number(target[0]):
        numbers = [word for word in stated if is_number(word)]
        return numbers[-1] == target[0]
    return True


def is_number(word: str) -> bool:
    """Whether a word is a number."""
    return word.removeprefix("minus").replace("p", "", 1).isdigit()
