"""What all decoders share: failures that a reply reports, filters, and forms that are wrong."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from typing import Any

import orjson

from multitrust.core import ModelError, Response
from multitrust.core.errors import ModelErrorKind

WRONG_FORM = (KeyError, TypeError, AttributeError, IndexError, ValueError, RecursionError)
"""What reading a reply of another form raises."""
FILTERS = {
    "content_filter", "content_policy_violation", "responsibleaipolicyviolation", "invalid_prompt",
    "bio_policy", "cyber_policy", "image_content_policy_violation", "misalignment_policy_violation",
    "data_inspection_failed", "datainspectionfailed",
}  # fmt: skip
"""Error codes of a content filter: OpenAI, Azure and, the last two, DashScope."""
FILTERING = (400, 403)
"""Statuses with which a content filter stops a prompt: 400 of OpenAI, Azure, Anthropic, DashScope
and DeepSeek, 403 of OpenRouter's moderation and xAI. With others the code is something else."""
STATUSES: Mapping[str, int] = {
    "invalid_request_error": 400, "context_length_exceeded": 400, "invalid_argument": 400,
    "failed_precondition": 400, "authentication_error": 401, "invalid_api_key": 401,
    "unauthenticated": 401, "billing_error": 402, "insufficient_quota": 402,
    "permission_error": 403, "permission_denied": 403, "not_found_error": 404,
    "model_not_found": 404, "not_found": 404, "rate_limit_error": 429, "rate_limit_exceeded": 429,
    "resource_exhausted": 429, "overloaded_error": 503, "unavailable": 503,
}  # fmt: skip
"""Statuses that words of OpenAI, Anthropic and Google stand for, in lower case."""
FATAL: Mapping[int, ModelErrorKind] = {401: "auth", 402: "auth", 403: "auth", 404: "not_found"}
PASSING = (408, 409, 425, 429)
"""Statuses below 500 after which the same request may succeed."""


def reported(model: str, error: Any) -> ModelError:
    """The failure that a reply with status 200 itself reports.

    Its code decides, as the status of the reply would: what will not pass is not retried.
    """
    status, said = status_of(error), short(error)
    if status == 402:
        return ModelError(
            f"{model} has used up its credit: the server reported {said}; once there is more, run "
            "the same command to resume",
            kind="unavailable",
        )
    what = f"{model}: the server reported {said}"
    if status is None or status >= 500 or status in PASSING:
        kind: ModelErrorKind = "rate_limit" if status == 429 else "bad_reply"
        return ModelError(what, kind=kind, retryable=True)
    return ModelError(what, kind=FATAL.get(status, "bad_request"))


def status_of(error: Any) -> int | None:
    """The status of HTTP that an error names by a number or a word; None if it names none."""
    if not isinstance(error, dict):
        return None
    for name in ("code", "status", "type"):
        said = error.get(name)
        if isinstance(said, str):
            word = said.casefold()
            said = int(word) if word.isascii() and word.isdigit() and len(word) == 3 else word
            said = STATUSES.get(said) if isinstance(said, str) else said
        if type(said) is int and 400 <= said < 600:
            return said
    return None


def is_filter(error: Any) -> bool:
    """Whether an error says that a content filter stopped the prompt or the answer.

    A code of a filter beside the status of another failure, as 429, is that failure.
    """
    if not isinstance(error, dict) or status_of(error) not in (None, *FILTERING):
        return False
    inner, metadata, more = map(error.get, ("innererror", "metadata", "provider_specific_fields"))
    if isinstance(more, dict):  # LiteLLM passes Azure's on in there
        inner = inner or more.get("innererror")
    codes = [error.get("code"), error.get("type")]
    if isinstance(inner, dict):
        codes.append(inner.get("code"))
    if isinstance(metadata, dict):  # OpenRouter's moderation
        if metadata.get("reasons"):
            return True
        codes.append(metadata.get("error_type"))
    return any(isinstance(code, str) and code.casefold() in FILTERS for code in codes)


def error_of(reply: Mapping[str, Any]) -> Any:
    """What a reply, or one choice of it, reports as an error; None or empty if nothing."""
    return reply if reply.get("object") == "error" else reply.get("error")  # vLLM, SGLang: flat


def failure_in(model: str, reply: Mapping[str, Any]) -> Response | None:
    """The response of a filter that a reply with status 200 reports; None if it has no error.

    Raises:
        ModelError: the error is not a filter's.
    """
    error = error_of(reply)
    if not error:
        return None
    if is_filter(error):
        return filtered(model, reply)
    raise reported(model, error)


def filtered(model: str, reply: Mapping[str, Any], asked: int | None = None) -> Response:
    """The response of a prompt that a filter stopped, with the tokens of its request."""
    return Response(text="", model=named(model, reply), stop="filter", input_tokens=asked)


def named(model: str, reply: Mapping[str, Any], field: str = "model") -> str:
    """The model that says it answered, or the one that was asked."""
    found = reply.get(field)
    return found if isinstance(found, str) and found else model


def joined(*traces: str) -> str:
    """Traces of several places as one text."""
    return "\n\n".join(filter(None, traces))


def of_another_form(model: str, error: Exception, reply: Mapping[str, Any]) -> ModelError:
    """The failure of a reply that is not what the API promises."""
    what = f"{type(error).__name__}: {str(error)[:100]}"
    return ModelError(
        f"{model} sent a reply of another form ({what}): {short(reply)}", kind="bad_reply"
    )


def short(value: Any) -> str:
    """A value as JSON, cut to 200 characters; what is no JSON or too deep, as Python writes it."""
    try:
        return orjson.dumps(value, default=str).decode()[:200]
    except TypeError:
        return reprlib.repr(value)[:200]
