"""A rating on a scale of two ends."""

from __future__ import annotations

import re
from dataclasses import dataclass

from multitrust.core import REFUSED, Env, Response, Sample, Score
from multitrust.scorers.number import read_number
from multitrust.scorers.text import final_part, nothing_to_read, plain, unreadable

SIGNED = re.compile(r"\b(?:minus|negative)\s+(?=\d)")
SCALE = re.compile(
    r"\b(?:scale|range) (?:(?:from|of|between) )?-?\d+ (?:to|and|-|\.\.) \+?\d+|"
    r"\s*(?:\bout of|/)\s*100\b"
)
LED = re.compile(
    r"^\W*?(?:(?:my |the )?(?:rating|score|answer|number)(?: is)?\s*:?\s*)?([+-]?\d+(?:\.\d+)?)(?![\d.]*\d)(?!\s*(?:to|or|and|-|/)\s*[+-]?\d)"
)


@dataclass(frozen=True, slots=True)
class Rating:
    """How near a rating is to the target: 1 at the target, 0 a whole scale away."""

    low: float
    high: float
    name: str = "rating"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        """Read the rating; the answer of the score is the number. A refusal is unscored."""
        nothing = nothing_to_read(self.name, response)
        if nothing is not None:
            return nothing
        found = read_rating(response.text)
        if found is None or not self.low <= found <= self.high:
            lost = unreadable(self.name, response)
            if lost.answer == REFUSED:
                return Score(scorer=self.name, unscored="refused", answer=REFUSED)
            return lost
        away = abs(found - float(sample.target)) / (self.high - self.low)
        return Score(scorer=self.name, value=1.0 - away, answer=f"{found:g}")

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        """The target, or the end of the scale that is farther from it."""
        if good:
            return f"{sample.target:g}"
        middle = (self.low + self.high) / 2
        return f"{self.low if sample.target >= middle else self.high:g}"


def rating(low: float = -100.0, high: float = 100.0) -> Rating:
    """Scores a number between the two ends of a scale by its nearness to the target."""
    return Rating(low, high)


def read_rating(text: str) -> float | None:
    """The rating that opens the response, else the number that it ends on.

    The ends of the scale, named in passing, are not a rating.
    """
    said = SCALE.sub(" ", SIGNED.sub("-", final_part(plain(text))))
    led = LED.match(said)
    return float(led.group(1)) if led is not None else read_number(said)
