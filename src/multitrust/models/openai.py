"""The chat completions API of OpenAI, which most servers of open models speak too.

https://developers.openai.com/api/reference (chat completions), read 2026-11 with the client 3.57;
what other servers do differently is said where it is handled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from multitrust.core import GenerateConfig, Message, ModelError, Response, Stop
from multitrust.models.http import Encode
from multitrust.models.images import DataUris
from multitrust.models.picture_limits import PLAIN, PictureLimits, check_count, check_size
from multitrust.models.reasoning import Thinking, sampling, split_reasoning

STOPS: Mapping[str, Stop] = {
    "stop": "end",
    "length": "length",
    "content_filter": "filter",
    "eos": "end",
    "eos_token": "end",
    "stop_sequence": "end",
    "end_turn": "end",
    "max_tokens": "length",
    "model_length": "length",  # Mistral
    "sensitive": "filter",  # Zhipu
}
FAILED = ("error", "abort", "insufficient_system_resource", "network_error")
"""Finish reasons of OpenRouter, vLLM, DeepSeek and Zhipu that report a failure."""
FILTERS = {
    "content_filter", "content_policy_violation", "responsibleaipolicyviolation", "invalid_prompt",
    "bio_policy", "cyber_policy", "image_content_policy_violation", "misalignment_policy_violation",
    "data_inspection_failed", "datainspectionfailed",
}  # fmt: skip
"""Error codes of a content filter: OpenAI, Azure and, the last two, DashScope."""


def encoder(
    tokens_field: str = "max_tokens",
    *,
    seed_field: str = "seed",
    thinking: Thinking = Thinking(),  # noqa: B008  a frozen value
    limits: PictureLimits = PLAIN,
) -> Encode:
    """The encoder; newer OpenAI models want `max_completion_tokens` as the token limit's name."""

    def encode(
        model: str, messages: tuple[Message, ...], config: GenerateConfig, pictures: DataUris
    ) -> bytes:
        check_count(model, messages, limits)
        payload: dict[str, Any] = {
            "model": model,
            "messages": [
                {"role": message.role, "content": content(message, pictures, limits)}
                for message in messages
            ],
            **sampling(config, thinking),
            tokens_field: config.max_tokens + thinking.tokens,
        }
        if config.stop:
            payload["stop"] = config.stop
        if config.seed is not None:
            payload[seed_field] = config.seed
        return check_size(model, orjson.dumps(payload), limits)

    return encode


def content(
    message: Message, pictures: DataUris, limits: PictureLimits
) -> str | list[dict[str, Any]]:
    """A message's content: plain text, or pictures followed by text."""
    if not message.images:
        return message.text
    parts: list[dict[str, Any]] = [
        {"type": "image_url", "image_url": {"url": quoted(pictures.get(image, limits))}}
        for image in message.images
    ]
    return [*parts, {"type": "text", "text": message.text}]


def quoted(uri: bytes) -> orjson.Fragment:
    """A data URI or base64 as JSON: it needs no escaping, so it is put into the body as it is."""
    return orjson.Fragment(b'"%b"' % uri)


def decode(model: str, reply: Mapping[str, Any]) -> Response:
    """The first choice of a reply.

    Raises:
        ModelError: the reply reports an error, has no choice, or is not what the API promises.
    """
    if reply.get("error"):
        raise reported(model, reply["error"])
    choices = reply.get("choices")
    if not isinstance(choices, list) or not choices:
        raise ModelError(
            f"{model} sent no choice; expected `choices` with one message", kind="bad_reply",
            retryable=True,
        )  # fmt: skip
    try:
        return answered(model, reply, choices[0])
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise of_another_form(model, error, reply) from None


def answered(model: str, reply: Mapping[str, Any], choice: Mapping[str, Any]) -> Response:
    """The response of one choice.

    Raises:
        ModelError: the choice reports an error.
    """
    message, finish = choice["message"], str(choice.get("finish_reason") or "stop")
    if choice.get("error") or finish in FAILED:
        raise reported(model, choice.get("error") or finish)
    said, parts = texts(message.get("content"))
    text, opening = split_reasoning(said)
    hidden = message.get("reasoning_content") or message.get("reasoning") or ""
    refusal, stop, usage = message.get("refusal"), STOPS.get(finish, "end"), reply.get("usage")
    if refusal and not text:
        text, stop = str(refusal), "refusal"
    return Response(
        text=text,
        model=str(reply.get("model") or model),
        stop=stop,
        reasoning=joined(hidden, parts, opening),
        input_tokens=tokens(usage, "prompt_tokens"),
        output_tokens=tokens(usage, "completion_tokens"),
        cached_tokens=tokens(usage, "prompt_tokens_details", "cached_tokens"),
        reasoning_tokens=tokens(usage, "completion_tokens_details", "reasoning_tokens"),
    )


def texts(said: Any) -> tuple[str, str]:
    """(text, reasoning) of a message's content: a string, a list of parts, or nothing."""
    if said is None:
        return "", ""
    if isinstance(said, str):
        return said, ""
    spoken = [part["text"] for part in said if part.get("type") in ("text", "output_text")]
    thought = [texts(part["thinking"])[0] for part in said if part.get("type") == "thinking"]
    return "".join(spoken), "".join(thought)


def joined(*traces: str) -> str:
    """Traces of several places as one text."""
    return "\n\n".join(filter(None, traces))


def tokens(usage: Any, *path: str) -> int | None:
    """A number of tokens in a report of usage; None if there is none."""
    for name in path:
        usage = usage.get(name) if isinstance(usage, dict) else None
    return usage if isinstance(usage, int) and not isinstance(usage, bool) else None


def blocked(body: bytes) -> bool:
    """Whether the body of a refused request says that a content filter stopped the prompt."""
    error = error_in(body)
    inner, metadata = error.get("innererror"), error.get("metadata")
    codes = [error.get("code"), error.get("type"), inner.get("code") if inner else None]
    flagged = bool(metadata and metadata.get("reasons"))  # OpenRouter's moderation
    return flagged or any(str(code).casefold() in FILTERS for code in codes)


def error_in(body: bytes) -> dict[str, Any]:
    """The field `error` of a body with its objects, and nothing that is not of that form."""
    try:
        error = orjson.loads(body)["error"]
    except (orjson.JSONDecodeError, KeyError, TypeError, IndexError):
        return {}
    if not isinstance(error, dict):
        return {}
    nested = ("innererror", "metadata")
    return {k: v for k, v in error.items() if k not in nested or isinstance(v, dict)}


def reported(model: str, error: Any) -> ModelError:
    """The failure that a reply itself reports."""
    return ModelError(
        f"{model}: the server reported {short(error)}", kind="bad_reply", retryable=True
    )


def of_another_form(model: str, error: Exception, reply: Mapping[str, Any]) -> ModelError:
    """The failure of a reply that is not what the API promises."""
    return ModelError(
        f"{model} sent a reply of another form ({type(error).__name__}: {error}): {short(reply)}",
        kind="bad_reply",
    )


def short(value: Any) -> str:
    """A value as JSON, cut to 200 characters."""
    return orjson.dumps(value, default=str).decode()[:200]
