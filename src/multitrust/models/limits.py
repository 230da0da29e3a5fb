"""How hard to ask, and how long: adaptive concurrency and retries within limits."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from multitrust.core import ModelError

CONGESTION = frozenset({"rate_limit", "timeout"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The bounds of one backend."""

    max_connections: int = 64
    """Requests under way at once, at most."""
    timeout: float = 120.0
    """Seconds for one attempt."""
    max_retries: int = 6
    """Attempts after the first one."""
    max_wait: float = 300.0
    """Seconds for all attempts of one request, waiting included."""
    first_delay: float = 0.5
    """Seconds before the first retry; doubled each time, up to a minute."""

    def delay(self, attempt: int, error: ModelError, rng: random.Random) -> float:
        """Seconds to wait before attempt number `attempt` (from 1)."""
        if error.retry_after is not None:
            return error.retry_after
        return min(60.0, self.first_delay * 2.0 ** (attempt - 1)) * rng.uniform(0.5, 1.0)


class Gate:
    """Lets a varying number of requests through at once.

    The number grows by one for every full round of successes and halves on congestion, at most
    once per round, between 1 and the cap (additive increase, multiplicative decrease).
    """

    def __init__(self, cap: int) -> None:
        self.cap = cap
        self.limit = float(cap)
        self.in_flight = 0
        self._waiting: list[asyncio.Future[None]] = []
        self._cut_until = 0.0

    async def __aenter__(self) -> None:
        while self.in_flight >= int(self.limit):
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except BaseException:
                if turn in self._waiting:
                    self._waiting.remove(turn)
                else:
                    self._wake()
                raise
        self.in_flight += 1

    async def __aexit__(self, *_: object) -> None:
        self.in_flight -= 1
        self._wake()

    def _wake(self) -> None:
        free = int(self.limit) - self.in_flight
        while free > 0 and self._waiting:
            turn = self._waiting.pop(0)
            if not turn.done():
                turn.set_result(None)
                free -= 1

    def succeeded(self) -> None:
        """A request came back well."""
        if self.limit < self.cap:
            self.limit = min(self.cap, self.limit + 1 / self.limit)

    def congested(self, pause: float) -> None:
        """The server is overloaded; no further cut for `pause` seconds."""
        now = time.monotonic()
        if now >= self._cut_until:
            self.limit = max(1.0, self.limit / 2)
            self._cut_until = now + pause


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait for: Retry-After as a number or a date, or a rate limit's reset header."""
    for name in ("Retry-After", "x-ratelimit-reset-requests", "x-ratelimit-reset-tokens"):
        value = headers.get(name, "").strip().removesuffix("s")
        if not value:
            continue
        try:
            return max(0.0, float(value))
        except ValueError:
            pass
        try:
            return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
        except ValueError:
            continue
    return None
