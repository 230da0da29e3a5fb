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
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import orjson

from multitrust.core import ModelError, whole_characters
from multitrust.models.replies import WRONG_FORM, error_of, oddity

FIELD = re.compile(rb"^(?:data|event|id|retry):", re.MULTILINE)
"""How a line of a stream of events begins."""
REMARK = re.compile(rb"^:[^\r\n]*+", re.MULTILINE)
"""A line that says nothing but that the server is still there (OpenRouter)."""
BOM = b"\xef\xbb\xbf"
"""The mark of UTF-8 at a body's beginning."""
ERROR = b"error"
"""The kind of an event that reports a failure."""
LONGEST = 2000
"""Bytes that are kept of an event that reports a failure and is no JSON."""
DONE = b"[DONE]"
"""The data of a stream's last event."""
FINAL = ("response.completed", "response.incomplete", "response.failed")
"""Events of the Responses API that hold the whole reply."""
PIECES = {"text_delta": "text", "thinking_delta": "thinking"}
"""Kinds of deltas of the Messages API, and the field of their block that they add to."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The data of one event."""

    kind: bytes
    """What the event calls itself; empty if it does not."""
    data: bytes


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
    return orjson.loads(whole_characters(text))


def error_in(body: bytes) -> dict[str, Any]:
    """The field `error` of a body if it is an object; an empty one otherwise."""
    try:
        error = loads(body)["error"]
    except (ValueError, KeyError, TypeError, IndexError):
        return {}
    return error if isinstance(error, dict) else {}


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
    body, ended = without_end(content)
    try:
        found = loads(body)
    except ValueError:
        if REMARK.search(body):
            return reply_in(name, REMARK.sub(b"", content))
        start = FIELD.search(body)
    else:
        if not is_chunk(found):
            return found
        start = None
    if start is not None and (head := body[: start.start()].strip()):
        return loads(head)  # the reply, and then an event that says so
    pieces = lines_in(body) if start is None else pieces_in(body)
    done = next((place for place, piece in enumerate(pieces) if piece.data == DONE), None)
    pieces, ended = pieces[:done], ended or done is not None
    try:
        return mended(together(name, events(pieces), ended=ended))
    except WRONG_FORM as error:
        raise ModelError(
            f"{name} streamed its reply unasked, and an event is of another form "
            f"({oddity(error)}); turn streaming off at the server",
            kind="bad_reply",
        ) from None


def without_end(body: bytes) -> tuple[bytes, bool]:
    """A body without the event that ends a stream, and whether it had one.

    Some servers put it right behind a reply that is none of events.
    """
    rest = body.rstrip()
    if not rest.endswith(DONE):
        return body, False
    return rest.removesuffix(DONE).rstrip().removesuffix(b"data:"), True


def is_chunk(found: Any) -> bool:
    """Whether JSON is one event of a stream of chat completions."""
    choices = found.get("choices") if isinstance(found, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return isinstance(first, dict) and "delta" in first and "message" not in first


def lines_in(body: bytes) -> list[Piece]:
    """The lines of a body of one JSON object a line, the last of which may be cut.

    Raises:
        ValueError: it is something else.
    """
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    for line in lines[:-1] or lines:
        if not isinstance(parsed(line), dict):
            raise ValueError("a line is no JSON object")
    if not lines or not lines[-1].startswith(b"{"):
        raise ValueError("the end: no JSON object")
    return [Piece(b"", line) for line in lines]


def pieces_in(body: bytes) -> list[Piece]:
    """The data of the events of a stream, each with the kind of its event; none is empty."""
    found: list[Piece] = []
    for block in re.split(rb"\n{2,}", b"\n".join(body.splitlines())):
        kind, lines = b"", []
        for line in block.splitlines():
            if line.startswith(b"event:"):
                kind = line[6:].strip()
            elif line.startswith(b"data:"):
                lines.append(Piece(kind, line[5:].strip()))
        whole = Piece(kind, b"\n".join(line.data for line in lines))
        # Some servers leave out the empty line between two events.
        one = is_json(whole.data) or not (lines and is_json(lines[0].data))
        found += [whole] if one else lines
    return [piece for piece in found if piece.data]


def is_json(data: bytes) -> bool:
    """Whether data is one JSON value."""
    try:
        parsed(data)
    except ValueError:
        return False
    return True


def events(pieces: list[Piece]) -> list[dict[str, Any]]:
    """What the events of a stream say; the last is left out if it was cut.

    Raises:
        ValueError: one is no JSON object.
    """
    found: list[dict[str, Any]] = []
    for place, piece in enumerate(pieces, start=1):
        try:
            event = parsed(piece.data)
        except ValueError:
            if place == len(pieces) and (piece.data[:1] == b"{" or DONE.startswith(piece.data)):
                break
            if piece.kind != ERROR:
                raise
            event = piece.data[:LONGEST].decode(errors="replace")
        if piece.kind == ERROR:
            event = {"error": (error_of(event) if isinstance(event, dict) else None) or event}
        if not isinstance(event, dict):
            raise ValueError(f"a JSON {type(event).__name__} where an object was expected")
        found.append(event)
    return found


def together(name: str, told: list[dict[str, Any]], *, ended: bool) -> Mapping[str, Any]:
    """The reply that events stand for; the first error among them comes before all else.

    Args:
        name: who sent them, for errors.
        told: the events.
        ended: whether the event that ends a stream came as well.

    Raises:
        ModelError: they are of no known API, or the last of them did not come.
    """
    for event in told:
        if error := error_of(event):
            return {"error": error}
        if event.get("type") in FINAL:
            reply: dict[str, Any] = event["response"]
            return reply
    over = False
    if any("choices" in event for event in told):
        reply = completion(told)
        choices = reply["choices"]
        over = ended or bool(choices and choices[0]["finish_reason"])
    elif any(event.get("type") == "message_start" for event in told):
        reply = message(told)
        over = bool(reply.get("stop_reason"))
    elif told and not any(str(event.get("type")).startswith("response.") for event in told):
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
    """The chat completion of its chunks: their fields, and what the first choice says.

    Chunks of the older completions, which have a text in place of a delta, are a choice with a text
    and without a message, as such a reply is that is not streamed.
    """
    reply: dict[str, Any] = {}
    choice: dict[str, Any] = {}
    deltas: dict[str, list[Any]] = {}
    messages: dict[str, list[Any]] = {}
    texts: list[str] = []
    for event in told:
        reply |= {k: v for k, v in event.items() if v is not None and k != "choices"}
        for part in event.get("choices") or ():
            if part.get("index", 0) != 0:
                continue
            for said, fields in ((deltas, part.get("delta")), (messages, part.get("message"))):
                for field, value in (fields or {}).items():
                    if value is not None:
                        said.setdefault(field, []).append(value)
            choice |= {k: v for k, v in part.items() if v is not None}
            texts += [part["text"]] if isinstance(part.get("text"), str) else []
    if not choice:
        return {**reply, "choices": []}
    filled = (any(v) for said in (deltas, messages) for f, v in said.items() if f != "role")
    if (text := "".join(texts)) and not any(filled):
        choice = {name: value for name, value in choice.items() if name != "message"}
        return {**reply, "choices": [{"finish_reason": None, **choice, "text": text}]}
    written = {field: gathered(values) for field, values in deltas.items()}
    for field, values in messages.items():
        if not written.get(field) or any(values):
            written[field] = last_or_joined(values, whole=bool(written.get(field)))
    choice = {"finish_reason": None, **choice, "message": written}
    return {**reply, "choices": [choice]}


def last_or_joined(values: list[Any], *, whole: bool) -> Any:
    """What the messages of a stream say in one field.

    Args:
        values: what each message says.
        whole: whether there were deltas as well. Then, or where each text begins with the one
            before it, a message says all that was said until then; else it says a piece of it.
    """
    filled = [value for value in values if value] or values
    if whole or all(
        isinstance(value, str) and value.startswith(before) for before, value in pairwise(filled)
    ):
        return filled[-1]
    return gathered(filled)


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
