"""The four formats as their servers see them; fields and values as documented in 2026-11."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.servers.loopback import KEY, Api, Json, Refused, check_data_uri, check_picture, only

SORRY = "I'm sorry, but I can't help with that."
THOUGHT = "The picture is red, so the answer is yes."
NUMBER = (int, float)
NOTES: Mapping[int, str] = {
    400: "invalid_request_error", 401: "authentication_error", 404: "not_found_error",
    429: "rate_limit_error", 500: "api_error",
}  # fmt: skip


def bearer(headers: Mapping[str, str]) -> None:
    if headers.get("Authorization") != f"Bearer {KEY}":
        raise Refused(401, "Incorrect API key provided")


def openai_error(status: int, message: str, code: str | None = None) -> Json:
    return {"error": {"message": message, "type": NOTES[status], "param": None, "code": code}}


def check_chat(headers: Mapping[str, str], body: Json) -> str:
    bearer(headers)
    only(
        body, {"model": str, "messages": list},
        {
            "temperature": NUMBER, "top_p": NUMBER, "seed": int, "stop": list,
            "max_completion_tokens": int, "max_tokens": int,
        },
    )  # fmt: skip
    text = ""
    for message in body["messages"]:
        only(message, {"role": str, "content": (str, list)})
        if message["role"] not in ("system", "user", "assistant"):
            raise Refused(400, f"role {message['role']}")
        text = chat_text(message["content"])
    return text


def chat_text(content: str | list[Json]) -> str:
    if isinstance(content, str):
        return content
    for part in content[:-1]:
        only(part, {"type": str, "image_url": dict})
        only(part["image_url"], {"url": str}, {"detail": str})
        check_data_uri(part["image_url"]["url"], most=26_666_668, side=2048)
    only(content[-1], {"type": str, "text": str})
    return str(content[-1]["text"])


def chat_reply(text: str | None, finish: str = "stop", **message: Any) -> Json:
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-a-2026-01-01",
        "choices": [
            {
                "index": 0, "finish_reason": finish, "logprobs": None,
                "message": {"role": "assistant", "content": text, "refusal": None, **message},
            }
        ],
        "usage": {
            "prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120,
            "prompt_tokens_details": {"cached_tokens": 64, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 12, "audio_tokens": 0},
        },
    }  # fmt: skip


CALL = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
CHAT = Api(
    spec="openai/gpt-a",
    key_name="OPENAI_API_KEY",
    path="/v1/chat/completions",
    check=check_chat,
    replies={
        "answered": chat_reply("Yes"),
        "thought": chat_reply("Yes", reasoning_content=THOUGHT),
        "cut thought": chat_reply(f"<think>{THOUGHT[:9]}", "length"),
        "truncated": chat_reply("Well, as far as", "length"),
        "refused": chat_reply(None, refusal=SORRY),
        "blocked": chat_reply(None, "content_filter"),
        "empty": chat_reply(""),
        "unparsed": chat_reply("It depends on the light."),
        "tool": chat_reply(None, "tool_calls", tool_calls=[CALL]),
        "malformed": {"object": "chat.completion", "choices": [{"text": "Yes"}]},
    },
    error=openai_error,
    blocked=(400, openai_error(400, "prompt filtered", "content_filter")),
    snapshot="gpt-a-2026-01-01",
)


def check_responses(headers: Mapping[str, str], body: Json) -> str:
    bearer(headers)
    only(
        body, {"model": str, "input": list},
        {"temperature": NUMBER, "top_p": NUMBER, "max_output_tokens": int, "store": bool},
    )  # fmt: skip
    if body["max_output_tokens"] < 16:
        raise Refused(400, "integer below minimum value")
    text = ""
    for message in body["input"]:
        only(message, {"role": str, "content": (str, list)})
        if message["role"] not in ("system", "developer", "user", "assistant"):
            raise Refused(400, f"role {message['role']}")
        text = responses_text(message["content"])
    return text


def responses_text(content: str | list[Json]) -> str:
    if isinstance(content, str):
        return content
    for part in content[:-1]:
        only(part, {"type": str, "detail": str, "image_url": str})
        check_data_uri(part["image_url"], most=26_666_668, side=2048)
    only(content[-1], {"type": str, "text": str})
    if content[-1]["type"] != "input_text":
        raise Refused(400, f"type {content[-1]['type']}")
    return str(content[-1]["text"])


def responses_reply(*output: Json, reason: str | None = None, **changed: Any) -> Json:
    return {
        "id": "resp_1", "object": "response", "created_at": 1, "error": None,
        "status": "incomplete" if reason else "completed",
        "incomplete_details": {"reason": reason} if reason else None,
        "model": "gpt-b-2026-01-01", "output": list(output), "parallel_tool_calls": True,
        "tool_choice": "auto", "tools": [],
        "usage": {
            "input_tokens": 100, "output_tokens": 20, "total_tokens": 120,
            "input_tokens_details": {"cached_tokens": 64, "cache_write_tokens": 0},
            "output_tokens_details": {"reasoning_tokens": 12},
        },
        **changed,
    }  # fmt: skip


def item(text: str, kind: str = "output_text", **more: Any) -> Json:
    """An output message of one part."""
    field = "refusal" if kind == "refusal" else "text"
    part = {"type": kind, field: text, **({} if kind == "refusal" else {"annotations": []})}
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "status": "completed",
        "content": [part], **more,
    }  # fmt: skip


def trace(text: str) -> Json:
    """A reasoning item with its summary."""
    return {"id": "rs_1", "type": "reasoning", "summary": [{"type": "summary_text", "text": text}]}


RESPONSES = Api(
    spec="openai-responses/gpt-b",
    key_name="OPENAI_API_KEY",
    path="/v1/responses",
    check=check_responses,
    replies={
        "answered": responses_reply(item("Yes")),
        "thought": responses_reply(trace(THOUGHT), item("Yes")),
        "cut thought": responses_reply(trace(THOUGHT[:9]), reason="max_output_tokens"),
        "truncated": responses_reply(item("Well, as far as"), reason="max_output_tokens"),
        "refused": responses_reply(item(SORRY, "refusal")),
        "blocked": responses_reply(reason="content_filter"),
        "empty": responses_reply(item("")),
        "unparsed": responses_reply(item("It depends on the light.")),
        "tool": responses_reply(
            {"type": "function_call", "call_id": "call_1", "name": "look", "arguments": "{}"}
        ),
        "malformed": {"object": "response", "status": "completed", "output": "Yes"},
    },
    error=openai_error,
    blocked=(400, openai_error(400, "flagged as against the policy", "invalid_prompt")),
    snapshot="gpt-b-2026-01-01",
)


def messages_error(status: int, message: str) -> Json:
    error = {"type": NOTES[status], "message": message}
    return {"type": "error", "error": error, "request_id": "req_1"}


def check_messages(headers: Mapping[str, str], body: Json) -> str:
    if headers.get("x-api-key") != KEY:
        raise Refused(401, "invalid x-api-key")
    if headers.get("anthropic-version") != "2023-06-01":
        raise Refused(400, "anthropic-version: header is required")
    only(
        body, {"model": str, "messages": list, "max_tokens": int},
        {
            "temperature": NUMBER, "top_p": NUMBER, "stop_sequences": list, "system": str,
            "thinking": dict,
        },
    )  # fmt: skip
    check_thinking(body)
    if any(not stop.strip() for stop in body.get("stop_sequences", ())):
        raise Refused(400, "stop_sequences: each stop sequence must contain non-whitespace")
    pictures = [p for m in body["messages"] if isinstance(m["content"], list) for p in m["content"]]
    if sum(part["type"] == "image" for part in pictures) > 100:
        raise Refused(400, "too much media")
    text = ""
    for message in body["messages"]:
        only(message, {"role": str, "content": (str, list)})
        if message["role"] not in ("user", "assistant"):
            raise Refused(400, f"messages: Unexpected role {message['role']!r}")
        text = messages_text(message["content"])
    return text


def check_thinking(body: Json) -> None:
    thinking = body.get("thinking")
    if thinking is None:
        return
    if thinking["type"] == "enabled" and not 1024 <= thinking["budget_tokens"] < body["max_tokens"]:
        raise Refused(400, "max_tokens must be greater than thinking.budget_tokens")
    if "temperature" in body:
        raise Refused(400, "temperature may only be set to 1 when thinking is enabled")


def messages_text(content: str | list[Json]) -> str:
    if isinstance(content, str):
        return content
    text = ""
    for part in content:
        if part["type"] == "text":
            only(part, {"type": str, "text": str})
            text = part["text"]
            if not text:
                raise Refused(400, "text content blocks must be non-empty")
        else:
            only(part, {"type": str, "source": dict})
            source = part["source"]
            only(source, {"type": str, "media_type": str, "data": str})
            check_picture(source["media_type"], source["data"], most=5_242_880, side=2000)
    return text


def messages_reply(*content: Json, stop: str = "end_turn") -> Json:
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-a-20260101",
        "content": list(content), "stop_reason": stop, "stop_sequence": None,
        "usage": {
            "input_tokens": 30, "cache_read_input_tokens": 64, "cache_creation_input_tokens": 6,
            "output_tokens": 20, "output_tokens_details": {"thinking_tokens": 12},
        },
    }  # fmt: skip


def block(text: str) -> Json:
    return {"type": "text", "text": text}


def thinking_block(text: str) -> Json:
    return {"type": "thinking", "thinking": text, "signature": "c2lnbmVk"}


MESSAGES = Api(
    spec="anthropic/claude-a",
    key_name="ANTHROPIC_API_KEY",
    path="/v1/messages",
    check=check_messages,
    replies={
        "answered": messages_reply(block("Yes")),
        "thought": messages_reply(thinking_block(THOUGHT), block("Yes")),
        "cut thought": messages_reply(thinking_block(THOUGHT[:9]), stop="max_tokens"),
        "truncated": messages_reply(block("Well, as far as"), stop="max_tokens"),
        "refused": messages_reply(block(SORRY)),
        "blocked": messages_reply(stop="refusal"),
        "empty": messages_reply(),
        "unparsed": messages_reply(block("It depends on the light.")),
        "tool": messages_reply(
            {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}, stop="tool_use"
        ),
        "malformed": {"type": "message", "content": [{"type": "text"}], "stop_reason": "end_turn"},
    },
    error=messages_error,
    blocked=(400, messages_error(400, "Output blocked by content filtering policy")),
    snapshot="claude-a-20260101",
)


def google_error(status: int, message: str) -> Json:
    return {"error": {"code": status, "message": message, "status": "INVALID_ARGUMENT"}}


def check_generate(headers: Mapping[str, str], body: Json) -> str:
    if headers.get("x-goog-api-key") != KEY:
        raise Refused(401, "API key not valid")
    only(body, {"contents": list, "generationConfig": dict}, {"systemInstruction": dict})
    only(
        body["generationConfig"], {},
        {
            "temperature": NUMBER, "topP": NUMBER, "maxOutputTokens": int, "stopSequences": list,
            "seed": int, "thinkingConfig": dict,
        },
    )  # fmt: skip
    if "systemInstruction" in body:
        only(body["systemInstruction"], {"parts": list})
    text = ""
    for content in body["contents"]:
        only(content, {"role": str, "parts": list})
        if content["role"] not in ("user", "model"):
            raise Refused(400, "Please use a valid role: user, model.")
        for part in content["parts"]:
            only(part, {}, {"text": str, "inlineData": dict})
            if "inlineData" in part:
                blob = part["inlineData"]
                only(blob, {"mimeType": str, "data": str})
                check_picture(blob["mimeType"], blob["data"], most=9_333_336, side=3072)
            text = part.get("text", text)
    return text


def generate_reply(*parts: Json, finish: str = "STOP", **more: Any) -> Json:
    return {
        "candidates": [
            {"content": {"role": "model", "parts": list(parts)}, "finishReason": finish, "index": 0}
        ],
        "usageMetadata": {
            "promptTokenCount": 100, "candidatesTokenCount": 8, "thoughtsTokenCount": 12,
            "cachedContentTokenCount": 64, "totalTokenCount": 120,
        },
        "modelVersion": "gemini-a-001", "responseId": "r1", **more,
    }  # fmt: skip


GENERATE = Api(
    spec="google/gemini-a",
    key_name="GOOGLE_API_KEY",
    path="/v1beta/models/gemini-a:generateContent",
    check=check_generate,
    replies={
        "answered": generate_reply({"text": "Yes"}),
        "thought": generate_reply({"text": THOUGHT, "thought": True}, {"text": "Yes"}),
        "cut thought": generate_reply(
            {"text": THOUGHT[:9], "thought": True}, finish="MAX_TOKENS"
        ),
        "truncated": generate_reply({"text": "Well, as far as"}, finish="MAX_TOKENS"),
        "refused": generate_reply({"text": SORRY}),
        "blocked": generate_reply(finish="SAFETY"),
        "empty": generate_reply({"text": ""}),
        "unparsed": generate_reply({"text": "It depends on the light."}),
        "tool": generate_reply({"functionCall": {"name": "look"}}, finish="UNEXPECTED_TOOL_CALL"),
        "malformed": {"candidates": [{"content": {"parts": [{"text": "Yes"}]}}]},
    },
    error=google_error,
    blocked=(
        200,
        {
            "promptFeedback": {"blockReason": "PROHIBITED_CONTENT"},
            "usageMetadata": {"promptTokenCount": 100}, "modelVersion": "gemini-a-001",
        },
    ),
    snapshot="gemini-a-001",
)  # fmt: skip

APIS = (CHAT, RESPONSES, MESSAGES, GENERATE)
