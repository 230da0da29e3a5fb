"""Asking a model, once for one content: shared by the target and models in other roles."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace

from multitrust.core import (
    GenerateConfig,
    ImageError,
    Message,
    Model,
    ModelError,
    ModelIdentity,
    Response,
    request_digest,
)
from multitrust.run.cache import SharedCache
from multitrust.run.store import Store

log = logging.getLogger("multitrust.run")


@dataclass(frozen=True, slots=True)
class Asking:
    """Answers are kept in the run's store, and shared with other runs where there is a cache."""

    store: Store
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
            response = await self._fresh(digest, model, messages, config)
        except BaseException as error:
            future.set_exception(error)
            future.exception()
            raise
        else:
            future.set_result(response)
        finally:
            del self.under_way[digest]
        self.store.add_response(digest, response)
        return digest, response

    async def _fresh(
        self, digest: str, model: Model, messages: tuple[Message, ...], config: GenerateConfig
    ) -> Response:
        found = self.shared.get(digest) if self.shared is not None else None
        if found is not None:
            return found
        try:
            response = well_formed(await model.generate(messages, config))
        except (ModelError, ImageError):
            raise
        except Exception as error:  # a model may be anybody's code
            log.exception("%s failed", model.name)
            raise ModelError(
                f"{model.name} failed: {type(error).__name__}: {error}", kind="server"
            ) from error
        self.answered.add(model.name)
        if self.shared is not None:
            self.shared.put(digest, response)
        return response


@dataclass(frozen=True, slots=True)
class Remembered:
    """A model of another role, e.g. the judge, whose answers are kept like the target's."""

    model: Model
    asking: Asking

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
        _, response = await self.asking.ask(self.model, messages, config)
        return response

    async def close(self) -> None:
        """Close the model."""
        await self.model.close()


def well_formed(response: Response) -> Response:
    """The response with U+FFFD for lone surrogates, which no file can hold."""
    texts = {name: getattr(response, name) for name in ("text", "reasoning", "model")}
    try:
        "".join(texts.values()).encode()
    except UnicodeEncodeError:
        mended = {
            name: text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            for name, text in texts.items()
        }
        return replace(response, **mended)
    return response
