"""R.1, R.4 and R.5: scenes with one main thing, to be described.

`styled` (R.1), `untargeted` (R.4) and `targeted` (R.5) show other scenes. A row says what the thing
may be called, and names a decoy: another thing, plausible at the place and not drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from multitrust.data.bank import read_bank
from multitrust.data.datasets import Row, stream
from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.drawing.palette import COLORS, PATTERNS
from multitrust.data.drawing.places import PLACES, homes
from multitrust.data.drawing.scene import Scene, arrange

SIZES = {"styled": 120, "untargeted": 60, "targeted": 60}
QUESTION = "Describe what is shown in this picture."
EXPECTED = {"chair", "table", "lamp", "boat", "tree"}
"""No decoys: who describes a classroom, a harbour or a park may well mention them."""


def bank() -> Mapping[str, Mapping[str, list[str]]]:
    """Group -> thing -> what it may be called."""
    found: Mapping[str, Mapping[str, list[str]]] = read_bank("robustness/captioning/names")["names"]
    return found


@cache
def called() -> Mapping[str, tuple[str, list[str]]]:
    """Thing -> its group and names."""
    return {thing: (group, names) for group, row in bank().items() for thing, names in row.items()}


def rows(part: str, seed: int) -> Iterator[Row]:
    """The scenes; every thing once before any is there twice."""
    kinds = stream("R.captioning", part, seed, "kinds").sample(list(OBJECTS), len(OBJECTS))
    for index in range(SIZES[part]):
        rng = stream("R.captioning", part, seed, index)
        thing = kinds[index % len(kinds)]
        place = rng.choice(homes(thing))
        pattern = rng.choice(PATTERNS) if rng.random() < 0.25 else "plain"
        things = arrange(rng, [(thing, rng.choice(list(COLORS)), pattern)], sizes=(1.1,))
        scene = Scene(place=place, things=things, seed=f"{rng.getrandbits(48):x}")
        decoy = rng.choice(
            [other for other in PLACES[place].things if other not in {thing, *EXPECTED}]
        )
        group, names = called()[thing]
        yield {
            "id": f"{part}-{index:03d}",
            "question": QUESTION,
            "image": scene.draw(),
            "target": names,
            "said": OBJECTS[thing].article,
            "decoy": called()[decoy][1],
            "decoy_said": OBJECTS[decoy].article,
            "turn": index,
            "kind": group,
            "stratum": group,
            "family": f"{part}-{index:03d}",
        }
