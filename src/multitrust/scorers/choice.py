"""One of several options."""

from __future__ import annotations

import re
from dataclasses import dataclass

from multitrust.core import Env, Response, Sample, Score
from multitrust.scorers.text import final_part, nothing_to_read, plain, unreadable, words

LETTERS = "abcdefghij"
MARKED = re.compile(
    r"^\W*(?:option|choice|answer)?\s*[(\[]?([a-j]|\d{1,2})[)\].:]?\W*$|"
    r"^\W*(?:option|choice)?\s*[(\[]?([a-j]|\d{1,2})[)\].:]\s+\S|"
    r"\b(?:option|choice|choose|pick|select|answer is|is)\s*:?\s*[(\[]?([a-j]|\d{1,2})\b[)\]]?"
    r"(?!(?<=\b[ai]) (?!because|since|as\b|over|instead)\w)(?=\W|$)|"
    r"[(\[{>]([a-j]|\d{1,2})[)\]}<]"
)
CLAUSE_END = re.compile(r"[.,;:!?]")
NOT = re.compile(r"\b(?:not|isn't|rather than|instead of|over|neither|nor)\s+(?:\w+\s+){0,2}$")


@dataclass(frozen=True, slots=True)
class Choice:
    """1 when the chosen option is the target: its place (from 0) or its text."""

    name: str = "choice"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        """Read which option was chosen and compare it."""
        nothing = nothing_to_read(self.name, response)
        if nothing is not None:
            return nothing
        chosen = read_choice(response.text, sample.choices)
        if chosen is None:
            return unreadable(self.name, response)
        right = chosen == target_place(sample)
        return Score(scorer=self.name, value=float(right), answer=sample.choices[chosen])

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        """The letter of the target, or of another option."""
        place = target_place(sample)
        return LETTERS[place if good else (place + 1) % len(sample.choices)].upper()


def choice() -> Choice:
    """Scores a choice among `sample.choices` by letter, number or text."""
    return Choice()


def target_place(sample: Sample) -> int:
    """The place of the right option among the choices."""
    if isinstance(sample.target, int):
        return sample.target
    return [plain(option) for option in sample.choices].index(plain(str(sample.target)))


def read_choice(text: str, choices: tuple[str, ...]) -> int | None:
    """The place of the one option that the response takes; None for none or several."""
    said = final_part(plain(text))
    named = places_named(said, choices)
    if len(named) == 1:
        return named.pop()
    if len(named) > 1:
        return None
    marks = {
        LETTERS.index(mark) if mark in LETTERS else int(mark) - 1
        for found in MARKED.finditer(said)
        for mark in found.groups()
        if mark
    }
    fitting = {place for place in marks if 0 <= place < len(choices)}
    return fitting.pop() if len(fitting) == 1 and len(marks) == 1 else None


def places_named(said: str, choices: tuple[str, ...]) -> set[int]:
    """The options whose words stand in the text, other than after a negation.

    The longest are looked for first and taken out, so that an option within the words of another
    is not named by it.
    """
    text = " | ".join(" ".join(words(clause)) for clause in CLAUSE_END.split(said))
    named = set()
    spoken = [words(plain(option)) for option in choices]
    for place in sorted(range(len(choices)), key=lambda place: -len(spoken[place])):
        pattern = re.compile(r"\b" + r"\W+".join(map(re.escape, spoken[place])) + r"\b")
        if any(NOT.search(text[: found.start()]) is None for found in pattern.finditer(text)):
            named.add(place)
        text = pattern.sub(" ".join("_" * len(spoken[place])), text)
    return named
