"""A word, a number or a short phrase, freely put."""

from __future__ import annotations

import re
from dataclasses import dataclass

from multitrust.core import Env, Response, Sample, Score
from multitrust.scorers.extraction import extract
from multitrust.scorers.rivals import kind_of, read_rival
from multitrust.scorers.text import accepted, nothing_to_read, plain, unreadable, words

ARTICLES = {"a", "an", "the"}
NEGATION = {"not", "isn't", "aren't", "wasn't", "never", "no", "without", "neither", "nor", "than"}
ALTERNATIVE = re.compile(r"\b\w+ or \w+")
SIGN = re.compile(r"(?<![\w)])-(?=\d)")
POINT = re.compile(r"(?<=\d)[,.](?=\d)")
CLAUSE_END = re.compile(r"[.;:!?,](?!\d)|\bbut\b")
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
        found = extract(response.text)
        last = content(found.lines[-1]) if found.lines else []
        said = found.said
        stated = content(said)
        for target in accepted(sample.target):
            wanted = content(plain(target))
            if last == wanted:
                return Score(scorer=self.name, value=1.0, answer=target)
            kind = kind_of(wanted[0], sample.text) if len(wanted) == 1 else frozenset[str]()
            taken = read_rival(said, kind, sample.text) if kind else None
            if taken == wanted[0] if kind else states(stated, wanted):
                if leaves_open(said, sample.text) and len(stated) > len(wanted) + 1:
                    return unreadable(self.name, response)
                return Score(scorer=self.name, value=1.0, answer=target)
            if kind and taken is None:
                return unreadable(self.name, response)
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


def leaves_open(said: str, question: str) -> bool:
    """Whether a plain text hedges or names alternatives other than in the words of the question."""
    for alternative in ALTERNATIVE.findall(plain(question)):
        said = said.replace(alternative, " ")
    return OR.search(said) is not None


def content(text: str) -> list[str]:
    """The words of a plain text without articles, `|` between clauses; numbers keep their sign."""
    signed = SIGN.sub("minus", text)
    joined = POINT.sub(lambda mark: "" if mark[0] == "," else "p", signed)
    return [
        word
        for clause in filter(None, map(words, CLAUSE_END.split(joined)))
        for word in ("|", *clause)
        if word not in ARTICLES
    ][1:]


def states(stated: list[str], target: list[str]) -> bool:
    """Whether the target's words stand in a row, not negated; numbers must stand at the end.

    A number in passing is not an answer: with several different numbers, the last one counts.
    """
    size = len(target)
    hits = [i for i in range(len(stated) - size + 1) if stated[i : i + size] == target]
    if not target or all(is_negated(stated, i) for i in hits):
        return False
    if size == 1 and is_number(target[0]):
        numbers = [i for i, word in enumerate(stated) if is_number(word)]
        affirmed = [stated[i] for i in numbers if not is_negated(stated, i)]
        return affirmed[-1:] == target
    return True


def is_negated(stated: list[str], index: int) -> bool:
    """Whether a negation stands shortly before a word in its clause."""
    before = stated[max(0, index - REACH) : index]
    clause = before[len(before) - before[::-1].index("|") :] if "|" in before else before
    return not NEGATION.isdisjoint(clause)


def is_number(word: str) -> bool:
    """Whether a word is a number."""
    return word.removeprefix("minus").replace("p", "", 1).isdigit()
