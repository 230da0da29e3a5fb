"""The Messages API of Anthropic.

https://platform.claude.com/docs (messages, vision, thinking, stop reasons), read 2026-11 with the
client 2.14. It has no seed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from multitrust.core import ConfigError, GenerateConfig, Message, ModelError, Response
from multitrust.models.bodies import error_in
from multitrust.models.http import Encode
from multitrust.models.images import DataUris, parted
from multitrust.models.openai import quoted
from multitrust.models.picture_limits import ANTHROPIC, check_count, check_size
from multitrust.models.reasoning import Thinking, sampling, split_reasoning
from multitrust.models.replies import (
    WRONG_FORM,
    called,
    ended,
    failure_in,
    joined,
    named,
    of_another_form,
)
from multitrust.models.stops import ANTHROPIC as STOPS
from multitrust.models.stops import CALLS
from multitrust.models.trace_fields import KINDS, trace_in
from multitrust.models.usage import tokens

FEWEST = 1024
"""The lowest budget of models whose thinking has one."""
ADAPTIVE = re.compile(r"claude-((opus|sonnet|haiku)-4-[6-9]|[a-z]+-[5-9])")
"""Models that decide for themselves how much to think, and take no budget."""


def encoder(thinking: Thinking) -> Encode:
    """The encoder for a model that is asked so.

    Raises:
        ConfigError: fewer tokens are to be thought than any model takes.
    """
    if 0 < thinking.tokens < FEWEST:
        raise ConfigError(
            f"-M thinking_tokens={thinking.tokens}: Anthropic's models think {FEWEST} tokens or "
            "more, or 0 for not at all"
        )

    def encode(
        model: str, messages: tuple[Message, ...], config: GenerateConfig, pictures: DataUris
    ) -> bytes:
        check_count(model, messages, ANTHROPIC)
        check_stop(model, config.stop)
        system = [message.text for message in messages if message.role == "system"]
        turns = [message for message in messages if message.role != "system"]
        payload: dict[str, Any] = {
            "model": model,
            "max_tokens": config.max_tokens + thinking.tokens,
            "messages": [{"role": m.role, "content": content(m, pictures)} for m in turns],
            **manner(model, config, thinking),
        }
        if system:
            payload["system"] = "\n\n".join(system)
        if config.stop:
            payload["stop_sequences"] = config.stop
        return check_size(model, orjson.dumps(payload), ANTHROPIC)

    return encode


def manner(model: str, config: GenerateConfig, thinking: Thinking) -> dict[str, Any]:
    """The fields for thinking, or else for sampling: the API refuses both together."""
    if not thinking.tokens:
        fields = sampling(config, thinking)
        if not config.temperature:
            # Changes nothing then, and newer models refuse it beside a temperature.
            fields.pop("top_p", None)
        return dict(fields)
    if ADAPTIVE.match(model):
        return {"thinking": {"type": "adaptive", "display": "summarized"}}
    return {"thinking": {"type": "enabled", "budget_tokens": thinking.tokens}}


def check_stop(model: str, stop: tuple[str, ...]) -> None:
    """See that each stop sequence is one that the API takes.

    Raises:
        ModelError: one is blank.
    """
    if not all(map(str.strip, stop)):
        raise ModelError(
            f"the task stops {model} at {stop!r}, but Anthropic takes no blank stop sequence",
            kind="bad_request",
        )


def content(message: Message, pictures: DataUris) -> str | list[dict[str, Any]]:
    """A message's content: plain text, or pictures followed by the text, which may not be empty."""
    if not message.images:
        return message.text
    parts: list[dict[str, Any]] = [
        {"type": "image", "source": source(pictures.get(image, ANTHROPIC))}
        for image in message.images
    ]
    return [*parts, {"type": "text", "text": message.text}] if message.text else parts


def source(uri: bytes) -> dict[str, Any]:
    """A picture's bytes with their type."""
    media_type, body = parted(uri)
    return {"type": "base64", "media_type": media_type, "data": quoted(body)}


def decode(model: str, reply: Mapping[str, Any]) -> Response:
    """The answer of a reply.

    Raises:
        ModelError: the reply reports an error, has no answer, or is not what the API promises.
    """
    try:
        if (stopped := failure_in(model, reply)) is not None:
            return stopped
        usage, reason = reply.get("usage"), reply["stop_reason"]
        stop = STOPS.get(str(reason))
        if stop is None:
            raise ended(model, "stop_reason", reason)
        # A filter may leave no content at all.
        blocks = (reply.get("content") or ()) if stop == "filter" else reply["content"]
        thought = [trace_in(block) for block in blocks if block["type"] in KINDS]
        said = "".join(block["text"] for block in blocks if block["type"] == "text")
        text, opening = split_reasoning(said, cut=stop == "length")
        calls = reason in CALLS or any(block["type"] in CALLS for block in blocks)
        if stop == "end" and calls and not text.strip():
            raise called(model, "stop_reason", reason)
        return Response(
            text=text,
            model=named(model, reply),
            stop=stop,
            reasoning=joined(*thought, opening),
            input_tokens=all_input(model, usage),
            output_tokens=tokens(model, usage, "output_tokens"),
            cached_tokens=tokens(model, usage, "cache_read_input_tokens"),
            reasoning_tokens=tokens(model, usage, "output_tokens_details", "thinking_tokens"),
        )
    except WRONG_FORM as error:
        raise of_another_form(model, error, reply) from None


def all_input(model: str, usage: Any) -> int | None:
    """The tokens of the request: the API counts those of its cache apart."""
    fresh = tokens(model, usage, "input_tokens")
    kept = ("cache_read_input_tokens", "cache_creation_input_tokens")
    return None if fresh is None else fresh + sum(tokens(model, usage, name) or 0 for name in kept)


def blocked(body: bytes) -> bool:
    """Whether the body of a refused request says that a content filter stopped it."""
    return "content filtering" in str(error_in(body).get("message")).casefold()
