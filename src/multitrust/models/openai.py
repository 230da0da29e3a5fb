"""The chat completions API of OpenAI, which most servers of open models speak too.

https://developers.openai.com/api/reference (chat completions), read 2026-11 with the client 3.57;
what other servers do differently is said where it is handled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from multitrust.core import GenerateConfig, Message, ModelError, Response, Stop
from multitrust.models.bodies import loads
from multitrust.models.http import Encode
from multitrust.models.images import DataUris
from multitrust.models.picture_limits import PLAIN, PictureLimits, check_count, check_size
from multitrust.models.reasoning import Thinking, sampling, split_reasoning
from multitrust.models.replies import (
    WRONG_FORM,
    called,
    ended,
    error_of,
    failure_in,
    filtered,
    first_of,
    is_filter,
    joined,
    named,
    of_another_form,
    short,
)
from multitrust.models.stops import CALLS, CHAT
from multitrust.models.trace_fields import KINDS, trace_in
from multitrust.models.usage import tokens, usage_in

TRACES = ("reasoning_content", "reasoning", "thinking", "reasoning_text", "reasoning_details")
"""Fields of a message in which servers send the trace: the first that holds a text counts."""
REFUSALS = ("refusal", "reason", "message", "explanation")
"""Fields of a refusal that is an object, in which its words may be."""
FILTER_RESULTS = ("prompt_filter_results", "prompt_annotations")
"""Fields in which Azure says what its filters found in the prompt."""


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
            "stream": False,
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
    """The choice 0 of a reply; a prompt that a filter stopped is a response too.

    Raises:
        ModelError: the reply reports an error, has no choice, or is not what the API promises.
    """
    try:
        if (stopped := failure_in(model, reply)) is not None:
            return stopped
        choices = reply.get("choices")
        if isinstance(choices, list) and choices:
            return answered(model, reply, first_of(choices))
        if is_prompt_filtered(reply):
            return filtered(model, reply, tokens(model, reply.get("usage"), "prompt_tokens"))
    except WRONG_FORM as error:
        raise of_another_form(model, error, reply) from None
    raise ModelError(
        f"{model} sent no choice but {short(reply)}; expected `choices` with one message",
        kind="bad_reply",
        retryable=True,
    )


def is_prompt_filtered(reply: Mapping[str, Any]) -> bool:
    """Whether a reply without choices says that a filter of Azure or Google stopped the prompt."""
    if (reply.get("promptFeedback") or {}).get("blockReason"):
        return True
    results = [result for name in FILTER_RESULTS for result in reply.get(name) or ()]
    found = [f for r in results for f in (r.get("content_filter_results") or {}).values()]
    return any(isinstance(each, dict) and each.get("filtered") is True for each in found)


def answered(model: str, reply: Mapping[str, Any], choice: Mapping[str, Any]) -> Response:
    """The response of one choice.

    Raises:
        ModelError: it ended in a way that is no answer's end.
    """
    stop = stop_of(model, choice)
    usage = usage_in(model, reply.get("usage"), "prompt", "completion")
    message = choice.get("message") if stop in ("filter", "refusal") else choice["message"]
    if message is None and stop not in ("filter", "refusal"):
        raise ended(model, "finish_reason", choice.get("finish_reason"), "without a message")
    message = message or {}  # of a filter, which may leave none
    said, parts = texts(message.get("content"))
    text, opening = split_reasoning(said, cut=stop == "length")
    hidden = next(filter(None, (trace_in(message.get(name)) for name in TRACES)), "")
    refusal, refused = refusal_of(message)
    if refused and not text:
        text, stop = refusal, "refusal"
    if stop == "end" and not text.strip() and is_call(choice, message):
        raise called(model, "finish_reason", choice.get("finish_reason"))
    return Response(
        text=text,
        model=named(model, reply),
        stop=stop,
        reasoning=joined(hidden, parts, opening),
        input_tokens=usage.input,
        output_tokens=usage.output,
        cached_tokens=usage.cached,
        reasoning_tokens=usage.reasoning,
    )


def is_call(choice: Mapping[str, Any], message: Mapping[str, Any]) -> bool:
    """Whether a choice is a call of a tool."""
    calls = message.get("tool_calls") or message.get("function_call")
    content = message.get("content")
    parts = content if isinstance(content, list) else [content]
    called = any(isinstance(part, dict) and word(part.get("type")) in CALLS for part in parts)
    return called or bool(calls) or word(choice.get("finish_reason")) in CALLS


def stop_of(model: str, choice: Mapping[str, Any]) -> Stop:
    """Why a choice ended; servers that do not say are taken to mean its usual end.

    OpenRouter also passes on what the provider behind it said: `refusal` where the model declined,
    behind a `finish_reason` that would be read as the provider's filter.

    Raises:
        ModelError: for a reason that is no answer's end, or is not known here.
    """
    finish, native = (word(choice.get(name)) for name in ("finish_reason", "native_finish_reason"))
    stop = CHAT.get(finish or "stop")
    if stop is None:
        raise ended(model, "finish_reason", choice["finish_reason"])
    behind = CHAT.get(native)
    return behind if behind in ("refusal", "filter") else stop


def word(reason: Any) -> str:
    """A reason in lower case, without what follows a colon; empty if there is none."""
    return str(reason or "").casefold().partition(":")[0].strip()


def texts(said: Any) -> tuple[str, str]:
    """(text, reasoning) of a message's content: a text, a part, a list of both, or nothing.

    Raises:
        ValueError: it is none of them.
        TypeError: a text within it is no text.
        KeyError: a part of a text has no text.
    """
    if said is None:
        return "", ""
    if isinstance(said, str):
        return said, ""
    parts = said if isinstance(said, list) else [said]
    spoken = [part if isinstance(part, str) else text_of(part) for part in parts]
    thought = [trace_in(p) for p in parts if isinstance(p, dict) and p.get("type") in KINDS]
    return "".join(spoken), "".join(thought)


def refusal_of(message: Mapping[str, Any]) -> tuple[str, bool]:
    """(words, whether there is one) of the refusal in a message's field, or in its content.

    The field is a text; some servers send a list, an object or `true` in its place.
    """
    said, content = message.get("refusal"), message.get("content")
    if isinstance(said, dict):
        said = next((said[name] for name in REFUSALS if said.get(name)), said)
    parts = content if isinstance(content, list) else [content]
    refusing = [p for p in parts if isinstance(p, dict) and p.get("type") == "refusal"]
    words = trace_in(said) or "".join(trace_in(part.get("refusal")) for part in refusing)
    return words, bool(words) or said is True or (isinstance(said, dict) and bool(said))


def text_of(part: Any) -> str:
    """The text of one part of a content; empty for a part of another type."""
    if not isinstance(part, dict):
        raise ValueError(f"a part of the content is a JSON {type(part).__name__}")
    if part.get("type", "text") not in ("text", "output_text"):
        return ""
    text: str = part["text"]
    return text


def blocked(body: bytes) -> bool:
    """Whether the body of a refused request says that a content filter stopped the prompt."""
    try:
        found = loads(body)
    except ValueError:
        return False
    if isinstance(found, list) and found:  # Google's compatible API
        found = found[0]
    return isinstance(found, dict) and is_filter(error_of(found))
