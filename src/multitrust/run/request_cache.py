"""Requests are made once for one content: shared by the target and models in other roles."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from typing import Final

from multitrust.core import (
    BudgetError,
    GenerateConfig,
    ImageError,
    Message,
    Model,
    ModelError,
    Response,
    describe_error,
    error_text,
    request_digest,
    whole_characters,
)
from multitrust.models import settings_for_role
from multitrust.run.generation import WrappedModel, generate
from multitrust.run.other_runs import OtherRuns
from multitrust.run.own_code import current_task, ends_task
from multitrust.run.shared_cache import SharedCache
from multitrust.run.store import Store

log = logging.getLogger("multitrust.run")
FATAL = frozenset({"auth", "not_found", "connection"})
"""Failures that will befall every request, as long as none has succeeded."""
ENDING: Final = "unavailable"
"""The kind of failure that ends a run at any time, resumable."""


@dataclass(frozen=True, slots=True)
class RequestCache:
    """Responses are kept in the run's store, and found in those of other runs."""

    store: Store
    others: OtherRuns | None = None
    """Finished and unfinished runs beside this one, whose responses are taken over."""
    shared: SharedCache | None = None
    under_way: dict[str, asyncio.Future[Response]] = field(default_factory=dict)
    """Requests by digest, so that one content is asked for once."""
    answered: set[str] = field(default_factory=set)
    """Names of the models that have answered anything."""

    async def ask(
        self, model: Model, messages: tuple[Message, ...], config: GenerateConfig, epoch: int = 0
    ) -> tuple[str, Response]:
        """The digest of what was sent and the response; asks only what was not answered before.

        Raises:
            ModelError: no answer was obtained.
            ImageError: a picture cannot be used.
        """
        digest = request_digest(model.identity, messages, config, epoch)
        known = self.store.response(digest)
        if known is not None:
            return digest, known
        if digest in self.under_way:
            return digest, await asyncio.shield(self.under_way[digest])
        future: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self.under_way[digest] = future
        try:
            response = self._known_elsewhere(digest)
            fresh = response is None
            if response is None:
                response = await self._fresh(model, messages, config)
        except BaseException as error:
            future.set_exception(error)
            future.exception()
            raise
        else:
            future.set_result(response)
        finally:
            del self.under_way[digest]
        self.store.add_response(digest, response)
        if fresh and self.shared is not None:
            self.shared.put(digest, response)
        return digest, response

    def _known_elsewhere(self, digest: str) -> Response | None:
        """The response that another run holds, or the cache that runs share."""
        for source in (self.others, self.shared):
            found = source.get(digest) if source is not None else None
            if found is not None:
                return found
        return None

    async def _fresh(
        self, model: Model, messages: tuple[Message, ...], config: GenerateConfig
    ) -> Response:
        """The model's response.

        Raises:
            ModelError: no answer was obtained, whatever exception the model's own code raised.
            ImageError: an image cannot be used.
        """
        task = current_task()
        try:
            response = well_formed(await generate(model, messages, config))
        except (ModelError, ImageError, BudgetError):
            raise
        except BaseException as error:  # a model may be anybody's code
            if ends_task(error, task):
                raise
            if isinstance(error, asyncio.CancelledError):
                said = f"{model.name} cancelled the request itself"
                raise ModelError(said, kind="server") from None
            log.exception("%s failed", model.name)
            said = f"{model.name} failed: {describe_error(error)}"
            raise ModelError(said, kind="server") from error
        self.answered.add(model.name)
        return response


@dataclass(frozen=True, slots=True)
class CachedModel(WrappedModel):
    """A model of another role, such as the judge, whose responses are kept like the target's."""

    requests: RequestCache

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """The model's answer, kept from now on.

        Raises:
            ModelError: there is none; of kind `unavailable` if no other request would get one. The
                message names the role, and settings as they are given for it.
        """
        try:
            _, response = await self.requests.ask(self.model, messages, config)
        except ModelError as error:
            raise self._for_role(error) from error
        return response

    def _for_role(self, error: ModelError) -> ModelError:
        """The failure as one of the role's model."""
        message = f"{self.role}: {settings_for_role(error_text(error), self.role)}"
        if error.kind in FATAL and self.name not in self.requests.answered:
            kept = "what was answered is kept: once that is mended, run the same command to resume"
            return ModelError(f"{message}; {kept}", kind=ENDING)
        return ModelError(
            message, kind=error.kind, retryable=error.retryable, retry_after=error.retry_after
        )


def well_formed(response: Response) -> Response:
    """The response with U+FFFD for lone surrogates, which no file can hold."""
    try:
        f"{response.text}{response.reasoning}{response.model}".encode()
    except UnicodeEncodeError:
        return replace(
            response,
            text=whole_characters(response.text),
            reasoning=whole_characters(response.reasoning),
            model=whole_characters(response.model),
        )
    return response
