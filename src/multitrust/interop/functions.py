"""A user's Python function as a model."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from multitrust.core import (
    ConfigError,
    GenerateConfig,
    Message,
    ModelError,
    ModelIdentity,
    Response,
    UnknownNameError,
    describe_error,
    error_text,
    open_image,
    to_rgb,
)
from multitrust.interop.wrapper import FIELDS, Chat, Function, Turn, load
from multitrust.models.facts import digest_of
from multitrust.models.picture_limits import MAX_SIDE


@dataclass(frozen=True, slots=True)
class Call:
    """A call that waits for its turn."""

    arguments: tuple[Any, ...]
    options: Mapping[str, Any]
    """All that the request says; the function is told of those that it asks for."""
    future: asyncio.Future[str] = field(compare=False)


class FunctionModel:
    """A function that answers in a thread of its own: one call at a time, or one batch."""

    def __init__(
        self,
        name: str,
        function: Function,
        batch: Function | None = None,
        *,
        batch_size: int = 32,
        revision: str = "",
    ) -> None:
        self.name, self.identity = name, ModelIdentity(name=name, revision=revision)
        self.function, self.batch, self.batch_size = function, batch, batch_size
        self._waiting: list[Call] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="function")
        self._pump: asyncio.Task[None] | None = None

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """What the function says, cut at the stop texts.

        Raises:
            ImageError: a picture cannot be read.
            ModelError: the function failed, or returned no text.
        """
        return await self.call(messages, config, {})

    @property
    def fields(self) -> tuple[str, ...]:
        """Further fields of a request that the function takes."""
        return tuple(name for name in (self.batch or self.function).options if name in FIELDS)

    async def call(
        self, messages: tuple[Message, ...], config: GenerateConfig, more: Mapping[str, Any]
    ) -> Response:
        """The same as `generate`, with more of `fields`."""
        options = {**told(config), **more}
        given = (self.batch or self.function).arguments(chat_of(messages), in_rgb)
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.append(Call(given, options, future))
        if self._pump is None:
            self._pump = asyncio.ensure_future(self._serve())
        return Response(text=await future, model=self.name)

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(0)  # lets those that come together wait together
        try:
            while self._waiting:
                calls = self._next()
                outcome = await loop.run_in_executor(self._thread, self._outcome, calls)
                for place, call in enumerate(calls):
                    said = outcome if isinstance(outcome, ModelError) else outcome[place]
                    settle(call.future, said)
        finally:
            self._pump = None

    def _next(self) -> list[Call]:
        """The first waiting call and, for a batch, others with its options."""
        first = self._waiting[0]
        alike = [call for call in self._waiting if call.options == first.options]
        calls = alike[: self.batch_size] if self.batch else [first]
        taken = set(map(id, calls))
        self._waiting = [call for call in self._waiting if id(call) not in taken]
        return calls

    def _outcome(self, calls: list[Call]) -> list[str] | ModelError:
        """The answers to calls of the same options, or why there are none. Runs in the thread.

        Whatever the function raises is its failure, also `SystemExit`, `KeyboardInterrupt` (signals
        reach the main thread only) or `asyncio.CancelledError`, which would end the server.
        """
        try:
            return self._answers(calls)
        except BaseException as error:  # noqa: BLE001  whatever a user's code raises
            return failed(self.name, error)

    def _answers(self, calls: list[Call]) -> list[str]:
        """The answers to calls of the same options, in their order."""
        options = calls[0].options
        if self.batch is None:
            said = [self.function.function(*calls[0].arguments, **self.function.chosen(options))]
        else:
            columns = map(list, zip(*(call.arguments for call in calls), strict=True))
            said = list(self.batch.function(*columns, **self.batch.chosen(options)))
            if len(said) != len(calls):
                raise TypeError(
                    f"{self.batch.name} returned {len(said)} answers to {len(calls)} questions"
                )
        return [self.function.answer(answer, options) for answer in said]

    async def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=False)


def settle(future: asyncio.Future[str], outcome: str | ModelError) -> None:
    """Hand the outcome to whoever still waits for it."""
    if future.done():
        return
    if isinstance(outcome, ModelError):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


def failed(name: str, error: BaseException) -> ModelError:
    """The error of a user's code, with the place it comes from."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return ModelError(
        f"{name} failed: {describe_error(error)} "
        f"({Path(place.filename).name}, line {place.lineno})",
        kind="server",
    )


def told(config: GenerateConfig) -> dict[str, Any]:
    """What a function can ask to be told by name."""
    options = {"max_tokens": config.max_tokens, "temperature": config.temperature}
    more = {"top_p": config.top_p, "seed": config.seed, "stop": list(config.stop) or None}
    return options | {name: value for name, value in more.items() if value is not None}


def chat_of(messages: tuple[Message, ...]) -> Chat:
    """The messages as the wrapper reads them from a request."""
    turns = (
        Turn(message.role, message.text, tuple(image.read() for image in message.images))
        for message in messages
    )
    return Chat(tuple(turns), {})


def in_rgb(content: bytes) -> Any:
    """A picture as functions get it."""
    return to_rgb(open_image(content), MAX_SIDE)


def is_function(spec: str) -> bool:
    """Whether a specification names a function, FILE.py:FUNCTION."""
    return ".py:" in spec


def function_model(spec: str, options: Mapping[str, str]) -> FunctionModel:
    """The function that FILE.py:FUNCTION names.

    If there is a FUNCTION_batch beside it, that is called with lists, of `batch_size` at most.

    Raises:
        ConfigError: there is no such function, or its parameters are of no known form.
        UnknownNameError: a setting other than `batch_size`.
    """
    file, _, name = spec.rpartition(":")
    try:
        module = load(spec)
        function = Function(name, getattr(module, name))
        beside: Callable[..., Any] | None = getattr(module, f"{name}_batch", None)
        batch = None if beside is None else Function(f"{name}_batch", beside)
    except (ValueError, AttributeError, OSError) as error:
        raise ConfigError(f"{spec} cannot be served: {error_text(error)}") from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise ConfigError(
            f"{file} cannot be imported: {describe_error(error)}; install what it needs, "
            "or serve it from its own environment with --write-wrapper"
        ) from error
    if batch is not None and batch.takes != function.takes:
        raise ConfigError(f"{batch.name} and {name} must take the same arguments, as lists")
    return FunctionModel(
        Path(file).stem,
        function,
        batch,
        batch_size=batch_limit(options),
        revision=digest_of(Path(file).read_text(encoding="utf-8", errors="replace")),
    )


def batch_limit(options: Mapping[str, str]) -> int:
    """The most calls of a batch, as the settings say."""
    for name in options:
        if name not in ("batch_size", "offline"):
            raise UnknownNameError("setting of a function", name, ("batch_size",))
    size = options.get("batch_size", "32")
    if not size.isdigit() or int(size) < 1:
        raise ConfigError(f"-M batch_size={size}: expected a positive integer")
    return int(size)
