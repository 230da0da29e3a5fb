"""Chat completions: what is sent, and replies in all their forms."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.servers.openai import CALL, chat_reply

from multitrust.core import GenerateConfig, Message, ModelError
from multitrust.data import Drawing
from multitrust.data.drawing import svg
from multitrust.models.images import DataUris
from multitrust.models.openai import blocked, decode, encoder
from multitrust.models.reasoning import Thinking

PICTURE = Drawing(svg.document(5, 5))


def test_the_documented_request() -> None:
    messages = (
        Message(role="system", text="Be brief."),
        Message(role="user", text="Is it?", images=(PICTURE,)),
        Message(role="assistant", text="It is."),
        Message(role="user", text="Sure?"),
    )
    config = GenerateConfig(max_tokens=9, temperature=0.5, top_p=0.9, stop=("\n", "."), seed=3)
    body = json.loads(encoder("max_completion_tokens")("m", messages, config, DataUris()))
    url = body["messages"][1]["content"][0]["image_url"].pop("url")
    assert url == DataUris().get(PICTURE).decode()
    assert body == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {
                "role": "user",
                "content": [
                    {"type": "image_url", "image_url": {}},
                    {"type": "text", "text": "Is it?"},
                ],
            },
            {"role": "assistant", "content": "It is."},
            {"role": "user", "content": "Sure?"},
        ],
        "temperature": 0.5,
        "top_p": 0.9,
        "max_completion_tokens": 9,
        "stop": ["\n", "."],
        "seed": 3,
        "stream": False,
    }


def test_what_is_not_set_is_not_sent() -> None:
    asked = (Message(role="user", text="Is it?"),)
    how = Thinking(tokens=50, sampling=False)
    body = json.loads(encoder(thinking=how)("m", asked, GenerateConfig(max_tokens=9), DataUris()))
    assert body == {
        "model": "m",
        "messages": [{"role": "user", "content": "Is it?"}],
        "max_tokens": 59,
        "stream": False,
    }


PARTS = [
    {"type": "thinking", "thinking": [{"type": "text", "text": "so "}]},
    {"type": "text", "text": "Yes"},
]


@pytest.mark.parametrize(
    ("reply", "text", "stop", "reasoning"),
    [
        (chat_reply("Yes"), "Yes", "end", ""),
        (chat_reply("Yes", "content_filter"), "Yes", "filter", ""),
        (chat_reply(None, "content_filter"), "", "filter", ""),
        (chat_reply("No.", "sensitive"), "No.", "filter", ""),
        (chat_reply("cut", "length"), "cut", "length", ""),
        (chat_reply("cut", "model_length"), "cut", "length", ""),
        (chat_reply(""), "", "end", ""),
        (chat_reply(None, refusal="I can't."), "I can't.", "refusal", ""),
        (chat_reply("Yes", refusal="I can't."), "Yes", "end", ""),
        (chat_reply("Yes", "tool_calls", tool_calls=[CALL]), "Yes", "end", ""),
        (chat_reply(None, "length", tool_calls=[CALL]), "", "length", ""),
        (chat_reply("", tool_calls=[]), "", "end", ""),
        (chat_reply("Yes", reasoning="so"), "Yes", "end", "so"),
        (chat_reply("<think>a</think>Yes", reasoning_content="b"), "Yes", "end", "b\n\na"),
        (chat_reply("a</think>\n\nYes"), "Yes", "end", "a"),
        (chat_reply(None, "length", reasoning_content="so"), "", "length", "so"),
        (chat_reply("<think>so", "length"), "", "length", "so"),
        (chat_reply(None) | {"usage": {"prompt_tokens": "7"}}, "", "end", ""),
        ({"choices": [{"message": {"content": PARTS}}]}, "Yes", "end", "so "),
        (chat_reply("Yes", "COMPLETE"), "Yes", "end", ""),
        (chat_reply("Yes", ""), "Yes", "end", ""),
        (chat_reply("cut", "MAX_TOKENS"), "cut", "length", ""),
        (chat_reply(None, thinking="so"), "", "end", "so"),
        (chat_reply("", "length", reasoning="", reasoning_content="so"), "", "length", "so"),
        (chat_reply("analysisso.assistantfinalYes"), "Yes", "end", "so."),
    ],
)
def test_replies(reply: dict[str, Any], text: str, stop: str, reasoning: str) -> None:
    found = decode("m", reply)
    assert (found.text, found.stop, found.reasoning) == (text, stop, reasoning)


@pytest.mark.parametrize(
    ("refusal", "text"),
    [
        (["I can", "not"], "I cannot"),
        ([{"type": "text", "text": "I cannot"}], "I cannot"),
        ({"reason": "I cannot"}, "I cannot"),
        ({"refusal": "I cannot", "category": "x"}, "I cannot"),
        ({"category": 7}, ""),
        (True, ""),
    ],
)
def test_a_refusal_in_another_form_is_one(refusal: Any, text: str) -> None:
    found = decode("m", chat_reply(None, refusal=refusal))
    assert (found.text, found.stop) == (text, "refusal")


@pytest.mark.parametrize("refusal", [None, False, "", [], {}, 0, 0.2, [None]])
def test_what_is_no_refusal_is_none(refusal: Any) -> None:
    assert decode("m", chat_reply(None, refusal=refusal)).stop == "end"
    assert decode("m", chat_reply("Yes", refusal=refusal)).text == "Yes"


SO, NOISE = {"type": "text", "text": "so"}, {"type": "image_url", "image_url": {"url": "x"}}
DETAILS = [
    {"type": "reasoning.summary", "summary": "so"},
    {"type": "reasoning.encrypted", "data": "gAAAA"},
]


@pytest.mark.parametrize(
    ("trace", "read"),
    [
        ([SO], "so"), (SO, "so"), (["s", {"text": "o"}], "so"), ({"content": "so"}, "so"),
        ({"content": [SO]}, "so"), ({"summary": [SO]}, "so"), ({"a": 1}, ""), (5, ""),
        (True, ""), ([5, None, SO], "so"), ({"text": None, "content": "so"}, "so"), ([], ""),
        ([[[[[[[[[[["so"]]]]]]]]]]], ""),
    ],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("field", ["reasoning_content", "reasoning", "thinking"])
def test_an_odd_trace_costs_no_answer(field: str, trace: Any, read: str) -> None:
    found = decode("m", chat_reply("Yes", **{field: trace}))
    assert (found.text, found.reasoning) == ("Yes", read)


@pytest.mark.parametrize(
    ("message", "text", "reasoning"),
    [
        ({"content": ["Yes"]}, "Yes", ""),
        ({"content": ["Y", {"type": "text", "text": "es"}]}, "Yes", ""),
        ({"content": {"type": "text", "text": "Yes"}}, "Yes", ""),
        ({"content": {"text": "Yes"}}, "Yes", ""),
        ({"content": [{"type": "output_text", "text": "Yes"}, NOISE]}, "Yes", ""),
        ({"content": [{"type": "reasoning", "text": "so"}]}, "", "so"),
        ({"content": [{"type": "reasoning", "reasoning": "so"}, {"type": "text", "text": "Yes"}]},
         "Yes", "so"),
        ({"content": [{"type": "thinking", "thinking": None}, "Yes"]}, "Yes", ""),
        ({"content": {"type": "thinking", "thinking": [SO]}}, "", "so"),
        ({"content": "", "reasoning_details": DETAILS}, "", "so"),
        ({"content": None, "reasoning_details": [{"type": "reasoning.text", "text": "so"}]},
         "", "so"),
        ({"content": "Yes", "reasoning": "so", "reasoning_details": DETAILS}, "Yes", "so"),
        ({"content": "Yes", "reasoning": 5, "reasoning_details": DETAILS}, "Yes", "so"),
        ({"content": "Yes", "reasoning_details": {"format": "unknown"}}, "Yes", ""),
    ],
    ids=repr,
)  # fmt: skip
def test_contents_and_traces_in_parts(message: dict[str, Any], text: str, reasoning: str) -> None:
    found = decode("m", choice(message=message, finish_reason="stop"))
    assert (found.text, found.reasoning) == (text, reasoning)


def choice(**fields: Any) -> dict[str, Any]:
    return {"model": "s", "choices": [fields]}


HIT, FINE = {"filtered": True, "severity": "high"}, {"filtered": False, "severity": "safe"}


def found_in_prompt(**results: Any) -> list[Any]:
    return [{"prompt_index": 0, "content_filter_results": results}]


@pytest.mark.parametrize(
    ("reply", "text", "stop"),
    [
        (choice(message=None, finish_reason="content_filter"), "", "filter"),
        (choice(finish_reason="content_filter"), "", "filter"),
        (choice(message={"role": "assistant"}, finish_reason="SAFETY"), "", "filter"),
        (choice(message={"content": "Ye"}, finish_reason="RECITATION"), "Ye", "filter"),
        (choice(message=None, finish_reason="content_filter: PROHIBITED_CONTENT"), "", "filter"),
        (choice(message=None, finish_reason="guardrail_intervened"), "", "filter"),
        (choice(message=None, finish_reason="content_filtered"), "", "filter"),
        (choice(message=None, finish_reason="ERROR_TOXIC"), "", "filter"),
        ({"choices": [], "prompt_filter_results": found_in_prompt(hate=FINE, violence=HIT)},
         "", "filter"),
        ({"choices": [], "prompt_annotations": found_in_prompt(jailbreak=HIT)}, "", "filter"),
        ({"choices": None, "promptFeedback": {"blockReason": "SAFETY"}}, "", "filter"),
        (choice(message={"content": None, "refusal": "This was blocked."},
                finish_reason="content_filter", native_finish_reason="refusal"),
         "This was blocked.", "refusal"),
        (choice(message={"content": ""}, finish_reason="content_filter",
                native_finish_reason="refusal"), "", "refusal"),
        (choice(message=None, finish_reason="content_filter", native_finish_reason="REFUSAL"),
         "", "refusal"),
        (choice(message={"content": "I won't."}, finish_reason="refusal"), "I won't.", "refusal"),
        (choice(message={"content": ""}, finish_reason="stop", native_finish_reason="SAFETY"),
         "", "filter"),
        (choice(message={"content": "Yes"}, finish_reason="stop", native_finish_reason="end_turn"),
         "Yes", "end"),
        (choice(message={"content": "Yes"}, finish_reason="stop", native_finish_reason="odd"),
         "Yes", "end"),
        (choice(error={"code": 403, "metadata": {"reasons": ["hate"]}}, finish_reason="error"),
         "", "filter"),
    ],
    ids=repr,
)  # fmt: skip
def test_filters_and_refusals_in_the_forms_of_gateways(
    reply: dict[str, Any], text: str, stop: str
) -> None:
    found = decode("m", reply)
    assert (found.text, found.stop) == (text, stop)


@pytest.mark.parametrize(
    "finish",
    ["ERROR", "error", "cancelled", "abort", "OTHER", "MALFORMED_RESPONSE", "timeout", "bored",
     "network_error", "USER_CANCEL", "FINISH_REASON_UNSPECIFIED", {"type": "stop"}, 3],
)  # fmt: skip
def test_an_end_that_is_not_known_is_a_failure(finish: Any) -> None:
    with pytest.raises(ModelError, match="finish_reason") as caught:
        decode("m", choice(message={"content": "Yes"}, finish_reason=finish))
    assert (caught.value.kind, caught.value.retryable) == ("bad_reply", True)


@pytest.mark.parametrize(
    "reply",
    [
        {"choices": [], "prompt_filter_results": found_in_prompt(hate=FINE)},
        {"choices": [], "prompt_filter_results": [{"prompt_index": 0}]},
        {"choices": [], "promptFeedback": {}},
        choice(message=None, finish_reason="stop"),
        choice(message=None, finish_reason="length"),
    ],
    ids=repr,
)
def test_a_reply_without_a_message_that_no_filter_took_is_a_failure(reply: dict[str, Any]) -> None:
    with pytest.raises(ModelError):
        decode("m", reply)


@pytest.mark.parametrize(
    ("said", "text", "stop"),
    [
        ([{"type": "refusal", "refusal": "I can't."}], "I can't.", "refusal"),
        ({"type": "refusal", "refusal": "I can't."}, "I can't.", "refusal"),
        ([{"type": "refusal", "refusal": "I "}, {"type": "refusal", "refusal": "can't."}],
         "I can't.", "refusal"),
        ([{"type": "refusal", "refusal": [{"type": "text", "text": "No."}]}], "No.", "refusal"),
        ([{"type": "refusal", "refusal": "I can't."}, {"type": "text", "text": "Yes"}], "Yes",
         "end"),
        ([{"type": "refusal", "refusal": None}], "", "end"),
        ([{"type": "refusal"}, "Yes"], "Yes", "end"),
    ],
    ids=repr,
)  # fmt: skip
def test_a_part_of_a_content_that_refuses(said: Any, text: str, stop: str) -> None:
    found = decode("m", choice(message={"content": said}, finish_reason="stop"))
    assert (found.text, found.stop) == (text, stop)


@pytest.mark.parametrize(
    "reply",
    [
        chat_reply(None, "tool_calls", tool_calls=[CALL]),
        chat_reply(None, "tool_calls"),
        chat_reply("", "function_call", function_call={"name": "look", "arguments": "{}"}),
        chat_reply(None, "stop", tool_calls=[CALL]),
        chat_reply("<think>so</think>", "tool_calls", tool_calls=[CALL]),
        choice(message={"content": [{"type": "tool_use", "name": "f", "input": {}}]}),
        choice(message={"content": {"type": "tool_call", "name": "f"}}),
        choice(message={"content": [{"type": "text", "text": " "}, {"type": "function_call"}]}),
    ],
    ids=repr,
)
def test_a_call_of_a_tool_is_no_answer(reply: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match="called a tool and gave no answer") as caught:
        decode("m", reply)
    assert (caught.value.kind, caught.value.retryable) == ("bad_reply", True)


@pytest.mark.parametrize("text", ["Yes", "", None])
@pytest.mark.parametrize(
    "finish",
    [
        "malformed_function_call", "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL",
        "too_many_tool_calls", "TOO_MANY_TOOL_CALLS", "pause_turn", "OTHER", "error",
    ],
)  # fmt: skip
def test_an_end_that_is_no_answers_is_a_failure_whatever_was_said(
    finish: str, text: str | None
) -> None:
    with pytest.raises(ModelError, match=f'ended with finish_reason "{finish}"') as caught:
        decode("m", chat_reply(text, finish))
    assert (caught.value.kind, caught.value.retryable) == ("bad_reply", True)


@pytest.mark.parametrize(
    ("indices", "text"),
    [((1, 0), "b"), ((2, 1, 0), "c"), ((0, 1), "a"), ((None, None), "a"), ((1, 2), "a")],
)
def test_the_choice_of_index_0_counts_wherever_it_stands(
    indices: tuple[int | None, ...], text: str
) -> None:
    choices = [
        {
            "message": {"content": said},
            "finish_reason": "stop",
            **({} if i is None else {"index": i}),
        }
        for i, said in zip(indices, "abc", strict=False)
    ]
    assert decode("m", {"choices": choices}).text == text


@pytest.mark.parametrize("finish", ["stop", "length", None, ""])
def test_no_message_is_said_without_words_of_python(finish: str | None) -> None:
    with pytest.raises(ModelError, match="without a message") as caught:
        decode("m", choice(message=None, finish_reason=finish))
    assert "Error" not in str(caught.value)
    assert (caught.value.kind, caught.value.retryable) == ("bad_reply", True)


def test_usage_that_is_no_number_is_no_usage() -> None:
    usage = {"prompt_tokens": "7", "completion_tokens": True, "prompt_tokens_details": [1]}
    found = decode("m", chat_reply("Yes") | {"usage": usage})
    assert (found.input_tokens, found.output_tokens, found.cached_tokens) == (None, None, None)


@pytest.mark.parametrize(
    ("reply", "may_pass"),
    [
        ({"error": {"message": "no capacity"}}, True),
        (chat_reply("Yes", "error"), True),
        (chat_reply("Ye", "insufficient_system_resource"), True),
        ({"choices": [{"error": {"code": 502}, "message": {"content": ""}}]}, True),
        ({}, True),
        ({"choices": []}, True),
        ({"choices": {"message": {"content": "Yes"}}}, True),
        ({"choices": ["Yes"]}, False),
        ({"choices": [{"text": "Yes"}]}, False),
        ({"choices": [{"message": "Yes"}]}, False),
        ({"choices": [{"message": {"content": 5}}]}, False),
        ({"choices": [{"message": {"content": [{"type": "text"}]}}]}, False),
        ({"choices": [{"message": {"content": {"type": "text"}}}]}, False),
        ({"choices": [{"message": {"content": ["Yes", 5]}}]}, False),
    ],
    ids=repr,
)
def test_no_answer_is_an_error(reply: dict[str, Any], may_pass: bool) -> None:
    with pytest.raises(ModelError) as caught:
        decode("m", reply)
    assert (caught.value.kind, caught.value.retryable) == ("bad_reply", may_pass)


@pytest.mark.parametrize(
    ("error", "is_filter"),
    [
        ({"code": "content_filter"}, True),
        ({"code": 400, "innererror": {"code": "ResponsibleAIPolicyViolation"}}, True),
        ({"type": "content_filter", "code": None}, True),
        ({"code": "data_inspection_failed"}, True),
        ({"code": 403, "metadata": {"reasons": ["violence"]}}, True),
        ({"code": 403, "metadata": {"reasons": []}}, False),
        ({"code": "invalid_api_key", "innererror": "none"}, False),
        ({"message": "content_filter is a word"}, False),
        ("content_filter", False),
        (None, False),
    ],
)
def test_a_filter_that_answers_with_an_error_is_told_by_its_code(
    error: Any, is_filter: bool
) -> None:
    assert blocked(json.dumps({"error": error}).encode()) is is_filter


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'"error"', b"{}", b"\xff"])
def test_other_bodies_are_no_filter(body: bytes) -> None:
    assert not blocked(body)
