"""One of several options."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from multitrust.core import Env, Response, Sample, Score
from multitrust.scorers.extraction import read_answer
from multitrust.scorers.options import LETTERS, read_lone_option, read_option
from multitrust.scorers.text import nothing_to_read, plain, unreadable


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
    return read_answer(
        text, partial(read_option, choices=choices), partial(read_lone_option, choices=choices)
    )
