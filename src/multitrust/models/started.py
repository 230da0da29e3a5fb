"""A model behind a server that was started for it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping

from multitrust.core import GenerateConfig, Message, Model, ModelError, Response
from multitrust.models.launch import EVERY, Server
from multitrust.models.resolve import resolve
from multitrust.models.zoo import zoo


class Started:
    """A model whose requests fail at once when its server has died, instead of being repeated.

    Its name and identity hold the command, not the port, so that the same command line resumes.
    """

    def __init__(self, model: Model, name: str, identity: str, death: Callable[[], str]) -> None:
        self.model, self.name, self.identity = model, name, identity
        self.death = death
        """Why the server is no longer there; empty while it is."""
        self._asked: set[asyncio.Future[Response]] = set()
        self._watch: asyncio.Task[None] | None = None

    @property
    def retries(self) -> int:
        """Attempts that were repeated so far."""
        return int(getattr(self.model, "retries", 0))

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """The model's response.

        Raises:
            ModelError: the server has died, or whatever its model raises.
            ImageError: a picture cannot be read.
        """
        if self._watch is None:
            self._watch = asyncio.ensure_future(self._watching())
        if self._watch.done():
            raise ModelError(self.death(), kind="connection")
        asked = asyncio.ensure_future(self.model.generate(messages, config))
        self._asked.add(asked)
        try:
            return await asked
        except asyncio.CancelledError:
            if self._watch is not None and self._watch.done():
                raise ModelError(self.death(), kind="connection") from None
            asked.cancel()
            raise
        finally:
            self._asked.discard(asked)

    async def _watching(self) -> None:
        """End when the server does, and let go of what waits for it."""
        while not self.death():
            await asyncio.sleep(EVERY)
        for asked in self._asked:
            asked.cancel()

    async def close(self) -> None:
        """Close the connections. The server goes on until its launch ends."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        await self.model.close()


def started_model(server: Server, spec: str | None, options: Mapping[str, str]) -> Started:
    """The model of a server.

    Args:
        server: one that is ready.
        spec: the model's id at the server, its name in the zoo, or URL#ID; None if the server
            lists one model only.
        options: settings as text.

    Raises:
        ConfigError: a setting cannot be read, or it is not clear which model is meant.
    """
    known = zoo().get(spec or "")
    name = known.served_as if known else (spec or "").rpartition("#")[2] or server.only_model()
    digest = hashlib.sha256(server.command.encode()).hexdigest()[:12]
    model = resolve(f"{server.url}#{name}", options=options)
    return Started(model, f"started/{name}", f"started/{name}@{digest}", server.death)
