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

from multitrust.core import ModelError
from multitrust.models.rates import Rates, Unit

log = logging.getLogger("multitrust.models")

CONGESTION = frozenset({"rate_limit", "timeout"})
LONG = 10.0
"""Seconds of waiting for a rate limit that are worth a word."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The bounds of one backend."""

    max_connections: int = 64
    """Requests under way at once, at most, with all models at the same host together."""
    timeout: float = 120.0
    """Seconds for one attempt."""
    max_retries: int = 6
    """Attempts after the first one."""
    max_wait: float = 300.0
    """Seconds for all attempts of one request and the pauses between; not for awaiting its turn."""
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

    def delay(self, attempt: int, error: ModelError, rng: random.Random) -> float:
        """Seconds to wait after attempt number `attempt` (from 1).

        Never less than the server asked for, and longer each time: one that keeps saying "at once"
        is not to be hammered.
        """
        backoff = min(60.0, self.first_delay * 2.0 ** (attempt - 1)) * rng.uniform(0.5, 1.0)
        return max(backoff, error.retry_after or 0.0)


class Gate:
    """Lets a varying number of requests through to one host at once.

    The number grows by one for every full round of successes and halves on congestion, at most
    once per round, between 1 and the cap (additive increase, multiplicative decrease). Models that
    wait for the same host take turns.
    """

    def __init__(self, cap: int) -> None:
        self.cap = cap
        self.limit = float(cap)
        self.in_flight = 0
        self._waiting: deque[Lane] = deque()
        """Lanes in which requests wait; the next one's turn is first."""
        self._timer: asyncio.TimerHandle | None = None
        self._cut_until = 0.0

    def has_room(self) -> bool:
        """Whether one more request may go through."""
        return self.in_flight < int(self.limit)

    def expect(self, lane: Lane) -> None:
        """A request waits in a lane."""
        if lane not in self._waiting:
            self._waiting.append(lane)
        self.wake()

    def leave(self) -> None:
        """A request came back, well or not."""
        self.in_flight -= 1
        self.wake()

    def wake(self) -> None:
        """Let through what may go."""
        while self._waiting and self.has_room():
            lane = self._next()
            if lane is None:
                return
            lane.admit_first()

    def _next(self) -> Lane | None:
        """The lane whose turn it is; None if all must wait for their rates."""
        pauses = []
        for _ in range(len(self._waiting)):
            lane = self._waiting.popleft()
            pause = lane.pause()
            if pause is None:
                continue
            self._waiting.append(lane)
            if pause <= 0:
                return lane
            pauses.append(pause)
        if pauses:
            self._wake_in(min(pauses))
        return None

    def _wake_in(self, pause: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(pause, self.wake)

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


class Lane:
    """One model's way through the gate of its host: first come, first served."""

    def __init__(self, name: str, gate: Gate, rates: Rates) -> None:
        self.name, self.gate, self.rates = name, gate, rates
        self._turns: deque[tuple[asyncio.Future[None], float]] = deque()
        self._told = 0.0

    async def enter(self, tokens: float = 0.0) -> None:
        """Wait until a request of so many tokens may be sent; `leave` must follow."""
        if not self._turns and self.gate.has_room() and self.rates.wait(tokens) <= 0:
            self._admit(tokens)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._turns.append((turn, tokens))
        self.gate.expect(self)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.leave()
            raise

    def leave(self) -> None:
        """The request came back, well or not."""
        self.gate.leave()

    def pause(self) -> float | None:
        """Seconds until the first request's turn; None if none waits."""
        while self._turns and self._turns[0][0].done():
            self._turns.popleft()
        if not self._turns:
            return None
        pause = self.rates.wait(self._turns[0][1])
        if pause > LONG and time.monotonic() > self._told:
            self._told = time.monotonic() + pause
            log.info("%s: nothing is asked for %.0f s, as its rate limit is used up",
                     self.name, pause)  # fmt: skip
        return pause

    def admit_first(self) -> None:
        """Let the first request through."""
        turn, tokens = self._turns.popleft()
        self._admit(tokens)
        turn.set_result(None)

    def _admit(self, tokens: float) -> None:
        self.gate.in_flight += 1
        self.rates.spend(tokens)


_GATES: WeakKeyDictionary[asyncio.AbstractEventLoop, WeakValueDictionary[str, Gate]]
_GATES = WeakKeyDictionary()


def gate_at(host: str, cap: int) -> Gate:
    """The gate of a host, the same for all models that are asked there by the running event loop.

    The smallest cap of those models holds for all of them.
    """
    gates = _GATES.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
    gate = gates.get(host)
    if gate is None:
        gate = gates[host] = Gate(cap)
    gate.cap = min(gate.cap, cap)
    gate.limit = min(gate.limit, gate.cap)
    return gate
