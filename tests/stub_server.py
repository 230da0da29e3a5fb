"""An OpenAI-compatible server that behaves as it is told, well or badly.

As a program, for benchmarks: `python tests/stub_server.py --port 8901 --latency-ms 50`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

OK: dict[str, Any] = {
    "model": "stub",
    "choices": [{"message": {"role": "assistant", "content": "Yes"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 7, "completion_tokens": 1},
}


ENDINGS = {
    "ok": "answered",
    "slow": "answered",
    "filter": "blocked",
    "filter 400": "blocked",
    "say ": "empty",
    "cut": "truncated",
    "list": "errored",
    "odd": "errored",
}
"""Behaviours after which a request is not made again, and the outcomes that they are."""
TROUBLE = (
    "429", "429 after 0.05", "500", "502", "503", "reset", "half", "truncated", "html",
    "empty choices", "hang",
)  # fmt: skip
"""Behaviours after which the same request may succeed."""


@dataclass
class Chaos:
    """Draws a behaviour for each request: mostly `ok`, now and then one of all the others."""

    rate: float = 0.05
    rng: random.Random = field(default_factory=lambda: random.Random(7))
    falls: tuple[int, ...] = ()
    """After how many requests the server goes down."""
    down_for: float = 3.0
    down: bool = False
    ended: dict[str, list[str]] = field(default_factory=dict)
    """Prompt -> what ended it: one behaviour each, if none is asked for twice."""
    troubles: Counter[str] = field(default_factory=Counter)

    def draw(self, request: dict[str, Any]) -> str:
        if self.down:
            name = "reset"
        elif self.rng.random() >= self.rate:
            name = "ok"
        else:
            name = self.rng.choice((*TROUBLE, *list(ENDINGS)[1:]))
        self.troubles[name] += 1
        if name in ENDINGS:
            said = request["messages"][0]["content"]
            prompt = said if isinstance(said, str) else said[-1]["text"]
            self.ended.setdefault(prompt, []).append(name)
        return name


@dataclass
class Stub:
    """What the server does, and what it has seen."""

    script: list[str] = field(default_factory=list)
    """Behaviours of the next requests, by name; `ok` when it runs out."""
    chaos: Chaos | None = None
    """Chooses the behaviours when there is no script."""
    latency: float = 0.0
    port: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    flapping: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            self.requests.append(await request.json())
            self.headers.append(dict(request.headers))
            behaviour = self.script.pop(0) if self.script else self.drawn()
            await asyncio.sleep(self.latency)
            response = await self.behave(behaviour, request)
            if not response.prepared:
                response.headers.update(echoed_id(request))
            return response
        finally:
            self.in_flight -= 1

    def drawn(self) -> str:
        return "ok" if self.chaos is None else self.chaos.draw(self.requests[-1])

    async def flap(self, runner: web.AppRunner, site: web.TCPSite, chaos: Chaos) -> None:
        """Go down when it is time: refuse connections, and break those that are open."""
        for after in chaos.falls:
            while len(self.requests) < after:
                await asyncio.sleep(0.01)
            chaos.down = True
            await site.stop()
            await asyncio.sleep(chaos.down_for)
            site = web.TCPSite(runner, "127.0.0.1", self.port, reuse_address=True)
            await site.start()
            chaos.down = False

    async def behave(self, name: str, request: web.Request) -> web.StreamResponse:
        if name.isdigit():
            return web.json_response({"error": {"message": f"status {name}"}}, status=int(name))
        if name.startswith("429 after "):
            headers = {"Retry-After": name.removeprefix("429 after ")}
            return web.json_response({}, status=429, headers=headers)
        if name.startswith("echo "):
            said = {"error": {"message": f"no good: {request.headers['Authorization']}"}}
            return web.json_response(said, status=int(name.removeprefix("echo ")))
        if name == "half":
            return await self.in_parts(request, json.dumps(OK)[:60], len(json.dumps(OK)), 0)
        if name == "slow":
            return await self.in_parts(request, json.dumps(OK), len(json.dumps(OK)), 0.005)
        if name == "cut":
            return web.json_response(reply("Let me look at", "length"))
        if name == "hang":
            await asyncio.sleep(30)
        if name == "reset":
            assert request.transport is not None
            request.transport.abort()
        if name == "truncated":
            return web.Response(body=json.dumps(OK)[:40], content_type="application/json")
        if name == "html":
            return web.Response(text="<html>Welcome</html>", content_type="text/html")
        if name == "list":
            return web.json_response([1, 2])
        if name == "empty choices":
            return web.json_response({"choices": []})
        if name == "odd":
            return web.json_response({"choices": [{"text": "Yes"}]})
        if name == "error in 200":
            return web.json_response({"error": {"message": "no capacity"}})
        if name == "filter 400":
            refusal = {"error": {"code": "content_filter", "message": "stopped by a filter"}}
            return web.json_response(refusal, status=400)
        if name.startswith("filter with "):
            refusal = {"error": {"code": "content_filter", "message": "stopped by a filter"}}
            return web.json_response(refusal, status=int(name.removeprefix("filter with ")))
        if name.startswith("raw "):
            return web.Response(text=name.removeprefix("raw "), content_type="application/json")
        if name == "filter":
            return web.json_response(reply("", "content_filter"))
        if name.startswith("say "):
            return web.json_response(reply(name.removeprefix("say "), "stop"))
        return web.json_response(OK)

    async def in_parts(
        self, request: web.Request, text: str, promised: int, pause: float
    ) -> web.StreamResponse:
        """Send a text in ten parts, then break off if more was promised."""
        headers = {"Content-Type": "application/json", **echoed_id(request)}
        response = web.StreamResponse(headers=headers)
        response.content_length = promised
        await response.prepare(request)
        step = len(text) // 10 + 1
        for start in range(0, len(text), step):
            await response.write(text[start : start + step].encode())
            await asyncio.sleep(pause)
        if promised > len(text) and request.transport is not None:
            request.transport.abort()
        return response


def echoed_id(request: web.Request) -> dict[str, str]:
    """The request's id as gateways send it back, where it has one."""
    ident = request.headers.get("X-Request-Id")
    return {"X-Request-Id": ident} if ident else {}


def reply(text: str, finish: str, **message: Any) -> dict[str, Any]:
    """A reply that says this."""
    return {
        "model": "stub",
        "choices": [{"message": {"content": text, **message}, "finish_reason": finish}],
    }


async def start(stub: Stub) -> web.AppRunner:
    """Listen on the stub's port, or on a free one."""
    app = web.Application(client_max_size=64_000_000)
    app.router.add_post("/v1/chat/completions", stub.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", stub.port)
    await site.start()
    stub.port = runner.addresses[0][1]
    if stub.chaos is not None:
        stub.flapping = asyncio.create_task(stub.flap(runner, site, stub.chaos))
    return runner


async def shut(runner: web.AppRunner) -> None:
    """End all connections, also those just accepted and those with something left to be sent."""
    assert runner.server is not None
    for _ in range(5):  # a connection that is half made when the server closes is never ended
        await asyncio.sleep(0)
    transports = [connection.transport for connection in runner.server.connections]
    await runner.cleanup()
    for transport in transports:
        if transport is not None:
            transport.abort()
    await asyncio.sleep(0)  # lets the transports see it


@contextmanager
def serving(stub: Stub) -> Iterator[Stub]:
    """Serve in a thread of its own; whatever is still being answered ends with it."""
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stop = asyncio.Event()
        try:
            runner = await start(stub)
        except OSError as error:
            started.set_exception(error)
            return
        started.set_result((asyncio.get_running_loop(), stop))
        await stop.wait()
        if stub.flapping is not None:
            stub.flapping.cancel()
        await shut(runner)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    loop, stop = started.result(10)
    try:
        yield stub
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)


async def serve_forever(stub: Stub) -> None:
    """Serve until the process is stopped."""
    await start(stub)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--latency-ms", type=float, default=50)
    chosen = parser.parse_args()
    asyncio.run(serve_forever(Stub(port=chosen.port, latency=chosen.latency_ms / 1000)))
