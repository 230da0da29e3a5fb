"""An endpoint that is never the bottleneck: it waits, then sends its format's fixed answer.

It reads no more of a request than where it ends, and speaks just enough HTTP for clients that keep
their connections open. As a program it prints its port, then serves until it is stopped.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

import orjson
import uvloop

REPLIES: dict[bytes, dict[str, Any]] = {
    b"/chat/completions": {
        "model": "stub",
        "choices": [{"message": {"role": "assistant", "content": "Yes"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 300, "completion_tokens": 1},
    },
    b"/responses": {
        "model": "stub",
        "status": "completed",
        "output": [
            {"type": "message", "content": [{"type": "output_text", "text": "Yes"}]},
        ],
        "usage": {"input_tokens": 300, "output_tokens": 1},
    },
    b"/messages": {
        "model": "stub",
        "type": "message",
        "content": [{"type": "text", "text": "Yes"}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 300, "output_tokens": 1},
    },
    b":generateContent": {
        "modelVersion": "stub",
        "candidates": [{"content": {"parts": [{"text": "Yes"}]}, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 300, "candidatesTokenCount": 1},
    },
}
"""By the end of the path: what each format says for yes."""


def answer_of(reply: dict[str, Any]) -> bytes:
    """A reply as HTTP."""
    body = orjson.dumps(reply)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body


ANSWERS = {ending: answer_of(reply) for ending, reply in REPLIES.items()}
TAIL = 120
"""Bytes at a request's end that tell which question it was."""


class Connection(asyncio.Protocol):
    """One client's connection; requests on it follow each other."""

    def __init__(self, latency: float, log: TextIO | None) -> None:
        self.latency, self.log = latency, log
        self.loop = asyncio.get_running_loop()
        self.head, self.tail, self.reply = b"", b"", b""
        self.digest = hashlib.sha256()
        self.missing = 0
        """Bytes of the body that have not come yet."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there."""
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Count the body's bytes; answer later when the last one is here."""
        if not self.missing:
            self.head += data
            head, found, data = self.head.partition(b"\r\n\r\n")
            if not found:
                return
            path = head.split(None, 2)[1]
            self.reply = next(ANSWERS[ending] for ending in ANSWERS if path.endswith(ending))
            self.head, self.tail = b"", b""
            self.digest = hashlib.sha256()
            self.missing = int(head.lower().partition(b"content-length:")[2].split(None, 1)[0])
        self.missing -= len(data)
        if self.log is not None:
            self.digest.update(data)
        self.tail = (self.tail + data[-TAIL:])[-TAIL:]
        if not self.missing:
            name = self.digest.hexdigest()
            self.loop.call_later(self.latency, self.answer, self.reply, name, self.tail)

    def answer(self, reply: bytes, name: str, tail: bytes) -> None:
        """Send the answer, if the client is still there, and note when it was sent."""
        if self.transport.is_closing():
            return
        self.transport.write(reply)
        if self.log is not None:
            self.log.write(f"{time.time():.4f} {name} {tail.decode(errors='replace')}\n")


async def serve(latency: float, log: TextIO | None) -> None:
    """Listen on a free port and print it."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(latency, log), "127.0.0.1", backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def endpoint(latency: float = 0.05, log: Path | None = None) -> Iterator[str]:
    """The address of an endpoint in a process of its own.

    Args:
        latency: seconds between a request's end and its answer.
        log: a file for one line an answer: when it was sent, the sha256 of the request's body, and
            the end of that.
    """
    command = [sys.executable, __file__, "--latency", str(latency)]
    if log is not None:
        command += ["--log", str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        finally:
            process.terminate()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, required=True)
    parser.add_argument("--log", type=Path)
    chosen = parser.parse_args()
    opened = chosen.log.open("w", buffering=1) if chosen.log else None
    uvloop.run(serve(chosen.latency, opened))
