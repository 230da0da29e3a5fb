"""Asking a model that may be anybody's code: what it returns is checked before it is kept."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, fields

from multitrust.core import (
    ConfigError,
    GenerateConfig,
    Message,
    Model,
    ModelError,
    ModelIdentity,
    Response,
)
from multitrust.run.codec import COUNTS, response_fault, shortened

EXPECTED = "expected a Response, e.g. Response(text='Yes', model='my-model')"
LARGEST = 2**64 - 1
"""The largest count that a store can hold."""


def check_methods(model: Model, role: str) -> None:
    """See that a model, which may be of the user's own making, has what a run calls.

    Raises:
        ConfigError: it has no name, no `generate` or no `close`.
    """
    kind = type(model).__name__
    name = getattr(model, "name", None)
    if not isinstance(name, str):
        raise ConfigError(f"{role}: the name of {kind} is {shortened(name)}, expected a text")
    signatures = {
        "generate": "async def generate(self, messages, config) -> Response",
        "close": "async def close(self) -> None: pass",
    }
    for method, signature in signatures.items():
        if not callable(getattr(model, method, None)):
            raise ConfigError(f"{role}: {kind} has no method {method}; expected `{signature}`")


async def generate(model: Model, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
    """The model's response.

    Raises:
        ModelError: it returned something else, or a response with a field of another type;
            whatever the model itself raises.
    """
    pending: object = model.generate(messages, config)
    if not inspect.isawaitable(pending):
        raise ModelError(
            f"{model.name}: generate returned {shortened(pending)} at once, expected a coroutine; "
            "write `async def generate`",
            kind="bad_reply",
        )
    found: object = await pending
    if not isinstance(found, Response):
        raise ModelError(
            f"{model.name}: generate returned {shortened(found)}, {EXPECTED}", kind="bad_reply"
        )
    if fault := fault_of(found):
        raise ModelError(f"{model.name}: in its Response, {fault}", kind="bad_reply")
    return found


def fault_of(response: Response) -> str:
    """What of a model's response cannot be; empty if nothing."""
    known = {one.name: getattr(response, one.name) for one in fields(Response)}
    if fault := response_fault(known):
        return fault
    for name in COUNTS:
        count = known[name]
        if count is not None and not (isinstance(count, int) and 0 <= count <= LARGEST):
            return f"{name} is {count}, expected None or a whole number from 0 to {LARGEST}"
    return ""


async def close(model: Model) -> None:
    """Close a model; its `close` may be a plain function."""
    pending: object = model.close()
    if inspect.isawaitable(pending):
        await pending


@dataclass(frozen=True, slots=True)
class WrappedModel:
    """A model in a role, between which and its asker something stands: it has its name."""

    model: Model
    role: str

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    @property
    def identity(self) -> ModelIdentity:
        """The model's identity."""
        return self.model.identity

    async def close(self) -> None:
        """Close the model."""
        await close(self.model)
