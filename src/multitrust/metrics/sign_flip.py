"""The exact sign-flip test of paired differences (Fisher 1935)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FINEST = 5000
"""Steps in which differences that are no multiples of one unit are counted, all of them together.
The test is exact of the differences so rounded."""
FINEST_UNIT = 12
"""Into how many parts the least difference is divided to find such a unit."""
MOST = 20_000
"""Steps up to which differences that are multiples of one unit are counted as they are."""


def sign_flip_p(differences: Sequence[float] | NDArray[np.float64]) -> float:
    """Two-sided p-value of independent differences whose signs are as likely plus as minus.

    It is the share of all ways to choose the signs that give a sum at least as far from 0. Of
    differences of one size it is McNemar's exact test.

    Args:
        differences: one a family.

    Returns:
        Above 0, at most 1; 1 where nothing differs.
    """
    steps = in_steps(np.asarray(differences, dtype=float))
    sizes = np.abs(steps)
    whole = int(sizes.sum())
    if not whole:
        return 1.0
    chance = np.zeros(whole + 1)  # of the sum of the sizes whose sign is plus
    chance[0] = 1.0
    for size in sizes:
        chance[size:] = (chance[size:] + chance[:-size]) / 2
        chance[:size] /= 2
    sums = 2 * np.arange(whole + 1) - whole
    return float(min(1.0, chance[np.abs(sums) >= abs(int(steps.sum()))].sum()))


def in_steps(differences: NDArray[np.float64]) -> NDArray[np.int64]:
    """The differences that are not 0 as whole numbers of steps."""
    moved = differences[np.abs(differences) > 1e-12 * np.abs(differences).max(initial=0.0)]
    if not len(moved):
        return np.zeros(0, dtype=np.int64)
    least = float(np.abs(moved).min())
    for parts in range(1, FINEST_UNIT + 1):
        exact = moved * (parts / least)
        steps = np.rint(exact)
        if np.abs(steps).sum() > MOST:
            break
        if np.allclose(steps, exact, rtol=1e-9, atol=1e-6):
            return np.asarray(steps, dtype=np.int64)
    steps = np.rint(moved * (FINEST / np.abs(moved).sum()))
    return np.asarray(steps[steps != 0], dtype=np.int64)
