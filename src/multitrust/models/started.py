"""A model behind a server that was started for it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import replace

from multitrust.core import GenerateConfig, Message, Model, ModelError, Response
from multitrust.models.launch import EVERY, Server
from multitrust.models.resolve import resolve
from multitrust.models.zoo import zoo


class Started:
    """A model whose server is started by the first request.

    Requests fail at once when the server has died, instead of being repeated. The identity holds
    the command instead of the address, whose port changes, so that the same command line resumes;
    the settings under which the model is asked belong to it as to any other.
    """

    def __init__(self, model: Model, name: str, server: Server) -> None:
        self.model, self.name, self.server = model, f"started/{name}", server
        self.identity = replace(model.identity, name=name, server=server_of(server.command))
        self._opening: asyncio.Task[None] | None = None
        self._asked: set[asyncio.Future[Response]] = set()
        self._watch: asyncio.Task[None] | None = None

    @property
    def retries(self) -> int:
        """Attempts that were repeated so far."""
        return int(getattr(self.model, "retries", 0))

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """The model's response.

        Raises:
            ModelError: the server cannot be started or has died, or whatever its model raises.
            ImageError: a picture cannot be read.
        """
        if self._opening is None:
            self._opening = asyncio.create_task(self._open())
        await asyncio.shield(self._opening)
        if self._watch is not None and self._watch.done():
            raise ModelError(self.server.death(), kind="unavailable")
        asked = asyncio.ensure_future(self.model.generate(messages, config))
        self._asked.add(asked)
        try:
            return await asked
        except asyncio.CancelledError:
            if self._watch is not None and self._watch.done():
                raise ModelError(self.server.death(), kind="unavailable") from None
            asked.cancel()
            raise
        finally:
            self._asked.discard(asked)

    async def _open(self) -> None:
        """Have the server ready, and watch it from then on."""
        await self.server.ready()
        self._watch = asyncio.create_task(self._watching())

    async def _watching(self) -> None:
        """End when the server does, and let go of what waits for it."""
        while not self.server.death():
            await asyncio.sleep(EVERY)
        for asked in self._asked:
            asked.cancel()

    async def close(self) -> None:
        """Close the connections. The server goes on until its launch ends."""
        for task in (self._opening, self._watch):
            if task is not None:
                task.cancel()
        self._opening = self._watch = None
        await self.model.close()


def started_model(server: Server, spec: str, options: Mapping[str, str]) -> Started:
    """The model of a server.

    Args:
        server: one that may not be started yet.
        spec: the model's id at the server, its name in the zoo, or URL#ID.
        options: settings as text.

    Raises:
        ConfigError: a setting, or a `.env`, cannot be read.
    """
    known = zoo().get(spec)
    name = known.served_as if known else spec.rpartition("#")[2]
    model = resolve(f"{server.url}#{name}", options=options, secrets=server.secrets)
    return Started(model, name, server)


def server_of(command: str) -> str:
    """What stands in a model's identity for the server that a command started."""
    return f"started {hashlib.sha256(command.encode()).hexdigest()[:12]}"
