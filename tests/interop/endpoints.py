"""Servers as programs, and the simplest client there is."""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from PIL import Image

PROGRAM = str(Path(sys.executable).with_name("multitrust"))


class Address(str):
    """Where a server serves, and the id of its process."""

    pid: int


@contextmanager
def serving(
    *command: object, cwd: Path | None = None, variables: Mapping[str, str] | None = None
) -> Iterator[Address]:
    """The address that a server says it serves at; it is stopped as Ctrl-C does."""
    server = subprocess.Popen(
        [*map(str, command)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd,
        env={**os.environ, **(variables or {})},
    )  # fmt: skip
    assert server.stdout is not None
    line = server.stdout.readline()
    try:
        assert " at http" in line, server.communicate(timeout=20)
        address = Address(line.split(" at ")[1].strip())
        address.pid = server.pid
        yield address
    finally:
        server.terminate()
        server.communicate(timeout=20)


def ask(url: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    """(status, JSON) of a GET, or of a POST of a body: bytes as they are, the rest as JSON."""
    content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    try:
        with build_opener(ProxyHandler({})).open(Request(url, content, headers), timeout=20) as got:
            return got.status, json.loads(got.read())
    except HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def say(url: str, *content: Any, **fields: Any) -> tuple[int, Any]:
    """The reply to one message of texts and pictures."""
    parts = [part(it) for it in content]
    messages = [{"role": "user", "content": parts}]
    return ask(f"{url}/chat/completions", {"model": "it", "messages": messages, **fields})


def part(content: Any) -> dict[str, Any]:
    """A text or a picture as a part of a message."""
    if isinstance(content, str):
        return {"type": "text", "text": content}
    return {"type": "image_url", "image_url": {"url": uri(content)}}


def picture(color: str, size: tuple[int, int] = (8, 6), kind: str = "PNG") -> bytes:
    """A picture of one color."""
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, kind)
    return file.getvalue()


def uri(content: bytes) -> str:
    """A picture as a data URI."""
    return "data:image/png;base64," + base64.b64encode(content).decode()


def pythons() -> list[str]:
    """This Python and, where one is found, the oldest that the wrapper promises to run on."""
    homes = sorted(Path.home().glob(".pyenv/versions/3.8.*/bin/python"))
    found = [str(path) for path in homes] + [shutil.which("python3.8") or ""]
    return [sys.executable, *[path for path in found if runs(path)][:1]]


def runs(python: str) -> bool:
    """Whether a command is a Python that runs."""
    command = [python, "-c", "print(8)"]
    if not python:
        return False
    return subprocess.run(command, capture_output=True, check=False).stdout.strip() == b"8"


def wrong_requests() -> Iterator[tuple[str, Any, str]]:
    """(name, body, what its refusal speaks of) of requests that no endpoint of ours accepts."""
    user = {"role": "user", "content": "Hello"}
    yield "no JSON", b"{", "JSON"
    yield "a list", [], "list"
    yield "no messages", {}, "messages"
    yield "empty messages", {"messages": []}, "messages"
    yield "no role", {"messages": [{"content": "Hello"}]}, "messages[0]"
    yield "a tool's message", {"messages": [user, {"role": "tool", "content": ""}]}, "messages[1]"
    yield "a role that is a list", {"messages": [{**user, "role": ["user"]}]}, "role"
    yield "content that is a number", {"messages": [{**user, "content": 3}]}, "content"
    for name, of in (("sound", {"type": "input_audio"}), ("a string", "Hello"), ("no text", {})):
        yield f"a part: {name}", {"messages": [{**user, "content": [of]}]}, "messages[0]"
    for name, url, words in (
        ("at an address", "https://example.com/a.png", "data URI"),
        ("in a file", "file:///etc/hostname", "data URI"),
        ("of no kind", "data:text/html;base64,AAAA", "data URI"),
        ("not in base64", "data:image/png;base64,A!", "base64"),
        ("of nothing", "data:image/png;base64,", "empty"),
        ("of no image", "data:image/png;base64,AAAA", "picture"),
        ("that is a number", 3, "data URI"),
    ):
        shown: Any = {"type": "image_url", "image_url": {"url": url}}
        yield f"a picture {name}", {"messages": [{**user, "content": [shown]}]}, words
    for field, value in (
        ("stream", True), ("n", 2), ("n", 0), ("tools", [{"type": "function"}]), ("logprobs", True),
        ("response_format", {"type": "json_object"}), ("frequency_penalty", 1), ("max_tokens", 0),
        ("max_completion_tokens", "7"), ("max_tokens", True), ("temperature", -1),
        ("temperature", "warm"), ("top_p", 0), ("stop", [""]), ("stop", 3), ("seed", 1.5),
    ):  # fmt: skip
        name = "max_tokens" if field.startswith("max") else field
        yield f"{field}={value}", {"messages": [user], field: value}, name


WRONG = {name: (body, words) for name, body, words in wrong_requests()}
