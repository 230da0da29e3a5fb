"""Sample: one question, its known answer, and what may be shown with it."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

from multitrust.core.identity import ModelIdentity
from multitrust.core.messages import GenerateConfig, Image, Message, Response


class Model(Protocol):
    """Anything that answers messages."""

    @property
    def name(self) -> str:
        """How the user named the model, e.g. `openai/gpt-4o`."""

    @property
    def identity(self) -> ModelIdentity:
        """What determines its answers: two models with equal identities give one answer."""

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """Answer the messages.

        Raises:
            ModelError: no answer was obtained; says whether asking again may help.
            ImageError: a picture in the messages cannot be used.
        """

    async def close(self) -> None:
        """Release connections and memory. Calling it twice is harmless."""


@dataclass(frozen=True, kw_only=True)
class Env:
    """All that a step or a scorer may use besides its arguments."""

    seed: str = ""
    """Made of the sample's key and the run's seed."""
    models: Mapping[str, Model] = field(default_factory=dict)
    """Models by role (`judge`, `attacker`)."""

    @cached_property
    def rng(self) -> random.Random:
        """The only source of randomness; seeded when it is first used, as few samples need it."""
        return random.Random(self.seed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One question with its target."""

    id: str
    """Unique within the dataset; the same in all conditions, so that conditions pair."""
    input: tuple[Message, ...]
    target: Any = None
    """The known answer; JSON-serialisable."""
    choices: tuple[str, ...] = ()
    images: Mapping[str, Image] = field(default_factory=dict)
    """Pictures at hand by name, not yet shown."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """JSON-serialisable facts. Reserved keys: `family` (cluster of samples that share content),
    `stratum` (what a stratified subset balances), `kind` (a subset that is reported apart)."""

    @classmethod
    def ask(
        cls,
        id: str,
        text: str,
        *,
        target: Any = None,
        choices: tuple[str, ...] = (),
        images: Mapping[str, Image] | None = None,
        show: Image | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Sample:
        """A sample of one user message; `show` is a picture that is shown in every condition."""
        message = Message(role="user", text=text, images=(show,) if show is not None else ())
        return cls(
            id=id,
            input=(message,),
            target=target,
            choices=choices,
            images=dict(images or {}),
            metadata=dict(metadata or {}),
        )

    @property
    def text(self) -> str:
        """The text of the last message."""
        return self.input[-1].text

    @property
    def family(self) -> str:
        """The cluster that the sample belongs to; its id when it stands alone."""
        return str(self.metadata.get("family", self.id))

    def with_text(self, text: str) -> Sample:
        """The same sample, its last message worded otherwise."""
        return replace(self, input=(*self.input[:-1], replace(self.input[-1], text=text)))

    def showing(self, image: Image) -> Sample:
        """The same sample with one more picture in its last message."""
        last = self.input[-1]
        return replace(self, input=(*self.input[:-1], replace(last, images=(*last.images, image))))


Step = Callable[[Sample, Env], "Sample | Awaitable[Sample]"]
"""One step of a condition: presents, changes or attacks a sample."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where samples come from: `embedded` (made by our code from a seed) or `official`."""

    name: str = "embedded"
    seed: int = 0
    root: str | None = None
    """Folder of the official data; unused for embedded data."""


class Dataset(Protocol):
    """Named samples, the same every time for the same origin."""

    @property
    def name(self) -> str:
        """E.g. `truthfulness/basic_world/object`."""

    def samples(self, origin: Origin) -> Iterable[Sample]:
        """The samples in a fixed order.

        Raises:
            DataUnavailableError: the origin does not hold this dataset.
        """
