"""The file that serves old environments, run as users run it, with this Python and the oldest."""

from __future__ import annotations

import ast
import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.interop.endpoints import WRONG, ask, picture, pythons, say, serving

from multitrust.core import GenerateConfig, Message
from multitrust.interop import wrapper
from multitrust.interop.serve import Sent
from multitrust.models import resolve

SOURCE = Path(wrapper.__file__)
CODE = """
import os, threading, time
import beside

seen, inside, most = [], 0, 0
ENDS = {"exit": SystemExit, "interrupt": KeyboardInterrupt, "close": GeneratorExit}

class Mute(Exception):
    def __str__(self):
        raise KeyError("no text")

async def later(images, text):
    return text

def describe(image):
    if isinstance(image, str):
        seen.append(image)
        return "file %s %d" % (os.path.splitext(image)[1], os.path.getsize(image))
    if isinstance(image, bytes):
        return "bytes %d" % len(image)
    return "%s %s" % (image.mode, image.size)

def chat(images, text, max_tokens=7, stop=None):
    if text == "break":
        raise RuntimeError("out of order")
    if text in ENDS:
        raise ENDS[text](3)
    if text == "mute":
        raise Mute
    if text == "half":
        raise ValueError("bad \\ud83d text")
    if text == "nothing":
        return None
    if text == "left":
        return str([path for path in seen if os.path.exists(path)])
    options = [str(max_tokens), str(stop and len(stop))]
    return " | ".join([*map(describe, images), text, *options, beside.WORD])

def turns(messages):
    return str([(m["role"], m["text"], len(m["images"])) for m in messages])

def slow(images, text):
    global inside, most
    inside += 1
    most = max(most, inside)
    time.sleep(0.1)
    inside -= 1
    return str(most)

def three(a, b, c):
    return ""
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model's code with the wrapper beside it."""
    path = tmp_path_factory.mktemp("old")
    (path / "serve_wrapper.py").write_bytes(SOURCE.read_bytes())
    (path / "model.py").write_text(CODE)
    (path / "beside.py").write_text("WORD = 'end'")
    return path


def wrapped(folder: Path, function: str, *flags: str, python: str = sys.executable) -> Any:
    """The wrapper as a program."""
    file = f"model.py:{function}"
    return serving(python, "serve_wrapper.py", file, "--port", "0", *flags, cwd=folder)


@pytest.fixture(scope="module", params=pythons())
def address(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Where `chat` is served, with files for pictures."""
    with wrapped(folder, "chat", "--images", "path", python=request.param) as url:
        yield url


def text_of(reply: tuple[int, Any]) -> str:
    status, body = reply
    assert status == 200, body
    return str(body["choices"][0]["message"]["content"])


def test_it_keeps_to_the_oldest_python_and_its_library() -> None:
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 8))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else names(node))
        if name
    }
    assert imported - set(sys.stdlib_module_names) == {"PIL"}


def names(node: ast.Import) -> list[str]:
    return [alias.name for alias in node.names]


def test_pictures_are_files_for_the_time_of_the_call(address: str) -> None:
    png, jpeg = picture("red"), picture("blue", (30, 20), "JPEG")
    said = text_of(say(address, "What is it?", png, jpeg, "Say it.", max_tokens=5, stop="zzz"))
    expected = (
        f"file .png {len(png)}", f"file .jpg {len(jpeg)}", "What is it?\nSay it.", "5", "1", "end",
    )  # fmt: skip
    assert said == " | ".join(expected)
    assert text_of(say(address, "left")) == "[]"


def test_an_answer_is_cut_before_a_stop_text(address: str) -> None:
    assert text_of(say(address, "one two three", stop=["three", "two"])) == "one "


def test_what_the_request_leaves_open_keeps_the_functions_default(address: str) -> None:
    assert text_of(say(address, "Hi")) == "Hi | 7 | None | end"


def test_it_tells_its_model_and_its_health(address: str) -> None:
    status, listed = ask(f"{address}/models")
    assert (status, [row["id"] for row in listed["data"]]) == (200, ["model"])
    assert ask(address.replace("/v1", "/health")) == (200, {"status": "ok"})
    assert say(address, "Hi")[1]["model"] == "model"


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_request_is_refused_in_words(address: str, name: str) -> None:
    body, words = WRONG[name]
    status, told = ask(f"{address}/chat/completions", body)
    assert status == 400
    assert told["error"]["type"] == "invalid_request_error"
    assert words in told["error"]["message"]


def test_an_unknown_path_is_not_found(address: str) -> None:
    for status, told in (ask(f"{address}/completions", {}), ask(f"{address}/nothing")):
        assert status == 404
        assert told["error"]["code"] == "not_found"


def test_a_failing_function_is_an_error_and_the_next_call_succeeds(address: str) -> None:
    status, told = say(address, "break")
    assert (status, told["error"]["type"]) == (500, "server_error")
    assert "RuntimeError: out of order" in told["error"]["message"]
    status, told = say(address, "nothing")
    assert status == 500
    assert "chat returned NoneType, expected str" in told["error"]["message"]
    assert text_of(say(address, "Hi")).startswith("Hi")


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        ("exit", "SystemExit: 3"), ("interrupt", "KeyboardInterrupt: 3"),
        ("close", "GeneratorExit: 3"), ("half", "ValueError: bad \ufffd text"),
        ("mute", "Mute: (no text: its __str__ raised KeyError)"),
    ],
)  # fmt: skip
def test_whatever_the_function_raises_fails_its_request_only(
    address: str, text: str, raised: str
) -> None:
    status, told = say(address, text)
    assert (status, told["error"]["message"]) == (500, f"the model failed: {raised}")
    assert text_of(say(address, "Hi")).startswith("Hi")


def test_one_connection_serves_requests_and_errors_in_turn(address: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    good = json.dumps({"messages": [{"role": "user", "content": "Hi"}]})
    for body, status in ((good, 200), ("{}", 400), (good, 200)):
        connection.request("POST", "/v1/chat/completions", body)
        reply = connection.getresponse()
        assert reply.status == status
        json.loads(reply.read())
    connection.close()


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("POST", {"Transfer-Encoding": "chunked"}, 411),
        ("POST", {"Content-Length": "64000001"}, 413),
        ("POST", {"Content-Length": "-3"}, 411),
        ("PUT", {"Content-Length": "0"}, 501),
    ],
)
def test_requests_of_another_form_get_an_error_of_the_same_form(
    address: str, method: str, headers: dict[str, str], status: int
) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.putrequest(method, "/v1/chat/completions")
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    reply = connection.getresponse()
    assert reply.status == status
    assert json.loads(reply.read())["error"]["message"]
    connection.close()


async def test_our_own_client_gets_the_answers(address: str) -> None:
    model = resolve(f"{address}#anything")
    image = Sent(picture("red"))
    messages = (
        Message(role="system", text="Be brief."),
        Message(role="user", text="What is it?", images=(image,)),
    )
    said = await model.generate(messages, GenerateConfig(max_tokens=9))
    await model.close()
    size = len(image.read())
    assert said.text == f"file .png {size} | Be brief.\n\nWhat is it? | 9 | None | end"
    assert (said.model, said.stop, said.input_tokens) == ("model", "end", None)


def test_pictures_are_pillow_images_where_pillow_is(folder: Path) -> None:
    with wrapped(folder, "chat") as url:
        assert text_of(say(url, picture("red"), "?")) == "RGB (8, 6) | ? | 7 | None | end"
        status, told = say(url, b"no picture")
        assert (status, told["error"]["type"]) == (400, "invalid_request_error")


def test_pictures_can_be_bytes(folder: Path) -> None:
    with wrapped(folder, "chat", "--images", "bytes") as url:
        red = picture("red")
        assert text_of(say(url, red, "?")) == f"bytes {len(red)} | ? | 7 | None | end"


def test_a_function_of_messages_gets_the_turns(folder: Path) -> None:
    with wrapped(folder, "turns", "--name", "it") as url:
        messages = [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Hello"}]},
            {"role": "assistant", "content": None},
        ]
        reply = ask(f"{url}/chat/completions", {"messages": messages})
        assert text_of(reply) == str(
            [("system", "Be brief.", 0), ("user", "Hello", 0), ("assistant", "", 0)]
        )
        assert reply[1]["model"] == "it"


@pytest.mark.parametrize(("flags", "most"), [((), 1), (("--parallel",), 4)])
def test_calls_come_one_at_a_time_unless_told(
    folder: Path, flags: tuple[str, ...], most: int
) -> None:
    with wrapped(folder, "slow", *flags) as url, ThreadPoolExecutor(4) as threads:
        start = time.monotonic()
        said = [text_of(reply) for reply in threads.map(lambda _: say(url, "?"), range(4))]
        assert max(map(int, said)) <= most
        assert (time.monotonic() - start >= 0.4) == (most == 1)


def test_a_key_is_asked_for(folder: Path) -> None:
    with wrapped(folder, "chat", "--api-key", "open-sesame") as url:
        assert ask(f"{url}/models")[0] == 401
        status, told = say(url, "Hi")
        assert (status, told["error"]["code"]) == (401, "invalid_api_key")
        assert "open-sesame" not in str(told)
        for scheme in ("Bearer", "bearer", "BEARER"):
            assert ask(f"{url}/models", Authorization=f"{scheme} open-sesame")[0] == 200
        assert ask(url.replace("/v1", "/health"))[0] == 200


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("model.py:three", "takes 3 arguments"),
        ("model.py:later", "later is an `async def`; expected a plain `def`"),
        ("model.py:missing", "defines no function missing"),
        ("model.py", "expected FILE.py:FUNCTION"),
        ("absent.py:chat", "absent.py"),
    ],
)
def test_what_cannot_be_served_is_told(folder: Path, function: str, words: str) -> None:
    command = [sys.executable, "serve_wrapper.py", function]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert words in done.stderr
