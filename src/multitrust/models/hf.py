"""Local weights through transformers that read pictures and text.

Prompts are padded on the left, so that the new tokens of a batch begin together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from multitrust.core import GenerateConfig, Message, Response
from multitrust.models.images import open_image, to_rgb
from multitrust.models.local import LocalModel, Request, pad_on_the_left
from multitrust.models.weights import Kind, load_weights

DEMO = "demo_weights"
VISION = Kind(
    model="AutoModelForImageTextToText",
    reader="AutoProcessor",
    words="an image-text-to-text model",
)


class HfModel(LocalModel):
    """An image-text-to-text model with its processor."""

    def __init__(
        self, name: str, model: Any, processor: Any, *, batch_size: int = 32, revision: str = ""
    ) -> None:
        super().__init__(name, model, batch_size=batch_size, revision=revision)
        self.processor = processor
        pad_on_the_left(processor.tokenizer)

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        """Answer in the next batch.

        Raises:
            ImageError: a picture cannot be read.
            ModelError: the model failed on the batch.
        """
        pictures = tuple(
            to_rgb(open_image(image.read())) for message in messages for image in message.images
        )
        return await self.ask(self.prompt(messages), config, pictures)

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
        said = self._continue(self.processor.tokenizer, inputs, config)
        return [replace(response, text=response.text.strip()) for response in said]

    def _opened(self, text: str) -> bool:
        """Whether a chat template has put the token of the beginning there already."""
        begin = self.processor.tokenizer.bos_token
        return begin is not None and text.startswith(begin)


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
        options: as `load_weights` reads them.
        name: what to call the model; `hf/<path>` if not given.
        offline: take only what is on this machine.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        ConfigError: nothing can be loaded from there.
    """
    loaded = load_weights(VISION, path, options, offline=offline)
    return HfModel(
        name or f"hf/{path}",
        loaded.model,
        loaded.reader,
        batch_size=loaded.batch_size,
        revision=loaded.revision,
    )


def demo(options: Mapping[str, str]) -> HfModel:
    """The embedded demonstration model. Its identity changes with its weights."""
    import hashlib

    folder = Path(str(files("multitrust.models").joinpath(DEMO)))
    model = load(str(folder), {"device": "cpu", **options}, name="demo")
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    model.identity = f"demo@{digest[:12]}"
    return model
