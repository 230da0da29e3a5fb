"""Real dynamic batching for weights on this machine.

Requests that wait at the same time are answered in one batch: grouped by generation settings and
by how many pictures they show, sorted by length. A batch that does not fit into memory is halved
until it does, and so is one that fails, so that only the request that is to blame fails.
"""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from multitrust.core import GenerateConfig, ModelError, ModelIdentity, Response
from multitrust.models.batches import Capacity, gauge
from multitrust.models.reasoning import Thinking, split_reasoning
from multitrust.models.traces import is_telling, opened_by, split

if TYPE_CHECKING:
    from PIL import Image as pillow

LETTERS = 4
"""Letters of a token, roughly."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that waits for its batch."""

    text: str
    """The whole prompt, as the tokenizer is to read it."""
    pictures: tuple[pillow.Image, ...]
    config: GenerateConfig
    future: asyncio.Future[Response]
    length: float
    """Tokens of the prompt with its pictures, roughly."""

    @property
    def group(self) -> tuple[GenerateConfig, int]:
        """Requests of one group can share a batch."""
        return (self.config, len(self.pictures))


class LocalModel(ABC):
    """A model on this machine. What answers a batch is its kind's own."""

    def __init__(
        self,
        name: str,
        model: Any,
        *,
        batch_size: int,
        revision: str,
        settings: Mapping[str, str] | None = None,
        facts: Mapping[str, str] | None = None,
        thinking: Thinking = Thinking(),  # noqa: B008  a frozen value
    ) -> None:
        self.name = name
        self.identity = ModelIdentity(
            name=name,
            revision=revision,
            thinking_tokens=thinking.tokens,
            settings={**(settings or {}), **thinking.settings},
        )
        self.thinking = thinking
        self.facts: Mapping[str, str] = {**(facts or {}), "batch_size": str(batch_size)}
        """What else could change an answer, for the run's manifest."""
        self.model = model.eval()
        self.capacity = Capacity(batch_size)
        self.gauge = gauge(model.device.type)
        self.largest_batch = 0
        """Requests in the largest batch so far."""
        self._waiting: list[Request] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hf")
        self._lock = threading.Lock()
        self._pump: asyncio.Task[None] | None = None

    async def ask(
        self,
        text: str,
        config: GenerateConfig,
        pictures: tuple[pillow.Image, ...] = (),
        *,
        seen: float = 0.0,
    ) -> Response:
        """Answer in the next batch; `seen` are the tokens that the pictures take, roughly.

        Raises:
            ModelError: the model failed on the request.
        """
        future: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        length = len(text) / LETTERS + seen
        self._waiting.append(Request(text, pictures, config, future, length))
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
            answers = await loop.run_in_executor(self._thread, self._answer, batch)
            for request, answer in zip(batch, answers, strict=True):
                if request.future.done():
                    continue
                if isinstance(answer, Response):
                    request.future.set_result(answer)
                else:
                    request.future.set_exception(answer)
            await asyncio.sleep(0)
        self._pump = None

    def _next_batch(self) -> list[Request]:
        """The waiting requests nearest in length to the longest of the first one's group."""
        group = self._waiting[0].group
        fitting = sorted(
            (request for request in self._waiting if request.group == group),
            key=lambda request: request.length,
            reverse=True,
        )
        lengths = [request.length for request in fitting]
        more = self._new_tokens(group[0])
        batch = fitting[: self.capacity.holds(lengths, more, self.gauge.free())]
        taken = set(map(id, batch))
        self._waiting = [request for request in self._waiting if id(request) not in taken]
        return batch

    def _answer(self, batch: list[Request]) -> list[Response | ModelError]:
        """Answer a batch, or its halves if it fails as a whole."""
        import torch

        failure: BaseException
        self.largest_batch = max(self.largest_batch, len(batch))
        try:
            with self._lock, torch.inference_mode():
                return [*self._measured(batch)]
        except (torch.OutOfMemoryError, MemoryError) as error:
            failure = error
            self.capacity.shrink(len(batch))
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
        except Exception as error:  # noqa: BLE001  whatever a model's code raises
            failure = error
        if len(batch) == 1:
            return [self._failed(failure)]
        half = len(batch) // 2
        return [*self._answer(batch[:half]), *self._answer(batch[half:])]

    def _measured(self, batch: list[Request]) -> list[Response]:
        """Answer a batch, and learn from it how large the next may be."""
        self.gauge.start()
        responses = self._generate(batch)
        tokens = len(batch) * (batch[0].length + self._new_tokens(batch[0].config))
        self.capacity.measure(self.gauge.taken(), tokens)
        self.capacity.settle(len(batch))
        return responses

    def _failed(self, error: BaseException) -> ModelError:
        what = f"{type(error).__name__}: {str(error)[:300]}"
        return ModelError(f"{self.name} failed on a request: {what}", kind="server")

    def _new_tokens(self, config: GenerateConfig) -> int:
        """The most tokens that are generated for a request, those of a trace included."""
        return config.max_tokens + self.thinking.tokens

    def _continue(
        self, tokenizer: Any, inputs: Mapping[str, Any], batch: list[Request]
    ) -> list[Response]:
        """Generate after inputs that are padded on the left; texts keep the spaces they have."""
        config, _ = batch[0].group
        ends = ends_of(self.model, tokenizer)
        chosen = settings(config, tokenizer.pad_token_id, self.thinking.tokens)
        chosen |= {"eos_token_id": sorted(ends)}
        said = new_tokens(self.model, self.model.generate(**inputs, **chosen), inputs["input_ids"])
        special = special_tokens(tokenizer)
        responses = []
        for row, mask, request in zip(said, inputs["attention_mask"], batch, strict=True):
            kept, ended = until(row.tolist(), ends)
            found = spoken(tokenizer, kept, special, opened_by(request.text), cut=not ended)
            responses.append(self._response(found, len(kept), int(mask.sum()), ended, config.stop))
        return responses

    def _response(
        self, found: tuple[str, str], said: int, asked: int, ended: bool, stops: tuple[str, ...]
    ) -> Response:
        """The response of (answer, reasoning); the answer ends before a stop text."""
        text, trace = found
        for stop in stops:
            text = text.partition(stop)[0]
        return Response(
            text=text,
            model=self.name,
            stop="end" if ended else "length",
            reasoning=trace,
            input_tokens=asked,
            output_tokens=said,
        )

    async def close(self) -> None:
        """Let the thread end. The model stays usable, in a new thread."""
        self._thread.shutdown(wait=False)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hf")


def until(said: list[int], ends: set[int]) -> tuple[list[int], bool]:
    """New tokens before the first that ends an answer, and whether there was one."""
    place = next((i for i, token in enumerate(said) if token in ends), None)
    return (said, False) if place is None else (said[:place], True)


def spoken(
    tokenizer: Any,
    said: list[int],
    special: Mapping[int, str],
    opening: str,
    *,
    cut: bool = False,
) -> tuple[str, str]:
    """(answer, reasoning) of new tokens.

    Marks of a trace may be special tokens, which a text is usually written without: they are kept
    where they tell the trace from the answer.

    Args:
        tokenizer: of the model.
        said: the new tokens without the end token.
        special: as `special_tokens` finds them.
        opening: the mark of a trace that the prompt ended with; empty if it did not.
        cut: whether the end token is missing, so that the limit of tokens was reached.
    """
    cut = cut or bool(opening)  # there is no doubt about a mark that the prompt holds
    marked = [token for token in said if token not in special or is_telling(special[token])]
    if any(token in special for token in marked):
        found = split(opening + tokenizer.decode(marked, skip_special_tokens=False), cut)
        if found is not None:
            return found
    text = opening + tokenizer.decode(said, skip_special_tokens=True)
    return split_reasoning(text, cut=cut)


def special_tokens(tokenizer: Any) -> dict[int, str]:
    """The tokens that a text is usually written without, as they read."""
    added = getattr(tokenizer, "added_tokens_decoder", {})
    return {place: str(token) for place, token in added.items() if token.special}


def settings(config: GenerateConfig, padding: int, more: int = 0) -> dict[str, Any]:
    """Settings of `generate`; greedy at temperature 0.

    Args:
        config: of the requests.
        padding: the token that pads.
        more: tokens for a trace, beyond the limit of the answer.
    """
    import torch

    chosen: dict[str, Any] = {
        "max_new_tokens": config.max_tokens + more,
        "do_sample": config.temperature > 0,
        "num_beams": 1,
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


def is_encoder_decoder(config: Any) -> bool:
    """Whether the part of a model that writes reads the prompt through an encoder of its own."""
    parts = (config, getattr(config, "text_config", None))
    return any(getattr(part, "is_encoder_decoder", False) for part in parts)


def ends_of(model: Any, tokenizer: Any) -> set[int]:
    """The tokens that end an answer: those of the model's settings and the tokenizer's own."""
    parts = (model, getattr(model, "language_model", None))
    configs = filter(None, (getattr(part, "generation_config", None) for part in parts))
    ends = {tokenizer.eos_token_id}
    for config in configs:
        known = config.eos_token_id
        ends |= set(known) if isinstance(known, list) else {known}
    return ends - {None}


def new_tokens(model: Any, output: Any, asked: Any) -> Any:
    """What was generated, of `generate`'s output (requests, tokens).

    It comes behind the prompt, behind a decoder's token of the beginning, or alone, as some models
    generate from embeddings.
    """
    if is_encoder_decoder(model.config):
        return output[:, 1:]
    width = asked.shape[1]
    follows = output.shape[1] >= width and bool((output[:, :width] == asked).all())
    return output[:, width:] if follows else output
