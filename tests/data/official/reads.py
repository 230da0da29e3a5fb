"""Short ways to read a copy."""

from __future__ import annotations

from pathlib import Path

from multitrust.core import Origin
from multitrust.data.official import OfficialRow, Reading, official_rows, read


def origin(root: Path, seed: int = 0) -> Origin:
    """The official origin at that folder."""
    return Origin(name="official", root=str(root), seed=seed)


def rows(
    root: Path, dataset_id: str, *, corrected: bool = False, seed: int = 0
) -> list[OfficialRow]:
    """The rows of a dataset id."""
    return list(official_rows(dataset_id, origin(root, seed), corrected=corrected))


def reading(root: Path, dataset_id: str, *, corrected: bool = False) -> Reading:
    """The rows of a dataset id with its problems."""
    return read(dataset_id, origin(root), corrected=corrected)
