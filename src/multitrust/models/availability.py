"""Whether a host can be asked: at once, after a time that it named, or once to see if it is back.

A failure that any request would have met (nobody listens, too many requests, a gateway without a
server behind it) belongs to the host, so its queue waits instead of each request for itself.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable

from multitrust.core import ModelError, ModelErrorKind

log = logging.getLogger("multitrust.models")

LONG = 10.0
"""Seconds of waiting for a host that are worth a word."""
MOMENT = 0.001
"""Seconds that are worth a number."""
MONTH = 31 * 86_400.0
"""Seconds; longer waits are shown as "more than a month"."""


class HostError(Exception):
    """A failure of the host: any other request would have failed, too. It may pass.

    It never leaves the transport: where nobody waits any longer it becomes a `ModelError`.

    Attributes:
        kind: as of a `ModelError`.
        retry_after: seconds that the host asked to wait, or None.
        whole_after: seconds after which all of its limit is there again; 0 if it does not say.
        unreached: whether there was no connection at all.
        final: whether waiting will not help a host that has never been reached.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: ModelErrorKind,
        retry_after: float | None = None,
        whole_after: float | None = None,
        unreached: bool = False,
        final: bool = False,
    ) -> None:
        super().__init__(message)
        self.kind: ModelErrorKind = kind
        self.retry_after = retry_after
        self.whole_after = whole_after or 0.0
        self.unreached, self.final = unreached, final


class Availability:
    """The state of one host, as its replies and failures tell it.

    Args:
        name: the host's, for messages.
        clock: seconds that never go back.
    """

    def __init__(self, name: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self._name, self._clock = name, clock
        self.blocked = False
        """Whether requests may have to wait; `pause` tells how long."""
        self.heard = False
        """Whether it has ever answered a request, well or badly."""
        self.replies = 0
        """Requests that it answered, well or badly."""
        self.probes = 0
        """Probes that failed since it went down."""
        self.reason: HostError | None = None
        """Why it cannot be asked."""
        self._failures = 0
        self._since: float | None = None
        self._down = False
        self._probing = self._told = False
        self._told_until = 0.0
        self._held_until = self._probe_at = 0.0

    @property
    def down(self) -> bool:
        """Whether requests wait until a single one, the probe, is answered."""
        return self._down

    @property
    def failing_for(self) -> float:
        """Seconds since the first failure after the last reply; 0 if there is none."""
        return 0.0 if self._since is None else self._clock() - self._since

    def pause(self) -> float:
        """Seconds until a request may be sent; infinite while a probe is under way."""
        if not self.blocked:
            return 0.0
        if self._down and self._probing:
            return math.inf
        due = max(self._held_until, self._probe_at) if self._down else self._held_until
        pause = due - self._clock()
        self.blocked = self._down or pause > 0
        return max(0.0, pause)

    def admit(self) -> bool:
        """A request is sent; whether it is the probe."""
        self._probing = self._probing or self._down
        return self._down

    def probe_returned(self) -> None:
        """The probe came back, answered or not."""
        self._probing = False

    def replied(self) -> None:
        """A request was answered: the host is there. A time that it named still has to come."""
        self.heard = True
        self.replies += 1
        if self._since is not None:
            self._recover()

    def failed(self, error: HostError, *, probe: bool, enough: int, delay: float) -> None:
        """A request met a failure of the host.

        Args:
            error: the failure.
            probe: whether the request was the probe.
            enough: failures in a row after which the host is down. It is down at once if it was not
                reached or named a time to wait.
            delay: seconds until the next probe.
        """
        now = self._clock()
        self.reason = error
        self._since = now if self._since is None else self._since
        self._failures += 1
        self.probes += probe
        self.heard = self.heard or not error.unreached
        if error.retry_after is not None:
            self._held_until = max(self._held_until, now + error.retry_after)
        at_once = error.unreached or error.retry_after is not None
        if at_once or self._failures >= enough:
            if probe or not self._down:
                self._probe_at = now + delay
            self._down = self.blocked = True

    def tell(self, error: HostError) -> None:
        """Say once that nothing is sent, where that lasts long enough to be worth a word."""
        now = self._clock()
        pause = self._held_until - now
        if pause > LONG:
            if now >= self._told_until:
                self._told_until = self._held_until
                log.warning("%s; nothing is sent for %s", error, say_seconds(pause))
        elif self._down and not self._told and self.failing_for > LONG:
            self._told = True
            log.warning("%s; one request now and then is sent until that is over", error)

    def give_up(self) -> None:
        """Nobody waits any longer. The next request finds out anew, after a time that was named."""
        self._told = False
        self._recover()

    def _recover(self) -> None:
        if self._told:
            self._told = False
            log.info("%s answers again, after %s", self._name, say_seconds(self.failing_for))
        self._since, self._failures, self.probes, self._down = None, 0, 0, False
        self.blocked = self._held_until > self._clock()


def say_seconds(seconds: float) -> str:
    """A duration in words that stay short."""
    if seconds > MONTH:
        return "more than a month"
    if seconds >= 1:
        return f"{seconds:,.0f} s"
    return f"{seconds:.2g} s" if seconds >= MOMENT or not seconds else "less than 1 ms"


def unavailable(reason: HostError, state: str, max_wait: float) -> ModelError:
    """The error that ends a run, as its host cannot be asked for longer than the run waits.

    Args:
        reason: what the host said or did last.
        state: what that means, in words.
        max_wait: seconds that the run waits.
    """
    return ModelError(
        f"{reason}; {state}, and the run waits for {say_seconds(max_wait)} at most; what was "
        "answered is kept: run the same command later to resume, or allow a longer wait with "
        "-M max_wait=SECONDS",
        kind="unavailable",
    )


def leave_alone(name: str, seconds: float, reason: HostError) -> str:
    """That a host wants no requests for so long, in words.

    Args:
        name: the model's.
        seconds: for which nothing is to be sent.
        reason: what the host said.
    """
    if reason.whole_after > seconds:
        return f"{name} says that its limit is whole again in {say_seconds(reason.whole_after)}"
    return f"{name} wants no requests for {say_seconds(seconds)}"


def too_long(name: str, failing_for: float, reason: HostError) -> str:
    """For how long a host has failed, and how much longer it will, in words."""
    parts = [f"that is so for {say_seconds(failing_for)}"] if failing_for >= MOMENT else []
    if reason.retry_after:
        parts.append(leave_alone(name, reason.retry_after, reason))
    return ", ".join(parts) or "that may last"
