"""Whether a request is repeated, and when."""

from __future__ import annotations

import random

from multitrust.core import ModelError
from multitrust.models.availability import HostError, leave_alone, too_long, unavailable
from multitrust.models.limits import Limits, RequestQueue

CONGESTION = frozenset({"rate_limit", "timeout"})
REFUSED = frozenset({"auth", "not_found"})
"""Failures that every request of the model will meet, as long as none has succeeded."""
PROBE_EVERY = 10.0
"""Seconds between two probes of a host that is down, at most."""
SLACK = 1.01
"""How far beyond what is allowed is waited, so that a wait of just that is."""


class Retries:
    """The attempts of one request: whether there is to be another, and when.

    The queue waits for a host that is down, and gives up for all requests together. So that one
    request that no host could stand does not hold up all others for ever, a failure of the host
    counts as the request's own where it may be that: the host has answered somebody since the
    request's last failure, the request was the probe for the second time, or no other is there. As
    probes go round among all requests that wait, few of them are any one's. Not to be reached is
    never its own, nor is the first failure while others are there: a server that goes down breaks
    all connections at once.
    """

    def __init__(self, limits: Limits, queue: RequestQueue, rng: random.Random) -> None:
        self._limits, self._queue, self._rng = limits, queue, rng
        self._count = 0
        self._spent = 0.0
        self._replies = queue.limiter.host.replies
        self._probed = False

    def pause(self, error: ModelError | HostError, *, probe: bool, took: float) -> float:
        """Seconds until the next attempt, which waits in the queue after that.

        Args:
            error: how the last attempt failed.
            probe: whether it probed a host that was down.
            took: seconds that it took.

        Raises:
            ModelError: there is to be no other.
        """
        if isinstance(error, HostError):
            return self._pause_for_host(error, probe)
        limits, limiter = self._limits, self._queue.limiter
        if error.kind == "unavailable":
            raise self._give_up(error)
        if error.kind in REFUSED:
            self._queue.refuse(error)
        if error.kind != "timeout":
            limiter.host.replied()
        self._count += 1
        pause = limits.delay(self._count, self._rng)
        if error.kind in CONGESTION:
            limiter.congested(max(pause, 1.0))
        self._spent += took + pause
        out = self._count > limits.max_retries or self._spent > limits.max_wait
        if out or not error.retryable:
            raise given_up(error, self._count)
        return pause

    def _pause_for_host(self, error: HostError, probe: bool) -> float:
        limits, limiter = self._limits, self._queue.limiter
        host = limiter.host
        own = host.replies != self._replies or (probe and self._probed) or limiter.is_alone()
        if own and not error.unreached:
            self._count += 1
        self._replies, self._probed = host.replies, self._probed or probe
        delay = limits.delay(host.probes + 1, self._rng, PROBE_EVERY)
        delay = min(delay, max(0.0, limits.max_wait - host.failing_for))  # the last one is in time
        host.failed(error, probe=probe, enough=int(limiter.limit), delay=delay)
        late = host.failing_for >= limits.max_wait
        if not error.unreached and not probe:
            limiter.congested(max(error.retry_after or 0.0, 1.0))
        if error.unreached and not host.heard:
            if error.final or late or host.probes >= limits.max_retries:
                raise self._give_up(given_up(error, host.probes + 1))
        elif (wait := error.retry_after or 0.0) > limits.max_wait:
            state = leave_alone(self._queue.name, wait, error)
            raise self._give_up(unavailable(error, state, limits.max_wait))
        elif host.down and (late or host.failing_for + wait > limits.max_wait * SLACK):
            state = too_long(self._queue.name, host.failing_for, error)
            raise self._give_up(unavailable(error, state, limits.max_wait))
        elif not error.unreached and self._count > limits.max_retries:
            raise given_up(error, self._count)
        host.tell(error)
        return 0.0 if host.down else limits.delay(self._count, self._rng)

    def _give_up(self, error: ModelError) -> ModelError:
        """The error, which all requests get that wait for the host."""
        self._queue.limiter.give_up(error)
        return error


def given_up(error: ModelError | HostError, attempts: int) -> ModelError:
    """The error of the last attempt, with their number if there were several."""
    many = f" (gave up after {attempts} attempts)" if attempts > 1 else ""
    return ModelError(f"{error}{many}", kind=error.kind)
