"""Surrogates: models with gradients, on which white-box attacks are computed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from multitrust.core import ConfigError

Values = NDArray[np.float32]
"""A picture as floats: height x width x 3, each from 0 to 255."""
Objective = Callable[[Values], tuple[float, Values]]
"""A picture -> (loss, gradient of the loss with respect to the picture)."""


class WhiteBox(Protocol):
    """A loaded image-text-to-text model whose loss is a differentiable function of the pixels."""

    def objective(self, prompt: str, goal: str) -> Objective:
        """How unlikely `goal` is as the answer to `prompt` beside a picture.

        The loss is the mean cross-entropy of the goal's tokens in nats, at least 0.
        """


class Surrogate(Protocol):
    """Names a model and loads it when an attack needs it. Building one reads nothing."""

    @property
    def identity(self) -> str:
        """A name and the sha256 of the weights; part of the digest of every attacked picture."""

    def load(self) -> WhiteBox:
        """The model, read once per process.

        Raises:
            ConfigError: its folder does not hold a model that this surrogate can run.
            MissingExtraError: a package that it needs is not installed.
        """


@cache
def weights_digest(folder: Path) -> str:
    """sha256 of all `*.safetensors` files in the folder, in hexadecimal digits.

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
