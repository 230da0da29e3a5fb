"""Any image-text-to-text model that transformers loads from a folder, as a surrogate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from multitrust.attacks.image.surrogate import Objective, Values, weights_digest
from multitrust.attacks.image.torch_preparation import preparation_of
from multitrust.core import ConfigError, MissingExtraError


@dataclass(frozen=True, slots=True)
class TorchSurrogate:
    """A model by its name and folder, run by torch and transformers."""

    name: str
    folder: Path

    @property
    def extra(self) -> str:
        """The optional dependencies that it needs."""
        return "local"

    @property
    def identity(self) -> str:
        """The name, and the sha256 of the weights.

        Raises:
            ConfigError: the folder holds no weights.
        """
        return f"{self.name}@{weights_digest(self.folder)}"

    def load(self) -> TorchWhiteBox:
        """The model, read once per process.

        Raises:
            MissingExtraError: torch or transformers is not installed.
            ConfigError: the folder holds no such model, or its processor cannot be copied.
        """
        return load(self.folder)


class TorchWhiteBox:
    """A model of transformers, differentiable with respect to the pixels."""

    def __init__(self, model: Any, processor: Any) -> None:
        self.model = model.eval().requires_grad_(False)
        self.processor = processor
        self.prepare = preparation_of(processor.image_processor)

    def objective(self, prompt: str, goal: str) -> Objective:
        """The loss of the goal as the answer to the prompt, with its gradient."""
        import torch

        with torch.inference_mode(False):
            encoded = self.encode(prompt, goal)

        def loss_and_gradient(picture: Values) -> tuple[float, Values]:
            with torch.inference_mode(False), torch.enable_grad():
                values = torch.tensor(picture, dtype=torch.float32, requires_grad=True)
                loss = self.loss(values, encoded)
                (gradient,) = torch.autograd.grad(loss, values)
            found: Values = gradient.numpy()
            return loss.item(), found

        return loss_and_gradient

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
        """Mean cross-entropy of the goal's tokens, a tensor of one element.

        Args:
            picture: tensor (height, width, 3) of 0 to 255.
            encoded: as `encode` gives it.
        """
        tokens, labels = encoded
        return self.model(
            input_ids=tokens,
            attention_mask=tokens.new_ones(tokens.shape),
            pixel_values=self.prepare(picture).to(self.model.dtype),
            labels=labels,
        ).loss


@cache
def load(folder: Path) -> TorchWhiteBox:
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
    return TorchWhiteBox(model, processor)
