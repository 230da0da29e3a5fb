"""The Gemini API: what is sent, and replies in all their forms."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import MutableMapping
from typing import Any

import pytest
from tests.servers.google import DAY, GENERATE, MINUTE, exhausted, generate_reply
from tests.servers.loopback import KEY, Loopback, serving

from multitrust.core import GenerateConfig, Message, ModelError, Response
from multitrust.data import Drawing
from multitrust.data.drawing import svg
from multitrust.models import resolve
from multitrust.models.error_bodies import error_body
from multitrust.models.google import address, decode, encoder
from multitrust.models.images import DataUris
from multitrust.models.picture_limits import GOOGLE
from multitrust.models.quotas import Quota, quota_in
from multitrust.models.reasoning import Thinking

PICTURE = Drawing(svg.document(5, 5))


def test_the_documented_request() -> None:
    messages = (
        Message(role="system", text="Be brief."),
        Message(role="user", text="Is it?", images=(PICTURE,)),
        Message(role="assistant", text="It is."),
        Message(role="user", text="Sure?"),
    )
    config = GenerateConfig(max_tokens=9, top_p=0.9, stop=("\n",), seed=3)
    body = json.loads(encoder(Thinking(tokens=50))("m", messages, config, DataUris()))
    data = DataUris().get(PICTURE, GOOGLE).decode().partition(",")[2]
    assert body == {
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "contents": [
            {
                "role": "user",
                "parts": [
                    {"inlineData": {"mimeType": "image/png", "data": data}},
                    {"text": "Is it?"},
                ],
            },
            {"role": "model", "parts": [{"text": "It is."}]},
            {"role": "user", "parts": [{"text": "Sure?"}]},
        ],
        "generationConfig": {
            "temperature": 0.0,
            "topP": 0.9,
            "maxOutputTokens": 59,
            "stopSequences": ["\n"],
            "seed": 3,
            "thinkingConfig": {"includeThoughts": True},
        },
    }


def test_what_is_not_set_is_not_sent() -> None:
    messages = (Message(role="user", text="Is it?"),)
    config = GenerateConfig(max_tokens=9, top_p=0.9)
    body = json.loads(encoder(Thinking(sampling=False))("m", messages, config, DataUris()))
    assert body["generationConfig"] == {"maxOutputTokens": 9}
    assert "systemInstruction" not in body


@pytest.mark.parametrize("name", ["gemini-a", "models/gemini-a"])
def test_the_model_is_a_part_of_the_address(name: str) -> None:
    assert address("http://h/v1beta", name) == "http://h/v1beta/models/gemini-a:generateContent"
    assert address("http://h", "a/b?c") == "http://h/models/a%2Fb%3Fc:generateContent"


YES, SO = {"text": "Yes"}, {"text": "so", "thought": True}


@pytest.mark.parametrize(
    ("reply", "text", "stop", "reasoning"),
    [
        (generate_reply(YES), "Yes", "end", ""),
        (generate_reply({"text": "Y"}, {"text": "es"}), "Yes", "end", ""),
        (generate_reply(SO, YES), "Yes", "end", "so"),
        (generate_reply({"text": "<think>a</think>Yes"}), "Yes", "end", "a"),
        (generate_reply(SO, finish="MAX_TOKENS"), "", "length", "so"),
        (generate_reply({"text": "cut"}, finish="MAX_TOKENS"), "cut", "length", ""),
        (generate_reply({"text": "cut"}, finish="SAFETY"), "cut", "filter", ""),
        (generate_reply(finish="PROHIBITED_CONTENT"), "", "filter", ""),
        (generate_reply(finish="RECITATION"), "", "filter", ""),
        (generate_reply({"functionCall": {"name": "look"}}, finish="MAX_TOKENS"), "", "length", ""),
        (generate_reply({"functionCall": {"name": "look"}}, YES), "Yes", "end", ""),
        (generate_reply(), "", "end", ""),
        ({"candidates": [{"finishReason": "SAFETY"}]}, "", "filter", ""),
        ({"candidates": [{"content": {"role": "model"}, "finishReason": "STOP"}]}, "", "end", ""),
        ({"promptFeedback": {"blockReason": "SAFETY"}}, "", "filter", ""),
        ({"candidates": [], "promptFeedback": {"blockReason": "OTHER"}}, "", "filter", ""),
    ],
)
def test_replies(reply: dict[str, Any], text: str, stop: str, reasoning: str) -> None:
    found = decode("m", reply)
    assert (found.text, found.stop, found.reasoning) == (text, stop, reasoning)
    assert found.model == reply.get("modelVersion", "m")


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"candidatesTokenCount": 8, "thoughtsTokenCount": 12}, 20),
        ({"candidatesTokenCount": 8}, 8),
        ({"thoughtsTokenCount": 12}, 12),
        ({}, None),
        (None, None),
    ],
)
def test_thoughts_are_a_part_of_the_output(
    usage: dict[str, int] | None, expected: int | None
) -> None:
    found = decode("m", generate_reply(YES) | {"usageMetadata": usage})
    assert found.output_tokens == expected


@pytest.mark.parametrize(
    ("reply", "may_pass"),
    [
        ({"error": {"code": 500, "message": "internal"}}, True),
        ({}, True),
        ({"candidates": []}, True),
        ({"promptFeedback": {}}, True),
        (generate_reply(YES, finish="OTHER"), True),
        (generate_reply(YES, finish="MALFORMED_RESPONSE"), True),
        (generate_reply(YES, finish="MALFORMED_FUNCTION_CALL"), True),
        (generate_reply(YES, finish="UNEXPECTED_TOOL_CALL"), True),
        (generate_reply(YES, finish="TOO_MANY_TOOL_CALLS"), True),
        ({"candidates": [{"content": {"parts": [YES]}}]}, True),
        ({"candidates": [{"content": {"parts": [YES]}, "finishReason": None}]}, True),
        ({"candidates": [{"content": {"parts": [YES]}, "finishReason": ["STOP"]}]}, True),
        (generate_reply(finish="MALFORMED_FUNCTION_CALL"), True),
        (generate_reply(SO, finish="UNEXPECTED_TOOL_CALL"), True),
        (generate_reply(finish="TOO_MANY_TOOL_CALLS"), True),
        (generate_reply({"functionCall": {"name": "look"}}), True),
        ({"candidates": ["Yes"]}, False),
        ({"candidates": {"content": "Yes"}}, False),
        ({"candidates": [{"content": "Yes", "finishReason": "STOP"}]}, False),
        (generate_reply({"text": 5}), False),
        ({"promptFeedback": "SAFETY"}, False),
    ],
    ids=repr,
)
def test_no_answer_is_an_error(reply: dict[str, Any], may_pass: bool) -> None:
    with pytest.raises(ModelError) as caught:
        decode("m", reply)
    assert (caught.value.kind, caught.value.retryable) == ("bad_reply", may_pass)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (exhausted(MINUTE, delay="57.238747106s"), Quota(delay=57.238747106)),
        (exhausted(MINUTE, delay="soon"), Quota()),
        ([exhausted(MINUTE, delay="26s")], Quota(delay=26)),
        (
            exhausted(MINUTE, DAY, delay="24s"),
            Quota(used_up=f"quota of the day, {DAY}", delay=24),
        ),
        (
            exhausted("generate_requests_per_model_per_day", delay="0s"),
            Quota(used_up="quota of the day, generate_requests_per_model_per_day", delay=0),
        ),
        ({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED"}}, Quota()),
        ({"error": {"code": "insufficient_quota"}}, Quota(used_up="credit")),
        *(
            (body, Quota())
            for body in (
                {"error": {"details": "google.rpc.RetryInfo"}},
                {"error": {"details": ["google.rpc.RetryInfo", {"retryDelay": None}]}},
                {"error": {"details": [{"@type": "google.rpc.", "violations": [3, {}]}]}},
                {"error": {"details": [{"@type": "google.rpc.", "violations": 3}]}},
                {"error": "google.rpc.RetryInfo"},
                ["google.rpc.RetryInfo"],
                "google.rpc.RetryInfo",
            )
        ),
    ],
    ids=repr,
)
def test_quotas_are_read_out_of_a_refusal(body: Any, expected: Quota) -> None:
    assert quota_in(429, error_body(json.dumps(body).encode())) == expected


def asked(server: Loopback, text: str) -> Response:
    async def once() -> Response:
        options = {"first_delay": "0.001", "max_retries": "3"}
        model = resolve(GENERATE.spec, base_url=server.url, options=options)
        try:
            return await model.generate((Message(role="user", text=text),), GenerateConfig())
        finally:
            await model.close()

    return asyncio.run(once())


def test_the_delay_in_the_body_is_waited_for(environment: MutableMapping[str, str]) -> None:
    environment[GENERATE.key_name] = KEY
    with serving(GENERATE) as server:
        start = time.monotonic()
        assert asked(server, "[of a minute]").text == "Yes"
        assert time.monotonic() - start >= 0.4
        assert server.asked["of a minute"] == 2


def test_a_quota_of_a_day_is_not_waited_for(environment: MutableMapping[str, str]) -> None:
    environment[GENERATE.key_name] = KEY
    with serving(GENERATE) as server:
        with pytest.raises(ModelError, match=f"used up its quota of the day, {DAY}") as caught:
            asked(server, "[of a day]")
        assert (caught.value.kind, caught.value.retryable) == ("unavailable", False)
        assert server.asked["of a day"] == 1
