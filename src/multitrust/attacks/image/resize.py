"""Resizing as a linear map, so that a gradient passes through it to the pixels."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

CUBIC = -0.5
"""The cubic kernel's parameter in Pillow, which image processors resize with."""
SUPPORT = 2
"""Half the width of the cubic kernel, in pixels of the smaller picture."""


@cache
def resize_matrix(length: int, target: int) -> NDArray[np.float32]:
    """The weights (target, length) by which a row of `length` pixels becomes one of `target`.

    Antialiased bicubic interpolation as Pillow defines it, without its rounding to 8 bits. Each row
    sums to 1.
    """
    scale = length / target
    width = max(scale, 1.0)
    centres = (np.arange(target) + 0.5) * scale
    distances = (np.arange(length) + 0.5 - centres[:, None]) / width
    weights = cubic_kernel(np.abs(distances))
    matrix: NDArray[np.float32] = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return matrix


def cubic_kernel(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """The kernel at distances of 0 and more; 0 from `SUPPORT` on."""
    near = ((CUBIC + 2) * distance - (CUBIC + 3)) * distance**2 + 1
    far = (((distance - 5) * distance + 8) * distance - 4) * CUBIC
    weights: NDArray[np.float64] = np.where(
        distance < 1, near, np.where(distance < SUPPORT, far, 0.0)
    )
    return weights
