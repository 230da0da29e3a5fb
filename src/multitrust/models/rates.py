"""How much may be asked in a minute: what servers say of it, and what the settings say.

Servers report their limits in headers of every reply, in two families of names: `x-ratelimit-…` of
OpenAI and those that speak like it, `anthropic-ratelimit-…` of Anthropic. Both refill their limits
evenly and say when all is there again, so the rate follows from what is missing now.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from multidict import istr

from multitrust.core import GenerateConfig, Message, Response

Unit = Literal["requests", "tokens"]
HEADERS: Mapping[Unit, tuple[tuple[str, str, str], ...]] = {
    unit: (
        (
            istr(f"x-ratelimit-limit-{unit}"),
            istr(f"x-ratelimit-remaining-{unit}"),
            istr(f"x-ratelimit-reset-{unit}"),
        ),
        (
            istr(f"anthropic-ratelimit-{unit}-limit"),
            istr(f"anthropic-ratelimit-{unit}-remaining"),
            istr(f"anthropic-ratelimit-{unit}-reset"),
        ),
    )
    for unit in ("requests", "tokens")
}
"""What is limited -> the headers of its limit, of what remains, of when all is there again."""
WINDOWS = tuple(
    (istr(f"{name}-remaining"), istr(f"{name}-reset")) for name in ("x-ratelimit", "ratelimit")
)
"""Headers of what remains in a window of time, as OpenRouter and many gateways have it, and of when
the next one begins."""
STRUCTURED = istr("RateLimit")
"""The header of drafts of the IETF (httpapi-ratelimit-headers) that holds what remains and when the
window ends: `limit=5, remaining=0, reset=2` until draft 7, `"default";r=0;t=2` since draft 8."""
PAIR = re.compile(r"(?<![\w-])(r|t|remaining|reset)\s*=\s*(\d{1,15})(?![\w.])", re.IGNORECASE)
"""One value of it."""
PAUSES = (
    (istr("retry-after-ms"), 0.001), (istr("x-ms-retry-after-ms"), 0.001),
    (istr("Retry-After"), 1.0), (istr("X-Retry-After"), 1.0),
)  # fmt: skip
"""Headers of OpenAI, Azure, HTTP and gateways that name a time to wait, and seconds of its unit."""
REPORTS = (
    STRUCTURED,
    *(remaining for families in HEADERS.values() for _, remaining, _ in families),
    *(remaining for remaining, _ in WINDOWS),
)
"""The headers without which a reply reports no limits."""
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
SPAN = re.compile(r"(?<![\d.])(\d++(?:\.\d++)?+)(ms|s|m|h|d)")
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
LONGEST = 100
"""Characters of a number or date; what is longer is none, or too large for one."""
EPOCH, EPOCH_MS, EPOCH_END = 1e9, 1e12, 1e14
"""Plain numbers from here on are times since 1970, in seconds or milliseconds, up to the end."""
MOST, LATEST = 1e15, 31 * 86_400.0
"""A larger limit, or one that is there again after more than a month, is no limit but a mistake."""
FULL = 60.0
"""Seconds after which enough of a limit is there to ask again, however long the whole takes."""
LETTERS, PICTURE = 4.0, 800.0
"""Bytes of text in a token; tokens of a picture. First guesses: usage corrects them."""
LEARNING = 0.05
"""How much of a guess's error goes into the next guesses."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What a request may cost."""

    guess: float = 0.0
    """Tokens as its text and pictures suggest."""
    tokens: float = 0.0
    """The guess, put right by the usage of earlier requests."""


FREE = Cost()


@dataclass(frozen=True, kw_only=True, slots=True)
class RateLimitWindow:
    """What a server says of one of its limits."""

    limit: float
    remaining: float
    reset: float
    """Seconds until the whole limit is there again."""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server wants to be left alone for; None if it does not say.

    `Retry-After` and its siblings (`PAUSES`) say so. Else the end of a window of which nothing
    remains does, or `whole_again`, of which `FULL` is enough to ask again.

    Returns:
        0 or more; infinite where the number is too large to be read.
    """
    for name, unit in PAUSES:
        text = headers.get(name, "")
        said = seconds(text) if unit == 1 else number(text)
        if said is not None:
            return max(0.0, said * unit)
    windows = (longest_reset(headers, WINDOWS), structured_reset(headers))
    window = max((each for each in windows if each is not None), default=None)
    if window is not None and window <= LATEST:
        return window
    whole = whole_again(headers)
    return None if whole is None else min(whole, FULL)


def whole_again(headers: Mapping[str, str]) -> float | None:
    """Seconds until all of a limit of which nothing remains is there; None if none is used up."""
    return longest_reset(
        headers,
        ((remaining, reset) for names in HEADERS.values() for _, remaining, reset in names),
    )


def longest_reset(headers: Mapping[str, str], names: Iterable[tuple[str, str]]) -> float | None:
    """The longest time that headers name for what is used up; None if they name none.

    Args:
        headers: those of a reply.
        names: those of what remains of a limit, 0 where it is not there, and of the time.
    """
    resets = [
        seconds(headers.get(reset, ""))
        for remaining, reset in names
        if not number(headers.get(remaining, ""))
    ]
    return max((reset for reset in resets if reset is not None), default=None)


def structured_reset(headers: Mapping[str, str]) -> float | None:
    """The longest time that the header `RateLimit` names for a limit of which nothing remains."""
    said = headers.get(STRUCTURED, "")[:LONGEST]
    items = [said] if "remaining" in said.casefold() else said.split(",")
    resets = []
    for item in items:
        found = {name.casefold()[:3]: int(value) for name, value in PAIR.findall(item)}
        remaining, reset = found.get("r", found.get("rem")), found.get("t", found.get("res"))
        if remaining == 0 and reset is not None:
            resets.append(float(reset))
    return max(resets, default=None)


def used_up(headers: Mapping[str, str]) -> float:
    """Seconds for which a good reply says that nothing remains; 0 if it does not.

    Until the end of a window, or `FULL` of what `whole_again` says. Where the limit is reported as
    well, `rate_limit_windows` tells more; none is 0 where there was an answer.
    """
    windows = [
        (remaining, reset)
        for remaining, reset in WINDOWS
        if number(headers.get(remaining, "")) == 0
        and number(headers.get(remaining.replace("remaining", "limit"), "")) != 0
    ]
    others = [
        (remaining, reset)
        for families in HEADERS.values()
        for limit, remaining, reset in families
        if number(headers.get(remaining, "")) == 0 and limit not in headers
    ]
    window, whole = longest_reset(headers, windows) or 0.0, longest_reset(headers, others) or 0.0
    window = max(window, structured_reset(headers) or 0.0)
    known = (window, min(whole, FULL) if whole <= LATEST else 0.0)
    return max(pause if pause <= LATEST else 0.0 for pause in known)


def rate_limit_windows(headers: Mapping[str, str]) -> dict[Unit, RateLimitWindow]:
    """The limits that a reply reports wholly and in numbers that make sense."""
    found: dict[Unit, RateLimitWindow] = {}
    for unit, families in HEADERS.items():
        for limit_name, remaining_name, reset_name in families:
            if limit_name not in headers:
                continue
            limit = number(headers[limit_name])
            remaining = number(headers.get(remaining_name, ""))
            reset = seconds(headers.get(reset_name, ""))
            if limit is None or remaining is None or reset is None:
                continue
            if 0 < limit <= MOST and reset <= LATEST:
                remaining = min(max(remaining, 0.0), limit)
                found[unit] = RateLimitWindow(limit=limit, remaining=remaining, reset=reset)
    return found


def seconds(text: str) -> float | None:
    """Seconds from now of a number, a span (`6m0s`), a date (HTTP, RFC 3339), or a time since 1970.

    None for anything else; 0 for what has passed; infinite for a number that is too large.
    """
    text = text.strip()
    plain = number(text)
    if plain is not None:
        if not EPOCH <= plain < EPOCH_END:
            return max(0.0, plain)
        return max(0.0, plain / (1000 if plain >= EPOCH_MS else 1) - time.time())
    if len(text) > LONGEST:
        return None
    spans = SPAN.findall(text)
    if spans and SPAN.sub("", text) == "":
        return sum(float(count) * UNITS[unit] for count, unit in spans)
    when = date(text)
    return None if when is None else max(0.0, when.timestamp() - time.time())


def number(text: str) -> float | None:
    """A number, infinite if it is too large; None for anything else."""
    if len(text) > LONGEST:
        return math.inf if text.isascii() and text.strip().isdigit() else None
    return float(text) if NUMBER.fullmatch(text.strip()) else None


def date(text: str) -> datetime | None:
    """A date of HTTP or of RFC 3339, in UTC if it names no zone; None for anything else."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


class Bucket:
    """Units that are spent and flow back evenly up to a capacity.

    What costs more than the capacity needs it full and leaves a debt, so the rate holds for
    requests of any size.
    """

    def __init__(
        self, capacity: float, rate: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.capacity, self.rate = capacity, rate
        self._clock = clock
        self._level, self._at = capacity, clock()

    def wait(self, cost: float) -> float:
        """Seconds until so much may be spent."""
        lack = min(cost, self.capacity) - self._flowed()
        return lack / self.rate if lack > 1e-9 else 0.0

    def spend(self, cost: float) -> None:
        """Take units out; a negative cost puts them back."""
        self._level = min(self.capacity, self._flowed() - cost)

    def see(self, said: RateLimitWindow) -> None:
        """Go by what the server says. Requests under way may not be in it yet: the lower counts."""
        self.capacity = said.limit
        self._level = min(self._flowed(), said.remaining)
        if said.remaining < said.limit and said.reset > 0:
            self.rate = (said.limit - said.remaining) / said.reset

    def _flowed(self) -> float:
        now = self._clock()
        self._level = min(self.capacity, self._level + (now - self._at) * self.rate)
        self._at = now
        return self._level


class Rates:
    """All limits of one model: those of the settings, and those that its server reports.

    Args:
        per_minute: what the settings allow in a minute; unlimited what is not there.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        per_minute: Mapping[Unit, float] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._scale = 1.0
        self._held_until = -math.inf
        self._reported: dict[Unit, Bucket] = {}
        self._buckets: list[tuple[Unit, Bucket]] = [
            # A burst of one second at most, so that no minute holds much more than its share.
            (unit, Bucket(max(1.0, count / 60), count / 60, clock))
            for unit, count in (per_minute or {}).items()
        ]

    def estimate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Cost:
        """What a request may cost; nothing where tokens are not limited."""
        if all(unit != "tokens" for unit, _ in self._buckets):
            return FREE
        letters = sum(len(message.text.encode()) for message in messages)
        pictures = sum(len(message.images) for message in messages)
        guess = letters / LETTERS + pictures * PICTURE + config.max_tokens
        return Cost(guess=guess, tokens=guess * self._scale)

    def wait(self, tokens: float) -> float:
        """Seconds until a request of so many tokens may be sent."""
        pause = self._hold()
        for unit, bucket in self._buckets:
            pause = max(pause, bucket.wait(1.0 if unit == "requests" else tokens))
        return pause

    def reported_wait(self, tokens: float) -> float:
        """As `wait`, by what the server reports alone."""
        reported = self._reported.items()
        waits = [bucket.wait(1.0 if unit == "requests" else tokens) for unit, bucket in reported]
        return max((self._hold(), *waits))

    def _hold(self) -> float:
        """Seconds until the server has something left again of what it said was used up."""
        return max(0.0, self._held_until - self._clock())

    def spend(self, tokens: float) -> None:
        """A request of so many tokens is sent."""
        for unit, bucket in self._buckets:
            bucket.spend(1.0 if unit == "requests" else tokens)

    def correct(self, cost: Cost, response: Response) -> None:
        """Put an estimate right by the usage that was reported, and learn from it."""
        used = (response.input_tokens or 0) + (response.output_tokens or 0)
        if not cost.guess or not used:
            return
        for unit, bucket in self._buckets:
            if unit == "tokens":
                bucket.spend(used - cost.tokens)
        self._scale += LEARNING * (used / cost.guess - self._scale)

    def see(self, headers: Mapping[str, str], *, good: bool = True) -> None:
        """Read the limits that a reply reports; most report none.

        Args:
            headers: those of the reply.
            good: whether it brings an answer. A refusal says by itself how long to wait.
        """
        for name in REPORTS:
            if name in headers:
                break
        else:
            return
        if good and (pause := used_up(headers)):
            self._held_until = max(self._held_until, self._clock() + pause)
        for unit, said in rate_limit_windows(headers).items():
            if unit not in self._reported:
                # Most limits are of a minute; the next lines and replies tell.
                self._reported[unit] = Bucket(said.limit, said.limit / 60, self._clock)
                self._buckets.append((unit, self._reported[unit]))
            self._reported[unit].see(said)
