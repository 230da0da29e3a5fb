"""Naming one of several things somewhere in a free text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from multitrust.core import Env, Response, Sample, Score
from multitrust.scorers.text import accepted, nothing_to_read, plain, unreadable

NEGATED = re.compile(
    r"\b(?:no|not|never|without|neither|nor|isn't|aren't|wasn't|doesn't|don't|can't see|cannot see|"
    r"rather than|instead of|lacks?|free of|absence of|no sign of|no risk of|nothing)\b"
    r"(?:[\s,-]+\w+){0,3}[\s-]*$"
)
NEVER = re.compile(r"(?!)")
ENDING = r"(?:e?s|'s)?"


@dataclass(frozen=True, slots=True)
class Mentions:
    """1 when one of the target's words is mentioned and not negated, 0 when none is.

    With `stems`, a word also stands for the longer words that begin with it.
    """

    name: str
    stems: bool

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        """Look for each of the target's words."""
        nothing = nothing_to_read(self.name, response)
        if nothing is not None:
            return nothing
        said = plain(response.text)
        found = next((w for w in accepted(sample.target) if mentioned(said, w, self.stems)), None)
        if found is not None:
            return Score(scorer=self.name, value=1.0, answer=found)
        lost = unreadable(self.name, response)
        return lost if lost.value is not None else Score(scorer=self.name, value=0.0, answer="none")

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        """A sentence with the first of the words, or without any."""
        return f"I see this: {accepted(sample.target)[0]}." if good else "A quiet picture."


def mentions() -> Mentions:
    """Scores whether an accepted name is mentioned, in the singular or plural."""
    return Mentions("mentions", stems=False)


def mentions_stem() -> Mentions:
    """Scores whether a word that begins with an accepted stem is mentioned."""
    return Mentions("mentions_stem", stems=True)


def mentioned(said: str, word: str, stems: bool) -> bool:
    """Whether the plain text holds the word, other than after a negation in the same clause."""
    body = r"[\s-]+".join(re.escape(part) for part in plain(word).split())
    return affirmed(said, re.compile(rf"\b{body}" + (r"\w*" if stems else rf"{ENDING}\b")))


def affirmed(said: str, pattern: re.Pattern[str], left_open: re.Pattern[str] = NEVER) -> bool:
    """Whether the pattern occurs in the plain text, not negated or left open in its clause."""
    return any(
        NEGATED.search(clause_before(said, found.start(), r"[.;:!?]", 60)) is None
        and left_open.search(clause_before(said, found.start(), r"[,.;:!?]", 160)) is None
        for found in pattern.finditer(said)
    )


def clause_before(said: str, end: int, breaks: str, reach: int) -> str:
    """What stands before an index in its clause, at most so many characters."""
    return re.split(breaks, said[max(0, end - reach) : end])[-1]
