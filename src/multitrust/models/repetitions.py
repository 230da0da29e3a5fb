"""Replies that a server sends twice, told by its ids.

A server that sends a reply twice has the second one taken for the reply to the next request, and
every later reply too. An id that comes again on one connection shows it. But not all ids are
unique: some servers send one id with every reply, that of a process, or the time in seconds. Only a
second reply on a fresh connection can tell, so what is suspected is asked again there, and
`Repetitions` learns from what comes which ids mean nothing.

Where no id tells replies apart, nothing is asked again, as most models answer alike now and then.
What slips through is bounded: such a connection is closed after `RENEWED` replies.
"""

from __future__ import annotations

from collections import Counter

from multitrust.models.connection import Connection, Reply

REMEMBERED = 1000
"""Ids that are remembered, of each connection and of all together; the oldest are forgotten."""
DOUBTED = 2
"""Suspicions of one id that were not borne out after which it means nothing."""
DOUBTFUL = 8
"""Suspicions of all ids that were not borne out after which an id alone raises none."""
RENEWED = 8
"""Replies without an id that tells them apart after which a connection is closed: a repeated reply
shifts so many answers less one, at most."""
Marks = dict[bytes, int]
"""The ids of the replies on one connection, the oldest first -> the hash of the reply's body."""


class Repetitions:
    """What is known of the ids of one server."""

    def __init__(self) -> None:
        self._seen: Marks = {}
        """Ids of all connections."""
        self._shared: Marks = {}
        """Ids of two connections: they are not unique, but may be on each connection."""
        self._common: Marks = {}
        """Ids that mean nothing."""
        self._doubts: Counter[bytes] = Counter()
        self._doubtful = 0

    def is_told(self, reply: Reply) -> bool:
        """Whether an id tells a reply from others: one that came with no other."""
        return any(mark not in self._common and mark not in self._seen for mark in reply.marks)

    def suspects(self, reply: Reply, marks: Marks) -> list[bytes]:
        """The ids by which a reply may be an earlier one of its connection, sent again.

        An id alone tells, unless it is known from other connections or the ids of this server
        were suspected in vain too often: then the body must be the same, too.

        Args:
            reply: what came.
            marks: the ids of the earlier replies on the connection.
        """
        found = [mark for mark in reply.marks if mark in marks and mark not in self._common]
        if not found:
            return []
        body = hash(reply.content)
        lenient = self._doubtful >= DOUBTFUL
        return [m for m in found if marks[m] == body or not (lenient or m in self._shared)]

    def remember(self, reply: Reply, connection: Connection) -> None:
        """Note a reply that was believed, and its ids, as those of its connection."""
        marks, body, told = connection.marks, hash(reply.content), self.is_told(reply)
        for mark in reply.marks:
            if mark not in marks:
                add(mark, 0, self._shared if mark in self._seen else self._seen)
            add(mark, body, marks)
        if not told:
            connection.untold += 1

    def learn(self, suspected: Reply, ids: list[bytes], marks: Marks, fresh: Reply) -> None:
        """See whether a suspicion was right.

        It was if the body was that of the earlier reply, and the fresh one is another. A fresh
        connection has no earlier reply, so an id that comes there once more means nothing.

        Args:
            suspected: the reply that was not believed.
            ids: those by which.
            marks: the ids of the earlier replies on its connection.
            fresh: the reply to the same request on a fresh connection.
        """
        differs = without_ids(suspected) != without_ids(fresh)
        for mark in ids:
            if mark in fresh.marks:
                add(mark, 0, self._common)
            elif not (differs and marks[mark] == hash(suspected.content)):
                self._doubtful += 1
                self._doubts[mark] += 1
                if self._doubts[mark] >= DOUBTED:
                    del self._doubts[mark]
                    add(mark, 0, self._common)


def add(mark: bytes, body: int, marks: Marks) -> None:
    """Add an id to those that are known, whose number is bounded."""
    marks.pop(mark, None)
    if len(marks) >= REMEMBERED:
        del marks[next(iter(marks))]
    marks[mark] = body


def without_ids(reply: Reply) -> bytes:
    """The body of a reply without its ids."""
    content = reply.content
    for mark in reply.marks:
        content = content.replace(mark.partition(b" ")[2], b"")
    return content
