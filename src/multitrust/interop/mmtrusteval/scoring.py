"""Scores of logged samples: what the log holds is taken as it is, what it lacks is made anew.

A rule's value that the log does not hold sample by sample follows from the answer alone. What a
judge said is read again; a classifier or service that was not logged leaves the sample unscored.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from multitrust.core import (
    Env,
    GenerateConfig,
    Message,
    ModelIdentity,
    Response,
    Sample,
    Score,
    Scorer,
)
from multitrust.interop.mmtrusteval.checks import listed_key, reply_key
from multitrust.models.reasoning import split_reasoning
from multitrust.scorers.official import HarmVerdict, Judged, JudgedScore, Pair
from multitrust.tasks.official import Arm

HELD = "held"
"""Key of a sample's metadata under which scorers find the logged sample, while it is scored."""


@dataclass(frozen=True, slots=True)
class Replay:
    """The judge, saying what the log says it said, its trace of reasoning apart as live."""

    reply: str
    name: str = "log"

    @property
    def identity(self) -> ModelIdentity:
        """The name."""
        return ModelIdentity(name=self.name)

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """The logged reply."""
        answer, reasoning = split_reasoning(self.reply)
        return Response(text=answer, model=self.name, reasoning=reasoning)

    async def close(self) -> None:
        """Nothing to close."""


@dataclass(frozen=True, slots=True)
class FromLog:
    """A chain whose values and replies are taken from the log where it holds them."""

    scorer: Scorer
    listed: str
    reply: str | None

    @property
    def name(self) -> str:
        """The chain's name."""
        return self.scorer.name

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        """The logged value, or the one that follows from what is logged."""
        held: Mapping[str, Any] = sample.metadata[HELD]
        said = held.get(self.reply) if self.reply is not None else None
        if self.listed in held:
            value = float(held[self.listed])
            if math.isnan(value):
                return Score(scorer=self.name, unscored="unparsed", explanation=said or "")
            return Score(scorer=self.name, value=value, explanation=said or "")
        if said is not None and isinstance(self.scorer, Judged | JudgedScore):
            score = await self.scorer.then(sample, Response(text=said, model="judge"), env)
            return replace(score, scorer=self.name, explanation=said)
        return await self.scorer(sample, response, env)

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        """The chain's."""
        return self.scorer.exemplar(sample, good=good)


def logged_scorers(arm: Arm) -> tuple[Scorer, ...]:
    """The arm's scorers, their chains reading the log."""
    chains = {
        chain.scorer.name: FromLog(chain.scorer, listed_key(chain), reply_key(chain))
        for chain in arm.chains
    }
    named = {metric.scorer.name: metric.scorer for metric in arm.metrics()}
    return tuple(reading(scorer, chains) for scorer in named.values())


def reading(scorer: Scorer, chains: Mapping[str, FromLog]) -> Scorer:
    """The scorer, or the one made of it whose parts read the log.

    The corrected reading of the harm classifier takes the logged flag: the log holds no reply.
    """
    if scorer.name in chains:
        return chains[scorer.name]
    if isinstance(scorer, HarmVerdict):
        return replace(chains["harmbenchmodel_eval"], scorer=scorer)
    parts = getattr(scorer, "parts", None)
    if isinstance(parts, Pair):
        first, second = reading(parts.first, chains), reading(parts.second, chains)
        return replace(scorer, parts=Pair(first, second))  # type: ignore[type-var]
    return scorer


def judge_of(arm: Arm, held: Mapping[str, Any]) -> dict[str, Replay]:
    """The judge's logged reply, for the corrected protocol to read strictly.

    None where the chain may have replaced it, on noticing noise, by a score of its own.
    """
    for chain in arm.chains:
        key = reply_key(chain)
        noisy = isinstance(chain.scorer, JudgedScore) and chain.scorer.noise_prompt is not None
        if key is not None and key in held and not noisy:
            return {"judge": Replay(held[key])}
    return {}


async def scores_of(
    scorers: Sequence[Scorer], sample: Sample, response: Response, env: Env
) -> tuple[Score, ...]:
    """Each scorer's score of a logged sample; unscored with the reason where a scorer fails."""
    return tuple([await score_of(scorer, sample, response, env) for scorer in scorers])


async def score_of(scorer: Scorer, sample: Sample, response: Response, env: Env) -> Score:
    """A scorer's score. Labels that it cannot use keep no log from being read."""
    try:
        return await scorer(sample, response, env)
    except Exception as error:  # noqa: BLE001 - as in a run, a scorer may be anybody's code
        return Score(scorer=scorer.name, unscored=f"{type(error).__name__}: {error}")
