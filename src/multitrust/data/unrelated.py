"""Pictures that have nothing to do with a text: plain colour, a landscape, noise."""

from __future__ import annotations

import random
from typing import Literal

from multitrust.core import Image
from multitrust.data.datasets import stream
from multitrust.data.drawing.places import SIZE
from multitrust.data.drawing.svg import circle, document, ellipse, path, polygon, rect
from multitrust.data.images import Drawing, Noise


def unrelated(kind: Literal["color", "nature", "noise"], key: str) -> Image:
    """The unrelated picture of that kind for a sample; the key (its id) fixes which one."""
    rng = stream("unrelated", kind, key)
    if kind == "noise":
        return Noise(rng.getrandbits(32), SIZE, SIZE)
    if kind == "nature":
        return landscape(rng)
    red, green, blue = (rng.randint(20, 235) for _ in range(3))
    return Drawing(document(SIZE, SIZE, background=f"#{red:02x}{green:02x}{blue:02x}"))


def landscape(rng: random.Random) -> Drawing:
    """Hills under a sky with sun or clouds, with trees or a lake."""
    sky = rng.choice(("#bfe3ff", "#ffe0b2", "#d1c4e9", "#cfd8dc"))
    greens = rng.choice((("#8bc34a", "#558b2f"), ("#a5d6a7", "#2e7d32"), ("#d4c26a", "#8d8741")))
    parts = [circle(rng.uniform(30, 300), rng.uniform(30, 80), rng.uniform(16, 28), fill="#fff3b0")]
    for color, base in zip(greens, (150, 200), strict=True):
        y = [base + rng.uniform(-30, 30) for _ in range(4)]
        d = f"M0 {y[0]:.0f}C112 {y[1]:.0f} 224 {y[2]:.0f} 336 {y[3]:.0f}V336H0Z"
        parts.append(path(d, fill=color))
    if rng.random() < 0.5:
        parts.append(ellipse(rng.uniform(80, 260), 290, rng.uniform(50, 90), 22, fill="#64b5f6"))
    for _ in range(rng.randint(2, 6)):
        x, foot, h = rng.uniform(10, 326), rng.uniform(230, 300), rng.uniform(30, 60)
        parts.append(rect(x - 3, foot, 6, 12, fill="#5d4037"))
        parts.append(polygon([(x - h / 3, foot), (x, foot - h), (x + h / 3, foot)], fill="#1b5e20"))
    return Drawing(document(SIZE, SIZE, *parts, background=sky))
