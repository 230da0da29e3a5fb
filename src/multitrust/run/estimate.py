"""What a plan amounts to: requests, pictures and tokens, by task, condition and role."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from multitrust.core import (
    Ask,
    Message,
    ModelIdentity,
    MultitrustError,
    Sample,
    asks_of,
    request_digest,
)
from multitrust.run.config import RunConfig
from multitrust.run.lengths import read_lengths
from multitrust.run.pictures import USUAL, PictureRule, size_of
from multitrust.run.plan import Entry, check_sample_ids, env_for, plan
from multitrust.run.prices import Price
from multitrust.run.sample_runner import scorers_of

TARGET = "target"
PER_TOKEN = 4
"""Characters of English in a token, as providers say."""
FRAME = 7
"""Tokens that a chat format puts around a message and before the answer."""
WORD = "and "
"""What an answer that nobody has given yet is filled with: one token."""


class Gauge(Protocol):
    """Counts the tokens of what is sent to a model."""

    def text(self, messages: Sequence[Message]) -> int:
        """Tokens of all texts, with what stands around them."""

    def picture(self, width: int, height: int) -> int:
        """Tokens of a picture of so many pixels."""


@dataclass(frozen=True, slots=True)
class Rough:
    """Counts characters and applies a rule for pictures."""

    pictures: PictureRule = USUAL

    def text(self, messages: Sequence[Message]) -> int:
        """A token for four characters, and a frame a message."""
        return sum(FRAME + math.ceil(len(message.text) / PER_TOKEN) for message in messages)

    def picture(self, width: int, height: int) -> int:
        """As the rule says."""
        return self.pictures.tokens(width, height)


@dataclass(kw_only=True, slots=True)
class Load:
    """What the model of one role is asked."""

    requests: int = 0
    most_requests: int = 0
    """Where every reply that is asked for again is unreadable."""
    images: int = 0
    characters: int = 0
    text_tokens: int = 0
    image_tokens: int = 0
    output_tokens: float = 0.0
    """Expected."""
    max_tokens: int = 0
    """Upper bound of what may be generated in `most_requests`."""

    def add(self, other: Load) -> None:
        """Count another load in."""
        for name in Load.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def input_tokens(self) -> int:
        """Of texts and pictures."""
        return self.text_tokens + self.image_tokens

    def cost(self, price: Price) -> tuple[float, float]:
        """USD as expected, and at most as far as the answers decide it."""
        more = self.most_requests / self.requests if self.requests else 1.0
        return (
            price.cost(self.input_tokens, self.output_tokens),
            price.cost(self.input_tokens * more, self.max_tokens),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanLine:
    """What one condition of a task asks of the models."""

    task: str
    condition: str
    samples: int
    loads: Mapping[str, Load]
    """By role: `target`, and the roles that the scorers ask."""

    @property
    def requests(self) -> int:
        """Of the target."""
        return self.loads[TARGET].requests

    @property
    def images(self) -> int:
        """Shown to the target."""
        return self.loads[TARGET].images


def total(lines: Sequence[PlanLine]) -> dict[str, Load]:
    """The loads of all lines by role."""
    loads: dict[str, Load] = {}
    for line in lines:
        for role, load in line.loads.items():
            loads.setdefault(role, Load()).add(load)
    return loads


@dataclass(frozen=True, kw_only=True, slots=True)
class Answerer:
    """A model as a plan knows it."""

    name: str = ""
    """As it is given with --model."""
    gauge: Gauge = field(default_factory=Rough)
    trace: int = 0
    """Tokens that it may spend on thinking, besides the limit of a request."""


async def plan_lines(
    config: RunConfig, models: Mapping[str, Answerer] | None = None
) -> tuple[PlanLine, ...]:
    """What the run will ask, by task and condition. Makes samples, asks no model.

    A request that another condition has made already is not counted again.

    Args:
        config: the run; its models are not used.
        models: what would be asked, by role; where there is none, tokens are counted roughly.

    Raises:
        UnknownNameError: a chosen sample does not exist.
        ImageError: a picture cannot be read.
    """
    await check_sample_ids(config)
    counting = Counting(config, models or {})
    samples: Counter[tuple[str, str]] = Counter()
    loads: dict[tuple[str, str], dict[str, Load]] = {}
    for entry in plan(config):
        await asyncio.sleep(0)  # steps need not give way to the loop, which a signal has to reach
        where = (entry.task.id, entry.condition.name)
        samples[where] += entry.epoch == 0
        mine = loads.setdefault(where, {TARGET: Load()})
        sample = await entry.condition.present(entry.sample, env_for(config, entry))
        for role, load in counting.loads(entry, sample):
            mine.setdefault(role, Load()).add(load)
    return tuple(
        PlanLine(task=task, condition=condition, samples=samples[task, condition], loads=found)
        for (task, condition), found in loads.items()
    )


@dataclass(frozen=True, slots=True)
class Counting:
    """What the entries of a plan have in common while they are counted."""

    config: RunConfig
    models: Mapping[str, Answerer]
    _asked: set[str] = field(default_factory=set)
    """Digests of the requests so far."""

    def loads(self, entry: Entry, sample: Sample) -> Iterator[tuple[str, Load]]:
        """What one entry asks, by role."""
        limit = self.config.max_tokens or entry.task.config.max_tokens
        settings = replace(entry.task.config, max_tokens=limit)
        name = self.models.get(TARGET, Answerer()).name
        expected = read_lengths().answer(name, entry.task.id, limit)
        digest = request_digest(ModelIdentity(name=""), sample.input, settings, entry.epoch)
        if digest not in self._asked:
            self._asked.add(digest)
            yield TARGET, self.load(TARGET, sample.input, limit, expected)
        for ask in asks(entry, sample, WORD * round(expected)):
            message = Message(role="user", text=ask.text)
            reply = read_lengths().reply * ask.max_tokens
            load = self.load(ask.role, (message,), ask.max_tokens, reply)
            load.most_requests = ask.at_most
            load.max_tokens *= ask.at_most
            yield ask.role, load

    def load(self, role: str, messages: Sequence[Message], limit: int, expected: float) -> Load:
        """One request."""
        model = self.models.get(role, Answerer())
        images = [image for message in messages for image in message.images]
        return Load(
            requests=1,
            most_requests=1,
            images=len(images),
            characters=sum(len(message.text) for message in messages),
            text_tokens=model.gauge.text(messages),
            image_tokens=sum(model.gauge.picture(*size_of(image)) for image in images),
            output_tokens=expected + read_lengths().trace * model.trace,
            max_tokens=limit + model.trace,
        )


def asks(entry: Entry, sample: Sample, answer: str) -> tuple[Ask, ...]:
    """What the entry's scorers ask about an answer, the same only once."""
    found: dict[Ask, None] = {}
    for scorer in scorers_of(entry.task.metrics_of(entry.condition)):
        try:
            found |= dict.fromkeys(asks_of(scorer, sample, answer))
        except MultitrustError:
            continue  # the scorer will leave such an answer unscored
    return tuple(found)
