"""Named datasets: rows of an origin made into samples.

A dataset's name is `aspect/module` or `aspect/module/part`. For embedded data it names the module
`multitrust.data.embedded.<aspect>.<module>`, which holds

    SIZES: dict[str, int]                           full number of rows by part ("" if it has none)
    def rows(part: str, seed: int) -> Iterator[Row] exactly SIZES[part] rows, fixed by (part, seed)

A row holds at least `id`; the generator's module says what else.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module
from itertools import count, islice
from threading import Lock
from typing import Any

import numpy as np

from multitrust.core import DataUnavailableError, Origin, Sample

DATA_VERSION = "3"
"""Version of the embedded data. Any change of a drawn or written sample changes it."""

LICENCES = {
    "embedded": "CC BY 4.0",
    "official": "as the original gives them: CC BY-SA 4.0, academic research only",
}
"""Licence of the data by origin."""

TRAIN_SEEDS = range(1_000_000_000, 2_000_000_000)
"""Seeds reserved for training data; a run refuses them, so no model is scored on its lessons."""

PARTS_KEPT = 128
"""Parts of datasets whose rows are kept; the suite has 73, of 12 MB together."""

Row = Mapping[str, Any]


def stream(*key: object) -> random.Random:
    """A random stream fixed by the data version and the key, the same on every machine."""
    return random.Random("/".join(("multitrust", DATA_VERSION, *map(str, key))))


def array_stream(rng: random.Random) -> np.random.Generator:
    """A stream of arrays, fixed by the next number of another stream."""
    return np.random.Generator(np.random.PCG64(rng.getrandbits(64)))


class SharedRows:
    """Rows of a generator: each is drawn once, when somebody first gets to it, and kept.

    Any number of readers and threads may iterate at a time. A reader that is interrupted while it
    draws loses no row of the others.
    """

    def __init__(self, draw: Callable[[], Iterator[Row]]) -> None:
        self._draw, self._rest = draw, draw()
        self._rows: list[Row] = []
        self._lock = Lock()

    def __iter__(self) -> Iterator[Row]:
        for place in count():
            if place == len(self._rows) and not self._draw_next(place):
                return
            yield self._rows[place]

    def _draw_next(self, place: int) -> bool:
        """Have the row at a place; whether there is one."""
        with self._lock:
            try:
                if place == len(self._rows):
                    self._rows.append(next(self._rest))
            except StopIteration:
                return False
            except BaseException:  # which ends a generator for good
                self._rest = islice(self._draw(), len(self._rows), None)
                raise
        return True


@lru_cache(maxsize=PARTS_KEPT)
def rows_of(module: str, part: str, seed: int) -> SharedRows:
    """The rows of a part, of `multitrust.data.embedded.<module>`, for a seed."""
    generator = import_module(f"multitrust.data.embedded.{module}")
    return SharedRows(partial(generator.rows, part, seed))


@dataclass(frozen=True, slots=True)
class EmbeddedDataset:
    """Samples made by our generators."""

    name: str
    to_sample: Callable[[Row], Sample]

    def samples(self, origin: Origin) -> Iterator[Sample]:
        """The samples of the origin's seed."""
        if origin.name != "embedded":
            raise DataUnavailableError(
                f"{self.name} is available from the embedded origin only, not from {origin.name!r}"
            )
        aspect, module, *part = self.name.split("/")
        for row in rows_of(f"{aspect}.{module}", "/".join(part), origin.seed):
            yield self.to_sample(row)


def labels(row: Row) -> dict[str, Any]:
    """The row's reserved facts, as a sample's metadata."""
    return {key: row[key] for key in ("family", "kind", "stratum") if key in row}


def dataset(name: str, to_sample: Callable[[Row], Sample]) -> EmbeddedDataset:
    """The dataset of that name; nothing is read or drawn until its samples are asked for."""
    return EmbeddedDataset(name, to_sample)
