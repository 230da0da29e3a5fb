"""Asking a model that may be anybody's code: what it returns is checked before it is kept."""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any

from multitrust.core import (
    ConfigError,
    GenerateConfig,
    Message,
    Model,
    ModelError,
    ModelIdentity,
    Response,
    describe_error,
)
from multitrust.run.codec import COUNTS, response_fault, shortened
from multitrust.run.own_code import current_task, ends_task

log = logging.getLogger("multitrust.run")

EXPECTED = "expected a Response, e.g. Response(text='Yes', model='my-model')"
LARGEST = 2**64 - 1
"""The largest count that a store can hold."""
CLOSING = 10.0
"""Seconds that a model has to close."""
LATE = 1.0
"""Seconds after which a `close` that should have been given up holds up the event loop."""


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
    """The model's response; of a class of its own that extends `Response`, the fields of that.

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
    known = {one.name: getattr(found, one.name) for one in fields(Response)}
    if fault := fault_of(known):
        raise ModelError(f"{model.name}: in its Response, {fault}", kind="bad_reply")
    return found if type(found) is Response else Response(**known)


def fault_of(known: Mapping[str, Any]) -> str:
    """What of a response, given by its fields, cannot be; empty if nothing."""
    if fault := response_fault(known):
        return fault
    for name in COUNTS:
        count = known[name]
        if count is not None and not (isinstance(count, int) and 0 <= count <= LARGEST):
            return f"{name} is {count}, expected None or a whole number from 0 to {LARGEST}"
    return ""


async def close(model: Model, seconds: float = CLOSING) -> None:
    """Close a model; its `close` may be a plain function.

    What was answered is worth no less where that fails or takes more than `seconds`: then a warning
    says so, and the model is left as it is.
    """
    task = asyncio.ensure_future(closing(model))
    with telling_of_block(model, seconds + LATE):
        done, _ = await asyncio.wait({task}, timeout=seconds)
    if not done:
        log.warning("%s was not closed: its close took more than %g s", model.name, seconds)
        task.cancel()
    elif failure := task.result():
        log.warning("%s was not closed: its close raised %s", model.name, describe_error(failure))


@contextmanager
def telling_of_block(model: Model, seconds: float) -> Iterator[None]:
    """Warn once after so many seconds, also where the model's `close` holds up the event loop."""
    words = "%s is still closing after %g s and holds everything up; Ctrl-C twice ends that"
    timer = threading.Timer(seconds, log.warning, (words, model.name, seconds))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


async def closing(model: Model) -> BaseException | None:
    """Close a model; returns what its `close` raised, if anything."""
    task = current_task()
    try:
        pending: object = model.close()
        if inspect.isawaitable(pending):
            await pending
    except BaseException as error:  # a model may be anybody's code
        if ends_task(error, task):
            raise
        return error
    return None


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
