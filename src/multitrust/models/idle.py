"""Idle connections of one server, each used again only after a rest.

A server that sends a reply twice would have the second one taken for the reply to the next request,
and every later one too. Where replies have no ids, only a rest shows it: what comes while nothing
was asked belongs to nobody. A few more connections than requests under way give each a rest at no
cost: the one that rested longest is used next.
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

    def add(self, connection: Connection) -> None:
        """Keep a connection, unless it ended or the server is not to be trusted with that."""
        if not connection.usable or self.strayed:
            connection.close()
            return
        connection.used = time.monotonic()
        self._connections.append(connection)

    def take(self) -> Connection | None:
        """A connection that rested, the last used of them; None if a new one is to be opened.

        One that did not rest is taken where there are enough; `settling` says how long it has to.
        """
        found, now = self._connections, time.monotonic()
        while found:
            if now - found[0].used < REST and self.in_use + len(found) <= self._most:
                return None
            rested = now - found[-1].used >= REST
            connection = found.pop() if rested else found.popleft()
            fresh = now - connection.used < KEEP and not connection.transport.is_closing()
            if fresh and connection.usable and not self.strayed:
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
