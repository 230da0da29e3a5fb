"""The number a response ends on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from multitrust.core import Env, Response, Sample, Score
from multitrust.scorers.extraction import read_answer
from multitrust.scorers.text import NUMBER_WORDS, accepted, nothing_to_read, unreadable

NUMBER = re.compile(
    r"(?<![\w.])-?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|(?<![\w.])-?\d+(?:\.\d+)?(?:\s*/\s*\d+)?|"
    rf"\b(?:{'|'.join(NUMBER_WORDS)})\b"
)
MINUS = re.compile(r"(?<!\d )\bminus (?=\d)")
DENIED = re.compile(rf"\b(?:not|rather than|instead of) (?:{NUMBER.pattern})")
EITHER = re.compile(r"\b(?:either|between)\b|\d\s*(?:or|to|-)\s*\d|\bor\b")
LONE = re.compile(rf"^[^\w-]*+({NUMBER.pattern})\W*+(?:[^\W\d]{{1,20}}\W{{0,3}}){{0,2}}")


@dataclass(frozen=True, slots=True)
class Number:
    """1 when the number is within `tolerance` (absolute) of the target."""

    tolerance: float = 0.0
    name: str = "number"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        """Read the number and compare it."""
        nothing = nothing_to_read(self.name, response)
        if nothing is not None:
            return nothing
        found = read_number(response.text)
        if found is None:
            return unreadable(self.name, response)
        near = any(
            abs(found - float(target)) <= self.tolerance + 1e-9
            for target in accepted(sample.target)
        )
        return Score(scorer=self.name, value=float(near), answer=f"{found:g}")

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        """The target, or a number far from all accepted ones."""
        values = [float(target) for target in accepted(sample.target)]
        return f"{values[0]:g}" if good else f"{max(values) + 1000 + self.tolerance:g}"


def number(tolerance: float = 0.0) -> Number:
    """Scores the final number of a response; `tolerance` is absolute."""
    return Number(tolerance)


def read_number(text: str) -> float | None:
    """The number stated as the answer: the last one in the part that gives it.

    A number that is denied ("not 13") does not count. None without a number, and for a range or an alternative of two different ones.
    """
    return read_answer(text, number_in, lone_number)


def number_in(said: str) -> float | None:
    """The number that a plain text ends on."""
    rest = DENIED.sub(" ", MINUS.sub("-", said))
    found = [value(match) for match in NUMBER.findall(rest)]
    if not found:
        return None
    if len(set(found)) == 2 and len(found) == 2 and EITHER.search(rest):
        return None
    after = rest.rpartition("=")[2]
    last = NUMBER.findall(after) if "=" in rest else []
    return value(last[0]) if last else found[-1]


def lone_number(said: str) -> float | None:
    """The number of a plain text that says nothing else but its unit."""
    found = LONE.fullmatch(MINUS.sub("-", said))
    return None if found is None else value(found[1])


def value(match: str) -> float:
    """A number as it is written: words, thousands, fractions."""
    if match in NUMBER_WORDS:
        return float(NUMBER_WORDS[match])
    top, _, bottom = match.replace(",", "").partition("/")
    return float(top) / float(bottom) if bottom and float(bottom) else float(top)
