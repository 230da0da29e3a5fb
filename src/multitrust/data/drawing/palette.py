"""The colours that questions name, far enough apart to be told apart when small."""

from __future__ import annotations

import random

COLORS: dict[str, str] = {
    "red": "#e02020",
    "blue": "#1f5fe0",
    "green": "#1e9e3a",
    "yellow": "#f7d417",
    "orange": "#f58a1a",
    "purple": "#8a2fc4",
    "pink": "#f57fb6",
    "brown": "#80491e",
    "black": "#1c1c1c",
    "white": "#fdfdfd",
    "grey": "#8f9499",
}
"""Name -> fill."""

PATTERNS = ("plain", "striped", "dotted", "checked")

INK = "#26262b"
"""Outlines and small details."""


def tint(rng: random.Random) -> str:
    """A pale ground, hardly ever the same twice."""
    return "#" + "".join(f"{rng.randint(222, 250):02x}" for _ in range(3))
