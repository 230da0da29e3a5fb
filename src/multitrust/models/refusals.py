"""What a reply with another status than 200 means: is it worth a repetition, and what mends it?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import orjson

from multitrust.core import ModelError
from multitrust.models.availability import HostError
from multitrust.models.error_bodies import ErrorBody, error_body
from multitrust.models.masking import Masker, printable
from multitrust.models.quotas import quota_in
from multitrust.models.rates import retry_after, whole_again
from multitrust.models.refusal_causes import Cause, cause_by_code, cause_of
from multitrust.models.remedies import TEXT_ALONE, remedy, setting_for, without_quotations
from multitrust.models.replies import FILTERED, FILTERING
from multitrust.models.waits import wait_in

BLAMING = frozenset({400, 422, 500, 501})
"""Statuses with which some servers tell a wrong key or an unknown model."""
ADVICE: Mapping[Cause, tuple[str, str]] = {
    "account": ("refused the account of the key", "see to it at the provider"),
    "place": ("is not offered where it was asked from", "another provider may offer the model"),
    "service": ("is switched off for the project of the key", "enable the API there"),
}
"""What is said of a refusal by its cause, and what to do, where it is not the key itself."""
PAGE = re.compile(rb"\s*<(?:!doctype|html)", re.IGNORECASE)
"""How a page begins, as a guard in front of a server sends it."""
TAG = re.compile(r"<(/?\w*)[^<>]*+>")
"""A tag of a page, and its name."""
UNSHOWN = frozenset({"style", "script"})
"""Elements of a page whose text nobody sees."""
ESCAPED = rb"\u"
"""What JSON writes before the number of a letter."""
TOO_LARGE = re.compile(r"request too large", re.IGNORECASE)
"""Words of OpenAI (status 429) for a request that is larger than what a minute allows."""
OVERLOADED = frozenset({429, 498, 502, 503, 504, 520, 521, 522, 523, 525, 526, 527, 529, 530})
"""Statuses of a host that cannot answer anybody now: rate limits, Groq's full flex tier (498),
gateways and Cloudflare (52x, 530) without a server behind them, Anthropic's overload (529)."""
PASSING = frozenset({408, 409, 424, 425, 499})
"""Statuses below 500 after which the same request may succeed; 424 is a generation that failed at
text-generation-inference, 499 a request that was cancelled."""
EMPTY = frozenset({*range(200, 300), 304})
"""Statuses that bring no answer where they bring no body; the same request may get one later."""
LASTING = frozenset({501, 505})
"""Statuses from 500 on that no repetition changes."""
OF_PICTURES = frozenset({400, 404, 405, 406, 413, 415, 422, 500, 501})
"""Statuses of servers whose model reads text alone: 404 of OpenRouter, 500 of llama.cpp. The same
model answers what has no picture, and a repetition changes nothing."""
LARGER_BODY = "let the server, or the gateway before it, take larger requests"
"""What mends a request that is too large for either."""
CUT = 300
"""Characters of a server's words that are shown."""
TELLING = 40
"""Characters of a message that says enough alone; shorter ones are shown with all around them."""
READ = 16_384
"""Bytes of a body that are searched for keys before it is cut."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A reply that brings no answer."""

    name: str
    """The model's."""
    status: int
    headers: Mapping[str, str]
    content: bytes
    key_name: str
    """The variable of the key."""
    mask: Masker
    address_end: str = ""
    """How the addresses of servers with this API usually end; empty if there is no such rule."""

    @cached_property
    def body(self) -> ErrorBody:
        """What its content says."""
        return error_body(self.content)

    @property
    def said(self) -> str:
        """The server's words, cut; all of its body where its message hardly says anything."""
        message = self.body.message
        whole = len(message) < TELLING
        return excerpt(readable(self.content) if whole else message.encode(), self.mask)

    @cached_property
    def cause(self) -> Cause | None:
        """What it blames; None if it does not say, or if a setting mends it."""
        if setting_for(self.body):
            return None
        return cause_of(self.body, without_quotations(self.body.message))

    def error(self) -> ModelError | HostError:
        """The failure, with what to do about it."""
        quota = quota_in(self.status, self.body)
        if quota.used_up:
            return ModelError(
                f"{self.name} has used up its {quota.used_up} (HTTP {self.status}): {self.said}; "
                "what was answered is kept: once there is more, run the same command to resume",
                kind="unavailable",
            )
        waits = (
            retry_after(self.headers), quota.delay, retry_after(self.body.headers),
            self.body.wait, wait_in(self.body.message),
        )  # fmt: skip
        wait = next((wait for wait in waits if wait is not None), None)
        if self.status == 429 and TOO_LARGE.search(self.body.message):
            return self._unaccepted()
        if self.status in OF_PICTURES and setting_for(self.body) == TEXT_ALONE:
            return self._unaccepted()
        if self.status in BLAMING and self.cause is not None:
            return self._blamed(self.cause)
        if self.status == 429 and cause_by_code(self.body) == "account":
            return self._blamed("account")
        if self.status in OVERLOADED:
            return self._overloaded(wait)
        if self.status in EMPTY:
            return self._unanswered(wait)
        if self.status in PASSING or (self.status >= 500 and self.status not in LASTING):
            return self._failed(wait)
        return self._refused()

    def _overloaded(self, wait: float | None) -> HostError:
        limited = self.status in (429, 498, 503, 529)
        return HostError(
            f"{self.name} is {'overloaded' if limited else 'not there behind its gateway'} "
            f"(HTTP {self.status}): {self.said}",
            kind="rate_limit" if limited else "server",
            retry_after=wait,
            whole_after=whole_again(self.headers),
        )

    def _failed(self, wait: float | None) -> ModelError | HostError:
        message = f"{self.name} failed (HTTP {self.status}): {self.said}{remedy(self.body)}"
        if wait is not None:
            return HostError(message, kind="server", retry_after=wait)
        return ModelError(message, kind="server", retryable=True)

    def _unanswered(self, wait: float | None) -> ModelError | HostError:
        message = (
            f"{self.name} sent no answer but an empty body (HTTP {self.status}); is the address "
            "that of an API?"
        )
        if wait is not None:
            return HostError(message, kind="server", retry_after=wait)
        return ModelError(message, kind="bad_reply", retryable=True)

    def _refused(self) -> ModelError:
        if self.status == 403 and setting_for(self.body) not in ("", TEXT_ALONE):
            return self._unaccepted()  # Together, of a request that is too long
        if self.status in (401, 403):
            return self._blamed("key" if self.cause in (None, "model") else self.cause)
        if self.status in (404, 410):
            return self._blamed("model")
        if 300 <= self.status < 400:
            return self._moved()
        return self._unaccepted()

    def _blamed(self, cause: Cause) -> ModelError:
        """The failure that any other request would meet, too."""
        if cause == "model":
            return self._not_found()
        what, mend = ADVICE.get(
            cause, ("refused the key", f"check {self.key_name}" if self.key_name else "")
        )
        if cause == "key" and self.status == 403 and PAGE.match(self.content):
            what = "is behind a guard that turned the request away"
            mend = "a page came in place of JSON: check the address and the proxies before it"
        return ModelError(
            f"{self.name} {what} (HTTP {self.status}): {self.said}" + (f"; {mend}" if mend else ""),
            kind="auth",
        )

    def _not_found(self) -> ModelError:
        address = ""
        if self.status in (404, 410) and self.cause != "model":
            end = f", which usually ends in {self.address_end}" if self.address_end else ""
            address = f" and the address{end}"
        return ModelError(
            f"{self.name} is not there (HTTP {self.status}): {self.said}; check the model's name"
            f"{address}",
            kind="not_found",
        )

    def _moved(self) -> ModelError:
        to = self.mask(printable(self.headers.get("Location", "")))[:CUT]
        where = f" to {to}" if to else ", but does not say where to,"
        return ModelError(
            f"{self.name} has moved{where} (HTTP {self.status}); give the new address: prompts and "
            "keys are not sent on to it unasked",
            kind="not_found",
        )

    def _unaccepted(self) -> ModelError:
        mend = remedy(self.body) or (f"; {LARGER_BODY}" if self.status == 413 else "")
        return ModelError(
            f"{self.name} did not accept the request (HTTP {self.status}): {self.said}{mend}",
            kind="bad_request",
        )


def is_filtered(status: int, content: bytes, blocked: Callable[[bytes], bool]) -> bool:
    """Whether a refused request was stopped by a content filter.

    Args:
        status: the HTTP status.
        content: the body.
        blocked: whether the body of the API at hand says so.
    """
    if status not in FILTERING:
        return False
    return blocked(content) or FILTERED.search(error_body(content).message) is not None


def readable(content: bytes) -> bytes:
    """A body whose JSON escapes letters with them as they are; any other body as it is."""
    if ESCAPED not in content[:READ] or len(content) > READ:
        return content
    try:
        return json.dumps(orjson.loads(content), ensure_ascii=False).encode()
    except (orjson.JSONDecodeError, UnicodeEncodeError, RecursionError):
        return content


def excerpt(content: bytes, mask: Masker) -> str:
    """The start of a body, on one line, without keys and control characters.

    Keys are taken out before the text is cut, so that no part of one is left at its end. Of a page
    the text is shown.
    """
    text = content[:READ].decode(errors="replace")
    if PAGE.match(content):
        text = f"a page, {shown_text(text)!r}"
    return mask(printable(text))[:CUT] or "(empty body)"


def shown_text(page: str) -> str:
    """What a page shows, on one line."""
    texts, *rest = TAG.split(page)
    pairs = zip(rest[::2], rest[1::2], strict=True)
    shown = (text for tag, text in pairs if tag.casefold() not in UNSHOWN)
    return " ".join(" ".join((texts, *shown)).split())
