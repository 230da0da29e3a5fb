"""What an attack on a picture is, and the budget that its caller holds it to."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""A picture: height x width x 3."""
Proposal = NDArray[np.floating[Any]] | Pixels
"""What an attack would like the picture to be, on the same scale, not yet held to anything."""


class Attack(Protocol):
    """A way to change a picture so that a model errs. Building one reads nothing."""

    @property
    def name(self) -> str:
        """E.g. `pgd`."""

    @property
    def epsilon(self) -> int | None:
        """The most that any 8-bit value may change; None where the change is meant to be seen."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """All else that fixes what it does, JSON-serialisable."""

    def propose(self, picture: Pixels, goal: str, rng: random.Random) -> Proposal:
        """A changed picture of the same size.

        Args:
            picture: what is changed.
            goal: what the attack is after; each attack says what its goal is.
            rng: the only source of randomness.
        """


def clip(picture: Pixels, proposal: Proposal, epsilon: int | None) -> Pixels:
    """The proposal rounded to 8 bits, each value then within `epsilon` of the picture's."""
    wanted = np.rint(np.clip(proposal, 0, 255)).astype(np.int16)
    if epsilon is not None:
        values = picture.astype(np.int16)
        wanted = np.clip(wanted, values - epsilon, values + epsilon)
    clipped: Pixels = wanted.astype(np.uint8)
    return clipped


def perturb(attack: Attack, picture: Pixels, goal: str, rng: random.Random) -> Pixels:
    """What becomes of the picture: the attack's proposal, held to its budget."""
    return clip(picture, attack.propose(picture, goal, rng), attack.epsilon)
