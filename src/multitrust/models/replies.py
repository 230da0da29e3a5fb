"""What all decoders share: failures that a reply reports, filters, and forms that are wrong."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Mapping
from typing import Any

import orjson

from multitrust.core import ModelError, Response
from multitrust.models.error_bodies import plain_error
from multitrust.models.picture_refusals import refuses_pictures
from multitrust.models.quotas import NO_CREDIT_WORDS
from multitrust.models.refusal_causes import Cause, cause_by_words, cause_of_code
from multitrust.models.remedies import without_quotations

WRONG_FORM = (KeyError, TypeError, AttributeError, IndexError, ValueError, RecursionError)
"""What reading a reply of another form raises."""
FILTERS = frozenset({
    "content_filter", "content_policy_violation", "responsibleaipolicyviolation", "invalid_prompt",
    "bio_policy", "cyber_policy", "image_content_policy_violation", "misalignment_policy_violation",
    "moderation_blocked",
    "data_inspection_failed", "datainspectionfailed",  # DashScope
    "guardrail_intervened",  # Bedrock
    "1301",  # Zhipu
    "censorship_blocked",  # StepFun, with status 451
    "sensitive_words_detected",  # One API and New API
})  # fmt: skip
"""Error codes of a content filter, in lower case: those of OpenAI and Azure, and of others."""
FILTER_FAMILY = re.compile(
    r"\A(?:(?:(?:input|output)(?:text|image|video|audio))?sensitivecontentdetected(?:\.\w+)?"
    r"|(?:input|output)(?:text|image|video|audio)riskdetection"
    r"|(?:\w+\.)+datainspectionfailed)",
)
"""Codes of Volcengine, by what was seen where, and DashScope's own with what came upon it."""
FILTERING = (400, 403, 451)
"""Statuses with which a content filter stops a prompt: 400 of OpenAI, Azure, Anthropic, DashScope,
Volcengine and DeepSeek, 403 of OpenRouter's moderation and xAI, 451 of StepFun. With others the
code is something else."""
STATUSES: Mapping[str, int] = {
    "invalid_request_error": 400, "context_length_exceeded": 400, "invalid_argument": 400,
    "failed_precondition": 400, "authentication_error": 401, "invalid_api_key": 401,
    "unauthenticated": 401, "billing_error": 402, "insufficient_quota": 402,
    "permission_error": 403, "permission_denied": 403, "not_found_error": 404,
    "model_not_found": 404, "not_found": 404, "rate_limit_error": 429, "rate_limit_exceeded": 429,
    "resource_exhausted": 429, "overloaded_error": 503, "unavailable": 503,
    "arrearage": 402, "insufficient_balance": 402, "insufficient_credits": 402,
    "payment_required": 402, "invalidapikey": 401, "unauthorized": 401, "accessdenied": 403,
    "forbidden": 403, "too_many_requests": 429, "throttling": 429, "throttling.ratequota": 429,
    "throttling.allocationquota": 429,
}  # fmt: skip
"""Statuses that codes of OpenAI, Anthropic, Google, DashScope and gateways stand for, in lower
case."""
STATUS_FIELDS = ("code", "status", "type", "statusCode", "status_code", "http_code")
"""Fields of an error that may name a status of HTTP: the first that does counts."""
WORDS = ("message", "msg", "detail")
"""Fields in which an error has its words: the first that is a text counts."""
STATUS_OF_CAUSE: Mapping[Cause, int] = {
    "key": 401, "account": 403, "place": 403, "service": 403, "model": 404,
}  # fmt: skip
"""Statuses that stand for what the words of an error blame."""
RATE_WORDS = re.compile(
    r"rate limit|too many requests|\b(?:request|quota|daily|usage) limit\b", re.IGNORECASE
)
"""Words for status 429."""
FILTER_WORDS = re.compile(r"\bnew_sensitive\b", re.IGNORECASE)
"""Words of MiniMax for a prompt or an answer that its filter stopped, with any status."""
FILTERED = re.compile(
    r"content violates usage guidelines|content exists risk|\bcontentpolicyviolationerror\b",
    re.IGNORECASE,
)
"""Words of xAI (status 403), DeepSeek and LiteLLM (400), which have no code for it."""
MINIMAX: Mapping[int, int | str] = {
    1000: 500, 1001: 408, 1002: 429, 1004: 401, 1008: 402, 1024: 500, 1026: "content_filter",
    1027: "content_filter", 1033: 500, 1039: 429, 1041: 429, 1042: 400, 2013: 400, 2045: 429,
    2049: 401, 2056: 402,
}  # fmt: skip
"""`base_resp.status_code` of MiniMax (its page on error codes, read 2026-11) -> the status of HTTP
or the code that means the same; 1039 is its limit of tokens per minute, 2056 that of a plan."""
ANSWERS = ("candidates", "output", "content", "results", "attributeScores")
"""Fields in which the APIs but that of chat completions send an answer."""
FINE = frozenset({"", "0", "200", "none", "ok", "success", "succeeded", "true", "false"})
"""What stands, in lower case, in a field for a code where nothing failed."""
LONGEST, SHOWN = 2000, 200
"""Characters of a server's words that are read, and that are shown."""


def reported(model: str, error: Any) -> ModelError:
    """The failure that a reply with status 200 itself reports; the same request may succeed.

    An error that names a status does not come here: the transport takes it as a reply of that
    status, which `refusals` judges.
    """
    what = f"{model}: the server reported {told(error)}"
    return ModelError(what, kind="bad_reply", retryable=True)


def status_of(error: Any) -> int | None:
    """The status of HTTP that an error names by a number, a code or its words; None if none."""
    fields = error if isinstance(error, dict) else {"code": error, "message": error}
    named = (status_of_code(fields.get(name)) for name in STATUS_FIELDS)
    return next(filter(None, named), None) or status_of_words(message_of(fields))


def status_of_code(code: Any) -> int | None:
    """The status of HTTP that a field names by a number or a code; None if none."""
    if type(code) is not int and not isinstance(code, str):
        return None
    word = str(code).casefold()
    if word.isascii() and word.isdigit():  # other numbers mean something else at each provider
        return int(word) if len(word) == 3 and 400 <= int(word) < 600 else None
    cause = cause_of_code(word)
    return STATUSES.get(word) or (STATUS_OF_CAUSE[cause] if cause else None)


def status_of_words(words: str) -> int | None:
    """The status of HTTP that the words of an error stand for; None if none is known."""
    text = without_quotations(words)
    if NO_CREDIT_WORDS.search(text):
        return 402
    if (cause := cause_by_words(text)) is not None:
        return STATUS_OF_CAUSE[cause]
    if RATE_WORDS.search(words):
        return 429
    return 400 if refuses_pictures(words) else None


def message_of(error: Any) -> str:
    """The words of an error, cut; empty if there are none."""
    fields = error if isinstance(error, dict) else {"message": error}
    found = (fields.get(name) for name in WORDS)
    return next((words for words in found if isinstance(words, str) and words), "")[:LONGEST]


def told(error: Any) -> str:
    """An error as JSON, cut; only its words where the cut would take them."""
    said, words = short(error), message_of(error)
    return said if len(said) < SHOWN else words[:SHOWN] or said


def is_filter(error: Any) -> bool:
    """Whether an error says that a content filter stopped the prompt or the answer.

    A code of a filter beside the status of another failure, as 429, is that failure.
    """
    if FILTER_WORDS.search(message_of(error)):
        return True
    if status_of(error) not in (None, *FILTERING):
        return False
    if FILTERED.search(message_of(error)):
        return True
    if not isinstance(error, dict):
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
        if is_passed_on(metadata.get("raw")):
            return True
    return any(map(is_filter_code, codes))


def is_filter_code(code: Any) -> bool:
    """Whether a code or type of an error, a text or a number, is that of a content filter."""
    word = str(code).casefold()
    return word in FILTERS or FILTER_FAMILY.fullmatch(word) is not None


def is_passed_on(raw: Any) -> bool:
    """Whether the body of a provider, which OpenRouter passes on as a text, is that of a filter."""
    try:
        body = orjson.loads(raw) if isinstance(raw, str) else None
    except orjson.JSONDecodeError:
        return False
    return isinstance(body, dict) and is_filter(body.get("error") or body)


def error_of(reply: Mapping[str, Any]) -> Any:
    """What a reply, or its first choice, reports as an error; None if nothing.

    Gateways send failures in many forms with status 200. Those without a field `error` count only
    where there is no answer beside them.
    """
    if reply.get("object") == "error":  # vLLM, SGLang
        return reply
    choices = reply.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    error = reply.get("error")
    if error and not (is_fine(error) and is_answered(reply, first)):
        return one_error(error, reply)
    if isinstance(first, dict) and first.get("error"):  # OpenRouter
        return one_error(first["error"], first)
    if is_answered(reply, first):
        return None
    return bare_error(reply)


def is_fine(error: Any) -> bool:
    """Whether the code of an error says that nothing failed."""
    code = error.get("code") if isinstance(error, dict) else None
    return code is not None and str(code).casefold() in FINE


def is_answered(reply: Mapping[str, Any], choice: Any) -> bool:
    """Whether there is an answer, or any part of one, in a reply.

    Args:
        reply: the reply.
        choice: its first choice, if it has any.
    """
    message = choice
    if isinstance(choice, dict):
        message = choice.get("message") or choice.get("delta")
    if isinstance(message, dict):
        message = {name: said for name, said in message.items() if name != "role" and said}
    return bool(message) or any(reply.get(name) for name in ANSWERS)


def one_error(error: Any, around: Mapping[str, Any]) -> Any:
    """One error, with its status and its words where they stand beside it.

    Args:
        error: an error, or a list of some.
        around: what it is a field of.
    """
    if isinstance(error, list) and error:
        error = error[0]
    if isinstance(error, dict):
        return error
    beside = {name: around[name] for name in (*STATUS_FIELDS, *WORDS) if around.get(name)}
    if isinstance(error, str) and not message_of(beside) and status_of(beside) is None:
        return error
    return {"error": error, **beside} if beside else error


def bare_error(reply: Mapping[str, Any]) -> Any:
    """What a reply without an answer and without a field `error` reports; None if nothing."""
    base = reply.get("base_resp")
    if isinstance(base, dict) and type(code := base.get("status_code")) is int and code:
        words = f"{base.get('status_msg') or 'no words'} (base_resp.status_code {code})"
        return {"code": MINIMAX.get(code, code), "message": words}
    if reply.get("errors"):
        return one_error(reply["errors"], reply)
    if detail := reply.get("detail"):  # FastAPI
        return {"message": detail if isinstance(detail, str) else short(detail), **reply}
    reply = plain_error(reply) or reply
    codes = [str(reply[name]).casefold() for name in STATUS_FIELDS if name in reply]
    failed = reply.get("type") == "error" or any(code not in FINE for code in codes)
    return reply if failed and message_of(reply) else None


def body_of(error: Any) -> bytes:
    """An error as the body of a refused request would hold it, its words first."""
    if isinstance(error, dict):
        error = {"message": message_of(error), **error} if message_of(error) else error
    try:
        return orjson.dumps({"error": error}, default=str)
    except TypeError:  # nested too deeply
        return orjson.dumps({"error": told(error)})


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


def first_of(choices: Any) -> Any:
    """The choice, or candidate, of index 0; the one that comes first where none says so."""
    numbered = (c for c in choices if isinstance(c, dict) and c.get("index") == 0)
    return next(numbered, choices[0])


def joined(*traces: str) -> str:
    """Traces of several places as one text."""
    return "\n\n".join(filter(None, traces))


def ended(model: str, field: str, reason: Any, words: Any = None) -> ModelError:
    """The failure of an answer that ended for a reason that is no answer's end.

    Args:
        model: who sent it.
        field: where the API says why an answer ended.
        reason: what stands there; None if nothing does.
        words: what the server says of it, if anything.
    """
    more = f" ({str(words)[:SHOWN]})" if words else ""
    return ModelError(
        f"{model}: the answer ended with {field} {short(reason)}{more}, which reports a failure or "
        "is not known as an answer's end",
        kind="bad_reply",
        retryable=True,
    )


def called(model: str, field: str, reason: Any) -> ModelError:
    """The failure of a reply that calls a tool and says nothing; arguments as those of `ended`."""
    return ModelError(
        f"{model} called a tool and gave no answer ({field} {short(reason)}), though no tool was "
        "offered; is one set up at the server?",
        kind="bad_reply",
        retryable=True,
    )


def of_another_form(model: str, error: Exception, reply: Mapping[str, Any]) -> ModelError:
    """The failure of a reply that is not what the API promises."""
    return ModelError(
        f"{model} sent a reply of another form ({oddity(error)}): {short(reply)}", kind="bad_reply"
    )


def oddity(error: Exception) -> str:
    """What is wrong with a form, by what reading it raised."""
    if isinstance(error, KeyError):
        return f"it has no field {str(error)[:100]}"
    if isinstance(error, ValueError):
        return str(error)[:100]
    return "a part of it is of another type than expected"


def short(value: Any) -> str:
    """A value as JSON, cut to `SHOWN` characters; what cannot be written so, as Python does."""
    try:
        return orjson.dumps(value, default=str).decode()[:SHOWN]
    except TypeError:
        return reprlib.repr(value)[:SHOWN]
