"""Attacks on pictures: each proposes a changed picture, and `perturb` holds it to its budget."""

from multitrust.attacks.image.budget import Attack, Pixels, clip, perturb
from multitrust.attacks.image.corruptions import CORRUPTIONS, Corruption
from multitrust.attacks.image.pgd import PGD
from multitrust.attacks.image.surrogate import DEMO, Surrogate
from multitrust.attacks.image.typographic import LAYOUTS, Typographic

__all__ = [
    "CORRUPTIONS",
    "DEMO",
    "LAYOUTS",
    "PGD",
    "Attack",
    "Corruption",
    "Pixels",
    "Surrogate",
    "Typographic",
    "clip",
    "perturb",
]
