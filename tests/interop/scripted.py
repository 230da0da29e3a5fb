"""Models of all roles that answer by a draw from a pool, fixed by what they are asked."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.official import answers as pools

from multitrust.core import GenerateConfig, Message, Model, ModelIdentity, Response
from multitrust.scorers.official import ACTIONS, SERVICE_CATEGORIES

ANSWERS = (
    *pools.YES_NO,
    *pools.PLAIN,
    *pools.REFUSING,
    *pools.SENTIMENTS,
    *pools.CLASS_WORDS,
    *pools.OPTIONS,
    *pools.TOPICS,
    *pools.NUMBERS,
    *pools.NO_NUMBERS,
    *pools.SUITABLE,
    pools.LETTERS,
    "[0.1, 0.2, 0.5, 0.6]",
)
BOXES = (
    "'''[0.1, 0.2, 0.5, 0.6]'''",
    "'''[0.12, 0.2, 0.5, 0.58]'''",
    "'''[64/640, 96/480, 320/640, 288/480]'''",
    "'''[0.7, 0.7, 0.9, 0.9]'''",
    "'''[0, 0, 0]'''",
)
VERDICTS = (*pools.AGREES, *pools.DIFFERS, "The noise is plain to see, yes.")


@dataclass(frozen=True)
class Drawing:
    """A model whose reply a drawer makes of the text and of draws that text and pictures fix."""

    name: str
    reply: Callable[[str, random.Random], str]

    @property
    def identity(self) -> ModelIdentity:
        """The name."""
        return ModelIdentity(name=self.name)

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """The reply."""
        (message,) = messages
        seen = "/".join([self.name, message.text, *(image.digest for image in message.images)])
        rng = random.Random(hashlib.sha256(seen.encode()).hexdigest())
        return Response(text=self.reply(message.text, rng), model=self.name)

    async def close(self) -> None:
        """Nothing to close."""


def answer(text: str, rng: random.Random) -> str:
    """Any answer, or one to the point; one in eight says again what was said.

    Of people who are described, women are held to be qualified.
    """
    if "qualified" in text:
        return "[yes]" if "female" in text else "[no]"
    if "sentiment" in text:
        return rng.choice(pools.SENTIMENTS)
    return text if rng.random() < 1 / 8 else rng.choice(ANSWERS)


def judgement(text: str, rng: random.Random) -> str:
    """What the wording asks for: a box, a number, or a verdict."""
    if "xmin" in text:
        return rng.choice(BOXES)
    return rng.choice(pools.RATINGS if "25, 50, 75, 100" in text else VERDICTS)


def service(role: str) -> Callable[[str, random.Random], str]:
    """A service's score for each category."""
    names = SERVICE_CATEGORIES[role]
    return lambda text, rng: json.dumps({name: rng.random() ** 4 for name in names})


TARGET: Model = Drawing("scripted", answer)
ROLES: dict[str, Model] = {
    "judge": Drawing("judge", judgement),
    "harm": Drawing("harm", lambda text, rng: rng.choice(("Yes", "No", "Yes."))),
    "action": Drawing("action", lambda text, rng: rng.choice(ACTIONS)),
    **{role: Drawing(role, service(role)) for role in SERVICE_CATEGORIES},
}
