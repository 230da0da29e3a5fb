"""Common corruptions in five severities, after Hendrycks and Dietterich (arXiv:1903.12261).

Strengths are our own, made for pictures of about 336 x 336; each grows with the severity.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from multitrust.attacks.image.budget import Pixels, Proposal

Corrupt = Callable[[Pixels, int, random.Random], Proposal]


def gaussian_noise(picture: Pixels, severity: int, rng: random.Random) -> Proposal:
    """Independent noise on every value."""
    noise = np.random.Generator(np.random.PCG64(rng.getrandbits(64)))
    return picture + noise.normal(0, (12, 20, 30, 42, 58)[severity - 1], picture.shape)


def impulse_noise(picture: Pixels, severity: int, rng: random.Random) -> Proposal:
    """Pixels that are black or white."""
    noise = np.random.Generator(np.random.PCG64(rng.getrandbits(64)))
    drawn = noise.random(picture.shape[:2])
    share = (0.02, 0.04, 0.07, 0.11, 0.17)[severity - 1]
    changed = picture.copy()
    changed[drawn < share / 2] = 0
    changed[drawn > 1 - share / 2] = 255
    return changed


def blur(picture: Pixels, severity: int, rng: random.Random) -> Proposal:
    """Out of focus."""
    radius = (1, 2, 3, 4.5, 6)[severity - 1]
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(radius)))


def jpeg(picture: Pixels, severity: int, rng: random.Random) -> Proposal:
    """Stored with loss."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=(25, 15, 10, 6, 3)[severity - 1])
    return np.asarray(Image.open(buffer).convert("RGB"))


def pixelate(picture: Pixels, severity: int, rng: random.Random) -> Proposal:
    """Made of coarse squares."""
    small = (3, 4, 5, 7, 9)[severity - 1]
    height, width = picture.shape[:2]
    image = Image.fromarray(picture).resize((width // small, height // small), Image.Resampling.BOX)
    return np.asarray(image.resize((width, height), Image.Resampling.NEAREST))


def contrast(picture: Pixels, severity: int, rng: random.Random) -> Proposal:
    """Pulled toward its mean."""
    kept = (0.6, 0.45, 0.32, 0.22, 0.14)[severity - 1]
    mean = picture.mean(axis=(0, 1))
    pulled: Proposal = (picture - mean) * kept + mean
    return pulled


def brightness(picture: Pixels, severity: int, rng: random.Random) -> Proposal:
    """Overexposed."""
    return picture + np.float64((30, 50, 70, 95, 120)[severity - 1])


def darkness(picture: Pixels, severity: int, rng: random.Random) -> Proposal:
    """Underexposed."""
    return picture * (0.7, 0.55, 0.42, 0.3, 0.2)[severity - 1]


CORRUPTIONS: Mapping[str, Corrupt] = {
    "gaussian noise": gaussian_noise,
    "impulse noise": impulse_noise,
    "blur": blur,
    "jpeg": jpeg,
    "pixelate": pixelate,
    "contrast": contrast,
    "brightness": brightness,
    "darkness": darkness,
}
"""Name -> corruption."""


@dataclass(frozen=True, slots=True)
class Corruption:
    """The corruption that the goal names, in one severity (1 to 5)."""

    severity: int

    @property
    def name(self) -> str:
        """`corruption`."""
        return "corruption"

    @property
    def epsilon(self) -> None:
        """Unbounded: a corruption may be seen."""
        return

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The severity."""
        return {"severity": self.severity}

    def propose(self, picture: Pixels, goal: str, rng: random.Random) -> Proposal:
        """The corrupted picture."""
        return CORRUPTIONS[goal](picture, self.severity, rng)
