"""The Messages API as its server sees it; as documented in 2026-11."""

from __future__ import annotations

from collections.abc import Mapping

from tests.servers.loopback import (
    KEY,
    NOTES,
    NUMBER,
    SORRY,
    THOUGHT,
    Api,
    Json,
    Refused,
    check_picture,
    only,
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
