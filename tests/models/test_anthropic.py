"""The Messages API: what is sent, and replies in all their forms."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.servers.anthropic import block, messages_error, messages_reply, thinking_block

from multitrust.core import ConfigError, GenerateConfig, Message, ModelError
from multitrust.data import Drawing
from multitrust.data.drawing import svg
from multitrust.models.anthropic import blocked, decode, encoder
from multitrust.models.images import DataUris
from multitrust.models.picture_limits import ANTHROPIC
from multitrust.models.reasoning import Thinking

PICTURE = Drawing(svg.document(5, 5))
ASKED = (Message(role="user", text="Is it?"),)


def sent(
    messages: tuple[Message, ...] = ASKED,
    config: GenerateConfig | None = None,
    model: str = "claude-a",
    **how: Any,
) -> dict[str, Any]:
    encode = encoder(Thinking(**how))
    body: dict[str, Any] = json.loads(
        encode(model, messages, config or GenerateConfig(max_tokens=9), DataUris())
    )
    return body


def test_the_documented_request() -> None:
    messages = (
        Message(role="system", text="Be brief."),
        Message(role="user", text="Is it?", images=(PICTURE,)),
        Message(role="assistant", text="It is."),
        Message(role="system", text="Be kind."),
        Message(role="user", text="", images=(PICTURE,)),
    )
    config = GenerateConfig(max_tokens=9, temperature=0.5, top_p=0.9, stop=("END",), seed=3)
    data = DataUris().get(PICTURE, ANTHROPIC).decode().partition(",")[2]
    source = {"type": "base64", "media_type": "image/png", "data": data}
    shown = {"type": "image", "source": source}
    assert sent(messages, config) == {
        "model": "claude-a",
        "max_tokens": 9,
        "system": "Be brief.\n\nBe kind.",
        "messages": [
            {"role": "user", "content": [shown, {"type": "text", "text": "Is it?"}]},
            {"role": "assistant", "content": "It is."},
            {"role": "user", "content": [shown]},
        ],
        "temperature": 0.5,
        "top_p": 0.9,
        "stop_sequences": ["END"],
    }


def test_top_p_changes_nothing_at_temperature_zero_and_is_left_out() -> None:
    assert "top_p" not in sent(config=GenerateConfig(top_p=0.9))


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("claude-sonnet-4-20250514", {"type": "enabled", "budget_tokens": 2000}),
        ("claude-opus-4-5", {"type": "enabled", "budget_tokens": 2000}),
        ("claude-opus-4-6", {"type": "adaptive", "display": "summarized"}),
        ("claude-haiku-5-5", {"type": "adaptive", "display": "summarized"}),
        ("claude-fable-5-2", {"type": "adaptive", "display": "summarized"}),
    ],
)
def test_thinking_has_tokens_of_its_own_and_no_temperature(
    model: str, field: dict[str, Any]
) -> None:
    body = sent(model=model, tokens=2000)
    assert (body["thinking"], body["max_tokens"]) == (field, 2009)
    assert "temperature" not in body


def test_a_budget_below_the_lowest_is_refused() -> None:
    with pytest.raises(ConfigError, match="1024"):
        encoder(Thinking(tokens=1023))


@pytest.mark.parametrize("stop", [("\n",), ("END", " "), ("",)])
def test_a_blank_stop_sequence_is_not_sent(stop: tuple[str, ...]) -> None:
    with pytest.raises(ModelError, match="blank") as caught:
        sent(config=GenerateConfig(stop=stop))
    assert caught.value.kind == "bad_request"


REDACTED = {"type": "redacted_thinking", "data": "x"}
TOOL = {"type": "tool_use", "id": "t", "name": "look", "input": {}}


@pytest.mark.parametrize(
    ("reply", "text", "stop", "reasoning"),
    [
        (messages_reply(block("Yes")), "Yes", "end", ""),
        (messages_reply(block("Y"), block("es"), stop="stop_sequence"), "Yes", "end", ""),
        (messages_reply(thinking_block("so"), block("Yes")), "Yes", "end", "so"),
        (messages_reply(thinking_block(""), REDACTED, block("Yes")), "Yes", "end", ""),
        (messages_reply(thinking_block("so"), stop="max_tokens"), "", "length", "so"),
        (messages_reply(block("cut"), stop="max_tokens"), "cut", "length", ""),
        (messages_reply(block("c"), stop="model_context_window_exceeded"), "c", "length", ""),
        (messages_reply(stop="refusal"), "", "filter", ""),
        (messages_reply(block("I "), stop="refusal"), "I ", "filter", ""),
        (messages_reply(stop="refusal") | {"content": None}, "", "filter", ""),
        (messages_reply(block("I "), stop="guardrail_intervened"), "I ", "filter", ""),
        (messages_reply(), "", "end", ""),
        (messages_reply(block("Yes"), TOOL, stop="tool_use"), "Yes", "end", ""),
        (messages_reply(block("<think>a</think>Yes")), "Yes", "end", "a"),
    ],
)
def test_replies(reply: dict[str, Any], text: str, stop: str, reasoning: str) -> None:
    found = decode("m", reply)
    assert (found.text, found.stop, found.reasoning) == (text, stop, reasoning)
    assert found.model == "claude-a-20260101"


def test_tokens_of_the_cache_are_a_part_of_the_request() -> None:
    found = decode("m", messages_reply(block("Yes")))
    assert (found.input_tokens, found.cached_tokens) == (100, 64)
    bare = decode("m", messages_reply(block("Yes")) | {"usage": {"input_tokens": 7}})
    assert (bare.input_tokens, bare.cached_tokens, bare.output_tokens) == (7, None, None)
    none = decode("m", messages_reply(block("Yes")) | {"usage": None})
    assert none.input_tokens is None


@pytest.mark.parametrize(
    ("reply", "may_pass"),
    [
        (messages_error(500, "Overloaded"), True),
        ({}, False),
        (messages_reply(block("Yes"), stop="bored"), True),
        (messages_reply(block("Yes")) | {"stop_reason": None}, True),
        (messages_reply(block("Yes"), stop="pause_turn"), True),
        (messages_reply(block("Yes")) | {"stop_reason": ["end_turn"]}, True),
        (messages_reply(TOOL, stop="tool_use"), True),
        (messages_reply(TOOL, stop="end_turn"), True),
        (messages_reply(thinking_block("so"), TOOL, stop="tool_use"), True),
        ({"content": "Yes", "stop_reason": "end_turn"}, False),
        ({"content": None, "stop_reason": "end_turn"}, False),
        ({"content": [{"type": "text"}], "stop_reason": "end_turn"}, False),
        ({"content": [{"text": "Yes"}], "stop_reason": "end_turn"}, False),
        ({"content": [{"type": "text", "text": 5}], "stop_reason": "end_turn"}, False),
    ],
    ids=repr,
)
def test_no_answer_is_an_error(reply: dict[str, Any], may_pass: bool) -> None:
    with pytest.raises(ModelError) as caught:
        decode("m", reply)
    assert (caught.value.kind, caught.value.retryable) == ("bad_reply", may_pass)


def test_a_filter_that_answers_with_an_error_is_told_by_its_words() -> None:
    said = messages_error(400, "Output blocked by content filtering policy")
    assert blocked(json.dumps(said).encode())
    assert not blocked(json.dumps(messages_error(400, "max_tokens: too large")).encode())
    assert not blocked(b"<html>")
