"""Characters read exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass

from multitrust.core import Env, Response, Sample, Score
from multitrust.scorers.text import accepted, final_part, nothing_to_read, plain, unreadable

QUOTED = re.compile(r"\"([^\"]+)\"|'([^']+)'")
DENIED = re.compile(r"\b(?:not|never|\w+n't)(?: \w+){0,2}:? $")
FRAME = re.compile(
    r"^(?:the |this |it |that )?(?:\w+ )?(?:sign|plate|label|note|board|text|picture|image|writing|"
    r"paper|word|words|characters|inscription|number)?\s?(?:on (?:it|the \w+|this \w+) )?"
    r"(?:says?|reads?|shows?|is|are|states?|contains?)\b(?: the (?:text|words?|characters))?\s*:?\s*"
)
EDGE = re.compile(r"^[\s\W_]+|[\s\W_]+$")
DROP = re.compile(r"[\s\W_]+")


@dataclass(frozen=True, slots=True)
class ExactText:
    """1 when the response is the target's characters and no others."""

    name: str = "exact_text"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        """Read the quoted or whole text and compare it without case, spaces and punctuation."""
        nothing = nothing_to_read(self.name, response)
        if nothing is not None:
            return nothing
        targets = {squeezed(plain(target)) for target in accepted(sample.target)}
        readings = readings_of(response.text)
        for reading in readings:
            if squeezed(reading) in targets:
                return Score(scorer=self.name, value=1.0, answer=reading)
        refused = unreadable(self.name, response)
        if refused.value is not None or not readings:
            return refused
        return Score(scorer=self.name, value=0.0, answer=readings[-1])

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        """The first accepted text, or one that no sample has."""
        return accepted(sample.target)[0] if good else "xyzzy"


def exact_text() -> ExactText:
    """Scores text that must be read exactly; case, spaces and punctuation do not count."""
    return ExactText()


def readings_of(text: str) -> list[str]:
    """What a response may be saying is written: all of it, unframed, or one quotation.

    What follows `answer:` counts as well, and a quotation after a negation does not.
    """
    said = plain(text)
    whole = EDGE.sub("", said)
    framed = EDGE.sub("", FRAME.sub("", said))
    quotations = [
        quoted[1] or quoted[2]
        for quoted in QUOTED.finditer(said)
        if DENIED.search(said[: quoted.start()]) is None
    ]
    found = [whole, framed, EDGE.sub("", final_part(said))]
    if len(quotations) == 1:
        found.append(EDGE.sub("", quotations[0]))
    return [reading for reading in dict.fromkeys(found) if reading]


def squeezed(text: str) -> str:
    """Letters and digits only."""
    return DROP.sub("", text)
