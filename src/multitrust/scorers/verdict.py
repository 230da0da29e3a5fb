"""A judge's yes or no, read strictly, on an answer that cannot speak to the judge."""

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
from multitrust.scorers.judgement import read_verdict
from multitrust.scorers.prompt import Prompt, fields_of, read_prompt
from multitrust.scorers.text import accepted, nothing_to_read

DEMAND = "Reply with one word: yes or no."
REMINDER = "Your reply must be the single word yes or the single word no, and nothing else."


@dataclass(frozen=True, slots=True)
class Verdict:
    """1 where the judge says yes, 0 where it says no; unscored as `unjudged` where it does neither."""

    prompt: Prompt
    max_tokens: int
    role: str = "judge"
    name: str = "verdict"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        """Ask the judge about the delimited answer, once more where its verdict is unreadable."""
        nothing = nothing_to_read(self.name, response)
        if nothing is not None:
            return nothing
        try:
            (request,) = self.asks(sample, response.text)
            said, reply = await ask_strictly(env, request, read_verdict, REMINDER)
        except MultitrustError as error:
            return Score(scorer=self.name, unscored=str(error))
        if said is None:
            return unjudged(self.name, reply)
        value = float(said == "yes")
        return Score(scorer=self.name, value=value, answer=said, explanation=reply.text)

    def question(self, sample: Sample, answer: str) -> str:
        """What the judge is asked.

        Raises:
            UnknownNameError: the prompt has a field that the sample does not.
        """
        return question_about(self.prompt, fields_of(sample, answer), answer, DEMAND)

    def asks(self, sample: Sample, answer: str) -> tuple[Ask, ...]:
        """The question; once more where the verdict is unreadable."""
        return (strict_ask(self.question(sample, answer), self.max_tokens, self.role),)

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        """The reference, or an answer without content: a judge is likely to accept or reject it."""
        return accepted(sample.target)[0] if good else "I do not know."


def verdict(prompt: str, *, max_tokens: int = REPLY_TOKENS, role: str = "judge") -> Verdict:
    """Scores by a judge's yes or no.

    Args:
        prompt: what the judge is asked, with the fields `{pred}` (the answer), `{label}` (the
            target) and any key of the sample's `extra`.
        max_tokens: limit of the judge's reply.
        role: whose model is the judge.

    Raises:
        ConfigError: the prompt is malformed.
    """
    return Verdict(read_prompt(prompt), max_tokens, role)
