"""What clients may take of our servers: keys come first, and nothing is without a limit."""

from __future__ import annotations

import ast
import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from tests.core.image_files import encoded, png
from tests.interop.endpoints import PROGRAM, Address, ask, part, pythons, serving

from multitrust.core import images
from multitrust.interop import wrapper
from multitrust.interop.wrapper import FIELDS, HARMLESS, NEUTRAL, ChatServer, Refused, ServerLimits

CHAT = "/v1/chat/completions"
CODE = """
def chat(images, text, top_k=None, reasoning_effort="", chat_template_kwargs=None):
    if text == "half":
        return "Yes \\ud83d"
    if text == "broken":
        raise RuntimeError("no \\udc00")
    if images:
        return str([image.getpixel((0, 0)) for image in images])
    return f"{top_k} {reasoning_effort} {chat_template_kwargs} {text!a}"
"""
SERVERS = ["serve", "function", *(f"wrapper {place}" for place in range(len(pythons())))]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("served") / "model.py"
    path.write_text(CODE)
    return path


def start(kind: str, file: Path) -> Any:
    """`multitrust serve` with a model or a function, or the wrapper under one of the Pythons."""
    flags = ["--port", "0", "--api-key", "open-sesame"]
    if kind == "serve":
        return serving(PROGRAM, "serve", "mock/echo", *flags)
    if kind == "function":
        return serving(PROGRAM, "serve", f"{file}:chat", *flags)
    python = pythons()[int(kind.split()[1])]
    return serving(python, wrapper.__file__, f"{file}:chat", *flags)


@pytest.fixture(scope="module", params=SERVERS)
def address(request: pytest.FixtureRequest, file: Path) -> Iterator[Address]:
    """Where a server is that asks for the key `open-sesame`."""
    with start(request.param, file) as url:
        yield url


def tell(url: str, *content: Any, **fields: Any) -> tuple[int, Any]:
    """The reply to one message, shown the key."""
    body = {"messages": [{"role": "user", "content": [*map(part, content)]}], **fields}
    return ask(f"{url}/chat/completions", body, Authorization="Bearer open-sesame")


FUNCTIONS = pytest.mark.parametrize("address", SERVERS[1:], indirect=True)
MODEL = pytest.mark.parametrize("address", SERVERS[:1], indirect=True)


def raw(url: str, *sent: bytes) -> socket.socket:
    """A connection to a server that was sent that."""
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20)
    connection.sendall(b"".join(sent))
    return connection


def head(*lines: str, key: str = "open-sesame") -> bytes:
    first = (f"POST {CHAT} HTTP/1.1", "Host: x", f"Authorization: Bearer {key}")
    return "\r\n".join((*first, *lines, "", "")).encode("latin-1")


def status(connection: socket.socket) -> int:
    """The status of the reply; the connection is closed."""
    with connection, connection.makefile("rb") as file:
        return int(file.readline().split()[1])


def test_a_key_is_checked_before_a_body_is_read(address: Address) -> None:
    for lines in (
        ["Content-Length: 60000000"],
        ["Content-Length: 60000000", "Expect: 100-continue"],
        ["Transfer-Encoding: chunked"],
        ["Content-Length: 99999999999"],
    ):
        assert status(raw(address, head(*lines, key="wrong"))) == 401


def test_a_client_with_the_key_is_told_to_send_its_body(address: Address) -> None:
    body = b'{"messages": [{"role": "user", "content": "Hi"}]}'
    with raw(address, head(f"Content-Length: {len(body)}", "Expect: 100-continue")) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


def test_a_refusal_is_seen_although_a_body_is_on_its_way(address: Address) -> None:
    connection = raw(address, head("Content-Length: 3000000", key="wrong"), bytes(3_000_000))
    assert status(connection) == 401


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Content-Length: 64000001"], 413),
        (["Content-Length: 1" + "0" * 5000], 413),
        (["Content-Length: -1"], 411),
        (["Content-Length: +5"], 411),
        (["Content-Length: 5", "Content-Length: 6"], 400),
        (["Content-Length: 2", "Content-Encoding: gzip"], 415),
        (["X-Long: " + "a" * 70_000], 431),
        (["no colon"], 400),
        ([" folded: line"], 400),
    ],
)
def test_heads_and_lengths_are_bounded(address: Address, lines: list[str], expected: int) -> None:
    assert status(raw(address, head(*lines))) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [("GET /v1/chat/completions HTTP/1.1", 405), ("POST /v1/models HTTP/1.1", 405),
     ("DELETE /v1/models HTTP/1.1", 501), ("GET /../etc/passwd HTTP/1.1", 404),
     ("GET /v1/models", 400), ("GET  /v1/models HTTP/1.1", 400), ("GET /health HTTP/1.0", 200)],
)  # fmt: skip
def test_what_is_asked_has_its_status(address: Address, line: str, expected: int) -> None:
    request = f"{line}\r\nAuthorization: Bearer open-sesame\r\n\r\n".encode()
    assert status(raw(address, request)) == expected


def threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def test_slow_clients_take_no_threads_and_hold_nobody_up(address: Address) -> None:
    before = threads(address.pid)
    with ExitStack() as stack:
        for number in range(400):
            part = head("Content-Length: 900")[: 20 + number % 90]
            part += b"\r\n\r\n{" if number % 3 else b""
            stack.enter_context(raw(address, part))
        known = {"Authorization": "Bearer open-sesame"}
        assert ask(f"{address}/models", **known)[0] == 200
        body = {"messages": [{"role": "user", "content": "Hi"}]}
        assert ask(f"{address}/chat/completions", body, **known)[0] == 200
        assert threads(address.pid) <= before + 2


@asynccontextmanager
async def served(limits: ServerLimits) -> AsyncIterator[tuple[ChatServer, int]]:
    """A server in this process, and its port."""

    async def complete(body: bytearray) -> dict[str, Any]:
        return {"bytes": len(body)}

    server = ChatServer("it", "", complete, limits)
    listening = await server.start("127.0.0.1", 0)
    yield server, listening.sockets[0].getsockname()[1]
    listening.close()


async def told(port: int, *sent: bytes) -> bytes:
    """All that a server sends to a client that sends that and waits."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.writelines(sent)
    said = await reader.read()
    writer.close()
    return said


QUICK = ServerLimits(head_seconds=0.05, idle_seconds=0.05, body_rate=1e9, last_seconds=0.05)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"", b""),
        (b"P", b"HTTP/1.1 408 "),
        (head("Content-Length: 50")[:-2], b"HTTP/1.1 408 "),
        (head("Content-Length: 50") + b"{", b"HTTP/1.1 408 "),
        (head("Content-Length: 2") + b"{}" + b"P", b"HTTP/1.1 200 "),
    ],
)
async def test_a_client_that_takes_too_long_is_let_go(sent: bytes, expected: bytes) -> None:
    async with served(QUICK) as (server, port), asyncio.timeout(20):
        said = await told(port, sent)
        assert said.startswith(expected)
        assert bool(said) == bool(expected)
        while server.connections:
            await asyncio.sleep(0)
        assert server.held == 0


async def test_connections_are_bounded_and_given_back() -> None:
    limits = ServerLimits(connections=20, last_seconds=0.05)
    before = threading.active_count()
    async with served(limits) as (server, port), asyncio.timeout(20):
        opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(20)]
        while server.connections < 20:
            await asyncio.sleep(0)
        said = await told(port, b"GET /health HTTP/1.1\r\n\r\n")
        assert said.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        assert json.loads(said.partition(b"\r\n\r\n")[2])["error"]["type"] == "server_error"
        for _, writer in opened:
            writer.close()
        while server.connections:
            await asyncio.sleep(0)
        said = await told(port, b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert said.startswith(b"HTTP/1.1 200 OK\r\n")
        assert threading.active_count() == before


async def test_the_bytes_of_all_bodies_are_bounded_together() -> None:
    limits = ServerLimits(held=5000, last_seconds=0.05)
    part = head("Content-Length: 2000") + bytes(1900)
    async with served(limits) as (server, port), asyncio.timeout(20):
        opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        for _, writer in opened:
            writer.write(part)
        while server.held < 3800:
            await asyncio.sleep(0)
        assert (await told(port, part)).startswith(b"HTTP/1.1 503 ")
        assert server.held == 3800
        for reader, writer in opened:
            writer.write(bytes(100))
            assert await reader.readuntil(b"\r\n") == b"HTTP/1.1 200 OK\r\n"
            writer.close()


async def test_a_request_is_answered_with_its_id() -> None:
    async with served(ServerLimits()) as (_, port):
        for known, expected in (("abc-1", True), ("a" * 300, False), ("\x01", False)):
            lines = (f"X-Request-Id: {known}", "Content-Length: 2", "Connection: close")
            said = await told(port, head(*lines), b"{}")
            assert (f"X-Request-Id: {known}\r\n".encode() in said) == expected


@FUNCTIONS
def test_a_field_is_passed_on_where_a_function_takes_it(address: Address) -> None:
    fields: dict[str, Any] = {
        "top_k": 7, "reasoning_effort": "low", "chat_template_kwargs": {"enable_thinking": False},
    }  # fmt: skip
    got, reply = tell(address, "?", **fields)
    assert got == 200
    words = " ".join(str(value) for value in fields.values())
    assert reply["choices"][0]["message"]["content"] == f"{words} '?'"
    got, reply = tell(address, "?", min_p=0.1)
    assert (got, reply["error"]["param"]) == (400, "min_p")


@MODEL
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("top_k", 5), ("min_p", 0.1), ("repetition_penalty", 1.1), ("reasoning_effort", "high"),
        ("chat_template_kwargs", {"enable_thinking": False}), ("logit_bias", {"5": -100}),
        ("enable_thinking", False), ("guided_json", {}), ("anything_else", 1), ("thinking", {}),
        ("modalities", ["text", "audio"]), ("tool_choice", "required"), ("n", 3), ("best_of", 4),
        ("web_search_options", {}), ("prediction", {"type": "content", "content": "a"}),
    ],
)  # fmt: skip
def test_what_may_change_an_answer_is_refused_by_its_name(
    address: Address, name: str, value: Any
) -> None:
    got, reply = tell(address, "Hi", **{name: value})
    assert (got, reply["error"]["param"]) == (400, name)
    assert name in reply["error"]["message"]


@MODEL
def test_what_changes_nothing_is_accepted(address: Address) -> None:
    sent: dict[str, Any] = {
        "user": "someone", "metadata": {"a": "b"}, "store": False, "stream": False, "n": 1,
        "stream_options": {"include_usage": True}, "service_tier": "auto", "tools": [],
        "tool_choice": "none", "parallel_tool_calls": False, "logprobs": False, "logit_bias": {},
        "frequency_penalty": 0.0, "presence_penalty": 0, "response_format": {"type": "text"},
        "safety_identifier": "x", "prompt_cache_key": "y", "top_k": -1, "repetition_penalty": 1.0,
        "modalities": ["text"], "chat_template_kwargs": {}, "reasoning_effort": None, "seed": None,
        "unheard_of": None,
    }  # fmt: skip
    for more in ({}, sent):
        assert tell(address, "Hi", **more)[1]["choices"][0]["message"]["content"] == "Hi"


def test_the_lists_of_fields_do_not_overlap_and_are_in_the_documentation() -> None:
    assert not HARMLESS & (set(FIELDS) | set(NEUTRAL) | set(wrapper.OPTIONS))
    page = (Path(__file__).parents[2] / "docs" / "serve.md").read_text("utf-8")
    named = {*FIELDS, *HARMLESS, *NEUTRAL, *wrapper.OPTIONS}
    assert [name for name in sorted(named) if f"`{name}`" not in page] == []


@pytest.mark.parametrize(
    "body",
    [
        b'{"messages": ' + b"[" * 200_000, b'{"seed": ' + b"9" * 5_000_000 + b"}",
        b'{"temperature": NaN, "messages": [{"role": "user", "content": "?"}]}',
        b'{"seed": 9223372036854775808, "messages": [{"role": "user", "content": "?"}]}',
        b'{"max_tokens": 10000000000, "messages": [{"role": "user", "content": "?"}]}',
        b'{"messages": [{"role": "assistant", "content": null, "tool_calls": [{"id": "1"}]}]}',
        b"\xff\xfe\xfa", b'"\\ud83d"',
    ],
    ids=["deep", "long number", "NaN", "seed", "tokens", "tool calls", "no UTF-8", "a text"],
)  # fmt: skip
def test_hostile_json_is_refused_in_words(address: Address, body: bytes) -> None:
    got, reply = ask(f"{address}/chat/completions", body, Authorization="Bearer open-sesame")
    assert got == 400
    assert reply["error"]["message"]


def test_no_half_of_a_surrogate_pair_is_sent_or_handed_on(address: Address) -> None:
    known = {"Authorization": "Bearer open-sesame", "Content-Type": "application/json"}
    for text in (rb"Yes \ud83d", rb"\udc00 Yes", rb"a\ud83db", rb"\ud83d\ude00"):
        body = b'{"messages": [{"role": "user", "content": "%b"}]}' % text
        got, reply = ask(f"{address}/chat/completions", body, **known)
        assert got == 200
        said = reply["choices"][0]["message"]["content"]
        said.encode()
        assert ("\ufffd" in said or r"\ufffd" in said) == (text != rb"\ud83d\ude00")


@FUNCTIONS
def test_a_functions_halves_are_mended(address: Address) -> None:
    assert tell(address, "half")[1]["choices"][0]["message"]["content"] == "Yes \ufffd"
    got, reply = tell(address, "broken")
    assert got == 500
    assert "no \ufffd" in reply["error"]["message"]


GREYS = {
    "16 bits": (encoded(Image.fromarray(np.full((2, 2), 1000 * 25, np.uint16))), 97),
    "floats": (encoded(Image.new("F", (2, 2), 0.5), "TIFF"), 128),
    "NaN": (encoded(Image.fromarray(np.array([[0.5, float("nan")]], "f4")), "TIFF"), 128),
    "transparent": (encoded(Image.new("RGBA", (2, 2), (0, 0, 0, 0))), 255),
}


@pytest.mark.parametrize("address", SERVERS[1:3], indirect=True)
def test_pictures_are_handed_over_with_their_greys(address: Address) -> None:
    for content, expected in GREYS.values():
        said = tell(address, content, "?")[1]["choices"][0]["message"]["content"]
        assert ast.literal_eval(said) == [pytest.approx((expected,) * 3, abs=1)]
    for content in (png(9000, 9000), png(30_000, 30_000), b"%!PS-Adobe-3.0 EPSF-3.0\n"):
        got, reply = tell(address, content, "?")
        assert got == 400
        assert "picture" in reply["error"]["message"]


def test_the_wrapper_takes_the_formats_that_all_others_take() -> None:
    assert 4 * 2048**2 > wrapper.MAX_PIXELS > 2048**2  # our client shrinks to that side
    for kind in images.FORMATS:
        assert wrapper.suffix_of(encoded(Image.new("RGB", (8, 8)), kind))
    assert not wrapper.suffix_of(b"RIFF\0\0\0\0WAVEfmt ")
    with pytest.raises(Refused, match="16000000"):
        wrapper.as_pil(png(9000, 9000))
