"""One transport for every provider that is reached over HTTP.

A provider is two pure functions and an address. The transport brings connections, retries within
limits, adaptive concurrency, and turns every failure into a `ModelError` that says what came,
what was expected and what to do. A failure never becomes a response.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from multitrust.core import (
    ConfigError,
    GenerateConfig,
    Message,
    ModelError,
    ModelIdentity,
    Response,
)
from multitrust.models.bodies import reply_in
from multitrust.models.connections import BrokenError, Connections, UnreachedError, is_loopback
from multitrust.models.images import DataUris
from multitrust.models.limits import CONGESTION, Lane, Limits, gate_at
from multitrust.models.quotas import quota_in
from multitrust.models.rates import Rates, retry_after
from multitrust.models.replies import FILTERING

BAD_KEY = b"API_KEY_INVALID"
"""What Google's APIs say with status 400 of a key that they do not know."""
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
    """May hold a key; never printed."""
    key_name: str = ""
    """The environment variable of the key, named when the server refuses it."""
    blocked: Callable[[bytes], bool] = never
    """Whether the body of a refused request says that a content filter stopped the prompt."""

    def without_key(self, error: ModelError) -> ModelError:
        """The error without the key, which a server may have repeated.

        What has less than eight characters is a placeholder, and may be a part of any word.
        """
        text = str(error)
        for value in self.headers.values():
            key = value.rpartition(" ")[2]
            text = text.replace(key, "…") if len(key) >= 8 else text
        return ModelError(
            text, kind=error.kind, retryable=error.retryable, retry_after=error.retry_after
        )


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
        self._connections = Connections(provider.url, headers)
        self._lane: Lane | None = None
        host = urlsplit(provider.url).hostname or ""
        if offline and not is_loopback(host):
            raise ConfigError(f"--offline allows this machine only, but {name} is at {host}")

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """Ask until there is an answer, a failure that will not pass, or a limit is reached."""
        body = self.provider.encode(self.model, messages, config, self._pictures)
        cost, lane = self.rates.estimate(messages, config), self._way()
        attempt, spent = 0, 0.0
        while True:
            attempt += 1
            await lane.enter(cost.tokens)
            start = time.monotonic()
            try:
                response = await self._attempt(body)
                lane.gate.succeeded()
            except ModelError as failure:
                error = self.provider.without_key(failure)
            else:
                self.rates.correct(cost, response)
                return response
            finally:
                lane.leave()
            spent += time.monotonic() - start
            pause = self._pause(lane, error, attempt, spent)
            spent += pause
            await asyncio.sleep(pause)

    def _pause(self, lane: Lane, error: ModelError, attempt: int, spent: float) -> float:
        """Seconds until the next attempt, when `spent` seconds went into the earlier ones.

        Raises:
            ModelError: there is to be none.
        """
        pause = self.limits.delay(attempt, error, self._rng)
        if error.kind in CONGESTION or error.retry_after is not None:
            lane.gate.congested(max(pause, 1.0))
        out_of_tries = attempt > self.limits.max_retries
        if not error.retryable or out_of_tries or spent + pause > self.limits.max_wait:
            raise gave_up(error, attempt)
        if error.retry_after is not None:
            self.rates.hold(error.retry_after)
        self.retries += 1
        return pause

    def _way(self) -> Lane:
        """The model's way through the gate of its host, found when the event loop runs."""
        if self._lane is None:
            gate = gate_at(urlsplit(self.provider.url).netloc, self.limits.max_connections)
            self._lane = Lane(self.name, gate, self.rates)
        return self._lane

    async def _attempt(self, body: bytes) -> Response:
        provider = self.provider
        try:
            reply = await self._connections.post(body, self.limits.timeout)
        except UnreachedError as error:
            raise ModelError(
                f"cannot reach {self.name}: {error}; is the server running?",
                kind="connection",
                retryable=True,
            ) from None
        except BrokenError as error:
            raise ModelError(
                f"the connection to {self.name} broke: {error}", kind="server", retryable=True
            ) from None
        except TimeoutError:
            raise ModelError(
                f"{self.name} did not answer within {self.limits.timeout:g} s; allow more with "
                "--timeout, or fewer requests at once with --max-connections",
                kind="timeout",
                retryable=True,
            ) from None
        self.rates.see(reply.headers)
        if reply.status in FILTERING and provider.blocked(reply.content):
            return Response(text="", model=self.model, stop="filter")
        if reply.status != 200:
            raise self._refused(reply.status, reply.headers, reply.content)
        return provider.decode(self.model, parse(self.name, reply.content))

    def _refused(self, status: int, headers: Mapping[str, str], content: bytes) -> ModelError:
        said = excerpt(content)
        key, quota = self.provider.key_name, quota_in(content)
        pause = retry_after(headers) or quota.delay
        if status == 402 or (status == 429 and quota.used_up):
            return ModelError(
                f"{self.name} has used up its {quota.used_up or 'credit'} (HTTP {status}): {said}; "
                "once there is more, run the same command to resume",
                kind="auth",
            )
        if status in (401, 403) or (status == 400 and BAD_KEY in content):
            return ModelError(
                f"{self.name} refused the key (HTTP {status}): {said}"
                + (f"; check {key}" if key else ""),
                kind="auth",
            )
        if status == 404:
            return ModelError(
                f"{self.name} is not there (HTTP 404): {said}; check the model's name and the "
                "address, which usually ends in /v1",
                kind="not_found",
            )
        if 300 <= status < 400:
            return ModelError(
                f"{self.name} has moved to {headers.get('Location', 'nowhere')} (HTTP {status}); "
                "give that address: prompts and keys are not sent on to it unasked",
                kind="not_found",
            )
        if status == 429 or status == 503:
            return ModelError(
                f"{self.name} is overloaded (HTTP {status}): {said}",
                kind="rate_limit",
                retryable=True,
                retry_after=pause,
            )
        if status in (408, 409, 425) or status >= 500:
            return ModelError(
                f"{self.name} failed (HTTP {status}): {said}",
                kind="server",
                retryable=True,
                retry_after=pause,
            )
        return ModelError(
            f"{self.name} did not accept the request (HTTP {status}): {said}", kind="bad_request"
        )

    async def close(self) -> None:
        """Close the connections."""
        self._lane = None
        self._connections.close()
        await asyncio.sleep(0)  # lets the transports see that they are closed


def parse(name: str, content: bytes) -> Mapping[str, Any]:
    """The reply's JSON object; anything else is a failure that may pass."""
    try:
        reply = reply_in(name, content)
    except ValueError:
        raise ModelError(
            f"{name} sent no whole JSON but {excerpt(content)!r}; is the address that of an API?",
            kind="bad_reply",
            retryable=True,
        ) from None
    if not isinstance(reply, dict):
        raise ModelError(
            f"{name} sent a JSON {type(reply).__name__}, expected an object", kind="bad_reply"
        )
    return reply


def excerpt(content: bytes) -> str:
    """The start of a body, on one line."""
    text = " ".join(content[:400].decode(errors="replace").split())
    return text[:200] or "(empty body)"


def gave_up(error: ModelError, attempts: int) -> ModelError:
    """The error, with the number of attempts if there were several."""
    if attempts == 1:
        return error
    return ModelError(f"{error} (gave up after {attempts} attempts)", kind=error.kind)
