"""An OpenAI-compatible endpoint in front of any model.

Requests that come together reach the model together, so that a local model answers them in one
batch. The format is read and written by `wrapper`, which serves alone where multitrust cannot be.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from multitrust.core import (
    GenerateConfig,
    ImageError,
    Message,
    Model,
    ModelError,
    Response,
    describe_error,
    error_text,
)
from multitrust.core.errors import ModelErrorKind
from multitrust.interop.functions import FunctionModel
from multitrust.interop.wrapper import OPTIONS, Chat, ChatServer, Refused, read_chat, reply

log = logging.getLogger("multitrust.serve")
TOKENS = 512
"""New tokens at most, where a request does not say."""
STATUSES: Mapping[ModelErrorKind, int] = {
    "bad_request": 400,
    "rate_limit": 429,
    "server": 500,
    "timeout": 504,
}
"""What a failure of the model is told as; 502 where it is none of these."""
FINISHES = {"end": "stop", "refusal": "stop", "length": "length", "filter": "content_filter"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture that came with a request."""

    content: bytes

    @property
    def digest(self) -> str:
        """sha256 (hex) of its bytes."""
        return hashlib.sha256(self.content).hexdigest()

    def read(self) -> bytes:
        """Its bytes."""
        return self.content


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model and what it is called. Any name in a request means this model."""

    model: Model
    name: str
    key: str = ""
    """What requests must show; empty if they need not."""

    def server(self) -> ChatServer:
        """The server of its requests, which does not listen yet."""
        return ChatServer(self.name, self.key, self.complete)

    async def complete(self, body: bytes | bytearray) -> dict[str, Any]:
        """The reply to a chat.

        Raises:
            Refused: the request cannot be carried out, or the model failed.
        """
        fields = self.model.fields if isinstance(self.model, FunctionModel) else ()
        chat = read_chat(body, fields)
        try:
            return as_reply(await self.answer(chat), self.name)
        except ImageError as error:
            raise Refused(error_text(error)) from None
        except ModelError as error:
            raise Refused(error_text(error), STATUSES.get(error.kind, 502)) from None
        except (KeyboardInterrupt, GeneratorExit, asyncio.CancelledError):
            raise
        except BaseException as error:  # a model may be anybody's code
            log.exception("%s failed", self.model.name)
            raise Refused(f"{self.name} failed: {describe_error(error)}", 500) from None

    async def answer(self, chat: Chat) -> Response:
        """What the model says."""
        messages, config = messages_of(chat), config_of(chat.options)
        if isinstance(self.model, FunctionModel):
            more = {key: value for key, value in chat.options.items() if key not in OPTIONS}
            return await self.model.call(messages, config, more)
        return await self.model.generate(messages, config)


def messages_of(chat: Chat) -> tuple[Message, ...]:
    """The turns of a request; pictures stand before the text of their turn."""
    return tuple(
        Message(role=turn.role, text=turn.text, images=tuple(map(Sent, turn.pictures)))  # type: ignore[arg-type]
        for turn in chat.turns
    )


def config_of(options: Mapping[str, Any]) -> GenerateConfig:
    """How a request wants its answer generated: greedily unless it says otherwise."""
    return GenerateConfig(
        max_tokens=options.get("max_tokens", TOKENS),
        temperature=options.get("temperature", 0.0),
        top_p=options.get("top_p"),
        stop=tuple(options.get("stop", ())),
        seed=options.get("seed"),
    )


def as_reply(response: Response, name: str) -> dict[str, Any]:
    """A response in the format of the OpenAI API; usage is there if the model tells it."""
    more: dict[str, str | None] = {}
    if response.reasoning:
        more["reasoning_content"] = response.reasoning
    if response.stop == "refusal":
        more |= {"content": None, "refusal": response.text}
    return reply(response.text, name, FINISHES[response.stop], usage(response), **more)


def usage(response: Response) -> dict[str, int] | None:
    """The tokens of a request and its answer; None where they are not known."""
    asked, said = response.input_tokens, response.output_tokens
    if asked is None or said is None:
        return None
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


async def serve(endpoint: Endpoint, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until cancelled, then close the model.

    Args:
        endpoint: what is served.
        host: the address to listen on.
        port: the port to listen on; 0 for a free one.
        ready: told the address under which requests are answered.

    Raises:
        OSError: the port is taken.
    """
    listening = await endpoint.server().start(host, port)
    try:
        taken = listening.sockets[0].getsockname()[1]
        ready(f"http://{f'[{host}]' if ':' in host else host}:{taken}/v1")
        await asyncio.Event().wait()
    finally:
        listening.close()
        await endpoint.model.close()
