"""The tables of this folder: cells parted by ` | `, texts and targets in JSON."""

from __future__ import annotations

from pathlib import Path

TABLES = Path(__file__).parent / "tables"


def rows(name: str, columns: int = 2) -> list[tuple[str, ...]]:
    """The rows of a table; only the last cell may hold what parts cells."""
    lines = (TABLES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split(" | ", columns - 1)) for line in lines if line[0] != "#"]
