"""Chains of a judge and a rule that reads its reply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from multitrust.core import Ask, Env, MultitrustError, Response, Sample, Score, Scorer
from multitrust.scorers.judge import ask
from multitrust.scorers.official.yes_no import yes_or_no
from multitrust.scorers.prompt import Prompt, fields_of, read_prompt
from multitrust.scorers.text import accepted

ARROW = "->"
SCORE_FIELDS = ("question", "label", "pred")


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule reads in the judge's reply."""

    prompt: Prompt
    max_tokens: int
    then: Scorer

    @property
    def name(self) -> str:
        """The chain's name."""
        return f"chatmodel_eval->{self.then.name}"

    @property
    def role(self) -> str:
        """`judge`."""
        return "judge"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        """Ask the judge; its reply is the explanation."""
        try:
            reply = await ask(env, "judge", self.question(sample, response.text), self.max_tokens)
        except MultitrustError as error:
            return Score(scorer=self.name, unscored=str(error))
        return await read_by(self.then, self.name, reply, sample, env)

    def question(self, sample: Sample, answer: str) -> str:
        """What the judge is asked.

        Raises:
            UnknownNameError: the prompt has a field that the sample does not.
        """
        return self.prompt.fill(fields_of(sample, answer))

    def asks(self, sample: Sample, answer: str) -> tuple[Ask, ...]:
        """The question."""
        text = self.question(sample, answer)
        return (Ask(role="judge", text=text, max_tokens=self.max_tokens),)

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        """The reference, or an answer without content: a judge is likely to accept or reject it."""
        return accepted(sample.target)[0] if good else "I do not know."


@dataclass(frozen=True, slots=True)
class JudgedScore:
    """What a rule reads in the judge's reply, or in `full_score` where no reply counts."""

    prompt: Prompt
    noise_prompt: Prompt | None
    max_tokens: int
    then: Scorer
    full_score: str

    @property
    def name(self) -> str:
        """The chain's name."""
        return f"chatmodel_score->{self.then.name}"

    @property
    def role(self) -> str:
        """`judge`."""
        return "judge"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        """Ask the judge; the text that the rule reads is the explanation."""
        try:
            reply = await self.reply(sample.target, response.text, env)
        except MultitrustError as error:
            return Score(scorer=self.name, unscored=str(error))
        return await read_by(self.then, self.name, reply, sample, env)

    async def reply(self, target: Any, answer: str, env: Env) -> str:
        """The judge's reply, or `full_score`: for the reference itself, for noticing noise.

        Raises:
            UnknownNameError: the prompt asks for a question that the target does not hold.
            ConfigError: there is no judge.
            ModelError: the judge did not reply.
        """
        questions = self.questions(target, answer)
        if not questions:
            return self.full_score
        question, *noise = questions
        reply = await ask(env, "judge", question, self.max_tokens)
        for about_noise in noise:
            said = await ask(env, "judge", about_noise, self.max_tokens)
            if "yes" in said.lower():
                return self.full_score
        return reply

    def questions(self, target: Any, answer: str) -> tuple[str, ...]:
        """What the judge is asked, then about noise; nothing where the answer is the reference.

        The original fills its template by place. One with two places, for answer and reference,
        gets question and reference where an arrow parts the target, and is not told the answer.

        Raises:
            UnknownNameError: the prompt asks for a question that the target does not hold.
        """
        parts = parts_of(target)
        parted = "question" in parts
        if parted and same(answer, parts["label"]):
            return ()
        fields = {**parts, "pred": answer}
        by_place = parted and "question" not in self.prompt.fields
        told = {**fields, "pred": parts["question"]} if by_place else fields
        noise = () if self.noise_prompt is None else (self.noise_prompt.fill(fields),)
        return (self.prompt.fill(told), *noise)

    def asks(self, sample: Sample, answer: str) -> tuple[Ask, ...]:
        """The question, and the one about noise; none where the answer is the reference."""
        return tuple(
            Ask(role="judge", text=text, max_tokens=self.max_tokens)
            for text in self.questions(sample.target, answer)
        )

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        """The reference, or an answer without content."""
        return parts_of(sample.target)["label"] if good else "I do not know."


def judged(prompt: str, *, max_tokens: int, then: Scorer | None = None) -> Judged:
    """`chatmodel_eval` and a rule (official protocol, section 4.8).

    Args:
        prompt: what the judge is asked, with the fields `{pred}` (the answer), `{label}` (the
            target) and any key of the sample's `extra`.
        max_tokens: limit of the judge's reply.
        then: the rule; `yes_or_no()` if None.

    Raises:
        ConfigError: the prompt is malformed.
    """
    return Judged(read_prompt(prompt), max_tokens, then or yes_or_no())


def judged_score(
    prompt: str,
    *,
    max_tokens: int,
    then: Scorer,
    full_score: str = "100",
    noise_prompt: str | None = None,
) -> JudgedScore:
    """`chatmodel_score` and a rule (official protocol, section 4.9; quirk Q33).

    Args:
        prompt: what the judge is asked, with the fields `{pred}`, `{label}` and, where the target
            is `question->label`, `{question}`.
        max_tokens: limit of the judge's reply.
        then: the rule.
        full_score: what is read instead of a reply to an answer that is the reference.
        noise_prompt: a second question, with the fields of the first; `yes` anywhere in its reply
            makes `full_score` of the first reply.

    Raises:
        ConfigError: a prompt is malformed, or has another field.
    """
    noise = None if noise_prompt is None else read_prompt(noise_prompt, SCORE_FIELDS)
    return JudgedScore(read_prompt(prompt, SCORE_FIELDS), noise, max_tokens, then, full_score)


async def read_by(then: Scorer, name: str, reply: str, sample: Sample, env: Env) -> Score:
    """The rule's score of a judge's reply, under the chain's name."""
    score = await then(sample, Response(text=reply, model="judge"), env)
    return replace(score, scorer=name, explanation=reply)


def parts_of(target: Any) -> dict[str, str]:
    """The reference as `label`, with the first line of the `question` where an arrow parts them.

    Further parts are left out, so that an arrow in a question shifts the reference (Q33).
    """
    question, *rest = str(target).split(ARROW)
    if not rest:
        return {"label": question}
    return {"question": question.split("\n")[0], "label": rest[0]}


def same(answer: str, label: str) -> bool:
    """Whether an answer is the reference but for case, line breaks at its ends, and its dots."""
    return answer.strip("\n").replace(".", "").replace("<\\s>", "").lower() == label.lower()
