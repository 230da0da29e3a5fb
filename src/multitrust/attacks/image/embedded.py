"""The embedded model as a surrogate, run by NumPy: no torch is needed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from multitrust.attacks.image.resize import resize_matrix
from multitrust.attacks.image.surrogate import Objective, Values, WhiteBox, weights_digest
from multitrust.core import ConfigError

STOCK: Mapping[str, Any] = {
    "model_type": "llava",
    "projector_hidden_act": "gelu",
    "tie_word_embeddings": True,
    "vision_feature_layer": -1,
    "vision_feature_select_strategy": "default",
    "vision_config.model_type": "clip_vision_model",
    "vision_config.hidden_act": "quick_gelu",
    "text_config.model_type": "llama",
    "text_config.hidden_act": "silu",
    "text_config.rope_parameters.rope_type": "default",
}
"""Settings of `config.json` that `llava.py` computes; it computes no others."""
PLAIN: Mapping[str, Any] = {
    "do_resize": True,
    "do_center_crop": False,
    "do_rescale": True,
    "do_normalize": True,
    "resample": 3,
}
"""Settings of the image processor that `Pixels` copies; 3 is Pillow's number for bicubic."""


@dataclass(frozen=True, slots=True)
class NumpySurrogate:
    """A LLaVA model of stock architecture in a folder, run by NumPy."""

    name: str
    folder: Path

    @property
    def identity(self) -> str:
        """The name, and the sha256 of the weights.

        Raises:
            ConfigError: the folder holds no weights.
        """
        return f"{self.name}@{weights_digest(self.folder)}"

    def load(self) -> WhiteBox:
        """The model, read once per process.

        Raises:
            ConfigError: the folder holds no model, or one of another architecture.
        """
        return load(self.folder)


DEMO = NumpySurrogate("demo", Path(str(files("multitrust"))) / "models" / "demo_weights")
"""The embedded model."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pixels:
    """What the image processor does to a picture: resize, rescale, normalise."""

    height: int
    width: int
    factor: float
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def __call__(self, picture: Any) -> Any:
        """(height, width, 3) of 0 to 255 -> (3, height, width) as the model is shown it."""
        import autograd.numpy as np

        rows, columns, _ = picture.shape
        tall = resize_matrix(rows, self.height)
        wide = resize_matrix(columns, self.width)
        planes = np.transpose(picture, (2, 0, 1))
        resized = np.clip(np.matmul(np.matmul(tall, planes), wide.T), 0, 255)
        mean, std = (
            numpy.array(channel, numpy.float32)[:, None, None] for channel in (self.mean, self.std)
        )
        return (resized * self.factor - mean) / std


@dataclass(frozen=True, kw_only=True, slots=True)
class NumpyWhiteBox:
    """The embedded model with its image processor, tokenizer and chat template."""

    weights: Mapping[str, NDArray[numpy.float32]]
    config: Mapping[str, Any]
    pixels: Pixels
    tokenizer: Any
    template: str
    begin: str
    """Text of the token that begins every sequence."""

    def objective(self, prompt: str, goal: str) -> Objective:
        """The loss of the goal as the answer to the prompt, with its gradient."""
        from autograd import value_and_grad

        from multitrust.attacks.image.llava import answer_loss

        tokens, answer = self.encode(prompt, goal)

        def loss(picture: Any) -> Any:
            return answer_loss(self.pixels(picture), self.weights, self.config, tokens, answer)

        differentiated = value_and_grad(loss)

        def loss_and_gradient(picture: Values) -> tuple[float, Values]:
            with thread_pools().limit(limits=1, user_api="blas"):
                value, gradient = differentiated(picture)
            return float(value), gradient

        return loss_and_gradient

    def encode(self, prompt: str, goal: str) -> tuple[NDArray[numpy.int64], int]:
        """Tokens of the prompt beside a picture and of the goal, and how many are the goal's."""
        asked = self.tokenizer.encode(self.write(prompt), add_special_tokens=False).ids
        said = self.tokenizer.encode(f" {goal}", add_special_tokens=False).ids
        image, patches = self.config["image_token_index"], self.config["image_seq_length"]
        shown = [copy for token in asked for copy in [token] * (patches if token == image else 1)]
        return numpy.array([*shown, *said]), len(said)

    def write(self, prompt: str) -> str:
        """The prompt beside a picture as the chat template writes it."""
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        parts = [{"type": "image"}, {"type": "text", "text": prompt}]
        return environment.from_string(self.template).render(
            messages=[{"role": "user", "content": parts}],
            bos_token=self.begin,
            add_generation_prompt=True,
        )


@cache
def load(folder: Path) -> WhiteBox:
    """The white box of the folder."""
    from tokenizers import Tokenizer

    config = read_json(folder / "config.json")
    processor = read_json(folder / "processor_config.json")["image_processor"]
    check_settings(config, STOCK, folder)
    check_settings(processor, PLAIN, folder)
    heads = config["text_config"]["num_attention_heads"]
    check_settings(config, {"text_config.num_key_value_heads": heads}, folder)
    return NumpyWhiteBox(
        weights=read_weights(folder / "model.safetensors"),
        config=config,
        pixels=Pixels(
            height=processor["size"]["height"],
            width=processor["size"]["width"],
            factor=processor["rescale_factor"],
            mean=tuple(processor["image_mean"]),
            std=tuple(processor["image_std"]),
        ),
        tokenizer=Tokenizer.from_file(str(folder / "tokenizer.json")),
        template=(folder / "chat_template.jinja").read_text(encoding="utf-8"),
        begin=read_json(folder / "tokenizer_config.json")["bos_token"],
    )


@cache
def thread_pools() -> ThreadpoolController:
    """The pools of threads of this process. One thread is the fastest for matrices so small."""
    return ThreadpoolController()


def read_weights(path: Path) -> dict[str, NDArray[numpy.float32]]:
    """The weights by name, in float32.

    Raises:
        ConfigError: the file cannot be read.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        stored = load_file(path)
    except (OSError, SafetensorError) as error:
        raise ConfigError(unloadable(path, error)) from None
    return {name: array.astype(numpy.float32) for name, array in stored.items()}


def read_json(path: Path) -> Any:
    """The content of a JSON file of the surrogate.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(unloadable(path, error)) from None


def unloadable(path: Path, error: Exception) -> str:
    """Which file of a surrogate cannot be read, and why."""
    return f"cannot load the surrogate in {path.parent}: {path.name}: {error}"


def check_settings(found: Mapping[str, Any], expected: Mapping[str, Any], folder: Path) -> None:
    """See that a configuration is the one that is computed here.

    Raises:
        ConfigError: a setting differs.
    """
    for path, value in expected.items():
        setting: Any = found
        for key in path.split("."):
            setting = setting.get(key) if isinstance(setting, Mapping) else None
        if setting != value:
            raise ConfigError(
                f"the surrogate {folder.name} has {path} = {setting!r}, and NumPy computes only "
                f"{value!r}; use a TorchSurrogate for this folder"
            )
