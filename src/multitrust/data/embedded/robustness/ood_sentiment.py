"""R.3 Sentiment of unusual text: remarks that praise or complain, plain and in another style.

`plain` and `shifted` hold the same ids, feelings and pictures with other words. Praise and complaint
about a topic share its scene, which tells nothing of the feeling. An id names its seed, so that
another seed shows other unrelated pictures too.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from multitrust.data.bank import read_bank
from multitrust.data.datasets import Row, stream
from multitrust.data.drawing.palette import COLORS, PATTERNS
from multitrust.data.drawing.scene import Scene, arrange
from multitrust.data.images import Drawing

SIZES = {"plain": 100, "shifted": 100}
PER_STYLE = 10
"""Topics of each style that a seed draws."""
FEELINGS = ("positive", "negative")


def bank() -> dict[str, list[Any]]:
    """Style -> [place, thing, [praise, praise in style], [complaint, complaint in style]]."""
    found: dict[str, list[Any]] = read_bank("robustness/ood_sentiment/remarks")["remarks"]
    return found


def rows(part: str, seed: int) -> Iterator[Row]:
    """Both remarks about ten topics of each style, in a shuffled order."""
    made: list[Row] = []
    for style, topics in bank().items():
        chosen = stream("R.3", seed, style).sample(topics, PER_STYLE)
        for number, (place, thing, *remarks) in enumerate(chosen):
            for feeling, pair in zip(FEELINGS, remarks, strict=True):
                name = f"{style}-{number:02d}-{feeling}-of-{seed}"
                made.append(
                    {
                        "id": name,
                        "question": pair[0 if part == "plain" else 1],
                        "target": feeling,
                        "image": scene(stream("R.3", seed, name), place, thing),
                        "kind": style,
                        "stratum": f"{style}/{feeling}",
                        "family": name,
                    }
                )
    stream("R.3", seed, "order").shuffle(made)
    return iter(made)


def scene(rng: random.Random, place: str, thing: str) -> Drawing:
    """What a remark is about, where it is found, in a colour and pattern of no meaning."""
    dressed = (thing, rng.choice(list(COLORS)), rng.choice(PATTERNS))
    return Scene(place=place, things=arrange(rng, [dressed]), seed=str(rng.random())).draw()
