"""The published scores of 43 models: facts that a run can be stood among.

`leaderboard.csv` beside this file says in its head where they come from and when they were read.
Published scores come without intervals, and not all of them from one state of the original code
(see `docs/official-board.md`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

OVERALL = "overall"
FACTS = frozenset({"rank", "model", "source", "avg", "paper21"})
"""Columns of the file that are no sub-aspect."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedRow:
    """A model of the published table."""

    name: str
    rank: int
    """By the overall score, from 1."""
    scores: Mapping[str, float]
    """`overall` and the ten sub-aspects, 0 to 100."""
    source: str
    """Where the table links to."""
    paper: bool
    """Whether it is one of the 21 models of the paper."""


@cache
def published_rows() -> tuple[PublishedRow, ...]:
    """The published table, best first."""
    text = files("multitrust.report").joinpath("leaderboard.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return tuple(map(row_of, csv.DictReader(lines)))


def row_of(line: Mapping[str, str]) -> PublishedRow:
    """A line of the file as a row."""
    scores = {OVERALL: line["avg"]} | {name: line[name] for name in line if name not in FACTS}
    return PublishedRow(
        name=line["model"],
        rank=int(line["rank"]),
        scores={name: float(value) for name, value in scores.items()},
        source=line["source"],
        paper=line["paper21"] == "yes",
    )
