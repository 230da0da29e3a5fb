"""Characters read exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from multitrust.core import Env, Response, Sample, Score
from multitrust.scorers.extraction import extract
from multitrust.scorers.text import accepted, nothing_to_read, plain, unreadable

QUOTED = re.compile(r"\"([^\"]+)\"|'([^']+)'")
DENIED = re.compile(r"\b(?:not|never|\w+n't)(?: \w+){0,2}:? ?$")
REACH = 60
"""Characters before a quotation or a colon in which what follows may be denied."""
FRAME = re.compile(
    r"^(?:the |this |it |that )?(?:\w+ )?(?:sign|plate|label|note|board|text|picture|image|writing|"
    r"paper|word|words|characters|inscription|number)?\s?(?:(?:on|in) (?:it|the \w+|this \w+) )?"
    r"(?:says?|reads?|shows?|is|are|states?|contains?)\b(?: the (?:text|words?|characters))?\s?:?"
)
LOOK = re.compile(
    r"\b(?:letters|lettering|text|font|ink|caps|capitals?|uppercase|lowercase|handwrit\w+|written|"
    r"printed|painted|bold|italics?|typeface|(?:on|in) (?:an? )?(?:black|white|red|green|blue|yellow|"
    r"grey|gray|brown|orange))\b"
)
"""How a writing looks, which is no part of it."""
COLON = re.compile(r":(?!\d)")
EDGE = re.compile(r"^[\W_]++|(?<![\W_])[\W_]++$")
DROP = re.compile(r"[\W_]+")


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
    """What a response may be saying is written, with and without remarks on how it looks.

    That is all of it, the part that is marked as the answer, the last of several paragraphs, and
    of each of these what follows "the sign says" or a colon, and the only quotation.
    """
    parts = dict.fromkeys(
        (plain(text), extract(text).said, plain(text.strip().rpartition("\n\n")[2]))
    )
    found = (
        EDGE.sub("", bare)
        for part in parts
        for each in readings_in(part)
        for bare in (each, without_look(each))
    )
    return [reading for reading in dict.fromkeys(found) if reading]


def readings_in(said: str) -> Iterator[str]:
    """What a plain text may be saying is written; what it denies does not count."""
    yield said
    yield FRAME.sub("", said)
    colons = list(COLON.finditer(said))
    if colons and not is_denied(said[: colons[-1].start()]):
        yield said[colons[-1].end() :]
    quotations = [
        quoted[1] or quoted[2]
        for quoted in QUOTED.finditer(said)
        if not is_denied(said[max(0, quoted.start() - REACH) : quoted.start()])
    ]
    if len(quotations) == 1:
        yield quotations[0]


def is_denied(before: str) -> bool:
    """Whether what follows a plain text is denied by its last words."""
    return DENIED.search(before[-REACH:]) is not None


def without_look(said: str) -> str:
    """The text without remarks at its end on how the writing looks: in brackets, after a comma."""
    for _ in range(3):
        open_mark = {")": "(", "]": "["}.get(said.rstrip(" .")[-1:])
        cut = said.rfind(open_mark) if open_mark else max(said.rfind(","), said.rfind(" - "))
        if cut <= 0 or LOOK.search(said, cut) is None:
            break
        said = said[:cut]
    return said


def squeezed(text: str) -> str:
    """Letters and digits only."""
    return DROP.sub("", text)
