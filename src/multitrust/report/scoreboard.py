"""The lines of the table of models: runs and published rows, those of one scale together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from multitrust.core import Estimate
from multitrust.metrics import TreeNode
from multitrust.report.board import Board
from multitrust.report.published import OVERALL, PublishedRow
from multitrust.tasks import SUBASPECT_TITLES


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A model of the table."""

    name: str
    run: bool
    """Whether it is a run; else a published row, whose scores have no intervals."""
    scores: Mapping[str, Estimate]
    """`overall` and sub-aspects; those are missing of which no task was run."""
    partial: tuple[str, ...] = ()
    """Those of them that do not cover all their tasks."""
    ranks: tuple[int, int] | None = None
    """Best and worst rank that the intervals leave open."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Models on one scale, best first."""

    title: str
    lines: tuple[Line, ...]


def run_line(name: str, nodes: Mapping[str, TreeNode], ranks: tuple[int, int] | None) -> Line:
    """A run's line, from its tree's nodes by name."""
    return Line(
        name=name,
        run=True,
        scores={node: found.estimate for node, found in nodes.items()},
        partial=tuple(node for node, found in nodes.items() if not found.complete),
        ranks=ranks,
    )


def published_line(row: PublishedRow) -> Line:
    """A published row's line."""
    scores = {name: Estimate(value=value) for name, value in row.scores.items()}
    return Line(name=row.name, run=False, scores=scores, ranks=(row.rank, row.rank))


def scoreboard(
    runs: Sequence[Line], boards: Sequence[Board], rows: Sequence[PublishedRow]
) -> tuple[Group, ...]:
    """All models; runs that are not on the published scale stand in a group of their own.

    Args:
        runs: of one kind.
        boards: one a run where there are rows, else none.
        rows: the published models.
    """
    if not rows:
        return (group("runs", runs),)
    placed, apart = [], []
    for line, board in zip(runs, boards, strict=True):
        best, worst = board.overall.best, board.overall.worst
        if best is None or worst is None:
            apart.append(line)
        else:
            placed.append(replace(line, ranks=(best, worst)))
    title = "runs among the published models" if placed else "published models"
    together = group(title, [*placed, *map(published_line, rows)])
    return (group("runs", apart), together) if apart else (together,)


def group(title: str, lines: Sequence[Line]) -> Group:
    """The lines in falling order; what has no score comes last."""

    def place(line: Line) -> tuple[bool, float]:
        value = line.scores[OVERALL].value
        return value is None, -(value or 0.0)

    return Group(title=title, lines=tuple(sorted(lines, key=place)))


def columns(lines: Sequence[Line]) -> tuple[str, ...]:
    """The sub-aspects of a table: those of the paper, then others that one of its models has."""
    more = dict.fromkeys(name for line in lines for name in line.scores)
    return tuple(dict.fromkeys((*SUBASPECT_TITLES, *(name for name in more if name != OVERALL))))
