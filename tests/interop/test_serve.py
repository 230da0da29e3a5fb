"""The endpoint in front of any model: its protocol, its batches, and clients of other projects."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import openai
import pytest
from aiohttp import ClientSession
from tests.interop.endpoints import PROGRAM, WRONG, ask, picture, say, serving, uri

from multitrust.core import (
    ConfigError,
    GenerateConfig,
    Message,
    Model,
    ModelError,
    ModelIdentity,
    Response,
    Stop,
    UnknownNameError,
)
from multitrust.core.errors import ModelErrorKind
from multitrust.interop import Endpoint, function_model
from multitrust.interop.serve import Sent
from multitrust.models import resolve

COLORS = ("red", "green", "blue", "yellow")
QUESTION = "What color is this?"


class Scripted:
    """A model whose answer a function makes, once as many requests wait as are to come together."""

    name, identity = "scripted", ModelIdentity(name="scripted")

    def __init__(self, make: Callable[..., Response], together: int = 1) -> None:
        self.make, self.barrier = make, asyncio.Barrier(together)
        self.closed = False

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        async with asyncio.timeout(10):
            await self.barrier.wait()
        return self.make(messages, config)

    async def close(self) -> None:
        self.closed = True


@asynccontextmanager
async def client_of(model: Model, key: str = "") -> AsyncIterator[ClientSession]:
    """A client of an endpoint in this process."""
    listening = await Endpoint(model, "it", key).server().start("127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with ClientSession(f"http://127.0.0.1:{port}") as client:
        yield client
    listening.close()


async def post(client: ClientSession, *messages: dict[str, Any], **fields: Any) -> tuple[int, Any]:
    body = {"model": "it", "messages": messages, **fields}
    async with client.post("/v1/chat/completions", json=body) as reply:
        return reply.status, await reply.json()


def answer(text: str = "Yes", **fields: Any) -> Callable[..., Response]:
    return lambda messages, config: Response(text=text, model="scripted", **fields)


async def test_the_request_reaches_the_model_whole() -> None:
    got: list[Any] = []

    def make(messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        got.extend((messages, config))
        return Response(text="Yes", model="scripted", input_tokens=9, output_tokens=1)

    content = [
        {"type": "text", "text": "What"},
        {"type": "image_url", "image_url": {"url": uri(picture("red"))}},
        {"type": "text", "text": "is it?"},
    ]
    fields = {"max_completion_tokens": 7, "temperature": 0.5, "top_p": 0.9, "stop": "x", "seed": 3}
    async with client_of(Scripted(make)) as client:
        messages = (
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": content},
        )
        status, reply = await post(client, *messages, **fields)
    assert got == [
        (
            Message(role="system", text="Be brief."),
            Message(role="user", text="What\nis it?", images=(Sent(picture("red")),)),
        ),
        GenerateConfig(max_tokens=7, temperature=0.5, top_p=0.9, stop=("x",), seed=3),
    ]
    assert status == 200
    assert reply["usage"] == {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10}
    assert reply["choices"][0]["message"]["content"] == "Yes"
    assert (reply["object"], reply["model"]) == ("chat.completion", "it")


async def test_what_a_request_leaves_open_is_greedy_and_has_a_limit() -> None:
    def make(messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        return Response(text=f"{config.temperature} {config.max_tokens}", model="scripted")

    async with client_of(Scripted(make)) as client:
        _, reply = await post(client, {"role": "user", "content": "Hello"})
    assert reply["choices"][0]["message"]["content"] == "0.0 512"
    assert "usage" not in reply


@pytest.mark.parametrize("stop", ["end", "length", "filter", "refusal"])
async def test_every_end_comes_back_through_our_own_client(stop: Stop) -> None:
    model = Scripted(answer("No.", stop=stop, reasoning="Hm."))
    async with client_of(model) as client:
        ours = resolve(f"{client._base_url}/v1#it")
        said = await ours.generate((Message(role="user", text="?"),), GenerateConfig())
        await ours.close()
    assert (said.text, said.stop, said.reasoning) == ("No.", stop, "Hm.")


async def test_requests_reach_the_model_together() -> None:
    """With fewer than eight at once none would be answered."""
    async with client_of(Scripted(answer(), together=8)) as client:
        asked = [post(client, {"role": "user", "content": str(n)}) for n in range(8)]
        replies = await asyncio.gather(*asked)
    assert [status for status, _ in replies] == [200] * 8


@pytest.mark.parametrize("name", WRONG)
async def test_a_wrong_request_is_refused_in_words(name: str) -> None:
    body, words = WRONG[name]
    model: Model = resolve("mock/yes-sayer")
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with (
        client_of(model) as client,
        client.post("/v1/chat/completions", data=content) as reply,
    ):
        told = await reply.json()
    await model.close()
    assert (reply.status, told["error"]["type"]) == (400, "invalid_request_error")
    assert words in told["error"]["message"]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("bad_request", 400), ("rate_limit", 429), ("server", 500), ("timeout", 504),
        ("connection", 502), ("auth", 502),
    ],
)  # fmt: skip
async def test_a_models_failure_has_its_status(kind: ModelErrorKind, status: int) -> None:
    def fail(messages: object, config: object) -> Response:
        raise ModelError("it does not work", kind=kind)

    async with client_of(Scripted(fail)) as client:
        got, told = await post(client, {"role": "user", "content": "Hello"})
    assert got == status
    assert "it does not work" in told["error"]["message"]


async def test_any_other_failure_is_the_servers(caplog: pytest.LogCaptureFixture) -> None:
    def fail(messages: object, config: object) -> Response:
        raise RuntimeError("out of order")

    async with client_of(Scripted(fail)) as client:
        status, told = await post(client, {"role": "user", "content": "Hello"})
    assert (status, told["error"]["type"]) == (500, "server_error")
    assert "RuntimeError: out of order" in told["error"]["message"]
    assert "scripted failed" in caplog.text


async def test_the_key_guards_all_but_health() -> None:
    async with client_of(resolve("mock/yes-sayer"), key="open-sesame") as client:
        for path, headers, status in (
            ("/health", {}, 200),
            ("/v1/models", {}, 401),
            ("/v1/models", {"Authorization": "Bearer open-sesam"}, 401),
            ("/v1/models", {"Authorization": "Bearer \u00e9"}, 401),
            ("/v1/models", {"Authorization": "Bearer open-sesame"}, 200),
            ("/v1/models", {"Authorization": "bearer open-sesame"}, 200),
            ("/v1/models", {"Authorization": "BEARER  open-sesame"}, 200),
            ("/v1/models", {"Authorization": "bearer OPEN-sesame"}, 401),
            ("/v1/models", {"Authorization": "Basic open-sesame"}, 401),
            ("/v1/models", {"Authorization": "open-sesame"}, 401),
            ("/v1/other", {"Authorization": "Bearer open-sesame"}, 404),
            ("/v1/chat/completions", {"Authorization": "Bearer open-sesame"}, 405),
        ):
            async with client.get(path, headers=headers) as reply:
                assert reply.status == status
                assert status == 200 or (await reply.json())["error"]["message"]


async def test_a_body_that_is_too_large_is_refused() -> None:
    body = io.BytesIO(b" " * 64_000_001)
    async with (
        client_of(resolve("mock/yes-sayer")) as client,
        client.post("/v1/chat/completions", data=body) as reply,
    ):
        assert reply.status == 413
        assert (await reply.json())["error"]["message"]


FUNCTIONS = """
calls = []

def chat(images, text, max_tokens=1):
    return f"{[image.size for image in images]} {text} {max_tokens}"

def many(images, text):
    raise RuntimeError("many_batch is there")

def many_batch(images, texts, temperature):
    calls.append(len(texts))
    return [f"{len(shown)} {text} {temperature} {calls}" for shown, text in zip(images, texts)]

def few(messages):
    return "few"

def few_batch(messages):
    return ["few"]

def odd(messages):
    return ""

def odd_batch(images, texts):
    return texts

def broken(images, text):
    raise RuntimeError(f"no {text}")

def ending(images, text):
    import asyncio
    ends = [SystemExit, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError, StopIteration]
    for end in ends:
        if end.__name__ == text:
            raise end(3)
    if text == "exit":
        exit("bye")
    return text

class Mute(Exception):
    def __str__(self):
        raise SystemExit("no text")

def telling(images, text):
    odd = {
        "mute": Mute(), "half": ValueError("bad \\ud83d text"), "path": OSError(5, "\\udcff/path"),
        "long": ValueError("x" * 1_000_000),
    }
    if text in odd:
        raise odd[text]
    return text

def telling_all(images, text):
    return ""

def telling_all_batch(images, texts):
    return [telling(*both) for both in zip(images, texts)]

async def later(images, text):
    return text

async def many_later(messages):
    yield "text"

class Called:
    async def __call__(self, messages):
        return "text"

called = Called()
"""
TOLD = {
    "mute": "Mute: (no text: its __str__ raised SystemExit)",
    "half": "ValueError: bad \ufffd text",
    "path": "OSError: [Errno 5] \ufffd/path",
    "long": "ValueError: xxxx",
}
"""What is asked -> how the function's failure is told."""
ENDS = (
    "SystemExit", "KeyboardInterrupt", "GeneratorExit", "CancelledError", "StopIteration", "exit",
)  # fmt: skip


@pytest.fixture
def functions(tmp_path: Path) -> Path:
    path = tmp_path / "functions.py"
    path.write_text(FUNCTIONS)
    return path


async def said_by(model: Model, *texts: str, color: str = "red") -> list[str]:
    """The model's answers to questions that are asked together, or how each failed."""
    images = (Sent(picture(color)),)
    asked = [
        model.generate((Message(role="user", text=text, images=images),), GenerateConfig())
        for text in texts
    ]
    got = await asyncio.gather(*asked, return_exceptions=True)
    await model.close()
    return [it.text if isinstance(it, Response) else str(it) for it in got]


async def test_whatever_a_function_raises_fails_its_request_only(functions: Path) -> None:
    model = function_model(f"{functions}:ending", {})
    said = await said_by(model, *ENDS, "Yes")
    assert said[-1] == "Yes"
    for name, words in zip(ENDS, said[:-1], strict=True):
        assert words.startswith(f"functions failed: {'SystemExit' if name == 'exit' else name}: ")


async def test_a_function_that_exits_leaves_its_server_there(functions: Path) -> None:
    def asked(text: str) -> dict[str, Any]:
        return {"messages": [{"role": "user", "content": text}]}

    async with client_of(function_model(f"{functions}:ending", {})) as client:
        for text, status in [(name, 500) for name in ENDS] + [("Yes", 200)]:
            async with client.post("/v1/chat/completions", json=asked(text)) as reply:
                assert reply.status == status, text


@pytest.mark.parametrize("name", ["telling", "telling_all"])
async def test_a_failure_without_a_plain_text_is_told_and_the_server_goes_on(
    functions: Path, name: str
) -> None:
    model = function_model(f"{functions}:{name}", {})
    async with client_of(model) as client:
        for _ in range(2):
            for text, words in TOLD.items():
                status, told = await post(client, {"role": "user", "content": text})
                assert (status, told["error"]["type"]) == (500, "server_error")
                assert told["error"]["message"].startswith(f"functions failed: {words}")
                assert len(told["error"]["message"]) < 11_000
            status, told = await post(client, {"role": "user", "content": "Yes"})
            assert told["choices"][0]["message"]["content"] == "Yes"


async def test_a_model_whose_failure_has_no_text_fails_its_request_only() -> None:
    class Mute(BaseException):
        def __str__(self) -> str:
            raise RuntimeError("no text")

    def fail(messages: object, config: object) -> Response:
        raise errors.pop()

    errors = [ModelError("no \ud83d today", kind="server"), SystemExit(3), Mute()]
    async with client_of(Scripted(fail)) as client:
        for words in ("Mute: (no text", "SystemExit: 3", "no \ufffd today"):
            status, told = await post(client, {"role": "user", "content": "Hello"})
            assert status == 500
            assert words in told["error"]["message"]


def test_a_file_that_exits_when_it_is_imported(tmp_path: Path) -> None:
    (tmp_path / "quits.py").write_text("raise SystemExit(3)")
    with pytest.raises(ConfigError, match="cannot be imported: SystemExit: 3"):
        function_model(f"{tmp_path / 'quits.py'}:chat", {})


async def test_a_function_answers(functions: Path) -> None:
    model = function_model(f"{functions}:chat", {})
    assert await said_by(model, "one", "two") == ["[(8, 6)] one 100", "[(8, 6)] two 100"]


def test_another_function_is_another_model(functions: Path) -> None:
    spec = f"{functions}:chat"
    before = function_model(spec, {}).identity
    functions.write_text(functions.read_text() + "\n# changed\n")
    after = function_model(spec, {}).identity
    assert (before.name, before != after) == (after.name, True)


async def test_a_function_of_lists_gets_what_waits_together(functions: Path) -> None:
    model = function_model(f"{functions}:many", {"batch_size": "3"})
    assert await said_by(model, *"abcde") == [
        *(f"1 {letter} 0.0 [3]" for letter in "abc"), *(f"1 {letter} 0.0 [3, 2]" for letter in "de")
    ]  # fmt: skip


async def test_a_functions_failure_says_where(functions: Path) -> None:
    (told,) = await said_by(function_model(f"{functions}:broken", {}), "one")
    assert "RuntimeError: no one (functions.py, line 27)" in told
    short = await said_by(function_model(f"{functions}:few", {}), "one", "two")
    assert all("few_batch returned 1 answers to 2 questions" in told for told in short)


@pytest.mark.parametrize(
    ("spec", "options", "error", "words"),
    [
        ("functions.py:nothing", {}, ConfigError, "no function nothing"),
        ("absent.py:chat", {}, ConfigError, "absent.py"),
        ("functions.py:odd", {}, ConfigError, "the same arguments"),
        ("functions.py:chat", {"batch_size": "0"}, ConfigError, "positive"),
        ("functions.py:later", {}, ConfigError, "later is an `async def`; expected a plain `def`"),
        ("functions.py:many_later", {}, ConfigError, "many_later is an `async def`"),
        ("functions.py:called", {}, ConfigError, "called is an `async def`"),
        ("mute.py:chat", {}, ConfigError, r"cannot be imported: Mute: \(no text"),
        ("panic.py:chat", {}, ConfigError, "cannot be imported: Panic: in a binding"),
        ("functions.py:chat", {"device": "cpu"}, UnknownNameError, "device"),
        ("needing.py:chat", {}, ConfigError, "No module named 'absent_package'"),
    ],
)
def test_a_function_that_cannot_be_served_is_a_configuration_error(
    functions: Path, spec: str, options: dict[str, str], error: type[Exception], words: str
) -> None:
    (functions.parent / "needing.py").write_text("import absent_package")
    mute = "class Mute(Exception):\n    def __str__(self): raise ValueError\nraise Mute"
    (functions.parent / "mute.py").write_text(mute)
    panic = "class Panic(BaseException): ...\nraise Panic('in a binding')"
    (functions.parent / "panic.py").write_text(panic)
    with pytest.raises(error, match=words):
        function_model(str(functions.parent / spec), options)


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """Where `multitrust serve demo` serves."""
    with serving(PROGRAM, "serve", "demo", "--port", "0") as url:
        yield url


@pytest.fixture(scope="module")
def local_answers() -> list[str]:
    """The answers of the same weights without a server."""
    return asyncio.run(answers_of(resolve("demo")))


async def answers_of(model: Model) -> list[str]:
    """What the model says of each color."""
    images = [Sent(picture(color, (64, 64))) for color in COLORS]
    messages = [Message(role="user", text=QUESTION, images=(image,)) for image in images]
    asked = [model.generate((message,), GenerateConfig(max_tokens=8)) for message in messages]
    answers = [response.text for response in await asyncio.gather(*asked)]
    await model.close()
    return answers


async def test_the_openai_sdk_gets_the_answers_of_the_weights(
    demo: str, local_answers: list[str]
) -> None:
    async with openai.AsyncOpenAI(base_url=demo, api_key="none", max_retries=0) as client:
        assert [model.id async for model in client.models.list()] == ["demo"]

        async def answer_to(color: str) -> str | None:
            parts: Any = [
                {"type": "image_url", "image_url": {"url": uri(picture(color, (64, 64)))}},
                {"type": "text", "text": QUESTION},
            ]
            reply = await client.chat.completions.create(
                model="demo", messages=[{"role": "user", "content": parts}], max_tokens=8,
                temperature=0,
            )  # fmt: skip
            assert reply.usage is not None
            assert 0 < reply.usage.completion_tokens <= 8
            return reply.choices[0].message.content

        got = await asyncio.gather(*map(answer_to, COLORS))
        with pytest.raises(openai.BadRequestError, match="stream"):
            await client.chat.completions.create(
                model="demo", messages=[{"role": "user", "content": "Hi"}], stream=True
            )
    assert got == local_answers
    assert len(set(got)) > 1


def test_inspect_evaluates_the_demonstration_model(
    demo: str, local_answers: list[str], tmp_path: Path
) -> None:
    """Inspect's own log holds the answers of the weights and scores them."""
    samples = [[uri(picture(color, (64, 64))), color] for color in COLORS]
    script = Path(__file__).with_name("inspect_client.py")
    done = subprocess.run(
        [sys.executable, "-P", script, demo, str(tmp_path)],
        input=json.dumps({"question": QUESTION, "samples": samples}),
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    log = json.loads(done.stdout.splitlines()[-1])
    assert log["status"] == "success"
    assert log["answers"] == local_answers
    right = [color in text.casefold() for color, text in zip(COLORS, local_answers, strict=True)]
    assert log["accuracy"] == sum(right) / len(right)


def test_the_program_serves_until_it_is_told_to_stop() -> None:
    with serving(PROGRAM, "serve", "mock/echo", "--port", "0", "--name", "it") as url:
        assert ask(f"{url}/models")[1]["data"][0]["id"] == "it"
        assert say(url, "Hello")[1]["choices"][0]["message"]["content"] == "Hello"
