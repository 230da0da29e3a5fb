"""A server of this machine that checks requests as the real one does, and answers from the prompt.

The prompt names in brackets what is to happen: `[answered]`, `[blocked]`, `[busy]` … The formats
beside this file say what a request must look like and what each reply is.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import io
import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from PIL import Image
from tests.stub_server import shut

KEY = "loopback-key-0123456789"
SORRY = "I'm sorry, but I can't help with that."
THOUGHT = "The picture is red, so the answer is yes."
NUMBER = (int, float)
NOTES: Mapping[int, str] = {
    400: "invalid_request_error", 401: "authentication_error", 404: "not_found_error",
    429: "rate_limit_error", 500: "api_error",
}  # fmt: skip
"""Status -> the type of an error, at OpenAI and Anthropic."""
Json = dict[str, Any]


class Refused(Exception):
    """A request that the real server would not accept."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


@dataclass(frozen=True, kw_only=True)
class Api:
    """What one format's server demands and sends."""

    spec: str
    """What is given as `--model`."""
    key_name: str
    path: str
    check: Callable[[Mapping[str, str], Json], str]
    """(headers, body) -> the text of the last message. Raises Refused."""
    replies: Mapping[str, Json]
    """What happens -> the body of a reply with status 200."""
    error: Callable[[int, str], Json]
    """(status, message) -> the body of an error."""
    blocked: tuple[int, Json]
    """The answer to a prompt that is stopped before the model sees it."""
    snapshot: str
    """The model that says it answered."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """What else must be set."""
    refusals: Mapping[str, tuple[Json, ...]] = field(default_factory=dict)
    """What happens -> the bodies of replies with status 429 that come first."""


@dataclass
class Loopback:
    """A running server and what it has seen."""

    api: Api
    url: str = ""
    bodies: list[Json] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    """Requests by what was to happen."""

    async def answer(self, request: web.Request) -> web.Response:
        try:
            body = await self.read(request)
            wanted = "".join(re.findall(r"\[([a-z ]+)\]", self.api.check(request.headers, body)))
        except Refused as refused:
            return web.json_response(
                self.api.error(refused.status, refused.message), status=refused.status
            )
        self.bodies.append(body)
        self.asked[wanted] += 1
        return self.behave(wanted)

    async def read(self, request: web.Request) -> Json:
        if request.path != self.api.path:
            raise Refused(404, f"there is nothing at {request.path}")
        if request.query_string:
            raise Refused(400, "a key or anything else in the address")
        if request.content_type != "application/json":
            raise Refused(400, f"content type {request.content_type}")
        try:
            body = json.loads(await request.read())
        except ValueError:
            raise Refused(400, "no JSON") from None
        if not isinstance(body, dict):
            raise Refused(400, "no JSON object")
        return body

    def behave(self, wanted: str) -> web.Response:
        if wanted == "broken":
            return web.json_response(self.api.error(500, "internal"), status=500)
        if wanted == "busy" and self.asked["busy"] == 1:
            return web.json_response(
                self.api.error(429, "slow down"), status=429, headers={"Retry-After": "0"}
            )
        refusals = self.api.refusals.get(wanted, ())
        if self.asked[wanted] <= len(refusals):
            return web.json_response(refusals[self.asked[wanted] - 1], status=429)
        if wanted == "blocked early":
            status, body = self.api.blocked
            return web.json_response(body, status=status)
        reply = self.api.replies.get(wanted) or self.api.replies["answered"]
        ids = {"id", "responseId"} & reply.keys()  # no two replies of a server have the same
        return web.json_response(reply | {n: f"{reply[n]}-{len(self.bodies)}" for n in ids})


def only(body: Json, needed: Json, optional: Json | None = None) -> None:
    """Refuse a field that is missing, of another type, or unknown."""
    known = {**needed, **(optional or {})}
    for name, value in body.items():
        if name not in known:
            raise Refused(400, f"unknown field {name!r}")
        if not isinstance(value, known[name]) or isinstance(value, bool) != (known[name] is bool):
            raise Refused(400, f"{name} is a {type(value).__name__}")
    for name in needed:
        if name not in body:
            raise Refused(400, f"{name} is missing")


def check_picture(media_type: str, encoded: str, *, most: int, side: int) -> None:
    """Refuse a picture that is not what it says, too heavy or too large.

    Args:
        media_type: what it says it is.
        encoded: base64.
        most: bytes of base64, at most.
        side: pixels, at most.
    """
    if media_type not in ("image/png", "image/jpeg"):
        raise Refused(400, f"media type {media_type}")
    if len(encoded) > most:
        raise Refused(400, f"image exceeds {most} bytes: {len(encoded)}")
    try:
        opened = Image.open(io.BytesIO(base64.b64decode(encoded, validate=True)))
        opened.load()
    except (binascii.Error, OSError):
        raise Refused(400, "could not process image") from None
    if f"image/{str(opened.format).lower()}" != media_type:
        raise Refused(400, f"a {opened.format} that says it is {media_type}")
    if max(opened.size) > side:
        raise Refused(400, f"image dimensions exceed {side} pixels: {opened.size}")


def check_data_uri(uri: str, *, most: int, side: int) -> None:
    """As `check_picture`, for a data URI."""
    found = re.fullmatch(r"data:([a-z/]+);base64,([A-Za-z0-9+/=]+)", uri)
    if found is None:
        raise Refused(400, f"invalid image url {uri[:40]!r}")
    check_picture(found[1], found[2], most=most, side=side)


@contextmanager
def serving(api: Api) -> Iterator[Loopback]:
    """Serve in a thread of its own."""
    server = Loopback(api)
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        app = web.Application(client_max_size=64_000_000)
        app.router.add_post("/{path:.*}", server.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        stop = asyncio.Event()
        started.set_result((asyncio.get_running_loop(), stop))
        await stop.wait()
        await shut(runner)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    loop, stop = started.result(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
