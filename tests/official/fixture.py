"""A small invented copy of the official data, in its exact layout (official-protocol, section 1).

Nothing in it comes from the real data; all texts are made up and harmless.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.data.official import people, risky, seen
from tests.data.official.counts import KINDS, corrected_counts, official_counts
from tests.data.official.writing import Copy

from multitrust.data.drawing.fonts import MONO, font_files


@dataclass(frozen=True, kw_only=True, slots=True)
class Fixture:
    """The copy and the number of rows that each dataset id must give, by protocol."""

    root: Path
    official: Mapping[str, int]
    corrected: Mapping[str, int]


def make_fixture(root: Path, *, rows: int = 3, flawed: bool = False) -> Fixture:
    """Write the copy below `root`; `rows` usable ones in each file, or for each of its classes.

    It holds what both protocols must bear: queries that are empty, a header that is repeated,
    unclear labels, names in natural order, a byte order mark. With `flawed` it also lacks pictures,
    which the official protocol drops and the corrected one refuses, and holds stray files, which
    the official protocol takes for pictures.
    """
    made = Copy(root=root, rows=rows, flawed=flawed)
    for part in (
        seen.truthfulness,
        seen.robustness,
        risky.unsafe,
        risky.jailbreaks,
        people.stereotypes,
        people.preferences,
        people.privacy,
    ):
        part(made)
    made.put("fonts/FreeMonoBold.ttf", font_files(MONO)[0].read_bytes())
    for kind in KINDS:
        for number in (1, 2, 3, 10):
            made.picture(f"unrelated_images/{kind}_{number}.png")
    return Fixture(
        root=root,
        official=official_counts(rows, flawed=flawed),
        corrected=corrected_counts(rows),
    )
