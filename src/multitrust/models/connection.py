"""One connection of a minimal HTTP/1.1 client: POST a body, read the whole response.

A general client spends more time on a request than all the rest of the engine, and one that works
in threads of its own waits for the interpreter's lock. The parser is llhttp, through httptools.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import httptools
from multidict import CIMultiDict, istr

from multitrust.models.codings import BombError, read_body

HEAD, BODY = 64 << 10, 64 << 20
"""Bytes of a reply's head and body, at most."""
SIGNS = len(": \r\n")
"""Bytes of a header's line beside its name and value."""
REQUEST_ID, OTHER_ID = istr("X-Request-Id"), istr("request-id")
LENGTH, CODING = istr("Content-Length"), istr("Transfer-Encoding")
TYPE, STREAM = istr("Content-Type"), "text/event-stream"
DONE = re.compile(rb"[\r\n]data: ?\[DONE\](?=[\r\n]|\Z)")
"""What ends a stream of events of the OpenAI API, where the connection stays open."""
LAST = 64
"""Bytes at the end of a body in which that is looked for."""
ID = re.compile(rb'"id"\s*:\s*(?:"([^"]{1,200})"|(\d{1,20})(?!\d))')
"""The id that an API gives to a reply, a text or a number; it stands at the beginning."""
ID_WITHIN = 300
"""Bytes at the beginning, or at the end, of a body in which its id is looked for."""
LAST_ID = re.compile(rb'"responseId"\s*:\s*"([^"]{1,200})"')
"""The id that Google's APIs give to a reply; it stands at the end."""
FAREWELL = re.compile(rb"\s*\Z|HTTP/1\.[01] 408\b")
"""What some servers send on an idle connection before they end it."""


class BrokenError(ConnectionError):
    """The connection ended, or what came on it was no HTTP, before the reply was whole."""


class ClosedError(BrokenError):
    """The connection ended before a byte of the reply came."""


class OversizedError(Exception):
    """A reply is larger than any answer."""


@dataclass(frozen=True)
class Reply:
    """A whole reply."""

    status: int
    headers: Mapping[str, str]
    """By names in any case."""
    content: bytes
    """Decompressed, and in UTF-8."""
    unread: str = ""
    """Why the content cannot be read; empty if it can."""

    @cached_property
    def marks(self) -> tuple[bytes, ...]:
        """The ids, in headers and the body, that tell the reply from others, after their place.

        Many servers repeat that of the request: gateways in the header, vLLM in the body.
        """
        found = []
        for name in (REQUEST_ID, OTHER_ID):
            if value := self.headers.get(name):
                found.append(f"{name} {value}".encode())
        if match := ID.search(self.content, 0, ID_WITHIN):
            found.append(b"id " + (match[1] or match[2]))
        elif match := LAST_ID.search(self.content, max(0, len(self.content) - ID_WITHIN)):
            found.append(b"responseId " + match[1])
        return tuple(found)


class Connection(asyncio.Protocol):
    """One connection, for one request at a time.

    Args:
        strayed: called when something came that was not asked for.
    """

    transport: asyncio.Transport

    def __init__(self, strayed: Callable[[], None]) -> None:
        self.usable = True
        """Whether another request may be sent."""
        self.used = 0.0
        """When it became idle, on the monotonic clock."""
        self.marks: dict[bytes, int] = {}
        """The ids of the replies that came on it -> the hash of the body."""
        self.untold = 0
        """The replies that came on it without an id that tells them from others."""
        self._strayed = strayed
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Future[Reply] | None = None
        self._surplus = False
        """Whether something came with a reply, after its end."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It can be used."""
        self.transport = cast(asyncio.Transport, transport)

    def ask(
        self, request: bytes, seconds: float, *, bodyless: bool = False
    ) -> asyncio.Future[Reply]:
        """Send a request. The reply fills the future, or a BrokenError, or a TimeoutError.

        Args:
            request: all of it.
            seconds: until the reply must be whole.
            bodyless: whether the reply to come ends with its head.

        Raises:
            ClosedError: it has ended already.
        """
        if not self.usable:
            raise ClosedError("it was closed before it was used")
        self._parser = httptools.HttpResponseParser(self)
        self._size = 0
        self._begin()
        self._bodyless = bodyless
        self._waiting = self._loop.create_future()
        self._limit = self._loop.call_later(seconds, self._fail, TimeoutError())
        self.transport.write(request)
        return self._waiting

    def _begin(self) -> None:
        self._headers: CIMultiDict[str] = CIMultiDict()
        self._parts: list[bytes] = []
        self._headed = self._streamed = False
        self._tail = b"\n"

    def data_received(self, data: bytes) -> None:
        """Parse what came; what nobody asked for ends the connection."""
        if self._waiting is None:
            if not FAREWELL.match(data):
                self._strayed()
            self.close()
            return
        self._size += len(data)
        try:
            self._parser.feed_data(data)
            if self._surplus:
                self._end_surplus()
            elif self._waiting is not None:
                self._check_size()
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._fail(BrokenError(f"what came is no HTTP: {error}"))
        except OversizedError as error:
            self._fail(error)

    def _check_size(self) -> None:
        """See that what came of an unfinished reply, and what it promises, is not too much.

        Sizes of chunks and their extensions count too.

        Raises:
            OversizedError: it is.
        """
        if self._size <= HEAD and not self._headed:
            return
        promised = self._headers.get(LENGTH, "") if self._headed else ""
        if self._size > BODY or (promised.isdigit() and int(promised[:99]) > BODY):
            raise OversizedError(f"more than {BODY >> 20} MB")
        if self._size > HEAD and self._head_size() > HEAD:
            raise OversizedError(f"a head over {HEAD >> 10} kB")

    def _check_whole(self, content: bytes) -> None:
        """See that a reply that came whole is not too large.

        Raises:
            OversizedError: it is.
        """
        if len(content) > BODY:
            raise OversizedError(f"more than {BODY >> 20} MB")
        if self._head_size() > HEAD:
            raise OversizedError(f"a head over {HEAD >> 10} kB")

    def _head_size(self) -> int:
        """Bytes of the headers; of a head that is not complete, all that came."""
        if not self._headed:
            return self._size
        return sum(len(name) + len(value) + SIGNS for name, value in self._headers.items())

    def _end_surplus(self) -> None:
        """End the connection, on which more than one reply came to one request."""
        if self._parser.get_status_code() != 408:
            self._strayed()
        self.close()

    def on_message_begin(self) -> None:
        """The parser found the beginning of a reply, perhaps of one too many."""
        self._surplus = self._waiting is None

    def on_header(self, name: bytes, value: bytes) -> None:
        """The parser found a header; those after the body are not read."""
        if not self._headed:
            self._headers.add(name.decode("latin-1"), value.decode("latin-1"))

    def on_headers_complete(self) -> None:
        """The parser found the end of the head."""
        self._headed = True
        self._streamed = self._headers.get(TYPE, "").startswith(STREAM) and not self._told()
        if self._bodyless:
            self._finish()

    def on_body(self, part: bytes) -> None:
        """The parser found a part of the body."""
        self._parts.append(part)
        if self._streamed:
            self._tail = (self._tail + part[-LAST:])[-LAST:]
            if DONE.search(self._tail):
                self._finish()
                self.close()  # what may follow is nobody's

    def on_message_complete(self) -> None:
        """The parser found the end; after an interim reply (1xx) the real one is to come."""
        if self._parser.get_status_code() < 200:
            self._begin()
        else:
            self._finish()

    def connection_lost(self, error: Exception | None) -> None:
        """It ended; so does a reply whose length was not told."""
        self.usable = False
        if self._waiting is None:
            return
        said = f" ({error})" if error else ""
        if self._headed and not self._told():
            self._finish()
        elif self._size:
            self._fail(BrokenError(f"it was closed before the reply was whole{said}"))
        else:
            self._fail(ClosedError(f"it was closed without a reply{said}"))

    def _told(self) -> bool:
        """Whether the head of a reply tells where its body ends."""
        return LENGTH in self._headers or CODING in self._headers

    def _finish(self) -> None:
        waiting = self._waiting
        if waiting is None:
            return
        sent = not self.transport.get_write_buffer_size()
        self.usable = self.usable and sent and self._parser.should_keep_alive()
        status, content = self._parser.get_status_code(), b"".join(self._parts)
        try:
            if max(self._size, len(content)) > HEAD:
                self._check_whole(content)
            body = read_body(self._headers, content, BODY)
        except (OversizedError, BombError) as error:
            self._fail(OversizedError(str(error) or f"more than {BODY >> 20} MB, compressed"))
            return
        self._done()
        if not waiting.done():
            waiting.set_result(Reply(status, self._headers, body.content, body.unread))

    def _fail(self, error: Exception) -> None:
        waiting = self._waiting
        self.close()
        if waiting is not None:
            self._done()
            if not waiting.done():
                waiting.set_exception(error)

    def _done(self) -> None:
        """From now on nobody waits for a reply."""
        self._waiting = None
        self._limit.cancel()

    def close(self) -> None:
        """End it at once."""
        self.usable = False
        self.transport.abort()
