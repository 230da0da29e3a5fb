"""Local weights through transformers that read pictures and text.

Prompts are padded on the left, so that the new tokens of a batch begin together; where an encoder
reads them, on the right, so that no padding comes between the pictures and the text.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from multitrust.core import (
    ConfigError,
    GenerateConfig,
    Message,
    ModelError,
    Response,
    open_image,
    to_rgb,
)
from multitrust.models.facts import digest_of, preprocessing
from multitrust.models.local import LocalModel, Request, is_encoder_decoder, pad_on_the_left
from multitrust.models.picture_limits import MAX_SIDE
from multitrust.models.reasoning import Thinking, local_thinking
from multitrust.models.templates import writer
from multitrust.models.weights import Kind, load_weights

if TYPE_CHECKING:
    from PIL import Image as pillow

log = logging.getLogger("multitrust.models")
DEMO = "demo_weights"
VISION = Kind(
    model="AutoModelForImageTextToText",
    reader="AutoProcessor",
    words="an image-text-to-text model",
)
SIDES = (224, 448)
"""Pixels of the sides of two pictures that show how tokens grow with size."""


class HfModel(LocalModel):
    """An image-text-to-text model with its processor."""

    def __init__(
        self,
        name: str,
        model: Any,
        processor: Any,
        *,
        batch_size: int = 32,
        revision: str = "",
        settings: Mapping[str, str] | None = None,
        facts: Mapping[str, str] | None = None,
        thinking: Thinking = Thinking(),  # noqa: B008  a frozen value
    ) -> None:
        self.processor = processor
        self._per_pixel: float | None = None
        self.writer = writer(processor, model.config.model_type)
        pad_on_the_left(processor.tokenizer)
        if is_encoder_decoder(model.config):
            processor.tokenizer.padding_side = "right"
        known = {
            "chat_template": self.writer.source,
            "template": digest_of(self.writer.template),
            "preprocessing": preprocessing(processor),
        }
        super().__init__(
            name,
            model,
            batch_size=batch_size,
            revision=revision,
            settings=settings,
            facts={**(facts or {}), **known},
            thinking=thinking,
        )

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """Answer in the next batch.

        Raises:
            ImageError: a picture cannot be read.
            ModelError: the model failed on the request, or cannot see so many pictures.
        """
        pictures = tuple(
            to_rgb(open_image(image.read()), MAX_SIDE)
            for message in messages
            for image in message.images
        )
        most = self.writer.form.pictures
        if most is not None and len(pictures) > most:
            raise ModelError(
                f"{self.name} got {len(pictures)} pictures and can see {most} a prompt; leave out "
                "conditions with more",
                kind="bad_request",
            )
        text = self.prompt(messages)
        return await self.ask(text, config, pictures, seen=self._seen(text, pictures))

    def prompt(self, messages: Sequence[Message]) -> str:
        """The messages as the model's chat template writes them, or in the form of its family."""
        return self.writer.write(messages)

    def _seen(self, text: str, pictures: tuple[pillow.Image, ...]) -> float:
        """Tokens that the pictures of a prompt take, roughly; 0 until that is known.

        How they grow with size is asked of the processor once, at a prompt with pictures that
        comes while no batch is read, as tokenizers must not be used by two threads.
        """
        if pictures and self._per_pixel is None and self._lock.acquire(blocking=False):
            try:
                self._per_pixel = self._growth(text, len(pictures))
            finally:
                self._lock.release()
        return sum(p.width * p.height for p in pictures) * (self._per_pixel or 0.0)

    def _growth(self, text: str, count: int) -> float:
        """Tokens that a pixel of a prompt's pictures adds; 0 if all take as many."""
        try:
            small, large = (
                self._inputs([text], [(black(side),) * count])["input_ids"].shape[1]
                for side in SIDES
            )
        except Exception:  # noqa: BLE001  the request itself will say what is wrong
            return 0.0
        return float(max(0, large - small) / (count * (SIDES[1] ** 2 - SIDES[0] ** 2)))

    def _generate(self, batch: list[Request]) -> list[Response]:
        inputs = self._inputs([r.text for r in batch], [r.pictures for r in batch])
        said = self._continue(self.processor.tokenizer, inputs, batch)
        return [replace(response, text=response.text.strip()) for response in said]

    def _inputs(
        self, texts: list[str], pictures: Sequence[tuple[pillow.Image, ...]]
    ) -> dict[str, Any]:
        """Prompts with as many pictures each as tensors, where the model lies and in its dtype."""
        shown = [list(some) for some in pictures] if any(pictures) else None
        if shown is None and self.writer.form.insists:
            shown = [[black(SIDES[0])] for _ in texts]
        read = self.processor(
            text=texts,
            images=shown,
            return_tensors="pt",
            padding=True,
            add_special_tokens=not self._opened(texts[0]),
        )
        read.pop("labels", None)
        return {name: self._placed(tensor) for name, tensor in read.items()}

    def _placed(self, tensor: Any) -> Any:
        dtype = self.model.dtype if tensor.is_floating_point() else tensor.dtype
        return tensor.to(self.model.device, dtype)

    def _opened(self, text: str) -> bool:
        """Whether a chat template has put the token of the beginning there already."""
        begin = self.processor.tokenizer.bos_token
        return begin is not None and text.startswith(begin)


def black(side: int) -> pillow.Image:
    """A black square picture."""
    from PIL import Image as pillow

    return pillow.new("RGB", (side, side))


def load(
    path: str, options: Mapping[str, str], name: str | None = None, *, offline: bool = False
) -> HfModel:
    """The model in a folder or of a repository.

    Args:
        path: a folder with weights and processor, or a repository's name.
        options: as `load_weights` reads them.
        name: what to call the model; `hf/<path>` if not given.
        offline: take only what is on this machine.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        ConfigError: nothing can be loaded from there.
    """
    loaded = load_weights(VISION, path, options, offline=offline)
    called = name or f"hf/{path}"
    check_processor(path, loaded.reader)
    written = writer(loaded.reader, loaded.model.config.model_type)
    if written.missing:
        log.log(
            logging.INFO if written.known else logging.WARNING, "%s %s", called, written.missing
        )
    return HfModel(
        called,
        loaded.model,
        loaded.reader,
        batch_size=loaded.batch_size,
        revision=loaded.revision,
        settings=loaded.settings,
        facts=loaded.facts,
        thinking=local_thinking(path, options, opens_a_trace=written.opens_a_trace),
    )


def check_processor(path: str, reader: Any) -> None:
    """See that what was loaded beside the weights reads both pictures and text.

    Raises:
        ConfigError: it does not, as transformers makes do with a part of a processor.
    """
    if hasattr(reader, "tokenizer") and hasattr(reader, "image_processor"):
        return
    raise ConfigError(
        f"{path!r} has no whole processor: only a {type(reader).__name__} was found beside the "
        "weights, expected one for pictures and a tokenizer; look for processor_config.json or "
        "preprocessor_config.json, tokenizer.json and tokenizer_config.json, and copy or download "
        "what is missing"
    )


def demo(options: Mapping[str, str]) -> HfModel:
    """The embedded demonstration model. Its identity changes with its weights."""
    folder = str(files("multitrust.models").joinpath(DEMO))
    return load(folder, {"device": "cpu", **options}, name="demo")
