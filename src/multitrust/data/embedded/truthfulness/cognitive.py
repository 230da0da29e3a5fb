"""T.2 Advanced cognitive inference: nine parts of yes/no judgements about a picture.

Each part makes pairs (`multitrust.data.pairing`): the same words about two pictures.
"""

from __future__ import annotations

from collections.abc import Iterator

from multitrust.data.datasets import Row
from multitrust.data.embedded.truthfulness.cognition import symbols, traffic, world
from multitrust.data.pairing import MakePair, paired_rows

PARTS: dict[str, MakePair] = {
    "spatial": world.spatial,
    "temporal": world.temporal,
    "compare": world.compare,
    "daily": world.daily,
    "traffic": traffic.traffic,
    "causality": world.causality,
    "math": symbols.mathematics,
    "code": symbols.code,
    "translate": symbols.translate,
}
SIZES = dict.fromkeys(PARTS, 24)


def rows(part: str, seed: int) -> Iterator[Row]:
    """The part's rows, fixed by the seed."""
    return paired_rows("T.2", part, seed, SIZES[part], PARTS[part])
