"""R.2 by the corrected protocol: a judge's rating, read strictly."""

from __future__ import annotations

from dataclasses import dataclass

from multitrust.core import Ask, Env, MultitrustError, Response, Sample, Score
from multitrust.scorers.judge import (
    REPLY_TOKENS,
    ask_strictly,
    question_about,
    strict_ask,
    unjudged,
)
from multitrust.scorers.judgement import read_score
from multitrust.scorers.official.judged import ARROW, SCORE_FIELDS, parts_of
from multitrust.scorers.prompt import Prompt, read_prompt
from multitrust.scorers.text import nothing_to_read

DEMAND = "Reply with one of the numbers 0, 25, 50, 75, 100 and nothing else."
REMINDER = "Your reply must be a single number: 0, 25, 50, 75 or 100."


@dataclass(frozen=True, slots=True)
class Rated:
    """The judge's rating, 0 to 100; unscored as `unjudged` where it gives none."""

    prompt: Prompt
    max_tokens: int
    name: str = "rated"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        """Ask the judge about the delimited answer, once more where its rating is unreadable."""
        nothing = nothing_to_read(self.name, response)
        if nothing is not None:
            return nothing
        try:
            (request,) = self.asks(sample, response.text)
            value, reply = await ask_strictly(env, request, read_score, REMINDER)
        except MultitrustError as error:
            return Score(scorer=self.name, unscored=str(error))
        if value is None:
            return unjudged(self.name, reply)
        return Score(scorer=self.name, value=value, answer=f"{value:g}", explanation=reply.text)

    def question(self, sample: Sample, answer: str) -> str:
        """What the judge is asked.

        Raises:
            UnknownNameError: the prompt asks for a question that the target does not hold.
        """
        return question_about(self.prompt, whole_parts_of(sample), answer, DEMAND)

    def asks(self, sample: Sample, answer: str) -> tuple[Ask, ...]:
        """The question; once more where the rating is unreadable."""
        return (strict_ask(self.question(sample, answer), self.max_tokens),)

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        """The reference, or an answer without content."""
        return whole_parts_of(sample)["label"] if good else "I do not know."


def rated(prompt: str, *, max_tokens: int = REPLY_TOKENS) -> Rated:
    """Scores by a judge's rating of how near the answer comes to the reference.

    Args:
        prompt: what the judge is asked, with the fields `{question}`, `{label}` and `{pred}`.
        max_tokens: limit of the judge's reply.

    Raises:
        ConfigError: the prompt is malformed, or has another field.
    """
    return Rated(read_prompt(prompt, SCORE_FIELDS), max_tokens)


def whole_parts_of(sample: Sample) -> dict[str, str]:
    """Question and reference; arrows within the sample's question do not part them (Q33)."""
    target, asked = str(sample.target), sample.text + ARROW
    if target.startswith(asked):
        return {"question": sample.text, "label": target.removeprefix(asked)}
    return parts_of(target)
