"""Used connections that end without a reply, and replies that name another request."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.servers.scripted import hosting, reply

from multitrust.core import GenerateConfig, Message, ModelError
from multitrust.models import resolve
from multitrust.models.connection import ClosedError
from multitrust.models.connections import (
    ASKED_AFRESH,
    STEM,
    Connections,
    MisdirectedError,
)
from multitrust.models.http import HttpModel
from multitrust.models.idle import CLOSINGS, FIRST_SPELL
from multitrust.run import RunConfig, execute_async
from multitrust.tasks import select_tasks

Replies = Callable[["Request"], bytes | None]
"""What is sent for a request: nothing ends the connection, None aborts it."""


@dataclass
class Request:
    ident: bytes
    text: str
    on_connection: int
    """Its number on its connection, from 1."""
    number: int
    """Its number at the server, from 1."""


@dataclass
class Gateway:
    replies: Replies
    port: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    """How often each text came."""
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        count = 0
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.partition(b"Content-Length: ")[2].split(b"\r\n")[0]
                body = json.loads(await reader.readexactly(int(length)))
                text = str(body["messages"][0]["content"])
                ident = head.partition(b"X-Request-Id: ")[2].split(b"\r\n")[0]
                self.sent[text] += 1
                count += 1
                raw = self.replies(Request(ident, text, count, self.sent.total()))
                await asyncio.sleep(0.001)
                if raw is None:
                    writer.transport.abort()
                    return
                if not raw:
                    return
                writer.write(raw)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def gateway(replies: Replies) -> AsyncIterator[Gateway]:
    made = Gateway(replies)
    server = await asyncio.start_server(made.serve, "127.0.0.1", backlog=1024)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


def echo(text: str, rid: bytes = b"", ident: bytes = b"") -> bytes:
    """A reply that says the text, with an id in its header and one in its body."""
    said = {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}
    body = json.dumps({"id": ident.decode(), **said} if ident else said).encode()
    return reply(200, body, **({"X_Request_Id": rid.decode()} if rid else {}))


def model_at(server: Gateway, most: int = 1, **options: str) -> HttpModel:
    settings = {"max_connections": str(most), "first_delay": "0.001", **options}
    model = resolve(f"{server.url}#m", options=settings)
    assert isinstance(model, HttpModel)
    return model


async def ask_all(model: HttpModel, texts: list[str]) -> list[str]:
    """The answers, or the messages of failures."""

    async def one(text: str) -> str:
        try:
            return (await model.generate((Message(role="user", text=text),), GenerateConfig())).text
        except ModelError as error:
            return f"{error.kind}: {error}"

    try:
        return list(await asyncio.gather(*map(one, texts)))
    finally:
        await model.close()


QUESTIONS = [f"question {number}" for number in range(200)]
CLOSINGS_OF = {"closed": b"", "aborted": None}


@pytest.mark.parametrize("uses", [1, 2, 5])
@pytest.mark.parametrize("most", [1, 8])
@pytest.mark.parametrize("how", CLOSINGS_OF)
async def test_a_server_that_ends_used_connections_costs_few_requests_and_no_attempt(
    how: str, most: int, uses: int
) -> None:
    def replies(request: Request) -> bytes | None:
        return CLOSINGS_OF[how] if request.on_connection > uses else echo(request.text)

    async with gateway(replies) as server:
        model = model_at(server, most, max_retries="0")
        assert await ask_all(model, QUESTIONS) == QUESTIONS
        assert model.retries == 0
        assert max(server.sent.values()) <= 2
        assert server.sent.total() <= len(QUESTIONS) * 1.25 + 2 * (CLOSINGS + most)


async def test_connections_are_used_again_once_the_server_does_not_end_them() -> None:
    ending = True

    def replies(request: Request) -> bytes | None:
        return b"" if ending and request.on_connection > 1 else echo(request.text, b"", unique())

    def unique() -> bytes:
        return f"chatcmpl-{server.sent.total()}".encode()

    async with gateway(replies) as server:
        connections = Connections(server.url, {})

        async def ask(count: int) -> int:
            """The connections that are opened for so many requests."""
            before = server.connections
            for number in range(count):
                body = {"messages": [{"content": f"{number}"}]}
                await connections.post(json.dumps(body).encode(), 5)
            return server.connections - before

        assert await ask(40) == 40
        ending = False
        await ask(4 * FIRST_SPELL)
        assert await ask(50) == 0
        connections.close()
        await asyncio.sleep(0)


@pytest.mark.parametrize("retries", [0, 2])
async def test_a_request_that_breaks_connections_is_sent_once_more_than_it_is_attempted(
    retries: int,
) -> None:
    """It may be the request's own fault: the server may have done the work each time."""

    def replies(request: Request) -> bytes | None:
        return None if request.text == "question 7" else echo(request.text)

    async with gateway(replies) as server:
        model = model_at(server, max_retries=str(retries))
        for number in range(10):
            asked = model.generate(
                (Message(role="user", text=f"question {number}"),), GenerateConfig()
            )
            if number == 7:
                with pytest.raises(ModelError, match="closed without a reply"):
                    await asked
            else:
                assert (await asked).text == f"question {number}"
        await model.close()
        assert server.sent.pop("question 7") == 1 + retries + 1
        assert set(server.sent.values()) == {1}


async def test_a_part_of_a_reply_on_a_used_connection_is_an_attempt() -> None:
    cut = iter([2])

    def replies(request: Request) -> bytes | None:
        whole = echo(request.text)
        return whole[:40] if request.on_connection == next(cut, 0) else whole

    async with gateway(replies) as server:
        model = model_at(server, timeout="0.2")
        assert await ask_all(model, QUESTIONS[:5]) == QUESTIONS[:5]
        assert model.retries == server.sent.total() - 5


async def test_a_fresh_connection_that_ends_is_no_used_one() -> None:
    async with gateway(lambda request: b"") as server:
        connections = Connections(server.url, {})
        with pytest.raises(ClosedError):
            await connections.post(b'{"messages": [{"content": "?"}]}', 5)
        assert server.sent.total() == 1


Foreign = Callable[[Request, bytes], bytes]
"""(request, the id of another one) -> a reply that names both or the other one."""
FOREIGN: dict[str, Foreign] = {
    "in the header": lambda request, other: echo(request.text, other),
    "in the header, in capitals": lambda request, other: echo(request.text, other.upper()),
    "in the header, with more": lambda request, other: echo(request.text, b"gw, " + other),
    "in the body": lambda request, other: echo(request.text, b"", b"chatcmpl-" + other),
    "in the body alone": lambda request, other: echo(request.text, request.ident, b"c-" + other),
    "in the header alone": lambda request, other: echo(request.text, other, b"c-" + request.ident),
}


def another(request: Request) -> bytes:
    """The id of the request before."""
    number = int(request.ident.removeprefix(STEM), 16)
    return STEM + b"%08x" % (number - 1)


@pytest.mark.parametrize("form", FOREIGN)
async def test_a_reply_that_names_another_request_is_never_believed(form: str) -> None:
    def replies(request: Request) -> bytes:
        return FOREIGN[form](request, another(request))

    async with gateway(replies) as server:
        connections = Connections(server.url, {})
        with pytest.raises(MisdirectedError):
            await connections.post(b'{"messages": [{"content": "?"}]}', 5)
        assert server.sent.total() == ASKED_AFRESH
        (found,) = await ask_all(model_at(server), ["?"])
        assert "mixes up its replies" in found
        assert "X-Request-Id" in found
        assert server.sent.total() == 2 * ASKED_AFRESH, "it is no failure that may pass by itself"


@pytest.mark.parametrize("rounds", [1, 2])
@pytest.mark.parametrize("most", [1, 8])
async def test_a_gateway_that_mixes_up_replies_gives_no_wrong_answer(
    rounds: int, most: int
) -> None:
    """The first `rounds` replies to every fifth request are those to another one."""
    last: list[bytes] = []

    def replies(request: Request) -> bytes:
        own = echo(request.text, request.ident)
        wrong = request.text.endswith(("4", "9")) and server.sent[request.text] <= rounds
        if not wrong:
            last[:] = [own]
        return last[0] if wrong else own

    async with gateway(replies) as server:
        assert await ask_all(model_at(server, most), QUESTIONS) == QUESTIONS
        assert server.sent.total() == len(QUESTIONS) * (1 + rounds / 5)


NO_OTHER: dict[str, Callable[[bytes], bytes]] = {
    "of another process": lambda ident: b"multitrust-0123456789abcdef-00000001",
    "cut": lambda ident: ident[:-4],
    "in a longer one": lambda ident: b"gw/" + ident + b"/1",
    "in capitals": bytes.upper,
    "of the gateway": lambda ident: b"gw-1",
}


@pytest.mark.parametrize("form", NO_OTHER)
async def test_an_id_that_names_no_other_request_costs_nothing_on_a_fresh_connection(
    form: str,
) -> None:
    def replies(request: Request) -> bytes:
        closing = b"Connection: close\r\nContent-Length"
        return echo(request.text, NO_OTHER[form](request.ident)).replace(b"Content-Length", closing)

    async with gateway(replies) as server:
        assert await ask_all(model_at(server), QUESTIONS[:10]) == QUESTIONS[:10]
        assert server.sent.total() == 10


async def test_no_two_models_send_the_same_id() -> None:
    seen: list[bytes] = []

    def replies(request: Request) -> bytes:
        seen.append(request.ident)
        return echo(request.text)

    async with gateway(replies) as server:
        models = [model_at(server), model_at(server)]
        await asyncio.gather(*(ask_all(model, QUESTIONS[:5]) for model in models))
    assert len(set(seen)) == 10


async def test_a_sample_whose_replies_name_other_requests_fails_and_is_resumed(
    tmp_path: Path,
) -> None:
    mixed = True

    def replies(request: Request) -> bytes:
        return echo("Yes", another(request) if mixed and request.number > 3 else request.ident)

    async with gateway(replies) as server:

        def config() -> RunConfig:
            tasks = select_tasks(["T.6"])
            return RunConfig(
                model=model_at(server), tasks=tasks, folder=tmp_path / "run", limit=5, window=1
            )

        first = await execute_async(config())
        assert first.progress.outcomes == {"answered": 3, "errored": 2}
        mixed = False
        assert (await execute_async(config())).progress.outcomes == {"answered": 5}


@pytest.mark.parametrize("headers", [{}, {"Retry_After": "0"}])
@pytest.mark.parametrize("most", ["1", "4"])
async def test_a_server_is_waited_for_as_long_as_the_message_says(
    most: str, headers: dict[str, str]
) -> None:
    async with hosting(lambda number: reply(429, b"{}", **headers)) as host:
        options = {"max_wait": "0.3", "first_delay": "0.1", "max_connections": most}
        model: Any = resolve(f"{host.url}#m", options={**options, "max_retries": "99"})
        asked: list[Awaitable[Any]] = [
            model.generate((Message(role="user", text="?"),), GenerateConfig()) for _ in range(6)
        ]
        failures = await asyncio.gather(*asked, return_exceptions=True)
        await model.close()
    for failure in failures:
        found = re.search(r"that is so for (\S+) s, and the run waits for 0.3 s", str(failure))
        assert found is not None
        assert float(found[1]) >= 0.3
    assert len(host.times) < 40, "the last request is sent at the end of the wait, and once"
