"""One transport for every provider that is reached over HTTP.

A provider is two pure functions and an address. The transport brings connections, retries within
limits, adaptive concurrency, and turns every failure into a `ModelError` that says what came,
what was expected and what to do. A failure never becomes a response.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from multitrust.core import (
    ConfigError,
    GenerateConfig,
    Message,
    ModelError,
    ModelIdentity,
    Response,
    before_sending,
    sending_allowed,
)
from multitrust.models.addresses import is_loopback
from multitrust.models.availability import HostError
from multitrust.models.bodies import reply_in
from multitrust.models.connection import BrokenError, ClosedError, OversizedError, Reply
from multitrust.models.connections import Connections, MisdirectedError, UnreachedError
from multitrust.models.images import DataUris
from multitrust.models.limits import Limits, RequestQueue, limiter_at
from multitrust.models.masking import REMOVED, Masker, printable
from multitrust.models.rates import Rates
from multitrust.models.refusals import CUT, READ, Refusal, excerpt, is_filtered
from multitrust.models.replies import body_of, error_of, is_filter, status_of
from multitrust.models.retries import Retries

log = logging.getLogger("multitrust.models")

LIGHT = 16_384
"""Bytes of pictures that are prepared in the event loop; larger ones would hold it up."""
PREPARING = ThreadPoolExecutor(2, thread_name_prefix="multitrust-pictures")
"""Threads that prepare larger pictures."""
Encode = Callable[[str, tuple[Message, ...], GenerateConfig, DataUris], bytes]
Decode = Callable[[str, Mapping[str, Any]], Response]


def never(content: bytes) -> bool:
    """No: a refused request is a failure."""
    return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """How one API is spoken to."""

    url: str
    encode: Encode
    """(model, messages, config, pictures) -> the request's body."""
    decode: Decode
    """(model, reply) -> Response. Raises ModelError on a reply that is no answer."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """May hold the key; never printed."""
    key: str = field(default="", repr=False)
    """The key that is in the headers; taken out of what the server says of a failure, and out of
    answers where no text holds it by chance."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What else the server may know and say of a failure, e.g. what a started one finds in its
    environment: taken out of that, but not out of answers."""
    key_name: str = ""
    """The environment variable of the key, named when the server refuses it."""
    address_end: str = ""
    """How addresses of servers with this API usually end, for advice; empty if in no one way."""
    blocked: Callable[[bytes], bool] = never
    """Whether the body of a refused request says that a content filter stopped the prompt."""


class HttpModel:
    """A model behind a provider."""

    def __init__(
        self,
        name: str,
        model: str,
        provider: Provider,
        limits: Limits | None = None,
        *,
        identity: ModelIdentity | None = None,
        offline: bool = False,
    ) -> None:
        self.name = name
        self.identity = identity or ModelIdentity(name=name)
        self.model = model
        self.provider = provider
        self.limits = limits or Limits()
        self.rates = Rates(self.limits.per_minute)
        self.retries = 0
        """Attempts that were repeated so far."""
        self._pictures = DataUris()
        self._rng = random.Random(name)
        headers = {"Content-Type": "application/json", **provider.headers}
        self._connections = Connections(provider.url, headers, self.limits.max_connections)
        sent = (provider.key, *self._connections.secrets)
        self._mask, self._sent = Masker((*sent, *provider.secrets)), Masker(sent)
        self._queue: RequestQueue | None = None
        host = urlsplit(provider.url).hostname or ""
        if offline and not is_loopback(host):
            raise ConfigError(f"--offline allows this machine only, but {name} is at {host}")

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """Ask until there is an answer, a failure that will not pass, or a limit is reached.

        Raises:
            ModelError: there is no answer; of kind `unavailable` if no other request would get one
                for longer than the limits allow to wait.
        """
        body = await self._body(messages, config)
        cost, queue = self.rates.estimate(messages, config), self._way()
        retries: Retries | None = None
        afresh = False
        while True:
            probe = await queue.enter(cost.tokens)
            start = time.monotonic()
            try:
                await sending_allowed()
                reply = await self._connections.post(body, self.limits.timeout, afresh=afresh)
                response = self._read(reply)
                queue.succeeded()
            except (ModelError, HostError, OSError, OversizedError, MisdirectedError) as failure:
                afresh = isinstance(failure, BrokenError)
                retries = retries or Retries(self.limits, queue, self._rng)
                took = time.monotonic() - start
                pause = retries.pause(self._as_error(failure), probe=probe, took=took)
            else:
                self.rates.correct(cost, response)
                return response
            finally:
                queue.leave(probe)
            self.retries += 1
            with before_sending():
                await asyncio.sleep(pause)

    async def _body(self, messages: tuple[Message, ...], config: GenerateConfig) -> bytes:
        """The body of a request, made in a thread where its pictures take long to prepare."""
        call = partial(self.provider.encode, self.model, messages, config, self._pictures)
        images = [image for message in messages for image in message.images]
        weight = sum(len(image.read()) for image in images if image not in self._pictures)
        if weight <= LIGHT:
            return call()
        return await asyncio.get_running_loop().run_in_executor(PREPARING, call)

    def _way(self) -> RequestQueue:
        """The model's queue for its host, found when the event loop runs."""
        if self._queue is None:
            limiter = limiter_at(urlsplit(self.provider.url).netloc, self.limits.max_connections)
            self._queue = RequestQueue(self.name, limiter, self.rates, self.limits.max_wait)
        return self._queue

    def _as_error(
        self, failure: ModelError | HostError | OSError | OversizedError | MisdirectedError
    ) -> ModelError | HostError:
        """What a failure of the connection means."""
        if isinstance(failure, ModelError | HostError):
            return failure
        if isinstance(failure, UnreachedError):
            why = self._mask(printable(str(failure)))[:CUT]
            return HostError(
                f"cannot reach {self.name}: {why}; {failure.hint or 'is the server running?'}",
                kind="connection",
                unreached=True,
                final=failure.final,
            )
        if isinstance(failure, OversizedError):
            return ModelError(
                f"{self.name} sent {failure}; is the address that of an API?", kind="bad_reply"
            )
        if isinstance(failure, MisdirectedError):
            return ModelError(
                f"{self.name} mixes up its replies: {failure}, and no answer was taken from them; "
                "see whether a gateway in between caches replies, then run the same command",
                kind="bad_reply",
            )
        if isinstance(failure, TimeoutError):
            return ModelError(
                f"{self.name} did not answer within {self.limits.timeout:g} s; allow more with "
                "--timeout, or fewer requests at once with --max-connections",
                kind="timeout",
                retryable=True,
            )
        message = f"the connection to {self.name} broke: {failure}"
        if isinstance(failure, ClosedError):
            return HostError(message, kind="server")
        return ModelError(message, kind="server", retryable=True)

    def _read(self, reply: Reply) -> Response:
        """The response that a reply brings.

        Raises:
            ModelError: there is none.
            HostError: there would be none for any other request, either.
        """
        accepted = 200 <= reply.status < 300 and bool(reply.content.strip())
        self.rates.see(reply.headers, good=accepted)
        if not accepted:
            return self._refused(reply.status, reply)
        if reply.unread:
            raise ModelError(
                f"{self.name} sent a body {reply.unread}, expected JSON without compression; turn "
                "compression off at the server, or see whether the address is that of an API",
                kind="bad_reply",
            )
        try:
            found = self._parse(reply.content)
            error = error_of(found)  # some gateways send every failure with status 200
            status = None if is_filter(error) else status_of(error)
            if status is not None:
                return self._refused(status, replace(reply, content=body_of(error)))
            response = self.provider.decode(self.model, found)
        except ModelError as error:
            raise self._without_secrets(error, reply.content) from None
        if self._sent.has_random:
            response = self._without_key(response)
        return response if response.model.isprintable() else with_clean_name(response)

    def _refused(self, status: int, reply: Reply) -> Response:
        """What a refused request means: a prompt that a filter stopped is a response.

        Raises:
            ModelError: anything else.
            HostError: anything else that any other request would have met.
        """
        if is_filtered(status, reply.content, self.provider.blocked):
            return Response(text="", model=self.model, stop="filter")
        raise Refusal(
            name=self.name,
            status=status,
            headers=reply.headers,
            content=reply.content,
            key_name=self.provider.key_name,
            mask=self._mask,
            address_end=self.provider.address_end,
        ).error()

    def _without_secrets(self, error: ModelError, content: bytes) -> ModelError:
        """The error of decoding a reply, without keys and control characters.

        A decoder cuts what it shows. Hence it is given the reply once more, masked, lest a part of
        a key be left at the end.
        """
        text = content.decode(errors="replace")
        hidden = self._mask.remove_random(text)
        hidden = self._mask(hidden[:READ]) + hidden[READ:]
        if hidden != text:
            try:
                found = reply_in(self.name, hidden.encode())
                if isinstance(found, dict):
                    self.provider.decode(self.model, found)
            except ModelError as again:
                error = again
            except ValueError:
                pass  # it was cut, or a part of an escape was taken for one of a key
        return ModelError(
            self._mask(printable(str(error))), kind=error.kind, retryable=error.retryable
        )

    def _parse(self, content: bytes) -> Mapping[str, Any]:
        """The reply's JSON object; anything else is a failure that may pass."""
        try:
            reply = reply_in(self.name, content)
        except ValueError:
            raise ModelError(
                f"{self.name} sent no whole JSON but {excerpt(content, self._mask)!r}; is the "
                "address that of an API?",
                kind="bad_reply",
                retryable=True,
            ) from None
        if not isinstance(reply, dict):
            raise ModelError(
                f"{self.name} sent a JSON {type(reply).__name__}, expected an object",
                kind="bad_reply",
            )
        return reply

    def _without_key(self, response: Response) -> Response:
        """The response, a key that no text holds by chance taken out, and said so."""
        remove = self._sent.remove_random
        text, model = remove(response.text), remove(response.model)
        kept = replace(response, text=text, model=model, reasoning=remove(response.reasoning))
        if kept != response:
            log.warning(
                "%s repeated its key in an answer, where %r stands for it now", self.name, REMOVED
            )
        return kept

    async def close(self) -> None:
        """Close the connections."""
        self._queue = None
        self._connections.close()
        await asyncio.sleep(0)  # lets the transports see that they are closed


def with_clean_name(response: Response) -> Response:
    """The response, its model's name without control characters."""
    return replace(response, model=printable(response.model)[:CUT])
