"""Real dynamic batching for weights on this machine.

Requests that wait at the same time are answered in one batch: grouped by generation settings and
by whether they show pictures, sorted by length. A batch that does not fit into memory is halved
until it does.
"""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from multitrust.core import GenerateConfig, ModelError, Response

if TYPE_CHECKING:
    from PIL import Image as pillow


@dataclass(frozen=True, slots=True)
class Request:
    """A request that waits for its batch."""

    text: str
    """The whole prompt, as the tokenizer is to read it."""
    pictures: tuple[pillow.Image, ...]
    config: GenerateConfig
    future: asyncio.Future[Response]

    @property
    def group(self) -> tuple[GenerateConfig, bool]:
        """Requests of one group can share a batch."""
        return (self.config, bool(self.pictures))


class LocalModel(ABC):
    """A model on this machine. What answers a batch is its kind's own."""

    def __init__(self, name: str, model: Any, *, batch_size: int, revision: str) -> None:
        self.name = name
        self.identity = f"{name}@{revision}" if revision else name
        self.model = model.eval()
        self.batch_size = batch_size
        self.largest_batch = 0
        """Requests in the largest batch so far."""
        self._waiting: list[Request] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hf")
        self._lock = threading.Lock()
        self._pump: asyncio.Task[None] | None = None

    async def ask(
        self, text: str, config: GenerateConfig, pictures: tuple[pillow.Image, ...] = ()
    ) -> Response:
        """Answer in the next batch.

        Raises:
            ModelError: the model failed on the batch.
        """
        future: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._waiting.append(Request(text, pictures, config, future))
        if self._pump is None:
            self._pump = asyncio.ensure_future(self._serve())
        return await future

    @abstractmethod
    def _generate(self, batch: list[Request]) -> list[Response]:
        """The responses of a batch of one group, in its order. Runs in the model's thread."""

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(0)
        while self._waiting:
            batch = self._next_batch()
            try:
                responses = await loop.run_in_executor(self._thread, self._answer, batch)
            except Exception as error:  # noqa: BLE001  whatever a model's code raises
                failure = ModelError(
                    f"{self.name} failed on a batch of {len(batch)}: "
                    f"{type(error).__name__}: {str(error)[:300]}",
                    kind="server",
                )
                for request in batch:
                    if not request.future.done():
                        request.future.set_exception(failure)
                continue
            for request, response in zip(batch, responses, strict=True):
                if not request.future.done():
                    request.future.set_result(response)
            await asyncio.sleep(0)
        self._pump = None

    def _next_batch(self) -> list[Request]:
        """The waiting requests nearest in length to the longest of the first one's group."""
        group = self._waiting[0].group
        fitting = sorted(
            (request for request in self._waiting if request.group == group),
            key=lambda request: len(request.text),
            reverse=True,
        )
        batch = fitting[: self.batch_size]
        taken = set(map(id, batch))
        self._waiting = [request for request in self._waiting if id(request) not in taken]
        return batch

    def _answer(self, batch: list[Request]) -> list[Response]:
        """Answer a batch; halve it when memory runs out."""
        import torch

        self.largest_batch = max(self.largest_batch, len(batch))
        try:
            with self._lock, torch.inference_mode():
                return self._generate(batch)
        except (torch.OutOfMemoryError, MemoryError):
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
            if len(batch) == 1:
                raise
        half = len(batch) // 2
        self.batch_size = max(1, half)
        return [*self._answer(batch[:half]), *self._answer(batch[half:])]

    def _continue(
        self, tokenizer: Any, inputs: Mapping[str, Any], config: GenerateConfig
    ) -> list[Response]:
        """Generate after inputs that are padded on the left; texts keep the spaces they have."""
        output = self.model.generate(**inputs, **settings(config, tokenizer.pad_token_id))
        width = inputs["input_ids"].shape[1]
        return [
            self._response(tokenizer, row[width:].tolist(), int(mask.sum()), config.stop)
            for row, mask in zip(output, inputs["attention_mask"], strict=True)
        ]

    def _response(
        self, tokenizer: Any, said: list[int], asked: int, stops: tuple[str, ...]
    ) -> Response:
        """The response of new tokens, cut at the end token and before a stop text."""
        ends = self.model.generation_config.eos_token_id
        ends = set(ends) if isinstance(ends, list) else {ends}
        place = next((i for i, token in enumerate(said) if token in ends), None)
        kept = said if place is None else said[:place]
        text = tokenizer.decode(kept, skip_special_tokens=True)
        for stop in stops:
            text = text.partition(stop)[0]
        return Response(
            text=text,
            model=self.name,
            stop="length" if place is None else "end",
            input_tokens=asked,
            output_tokens=len(kept),
        )

    async def close(self) -> None:
        """Let the thread end. The model stays usable, in a new thread."""
        self._thread.shutdown(wait=False)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hf")


def settings(config: GenerateConfig, padding: int) -> dict[str, Any]:
    """Settings of `generate`; greedy at temperature 0."""
    import torch

    chosen: dict[str, Any] = {
        "max_new_tokens": config.max_tokens,
        "do_sample": config.temperature > 0,
        "pad_token_id": padding,
    }
    if config.temperature > 0:
        chosen |= {"temperature": config.temperature, "top_p": config.top_p or 1.0}
        if config.seed is not None:
            torch.manual_seed(config.seed)
    return chosen


def pad_on_the_left(tokenizer: Any) -> None:
    """Let a batch of prompts end together; a tokenizer without a padding token borrows the end."""
    tokenizer.padding_side = "left"
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
