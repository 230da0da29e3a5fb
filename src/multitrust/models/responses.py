"""The Responses API of OpenAI.

https://developers.openai.com/api/reference (responses), read 2026-11 with the client 3.57. It has
no seed and no stop sequences. Nothing is stored at OpenAI (`store`: false).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from multitrust.core import GenerateConfig, Message, ModelError, Response, Stop
from multitrust.models.http import Encode
from multitrust.models.images import DataUris
from multitrust.models.openai import quoted
from multitrust.models.picture_limits import OPENAI, check_count, check_size
from multitrust.models.reasoning import Thinking, sampling, split_reasoning
from multitrust.models.replies import (
    WRONG_FORM,
    called,
    ended,
    failure_in,
    joined,
    named,
    of_another_form,
    reported,
)
from multitrust.models.trace_fields import trace_in
from multitrust.models.usage import usage_in

FEWEST = 16
"""The API refuses a lower token limit."""
INCOMPLETE: Mapping[str, Stop] = {"max_output_tokens": "length", "content_filter": "filter"}


def encoder(thinking: Thinking) -> Encode:
    """The encoder for a model that is asked so."""

    def encode(
        model: str, messages: tuple[Message, ...], config: GenerateConfig, pictures: DataUris
    ) -> bytes:
        check_count(model, messages, OPENAI)
        if config.stop:
            raise ModelError(
                f"{model} is asked through the Responses API, which takes no stop sequences, but "
                f"the task sets {config.stop!r}; use openai/{model}",
                kind="bad_request",
            )
        payload = {
            "model": model,
            "input": [
                {"role": message.role, "content": content(message, pictures)}
                for message in messages
            ],
            **sampling(config, thinking),
            "max_output_tokens": max(FEWEST, config.max_tokens + thinking.tokens),
            "store": False,
        }
        return check_size(model, orjson.dumps(payload), OPENAI)

    return encode


def content(message: Message, pictures: DataUris) -> str | list[dict[str, Any]]:
    """A message's content: plain text, or pictures followed by text."""
    if not message.images:
        return message.text
    parts: list[dict[str, Any]] = [
        {
            "type": "input_image",
            "detail": "auto",
            "image_url": quoted(pictures.get(image, OPENAI)),
        }
        for image in message.images
    ]
    return [*parts, {"type": "input_text", "text": message.text}]


def decode(model: str, reply: Mapping[str, Any]) -> Response:
    """The answer of a reply; a filter that failed the whole response is a response too.

    Raises:
        ModelError: the reply reports an error, is not finished, or is not what the API promises.
    """
    try:
        if (stopped := failure_in(model, reply)) is not None:
            return stopped
        if reply["status"] not in ("completed", "incomplete"):
            raise reported(model, {"status": reply["status"]})
        return answered(model, reply, stop_of(model, reply))
    except WRONG_FORM as problem:
        raise of_another_form(model, problem, reply) from None


def stop_of(model: str, reply: Mapping[str, Any]) -> Stop:
    """Why the model stopped.

    Raises:
        ModelError: it was interrupted for a reason that is no answer's end.
    """
    if reply["status"] == "completed":
        return "end"
    details = reply.get("incomplete_details")
    reason = details.get("reason") if isinstance(details, dict) else None
    stop = INCOMPLETE.get(str(reason))
    if stop is None:
        raise ended(model, "incomplete_details", details)
    return stop


def answered(model: str, reply: Mapping[str, Any], stop: Stop) -> Response:
    """The response of a finished reply. Remarks before the answer are part of the reasoning."""
    # A filter may leave no output at all.
    output = (reply.get("output") or ()) if stop == "filter" else reply["output"]
    messages = [item for item in output if item["type"] == "message"]
    final = [part for item in messages if not is_remark(item) for part in item["content"]]
    remarks = [part for item in messages if is_remark(item) for part in item["content"]]
    spoken = said(final, "output_text", "text")
    text, opening = split_reasoning(spoken, cut=stop == "length")
    refusal = said(final, "refusal", "refusal")
    usage = usage_in(model, reply.get("usage"), "input", "output")
    if refusal and not text:
        text, stop = refusal, "refusal"
    calls = [item for item in output if str(item["type"]).endswith("_call")]
    if stop == "end" and not text.strip() and calls:
        raise called(model, "output", calls[0]["type"])
    return Response(
        text=text,
        model=named(model, reply),
        stop=stop,
        reasoning=joined(*traces(output), said(remarks, "output_text", "text"), opening),
        input_tokens=usage.input,
        output_tokens=usage.output,
        cached_tokens=usage.cached,
        reasoning_tokens=usage.reasoning,
    )


def is_remark(item: Mapping[str, Any]) -> bool:
    """Whether a message is the model's commentary on its way to the answer."""
    return item.get("phase") == "commentary"


def said(parts: Iterable[Mapping[str, Any]], kind: str, field: str) -> str:
    """The texts of the parts of one kind."""
    return "".join(part[field] for part in parts if part["type"] == kind)


def traces(items: Iterable[Mapping[str, Any]]) -> list[str]:
    """The reasoning items' texts, or their summaries where the text is withheld."""
    thought = [item for item in items if item["type"] == "reasoning"]
    return [
        trace_in(part)
        for item in thought
        for part in parts_of(item.get("content") or item.get("summary"))
    ]


def parts_of(trace: Any) -> list[Any]:
    """The parts of a trace, which may be one."""
    return trace if isinstance(trace, list) else [trace]
