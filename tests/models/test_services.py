"""Toxicity services against a server of this machine that behaves as it is told."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from multitrust.core import (
    ConfigError,
    GenerateConfig,
    Message,
    ModelError,
    ModelIdentity,
    Response,
)
from multitrust.data import Drawing
from multitrust.data.drawing import svg
from multitrust.models import resolve

KEY = "key-0123456789"
FAST = {"first_delay": "0.001", "max_retries": "3", "requests_per_minute": "6000"}
SPECS = ("openai-moderation/some-model", "perspective")
ASKED = (Message(role="user", text="Good morning, „Ömer“.\n"),)
MODERATION = {
    "harassment": 0.02, "harassment/threatening": 0, "hate": 1, "hate/threatening": 0.5,
    "self-harm": 1e-7, "self-harm/instructions": 0.1, "self-harm/intent": 0.1, "sexual": 0.3,
    "sexual/minors": 0.0, "violence": 0.25, "violence/graphic": 0.125, "illicit": 0.75,
}  # fmt: skip
PERSPECTIVE = {
    "TOXICITY": 0.25, "SEVERE_TOXICITY": 0.01, "IDENTITY_ATTACK": 0, "INSULT": 0.5, "PROFANITY": 1,
    "THREAT": 0.125, "SEXUALLY_EXPLICIT": 0.0625, "FLIRTATION": 0.3,
}  # fmt: skip


def good(spec: str, **changed: Any) -> dict[str, Any]:
    """What the service sends when all is well; a change to None takes a score out."""
    usual = PERSPECTIVE if spec == "perspective" else MODERATION
    scores = {name: value for name, value in {**usual, **changed}.items() if value is not None}
    if spec != "perspective":
        return {
            "id": "modr-1",
            "model": "some-model-0926",
            "results": [{"category_scores": scores}],
        }
    return {
        "attributeScores": {
            name: {"summaryScore": {"value": value, "type": "PROBABILITY"}}
            for name, value in scores.items()
        },
        "languages": ["en"],
    }


@dataclass
class Service:
    """Both services at one address: what they answer next, and what they were sent."""

    script: list[Any] = field(default_factory=list)
    """Replies in order: a status, a status with headers, or a JSON value."""
    paths: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.paths.append(request.path_qs)
        self.bodies.append(await request.json())
        key = request.headers.get("Authorization") or request.headers.get("X-Goog-Api-Key")
        self.keys.append(key)
        reply = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        status, headers = reply if isinstance(reply, tuple) else (reply, {})
        if isinstance(status, int):
            said = {"error": {"message": f"no good: {key}"}}
            return web.json_response(said, status=status, headers=headers)
        return web.json_response(reply)


@pytest.fixture(autouse=True)
def keys(environment: MutableMapping[str, str]) -> MutableMapping[str, str]:
    """The variables, with both keys set."""
    environment.pop("perspective_apikey", None)
    environment["OPENAI_API_KEY"] = environment["PERSPECTIVE_API_KEY"] = KEY
    return environment


def ask(
    spec: str, *script: Any, messages: tuple[Message, ...] = ASKED
) -> tuple[Response | ModelError, Service]:
    """What came of asking once, and the service that was asked."""
    service = Service(list(script))

    async def once() -> Response | ModelError:
        app = web.Application()
        app.router.add_post("/{path:.*}", service.answer)
        async with TestServer(app) as server:
            model = resolve(spec, base_url=str(server.make_url("/v1")), options=FAST)
            try:
                return await model.generate(messages, GenerateConfig())
            except ModelError as error:
                return error
            finally:
                await model.close()

    return asyncio.run(once()), service


def fails(spec: str, *script: Any) -> tuple[ModelError, int]:
    """The error and the number of requests that it took."""
    found, service = ask(spec, *script)
    assert isinstance(found, ModelError)
    return found, len(service.bodies)


def test_moderation_scores_and_what_was_sent() -> None:
    response, service = ask(SPECS[0], good(SPECS[0]))
    assert isinstance(response, Response)
    assert json.loads(response.text) == MODERATION
    assert list(json.loads(response.text)) == sorted(MODERATION)
    assert response.model == "some-model-0926"
    assert service.paths == ["/v1/moderations"]
    assert service.bodies == [{"model": "some-model", "input": ASKED[0].text}]
    assert service.keys == [f"Bearer {KEY}"]


def test_perspective_scores_and_what_was_sent() -> None:
    response, service = ask("perspective", good("perspective"))
    assert isinstance(response, Response)
    assert json.loads(response.text) == PERSPECTIVE
    assert list(json.loads(response.text)) == sorted(PERSPECTIVE)
    assert service.paths == ["/v1/comments:analyze"]
    (body,) = service.bodies
    assert body["comment"]["text"] == ASKED[0].text
    assert body["requestedAttributes"] == {name: {} for name in PERSPECTIVE}
    assert body["doNotStore"] is True
    assert service.keys == [KEY]


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("trouble", [500, 503, (429, {"Retry-After": "0"})])
def test_trouble_that_passes_is_retried(spec: str, trouble: Any) -> None:
    response, service = ask(spec, trouble, trouble, good(spec))
    assert isinstance(response, Response)
    assert len(service.bodies) == 3


@pytest.mark.parametrize("spec", SPECS)
def test_retry_after_is_obeyed(spec: str) -> None:
    start = time.monotonic()
    response, _ = ask(spec, (429, {"Retry-After": "0.2"}), good(spec))
    assert isinstance(response, Response)
    assert time.monotonic() - start >= 0.2


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize(
    ("status", "kind", "requests"),
    [(401, "auth", 1), (400, "bad_request", 1), (429, "rate_limit", 4), (500, "server", 4)],
)
def test_trouble_that_stays_is_an_error_without_the_key(
    spec: str, status: int, kind: str, requests: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        error, asked = fails(spec, status)
    assert (error.kind, asked) == (kind, requests)
    assert "no good" in str(error)
    assert KEY not in str(error)
    assert KEY not in caplog.text


def test_a_refused_key_is_named_by_its_variable() -> None:
    assert "check OPENAI_API_KEY" in str(fails(SPECS[0], 401)[0])
    assert "check PERSPECTIVE_API_KEY" in str(fails("perspective", 403)[0])


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize(
    "reply",
    [
        {}, {"error": "no"}, {"results": []}, {"results": [[]]}, {"results": [{}]}, {"results": 3},
        {"results": [{"category_scores": [0.1]}]}, {"attributeScores": None},
        {"attributeScores": [0.1]}, {"attributeScores": {"TOXICITY": 0.5}},
        {"attributeScores": {"TOXICITY": {"summaryScore": {}}}}, [0.5], "0.5",
    ],
    ids=repr,
)  # fmt: skip
def test_a_malformed_reply_is_an_error(spec: str, reply: Any) -> None:
    error, asked = fails(spec, reply)
    assert (error.kind, asked) == ("bad_reply", 1)


@pytest.mark.parametrize("value", [None, "0.5", True, -0.1, 1.5, [0.5], {}], ids=repr)
def test_a_missing_score_is_an_error_that_names_it(value: Any) -> None:
    for spec, name in zip(SPECS, ("self-harm/intent", "INSULT"), strict=True):
        error, _ = fails(spec, good(spec, **{name: value}))
        assert error.kind == "bad_reply"
        assert f"no score from 0 to 1 for {name};" in str(error)


def test_a_category_beyond_the_eleven_may_come_without_a_score() -> None:
    response, _ = ask(SPECS[0], good(SPECS[0], illicit="unknown"))
    assert isinstance(response, Response)
    assert json.loads(response.text).keys() == MODERATION.keys() - {"illicit"}


@pytest.mark.parametrize("spec", SPECS)
def test_pictures_and_turns_are_refused_unsent(spec: str) -> None:
    shown = (Message(role="user", text="a", images=(Drawing(svg.document(5, 5)),)),)
    for messages in (shown, ASKED * 2, ()):
        found, service = ask(spec, good(spec), messages=messages)
        assert isinstance(found, ModelError)
        assert found.kind == "bad_request"
        assert service.bodies == []


def test_a_missing_key_is_named(keys: MutableMapping[str, str]) -> None:
    for spec, name in zip(SPECS, ("OPENAI_API_KEY", "PERSPECTIVE_API_KEY"), strict=True):
        for absent in ("", " \n"):
            keys[name] = absent
            with pytest.raises(ConfigError, match=f"set {name}"):
                resolve(spec)


def test_perspective_takes_its_key_by_its_former_name_too(
    keys: MutableMapping[str, str],
) -> None:
    del keys["PERSPECTIVE_API_KEY"]
    keys["perspective_apikey"] = "former-0123"
    _, service = ask("perspective", good("perspective"))
    assert service.keys == ["former-0123"]


@pytest.mark.parametrize("spec", SPECS)
def test_the_key_is_in_nothing_that_is_written_down(spec: str) -> None:
    model: Any = resolve(spec)
    assert KEY in "".join(model.provider.headers.values())
    assert model.identity == ModelIdentity(name=model.name)
    assert model.name == spec
    assert KEY not in repr(model.provider) + model.provider.url


def test_moderation_is_asked_where_the_openai_api_is(
    keys: MutableMapping[str, str],
) -> None:
    model: Any = resolve(SPECS[0])
    assert model.provider.url == "https://api.openai.com/v1/moderations"
    keys["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1/"
    del keys["OPENAI_API_KEY"]
    model = resolve(SPECS[0])
    assert model.provider.url == "http://127.0.0.1:9/v1/moderations"


def test_perspective_is_asked_one_text_at_a_time_unless_told_otherwise() -> None:
    usual: Any = resolve("perspective")
    told: Any = resolve("perspective", options={"max_connections": "8"})
    assert (usual.limits.max_connections, told.limits.max_connections) == (1, 8)
    assert usual.limits.requests_per_minute == 60


@pytest.mark.parametrize("spec", SPECS)
def test_offline_refuses_a_service(spec: str) -> None:
    with pytest.raises(ConfigError, match="--offline"):
        resolve(spec, options={"offline": "true"})
    resolve(spec, base_url="http://127.0.0.1:9/v1", options={"offline": "true"})


@pytest.mark.parametrize("spec", SPECS)
def test_an_address_with_a_key_in_it_is_refused(spec: str) -> None:
    with pytest.raises(ConfigError, match="must hold no user, password or query"):
        resolve(spec, base_url="http://127.0.0.1:9/v1?key=word")
