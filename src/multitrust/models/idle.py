"""Idle connections of one server, each used again only after a rest.

A server that sends a reply twice would have the second one taken for the reply to the next request,
and every later one too. Where replies have no ids, only a rest shows it: what comes while nothing
was asked belongs to nobody. A few more connections than requests under way give each a rest at no
cost: the one that rested longest is used next.

A server that ends used connections when the next request comes costs a request each time. After a
few such closings no connection is used again for a number of requests, and then one on trial.
"""

from __future__ import annotations

import logging
import time
from collections import deque

from multitrust.models.connection import Connection

log = logging.getLogger("multitrust.models")

KEEP = 60.0
"""Seconds for which an idle connection is kept."""
REST = 0.01
"""Seconds of rest after which a connection is used rather than a new one opened."""
SETTLE = 0.002
"""Seconds of rest that each connection has, where no other may be opened."""
CLOSINGS = 3
"""Requests that ended used connections without a reply, after which none is used."""
WORTH = 16
"""Replies on used connections that make up for one such closing."""
FIRST_SPELL, LONGEST_SPELL = 32, 4096
"""Requests on new connections before one is used again on trial; twice as many each time."""
SPARE = 4
"""For so many requests under way there may be one idle connection more."""


class IdleConnections:
    """The idle connections.

    Args:
        name: the server's, for messages.
        most: requests under way at once, at most.
    """

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        # A server that serves one connection at a time would never come to a second one.
        self._most = most + (most + SPARE - 1) // SPARE if most > 1 else most
        self._connections: deque[Connection] = deque()
        """The one that rested longest first."""
        self.in_use = 0
        """Requests that use, or wait for, a connection."""
        self.strayed = False
        """Whether the server once sent what nobody asked for: no connection is used again."""
        self._closings = 0
        """`WORTH` for each closing, less one for each reply on a used connection."""
        self._spell, self._left = FIRST_SPELL, 0
        """Requests that come before the trial after the next closing, and before the next trial."""
        self._trial: Connection | None = None
        """The used connection that was tried last."""

    def __len__(self) -> int:
        return len(self._connections)

    def note_stray(self) -> None:
        """Something came that was not asked for."""
        if not self.strayed:
            log.warning(
                "%s sends what was not asked for; each request gets a connection of its own",
                self._name,
            )
        self.strayed = True

    @property
    def _distrusted(self) -> bool:
        """Whether the server ends used connections."""
        return self._closings >= CLOSINGS * WORTH

    @property
    def _is_tried(self) -> bool:
        """Whether a request is under way that tells whether the server still does so."""
        return self._trial is not None and self._trial.usable

    def note_closing(self, connection: Connection) -> None:
        """A used connection ended without a reply to its request."""
        known = self._distrusted
        self._closings = min(self._closings + WORTH, CLOSINGS * WORTH)
        if not self._distrusted or (known and connection is not self._trial):
            return
        if not known:
            log.info("%s ends connections that are used again; new ones are opened", self._name)
        self._left, self._spell = self._spell, min(2 * self._spell, LONGEST_SPELL)
        self.close()

    def note_reply(self) -> None:
        """A reply came on a used connection."""
        self._closings = max(0, self._closings - 1)
        if not self._closings:
            self._spell = FIRST_SPELL

    def add(self, connection: Connection) -> None:
        """Keep a connection, unless it ended or the server is not to be trusted with that."""
        full = self._distrusted and (self._left > 0 or bool(self._connections))
        if not connection.usable or self.strayed or full:
            connection.close()
            return
        connection.used = time.monotonic()
        self._connections.append(connection)

    def take(self) -> Connection | None:
        """A connection that rested, the last used of them; None if a new one is to be opened.

        One that did not rest is taken where there are enough; `settling` says how long it has to.
        """
        found, now = self._connections, time.monotonic()
        if self._distrusted and (self._left > 0 or self._is_tried):
            self._left = max(0, self._left - 1)
            return None
        while found:
            if now - found[0].used < REST and self.in_use + len(found) <= self._most:
                return None
            rested = now - found[-1].used >= REST
            connection = found.pop() if rested else found.popleft()
            fresh = now - connection.used < KEEP and not connection.transport.is_closing()
            if fresh and connection.usable and not self.strayed:
                self._trial = connection if self._distrusted else None
                return connection
            connection.close()
        return None

    def close(self) -> None:
        """End all."""
        while self._connections:
            self._connections.pop().close()


def settling(connection: Connection) -> float:
    """Seconds for which a connection has to rest still."""
    return max(0.0, connection.used + SETTLE - time.monotonic())
