"""Local weights through transformers, with real dynamic batching.

Requests that wait at the same time are answered in one batch: grouped by generation settings and
by whether they show pictures, sorted by length, padded on the left. A batch that does not fit into
memory is halved until it does.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multitrust.core import (
    ConfigError,
    GenerateConfig,
    Message,
    MissingExtraError,
    ModelError,
    Response,
)
from multitrust.models.images import open_image, to_rgb

if TYPE_CHECKING:
    from PIL import Image as pillow

DEMO = "demo_weights"


@dataclass(frozen=True, slots=True)
class Request:
    """A request that waits for its batch."""

    text: str
    """The whole prompt, by the model's chat template."""
    pictures: tuple[pillow.Image, ...]
    config: GenerateConfig
    future: asyncio.Future[Response]

    @property
    def group(self) -> tuple[GenerateConfig, bool]:
        """Requests of one group can share a batch."""
        return (self.config, bool(self.pictures))


class HfModel:
    """An image-text-to-text model with its processor."""

    def __init__(
        self, name: str, model: Any, processor: Any, *, batch_size: int = 32, revision: str = ""
    ) -> None:
        self.name = name
        self.identity = f"{name}@{revision}" if revision else name
        self.model = model.eval()
        self.processor = processor
        self.batch_size = batch_size
        self.processor.tokenizer.padding_side = "left"
        if self.processor.tokenizer.pad_token is None:
            self.processor.tokenizer.pad_token = self.processor.tokenizer.eos_token
        self.largest_batch = 0
        """Requests in the largest batch so far."""
        self._waiting: list[Request] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hf")
        self._lock = threading.Lock()
        self._pump: asyncio.Task[None] | None = None

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """Answer in the next batch.

        Raises:
            ImageError: a picture cannot be read.
            ModelError: the model failed on the batch.
        """
        pictures = tuple(
            to_rgb(open_image(image.read())) for message in messages for image in message.images
        )
        future: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._waiting.append(Request(self.prompt(messages), pictures, config, future))
        if self._pump is None:
            self._pump = asyncio.ensure_future(self._serve())
        return await future

    def prompt(self, messages: Sequence[Message]) -> str:
        """The messages as the model's chat template writes them, or plainly without one."""
        if getattr(self.processor, "chat_template", None):
            written: str = self.processor.apply_chat_template(
                [as_chat(message) for message in messages], add_generation_prompt=True
            )
            return written
        token = getattr(self.processor, "image_token", "<image>")
        turns = [f"{m.role.upper()}: {f'{token} ' * len(m.images)}{m.text}" for m in messages]
        return "\n".join([*turns, "ASSISTANT:"])

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

    def _generate(self, batch: list[Request]) -> list[Response]:
        config, with_pictures = batch[0].group
        pictures = [list(request.pictures) for request in batch] if with_pictures else None
        inputs = self.processor(
            text=[request.text for request in batch],
            images=pictures,
            return_tensors="pt",
            padding=True,
            add_special_tokens=not self._opened(batch[0].text),
        ).to(self.model.device)
        if "pixel_values" in inputs:
            inputs["pixel_values"] = inputs["pixel_values"].to(self.model.dtype)
        output = self.model.generate(**inputs, **self._settings(config))
        width = inputs["input_ids"].shape[1]
        return [
            self._response(row[width:], int(mask.sum()), config.stop)
            for row, mask in zip(output, inputs["attention_mask"], strict=True)
        ]

    def _opened(self, text: str) -> bool:
        """Whether a chat template has put the token of the beginning there already."""
        begin = self.processor.tokenizer.bos_token
        return begin is not None and text.startswith(begin)

    def _settings(self, config: GenerateConfig) -> dict[str, Any]:
        """Settings of `generate`; greedy at temperature 0."""
        import torch

        tokenizer = self.processor.tokenizer
        settings: dict[str, Any] = {
            "max_new_tokens": config.max_tokens,
            "do_sample": config.temperature > 0,
            "pad_token_id": tokenizer.pad_token_id,
        }
        if config.temperature > 0:
            settings |= {"temperature": config.temperature, "top_p": config.top_p or 1.0}
            if config.seed is not None:
                torch.manual_seed(config.seed)
        return settings

    def _response(self, tokens: Any, asked: int, stops: tuple[str, ...]) -> Response:
        """The response of a row of new tokens, cut at its end token and before a stop text."""
        ends = self.model.generation_config.eos_token_id
        ends = set(ends) if isinstance(ends, list) else {ends}
        said = tokens.tolist()
        place = next((i for i, token in enumerate(said) if token in ends), None)
        kept = said if place is None else said[:place]
        text = self.processor.tokenizer.decode(kept, skip_special_tokens=True)
        for stop in stops:
            text = text.partition(stop)[0]
        return Response(
            text=text.strip(),
            model=self.name,
            stop="length" if place is None else "end",
            input_tokens=asked,
            output_tokens=len(kept),
        )

    async def close(self) -> None:
        """Let the thread end. The model stays usable, in a new thread."""
        self._thread.shutdown(wait=False)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hf")


def as_chat(message: Message) -> dict[str, Any]:
    """A message in the form that chat templates read."""
    parts: list[dict[str, str]] = [{"type": "image"} for _ in message.images]
    return {"role": message.role, "content": [*parts, {"type": "text", "text": message.text}]}


def load(
    path: str, options: Mapping[str, str], name: str | None = None, *, offline: bool = False
) -> HfModel:
    """The model in a folder or of a repository.

    Args:
        path: a folder with weights and processor, or a repository's name.
        options: `batch_size`, `device` (cuda, mps, cpu), `dtype` (e.g. bfloat16), `revision`.
        name: what to call the model; `hf/<path>` if not given.
        offline: take only what is on this machine.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        ConfigError: nothing can be loaded from there.
    """
    try:
        import torch
        from transformers import AutoModelForImageTextToText, AutoProcessor
    except ImportError as error:
        raise MissingExtraError(error.name or "transformers", "local") from None
    revision = options.get("revision")
    device = options.get("device") or best_device()
    wanted = options.get("dtype", "float32" if device == "cpu" else "auto")
    dtype = wanted if wanted == "auto" else getattr(torch, wanted, None)
    if dtype is None:
        raise ConfigError(f"-M dtype={wanted} is unknown; use float32, bfloat16 or float16")
    try:
        batch_size = int(options.get("batch_size", "32"))
        source: dict[str, Any] = {"revision": revision, "local_files_only": offline}
        model = AutoModelForImageTextToText.from_pretrained(path, dtype=dtype, **source)
        processor = AutoProcessor.from_pretrained(path, **source)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ConfigError(
            f"cannot load a model from {path!r}: {str(error)[:300]}; expected a folder or a "
            "repository of an image-text-to-text model"
        ) from None
    return HfModel(
        name or f"hf/{path}",
        model.to(device),
        processor,
        batch_size=batch_size,
        revision=revision or str(getattr(model.config, "_commit_hash", None) or ""),
    )


def demo(options: Mapping[str, str]) -> HfModel:
    """The embedded demonstration model. Its identity changes with its weights."""
    import hashlib

    folder = Path(str(files("multitrust.models").joinpath(DEMO)))
    model = load(str(folder), {"device": "cpu", **options}, name="demo")
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    model.identity = f"demo@{digest[:12]}"
    return model


def best_device() -> str:
    """CUDA, else MPS, else the CPU."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
