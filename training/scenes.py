"""Scenes with every fact about them: what the vision tower and the first lessons learn from."""

from __future__ import annotations

import io
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from multitrust.data import TRAIN_SEEDS, stream
from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.drawing.palette import COLORS, PATTERNS
from multitrust.data.drawing.places import PLACES, SIZE
from multitrust.data.drawing.scene import Scene, arrange

SIDE = 112
"""Pixels of the model's input."""
GRID = 8
"""Patches along a side."""
KINDS, SHADES, GROUNDS = list(OBJECTS), list(COLORS), list(PLACES)


@dataclass(frozen=True, slots=True)
class Seen:
    """A scene with its picture and its patches' labels."""

    scene: Scene
    pixels: NDArray[np.uint8]
    """(SIDE, SIDE, 3)."""
    labels: NDArray[np.int16]
    """(GRID * GRID, 3): kind, colour, pattern per patch; 0 where there is no thing."""


def random_scene(rng: random.Random) -> Scene:
    """One to four things of any kind in a place, sometimes twins of one kind or of two sizes."""
    count = rng.choice((1, 2, 2, 3, 3, 4))
    kinds = rng.sample(KINDS, count)
    if rng.random() < 0.3:
        kinds = [kinds[0]] * count
    elif rng.random() < 0.7:
        place = PLACES[rng.choice(GROUNDS)]
        kinds = rng.sample(place.things, min(count, len(place.things)))
        return finished(rng, place.name, kinds)
    return finished(rng, rng.choice(GROUNDS) if rng.random() < 0.9 else None, kinds)


def finished(rng: random.Random, place: str | None, kinds: list[str]) -> Scene:
    """The scene of these kinds, dressed and arranged."""
    things = [
        (k, rng.choice(SHADES), rng.choice(PATTERNS) if rng.random() < 0.45 else "plain")
        for k in kinds
    ]
    sizes = [1.15, 0.55] if len(kinds) == 2 and rng.random() < 0.5 else ()
    rng.shuffle(things)
    return Scene(
        place=place, things=arrange(rng, things, sizes=sizes), seed=f"{rng.getrandbits(48):x}"
    )


def to_pixels(content: bytes) -> NDArray[np.uint8]:
    """A picture at the model's input size, as the model's image processor makes it."""
    image = Image.open(io.BytesIO(content)).convert("RGB")
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def patch_labels(scene: Scene) -> NDArray[np.int16]:
    """Which thing each patch shows most, if at least a third of the patch lies in its box."""
    labels = np.zeros((GRID, GRID, 3), dtype=np.int16)
    best = np.full((GRID, GRID), 1 / 3)
    edges = np.arange(GRID + 1) / GRID
    for thing in scene.things:
        x0, y0, x1, y1 = thing.box
        across = np.clip(np.minimum(edges[1:], x1) - np.maximum(edges[:-1], x0), 0, None) * GRID
        down = np.clip(np.minimum(edges[1:], y1) - np.maximum(edges[:-1], y0), 0, None) * GRID
        share = down[:, None] * across[None, :]
        here = share > best
        best[here] = share[here]
        labels[here] = (
            1 + KINDS.index(thing.kind),
            1 + SHADES.index(thing.color),
            1 + PATTERNS.index(thing.pattern),
        )
    return labels.reshape(GRID * GRID, 3)


def see(index: int) -> Seen:
    """The training scene of that number."""
    scene = random_scene(stream("demo-scenes", TRAIN_SEEDS[0], index))
    return Seen(scene, to_pixels(scene.draw().render()), patch_labels(scene))


def see_many(count: int, processes: int = 2) -> list[Seen]:
    """The first `count` training scenes."""
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(see, range(count), chunksize=64))


def ground_index(scene: Scene) -> int:
    """Number of the scene's place; one more than the last for none."""
    return GROUNDS.index(scene.place) if scene.place else len(GROUNDS)


__all__ = ["GRID", "SIDE", "SIZE", "Seen", "ground_index", "see", "see_many", "to_pixels"]
