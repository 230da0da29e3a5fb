"""What the section "Among the published models" of a page takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from multitrust.report.board import Board, nodes_of, standing
from multitrust.report.figures import Rung, ladder
from multitrust.report.published import OVERALL, published_rows
from multitrust.report.scoreboard import Group, run_line, scoreboard
from multitrust.report.summary import Summary


@dataclass(frozen=True, kw_only=True, slots=True)
class Among:
    """Runs among the published models."""

    boards: tuple[Board, ...]
    groups: tuple[Group, ...]

    @property
    def ladder(self) -> str:
        """The figure of the published models and the runs on their scale."""
        together = self.groups[-1]
        names = [board.model for board in self.boards if not board.reason]
        title = "Overall scores of the published models"
        if names:
            title += f" and {', '.join(names)}"
        rungs = [Rung(name=n.name, estimate=n.scores[OVERALL], run=n.run) for n in together.lines]
        text = (
            "Best on top. Runs have a line and a band for their 95 % interval; published scores "
            "have none. All numbers stand in the table of scores."
        )
        return ladder(rungs, title, text)

    @property
    def caveats(self) -> Sequence[str]:
        """What to know of any of the runs, each once."""
        return list(dict.fromkeys(text for board in self.boards for text in board.caveats))


def among_published(summary: Summary) -> Among | None:
    """The section of a run's report; None unless it is of the official protocol."""
    if summary.protocol == "corrected":
        return None
    rows = published_rows()
    board = standing(summary, rows)
    line = run_line(board.model, nodes_of(summary), None)
    return Among(boards=(board,), groups=scoreboard([line], [board], rows))
