"""PGD: steps along the sign of the gradient inside an L-infinity ball.

Madry et al. (arXiv:1706.06083), section 2. White box: the gradient of the surrogate's loss, through
its image processor, with respect to the pixels as they are stored.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from multitrust.attacks.image.budget import Pixels, Proposal
from multitrust.attacks.image.surrogate import Surrogate


@dataclass(frozen=True, kw_only=True, slots=True)
class PGD:
    """Make the goal, as an answer to the prompt, unlikely; or likely when `toward`."""

    surrogate: Surrogate
    prompt: str
    toward: bool
    epsilon: int = 8
    steps: int = 10
    step_size: float = 2.0
    """In 8-bit levels."""

    @property
    def name(self) -> str:
        """`pgd`."""
        return "pgd"

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Everything but the goal; reads the surrogate's weights for their digest."""
        return {
            "steps": self.steps,
            "step_size": self.step_size,
            "toward": self.toward,
            "prompt": self.prompt,
            "surrogate": self.surrogate.identity,
        }

    def propose(self, picture: Pixels, goal: str, rng: random.Random) -> Proposal:
        """Start anywhere in the ball, then climb or descend.

        Raises:
            MissingExtraError: a package that the surrogate needs is not installed.
            ConfigError: the surrogate cannot be loaded.
        """
        objective = self.surrogate.load().objective(self.prompt, goal)
        start = np.random.Generator(np.random.PCG64(rng.getrandbits(64)))
        shift = start.uniform(-self.epsilon, self.epsilon, picture.shape)
        stride = np.float32(-self.step_size if self.toward else self.step_size)
        values = picture.astype(np.float32)
        low, high = np.maximum(values - self.epsilon, 0), np.minimum(values + self.epsilon, 255)
        now = np.clip((picture + shift).astype(np.float32), low, high)
        for _ in range(self.steps):
            _, gradient = objective(now)
            now = np.clip(now + stride * np.sign(gradient), low, high)
        return now
