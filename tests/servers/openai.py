"""Chat completions and the Responses API as their servers see them; as documented in 2026-11."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.servers.loopback import (
    KEY,
    NOTES,
    NUMBER,
    SORRY,
    THOUGHT,
    Api,
    Json,
    Refused,
    check_data_uri,
    only,
)


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
            "max_completion_tokens": int, "max_tokens": int, "stream": bool,
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
