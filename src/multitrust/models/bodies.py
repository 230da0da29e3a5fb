"""Bodies of replies: JSON, also with half a surrogate pair in it, or as a stream of events.

Some servers stream unasked. A stream of chat completions, of the Responses API or of the Messages
API is put together to the reply that it stands for; any other is refused with words.
https://html.spec.whatwg.org/multipage/server-sent-events.html and the three APIs' pages on
streaming, read 2026-11.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from multitrust.core import ModelError

FIELD = re.compile(rb"^(?:data|event|id|retry|):", re.MULTILINE)
"""How a line of a stream of events begins."""
BOM = b"\xef\xbb\xbf"
"""The mark of UTF-8 at a body's beginning."""
DONE = b"[DONE]"
"""The data of a stream's last event."""
FINAL = ("response.completed", "response.incomplete", "response.failed")
"""Events of the Responses API that hold the whole reply."""
PIECES = {"text_delta": "text", "thinking_delta": "thinking"}
"""Kinds of deltas of the Messages API, and the field of their block that they add to."""


def loads(content: bytes) -> Any:
    """JSON, read leniently.

    U+FFFD stands for bytes that are no UTF-8 and for each half of a surrogate pair, and None for a
    number that is not finite or beyond a float: Python's `json` writes `NaN` and `Infinity`.

    Raises:
        ValueError: it is no JSON, or nested too deeply.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return mended(parsed(content))


def parsed(content: bytes) -> Any:
    """As `loads`, but halves of surrogate pairs are kept, so that they can be joined.

    Raises:
        ValueError: it is no JSON, or nested too deeply.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(
            content.decode(errors="replace"),
            parse_constant=lambda _: None,
            parse_float=finite,
            parse_int=lambda digits: None if finite(digits) is None else int(digits),
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def finite(digits: str) -> float | None:
    """A number; None if it is beyond a float."""
    number = float(digits)
    return number if math.isfinite(number) else None


def mended(found: Any) -> Any:
    """JSON without halves of surrogate pairs, which no later step could write.

    Raises:
        ValueError: it is nested too deeply.
    """
    try:
        text = json.dumps(found, ensure_ascii=False)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return orjson.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def reply_in(name: str, content: bytes) -> Any:
    """The JSON of a body, or what its stream of events stands for.

    Args:
        name: who sent it, for errors.
        content: the body.

    Raises:
        ValueError: it is neither.
        ModelError: it is a stream that cannot be read, or that ended early.
    """
    content = content.removeprefix(BOM)
    try:
        return loads(content)
    except ValueError:
        start = FIELD.search(content)
        if start is None:
            raise
    if head := content[: start.start()].strip():
        return loads(head)  # the reply, and then an event that says so
    try:
        return together(name, list(events(content)))
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise ModelError(
            f"{name} streamed its reply unasked, and an event is of another form "
            f"({type(error).__name__}: {str(error)[:100]}); turn streaming off at the server",
            kind="bad_reply",
        ) from None


def events(content: bytes) -> Iterable[dict[str, Any] | None]:
    """The data of each event, and None for the one that ends a stream.

    Raises:
        ValueError: one is no JSON object.
    """
    for block in re.split(rb"\n{2,}", b"\n".join(content.splitlines())):
        lines = [line[5:].strip() for line in block.splitlines() if line.startswith(b"data:")]
        for data in [b"\n".join(lines)] if is_json(b"\n".join(lines)) else lines:
            if data == DONE:
                yield None
                continue
            found = loads(data)
            if not isinstance(found, dict):
                raise ValueError(f"a JSON {type(found).__name__} where an object was expected")
            yield found


def is_json(data: bytes) -> bool:
    """Whether the lines of an event are one JSON; some servers leave out the line between two."""
    try:
        loads(data)
    except ValueError:
        return False
    return True


def together(name: str, found: list[dict[str, Any] | None]) -> Mapping[str, Any]:
    """The reply that events stand for; the first error among them comes before all else.

    Raises:
        ModelError: they are of no known API, or the last of them did not come.
    """
    told = [event for event in found if event is not None]
    for event in told:
        if event.get("error"):
            return event
        if event.get("type") in FINAL:
            reply: dict[str, Any] = event["response"]
            return reply
    if any("choices" in event for event in told):
        reply = completion(told)
        choices = reply["choices"]
        over = None in found or (choices and choices[0]["finish_reason"])
    elif any(event.get("type") == "message_start" for event in told):
        reply = message(told)
        over = reply.get("stop_reason")
    else:
        raise ModelError(
            f"{name} streamed its reply unasked, in events that are not known here; turn "
            "streaming off at the server",
            kind="bad_reply",
        )
    if not over:
        raise ModelError(
            f"{name} streamed its reply unasked, and the stream ended before its last event",
            kind="bad_reply",
            retryable=True,
        )
    return reply


def completion(told: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The chat completion of its chunks: their fields, and the deltas of the first choice."""
    reply: dict[str, Any] = {}
    choice: dict[str, Any] = {}
    said: dict[str, list[Any]] = {}
    for event in told:
        reply |= {k: v for k, v in event.items() if v is not None and k != "choices"}
        for part in event.get("choices") or ():
            if part.get("index", 0) != 0:
                continue
            for field, value in (part.get("delta") or part.get("message") or {}).items():
                if value is not None:
                    said.setdefault(field, []).append(value)
            choice |= {k: v for k, v in part.items() if v is not None}
    if not choice:
        return {**reply, "choices": []}
    written = {field: gathered(values) for field, values in said.items()}
    choice = {"finish_reason": None, **choice, "message": written}
    return {**reply, "choices": [choice]}


def gathered(values: list[Any]) -> Any:
    """The pieces of one field as one: texts and lists are joined, of others the last counts."""
    if all(isinstance(value, str) for value in values):
        return "".join(values)
    if all(isinstance(value, list) for value in values):
        return [part for value in values for part in value]
    if {type(value) for value in values} == {str, list}:  # Mistral: thinking first, then text
        parts = ([{"type": "text", "text": v}] if isinstance(v, str) else v for v in values)
        return [part for value in parts for part in value]
    return values[-1]


def message(told: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The message of the Messages API that its events stand for."""
    reply: dict[str, Any] = {}
    blocks: dict[int, dict[str, Any]] = {}
    said: dict[tuple[int, str], list[str]] = {}
    for event in told:
        kind = event.get("type")
        if kind == "message_start":
            reply |= event["message"]
        elif kind == "content_block_start":
            blocks[event["index"]] = dict(event["content_block"])
        elif kind == "content_block_delta" and event["delta"]["type"] in PIECES:
            field = PIECES[event["delta"]["type"]]
            said.setdefault((event["index"], field), []).append(event["delta"][field])
        elif kind == "message_delta":
            usage = {**(reply.get("usage") or {}), **(event.get("usage") or {})}
            reply |= {**event["delta"], "usage": usage}
    for (place, field), pieces in said.items():
        blocks[place][field] = blocks[place].get(field, "") + "".join(pieces)
    return {**reply, "content": [blocks[place] for place in sorted(blocks)]}
