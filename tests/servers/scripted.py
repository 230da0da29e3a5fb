"""A server in the event loop of the test that sends what a script says, to the byte."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

OK = b'{"choices": [{"message": {"content": "Yes"}, "finish_reason": "stop"}]}'
Answer = Callable[[int], bytes | None]
"""What is sent for the request of a number, from 0; None ends the connection without a word."""


def reply(status: int = 200, body: bytes = OK, /, **headers: str) -> bytes:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} X\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body


@dataclass
class Host:
    """A server in the event loop of the test, which can be closed and opened again."""

    answer: Answer
    latency: float = 0.0
    port: int = 0
    reply_to: Callable[[bytes], bytes] | None = None
    """From a request's body to what is sent, in place of `answer`."""
    heads: list[bytes] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    """When each request came."""
    under_way: int = 0
    most: int = 0
    connections: int = 0
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def open(self) -> None:
        self._server = await asyncio.start_server(self.serve, "127.0.0.1", self.port, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(head)
                length = head.partition(b"Content-Length: ")[2].split(b"\r\n")[0]
                body = await reader.readexactly(int(length))
                self.times.append(time.monotonic())
                self.under_way += 1
                self.most = max(self.most, self.under_way)
                number = len(self.times) - 1
                sent = self.reply_to(body) if self.reply_to else self.answer(number)
                await asyncio.sleep(self.latency)
                self.under_way -= 1
                if sent is None:
                    return
                writer.write(sent)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.transport.abort()


@asynccontextmanager
async def hosting(answer: Answer, latency: float = 0.0) -> AsyncIterator[Host]:
    host = Host(answer, latency)
    await host.open()
    try:
        yield host
    finally:
        host.close()
        await asyncio.sleep(0)
