"""The chat completions API of OpenAI, which most servers of open models speak too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from multitrust.core import GenerateConfig, Message, ModelError, Response, Stop
from multitrust.models.http import Encode
from multitrust.models.images import DataUris

STOPS: Mapping[str, Stop] = {
    "stop": "end",
    "length": "length",
    "content_filter": "filter",
    "eos": "end",
    "eos_token": "end",
    "stop_sequence": "end",
    "end_turn": "end",
    "max_tokens": "length",
}
THINKING = re.compile(r"\A\s*<(think|thinking)>(.*?)(?:</\1>|\Z)", re.DOTALL)


def encoder(tokens_field: str = "max_tokens") -> Encode:
    """The encoder; newer OpenAI models want `max_completion_tokens` as the token limit's name."""

    def encode(
        model: str, messages: tuple[Message, ...], config: GenerateConfig, pictures: DataUris
    ) -> bytes:
        payload: dict[str, Any] = {
            "model": model,
            "messages": [
                {"role": message.role, "content": content(message, pictures)}
                for message in messages
            ],
            "temperature": config.temperature,
            tokens_field: config.max_tokens,
        }
        if config.top_p is not None:
            payload["top_p"] = config.top_p
        if config.stop:
            payload["stop"] = config.stop
        if config.seed is not None:
            payload["seed"] = config.seed
        return orjson.dumps(payload)

    return encode


def content(message: Message, pictures: DataUris) -> str | list[dict[str, Any]]:
    """A message's content: plain text, or pictures followed by text.

    A data URI needs no JSON escaping, so it is put into the body as it is.
    """
    if not message.images:
        return message.text
    parts: list[dict[str, Any]] = [
        {"type": "image_url", "image_url": {"url": orjson.Fragment(b'"%b"' % pictures.get(image))}}
        for image in message.images
    ]
    return [*parts, {"type": "text", "text": message.text}]


def decode(model: str, reply: Mapping[str, Any]) -> Response:
    """The first choice of a reply.

    Raises:
        ModelError: the reply reports an error, has no choice, or is not what the API promises.
    """
    if reply.get("error"):
        raise ModelError(
            f"{model}: the server reported {short(reply['error'])}",
            kind="bad_reply",
            retryable=True,
        )
    choices = reply.get("choices")
    if not isinstance(choices, list) or not choices:
        raise ModelError(
            f"{model} sent no choice; expected `choices` with one message", kind="bad_reply",
            retryable=True,
        )  # fmt: skip
    try:
        message = choices[0]["message"]
        said, refusal = joined(message.get("content")), message.get("refusal")
        hidden = message.get("reasoning_content") or message.get("reasoning") or ""
        finish = choices[0].get("finish_reason") or "stop"
        usage = reply.get("usage") or {}
        answer, thought = split_reasoning(said)
        stop = STOPS.get(str(finish), "end")
        if refusal and not answer:
            answer, stop = str(refusal), "refusal"
        return Response(
            text=answer,
            model=str(reply.get("model") or model),
            stop=stop,
            reasoning=str(hidden) or thought,
            input_tokens=usage.get("prompt_tokens"),
            output_tokens=usage.get("completion_tokens"),
        )
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ModelError(
            f"{model} sent a reply of another form ({type(error).__name__}: {error}): "
            f"{short(reply)}",
            kind="bad_reply",
        ) from None


def joined(said: Any) -> str:
    """A message's content as text: a string, a list of parts, or nothing."""
    if said is None:
        return ""
    if isinstance(said, str):
        return said
    return "".join(part["text"] for part in said if part.get("type") in ("text", "output_text"))


def split_reasoning(said: str) -> tuple[str, str]:
    """(answer, reasoning) of a text that may open with a `<think>` block, closed or cut off."""
    found = THINKING.match(said)
    if found is None:
        return said, ""
    return said[found.end() :].strip(), found.group(2).strip()


def short(value: Any) -> str:
    """A value as JSON, cut to 200 characters."""
    return orjson.dumps(value, default=str).decode()[:200]
