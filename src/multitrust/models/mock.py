"""Scripted models, for tests and for trying things out: no network, no weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from multitrust.core import (
    ConfigError,
    GenerateConfig,
    Message,
    ModelIdentity,
    Response,
    UnknownNameError,
    request_digest,
)

Script = Callable[[tuple[Message, ...]], str]
REFUSAL = "I'm sorry, but I can't help with that request."
SCRIPTS: Mapping[str, Script] = {
    "refuser": lambda messages: REFUSAL,
    "yes-sayer": lambda messages: "Yes",
    "no-sayer": lambda messages: "No",
    "echo": lambda messages: messages[-1].text,
    "silent": lambda messages: "",
}
KEYED = ("saint", "wretch")
"""Mocks that answer from a key of best or worst answers."""
MOCKS = (*SCRIPTS, *KEYED)


@dataclass(frozen=True, slots=True)
class Mock:
    """A model that answers by a script."""

    name: str
    script: Script

    @property
    def identity(self) -> ModelIdentity:
        """The name, which fixes the script; the key of `saint` and `wretch` follows from a run."""
        return ModelIdentity(name=self.name)

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """What the script says."""
        return Response(text=self.script(messages), model=self.name)

    async def close(self) -> None:
        """Nothing to close."""


def messages_digest(messages: tuple[Message, ...]) -> str:
    """What an answer key is keyed by."""
    return request_digest(ModelIdentity(name=""), messages, GenerateConfig())


def mock(name: str, answers: Mapping[str, str] | None = None) -> Mock:
    """The mock of that name; `saint` and `wretch` need an answer key.

    Raises:
        UnknownNameError: there is no such mock.
        ConfigError: the mock needs an answer key and there is none.
    """
    if name in SCRIPTS:
        return Mock(f"mock/{name}", SCRIPTS[name])
    if name not in KEYED:
        raise UnknownNameError("mock model", name, MOCKS)
    if answers is None:
        raise ConfigError(f"mock/{name} answers from a key that only a run of tasks can make")
    return Mock(f"mock/{name}", lambda messages: answers[messages_digest(messages)])
