"""Connections to one server, kept and used again."""

from __future__ import annotations

import asyncio
import base64
import itertools
import logging
import re
import socket
import ssl
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import cast
from urllib.parse import SplitResult, quote, unquote, urlsplit

from multitrust.core import ConfigError
from multitrust.models.addresses import PORTS, ascii_host, loopback_addresses
from multitrust.models.connection import BrokenError, ClosedError, Connection, Reply
from multitrust.models.idle import IdleConnections, settling
from multitrust.models.proxies import proxy_for, source_of
from multitrust.models.repetitions import RENEWED, Repetitions

log = logging.getLogger("multitrust.models")

CONNECT = 30.0
"""Seconds in which a connection must be made."""
SAFE = "/:%~!$&'()*+,;=@?-._"
"""Characters of a path and query that are sent as they are."""
ASKED_AFRESH = 3
"""How often a request is sent on fresh connections whose replies name other requests."""
STEM = f"multitrust-{uuid.uuid4().hex[:16]}-".encode()
"""What the ids of all requests of this process begin with; eight hex digits follow."""
REQUEST_ID = re.compile(re.escape(STEM) + rb"([0-9a-f]{8})")
_NUMBERS = itertools.count()
"""Of all requests of this process, whatever model they are for."""


class UnreachedError(ConnectionError):
    """There was no connection to send a request on.

    Attributes:
        hint: what to look at; empty if nobody listens there, or it is slow.
        final: whether it is useless to try again soon.
    """

    def __init__(self, message: str, *, hint: str = "", final: bool = False) -> None:
        super().__init__(message)
        self.hint, self.final = hint, final


class MisdirectedError(Exception):
    """All replies to a request named other requests."""


class Connections:
    """Connections to one address, by the proxy that the environment names for it, if any.

    A reply on a used connection may be a belated one, to an earlier request. Then it names the id
    of that request, or has an id of an earlier reply on the connection. The request is sent anew
    on a fresh connection, where nothing else was asked and any reply is believed that names no
    other request. Where no ids tell, `repetitions` says what is suspected, and a connection is
    closed after a few replies. A server that once sent what nobody asked for is sent each further
    request, and those under way, on fresh connections.

    Args:
        url: where all requests go; a user and password in it are sent as basic authorisation.
        headers: what is sent with each request.
        most: requests under way at once, at most.

    Raises:
        ConfigError: the address, a header or the proxy cannot be used.
    """

    def __init__(self, url: str, headers: Mapping[str, str], most: int = 1) -> None:
        self._to = urlsplit(url)
        self._proxy = proxy_for(self._to)
        self._proxy_source = source_of(self._to.scheme)
        self._head = self._head_of(headers)
        self._idle = IdleConnections(self._to.hostname or "", most)
        self._repetitions = Repetitions()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Passwords that are sent, in the forms in which they are."""
        places = [place for place in (self._to, self._proxy) if place is not None]
        sent = [value for place in places for value in authorisation("", place).values()]
        passwords = [unquote(place.password or "") for place in places]
        return (*passwords, *(value.removeprefix("Basic ") for value in sent))

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """Certificates are checked against those that this machine trusts, or `SSL_CERT_FILE`."""
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        return context

    def _head_of(self, headers: Mapping[str, str]) -> bytes:
        """All of a request up to its number, the number of its bytes and these."""
        by = self._proxy if self._to.scheme == "http" else None
        path = quote(self._to.path or "/", SAFE)
        query = f"?{quote(self._to.query, SAFE)}" if self._to.query else ""
        lines = {
            "Host": named(self._to),
            "User-Agent": "multitrust",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            **authorisation("Authorization", self._to),
            **({} if by is None else authorisation("Proxy-Authorization", by)),
            **headers,
        }
        for name, value in lines.items():
            if not value.isprintable() or not value.isascii():
                raise ConfigError(
                    f"the header {name} holds a character that cannot be sent; look for a line "
                    "break or a letter beyond ASCII in the key"
                )
        target = f"{path}{query}" if by is None else f"http://{named(self._to)}{path}{query}"
        return f"POST {target} HTTP/1.1\r\n{written(lines)}X-Request-Id: ".encode("ascii") + STEM

    async def post(self, body: bytes, timeout: float, *, afresh: bool = False) -> Reply:
        """Send a body and wait for the reply.

        A used connection that ends without a byte of a reply was most likely ended by the server
        before the request came, so the request is sent anew, at once, on a fresh connection.

        Args:
            body: what is sent.
            timeout: seconds for the reply, and as many once more each time that it is sent anew.
            afresh: whether to use a fresh connection, as the body may have broken another.

        Raises:
            UnreachedError: no connection was made.
            BrokenError: there was no whole reply.
            MisdirectedError: the replies were to other requests.
            OversizedError: the reply is larger than any answer.
            TimeoutError: it took too long.
        """
        self._idle.in_use += 1
        try:
            used = None if afresh else await self._rested()
            found = None if used is None else await self._ask_used(used, body, timeout)
            if used is None or found is None:
                return await self._ask_afresh(body, timeout)
            reply, number = found
            ids = self._repetitions.suspects(reply, used.marks)
            if not self._idle.strayed and is_own(reply, number, suspected=bool(ids)):
                return self._keep(used, reply)
            self._tell_repeated()
            used.close()
            fresh = await self._ask_afresh(body, timeout)
            self._repetitions.learn(reply, ids, used.marks, fresh)
            return fresh
        finally:
            self._idle.in_use -= 1

    def _tell_repeated(self) -> None:
        log.info("%s may have repeated an earlier reply; it is asked again", self._to.hostname)

    async def _rested(self) -> Connection | None:
        """An idle connection after its rest; None if there is none."""
        used = self._idle.take()
        if used is None:
            return None
        with closed_on_error(used):
            if pause := settling(used):
                await asyncio.sleep(pause)
        return used if used.usable else None

    async def _ask_used(
        self, connection: Connection, body: bytes, timeout: float
    ) -> tuple[Reply, int] | None:
        """As `_ask`, on a used connection; None if that ended without a reply."""
        try:
            found = await self._ask(connection, body, time.monotonic() + timeout)
        except ClosedError:
            self._idle.note_closing(connection)
            return None
        self._idle.note_reply()
        return found

    async def _ask_afresh(self, body: bytes, timeout: float) -> Reply:
        """The reply on a new connection, which is believed unless it names another request.

        Raises:
            MisdirectedError: it did so each time.
        """
        for _ in range(ASKED_AFRESH):
            deadline = time.monotonic() + timeout
            connection = await self._fresh(deadline)
            reply, number = await self._ask(connection, body, deadline)
            if is_own(reply, number, suspected=False):
                return self._keep(connection, reply)
            self._tell_repeated()
            connection.close()
        raise MisdirectedError(
            f"{ASKED_AFRESH} replies on new connections had the X-Request-Id of other requests"
        )

    async def _ask(self, connection: Connection, body: bytes, deadline: float) -> tuple[Reply, int]:
        """The reply on a connection, and the number of the request.

        Raises:
            UnreachedError: the proxy refused to pass it on.
        """
        number = next(_NUMBERS)
        request = b"%b%08x\r\nContent-Length: %d\r\n\r\n%b" % (self._head, number, len(body), body)
        with closed_on_error(connection):
            reply = await connection.ask(request, max(0.0, deadline - time.monotonic()))
            if reply.status == 407 and self._proxy is not None:
                raise self._refused_by_proxy(reply.status)
        return reply, number

    def _keep(self, connection: Connection, reply: Reply) -> Reply:
        """Keep the connection of a reply that is believed, unless it is to be renewed."""
        self._repetitions.remember(reply, connection)
        if connection.untold < RENEWED:
            self._idle.add(connection)
        else:
            connection.close()
        return reply

    async def _fresh(self, deadline: float) -> Connection:
        """A new connection.

        Raises:
            UnreachedError: there is none to be had.
        """
        seconds = min(CONNECT, deadline - time.monotonic())
        try:
            async with asyncio.timeout(seconds):
                return await self._connected(seconds)
        except TimeoutError:
            way = f" through {self._named_proxy()}" if self._proxy else ""
            raise UnreachedError(f"no connection within {max(0.0, seconds):.3g} s{way}") from None

    async def _connected(self, timeout: float) -> Connection:
        """A new connection, through the proxy if there is one.

        Raises:
            UnreachedError: there is none to be had.
            TimeoutError: it took too long.
        """
        connection: Connection | None = None
        try:
            connection = await self._opened(self._proxy or self._to)
            if self._proxy is not None and self._to.scheme == "https":
                await self._tunnel(connection, self._proxy, timeout)
        except (TimeoutError, UnreachedError):
            raise
        except OSError as error:
            why, hint = error.strerror or str(error), hint_for(error)
            if connection is None and self._proxy is not None:
                raise UnreachedError(
                    f"{self._named_proxy()} cannot be reached: {why}",
                    hint=hint or "is the proxy running?",
                    final=bool(hint),
                ) from None
            if isinstance(error, BrokenError):
                raise UnreachedError(
                    f"{self._named_proxy()} made no connection: {why}", hint="is it an HTTP proxy?"
                ) from None
            raise UnreachedError(why, hint=hint, final=bool(hint)) from None
        return connection

    def _named_proxy(self) -> str:
        """The proxy and where it comes from, without a password."""
        assert self._proxy is not None
        return f"the proxy {named(self._proxy)} (from {self._proxy_source or 'the system'})"

    def _refused_by_proxy(self, status: int) -> UnreachedError:
        """The failure that a proxy refused with a status."""
        hint = ""
        if status == 407:
            hint = f"check the user and password in {self._proxy_source or 'its settings'}"
        elif 400 <= status < 500:
            hint = "see whether it lets requests to that host through, or name the host in NO_PROXY"
        return UnreachedError(
            f"{self._named_proxy()} said HTTP {status}", hint=hint, final=bool(hint)
        )

    async def _opened(self, place: SplitResult) -> Connection:
        """A connection to the first address of a place that takes one.

        Raises:
            OSError: none does.
        """
        loop, port = asyncio.get_running_loop(), place.port or PORTS[place.scheme]
        tls = place.scheme == "https"
        failure = OSError("it has no address")
        known = loopback_addresses(place.hostname or "")
        if not known:
            # Looked up here, as uvloop complains of a lookup that fails after nobody waits for it.
            found = await loop.getaddrinfo(place.hostname, port, type=socket.SOCK_STREAM)
            known = tuple(str(entry[4][0]) for entry in found)
        for address in known:
            try:
                _, connection = await loop.create_connection(
                    lambda: Connection(self._idle.note_stray),
                    address,
                    port,
                    ssl=self._context if tls else None,
                    server_hostname=place.hostname if tls else None,
                )
            except OSError as error:
                failure = error
            else:
                return connection
        raise failure

    async def _tunnel(self, connection: Connection, proxy: SplitResult, timeout: float) -> None:
        """Have a proxy connect to the address, and speak TLS to that.

        Raises:
            OSError: it did not.
        """
        place = f"{ascii_host(self._to)}:{self._to.port or PORTS['https']}"
        lines = {"Host": place, **authorisation("Proxy-Authorization", proxy)}
        request = f"CONNECT {place} HTTP/1.1\r\n{written(lines)}\r\n".encode("ascii")
        try:
            reply = await connection.ask(request, timeout, bodyless=True)
            if not 200 <= reply.status < 300:
                raise self._refused_by_proxy(reply.status)
            connection.transport = cast(
                asyncio.Transport,
                await asyncio.get_running_loop().start_tls(
                    connection.transport,
                    connection,
                    self._context,
                    server_hostname=self._to.hostname,
                ),
            )
        except BaseException:
            connection.close()
            raise
        connection.usable = True

    def close(self) -> None:
        """End all idle connections."""
        self._idle.close()


@contextmanager
def closed_on_error(connection: Connection) -> Iterator[None]:
    """Ends a connection if what is done with it fails or is cancelled."""
    try:
        yield
    except BaseException:
        connection.close()
        raise


def is_own(reply: Reply, number: int, *, suspected: bool) -> bool:
    """Whether a reply is to the request of a number.

    Each id of a request must be its own. Where there is none, it tells whether the server's ids
    were `suspected`.
    """
    named = [found for mark in reply.marks if (found := REQUEST_ID.findall(mark.lower()))]
    if named:
        return all(b"%08x" % number in numbers for numbers in named)
    return not suspected


def hint_for(error: OSError) -> str:
    """What to look at after a failure that waiting does not mend; empty where it may."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "name the authority of its certificate in SSL_CERT_FILE"
    if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
        return "it does not speak TLS; is the address one of http://?"
    unknown = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
    if isinstance(error, socket.gaierror) and error.errno in unknown:
        return "check the name of the host"
    return ""


def written(headers: Mapping[str, str]) -> str:
    """Headers as the lines of a head."""
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())


def authorisation(name: str, place: SplitResult) -> dict[str, str]:
    """The header for the user and password of an address; none if it names none."""
    if place.username is None:
        return {}
    pair = f"{unquote(place.username)}:{unquote(place.password or '')}"
    return {name: f"Basic {base64.b64encode(pair.encode()).decode()}"}


def named(place: SplitResult) -> str:
    """Host and port as a request names them."""
    usual = place.port is None or place.port == PORTS[place.scheme]
    return ascii_host(place) if usual else f"{ascii_host(place)}:{place.port}"
