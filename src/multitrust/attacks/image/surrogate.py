"""The model that attacks are made on: any image-text-to-text model in a folder, with gradients."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from multitrust.attacks.image.preparation import preparation_of
from multitrust.core import ConfigError, MissingExtraError


@dataclass(frozen=True, slots=True)
class Surrogate:
    """A model by its name and folder; loaded when an attack is carried out."""

    name: str
    folder: Path

    @property
    def identity(self) -> str:
        """The name, and the sha256 of the weights."""
        return f"{self.name}@{weights_digest(self.folder)}"

    def load(self) -> WhiteBox:
        """The model, read once.

        Raises:
            MissingExtraError: torch or transformers is not installed.
            ConfigError: the folder holds no such model, or its processor cannot be copied.
        """
        return load(self.folder)


DEMO = Surrogate("demo", Path(str(files("multitrust"))) / "models" / "demo_weights")
"""The embedded model."""


class WhiteBox:
    """A model whose loss is a differentiable function of the pixels."""

    def __init__(self, model: Any, processor: Any) -> None:
        self.model = model.eval().requires_grad_(False)
        self.processor = processor
        self.prepare = preparation_of(processor.image_processor)

    def encode(self, prompt: str, goal: str) -> tuple[Any, Any]:
        """(tokens of the prompt and of the goal as its answer, the same with only the goal)."""
        import torch

        tokenizer = self.processor.tokenizer
        written = self.written(prompt)
        begin = tokenizer.bos_token
        asked = self.processor(
            text=[written],
            images=[np.zeros((32, 32, 3), np.uint8)],
            return_tensors="pt",
            add_special_tokens=begin is None or not written.startswith(begin),
        )["input_ids"]
        said = tokenizer(f" {goal}", add_special_tokens=False, return_tensors="pt")["input_ids"]
        tokens = torch.cat([asked, said], dim=1)
        return tokens, torch.cat([torch.full_like(asked, -100), said], dim=1)

    def written(self, prompt: str) -> str:
        """The prompt beside a picture as the model's chat template writes it."""
        if getattr(self.processor, "chat_template", None):
            parts = [{"type": "image"}, {"type": "text", "text": prompt}]
            chat = [{"role": "user", "content": parts}]
            text: str = self.processor.apply_chat_template(chat, add_generation_prompt=True)
            return text
        return f"USER: {self.processor.image_token} {prompt}\nASSISTANT:"

    def loss(self, picture: Any, encoded: tuple[Any, Any]) -> Any:
        """How unlikely the goal is as the answer: mean cross-entropy of its tokens."""
        tokens, labels = encoded
        return self.model(
            input_ids=tokens,
            attention_mask=tokens.new_ones(tokens.shape),
            pixel_values=self.prepare(picture).to(self.model.dtype),
            labels=labels,
        ).loss


@cache
def weights_digest(folder: Path) -> str:
    """sha256 of all weights in the folder.

    Raises:
        ConfigError: there are none.
    """
    digest = hashlib.sha256()
    found = sorted(folder.glob("*.safetensors"))
    if not found:
        raise ConfigError(f"no weights (*.safetensors) in the folder of the surrogate: {folder}")
    for path in found:
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def load(folder: Path) -> WhiteBox:
    """The white box of the folder."""
    try:
        import torch
        from transformers import AutoModelForImageTextToText, AutoProcessor
    except ImportError as error:
        raise MissingExtraError(error.name or "transformers", "local") from None
    try:
        with torch.inference_mode(False):
            model = AutoModelForImageTextToText.from_pretrained(
                folder, dtype=torch.float32, local_files_only=True
            )
        processor = AutoProcessor.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(f"cannot load the surrogate {folder}: {str(error)[:300]}") from None
    return WhiteBox(model, processor)
