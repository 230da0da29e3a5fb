"""The Responses API: what is sent, and replies in all their forms."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.servers.openai import item, responses_reply, trace

from multitrust.core import GenerateConfig, Message, ModelError
from multitrust.data import Drawing
from multitrust.data.drawing import svg
from multitrust.models.images import DataUris
from multitrust.models.reasoning import Thinking
from multitrust.models.responses import decode, encoder

PICTURE = Drawing(svg.document(5, 5))
PLAIN = Thinking()


def test_the_documented_request() -> None:
    messages = (
        Message(role="system", text="Be brief."),
        Message(role="user", text="Is it?", images=(PICTURE,)),
        Message(role="assistant", text="It is."),
    )
    config = GenerateConfig(max_tokens=90, top_p=0.9, seed=3)
    body = json.loads(encoder(PLAIN)("m", messages, config, DataUris()))
    uri = DataUris().get(PICTURE).decode()
    assert body == {
        "model": "m",
        "input": [
            {"role": "system", "content": "Be brief."},
            {
                "role": "user",
                "content": [
                    {"type": "input_image", "detail": "auto", "image_url": uri},
                    {"type": "input_text", "text": "Is it?"},
                ],
            },
            {"role": "assistant", "content": "It is."},
        ],
        "temperature": 0.0,
        "top_p": 0.9,
        "max_output_tokens": 90,
        "store": False,
    }


@pytest.mark.parametrize(("asked", "thought", "sent"), [(5, 0, 16), (16, 0, 16), (5, 100, 105)])
def test_the_api_takes_no_fewer_tokens_than_sixteen(asked: int, thought: int, sent: int) -> None:
    encode = encoder(Thinking(tokens=thought, sampling=False))
    messages = (Message(role="user", text="Is it?"),)
    body = json.loads(encode("m", messages, GenerateConfig(max_tokens=asked), DataUris()))
    assert body["max_output_tokens"] == sent
    assert "temperature" not in body


def test_stop_sequences_are_not_dropped_in_silence() -> None:
    messages = (Message(role="user", text="Is it?"),)
    with pytest.raises(ModelError, match="use openai/m") as caught:
        encoder(PLAIN)("m", messages, GenerateConfig(stop=("\n",)), DataUris())
    assert caught.value.kind == "bad_request"


TEXTS = {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "so"}]}
FAILED: dict[str, Any] = {"status": "failed", "error": {"code": "bio_policy", "message": "no"}}


@pytest.mark.parametrize(
    ("reply", "text", "stop", "reasoning"),
    [
        (responses_reply(item("Yes")), "Yes", "end", ""),
        (responses_reply(item("Y"), item("es")), "Yes", "end", ""),
        (responses_reply(trace("a"), trace("b"), item("Yes")), "Yes", "end", "a\n\nb"),
        (responses_reply(TEXTS, item("Yes")), "Yes", "end", "so"),
        (
            responses_reply(item("I look.", phase="commentary"), item("Yes")),
            "Yes",
            "end",
            "I look.",
        ),
        (responses_reply(item("<think>a</think>Yes")), "Yes", "end", "a"),
        (responses_reply(trace("a"), reason="max_output_tokens"), "", "length", "a"),
        (responses_reply(item("cut"), reason="max_output_tokens"), "cut", "length", ""),
        (responses_reply(item("cut"), reason="content_filter"), "cut", "filter", ""),
        (responses_reply(reason="content_filter") | {"output": None}, "", "filter", ""),
        (responses_reply(item("I can't.", "refusal")), "I can't.", "refusal", ""),
        (responses_reply(item("")), "", "end", ""),
        (responses_reply(), "", "end", ""),
        (responses_reply({"type": "web_search_call", "id": "w"}, item("Yes")), "Yes", "end", ""),
        (responses_reply(**FAILED), "", "filter", ""),
        (responses_reply(item("Yes"), usage=None), "Yes", "end", ""),
    ],
)
def test_replies(reply: dict[str, Any], text: str, stop: str, reasoning: str) -> None:
    found = decode("m", reply)
    assert (found.text, found.stop, found.reasoning) == (text, stop, reasoning)
    assert found.model == "gpt-b-2026-01-01"


SERVER_ERROR = {"code": "server_error", "message": "sorry"}


@pytest.mark.parametrize(
    ("reply", "may_pass"),
    [
        (responses_reply(status="failed", error=SERVER_ERROR), True),
        (responses_reply(status="in_progress"), True),
        (responses_reply(status="cancelled"), True),
        (responses_reply(item("Yes"), reason="steered"), True),
        (responses_reply(status="incomplete"), True),
        (responses_reply(status="incomplete", incomplete_details={}), True),
        (responses_reply(status="incomplete", incomplete_details="length"), True),
        (responses_reply({"type": "function_call", "name": "look"}), True),
        (responses_reply(trace("a"), {"type": "web_search_call", "id": "w"}), True),
        ({}, False),
        ({"status": "completed"}, False),
        ({"status": "completed", "output": "Yes"}, False),
        ({"status": "completed", "output": ["Yes"]}, False),
        ({"status": "completed", "output": [{"type": "message"}]}, False),
        ({"status": "completed", "output": [{"type": "message", "content": "Yes"}]}, False),
        (responses_reply(status="failed", error="no"), True),
    ],
    ids=repr,
)
def test_no_answer_is_an_error(reply: dict[str, Any], may_pass: bool) -> None:
    with pytest.raises(ModelError) as caught:
        decode("m", reply)
    assert (caught.value.kind, caught.value.retryable) == ("bad_reply", may_pass)
