"""Bodies of replies: half surrogate pairs, and streams that nobody asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from multitrust.core import ModelError
from multitrust.models import anthropic, openai, responses
from multitrust.models.bodies import loads, reply_in
from multitrust.models.replies import error_of


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb'"Yes \ud83d"', "Yes �"),
        (rb'"Yes \ude00"', "Yes �"),
        (rb'"\ud83d Yes"', "� Yes"),
        (rb'"\ud83dB\ude00"', "�B�"),
        (rb'"\ud83d\ude00"', "😀"),
        (rb'"\ud83d \ud83d\ude00"', "� 😀"),
        (rb'"Yes \\ud83d"', r"Yes \ud83d"),
        (b'"Yes \xf0\x9f"', "Yes �"),
        (b'"\xff\xfeYes"', "��Yes"),
        ('"Yes é 😀"'.encode(), "Yes é 😀"),
    ],
)
def test_half_a_character_is_replaced(body: bytes, text: str) -> None:
    assert loads(body) == text
    assert loads(b'{"a": [%b]}' % body) == {"a": [text]}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b'{"a": 1', b'{"a": NaN', b'{"a": nan}', rb'{"a": "\ud83',
        rb'{"a": "\ud83d"} {', b"[" * 100_000, b"<p>\ndata: x</p>",
    ],
    ids=lambda body: repr(body[:20]),
)  # fmt: skip
def test_what_is_no_json_is_none(body: bytes) -> None:
    with pytest.raises(ValueError, match=r":|nested"):
        reply_in("m", body)


@pytest.mark.parametrize(
    ("number", "read"),
    [
        (b"NaN", None), (b"Infinity", None), (b"-Infinity", None), (b"1e999", None),
        (b"-1e999", None), (b"9" * 6000, None), (b"-" + b"9" * 400, None), (b"1e-999", 0.0),
        (b"1e300", 1e300), (b"12345678901234567890123", 12345678901234567890123.0),
    ],
    ids=lambda value: repr(value)[:20],
)  # fmt: skip
def test_a_number_that_is_not_finite_costs_no_answer(number: bytes, read: float | None) -> None:
    body = b'{"choices": [{"message": {"content": "NaN, Yes"}}], "usage": [%b, NaN]}' % number
    found = reply_in("m", body)
    assert openai.decode("m", found).text == "NaN, Yes"
    assert found["usage"] == [read, None]
    streamed = b"data: " + body.replace(b'"message"', b'"delta"') + b"\n\ndata: [DONE]\n\n"
    assert openai.decode("m", reply_in("m", streamed)).text == "NaN, Yes"


def chunk(delta: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"model": "s", "choices": [{"index": 0, "delta": delta or {}, **more}]}


def stream(*events: Any, between: str = "\n\n", named: bool = False) -> bytes:
    data = [event if isinstance(event, str) else json.dumps(event) for event in events]
    heads = [f"event: {json.loads(d).get('type')}\n" if named else "" for d in data]
    return "".join(f"{h}data: {d}{between}" for h, d in zip(heads, data, strict=True)).encode()


SAID = (
    chunk({"role": "assistant", "content": ""}),
    chunk({"reasoning_content": "so "}),
    chunk({"reasoning_content": "it is", "content": None}),
    chunk({"content": "Y"}),
    {"choices": [{"index": 1, "delta": {"content": "other"}}]},
    chunk({"content": "es"}, finish_reason="stop"),
)
USAGE = {"model": "s", "choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 4}}


@pytest.mark.parametrize(
    "body",
    [
        stream(*SAID, USAGE, "[DONE]"),
        stream(*SAID, USAGE),
        stream(*SAID, USAGE, "[DONE]", between="\r\n\r\n"),
        stream(*SAID, USAGE, "[DONE]", between="\n"),
        b"\xef\xbb\xbf: waiting\n\n" + stream(*SAID, USAGE, "[DONE]"),
        b"id: 1\nretry: 5\n" + stream(*SAID, USAGE, "[DONE]"),
    ],
    ids=["whole", "without the end", "CRLF", "no blank lines", "a remark", "other fields"],
)
def test_a_stream_of_chunks_is_the_reply_that_it_stands_for(body: bytes) -> None:
    found = openai.decode("m", reply_in("m", body))
    assert (found.text, found.reasoning, found.stop) == ("Yes", "so it is", "end")
    assert (found.model, found.input_tokens, found.output_tokens) == ("s", 7, 4)


REPLY = {"choices": [{"message": {"content": "Yes"}, "finish_reason": "stop"}]}


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(REPLY).encode() + b"\n\ndata: [DONE]\n\n",
        json.dumps(REPLY, indent=1).encode() + b"\ndata: [DONE]\n",
        stream(REPLY),
        stream(REPLY, "[DONE]"),
        stream(chunk({"content": [{"type": "thinking", "thinking": []}]}),
               chunk({"content": "Yes"}), chunk(finish_reason="stop")),
        stream(chunk({"content": r"Yes"}), chunk(finish_reason="stop"), "[DONE]"),
    ],
)  # fmt: skip
def test_other_streams_of_one_answer(body: bytes) -> None:
    assert openai.decode("m", reply_in("m", body)).text == "Yes"


NO = chunk({"content": "No"})


@pytest.mark.parametrize(
    "body",
    [
        stream(*SAID, "[DONE]", NO),
        stream(*SAID, "[DONE]", NO, "[DONE]"),
        stream(*SAID, "[DONE]", NO, between="\n"),
        stream(*SAID, "[DONE]", {"error": {"message": "too late"}}),
        stream(*SAID[:4], chunk({"content": "es"}), "[DONE]", NO),
        stream(*SAID, "[DONE]", "no JSON"),
    ],
)
def test_what_follows_the_end_of_a_stream_is_not_read(body: bytes) -> None:
    assert openai.decode("m", reply_in("m", body)).text == "Yes"


def texts(*said: str, **more: Any) -> list[dict[str, Any]]:
    parts = [{"choices": [{"index": 0, "text": text, **more}]} for text in said]
    return [*parts, {"choices": [{"index": 0, "text": "", "finish_reason": "stop", **more}]}]


@pytest.mark.parametrize(
    "body",
    [
        stream(*texts("Y", "es"), "[DONE]"),
        stream(*texts("Y", "es")),
        stream(*texts("Y", "es", delta={}), "[DONE]"),
        stream(*texts("Y", "es", delta={"role": "assistant", "content": ""}), "[DONE]"),
        stream(*texts("Y", "es", message=None), "[DONE]"),
    ],
)
def test_a_stream_of_the_older_completions_fails_as_such_a_reply_does(body: bytes) -> None:
    found = reply_in("m", body)
    assert found["choices"][0]["text"] == "Yes"
    whole = {"choices": [{"index": 0, "text": "Yes", "finish_reason": "stop"}]}
    said = []
    for reply in (found, whole):
        with pytest.raises(ModelError, match="it has no field 'message'") as caught:
            openai.decode("m", reply)
        said.append((caught.value.kind, caught.value.retryable))
    assert said[0] == said[1]


def test_a_text_beside_what_is_said_is_not_said_twice() -> None:
    body = stream(chunk({"content": "Yes"}, text="Yes"), chunk(finish_reason="stop", text=""))
    assert openai.decode("m", reply_in("m", body)).text == "Yes"


WHOLE = chunk(finish_reason="stop", message={"role": "assistant", "content": "Yes"})
LINES = "\n".join(json.dumps(event) for event in (*SAID, USAGE)).encode()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (json.dumps(REPLY).encode() + b"data: [DONE]", "Yes"),
        (json.dumps(REPLY).encode() + b"data: [DONE]\n\n", "Yes"),
        (json.dumps(REPLY).encode() + b"[DONE]", "Yes"),
        (b": PROCESSING\n\n: PROCESSING\n\n" + json.dumps(REPLY).encode(), "Yes"),
        (json.dumps(REPLY).replace(": ", "\n: ").encode(), "Yes"),
        (b": PROCESSING\r\n\r\n" + json.dumps(REPLY, indent=1).encode(), "Yes"),
        (stream(*SAID).rstrip() + b"data: [DONE]", "Yes"),
        # one chunk a line, without the names of fields
        (LINES, "Yes"),
        (LINES + b"\n", "Yes"),
        (LINES.replace(b"\n", b"\r\n\r\n"), "Yes"),
        (LINES + b"\n[DONE]\n", "Yes"),
        (LINES + b"\ndata: [DONE]\n\n", "Yes"),
        (json.dumps(chunk({"content": "Yes"}, finish_reason="stop")).encode(), "Yes"),
        (LINES + b'\n{"choi', "Yes"),
        # a chunk that says all once more
        (stream(*SAID, WHOLE, "[DONE]"), "Yes"),
        (stream(*SAID[:-1], WHOLE), "Yes"),
        (stream(*SAID, chunk(message={"content": "Yes, it is"})), "Yes, it is"),
        (stream(*SAID, chunk(message={"content": ""})), "Yes"),
        (stream(*SAID, chunk(message={"content": None})), "Yes"),
        (stream(*SAID, chunk(message=None)), "Yes"),
        # messages in place of deltas: pieces, or ever longer
        (stream(*({"choices": [{"message": {"content": text}}]} for text in ("Y", "es", "")),
                "[DONE]"), "Yes"),
        (stream(*({"choices": [{"message": {"content": text}}]} for text in ("Y", "Ye", "Yes")),
                "[DONE]"), "Yes"),
        # cut behind the end
        (stream(*SAID) + b'data: {"choices": [], "usa', "Yes"),
        (stream(*SAID) + b"data: [DO", "Yes"),
        (stream(*SAID) + b"da", "Yes"),
    ],
    ids=lambda value: repr(value)[-40:],
)  # fmt: skip
def test_more_streams_of_one_answer(body: bytes, text: str) -> None:
    assert openai.decode("m", reply_in("m", body)).text == text


CUT = stream(*SAID[:4])


@pytest.mark.parametrize(
    "body",
    [
        CUT + b'data: {"choi',
        CUT + b'data: {"choices": [{"index": 0, "delta": {"content": "N',
        CUT + rb'data: {"choices": [{"index": 0, "delta": {"content": "\ud8',
        CUT + b"data: {",
        CUT + b"data:",
        CUT + b"data: [DO",
        CUT + b"dat",
        CUT.replace(b"\n\n", b"\n") + b'data: {"choi',
        b'data: {"choi',
        b'event: message_start\ndata: {"type": "mess',
        b'data: {\ndata: "choices": [{"index": 0,',
        LINES[:-120],
        LINES.splitlines()[3],
        LINES.splitlines()[3] + b"\n" + LINES.splitlines()[2][:20],
        stream({"type": "response.created", "response": {}}) + b'data: {"type": "resp',
        stream({"type": "response.created", "response": {}}),
    ],
    ids=lambda body: repr(body)[-40:],
)
def test_a_stream_that_was_cut_anywhere_may_pass_when_repeated(body: bytes) -> None:
    with pytest.raises(ModelError, match="ended before its last event") as caught:
        reply_in("m", body)
    assert (caught.value.kind, caught.value.retryable) == ("bad_reply", True)


def test_a_character_in_two_events_is_one() -> None:
    def said(text: bytes) -> bytes:
        return b'data: {"choices": [{"delta": {"content": "%b"}}]}\n\n' % text

    for halves in ((rb"\ud83d", rb"\ude00"), (rb"Yes \ud83d\ud83d", rb"\ude00 \ude00")):
        body = b"".join(map(said, halves)) + b"data: [DONE]\n\n"
        joined = json.loads(b'"%b"' % b"".join(halves)).encode("utf-16", "surrogatepass")
        expected = joined.decode("utf-16", "replace")
        assert "\U0001f600" in expected
        assert openai.decode("m", reply_in("m", body)).text == expected


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"event: error\ndata: out of memory\n\n", "out of memory"),
        (b'event: error\ndata: "out of memory"\n\n', "out of memory"),
        (CUT + b'event: error\ndata: {"message": "out of memory", "code": 500}\n\n',
         "out of memory"),
        (CUT + b'event: error\ndata: {"reason": "out of memory"}\n\n', "out of memory"),
        (CUT + stream({"type": "error", "error": {"message": "out of memory"}}), "out of memory"),
        (CUT + stream({"object": "error", "message": "out of memory"}), "out of memory"),
        (CUT + stream({"error": "out of memory"}, "[DONE]"), "out of memory"),
        (LINES.splitlines()[3] + b'\n{"error": {"message": "out of memory"}}', "out of memory"),
    ],
    ids=lambda value: repr(value)[-40:],
)  # fmt: skip
def test_an_error_in_a_stream_keeps_its_words(body: bytes, words: str) -> None:
    with pytest.raises(ModelError, match=words) as caught:
        openai.decode("m", reply_in("m", body))
    assert caught.value.retryable


def test_half_a_character_in_an_event_is_replaced() -> None:
    body = rb'data: {"choices": [{"delta": {"content": "Yes \ud83d"}, "finish_reason": "stop"}]}'
    assert openai.decode("m", reply_in("m", body)).text == "Yes �"


def test_a_stream_of_the_responses_api() -> None:
    said = {"type": "message", "content": [{"type": "output_text", "text": "Yes"}]}
    done = {"type": "response.completed", "response": {"status": "completed", "output": [said]}}
    body = stream({"type": "response.created", "response": {}}, done, named=True)
    assert responses.decode("m", reply_in("m", body)).text == "Yes"


def test_a_stream_of_the_messages_api() -> None:
    def piece(index: int, **delta: str) -> dict[str, Any]:
        return {"type": "content_block_delta", "index": index, "delta": delta}

    def begin(index: int, **block: str) -> dict[str, Any]:
        return {"type": "content_block_start", "index": index, "content_block": block}

    events = (
        {"type": "message_start", "message": {"model": "c", "content": [], "usage": {
            "input_tokens": 9, "output_tokens": 1}}},
        begin(0, type="thinking", thinking=""), piece(0, type="thinking_delta", thinking="so"),
        piece(0, type="signature_delta", signature="x"), {"type": "ping"},
        begin(1, type="text", text=""), piece(1, type="text_delta", text="Y"),
        piece(1, type="text_delta", text="es"), {"type": "content_block_stop", "index": 1},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"},
         "usage": {"output_tokens": 5}},
        {"type": "message_stop"},
    )  # fmt: skip
    found = anthropic.decode("m", reply_in("m", stream(*events, named=True)))
    assert (found.text, found.reasoning, found.stop) == ("Yes", "so", "end")
    assert (found.model, found.input_tokens, found.output_tokens) == ("c", 9, 5)
    with pytest.raises(ModelError, match="ended before its last event"):
        reply_in("m", stream(*events[:7], named=True))


@pytest.mark.parametrize(
    ("body", "may_pass", "words"),
    [
        (stream(*SAID[:4]), True, "ended before its last event"),
        (stream({"type": "surprise"}), False, "not known here; turn streaming off"),
        (stream({"response": "Yes", "done": True}), False, "not known here"),
        (stream("Yes"), False, "turn streaming off"),
        (stream([1]), False, "a JSON list"),
        (stream({"choices": ["Yes"]}), False, "another form"),
        (stream({"choices": [{"delta": "Yes"}]}), False, "another form"),
        (stream({"type": "message_start"}), False, "another form"),
        (stream({"type": "response.completed"}), False, "another form"),
    ],
)
def test_a_stream_that_cannot_be_read_is_refused_with_words(
    body: bytes, may_pass: bool, words: str
) -> None:
    with pytest.raises(ModelError, match=words) as caught:
        reply_in("m", body)
    assert (caught.value.kind, caught.value.retryable) == ("bad_reply", may_pass)


def test_an_error_in_a_stream_is_the_error_of_the_reply() -> None:
    error = {"code": 402, "message": "no credit"}
    found = reply_in("m", stream(*SAID[:3], {"error": error}))
    assert error_of(found) == error
