"""One file that puts an OpenAI-compatible endpoint in front of a Python function.

Copy it beside the code of a model and run it with the Python of that model's environment:

    python serve_wrapper.py model.py:chat --port 8000

It needs Python 3.8 or newer and nothing else. The function is one of

    def chat(images, text): ...     # the pictures of the request, and its text
    def chat(messages): ...         # dicts with "role", "text" and "images", one a turn

and returns the answer as a string. It may also have parameters named max_tokens, temperature,
top_p, stop or seed; each gets what the request says, and keeps its default where that is nothing.
Pictures are PIL images in RGB if Pillow is installed, else paths of files that last as long as the
call; `--images` chooses. Calls come one at a time unless `--parallel` is given.
"""

from __future__ import annotations

import argparse
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
import threading
import time
import traceback
import types
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

MAX_BODY = 64_000_000
OPTIONS = ("max_tokens", "temperature", "top_p", "stop", "seed")
"""What a function may ask to be told by name."""
DATA_URI = re.compile(r"data:image/[\w.+-]+;base64,", re.IGNORECASE)
ROLES = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}
UNSUPPORTED = (
    "stream", "tools", "functions", "logprobs", "frequency_penalty", "presence_penalty",
    "logit_bias",
)  # fmt: skip
"""Fields that would change what is answered and cannot be obeyed."""


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


def read_chat(body: bytes) -> Chat:
    """A request to /v1/chat/completions.

    Raises:
        Refused: it is malformed, or asks for what cannot be given.
    """
    try:
        asked = json.loads(body)
    except ValueError as error:
        raise Refused(f"the body is not JSON: {error}") from None
    if not isinstance(asked, dict):
        raise Refused(f"the body is a JSON {type(asked).__name__}, expected an object")
    for name in UNSUPPORTED:
        if asked.get(name):
            raise Refused(f"`{name}` is not supported here; leave it out", param=name)
    if asked.get("n") not in (None, 1):
        raise Refused("one answer is given to a request; leave `n` out", param="n")
    if (asked.get("response_format") or {"type": "text"}) != {"type": "text"}:
        raise Refused(
            "answers are plain text; leave `response_format` out", param="response_format"
        )
    messages = asked.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Refused("expected `messages`, a list of at least one message", param="messages")
    turns = tuple(read_turn(message, place) for place, message in enumerate(messages))
    return Chat(turns, dict(read_options(asked)))


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
    "max_tokens": (lambda value: is_number(value, int) and value >= 1, "a positive integer"),
    "temperature": (lambda value: is_number(value) and 0 <= value <= 2, "a number from 0 to 2"),
    "top_p": (lambda value: is_number(value) and 0 < value <= 1, "a number above 0, up to 1"),
    "stop": (is_texts, "a text or a list of texts, none empty"),
    "seed": (lambda value: is_number(value, int), "an integer"),
}
"""Option -> whether a value of it can be obeyed, and what is expected, in words."""


def read_turn(message: Any, place: int) -> Turn:
    """One message of a request."""
    where = f"messages[{place}]"
    role = ROLES.get(str(message.get("role"))) if isinstance(message, dict) else None
    if role is None:
        raise Refused(f"{where} has no role of {', '.join(ROLES)}", param=where)
    content = message.get("content")
    if content is None or isinstance(content, str):
        return Turn(role, content or "")
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
    return Turn(role, "\n".join(texts), tuple(pictures))


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
    return content


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
    """Whether an Authorization header holds the key; any does if there is none to hold."""
    return not key or hmac.compare_digest((header or "").encode(), f"Bearer {key}".encode())


def as_text(turns: tuple[Turn, ...]) -> str:
    """The turns as one text: system texts first, then the turn, or the turns with their roles."""
    system = [turn.text for turn in turns if turn.role == "system"]
    others = [turn for turn in turns if turn.role != "system"]
    if len(others) == 1:
        return "\n\n".join([*system, others[0].text])
    labelled = [f"{turn.role.capitalize()}: {turn.text}" for turn in others]
    return "\n\n".join([*system, *labelled])


class Function:
    """A user's function, called in the way that its parameters tell."""

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        """Read the parameters. Raises ValueError if they are none of the known forms."""
        self.name, self.function = name, function
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        parameters = inspect.signature(function).parameters.values()
        self.options = [p.name for p in parameters if p.name in OPTIONS]
        self.takes = sum(p.kind in kinds and p.name not in OPTIONS for p in parameters)
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
    suffix = ".jpg" if content.startswith(b"\xff\xd8") else ".png"
    path = folder / (uuid.uuid4().hex + suffix)
    path.write_bytes(content)
    return str(path)


def as_pil(content: bytes) -> Any:
    """The picture as a PIL image in RGB."""
    from PIL import Image

    try:
        return Image.open(io.BytesIO(content)).convert("RGB")
    except (OSError, ValueError) as error:
        raise Refused(f"a picture cannot be read: {error}") from None


@dataclass(frozen=True)
class Service:
    """What the server serves."""

    function: Function
    name: str
    """What the model is called."""
    key: str
    pictures: str
    """How pictures are handed over: `pil`, `path` or `bytes`."""
    turn: Any
    """A context in which one call is made."""

    def get(self, path: str) -> dict[str, Any]:
        """What a GET request answers."""
        if path == "/health":
            return {"status": "ok"}
        if path == "/v1/models":
            return model_list(self.name)
        raise Refused(f"there is no {path}; there are /v1/models and /health", 404)

    def post(self, path: str, body: bytes) -> dict[str, Any]:
        """What a POST request answers."""
        if path != "/v1/chat/completions":
            raise Refused(f"there is no {path}; there is /v1/chat/completions", 404)
        chat = read_chat(body)
        with handed_over(self.pictures) as pictures:
            given = self.function.arguments(chat, pictures)
            with self.turn:
                said = self.function.function(*given, **self.function.chosen(chat.options))
        return reply(self.function.answer(said, chat.options), self.name)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together
    service: Service

    def do_GET(self) -> None:
        """Answer about the server."""
        self.answer(lambda path: self.service.get(path))

    def do_POST(self) -> None:
        """Answer a chat."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY:
            self.close_connection = True  # what follows cannot be told from the next request
            problem = f"expected a Content-Length up to {MAX_BODY}, not {length!r}"
            return self.answer(Refused(problem, 413 if length.isdigit() else 411))
        body = self.rfile.read(int(length))
        return self.answer(lambda path: self.service.post(path, body))

    def answer(self, make: Refused | Callable[[str], dict[str, Any]]) -> None:
        """Send what is made of the path, or the error that comes of it."""
        path = self.path.partition("?")[0].rstrip("/")
        try:
            if isinstance(make, Refused):
                raise make
            if path != "/health" and not is_admitted(
                self.headers.get("Authorization"), self.service.key
            ):
                raise Refused("the key is missing or wrong; send Authorization: Bearer KEY", 401)
            self.send(200, make(path))
        except Refused as refused:
            self.send(refused.status, refused.body())
        except Exception as error:  # noqa: BLE001  whatever a model's code raises
            traceback.print_exc()
            failed = Refused(f"the model failed: {type(error).__name__}: {error}", 500)
            self.send(500, failed.body())

    def send(self, status: int, body: dict[str, Any]) -> None:
        """Send JSON."""
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Tell what is wrong with the request itself, in the same format."""
        self.close_connection = True
        self.send(code, Refused(message or self.responses[code][0], code).body())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: only failures are worth a line."""


class Server(ThreadingHTTPServer):
    """A thread for each connection, and room for many that wait."""

    request_queue_size = 512


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
    turn = contextlib.nullcontext() if chosen.parallel else threading.Lock()
    called = chosen.name or Path(file).stem
    Handler.service = Service(function, called, chosen.api_key, pictures, turn)
    with Server((chosen.host, chosen.port), Handler) as server:
        address = f"http://{chosen.host}:{server.server_address[1]}/v1"
        sys.stdout.write(f"serving {called} at {address}\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


if __name__ == "__main__":
    main()
