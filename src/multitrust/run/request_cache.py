"""Requests are made once for one content: shared by the target and models in other roles."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace

from multitrust.core import (
    BudgetError,
    GenerateConfig,
    ImageError,
    Message,
    Model,
    ModelError,
    ModelIdentity,
    Response,
    Score,
    StoreError,
    request_digest,
    whole_characters,
)
from multitrust.run.generation import close, generate
from multitrust.run.other_runs import OtherRuns
from multitrust.run.shared_cache import SharedCache
from multitrust.run.store import Store

log = logging.getLogger("multitrust.run")


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
    ended: list[BudgetError | StoreError] = field(default_factory=list)
    """What ended the run while a scorer asked a model; it must not become a missing score."""

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

    def check(self, scores: tuple[Score, ...]) -> None:
        """See that no score is missing because the run has ended.

        Raises:
            BudgetError, StoreError: a score is missing, and this is what ended the run.
        """
        if self.ended and any(score.value is None for score in scores):
            raise self.ended[0]

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
            ModelError: no answer was obtained.
            ImageError: an image cannot be used.
        """
        try:
            response = well_formed(await generate(model, messages, config))
        except (ModelError, ImageError, BudgetError):
            raise
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            raise ModelError(f"{model.name} cancelled the request itself", kind="server") from None
        except Exception as error:  # a model may be anybody's code
            log.exception("%s failed", model.name)
            raise ModelError(
                f"{model.name} failed: {type(error).__name__}: {error}", kind="server"
            ) from error
        self.answered.add(model.name)
        return response


@dataclass(frozen=True, slots=True)
class CachedModel:
    """A model of another role, such as the judge, whose responses are kept like the target's."""

    model: Model
    requests: RequestCache

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    @property
    def identity(self) -> ModelIdentity:
        """The model's identity."""
        return self.model.identity

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """The model's answer, kept from now on."""
        try:
            _, response = await self.requests.ask(self.model, messages, config)
        except (BudgetError, StoreError) as error:
            self.requests.ended.append(error)
            raise
        return response

    async def close(self) -> None:
        """Close the model."""
        await close(self.model)


def is_cancelled() -> bool:
    """Whether the task that runs is being cancelled; else its own code raised the error."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


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
