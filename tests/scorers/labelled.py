"""The tables of responses labelled by hand."""

from __future__ import annotations

from pathlib import Path

TABLES = Path(__file__).parent / "tables"


def rows(name: str, columns: int = 2) -> list[tuple[str, ...]]:
    """The rows of a table: cells parted by `|`, the response last, its line breaks as `\\n`."""
    found = []
    for line in (TABLES / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            cells = [cell.strip() for cell in line.split("|", columns - 1)]
            found.append((*cells[:-1], cells[-1].replace("\\n", "\n")))
    return found
