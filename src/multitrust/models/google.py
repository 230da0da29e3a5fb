"""generateContent of Google's Gemini API, and of Vertex AI in Google Cloud.

https://ai.google.dev/api/generate-content and the page on inference of Vertex AI (since 2026 also
called Gemini Enterprise Agent Platform), read 2026-11 with the client google-genai 3.6. Safety
settings are left as the provider sets them: they are part of what is measured.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import orjson

from multitrust.core import ConfigError, GenerateConfig, Message, ModelError, Response
from multitrust.models.http import Encode
from multitrust.models.images import DataUris, parted
from multitrust.models.openai import quoted
from multitrust.models.picture_limits import GOOGLE, check_count, check_size
from multitrust.models.reasoning import Thinking, sampling, split_reasoning
from multitrust.models.replies import (
    WRONG_FORM,
    called,
    ended,
    failure_in,
    first_of,
    joined,
    named,
    of_another_form,
    short,
)
from multitrust.models.stops import CALLS
from multitrust.models.stops import GOOGLE as STOPS
from multitrust.models.trace_fields import trace_in
from multitrust.models.usage import tokens

PLACE = {"project": re.compile(r"[a-z0-9][a-z0-9.:-]*"), "location": re.compile(r"[a-z0-9-]+")}
"""What a part of an address in Google Cloud looks like."""
ROLES = {"user": "user", "assistant": "model"}


def address(url: str, model: str) -> str:
    """Where a model is asked. The key never goes there, but into a header."""
    name = quote(model.removeprefix("models/"), safe="")
    return f"{url}/models/{name}:generateContent"


def project_in(options: Mapping[str, str]) -> tuple[str, str]:
    """The project that is asked in Google Cloud, and its location: `global` if none is given.

    Raises:
        ConfigError: there is no project, or one of both cannot be a part of an address.
    """
    project, location = options.get("project", ""), options.get("location", "") or "global"
    if not project:
        raise ConfigError("vertex needs a project: set GOOGLE_CLOUD_PROJECT, or -M project=ID")
    for name, value, example in (
        ("project", project, "my-project"),
        ("location", location, "europe-west4"),
    ):
        if not PLACE[name].fullmatch(value):
            raise ConfigError(
                f"-M {name}={value} is no {name} in Google Cloud; expected e.g. {example}"
            )
    return project, location


def regional_url(location: str) -> str:
    """Where Google Cloud answers for any location but `global`."""
    if location in ("us", "eu"):
        return f"https://aiplatform.{location}.rep.googleapis.com"
    return f"https://{location}-aiplatform.googleapis.com"


def encoder(thinking: Thinking) -> Encode:
    """The encoder for a model that is asked so. The model's name is part of the address."""

    def encode(
        model: str, messages: tuple[Message, ...], config: GenerateConfig, pictures: DataUris
    ) -> bytes:
        check_count(model, messages, GOOGLE)
        system = [{"text": message.text} for message in messages if message.role == "system"]
        turns = [message for message in messages if message.role != "system"]
        payload: dict[str, Any] = {
            "contents": [{"role": ROLES[m.role], "parts": parts(m, pictures)} for m in turns],
            "generationConfig": settings(config, thinking),
        }
        if system:
            payload["systemInstruction"] = {"parts": system}
        return check_size(model, orjson.dumps(payload), GOOGLE)

    return encode


def settings(config: GenerateConfig, thinking: Thinking) -> dict[str, Any]:
    """The field `generationConfig`."""
    chosen = sampling(config, thinking)
    fields: dict[str, Any] = {"maxOutputTokens": config.max_tokens + thinking.tokens}
    if "temperature" in chosen:
        fields["temperature"] = chosen["temperature"]
    if "top_p" in chosen:
        fields["topP"] = chosen["top_p"]
    if config.stop:
        fields["stopSequences"] = config.stop
    if config.seed is not None:
        fields["seed"] = config.seed
    if thinking.tokens:
        fields["thinkingConfig"] = {"includeThoughts": True}
    return fields


def parts(message: Message, pictures: DataUris) -> list[dict[str, Any]]:
    """A message's parts: pictures, then text."""
    shown = [{"inlineData": blob(pictures.get(image, GOOGLE))} for image in message.images]
    return [*shown, {"text": message.text}]


def blob(uri: bytes) -> dict[str, Any]:
    """A picture's bytes with their type."""
    media_type, body = parted(uri)
    return {"mimeType": media_type, "data": quoted(body)}


def decode(model: str, reply: Mapping[str, Any]) -> Response:
    """The candidate 0 of a reply; a prompt that was blocked is a response too.

    Raises:
        ModelError: the reply reports an error or is not what the API promises.
    """
    try:
        if (stopped := failure_in(model, reply)) is not None:
            return stopped
        if not reply.get("candidates"):
            return without_candidate(model, reply)
        return answered(model, reply, first_of(reply["candidates"]))
    except WRONG_FORM as error:
        raise of_another_form(model, error, reply) from None


def without_candidate(model: str, reply: Mapping[str, Any]) -> Response:
    """The response of a prompt that was blocked.

    Raises:
        ModelError: nothing says that it was.
    """
    if not (reply.get("promptFeedback") or {}).get("blockReason"):
        raise ModelError(
            f"{model} sent no candidate but {short(reply)}; expected `candidates` with one "
            "content, or a reason why the prompt was blocked",
            kind="bad_reply",
            retryable=True,
        )
    return Response(
        text="",
        model=named(model, reply, "modelVersion"),
        stop="filter",
        input_tokens=tokens(model, reply.get("usageMetadata"), "promptTokenCount"),
    )


def answered(model: str, reply: Mapping[str, Any], candidate: Mapping[str, Any]) -> Response:
    """The response of one candidate.

    Raises:
        ModelError: it ended in a way that is no answer's end.
    """
    finish = candidate.get("finishReason")
    stop = STOPS.get(str(finish))
    if stop is None:
        raise ended(model, "finishReason", finish, candidate.get("finishMessage"))
    found = (candidate.get("content") or {}).get("parts") or []
    thought = "".join(trace_in(part) for part in found if part.get("thought"))
    said = "".join(part.get("text", "") for part in found if not part.get("thought"))
    text, opening = split_reasoning(said, cut=stop == "length")
    calls = [part for part in found if part.get("functionCall")]
    if stop == "end" and not text.strip() and (calls or str(finish).casefold() in CALLS):
        raise called(model, "finishReason", finish)
    usage = reply.get("usageMetadata")
    return Response(
        text=text,
        model=named(model, reply, "modelVersion"),
        stop=stop,
        reasoning=joined(thought, opening),
        input_tokens=tokens(model, usage, "promptTokenCount"),
        output_tokens=all_output(model, usage),
        cached_tokens=tokens(model, usage, "cachedContentTokenCount"),
        reasoning_tokens=tokens(model, usage, "thoughtsTokenCount"),
    )


def all_output(model: str, usage: Any) -> int | None:
    """The generated tokens: the API counts thoughts apart, and leaves out a count of 0."""
    counts = [tokens(model, usage, name) for name in ("candidatesTokenCount", "thoughtsTokenCount")]
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
