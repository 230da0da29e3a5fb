"""How hard to ask, and how long: turns at a host, adaptive concurrency, retries within limits."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import deque
from dataclasses import dataclass
from math import inf
from weakref import WeakKeyDictionary, WeakValueDictionary

from multitrust.core import ModelError, before_sending
from multitrust.models.availability import (
    LONG,
    Availability,
    HostError,
    leave_alone,
    unavailable,
)
from multitrust.models.rates import Rates, Unit

log = logging.getLogger("multitrust.models")

LONGEST_DELAY = 60.0
JUST_NOW = 0.1
"""Seconds for which the refusal of a model's first request holds for requests that come later."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The bounds of one backend."""

    max_connections: int = 64
    """Requests under way at once, at most, with all models at the same host together."""
    timeout: float = 120.0
    """Seconds for one attempt."""
    max_retries: int = 6
    """Attempts after the first one. Waiting for a host that is down or wants a pause is none."""
    max_wait: float = 300.0
    """Seconds for which a host that is down or wants a pause is waited for; a longer wait ends the
    run. Also the seconds for all attempts of one request and the pauses between."""
    first_delay: float = 0.5
    """Seconds before the first retry; doubled each time, up to a minute."""
    requests_per_minute: float = inf
    """Requests in a minute, at most."""
    tokens_per_minute: float = inf
    """Tokens in a minute, prompts and answers together, at most."""

    @property
    def per_minute(self) -> dict[Unit, float]:
        """What the settings limit by the minute."""
        limits: dict[Unit, float] = {
            "requests": self.requests_per_minute,
            "tokens": self.tokens_per_minute,
        }
        return {unit: limit for unit, limit in limits.items() if limit < inf}

    def delay(self, attempt: int, rng: random.Random, longest: float = LONGEST_DELAY) -> float:
        """Seconds to wait after attempt number `attempt` (from 1): longer each time."""
        backoff = self.first_delay * 2.0 ** min(attempt - 1, 60)
        return min(longest, backoff) * rng.uniform(0.5, 1.0)


class ConcurrencyLimiter:
    """Lets a varying number of requests through to one host at once.

    The number grows by one for every full round of successes and halves on congestion, at most
    once per round, between 1 and the cap (additive increase, multiplicative decrease). Models that
    wait for the same host take turns. While the host is down or wants a pause, all of them wait.
    """

    def __init__(self, cap: int, name: str = "") -> None:
        self.cap = cap
        self.limit = float(cap)
        self.in_flight = 0
        self.host = Availability(name)
        self._waiting: deque[RequestQueue] = deque()
        """Queues in which requests wait; the next one's turn is first."""
        self._timer: asyncio.TimerHandle | None = None
        self._cut_until = 0.0

    def has_room(self) -> bool:
        """Whether one more request may go through."""
        return self.in_flight < int(self.limit)

    def expect(self, queue: RequestQueue) -> None:
        """A request waits in a queue."""
        if queue not in self._waiting:
            self._waiting.append(queue)
        self.wake()

    def leave(self, probe: bool) -> None:
        """A request came back, well or not."""
        self.in_flight -= 1
        if probe:
            self.host.probe_returned()
        self.wake()

    def is_alone(self) -> bool:
        """Whether no more than one request is under way or waits."""
        return self.in_flight <= 1 and not any(queue.is_waited_in for queue in self._waiting)

    def wake(self) -> None:
        """Let through what may go."""
        while self._waiting and self.has_room():
            pause = self.host.pause()
            if pause > 0:
                self._wake_in(pause)
                return
            queue = self._next()
            if queue is None:
                return
            queue.admit_first()

    def _next(self) -> RequestQueue | None:
        """The queue whose turn it is; None if all must wait for their rates."""
        pauses = []
        for _ in range(len(self._waiting)):
            queue = self._waiting.popleft()
            pause = queue.pause()
            if pause is None:
                continue
            self._waiting.append(queue)
            if pause <= 0:
                return queue
            pauses.append(pause)
        if pauses:
            self._wake_in(min(pauses))
        return None

    def _wake_in(self, pause: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if pause < inf:
            self._timer = asyncio.get_running_loop().call_later(pause, self.wake)

    def succeeded(self) -> None:
        """A request came back well."""
        self.host.replied()
        if self.limit < self.cap:
            self.limit = min(self.cap, self.limit + 1 / self.limit)

    def congested(self, pause: float) -> None:
        """The server is overloaded; no further cut for `pause` seconds."""
        now = time.monotonic()
        if now >= self._cut_until:
            self.limit = max(1.0, self.limit / 2)
            self._cut_until = now + pause

    def give_up(self, error: ModelError) -> None:
        """Fail all requests that wait for the host."""
        self.host.give_up()
        for queue in self._waiting:
            queue.fail(error)
        self._waiting.clear()


class RequestQueue:
    """One model's requests that wait for their host: first come, first served.

    Args:
        name: the model's.
        limiter: the host's.
        rates: the model's.
        max_wait: seconds; a longer pause that the server demands fails the requests instead.
    """

    def __init__(
        self, name: str, limiter: ConcurrencyLimiter, rates: Rates, max_wait: float = inf
    ) -> None:
        self.name, self.limiter, self.rates, self.max_wait = name, limiter, rates, max_wait
        self._turns: deque[tuple[asyncio.Future[bool], float]] = deque()
        self.answered = False
        """Whether a request of the model was ever answered well."""
        self._refusal: tuple[ModelError, float] | None = None
        """Why the first request was refused, and until when no other is tried."""
        self._told = 0.0

    @property
    def is_waited_in(self) -> bool:
        """Whether a request waits."""
        return any(not turn.done() for turn, _ in self._turns)

    async def enter(self, tokens: float = 0.0) -> bool:
        """Wait until a request of so many tokens may be sent; `leave` must follow.

        Returns:
            Whether the request probes a host that was down.

        Raises:
            ModelError: the host wants to be left alone for longer than `max_wait`, or was given up.
        """
        with before_sending():
            return await self._enter(tokens)

    async def _enter(self, tokens: float) -> bool:
        """`enter`."""
        limiter = self.limiter
        if self._refusal is not None and time.monotonic() < self._refusal[1]:
            raise self._refusal[0]
        if (
            not self._turns
            and not limiter.host.blocked
            and limiter.has_room()
            and self.rates.wait(tokens) <= 0
        ):
            self._admit(tokens)
            return False
        self._check_hold()
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._turns.append((turn, tokens))
        limiter.expect(self)
        try:
            return await turn
        except asyncio.CancelledError:
            if not turn.cancelled() and turn.exception() is None:
                self.leave(turn.result())
            raise

    def _check_hold(self) -> None:
        """See that the host does not want to be left alone for too long.

        Raises:
            ModelError: it does.
        """
        host = self.limiter.host
        pause = host.pause()
        if host.reason is not None and self.max_wait < pause < inf:
            raise unavailable(
                host.reason, leave_alone(self.name, pause, host.reason), self.max_wait
            )

    def succeeded(self) -> None:
        """A request was answered well."""
        self.answered = True
        self.limiter.succeeded()

    def leave(self, probe: bool = False) -> None:
        """The request came back, well or not."""
        self.limiter.leave(probe)

    def pause(self) -> float | None:
        """Seconds until the first request's turn; None if none waits."""
        while self._turns and self._turns[0][0].done():
            self._turns.popleft()
        if not self._turns:
            return None
        tokens = self._turns[0][1]
        if self.rates.reported_wait(tokens) > self.max_wait:
            self.fail(self._limit_used_up(self.rates.reported_wait(tokens)))
            return None
        pause = self.rates.wait(tokens)
        if pause > LONG and time.monotonic() > self._told:
            self._told = time.monotonic() + pause
            log.info("%s: nothing is asked for %.0f s, as its rate limit is used up",
                     self.name, pause)  # fmt: skip
        return pause

    def _limit_used_up(self, pause: float) -> ModelError:
        reason = HostError(f"{self.name} reports that its rate limit is used up", kind="rate_limit")
        return unavailable(reason, leave_alone(self.name, pause, reason), self.max_wait)

    def fail(self, error: ModelError) -> None:
        """Fail all requests that wait."""
        while self._turns:
            turn, _ = self._turns.popleft()
            if not turn.done():
                turn.set_exception(error)
                turn.exception()  # whoever waits may be cancelled before it sees it

    def refuse(self, error: ModelError) -> None:
        """Fail all requests that wait, and those that are just coming, unless one was answered."""
        if not self.answered:
            self._refusal = error, time.monotonic() + JUST_NOW
            self.fail(error)

    def admit_first(self) -> None:
        """Let the first request through."""
        turn, tokens = self._turns.popleft()
        self._admit(tokens)
        turn.set_result(self.limiter.host.admit())

    def _admit(self, tokens: float) -> None:
        self.limiter.in_flight += 1
        self.rates.spend(tokens)


_LIMITERS: WeakKeyDictionary[
    asyncio.AbstractEventLoop, WeakValueDictionary[str, ConcurrencyLimiter]
]
_LIMITERS = WeakKeyDictionary()


def limiter_at(host: str, cap: int) -> ConcurrencyLimiter:
    """The limiter of a host, the same for all models asked there by the running event loop.

    The smallest cap of those models holds for all of them.
    """
    limiters = _LIMITERS.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
    limiter = limiters.get(host)
    if limiter is None:
        limiter = limiters[host] = ConcurrencyLimiter(cap, host)
    limiter.cap = min(limiter.cap, cap)
    limiter.limit = min(limiter.limit, limiter.cap)
    return limiter
