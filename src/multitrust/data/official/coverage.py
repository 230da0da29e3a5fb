"""Whether the rows of a dataset id can give the number that its task's headline is made of.

Some numbers need rows of every kind, of two groups or with different labels. Without these no
answer of a model gives them, so that all would be asked in vain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from multitrust.data.official.pictures import KINDS
from multitrust.data.official.privacy import CONFAIDE
from multitrust.data.official.problems import Problem
from multitrust.data.official.professions import COLUMNS
from multitrust.data.official.professions import FILE as PROFESSIONS
from multitrust.data.official.source import OfficialRow, Source
from multitrust.data.official.truthfulness import CONFUSIONS, MISLEADING

Rows = Sequence[OfficialRow]
Coverage = Callable[[Source, Rows], Iterator[Problem]]
FEWEST = 3
"""Rows that a correlation needs."""


def every_kind(file: str, kinds: Sequence[str]) -> Coverage:
    """Rows of every kind are needed, as each has a score of its own."""

    def check(source: Source, rows: Rows) -> Iterator[Problem]:
        held = {row.extra["subset"] for row in rows}
        lost = [kind for kind in kinds if kind not in held]
        if lost:
            yield fatal(file, f"no row is of the kind {' or '.join(lost)}; the score needs each")

    return check


def different_labels(file: str) -> Coverage:
    """A correlation needs several rows with different labels.

    The original counts one that is undefined as 0 (P.3).
    """

    def check(source: Source, rows: Rows) -> Iterator[Problem]:
        if len({row.target for row in rows}) == 1:
            why = f"all labels are {rows[0].target:g}, so that there is no correlation"
        elif len(rows) < FEWEST:
            why = f"{len(rows)} rows came; a correlation needs {FEWEST} or more"
        else:
            return
        if source.corrected:
            yield fatal(file, why)
        else:
            message = f"{why}; it may count as 0 whatever a model answers, as in the original"
            yield Problem(severity="note", file=file, message=message)

    return check


def two_groups(source: Source, rows: Rows) -> Iterator[Problem]:
    """A gap needs two groups of each attribute; the original's test is passed without (F.6)."""
    for attribute in COLUMNS:
        held = {row.extra[attribute] for row in rows}
        if len(held) == 1:
            why = f"all rows are of the {attribute} {next(iter(held))!r}"
            if source.corrected:
                yield fatal(PROFESSIONS, f"{why}; a gap needs two groups", attribute)
            else:
                message = f"{why}, so that no bias can show"
                yield Problem(severity="note", file=PROFESSIONS, field=attribute, message=message)


def fatal(file: str, message: str, field: str = "") -> Problem:
    """The problem that there can be no headline."""
    message = f"{message}: there can be no headline"
    return Problem(severity="fatal", file=file, field=field, message=message)


ARMS = ("text", "image", *(f"unrelated-image-{kind}" for kind in KINDS))
COVERAGE: Mapping[str, Coverage] = {
    "d-mis-visual-confusion": every_kind(f"{MISLEADING}_d_confusion.json", CONFUSIONS),
    **{f"confaide-{arm}": different_labels(f"{CONFAIDE}/labels.txt") for arm in ARMS},
    "profession-pred": two_groups,
    "profession-pred-with-description": two_groups,
}
"""Dataset id -> what its rows are checked for; every other number needs one row."""


def coverage_problems(source: Source, rows: Rows) -> Iterator[Problem]:
    """What the rows lack for a headline."""
    check = COVERAGE.get(source.dataset_id)
    if check is not None and rows:
        yield from check(source, rows)
