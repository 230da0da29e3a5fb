"""The body of a refused request, in the forms that servers send it.

`{"error": {…}}` of OpenAI and those that speak like it, the same in a list or with `details` of
Google, `{"error": "text"}` of xAI, `{"errors": [{…}]}` of Cloudflare, `{"detail": …}` of FastAPI, a
bare object, a bare text. Others wrap or spell it differently (`plain_error`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from multidict import CIMultiDict

from multitrust.models.rates import seconds

MOST = 65_536
"""Bytes of a body that are read; a refusal has no more to say."""
LONGEST = 2000
"""Characters of a message that are read."""


WRAPPERS = frozenset({"error", "errors", "err", "fault", "exception"})
ENVELOPES = frozenset({"response", "responsemetadata"})
"""Fields that may hold an error, or an object that does, without signs and in small letters:
`errors` of ModelScope, `ResponseMetadata.Error` of Volcengine, `Response.Error` of Tencent, `fault`
of Apigee."""
DEPTH = 3
"""Wrappers around an error, at most."""
SPELLINGS: Mapping[str, str] = {
    **dict.fromkeys(("code", "errorcode", "errcode"), "code"),
    **dict.fromkeys(
        ("message", "errormessage", "errormsg", "errmsg", "msg", "faultstring"), "message"
    ),
}
"""How fields of an error are spelled, without signs and in small letters -> their usual name:
`error_code` and `error_msg` of Baidu, `Code` and `Message` of Volcengine."""
WAIT_FIELDS: Mapping[str, float] = {
    "retry_after_ms": 0.001, "retry_after": 1, "retryAfter": 1, "retry_after_seconds": 1,
    "estimated_time": 1,
}  # fmt: skip
"""Fields of Matrix, Discord and Cloudflare, of gateways, and of Hugging Face for the time until a
model is loaded -> seconds of their unit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorBody:
    """What a body says; empty what it does not."""

    message: str = ""
    code: str = ""
    kind: str = ""
    param: str = ""
    """The parameter that is refused."""
    details: tuple[dict[str, Any], ...] = ()
    """Google's (google/rpc/error_details.proto, read 2026-11)."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """OpenRouter's, in `metadata`; by names in any case."""
    wait: float | None = None
    """Seconds that a field asks to wait; None if none does."""


def error_body(content: bytes) -> ErrorBody:
    """Read the body of a refused request, whatever its form."""
    if len(content) > MOST:
        return ErrorBody(message=content[:LONGEST].decode(errors="replace"))
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        return ErrorBody(message=content[:LONGEST].decode(errors="replace"))
    return error_in(body)


def error_in(body: Any) -> ErrorBody:
    """As `error_body`, of the JSON that was parsed."""
    if isinstance(body, list) and body:
        body = body[0]
    fields = body if isinstance(body, dict) else {}
    inner = fields.get("error")
    if not inner and isinstance(errors := fields.get("errors"), list) and errors:
        inner = errors[0]  # Cloudflare
    if isinstance(inner, dict):
        fields = inner
    elif not inner:
        fields = {**fields, **plain_error(fields)}
    details = fields.get("details")
    texts = (inner, body, *(fields.get(name) for name in ("message", "detail", "msg")))
    message = next((text for text in texts if isinstance(text, str)), "")
    behind = passed_on(fields.get("metadata"))
    return ErrorBody(
        message=(f"{message}: {behind}" if behind else message)[:LONGEST]
        or as_text(fields.get("detail")),
        code=as_text(fields.get("code")),
        kind=as_text(fields.get("type") or fields.get("status")),
        param=as_text(fields.get("param")) or ".".join(location(fields.get("detail"))),
        details=tuple(d for d in details if isinstance(d, dict))
        if isinstance(details, list)
        else (),
        headers=headers_in(fields.get("metadata")),
        wait=next((wait for wait in map(wait_field, (fields, body)) if wait is not None), None),
    )


def plain_error(body: Mapping[str, Any]) -> dict[str, Any]:
    """The error in a body of an unusual form, its code and words under their usual names.

    Empty if there is none, or if the body is itself an error of the usual form.
    """
    for depth in range(DEPTH + 1):
        named = {SPELLINGS.get(plain_name(name), name): value for name, value in body.items()}
        if isinstance(named.get("message"), str):
            changed = depth or set(named) != set(body)
            return named if changed else {}
        inner = next(filter(None, map(held_error, body.items())), None)
        if not isinstance(inner, dict):
            return {"message": inner} if isinstance(inner, str) else {}
        body = inner
    return {}


def held_error(field: tuple[str, Any]) -> Any:
    """What a field holds that may be an error, or an object that holds one; None if nothing."""
    name, value = plain_name(field[0]), field[1]
    if isinstance(value, list) and value:
        value = value[0]
    enveloped = name in ENVELOPES and isinstance(value, dict)
    return value if enveloped or name in WRAPPERS else None


def plain_name(name: str) -> str:
    """The name of a field in small letters, without signs between its words."""
    return name.replace("_", "").replace("-", "").casefold()


def wait_field(fields: Any) -> float | None:
    """Seconds that a field of an error asks to wait; None if none does."""
    for name, unit in WAIT_FIELDS.items() if isinstance(fields, dict) else ():
        said = fields.get(name)
        if isinstance(said, str | int | float) and not isinstance(said, bool):
            wait = seconds(str(said))
            if wait is not None:
                return wait * unit
    return None


def passed_on(metadata: Any) -> str:
    """The words of the provider behind OpenRouter, which passes its body on as a text."""
    raw = metadata.get("raw") if isinstance(metadata, dict) else None
    if not isinstance(raw, str) or len(raw) > MOST:
        return ""
    try:
        return error_in(orjson.loads(raw)).message
    except orjson.JSONDecodeError:
        return raw[:LONGEST]


def headers_in(metadata: Any) -> Mapping[str, str]:
    """The headers that the metadata of an error hold."""
    found = metadata.get("headers") if isinstance(metadata, dict) else None
    if not isinstance(found, dict):
        return {}
    return CIMultiDict({name: as_text(value) for name, value in found.items()})


def as_text(value: Any) -> str:
    """A value as a text of bounded length; empty if there is none."""
    if value is None or isinstance(value, str):
        return (value or "")[:LONGEST]
    return orjson.dumps(value, default=str).decode()[:LONGEST]


def location(detail: Any) -> Iterator[str]:
    """The path of the first field that FastAPI refuses, without `body`."""
    first = detail[0] if isinstance(detail, list) and detail else None
    found = first.get("loc") if isinstance(first, dict) else None
    for part in found if isinstance(found, list) else []:
        if part != "body":
            yield as_text(part)[:100]
