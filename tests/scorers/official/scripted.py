"""Models that answer by a script and remember what they were asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from multitrust.core import (
    Env,
    GenerateConfig,
    Message,
    Model,
    ModelError,
    ModelIdentity,
    Response,
    Sample,
    Score,
    Scorer,
)

SCRIPTED, ANSWERING = ModelIdentity(name="scripted"), ModelIdentity(name="answering")


@dataclass(frozen=True)
class Scripted:
    """Gives its replies in order; a `ModelError` among them is raised."""

    replies: list[str | Response | ModelError]
    asked: list[str] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)
    name: str = "scripted"
    identity: ModelIdentity = SCRIPTED

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        (message,) = messages
        assert (message.role, message.images, config.temperature) == ("user", (), 0.0)
        self.asked.append(message.text)
        self.limits.append(config.max_tokens)
        reply = self.replies[len(self.asked) - 1]
        if isinstance(reply, ModelError):
            raise reply
        return reply if isinstance(reply, Response) else Response(text=reply, model="scripted")

    async def close(self) -> None: ...


@dataclass(frozen=True)
class Answering:
    """Gives a reply that depends on the prompt."""

    reply: Callable[[str], str]
    name: str = "answering"
    identity: ModelIdentity = ANSWERING

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        return Response(text=self.reply(messages[-1].text), model="answering")

    async def close(self) -> None: ...


def score(
    scorer: Scorer,
    answer: str | Response,
    target: Any = None,
    *,
    extra: dict[str, Any] | None = None,
    question: str = "?",
    models: Mapping[str, Model] | None = None,
    **named: Model,
) -> Score:
    """The score of an answer, the models given by role."""
    sample = Sample.ask("1", question, target=target, metadata={"extra": extra} if extra else {})
    response = Response(text=answer, model="m") if isinstance(answer, str) else answer
    return asyncio.run(scorer(sample, response, Env(models={**(models or {}), **named})))


def failing() -> Scripted:
    """A model that never replies."""
    return Scripted([ModelError("no connection to the judge", kind="connection")])
