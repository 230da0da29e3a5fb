"""What all decoders share: reported errors, filters, odd usage, and replies of any form at all."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from tests.servers.anthropic import block, messages_reply
from tests.servers.google import generate_reply
from tests.servers.openai import chat_reply, item, responses_reply, trace

from multitrust.core import ModelError, Response
from multitrust.models import anthropic, google, openai, responses, services
from multitrust.models.replies import error_of, is_filter, status_of
from multitrust.models.usage import MOST, tokens

Decode = Callable[[str, Mapping[str, Any]], Response]
DECODERS: dict[str, Decode] = {
    "chat": openai.decode,
    "responses": responses.decode,
    "messages": anthropic.decode,
    "generate": google.decode,
}
STATUSES = [
    ({"code": 402, "message": "no credit"}, 402),
    ({"code": "402"}, 402),
    ({"code": "insufficient_quota"}, 402),
    ({"code": 400, "message": "max_tokens is too large"}, 400),
    ({"code": 422}, 422),
    ({"code": 401}, 401),
    ({"code": 403, "message": "no access"}, 403),
    ({"code": 403, "metadata": {"reasons": []}}, 403),
    ({"code": 404, "message": "no such model"}, 404),
    ({"status": "PERMISSION_DENIED"}, 403),
    ({"type": "invalid_request_error"}, 400),
    ({"type": "authentication_error", "code": "invalid_api_key"}, 401),
    ({"code": 429, "message": "slow down"}, 429),
    ({"code": 429, "type": "content_filter"}, 429),
    ({"code": 408}, 408),
    ({"code": 502, "message": "the provider is down"}, 502),
    ({"code": 503, "metadata": {"reasons": ["busy"]}}, 503),
]
NO_STATUS = [{"message": "no capacity"}, {"code": True}, {"code": 9e99}, {"code": 200}, ["no"]]


@pytest.mark.parametrize(("error", "status"), STATUSES, ids=lambda value: str(value)[:40])
def test_the_status_that_an_error_names(error: Any, status: int) -> None:
    assert status_of(error) == status
    assert not is_filter(error)


@pytest.mark.parametrize("decode", DECODERS.values(), ids=DECODERS)
@pytest.mark.parametrize("error", NO_STATUS, ids=str)
def test_an_error_that_names_no_status_may_pass(decode: Decode, error: Any) -> None:
    assert status_of(error) is None
    with pytest.raises(ModelError, match="the server reported") as caught:
        decode("m", {"error": error})
    assert (caught.value.kind, caught.value.retryable) == ("bad_reply", True)


@pytest.mark.parametrize("decode", DECODERS.values(), ids=DECODERS)
@pytest.mark.parametrize(
    "error",
    [
        {"code": 403, "metadata": {"reasons": ["violence"], "flagged_input": "…"}},
        {"code": 403, "metadata": {"error_type": "content_policy_violation"}},
        {"code": "content_filter", "message": "no"},
        {"code": 400, "innererror": {"code": "ResponsibleAIPolicyViolation"}},
        {"code": "400", "provider_specific_fields": {
            "innererror": {"code": "ResponsibleAIPolicyViolation"}}},
        {"code": "data_inspection_failed"},
    ],
)  # fmt: skip
def test_moderation_with_status_200_is_a_block(decode: Decode, error: dict[str, Any]) -> None:
    found = decode("m", {"error": error})
    assert (found.text, found.stop, found.model) == ("", "filter", "m")


def test_an_error_that_is_the_reply_itself() -> None:
    reply = {"object": "error", "message": "too long", "code": 400}
    assert error_of(reply) == reply
    with pytest.raises(ModelError, match="too long"):
        openai.decode("m", reply)


UNKNOWN_ENDS: dict[str, Mapping[str, Any]] = {
    "chat": chat_reply("Yes", "bored"),
    "responses": responses_reply(item("Yes"), reason="bored"),
    "messages": messages_reply(block("Yes"), stop="bored"),
    "generate": generate_reply({"text": "Yes"}, finish="bored"),
}


@pytest.mark.parametrize("form", DECODERS)
def test_an_end_that_is_not_known_is_named_and_asked_for_again(form: str) -> None:
    with pytest.raises(ModelError, match=r"bored.* is not known as an answer's end") as caught:
        DECODERS[form]("m", UNKNOWN_ENDS[form])
    assert (caught.value.kind, caught.value.retryable) == ("bad_reply", True)


@pytest.mark.parametrize("form", DECODERS)
@pytest.mark.parametrize(
    "reply",
    [{"choices": [{}], "status": "completed", "stop_reason": "end_turn", "candidates": [5]},
     {"choices": ["Yes"], "status": "completed", "output": "Yes", "stop_reason": "end_turn",
      "content": 7, "candidates": "Yes"}],
    ids=["fields", "types"],
)  # fmt: skip
def test_another_form_is_told_without_words_of_python(form: str, reply: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match="a reply of another form") as caught:
        DECODERS[form]("m", reply)
    assert "Error" not in str(caught.value)
    assert "object has no" not in str(caught.value)


GOOD: dict[str, Mapping[str, Any]] = {
    "chat": chat_reply("<think>a</think>Yes", reasoning_content="b"),
    "responses": responses_reply(trace("a"), item("Yes")),
    "messages": messages_reply(block("Yes")),
    "generate": generate_reply({"text": "so", "thought": True}, {"text": "Yes"}),
}
ODD_TRACES: dict[str, Mapping[str, Any]] = {
    "chat": chat_reply("Yes", reasoning_content={"x": [1]}, reasoning=7),
    "responses": responses_reply({"type": "reasoning", "summary": 5}, item("Yes")),
    "responses in texts": responses_reply(
        {"type": "reasoning", "content": "so", "summary": [7]}, item("Yes")
    ),
    "messages": messages_reply({"type": "thinking"}, block("Yes")),
    "messages in parts": messages_reply({"type": "thinking", "thinking": [5]}, block("Yes")),
    "generate": generate_reply({"thought": True}, {"text": "Yes"}),
    "generate in parts": generate_reply({"text": 5, "thought": True}, {"text": "Yes"}),
}


@pytest.mark.parametrize("form", ODD_TRACES)
def test_an_odd_trace_costs_no_answer(form: str) -> None:
    found = DECODERS[form.split()[0]]("m", ODD_TRACES[form])
    assert (found.text, found.stop) == ("Yes", "end")


COUNTED = {
    "chat": ("usage", "prompt_tokens", "completion_tokens"),
    "responses": ("usage", "input_tokens", "output_tokens"),
    "messages": ("usage", "input_tokens", "output_tokens"),
    "generate": ("usageMetadata", "promptTokenCount", "candidatesTokenCount"),
}


@pytest.mark.parametrize("form", DECODERS)
@pytest.mark.parametrize(
    "count", [2**63, 2**70, MOST + 1, -1, -(2**63), 7.5, 1e300, True, False, "7", [7], {"a": 7}]
)
def test_a_count_that_cannot_be_is_no_count(form: str, count: Any) -> None:
    usage, asked, said = COUNTED[form]
    reply = {**GOOD[form], usage: {asked: count, said: count}}
    found = DECODERS[form]("m", reply)
    assert found.text == "Yes"
    assert (found.input_tokens, found.output_tokens) == (None, None)


@pytest.mark.parametrize(("count", "read"), [(0, 0), (MOST, MOST), (7.0, 7), (None, None)])
def test_a_count_that_can_be_is_kept(count: Any, read: int | None) -> None:
    assert tokens("m", {"prompt_tokens": count}, "prompt_tokens") == read


def test_a_wrong_count_is_logged_once_for_a_model_and_a_field(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, "multitrust.models"):
        for count in (-1, -2, 2**64):
            tokens("a model that is logged", {"a": {"b": count}}, "a", "b")
        tokens("another model that is logged", {"a": {"b": 2.5}}, "a", "b")
    assert [record.args[:3] for record in caplog.records if isinstance(record.args, tuple)] == [
        ("a model that is logged", "-1", "a.b"),
        ("another model that is logged", "2.5", "a.b"),
    ]


def deep(levels: int) -> Any:
    found: Any = 1
    for _ in range(levels):
        found = [found]
    return found


ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**70, 1.5, "", "x", "stop", "\ud83d", [], {}, [[]], [None], ["x"],
    {"type": "text"}, {"type": "text", "text": 5}, {"text": None}, {"error": {}}, deep(400),
    deep(2000), [{"type": "thinking", "thinking": [{"type": "thinking", "thinking": "a"}]}],
)  # fmt: skip
ALL: dict[str, tuple[Decode, Mapping[str, Any]]] = {
    **{form: (decode, GOOD[form]) for form, decode in DECODERS.items()},
    "moderation": (
        services.decode_moderation,
        {"results": [{"category_scores": dict.fromkeys(services.CATEGORIES, 0.5)}]},
    ),
    "perspective": (
        services.decode_perspective,
        {"attributeScores": {a: {"summaryScore": {"value": 1}} for a in services.ATTRIBUTES}},
    ),
}


def bent(value: Any, rng: random.Random, depth: int = 0) -> Any:
    """A value with one place changed: another value, a field less, or one that is not known."""
    if depth and rng.random() < 0.25:
        return rng.choice(ODD)
    if isinstance(value, dict) and value:
        name = rng.choice(sorted(value))
        if rng.random() < 0.15:
            return {key: kept for key, kept in value.items() if key != name}
        if rng.random() < 0.1:
            return {**value, rng.choice(("error", "refusal", "object", "code")): rng.choice(ODD)}
        return {**value, name: bent(value[name], rng, depth + 1)}
    if isinstance(value, list) and value:
        place = rng.randrange(len(value))
        return [*value[:place], bent(value[place], rng, depth + 1), *value[place + 1 :]]
    return rng.choice(ODD)


@pytest.mark.parametrize("form", ALL)
def test_whatever_comes_is_a_response_or_a_failure(form: str) -> None:
    decode, good = ALL[form]
    assert isinstance(decode("m", good), Response)
    rng, ends = random.Random(form), {"response": 0, "failure": 0}
    for _ in range(1200):
        reply = bent(good, rng)
        for _ in range(rng.randrange(3)):
            reply = bent(reply, rng)
        if not isinstance(reply, dict):
            continue  # the transport refuses it
        try:
            found = decode("m", reply)
        except ModelError:
            ends["failure"] += 1
        else:
            ends["response"] += 1
            assert isinstance(found.text, str)
            assert isinstance(found.model, str)
            for count in (found.input_tokens, found.output_tokens):
                assert count is None or (type(count) is int and count >= 0)
    assert min(ends.values()) > 50
