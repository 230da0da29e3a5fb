"""An OpenAI-compatible endpoint in front of any model.

Requests that come together reach the model together, so that a local model answers them in one
batch. The format is read and written by `wrapper`, which serves alone where multitrust cannot be.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from multitrust.core import GenerateConfig, ImageError, Message, Model, ModelError, Response
from multitrust.core.errors import ModelErrorKind
from multitrust.interop.wrapper import (
    MAX_BODY,
    Chat,
    Refused,
    is_admitted,
    model_list,
    read_chat,
    reply,
)

log = logging.getLogger("multitrust.serve")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
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

    def application(self) -> web.Application:
        """The endpoint's routes."""
        app = web.Application(client_max_size=MAX_BODY, middlewares=[self.guard])
        app.router.add_get("/health", self.health)
        app.router.add_get("/v1/models", self.models)
        app.router.add_post("/v1/chat/completions", self.complete)
        return app

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let in who has the key; put every error into the format of the OpenAI API."""
        try:
            header = request.headers.get("Authorization")
            if request.path != "/health" and not is_admitted(header, self.key):
                raise Refused("the key is missing or wrong; send Authorization: Bearer KEY", 401)
            return await handler(request)
        except Refused as error:
            refused = error
        except web.HTTPException as error:
            refused = Refused(f"{request.method} {request.path}: {error.reason}", error.status)
        except ImageError as error:
            refused = Refused(str(error))
        except ModelError as error:
            refused = Refused(str(error), STATUSES.get(error.kind, 502))
        except Exception as error:  # a model may be anybody's code
            log.exception("%s failed", self.model.name)
            refused = Refused(f"{self.name} failed: {type(error).__name__}: {error}", 500)
        return web.json_response(refused.body(), status=refused.status)

    async def health(self, request: web.Request) -> web.Response:
        """Answers once the model is there."""
        return web.json_response({"status": "ok"})

    async def models(self, request: web.Request) -> web.Response:
        """The one model."""
        return web.json_response(model_list(self.name))

    async def complete(self, request: web.Request) -> web.Response:
        """The model's answer."""
        chat = read_chat(await request.read())
        response = await self.model.generate(messages_of(chat), config_of(chat.options))
        return web.json_response(as_reply(response, self.name))


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
    runner = web.AppRunner(endpoint.application(), access_log=None, shutdown_timeout=5)
    try:
        await runner.setup()
        await web.TCPSite(runner, host, port, backlog=1024).start()
        taken = runner.addresses[0][1]
        ready(f"http://{f'[{host}]' if ':' in host else host}:{taken}/v1")
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
        await endpoint.model.close()
