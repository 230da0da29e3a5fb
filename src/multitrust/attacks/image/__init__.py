"""Attacks on pictures: each proposes a changed picture, and `perturb` holds it to its budget."""

from multitrust.attacks.image.budget import Attack, Pixels, clip, perturb
from multitrust.attacks.image.corruptions import CORRUPTIONS, Corruption
from multitrust.attacks.image.embedded import DEMO
from multitrust.attacks.image.pgd import PGD
from multitrust.attacks.image.surrogate import Objective, Surrogate, WhiteBox
from multitrust.attacks.image.torch_surrogate import TorchSurrogate
from multitrust.attacks.image.typographic import LAYOUTS, Typographic

__all__ = [
    "CORRUPTIONS",
    "DEMO",
    "LAYOUTS",
    "PGD",
    "Attack",
    "Corruption",
    "Objective",
    "Pixels",
    "Surrogate",
    "TorchSurrogate",
    "Typographic",
    "WhiteBox",
    "clip",
    "perturb",
]
