"""The transport and the OpenAI API against a server that behaves badly."""

from __future__ import annotations

import asyncio
import base64
import threading
import time
from collections.abc import Callable, MutableMapping
from typing import Any

import pytest

from multitrust.core import ConfigError, GenerateConfig, Image, Message, ModelError, Response
from multitrust.data import Drawing, Noise
from multitrust.data.drawing import svg
from multitrust.models import resolve
from multitrust.models.images import Prepared, prepare
from multitrust.models.openai import decode
from multitrust.models.picture_limits import PictureLimits

Stub = Callable[..., Any]
FAST = {"first_delay": "0.001", "max_retries": "3"}
ASKED = (Message(role="user", text="Is it?"),)


def ask(
    url: str, options: dict[str, str] | None = None, messages: tuple[Message, ...] = ASKED
) -> Response:
    async def once() -> Response:
        model = resolve(f"{url}#x", options={**FAST, **(options or {})})
        try:
            return await model.generate(
                messages, GenerateConfig(max_tokens=5, seed=3, stop=("\n",), top_p=0.9)
            )
        finally:
            await model.close()

    return asyncio.run(once())


def fails(url: str, options: dict[str, str] | None = None) -> ModelError:
    with pytest.raises(ModelError) as caught:
        ask(url, options)
    return caught.value


def test_an_answer_and_what_was_sent(stub: Stub) -> None:
    server = stub()
    picture = Drawing(svg.document(5, 5))
    response = ask(server.url, messages=(Message(role="user", text="Is it?", images=(picture,)),))
    assert (response.text, response.stop, response.model) == ("Yes", "end", "stub")
    assert (response.input_tokens, response.output_tokens) == (7, 1)
    (sent,) = server.requests
    assert sent["model"] == "x"
    assert sent["max_tokens"] == 5
    assert (sent["temperature"], sent["top_p"], sent["stop"], sent["seed"]) == (0, 0.9, ["\n"], 3)
    image, text = sent["messages"][0]["content"]
    assert text == {"type": "text", "text": "Is it?"}
    head, _, body = image["image_url"]["url"].partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(body) == picture.render()
    assert "Authorization" not in server.headers[0]


PASSING = (
    "500", "503", "408", "reset", "truncated", "html", "empty choices", "error in 200", "429",
    "429 after 0",
)  # fmt: skip


@pytest.mark.parametrize("trouble", PASSING)
def test_trouble_that_passes_is_retried(stub: Stub, trouble: str) -> None:
    server = stub(trouble, trouble)
    assert ask(server.url).text == "Yes"
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        ("500", "server"),
        ("429", "rate_limit"),
        ("html", "bad_reply"),
        ("truncated", "bad_reply"),
        ("empty choices", "bad_reply"),
        ("reset", "server"),
    ],
)
def test_trouble_that_stays_is_an_error_after_its_retries(
    stub: Stub, trouble: str, kind: str
) -> None:
    server = stub(*[trouble] * 9)
    error = fails(server.url)
    assert error.kind == kind
    assert "gave up after 4 attempts" in str(error)
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("trouble", "kind", "words"),
    [
        ("401", "auth", "MULTITRUST_API_KEY"),
        ("403", "auth", "refused the key"),
        ("404", "not_found", "check the model's name"),
        ("307", "not_found", "has moved"),
        ("400", "bad_request", "did not accept"),
        ("list", "bad_reply", "expected an object"),
        ("odd", "bad_reply", "another form"),
    ],
)
def test_trouble_that_will_not_pass_is_not_retried(
    stub: Stub, trouble: str, kind: str, words: str
) -> None:
    server = stub(trouble)
    error = fails(server.url)
    assert error.kind == kind
    assert words in str(error)
    assert len(server.requests) == 1


def test_a_content_filter_is_a_response(stub: Stub) -> None:
    response = ask(stub("filter").url)
    assert (response.text, response.stop) == ("", "filter")


def test_a_filter_is_one_only_with_the_statuses_known_for_it(stub: Stub) -> None:
    for status in (400, 403):
        assert ask(stub(f"filter with {status}").url).stop == "filter"
    for status, kind in ((401, "auth"), (404, "not_found"), (422, "bad_request")):
        assert fails(stub(f"filter with {status}").url).kind == kind
    server = stub("filter with 429", "filter with 500")
    assert ask(server.url).text == "Yes"
    assert len(server.requests) == 3


def test_half_a_surrogate_pair_is_an_answer_at_the_first_attempt(stub: Stub) -> None:
    said = r'{"choices": [{"message": {"content": "Yes \ud83d"}, "finish_reason": "stop"}]}'
    server = stub(f"raw {said}")
    assert ask(server.url).text == "Yes \ufffd"
    assert len(server.requests) == 1


def test_streaming_is_declined_and_a_stream_is_read_all_the_same(stub: Stub) -> None:
    piece = '{"choices": [{"delta": {"content": "Yes"}, "finish_reason": "stop"}]}'
    server = stub(f"raw data: {piece}\n\ndata: [DONE]\n\n", "raw data: {}\n\n")
    assert ask(server.url).text == "Yes"
    assert server.requests[0]["stream"] is False
    assert "turn streaming off" in str(fails(server.url))
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ('{"code": 402}', "unavailable"),
        ('{"code": 400}', "bad_request"),
        ('{"code": 404}', "not_found"),
    ],
)
def test_an_error_in_200_that_will_not_pass_is_not_retried(
    stub: Stub, error: str, kind: str
) -> None:
    server = stub(f'raw {{"error": {error}}}')
    assert fails(server.url).kind == kind
    assert len(server.requests) == 1


def test_a_server_that_hangs_times_out(stub: Stub) -> None:
    start = time.monotonic()
    error = fails(stub("hang", "hang").url, {"timeout": "0.1", "max_retries": "1"})
    assert error.kind == "timeout"
    assert "--timeout" in str(error)
    assert time.monotonic() - start < 5


def test_a_server_that_is_down(stub: Stub) -> None:
    error = fails("http://127.0.0.1:9/v1")
    assert error.kind == "connection"
    assert "is the server running" in str(error)


def test_retry_after_is_obeyed_and_bounded(stub: Stub) -> None:
    start = time.monotonic()
    assert ask(stub("429 after 0.3").url).text == "Yes"
    assert time.monotonic() - start >= 0.3
    error = fails(stub("429 after 60").url, {"max_wait": "1"})
    assert error.kind == "unavailable"
    assert "wants no requests for 60 s" in str(error)
    assert "max_wait" in str(error)
    assert time.monotonic() - start < 5


def test_no_more_than_max_connections_at_once(stub: Stub) -> None:
    server = stub(latency=0.02)

    async def many() -> None:
        model = resolve(f"{server.url}#x", options={"max_connections": "5"})
        await asyncio.gather(*(model.generate(ASKED, GenerateConfig()) for _ in range(40)))
        await model.close()
        await model.close()

    asyncio.run(many())
    assert len(server.requests) == 40
    assert server.most_in_flight == 5


@pytest.mark.parametrize(
    ("message", "finish", "text", "reasoning", "stop"),
    [
        ({"content": "<think>hm\nhm</think> Yes"}, "stop", "Yes", "hm\nhm", "end"),
        ({"content": "<think>no end"}, "length", "", "no end", "length"),
        ({"content": "Yes", "reasoning_content": "because"}, "stop", "Yes", "because", "end"),
        ({"content": "Yes", "reasoning": "so"}, "eos", "Yes", "so", "end"),
        ({"content": None, "refusal": "I can't."}, "stop", "I can't.", "", "refusal"),
        ({"content": None}, "stop", "", "", "end"),
        ({"content": [{"type": "text", "text": "a"}, {"type": "x"}]}, None, "a", "", "end"),
        ({"content": "cut"}, "length", "cut", "", "length"),
    ],
)  # fmt: skip
def test_replies_in_their_forms(
    message: dict[str, Any], finish: str | None, text: str, reasoning: str, stop: str
) -> None:
    found = decode("m", {"choices": [{"message": message, "finish_reason": finish}]})
    assert (found.text, found.reasoning, found.stop) == (text, reasoning, stop)


def test_this_machine_is_asked_without_a_proxy(
    stub: Stub, environment: MutableMapping[str, str]
) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        environment[name] = "http://127.0.0.1:9"
    environment["NO_PROXY"] = environment["no_proxy"] = ""
    assert ask(stub().url).text == "Yes"
    elsewhere = fails("http://192.0.2.1/v1", {"max_retries": "0"})
    assert elsewhere.kind == "connection"


def test_others_are_asked_through_the_proxy_that_the_environment_names(
    stub: Stub, environment: MutableMapping[str, str]
) -> None:
    proxy = stub()
    for name in ("HTTP_PROXY", "http_proxy"):
        environment[name] = proxy.url.removesuffix("/v1")
    assert ask("http://models.invalid/v1").text == "Yes"
    assert proxy.headers[0]["Host"] == "models.invalid"
    environment["NO_PROXY"] = environment["no_proxy"] = "models.invalid"
    assert "cannot reach" in str(fails("http://models.invalid/v1", {"max_retries": "0"}))
    assert len(proxy.requests) == 1


def test_offline_allows_this_machine_only() -> None:
    with pytest.raises(ConfigError, match="--offline"):
        resolve("http://192.0.2.1:8000/v1#x", options={"offline": "true"})
    resolve("http://localhost:8000/v1#x", options={"offline": "true"})


@pytest.mark.parametrize(("side", "thread"), [(8, "MainThread"), (200, "multitrust-pictures")])
def test_large_pictures_are_prepared_off_the_event_loop(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, side: int, thread: str
) -> None:
    names: list[str] = []

    def noted(image: Image, limits: PictureLimits) -> Prepared:
        names.append(threading.current_thread().name)
        return prepare(image, limits)

    monkeypatch.setattr("multitrust.models.images.prepare", noted)
    server = stub()
    picture = Noise(seed=1, width=side, height=side)
    ask(server.url, messages=(Message(role="user", text="Is it?", images=(picture, picture)),))
    assert [name.rstrip("_0123456789") for name in names] == [thread]
    first, second, _ = server.requests[0]["messages"][0]["content"]
    assert first == second
