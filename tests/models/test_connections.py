"""Connections against servers that are scripted to the byte."""

from __future__ import annotations

import asyncio
import base64
import gc
import re
import socket
import ssl
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    MutableMapping,
    Sequence,
)
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import trustme
import uvloop

from multitrust.core import ConfigError
from multitrust.models.addresses import loopback_addresses
from multitrust.models.connection import BrokenError, OversizedError, Reply
from multitrust.models.connections import STEM, Connections, UnreachedError
from multitrust.models.proxies import source_of
from multitrust.models.repetitions import RENEWED

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.fixture(params=LOOPS)
def run(request: pytest.FixtureRequest) -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Runs a coroutine on either kind of event loop."""

    def running(main: Coroutine[Any, Any, Any]) -> Any:
        with asyncio.Runner(loop_factory=LOOPS[request.param]) as runner:
            return runner.run(main)

    return running


@dataclass
class Server:
    """Answers each request with the next bytes of its script; None closes without a word."""

    script: Sequence[bytes | None]
    by_byte: bool = False
    delay: float = 0.0
    seen: list[bytes] = field(default_factory=list)
    """Requests as they came."""
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    connections: int = 0
    ended: int = 0
    """Connections that were closed."""
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1/ask"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.partition(b"Content-Length: ")[2].split(b"\r\n")[0]
                self.seen.append(head + await reader.readexactly(int(length or 0)))
                reply = self.script[min(len(self.seen), len(self.script)) - 1]
                if reply is None:
                    return
                await asyncio.sleep(self.delay)
                for part in [bytes([b]) for b in reply] if self.by_byte else [reply]:
                    writer.write(part)
                    await writer.drain()
                    await asyncio.sleep(0)
                if b"Content-Length" not in reply and b"chunked" not in reply:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.ended += 1
            writer.close()


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def closing_after(reply: bytes) -> Serve:
    """Serves a connection with one reply, then ends it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(reply)
        await writer.drain()
        writer.close()

    return serve


@asynccontextmanager
async def listening(
    serve: Serve,
    context: ssl.SSLContext | None = None,
) -> AsyncIterator[int]:
    """The port at which connections are served."""
    server = await asyncio.start_server(serve, "127.0.0.1", ssl=context, backlog=1024)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def serving(
    *script: bytes | None, context: ssl.SSLContext | None = None, **how: Any
) -> AsyncIterator[Server]:
    server = Server(script, **how)
    async with listening(server.serve, context) as server.port:
        yield server


@asynccontextmanager
async def connected(
    url: str, most: int = 1, headers: dict[str, str] | None = None
) -> AsyncIterator[Connections]:
    connections = Connections(url, headers or {}, most)
    try:
        yield connections
    finally:
        connections.close()
        await asyncio.sleep(0.01)


async def post(url: str, body: bytes = b"{}", timeout: float = 5.0) -> Reply:
    async with connected(url) as connections:
        return await connections.post(body, timeout)


WHOLE_REPLIES = {
    "of told length": (WHOLE, 200, b"ok"),
    "in chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1;x=y\r\nk\r\n0\r\n\r\n",
        200,
        b"ok",
    ),
    "until the end": (b"HTTP/1.0 200 OK\r\n\r\nok", 200, b"ok"),
    "after an interim reply": (b"HTTP/1.1 100 Continue\r\n\r\n" + WHOLE, 200, b"ok"),
    "after a hint": (b"HTTP/1.1 103 Early\r\nLink: <x>\r\n\r\n" + WHOLE, 200, b"ok"),
    "without a body": (b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", 204, b""),
    "of no length": (b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", 500, b""),
    "a failure": (
        b"HTTP/1.1 429 Slow\r\nretry-AFTER: 7\r\nContent-Length: 2\r\n\r\nno",
        429,
        b"no",
    ),
}


@pytest.mark.parametrize("by_byte", [False, True])
@pytest.mark.parametrize("form", WHOLE_REPLIES)
def test_a_whole_reply(run: Callable[..., Any], form: str, by_byte: bool) -> None:
    raw, status, content = WHOLE_REPLIES[form]

    async def main() -> Reply:
        async with serving(raw, by_byte=by_byte) as server:
            return await post(server.url)

    reply = run(main())
    assert (reply.status, reply.content) == (status, content)
    if status == 429:
        assert reply.headers["Retry-After"] == "7"
        assert reply.headers.get("Link", "none") == "none"


BROKEN_REPLIES = {
    "nothing": None,
    "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok",
    "cut in a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nok",
    "cut in the head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "a length that is none": b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nok",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\nok",
    "another protocol": b"HTTP/1.1 101 Switch\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
}


@pytest.mark.parametrize("form", BROKEN_REPLIES)
def test_a_broken_reply(run: Callable[..., Any], form: str) -> None:
    raw = BROKEN_REPLIES[form]

    async def main() -> None:
        async with serving(raw) as server:
            # "chunked" and lengths keep the scripted server waiting: it is ended by the client.
            with pytest.raises((BrokenError, TimeoutError)) as caught:
                await post(server.url, timeout=0.3)
            waits = form in ("cut", "cut in a chunk")
            assert isinstance(caught.value, TimeoutError if waits else BrokenError)

    run(main())


@pytest.mark.parametrize(
    "reply", [b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok", b"HTTP/1.1 "]
)
def test_a_reply_that_ends_too_early(run: Callable[..., Any], reply: bytes) -> None:
    async def main() -> None:
        async with listening(closing_after(reply)) as port:
            with pytest.raises(BrokenError, match="closed before the reply was whole"):
                await post(f"http://127.0.0.1:{port}")

    run(main())


def test_what_is_sent(run: Callable[..., Any]) -> None:
    async def main() -> bytes:
        async with serving(WHOLE) as server:
            url = server.url.replace("//", "//me:p%40ss@") + "/é%20x?a=b c"
            headers = {"X-Key": "secret", "Content-Type": "x/y"}
            async with connected(url, headers=headers) as connections:
                await connections.post(b'{"a": 1}', 5)
            assert server.seen[0].count(STEM) == 1
            sent = re.sub(STEM + rb"[0-9a-f]{8}", b"ID", server.seen[0])
            return sent.replace(b"%d" % server.port, b"PORT")

    basic = base64.b64encode(b"me:p@ss").decode()
    assert run(main()).decode() == (
        "POST /v1/ask/%C3%A9%20x?a=b%20c HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n"
        "User-Agent: multitrust\r\nAccept: application/json\r\nAccept-Encoding: identity\r\n"
        f"Authorization: Basic {basic}\r\n"
        "X-Key: secret\r\nContent-Type: x/y\r\nX-Request-Id: ID\r\n"
        'Content-Length: 8\r\n\r\n{"a": 1}'
    )


@pytest.mark.parametrize("value", ["key\n", "key\r\nX-Other: 1", "schlüssel", "a\x00b"])
def test_a_header_that_cannot_be_sent(value: str) -> None:
    with pytest.raises(ConfigError, match="X-Key") as caught:
        Connections("http://127.0.0.1:9/v1", {"X-Key": value})
    assert value not in str(caught.value)


def test_a_connection_is_used_again(run: Callable[..., Any]) -> None:
    async def main() -> tuple[int, int]:
        async with serving(WHOLE) as server, connected(server.url) as connections:
            for _ in range(5):
                await connections.post(b"{}", 5)
            return len(server.seen), server.connections

    assert run(main()) == (5, 1)


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        WHOLE + b"HTTP/1.1 408 Late\r\nContent-Length: 0\r\n\r\n",
        WHOLE + b"rubbish",
    ],
)
def test_a_connection_that_cannot_be_used_again(run: Callable[..., Any], reply: bytes) -> None:
    async def main() -> list[bytes]:
        async with serving(reply, WHOLE) as server, connected(server.url) as connections:
            first = await connections.post(b"{}", 5)
            second = await connections.post(b"{}", 5)
            assert server.connections == 2
            return [first.content, second.content]

    assert run(main()) == [b"ok", b"ok"]


def test_a_connection_that_the_server_ended_while_it_was_idle(run: Callable[..., Any]) -> None:
    async def main() -> None:
        async with (
            listening(closing_after(WHOLE)) as port,
            connected(f"http://127.0.0.1:{port}") as connections,
        ):
            for _ in range(3):
                assert (await connections.post(b"{}", 5)).content == b"ok"
                await asyncio.sleep(0.05)

    run(main())


@pytest.mark.parametrize("how", ["timeout", "cancelled"])
def test_a_late_reply_is_nobodys(run: Callable[..., Any], how: str) -> None:
    late = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate"

    async def main() -> bytes:
        seconds, raised = (0.2, TimeoutError) if how == "timeout" else (9, asyncio.CancelledError)
        async with (
            serving(late, WHOLE, delay=0.4) as server,
            connected(server.url) as connections,
        ):
            asked = asyncio.ensure_future(connections.post(b"{}", seconds))
            while not server.seen:
                await asyncio.sleep(0.001)
            if how == "cancelled":
                asked.cancel()
            with pytest.raises(raised):
                await asked
            return (await connections.post(b"{}", 5)).content

    assert run(main()) == b"ok"


def test_a_connection_is_closed_if_its_request_is_cancelled_while_it_rests(
    run: Callable[..., Any],
) -> None:
    async def main() -> tuple[int, int]:
        async with serving(WHOLE) as server, connected(server.url) as connections:
            await connections.post(b"{}", 5)
            asked = asyncio.ensure_future(connections.post(b"{}", 5))
            await asyncio.sleep(0)
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked
            async with asyncio.timeout(30):
                while not server.ended:
                    await asyncio.sleep(0.001)
            return server.connections, server.ended

    assert run(main()) == (1, 1)


@pytest.mark.parametrize(
    ("url", "reason", "final"),
    [
        ("http://127.0.0.1:1/v1", "refused|failed", {False}),
        # Where there is no network the name service may not know even that.
        ("http://nobody.invalid/v1", "not known|resolution", {True, False}),
    ],
)
def test_what_cannot_be_reached(
    run: Callable[..., Any], url: str, reason: str, final: set[bool]
) -> None:
    with pytest.raises(UnreachedError, match=f"(?i){reason}") as caught:
        run(post(url))
    assert caught.value.final in final


def test_lookups_that_nobody_waits_for_are_not_complained_of(
    run: Callable[..., Any], caplog: pytest.LogCaptureFixture, environment: MutableMapping[str, str]
) -> None:
    environment["RES_OPTIONS"] = "timeout:1 attempts:1"  # for the system's lookups

    async def many() -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(50):  # more than are looked up at once
                group.create_task(post("http://nobody.invalid/v1"))

    async def main() -> None:
        with pytest.raises(ExceptionGroup):
            await many()
        await asyncio.sleep(0.1)

    run(main())
    gc.collect()
    assert caplog.records == []


def test_the_second_address_of_a_name_is_tried(run: Callable[..., Any]) -> None:
    async def main() -> bytes:
        async with serving(WHOLE) as server:  # at 127.0.0.1; `localhost` may be ::1 first
            return (await post(server.url.replace("127.0.0.1", "localhost"))).content

    assert run(main()) == b"ok"


@pytest.mark.parametrize("name", ["foo.localhost", "A.B.LOCALHOST", "foo.localhost.", "localhost."])
def test_names_below_localhost_are_this_machine_without_a_lookup(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    looked_up: list[object] = []
    lookup = socket.getaddrinfo

    def noted(host: Any, *more: Any, **named: Any) -> Any:
        looked_up.append(host)
        return lookup(host, *more, **named)

    async def main() -> bytes:
        async with serving(WHOLE) as server:
            monkeypatch.setattr(socket, "getaddrinfo", noted)
            return (await post(server.url.replace("127.0.0.1", name))).content

    assert asyncio.run(main()) == b"ok"
    assert name.casefold() not in [str(host).casefold() for host in looked_up]


@pytest.mark.parametrize(
    ("host", "addresses"),
    [
        ("foo.localhost", ("127.0.0.1", "::1")),
        ("ip6-localhost", ("::1",)),
        ("localhost", ()),
        ("127.0.0.1", ()),
        ("localhost.example.org", ()),
        ("notlocalhost", ()),
    ],
)
def test_names_that_are_this_machine_by_definition(host: str, addresses: tuple[str, ...]) -> None:
    assert loopback_addresses(host) == addresses


def test_a_name_that_no_host_has() -> None:
    with pytest.raises(ConfigError, match="cannot be the name of a host"):
        Connections(f"https://{'a' * 70}.test/v1", {})


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send every body back."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            await asyncio.sleep(0.001 * (body[0] % 7))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def test_many_at_once_each_get_their_own_reply(run: Callable[..., Any]) -> None:
    bodies = [b"%d %b" % (n, b"x" * (n * 37 % 5000)) for n in range(1000)]
    bodies.append(b"y" * 9_000_000)

    async def main() -> list[bytes]:
        async with listening(echo) as port, connected(f"http://127.0.0.1:{port}") as connections:
            turns = asyncio.Semaphore(100)

            async def ask(body: bytes) -> bytes:
                async with turns:
                    return (await connections.post(body, 30)).content

            return list(await asyncio.gather(*map(ask, bodies)))

    assert run(main()) == bodies


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who vouches for the servers of these tests."""
    return trustme.CA()


@pytest.fixture
def context(authority: trustme.CA) -> ssl.SSLContext:
    """TLS as `models.test`, which no name service knows, and as this machine."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("models.test", "127.0.0.1").configure_cert(made)
    return made


@pytest.fixture
def trusted(
    authority: trustme.CA, tmp_path: Path, environment: MutableMapping[str, str]
) -> MutableMapping[str, str]:
    """An environment that trusts the authority."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    environment["SSL_CERT_FILE"] = str(tmp_path / "ca.pem")
    return environment


def test_tls_to_a_server_that_is_vouched_for(
    run: Callable[..., Any], context: ssl.SSLContext, trusted: MutableMapping[str, str]
) -> None:
    async def main() -> list[bytes]:
        async with (
            serving(WHOLE, context=context) as server,
            connected(server.url.replace("http:", "https:")) as connections,
        ):
            return [(await connections.post(b"{}", 5)).content for _ in range(3)]

    assert run(main()) == [b"ok"] * 3


def test_tls_to_a_server_that_nobody_vouches_for(
    run: Callable[..., Any], context: ssl.SSLContext
) -> None:
    async def main() -> None:
        async with serving(WHOLE, context=context) as server:
            await post(server.url.replace("http:", "https:"))

    with pytest.raises(UnreachedError, match=r"(?i)certificate") as caught:
        run(main())
    assert "SSL_CERT_FILE" in caught.value.hint


def test_tls_to_a_server_that_speaks_none(run: Callable[..., Any]) -> None:
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async def main() -> None:
        async with listening(deaf) as port:
            await post(f"https://127.0.0.1:{port}/v1")

    with pytest.raises(UnreachedError) as caught:
        run(main())
    assert "http://" in caught.value.hint


@dataclass
class Tunnel:
    """A proxy: connects to one port, whatever place it is told; or refuses."""

    port: int
    refusal: bytes = b""
    heads: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append(await reader.readuntil(b"\r\n\r\n"))
        if self.refusal:
            writer.write(self.refusal)
            await writer.drain()
            writer.close()
            return
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(pump(reader, up_writer), pump(up_reader, writer))


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes."""
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


def name_proxy(environment: MutableMapping[str, str], url: str) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        environment[name] = url
    environment["NO_PROXY"] = environment["no_proxy"] = ""


def test_tls_through_a_proxy(
    run: Callable[..., Any], context: ssl.SSLContext, trusted: MutableMapping[str, str]
) -> None:
    async def main() -> tuple[list[bytes], list[bytes]]:
        async with serving(WHOLE, context=context) as server:
            tunnel = Tunnel(server.port)
            async with listening(tunnel.serve) as port:
                name_proxy(trusted, f"http://{quote('me@work')}:pass@127.0.0.1:{port}")
                async with connected("https://models.test/v1") as connections:
                    replies = [(await connections.post(b"{}", 5)).content for _ in range(3)]
            assert b"Proxy-Authorization" not in server.seen[0]
            return replies, tunnel.heads

    basic = base64.b64encode(b"me@work:pass")
    place = b"CONNECT models.test:443 HTTP/1.1\r\nHost: models.test:443\r\n"
    replies, heads = run(main())
    assert replies == [b"ok"] * 3
    assert heads == [place + b"Proxy-Authorization: Basic " + basic + b"\r\n\r\n"]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("status", "hint", "final"),
    [(407, "check the user and password in http", True), (403, "NO_PROXY", True), (502, "", False)],
)
def test_a_proxy_that_refuses(
    run: Callable[..., Any], environment: MutableMapping[str, str], scheme: str, status: int,
    hint: str, final: bool,
) -> None:  # fmt: skip
    async def main() -> tuple[str, Reply]:
        tunnel = Tunnel(0, b"HTTP/1.1 %d Who?\r\nContent-Length: 5\r\n\r\nnobod" % status)
        async with listening(tunnel.serve) as port:
            name_proxy(environment, f"me:hidden@127.0.0.1:{port}")
            return f"127.0.0.1:{port}", await post(f"{scheme}://models.test/v1")

    if scheme == "http" and status != 407:  # it may be the server that says so
        assert run(main())[1].status == status
        return
    match = rf"the proxy 127\.0\.0\.1:\d+ \(from {scheme}_proxy\) said HTTP {status}"
    with pytest.raises(UnreachedError, match=match) as caught:
        run(main())
    assert hint in caught.value.hint
    assert caught.value.final is final
    assert "hidden" not in f"{caught.value}{caught.value.hint}"


def test_a_server_that_says_407_without_a_proxy_is_not_taken_for_one(
    run: Callable[..., Any],
) -> None:
    async def main() -> Reply:
        async with serving(b"HTTP/1.1 407 Who?\r\nContent-Length: 0\r\n\r\n") as server:
            return await post(server.url)

    assert run(main()).status == 407


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("proxy", "words", "hint"),
    [
        ("127.0.0.1:1", "cannot be reached: .*([Rr]efused|[Ff]ailed)", "is the proxy running?"),
        ("no-such-proxy.invalid:3128", "cannot be reached", ""),
    ],
)
def test_a_proxy_that_is_not_there_is_named(
    run: Callable[..., Any], environment: MutableMapping[str, str], scheme: str, proxy: str,
    words: str, hint: str,
) -> None:  # fmt: skip
    for name in list(environment):
        if name.casefold().endswith("_proxy"):
            del environment[name]
    environment["ALL_PROXY"] = f"http://me:hidden@{proxy}"
    match = rf"^the proxy {re.escape(proxy)} \(from ALL_PROXY\) {words}"
    with pytest.raises(UnreachedError, match=match) as caught:
        run(post(f"{scheme}://models.test/v1"))
    assert hint in caught.value.hint
    assert caught.value.final is (caught.value.hint == "check the name of the host")


@pytest.mark.parametrize(
    "variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY"]
)
def test_the_variable_that_names_the_proxy(
    environment: MutableMapping[str, str], variable: str
) -> None:
    for name in list(environment):
        if name.casefold().endswith("_proxy"):
            del environment[name]
    environment[variable] = "http://proxy.test:3128"
    assert source_of("https") == ("" if variable == "HTTP_PROXY" else variable)


@pytest.mark.parametrize("sent", [b"", b"SSH-2.0-OpenSSH_9.6\r\n"])
def test_what_is_no_proxy_is_named(
    run: Callable[..., Any], environment: MutableMapping[str, str], sent: bytes
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(sent)
        writer.close()

    async def main() -> None:
        async with listening(serve) as port:
            name_proxy(environment, f"127.0.0.1:{port}")
            await post("https://models.test/v1")

    with pytest.raises(UnreachedError, match=r"\(from https_proxy\) made no connection") as caught:
        run(main())
    assert caught.value.hint == "is it an HTTP proxy?"


def test_connecting_counts_towards_the_limit(
    run: Callable[..., Any], environment: MutableMapping[str, str]
) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async def main() -> float:
        async with listening(silent) as port:
            name_proxy(environment, f"127.0.0.1:{port}")
            start = asyncio.get_running_loop().time()
            with pytest.raises(UnreachedError, match=r"no connection within 0\.2 s"):
                await post("https://models.test/v1", timeout=0.2)
            return asyncio.get_running_loop().time() - start

    assert 0.1 < run(main()) < 2


def test_plain_requests_through_a_proxy(
    run: Callable[..., Any], environment: MutableMapping[str, str]
) -> None:
    async def main() -> bytes:
        async with serving(WHOLE) as proxy:
            name_proxy(environment, f"http://me:pass@127.0.0.1:{proxy.port}")
            assert (await post("http://models.test:8080/v1?a=b")).content == b"ok"
            environment["NO_PROXY"] = environment["no_proxy"] = "models.test"
            with pytest.raises(UnreachedError):
                await post("http://models.test:8080/v1")
            return proxy.seen[0]

    first, host, *others = run(main()).split(b"\r\n")
    assert first == b"POST http://models.test:8080/v1?a=b HTTP/1.1"
    assert host == b"Host: models.test:8080"
    assert b"Proxy-Authorization: Basic " + base64.b64encode(b"me:pass") in others


def test_a_proxy_of_another_kind(environment: MutableMapping[str, str]) -> None:
    name_proxy(environment, "socks5://127.0.0.1:1080")
    with pytest.raises(ConfigError, match="socks5"):
        Connections("https://models.test/v1", {})
    Connections("http://localhost:8000/v1", {})


def test_an_address_of_ipv6_and_a_name_beyond_ascii() -> None:
    assert b"Host: [::1]:8000\r\n" in Connections("http://[::1]:8000/v1", {})._head
    assert b"Host: xn--mller-kva.test\r\n" in Connections("https://müller.test/v1", {})._head


def told(text: bytes, ident: bytes = b"", server_id: bytes = b"") -> bytes:
    """A reply with this text, the request's id in its header, and an id of the server's."""
    echo = b"X-Request-Id: " + ident + b"\r\n" if ident else b""
    body = b'{"id": "%b", "text": "%b"}' % (server_id, text)
    return b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n%b" % (echo, len(body), body)


Script = Callable[[int, bytes, bytes], list[tuple[float, bytes]]]
"""(number of the request, its id, its body) -> what is sent after so many seconds each."""


@asynccontextmanager
async def repeating(script: Script) -> AsyncIterator[Server]:
    """A server that sends what its script says, whenever it says so."""
    server = Server(())

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        server.writers.append(writer)

        async def send(pause: float, data: bytes) -> None:
            await asyncio.sleep(pause)
            if not writer.is_closing():
                writer.write(data)

        sending = set()
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.partition(b"Content-Length: ")[2].split(b"\r\n")[0]
                body = await reader.readexactly(int(length))
                ident = head.partition(b"X-Request-Id: ")[2].split(b"\r\n")[0]
                server.seen.append(body)
                for pause, data in script(len(server.seen), ident, body):
                    sending.add(asyncio.ensure_future(send(pause, data)))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            for task in sending:
                task.cancel()
            writer.close()

    async with listening(serve) as server.port:
        yield server


def unique(number: int) -> bytes:
    return b"chatcmpl-%032x" % number


REPEATS: dict[str, Script] = {
    "at once": lambda number, ident, body: [(0.0, told(body) * 2)],
    "next to each other": lambda number, ident, body: [(0.0, told(body)), (0.0, told(body))],
    "one after the other": lambda number, ident, body: [(0.0, told(body)), (1e-6, told(body))],
    "late, with the request's id in a header": lambda number, ident, body: [
        (0.002, told(body, ident)),
        (0.006, told(body, ident)),
    ],
    "late, with the request's id in the body": lambda number, ident, body: [
        (0.002, told(body, b"", b"chatcmpl-" + ident)),
        (0.006, told(body, b"", b"chatcmpl-" + ident)),
    ],
    "late, with ids of the server": lambda number, ident, body: [
        (0.002, told(body, b"", unique(number))),
        (0.006, told(body, b"", unique(number))),
    ],
    "now and then": lambda number, ident, body: [
        (0.001, told(body, b"", unique(number))),
        *([(0.0015, told(body, b"", unique(number)))] * (number % 7 == 0)),
    ],
}


@pytest.mark.parametrize("most", [1, 6])
@pytest.mark.parametrize("form", REPEATS)
def test_a_server_that_repeats_replies_is_never_believed_twice(
    run: Callable[..., Any], form: str, most: int
) -> None:
    bodies = [b"question %d" % number for number in range(120)]

    async def main() -> list[bool]:
        async with repeating(REPEATS[form]) as server, connected(server.url, most) as connections:
            turns = asyncio.Semaphore(most)

            async def ask(body: bytes) -> bool:
                async with turns:
                    return body + b'"' in (await connections.post(body, 30)).content

            return list(await asyncio.gather(*map(ask, bodies)))

    assert all(run(main()))


def test_bytes_that_the_loop_has_not_seen_yet_are_no_reply(run: Callable[..., Any]) -> None:
    """They lie in the system's buffer when the next request is to be sent."""

    async def main() -> bytes:
        async with (
            repeating(lambda number, ident, body: [(0, told(body))]) as server,
            connected(server.url) as connections,
        ):
            await connections.post(b"first", 5)
            server.writers[0].write(told(b"stray"))  # sent at once, as nothing else waits
            return (await connections.post(b"second", 5)).content

    assert b"second" in run(main())


@pytest.mark.parametrize(("most", "opened"), [(1, 1), (2, 3), (3, 4), (4, 5), (16, 20)])
def test_few_more_connections_are_open_than_requests_under_way(
    run: Callable[..., Any], most: int, opened: int
) -> None:
    """And never a second one to a server that may serve one at a time."""

    async def main() -> int:
        async with (
            repeating(
                lambda number, ident, body: [(0.001, told(body, b"", unique(number)))]
            ) as server,
            connected(server.url, most) as connections,
        ):
            turns = asyncio.Semaphore(most)

            async def ask() -> None:
                async with turns:
                    await connections.post(b"question", 5)

            await asyncio.gather(*(ask() for _ in range(10 * most)))
            assert connections._idle.in_use == 0
            return server.connections

    assert run(main()) <= opened


def test_a_server_that_sends_what_nobody_asked_for_gets_a_connection_for_each_request(
    run: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> int:
        async with (
            repeating(lambda number, ident, body: [(0, told(body)), (0, b"HTTP/1.1 ")]) as server,
            connected(server.url) as connections,
        ):
            for number in range(5):
                body = b"question %d" % number
                assert body in (await connections.post(body, 5)).content
                await asyncio.sleep(0.01)
            return server.connections

    assert run(main()) == 5
    assert caplog.text.count("sends what was not asked for") == 1


def test_a_server_that_says_farewell_is_not_distrusted(run: Callable[..., Any]) -> None:
    farewell = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

    async def main() -> int:
        def script(number: int, ident: bytes, body: bytes) -> list[tuple[float, bytes]]:
            return [(0, told(body)), *([(0, farewell)] * (number == 1))]

        async with repeating(script) as server, connected(server.url) as connections:
            for _ in range(5):
                await connections.post(b"question", 5)
                await asyncio.sleep(0.01)
            return server.connections

    assert run(main()) == 2


IDS: dict[str, Callable[[int, int], bytes]] = {
    "a number": lambda number, on_connection: b"%d" % number,
    "short": lambda number, on_connection: b"req_%d" % number,
    "eight digits": lambda number, on_connection: b"%08x" % (number * 2654435761 % 2**32),
    "long": lambda number, on_connection: b"chatcmpl-%032x" % number,
    "counted on each connection": lambda number, on_connection: b"req_%d" % on_connection,
}
"""(number of the request, its number on its connection) -> an id."""
PLACES: dict[str, Callable[[bytes, bytes], bytes]] = {
    "X-Request-Id": lambda ident, text: told(text, ident),
    "request-id": lambda ident, text: told(text, ident).replace(b"X-Request-Id", b"request-id"),
    "the body": lambda ident, text: told(text, b"", ident),
    "the body, as a number": lambda ident, text: told(text, b"", ident).replace(
        b'"%b"' % ident,
        (b"%d" % (int.from_bytes(ident) % 10 ** min(len(ident), 15))).ljust(len(ident) + 2),
        1,
    ),
    "the body, a constant in a header": lambda ident, text: told(text, b"gateway", ident),
    "a header, a constant in the body": lambda ident, text: told(text, ident, b"x"),
}
"""(id, text) -> a reply that has the id somewhere."""


@asynccontextmanager
async def slipping(
    id_of: Callable[[int, int], bytes],
    place: Callable[[bytes, bytes], bytes],
    text_of: Callable[[bytes], bytes],
    slips: Callable[[int], bool],
) -> AsyncIterator[Server]:
    """A server whose replies slip by one, for good, where one is sent twice on a connection.

    Args:
        id_of: an id, by the request's number and that on its connection.
        place: a reply with this id and text.
        text_of: the text for a body.
        slips: whether the reply of this number on its connection is the last one once more.
    """
    server = Server(())

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        due: list[bytes] = []
        count = 0
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.partition(b"Content-Length: ")[2].split(b"\r\n")[0]
                body = await reader.readexactly(int(length))
                server.seen.append(body)
                count += 1
                due.append(place(id_of(len(server.seen), count), text_of(body)))
                last = due[0] if slips(count) else due.pop(0)
                writer.write(last)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async with listening(serve) as server.port:
        yield server


async def answers(
    server: Server, bodies: Sequence[bytes], most: int, text_of: Callable[[bytes], bytes]
) -> list[bool]:
    """Whether each body got its own answer."""
    async with connected(server.url, most) as connections:
        turns = asyncio.Semaphore(most)

        async def ask(body: bytes) -> bool:
            async with turns:
                reply = await connections.post(body, 30)
                return b'"text": "%b"' % text_of(body) in reply.content

        return list(await asyncio.gather(*map(ask, bodies)))


def echoed(body: bytes) -> bytes:
    return body


def yes_or_no(body: bytes) -> bytes:
    """Three out of four answers are alike."""
    return b"No" if body.endswith((b"3", b"7")) else b"Yes"


@pytest.mark.parametrize("most", [1, 5])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("ids", IDS)
def test_no_answer_is_wrong_where_replies_slip_whatever_their_ids(
    ids: str, place: str, most: int
) -> None:
    bodies = [b"question %d" % number for number in range(40)]

    async def main() -> tuple[list[bool], int]:
        slips = {4, 6}.__contains__
        async with slipping(IDS[ids], PLACES[place], echoed, slips) as server:
            return await answers(server, bodies, most, echoed), len(server.seen)

    right, requests = asyncio.run(main())
    assert all(right)
    assert requests <= 40 * 4 / 3 + 2 * most + 4


@pytest.mark.parametrize("ids", IDS)
def test_no_answer_is_wrong_where_every_second_reply_slips(ids: str) -> None:
    bodies = [b"question %d" % number for number in range(30)]

    async def main() -> list[bool]:
        async with slipping(IDS[ids], PLACES["the body"], echoed, (2).__eq__) as server:
            return await answers(server, bodies, 1, echoed)

    assert all(asyncio.run(main()))


NOT_UNIQUE: dict[str, Callable[[int, int], bytes]] = {
    "none": lambda number, on_connection: b"",
    "one": lambda number, on_connection: b"chatcmpl-1",
    "one, long": lambda number, on_connection: b"x" * 36,
    "of four processes in turn": lambda number, on_connection: b"pid-%d" % (number % 4),
    "of four processes by chance": lambda number, on_connection: (
        b"pid-%d" % (number * 2654435761 % 2**32 >> 30)
    ),
    "of a process for each connection": lambda number, on_connection: (
        b"pid-%d" % ((number - on_connection) % 4)
    ),
    "of a second": lambda number, on_connection: b"%d" % (1_800_000_000 + number // 10),
}


@pytest.mark.parametrize("text_of", [echoed, yes_or_no])
@pytest.mark.parametrize("most", [1, 5])
@pytest.mark.parametrize("place", ["X-Request-Id", "the body"])
@pytest.mark.parametrize("ids", NOT_UNIQUE)
def test_ids_that_are_not_unique_cost_few_requests_and_no_answer(
    ids: str, place: str, most: int, text_of: Callable[[bytes], bytes]
) -> None:
    bodies = [b"question %d" % number for number in range(120)]

    async def main() -> tuple[list[bool], int]:
        never = [].__contains__
        async with slipping(NOT_UNIQUE[ids], PLACES[place], text_of, never) as server:
            return await answers(server, bodies, most, text_of), len(server.seen)

    right, requests = asyncio.run(main())
    assert all(right)
    assert requests <= (200 if ids == "of a second" else 120 + 4 * 2 + 2 * most)


def bare(ident: bytes, text: bytes) -> bytes:
    """A reply without any id."""
    return told(text).replace(b'"id": "", ', b" " * 10)


ID_LESS = {
    "no id": bare,
    "an empty id": lambda ident, text: told(text),
    "one id": lambda ident, text: told(text, b"", b"x"),
    "one id in a header": lambda ident, text: told(text, b"gateway"),
}


@pytest.mark.parametrize("most", [1, 8])
@pytest.mark.parametrize("place", ID_LESS)
def test_few_answers_are_wrong_where_a_reply_without_an_id_slips_and_none_is_asked_again(
    place: str, most: int
) -> None:
    bodies = [b"question %d" % number for number in range(200)]
    seen = 0

    def slips(count: int) -> bool:
        """Once."""
        nonlocal seen
        seen += 1
        return seen == 150

    async def main() -> tuple[list[bool], int, int]:
        async with slipping(IDS["a number"], ID_LESS[place], yes_or_no, slips) as server:
            right = await answers(server, bodies, most, yes_or_no)
            return right, len(server.seen), server.connections

    right, requests, connections = asyncio.run(main())
    assert right.count(False) < RENEWED
    assert requests <= 200 + ("one id" in place) * (4 * 2 + 2 * most)
    assert connections >= 200 / RENEWED


def test_the_same_answer_to_the_same_request_is_not_suspected() -> None:
    async def main() -> int:
        async with slipping(IDS["a number"], bare, echoed, [].__contains__) as server:
            assert all(await answers(server, [b"question"] * 40, 2, echoed))
            return len(server.seen)

    assert asyncio.run(main()) == 40


async def test_connections_of_servers_with_ids_are_not_renewed() -> None:
    google = b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n{"text": "%b", "responseId": "%b"}'
    places: list[Callable[[bytes, bytes], bytes]] = [
        PLACES["the body"],
        PLACES["X-Request-Id"],
        lambda ident, text: google % (30 + len(text) + len(ident), text, ident),
    ]
    for place in places:
        async with slipping(IDS["long"], place, yes_or_no, [].__contains__) as server:
            bodies = [b"question %d" % number for number in range(3 * RENEWED)]
            assert all(await answers(server, bodies, 1, yes_or_no))
            assert (len(server.seen), server.connections) == (len(bodies), 1)


def test_a_reply_before_the_request_was_sent_whole_ends_the_connection(
    run: Callable[..., Any],
) -> None:
    async def main() -> tuple[int, int]:
        ended = asyncio.Event()

        async def hasty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 413 Too large\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(0.1)
            writer.transport.abort()
            ended.set()

        async with (
            listening(hasty) as port,
            connected(f"http://127.0.0.1:{port}/v1") as connections,
        ):
            reply = await connections.post(b"x" * 60_000_000, 5)
            kept = len(connections._idle)
            await ended.wait()
            return reply.status, kept

    assert run(main()) == (413, 0)


ENDLESS = {
    "a header": b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000 + b"\r\n",
    "headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000 + b"\r\n",
    "a status line": b"HTTP/1.1 200 " + b"y" * 300_000,
    "interim replies": b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000,
    "a length": b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n",
    "a longer length": b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999\r\n\r\n",
}


@pytest.mark.parametrize("form", ENDLESS)
def test_heads_and_lengths_without_end_are_refused(run: Callable[..., Any], form: str) -> None:
    async def main() -> None:
        async with repeating(lambda number, ident, body: [(0, ENDLESS[form])]) as server:
            with pytest.raises(OversizedError, match=r"a head over 64 kB|more than 64 MB"):
                await post(server.url)

    run(main())


@pytest.mark.parametrize("kilobytes", [66, 80, 99])
def test_a_head_over_the_limit_is_refused_though_the_reply_comes_at_once(
    run: Callable[..., Any], kilobytes: int
) -> None:
    lines = b"".join(b"X-%d: %b\r\n" % (n, b"y" * 992) for n in range(kilobytes))
    large = b"HTTP/1.1 200 OK\r\n" + lines + b"Content-Length: 2\r\n\r\nok"

    async def main() -> None:
        async with repeating(lambda number, ident, body: [(0, large)]) as server:
            with pytest.raises(OversizedError, match="a head over 64 kB"):
                await post(server.url)

    run(main())


def test_a_large_head_within_the_limit_is_read(run: Callable[..., Any]) -> None:
    large = b"HTTP/1.1 200 OK\r\nX: " + b"y" * 60_000 + b"\r\nContent-Length: 2\r\n\r\nok"

    async def main() -> Reply:
        async with repeating(lambda number, ident, body: [(0, large)]) as server:
            return await post(server.url)

    reply = run(main())
    assert (reply.content, len(reply.headers["X"])) == (b"ok", 60_000)


STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n"
EVENT = b'data: {"text": "data: [DONE]"}\n\n'


@pytest.mark.parametrize("end", [b"data: [DONE]\n\n", b"data:[DONE]\r\n\r\n", b"data: [DONE]"])
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_stream_ends_with_its_last_event_though_the_connection_stays_open(
    run: Callable[..., Any], end: bytes, size: int
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sent = STREAM + EVENT * 3 + end
        try:
            await reader.readuntil(b"{}")
            for start in range(0, len(sent), size):
                writer.write(sent[start : start + size])
                await writer.drain()
                await asyncio.sleep(0)
            await reader.read()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def main() -> list[Reply]:
        async with listening(serve) as port, connected(f"http://127.0.0.1:{port}") as connections:
            return [await connections.post(b"{}", 60) for _ in range(2)]

    for reply in run(main()):
        assert reply.content.rstrip() == (EVENT * 3 + end).rstrip()


def test_what_only_looks_like_the_end_of_a_stream_is_none(run: Callable[..., Any]) -> None:
    sent = EVENT + b'data: {"text": "data: [DONE]', b'"}\n\ndata: [DONE', b"X]\n\n"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        for part in (STREAM, *sent):
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)
        writer.close()

    async def main() -> Reply:
        async with listening(serve) as port:
            return await post(f"http://127.0.0.1:{port}")

    assert run(main()).content == b"".join(sent)


PIECES = {
    "until the end": (b"", b"x" * 1_000_000),
    "in chunks": (b"Transfer-Encoding: chunked\r\n", b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n"),
    "of extensions": (
        b"Transfer-Encoding: chunked\r\n",
        (b"1;" + b"e" * 5000 + b"\r\nx\r\n") * 200,
    ),
}


@pytest.mark.parametrize("form", PIECES)
def test_a_body_without_end_is_read_up_to_the_limit(run: Callable[..., Any], form: str) -> None:
    header, piece = PIECES[form]
    sent = 0

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n" + header + b"\r\n")
        try:
            while sent < 200_000_000:
                writer.write(piece)
                sent += len(piece)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()

    async def main() -> None:
        async with listening(pour) as port:
            with pytest.raises(OversizedError, match="more than 64 MB"):
                await post(f"http://127.0.0.1:{port}/v1", timeout=60)

    run(main())
    assert sent < 90_000_000
