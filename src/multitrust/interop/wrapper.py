"""One file that puts an OpenAI-compatible endpoint in front of a Python function.

Copy it beside the code of a model and run it with the Python of that model's environment:

    python serve_wrapper.py model.py:chat --port 8000

It needs Python 3.8 or newer and nothing else. The function is one of

    def chat(images, text): ...     # the pictures of the request, and its text
    def chat(messages): ...         # dicts with "role", "text" and "images", one a turn

and returns the answer as a string. It may also have parameters named max_tokens, temperature,
top_p, stop or seed, or as one of `FIELDS` below; each gets what the request says, and keeps its
default where that is nothing. Another field that would change the answer is refused.
Pictures are PIL images in RGB if Pillow is installed, else paths of files that last as long as the
call; `--images` chooses. Calls come one at a time unless `--parallel` is given.

A client is answered 401 before its body is read. Heads, bodies, connections and the time that a
client may take are bounded, so that slow or greedy clients neither take threads nor memory.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import hmac
import importlib.util
import inspect
import io
import json
import os
import re
import sys
import tempfile
import time
import traceback
import types
import uuid
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

BLOCK = 65_536
"""Bytes that are read at once."""
MAX_CALLS = 32
"""Calls of a function at once, where several are allowed."""
OPTIONS = ("max_tokens", "temperature", "top_p", "stop", "seed")
"""What every model is told; a function may ask to be told by name."""
FIELDS = (
    "top_k", "min_p", "min_tokens", "repetition_penalty", "length_penalty", "frequency_penalty",
    "presence_penalty", "logit_bias", "response_format", "reasoning_effort", "verbosity",
    "chat_template_kwargs",
)  # fmt: skip
"""What else a function may ask to be told by name; a request that says it is refused otherwise."""
HARMLESS = frozenset(
    (
        "model", "messages", "max_completion_tokens", "stream_options", "parallel_tool_calls",
        "user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key",
        "prompt_cache_options", "prompt_cache_retention", "priority", "request_id",
    )
)  # fmt: skip
"""Other fields that change no answer, or that are read elsewhere."""
NEUTRAL: Mapping[str, tuple[Any, ...]] = {
    "n": (1,), "best_of": (1,), "stream": (False,), "echo": (False,), "logprobs": (False,),
    "top_logprobs": (0,), "frequency_penalty": (0,), "presence_penalty": (0,),
    "repetition_penalty": (1,), "length_penalty": (1,), "logit_bias": ({},), "top_k": (-1, 0),
    "min_p": (0,), "min_tokens": (0,), "ignore_eos": (False,), "use_beam_search": (False,),
    "skip_special_tokens": (True,), "add_generation_prompt": (True,), "tools": ([],),
    "functions": ([],), "tool_choice": ("none", "auto"), "function_call": ("none", "auto"),
    "response_format": ({"type": "text"},), "modalities": (["text"],),
    "chat_template_kwargs": ({},),
}  # fmt: skip
"""Values of further fields that change nothing; so does null in any field."""
REASONS = {
    "n": "one answer is given to a request", "stream": "answers come in one piece",
    "tools": "nothing is called", "functions": "nothing is called",
    "response_format": "answers are plain text",
}  # fmt: skip
DATA_URI = re.compile(r"data:image/[\w.+-]+;base64,", re.IGNORECASE)
ROLES = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}
CALLS = ("tool_calls", "function_call", "audio")
"""Fields of a message that say what no text says."""
FORMATS = {
    b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"RIFF": "webp",
    b"BM": "bmp", b"II*\0": "tif", b"MM\0*": "tif", b"II+\0": "tif", b"MM\0+": "tif",
}  # fmt: skip
"""How the pictures begin that are taken -> the suffix of their files."""
MAX_PIXELS = 16_000_000
"""Larger pictures are refused before they are decoded, as several calls may hold several copies."""
WHITES = {"I": (255, 65535), "F": (1, 255, 65535)}
"""What may be white where a format does not say: the least that no value exceeds."""


class Refused(Exception):
    """A request that gets an error in the format of the OpenAI API."""

    def __init__(self, message: str, status: int = 400, param: str | None = None) -> None:
        super().__init__(message)
        self.status, self.param = status, param

    def body(self) -> dict[str, Any]:
        """The error as JSON."""
        kind = "invalid_request_error" if self.status < 500 else "server_error"
        code = {401: "invalid_api_key", 404: "not_found"}.get(self.status)
        error = {"message": str(self), "type": kind, "param": self.param, "code": code}
        return {"error": error}


@dataclass(frozen=True)
class Turn:
    """One message: its texts as one, and its pictures as they came."""

    role: str
    text: str
    pictures: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Chat:
    """What is asked."""

    turns: tuple[Turn, ...]
    options: Mapping[str, Any]
    """Those of `OPTIONS` that the request gives; `stop` is a list of texts."""


def read_chat(body: bytes | bytearray, taken: Collection[str] = ()) -> Chat:
    """A request to /v1/chat/completions.

    Args:
        body: the JSON.
        taken: those of `FIELDS` that the model is told.

    Raises:
        Refused: it is malformed, or asks for what cannot be given.
    """
    try:
        asked = json.loads(body, parse_int=read_int, parse_constant=read_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(f"the body is not JSON: {error}") from None
    if not isinstance(asked, dict):
        raise Refused(f"the body is a JSON {type(asked).__name__}, expected an object")
    more = dict(read_further(asked, taken))
    messages = asked.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Refused("expected `messages`, a list of at least one message", param="messages")
    turns = tuple(read_turn(message, place) for place, message in enumerate(messages))
    return Chat(turns, {**dict(read_options(asked)), **more})


def read_int(text: str) -> int:
    """An integer of JSON. Raises ValueError if it has so many digits that reading it takes long."""
    if len(text) > 300:
        raise ValueError(f"a number has {len(text)} digits")
    return int(text)


def read_constant(name: str) -> Any:
    """Nothing: NaN and infinities are no JSON. Raises ValueError."""
    raise ValueError(f"{name} is no number of JSON")


def read_further(asked: Mapping[str, Any], taken: Collection[str]) -> Iterator[tuple[str, Any]]:
    """The fields beside `OPTIONS` that the model is told. Refuses what cannot be obeyed."""
    given = {name: value for name, value in asked.items() if value is not None}
    for name in sorted(given.keys() - HARMLESS - {*OPTIONS}):
        if name in taken:
            yield name, given[name]
        elif given[name] not in NEUTRAL.get(name, ()):
            reason = REASONS.get(name, "it may change the answer, and this model takes none")
            raise Refused(f"`{name}` is not supported here: {reason}; leave it out", param=name)


def read_options(asked: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The options that a request gives, each of its right kind."""
    limit = asked.get("max_completion_tokens")
    given = {**asked, "max_tokens": asked.get("max_tokens") if limit is None else limit}
    if isinstance(given.get("stop"), str):
        given["stop"] = [given["stop"]]
    for name in OPTIONS:
        value = given.get(name)
        if value is not None:
            check, expected = CHECKS[name]
            if not check(value):
                raise Refused(f"`{name}` is {value!r}, expected {expected}", param=name)
            yield name, value


def is_number(value: Any, *kinds: type) -> bool:
    """Whether a value is a number of these kinds, or of any; booleans are none."""
    return isinstance(value, kinds or (int, float)) and not isinstance(value, bool)


def is_texts(value: Any) -> bool:
    """Whether a value is a list of texts, none of them empty."""
    return isinstance(value, list) and all(isinstance(text, str) and text for text in value)


CHECKS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "max_tokens": (
        lambda value: is_number(value, int) and 1 <= value <= 10**9,
        "an integer from 1 to 10^9",
    ),
    "temperature": (lambda value: is_number(value) and 0 <= value <= 2, "a number from 0 to 2"),
    "top_p": (lambda value: is_number(value) and 0 < value <= 1, "a number above 0, up to 1"),
    "stop": (is_texts, "a text or a list of texts, none empty"),
    "seed": (
        lambda value: is_number(value, int) and -(2**63) <= value < 2**63,
        "an integer of 64 bits",
    ),
}
"""Option -> whether a value of it can be obeyed, and what is expected, in words."""


def read_turn(message: Any, place: int) -> Turn:
    """One message of a request."""
    where = f"messages[{place}]"
    role = ROLES.get(str(message.get("role"))) if isinstance(message, dict) else None
    if role is None:
        raise Refused(f"{where} has no role of {', '.join(ROLES)}", param=where)
    for name in CALLS:
        if message.get(name):
            raise Refused(f"{where} has `{name}`, expected texts and pictures", param=where)
    content = message.get("content")
    if content is None or isinstance(content, str):
        return Turn(role, mend_surrogates(content or ""))
    if not isinstance(content, list):
        raise Refused(f"{where} has no text and no list of parts as `content`", param=where)
    texts, pictures = [], []
    for part in content:
        kind = part.get("type") if isinstance(part, dict) else None
        if kind == "text" and isinstance(part.get("text"), str):
            texts.append(part["text"])
        elif kind == "image_url":
            pictures.append(read_picture(part.get("image_url"), where))
        else:
            raise Refused(f"{where} has a part {kind!r}, expected text or image_url", param=where)
    return Turn(role, mend_surrogates("\n".join(texts)), tuple(pictures))


def mend_surrogates(text: str) -> str:
    """The text with U+FFFD for each half of a surrogate pair, which is no character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def read_picture(value: Any, where: str) -> bytes:
    """The bytes of a picture that came as a data URI."""
    url = value.get("url") if isinstance(value, dict) else value
    if not isinstance(url, str) or DATA_URI.match(url) is None:
        raise Refused(
            f"{where} has a picture that is no data URI; send data:image/png;base64,…: this server "
            "fetches nothing",
            param=where,
        )
    try:
        content = base64.b64decode(url.partition(",")[2], validate=True)
    except ValueError as error:
        raise Refused(f"{where} has a picture that is not base64: {error}", param=where) from None
    if not content:
        raise Refused(f"{where} has an empty picture", param=where)
    if not suffix_of(content):
        raise Refused(
            f"{where} has a picture of no known format; send PNG, JPEG, GIF, WebP, BMP or TIFF",
            param=where,
        )
    return content


def suffix_of(content: bytes) -> str:
    """What the name of a picture's file is to end in, as its first bytes tell; empty if unknown."""
    found = next((FORMATS[start] for start in FORMATS if content.startswith(start)), "")
    return "" if found == "webp" and content[8:12] != b"WEBP" else found


def reply(
    text: str, model: str, finish: str = "stop", usage: Mapping[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """An answer in the format of the OpenAI API; `more` are further fields of its message."""
    message = {"role": "assistant", "content": text, "refusal": None, **more}
    body = {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
    }
    return {**body, "usage": dict(usage)} if usage else body


def model_list(model: str) -> dict[str, Any]:
    """What /v1/models answers."""
    row = {"id": model, "object": "model", "created": 0, "owned_by": "multitrust"}
    return {"object": "list", "data": [row]}


def is_admitted(header: str | None, key: str) -> bool:
    """Whether an Authorization header holds the key; any does if there is none to hold.

    The scheme may be written in capital or small letters (RFC 9110, section 11.1).
    """
    scheme, _, given = (header or "").partition(" ")
    known = hmac.compare_digest(given.lstrip(" ").encode(), key.encode())
    return not key or (known and scheme.lower() == "bearer")


def as_text(turns: tuple[Turn, ...]) -> str:
    """The turns as one text: system texts first, then the turn, or the turns with their roles."""
    system = [turn.text for turn in turns if turn.role == "system"]
    others = [turn for turn in turns if turn.role != "system"]
    if len(others) == 1:
        return "\n\n".join([*system, others[0].text])
    labelled = [f"{turn.role.capitalize()}: {turn.text}" for turn in others]
    return "\n\n".join([*system, *labelled])


def is_async(function: Any) -> bool:
    """Whether calling a function gives something to be awaited."""
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


class Function:
    """A user's function, called in the way that its parameters tell."""

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        """Read the parameters.

        Raises:
            ValueError: they are none of the known forms, or the function is a coroutine function.
        """
        self.name, self.function = name, function
        if is_async(function) or is_async(type(function).__call__):
            raise ValueError(
                f"{name} is an `async def`; expected a plain `def` that returns the answer, as it "
                "is called in a thread of its own"
            )
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        parameters = inspect.signature(function).parameters.values()
        self.options = [p.name for p in parameters if p.name in OPTIONS + FIELDS]
        self.takes = sum(p.kind in kinds and p.name not in self.options for p in parameters)
        if self.takes not in (1, 2):
            raise ValueError(
                f"{name} takes {self.takes} arguments; expected (images, text) or (messages)"
            )

    def arguments(self, chat: Chat, pictures: Callable[[bytes], Any]) -> tuple[Any, ...]:
        """What the function is given; `pictures` turns a picture into what it is to be."""
        shown = [[pictures(picture) for picture in turn.pictures] for turn in chat.turns]
        if self.takes == 2:
            return [picture for several in shown for picture in several], as_text(chat.turns)
        messages = [
            {"role": turn.role, "text": turn.text, "images": shown[place]}
            for place, turn in enumerate(chat.turns)
        ]
        return (messages,)

    def chosen(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the options that the function asks for."""
        return {name: options[name] for name in self.options if name in options}

    def answer(self, said: Any, options: Mapping[str, Any]) -> str:
        """The answer, cut at the first stop text. Raises TypeError if it is no text."""
        if not isinstance(said, str):
            raise TypeError(f"{self.name} returned {type(said).__name__}, expected str")
        text: str = said
        for stop in options.get("stop", ()):
            text = text.partition(stop)[0]
        return text


def load(spec: str) -> Any:
    """The module of FILE.py:FUNCTION; its folder can be imported from, as when Python runs it.

    Raises:
        ValueError: it is not FILE.py:FUNCTION.
        OSError: there is no such file.
        AttributeError: the file defines no such function.
    """
    file, _, name = spec.rpartition(":")
    path = Path(file).resolve()
    if path.suffix != ".py" or not name.isidentifier():
        raise ValueError(f"{spec!r} is no function; expected FILE.py:FUNCTION, e.g. model.py:chat")
    sys.path.insert(0, str(path.parent))
    module = types.ModuleType(f"served_{path.stem}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    SourceFileLoader(module.__name__, str(path)).exec_module(module)
    if not callable(getattr(module, name, None)):
        raise AttributeError(f"{path} defines no function {name}")
    return module


@contextlib.contextmanager
def handed_over(kind: str) -> Iterator[Callable[[bytes], Any]]:
    """A function that turns a picture into a PIL image, its bytes, or the path of a file.

    The files are there until the context ends.
    """
    with tempfile.TemporaryDirectory() as folder:
        if kind == "path":
            yield lambda content: as_file(content, Path(folder))
        else:
            yield as_pil if kind == "pil" else bytes


def as_file(content: bytes, folder: Path) -> str:
    """The path of a new file with the picture."""
    path = folder / f"{uuid.uuid4().hex}.{suffix_of(content)}"
    path.write_bytes(content)
    return str(path)


def as_pil(content: bytes) -> Any:
    """The picture as a PIL image in RGB: the first frame, upright, on white."""
    from PIL import Image

    try:
        opened = Image.open(io.BytesIO(content))
        if opened.width * opened.height > MAX_PIXELS:
            raise Refused(
                f"a picture has {opened.width} x {opened.height} pixels, more than {MAX_PIXELS}; "
                "shrink it first"
            )
        return convert_to_rgb(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, *BROKEN) as error:
        raise Refused(f"a picture cannot be read: {error}") from None


BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError,
    EOFError, MemoryError,
)  # fmt: skip
"""What decoders raise at broken files."""


def convert_to_rgb(opened: Any) -> Any:
    """A PIL image in RGB, upright, on white; greys of 16 bits and floats keep their brightness."""
    from PIL import Image, ImageOps

    upright: Any = ImageOps.exif_transpose(opened) or opened
    if upright.mode.startswith("I;16"):
        upright = upright.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")
    elif upright.mode in WHITES:
        most = upright.getextrema()[1]
        most = most if most == most else 1  # NaN, of which nothing is known
        white = next((white for white in WHITES[upright.mode] if most <= white), most)
        upright = upright.convert("F").point(lambda value: value * (255 / white)).convert("L")
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layered = upright.convert("RGBA")
        ground = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(ground, layered).convert("RGB")
    return upright.convert("RGB")


@dataclass(frozen=True)
class ServerLimits:
    """What clients may take of a server."""

    head: int = 65_536
    """Bytes of a request's line and headers."""
    body: int = 64_000_000
    """Bytes of a request's body."""
    held: int = 512_000_000
    """Bytes of all bodies that are being read or answered."""
    connections: int = 512
    head_seconds: float = 10.0
    """For a request's line and headers, and for the first byte of a new connection."""
    idle_seconds: float = 75.0
    """Between two requests."""
    body_rate: float = 100_000.0
    """Bytes a second that a body must bring, after `head_seconds`."""
    send_seconds: float = 30.0
    """To take a reply."""
    last_seconds: float = 5.0
    """To see a reply that ends the connection, while what still comes is thrown away."""


@dataclass(frozen=True)
class Head:
    """A request's line and headers."""

    method: str
    path: str
    fields: Mapping[str, str]
    """Headers by their names in small letters."""

    @property
    def ends(self) -> bool:
        """Whether the client wants no further request on this connection."""
        return self.fields.get("connection", "").lower() == "close"

    def length(self, most: int) -> int:
        """Bytes of the body, at most so many. Raises Refused if that is not told, or more."""
        text = self.fields.get("content-length", "0" if self.method == "GET" else "")
        if "transfer-encoding" in self.fields or not (text.isascii() and text.isdigit()):
            raise Refused(f"expected a Content-Length up to {most}, not {text[:40]!r}", 411)
        if len(text) > 18 or int(text) > most:
            raise Refused(f"the body has {text[:40]} bytes, more than {most}", 413)
        if self.fields.get("content-encoding", "identity") != "identity":
            raise Refused("the body is compressed; send it as it is", 415)
        return int(text)


def read_head(raw: bytes) -> Head:
    """The head of a request, without the empty line at its end. Raises Refused if it is none."""
    first, *lines = raw.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or parts[2] not in ("HTTP/1.1", "HTTP/1.0"):
        raise Refused("the request begins with no line of HTTP/1.1", 400)
    fields = {"connection": "close"} if parts[2] == "HTTP/1.0" else {}
    for line in lines:
        name, colon, value = line.partition(":")
        key = name.lower()
        if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9a-z-]+", key):
            raise Refused("a header has no name", 400)
        if key == "content-length" and fields.get(key, value.strip()) != value.strip():
            raise Refused("there are two lengths of the body", 400)
        fields[key] = value.strip()
    return Head(parts[0], parts[1].partition("?")[0].rstrip("/"), fields)


class TooSlow(Exception):
    """A client did not bring or take in time what it had to."""


@contextlib.contextmanager
def time_limit(reader: asyncio.StreamReader, seconds: float) -> Iterator[None]:
    """Let reading fail with TooSlow after so many seconds."""
    loop = asyncio.get_running_loop()
    timer = loop.call_later(seconds, reader.set_exception, TooSlow())
    try:
        yield
    finally:
        timer.cancel()


class ChatServer:
    """HTTP/1.1 in front of one model, on the event loop: a connection takes no thread."""

    def __init__(
        self,
        name: str,
        key: str,
        complete: Callable[[bytearray], Awaitable[dict[str, Any]]],
        limits: ServerLimits = ServerLimits(),
    ) -> None:
        """Serve a model.

        Args:
            name: what it is called.
            key: what requests must show; empty if they need not.
            complete: makes a reply of the body of a chat; may raise Refused.
            limits: what clients may take.
        """
        self.name, self.key, self.complete, self.limits = name, key, complete, limits
        self.connections = self.held = 0
        """How many there are, and the bytes of all bodies."""

    async def start(self, host: str, port: int) -> asyncio.Server:
        """Listen. Raises OSError if the port is taken."""
        return await asyncio.start_server(
            self.handle_connection, host, port, limit=self.limits.head, backlog=512
        )

    async def handle_connection(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer the requests of one connection, one after the other."""
        self.connections += 1
        try:
            if self.connections > self.limits.connections:
                raise Refused(f"there are {self.limits.connections} connections; try later", 503)
            seconds = self.limits.head_seconds
            while await self.handle_request(reader, writer, seconds):
                seconds = self.limits.idle_seconds
        except Refused as refused:
            with contextlib.suppress(TooSlow, OSError):
                await self.send(writer, refused.status, refused.body(), "Connection: close")
                await self.drain_input(reader, writer)
        except (TooSlow, OSError, asyncio.IncompleteReadError):
            pass  # the client is gone, or never said anything
        finally:
            self.connections -= 1
            writer.close()
            if writer.transport.get_write_buffer_size():
                later = asyncio.get_running_loop().call_later
                later(self.limits.send_seconds, writer.transport.abort)

    async def handle_request(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float
    ) -> bool:
        """Read a request and answer it; whether another may follow."""
        head = await self.read_next_head(reader, seconds)
        admit(head, self.key)
        length = head.length(self.limits.body)
        if head.fields.get("expect", "").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = bytearray()
        try:
            await self.read_body(body, length, reader)
            status, told = await self.respond(head, body)
        finally:
            self.held -= len(body)
        ending = "Connection: close" if head.ends else ""
        await self.send(writer, status, told, ending, echo_request_id(head))
        return not head.ends

    async def read_next_head(self, reader: asyncio.StreamReader, seconds: float) -> Head:
        """The next request's head, if it begins within so many seconds."""
        with time_limit(reader, seconds):
            first = await reader.readexactly(1)
        try:
            with time_limit(reader, self.limits.head_seconds):
                raw = first + await reader.readuntil(b"\r\n\r\n")
        except TooSlow:
            most = self.limits.head_seconds
            raise Refused(f"the request's headers took more than {most:g} s", 408) from None
        except asyncio.LimitOverrunError:
            most = self.limits.head
            raise Refused(f"the request's headers have more than {most} bytes", 431) from None
        return read_head(raw[:-4])

    async def read_body(self, body: bytearray, length: int, reader: asyncio.StreamReader) -> None:
        """Read a body of that length."""
        seconds = self.limits.head_seconds + length / self.limits.body_rate
        try:
            with time_limit(reader, seconds):
                while len(body) < length:
                    part = await reader.read(min(length - len(body), BLOCK))
                    if not part:
                        raise asyncio.IncompleteReadError(b"", length)
                    body += part
                    self.held += len(part)
                    if self.held > self.limits.held:
                        raise Refused("too many large requests at once; try later", 503)
        except TooSlow:
            raise Refused(f"the body took more than {seconds:.0f} s", 408) from None

    async def respond(self, head: Head, body: bytearray) -> tuple[int, dict[str, Any]]:
        """The status and JSON that answer a request."""
        try:
            if head.path == "/health":
                return 200, {"status": "ok"}
            if head.path == "/v1/models":
                return 200, model_list(self.name)
            return 200, await self.complete(body)
        except Refused as refused:
            return refused.status, refused.body()

    async def send(
        self, writer: asyncio.StreamWriter, status: int, body: Mapping[str, Any], *headers: str
    ) -> None:
        """Send JSON; a client that does not take it in time is let go."""
        content = mend_surrogates(json.dumps(body, ensure_ascii=False)).encode()
        lines = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
            "Content-Type: application/json",
            f"Content-Length: {len(content)}",
            *filter(None, headers),
        )
        writer.write("\r\n".join((*lines, "", "")).encode("latin-1") + content)
        later = asyncio.get_running_loop().call_later
        timer = later(self.limits.send_seconds, writer.transport.abort)
        try:
            await writer.drain()
        finally:
            timer.cancel()

    async def drain_input(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Let a client see the last reply: what it still sends would break the connection."""
        with contextlib.suppress(OSError):
            writer.write_eof()
        with time_limit(reader, self.limits.last_seconds):
            while await reader.read(BLOCK):
                pass


METHODS = {"/health": "GET", "/v1/models": "GET", "/v1/chat/completions": "POST"}
"""Path -> what may be asked of it."""


def admit(head: Head, key: str) -> None:
    """See that a request may be read on. Raises Refused if not."""
    if head.method not in ("GET", "POST"):
        raise Refused(f"there is no {head.method[:20]!r} here; there are GET and POST", 501)
    if head.path != "/health" and not is_admitted(head.fields.get("authorization"), key):
        raise Refused("the key is missing or wrong; send Authorization: Bearer KEY", 401)
    if head.path not in METHODS:
        raise Refused(f"there is no {head.path[:80]}; there are {', '.join(METHODS)}", 404)
    if head.method != METHODS[head.path]:
        raise Refused(f"{head.path} is asked by {METHODS[head.path]}, not {head.method}", 405)


def echo_request_id(head: Head) -> str:
    """A header that repeats the request's id, if it has a short one."""
    known = head.fields.get("x-request-id", "")
    return f"X-Request-Id: {known}" if 0 < len(known) <= 200 and known.isprintable() else ""


@dataclass(frozen=True)
class Service:
    """A function that answers in threads of its own."""

    function: Function
    name: str
    """What the model is called."""
    pictures: str
    """How pictures are handed over: `pil`, `path` or `bytes`."""
    threads: ThreadPoolExecutor

    async def complete(self, body: bytearray) -> dict[str, Any]:
        """The reply to a chat. Raises Refused."""
        chat = read_chat(body, self.function.options)
        loop = asyncio.get_running_loop()
        return reply(await loop.run_in_executor(self.threads, self.answer, chat), self.name)

    def answer(self, chat: Chat) -> str:
        """What the function says. Raises Refused if it fails."""
        try:
            with handed_over(self.pictures) as pictures:
                given = self.function.arguments(chat, pictures)
                said = self.function.function(*given, **self.function.chosen(chat.options))
            return self.function.answer(said, chat.options)
        except Refused:
            raise
        except BaseException as error:  # noqa: BLE001  also SystemExit, which ends no server
            traceback.print_exc()
            raise Refused(f"the model failed: {describe_error(error)}", 500) from None


def describe_error(error: BaseException) -> str:
    """The class of an exception and its text, if its `__str__` gives one; at most 10,000 signs."""
    try:
        text = str(error)
    except BaseException as failure:  # noqa: BLE001  whatever a `__str__` raises
        text = f"(no text: its __str__ raised {type(failure).__name__})"
    return f"{type(error).__name__}: {text[:10_000]}"


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description="An OpenAI-compatible endpoint for a function.")
    parser.add_argument("function", help="FILE.py:FUNCTION")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one")
    parser.add_argument("--name", help="what the model is called; the file's name if not given")
    parser.add_argument("--api-key", default=os.environ.get("MULTITRUST_API_KEY", ""))
    parser.add_argument("--images", choices=("pil", "path", "bytes"), help="what pictures are")
    parser.add_argument("--parallel", action="store_true", help="several calls at once")
    return parser.parse_args()


def main() -> None:
    """Serve until the process is stopped."""
    chosen = arguments()
    file, _, name = chosen.function.rpartition(":")
    function = Function(name, getattr(load(chosen.function), name))
    pictures = chosen.images or ("pil" if importlib.util.find_spec("PIL") else "path")
    threads = ThreadPoolExecutor(MAX_CALLS if chosen.parallel else 1)
    called = chosen.name or Path(file).stem
    service = Service(function, called, pictures, threads)
    server = ChatServer(called, chosen.api_key, service.complete)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run_server(server, chosen.host, chosen.port))


async def run_server(server: ChatServer, host: str, port: int) -> None:
    """Serve, and say where."""
    listening = await server.start(host, port)
    place = listening.sockets[0].getsockname()[1]
    sys.stdout.write(f"serving {server.name} at http://{host}:{place}/v1\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    main()
