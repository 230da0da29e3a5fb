"""A comparison in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from multitrust.core import Estimate
from multitrust.report.board import Board
from multitrust.report.comparison import Comparison, Pair
from multitrust.report.equivalence import Agreement, Equivalence, Level
from multitrust.report.published import OVERALL
from multitrust.report.scoreboard import Group, Line, columns
from multitrust.report.table import blank, p_value

WIDE = 100
"""Columns from which on sub-aspects have a decimal."""
KEY = "0 is worst, 100 is best; 95 % intervals; > marks a run, ~ what does not cover all its tasks"


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Print the models, where the runs stand, and how each two of them differ."""
    for group in comparison.groups:
        console.print(models(group, comparison.kind, console.width))
    for board in comparison.boards:
        console.print(Text(said(board), style="bold"))
    for caveat in dict.fromkeys(text for board in comparison.boards for text in board.caveats):
        console.print(Text.assemble(("! ", "yellow"), caveat))
    for pair in comparison.pairs:
        console.print(differences(pair))
        if pair.shared:
            console.print(Text(shared(pair)))
        if pair.beyond_chance:
            console.print(parts(pair))
        if pair.equivalence:
            print_equivalence(pair, pair.equivalence, console)


def models(group: Group, kind: str, width: int) -> Table:
    """A line for each model; runs are marked."""
    runs = any(line.run for line in group.lines)
    table = blank(f"{group.title} · {kind}" if runs else group.title)
    table.caption = KEY if runs else None
    table.caption_justify = "left"
    table.padding = (0, 0)
    table.add_column("model", overflow="fold", min_width=10)
    for name in ("all", "interval", "rank"):
        table.add_column(name, justify="right", no_wrap=True)
    parts = columns(group.lines)
    for name in parts:
        table.add_column(name, justify="right", no_wrap=True)
    for line in group.lines:
        table.add_row(
            *cells(line, parts, 1 if width >= WIDE else 0), style="bold cyan" if line.run else ""
        )
    return table


def cells(line: Line, parts: Sequence[str], digits: int) -> list[Text | str]:
    """The cells of a model's row."""
    return [
        Text(f"{'> ' if line.run else ''}{line.name}"),
        points(line, OVERALL, 1),
        interval(line.scores[OVERALL]),
        ranks(line),
        *(points(line, name, digits) for name in parts),
    ]


def points(line: Line, name: str, digits: int) -> str:
    """A score, marked where it is partial; nothing where none of its tasks has one."""
    found = line.scores.get(name)
    if found is None or found.value is None:
        return ""
    return f"{found.value:.{digits}f}{'~' if name in line.partial else ''}"


def interval(estimate: Estimate) -> str:
    """An interval in little room, or nothing."""
    return "" if estimate.ends is None else f"{estimate.low:.1f}–{estimate.high:.1f}"


def ranks(line: Line) -> str:
    """The ranks that are left open."""
    if line.ranks is None:
        return ""
    best, worst = line.ranks
    return str(best) if best == worst else f"{best}–{worst}"


def said(board: Board) -> str:
    """Where the run stands, in a sentence."""
    place = board.overall
    if place.rank is None:
        return f"{board.model} has no rank: {board.reason}."
    around = [
        f"below {place.above}" if place.above else "",
        f"above {place.below}" if place.below else "",
    ]
    return (
        f"{board.model}: rank {place.rank} of {board.models}, {place.best} to {place.worst} within "
        f"its interval; {' and '.join(filter(None, around))}; not told apart from "
        f"{len(place.within)} published models."
    )


def differences(pair: Pair) -> Table:
    """The changes of the overall score and the sub-aspects."""
    table = blank(f"{pair.other} less {pair.base}, in points")
    table.caption = "as if both had answered different samples; 95 % intervals"
    table.caption_justify = "left"
    table.add_column("score")
    table.add_column("change", justify="right")
    table.add_column("interval", justify="right", no_wrap=True)
    if not pair.changes:
        table.caption = "no score that both made from the same tasks"
    for change in pair.changes:
        name = change.title if change.name == OVERALL else f"{change.name} {change.title}"
        table.add_row(name, *signed(change.estimate.ends))
    return table


def signed(ends: Sequence[float] | None) -> tuple[str, str]:
    """A change and its interval."""
    if ends is None:
        return "–", ""
    low, value, high = ends
    return f"{value:+.1f}", f"{low:+.1f} to {high:+.1f}"


def shared(pair: Pair) -> str:
    """How many parts differ beyond chance."""
    return (
        f"{pair.shared:,} records shared; {len(pair.beyond_chance)} of {len(pair.paired)} parts of "
        "headlines differ beyond chance (p < 0.05 after Holm)"
    )


def parts(pair: Pair) -> Table:
    """The paired changes that are beyond chance."""
    table = blank("over the same samples, in points")
    table.add_column("task")
    table.add_column("part", overflow="fold")
    for name in ("change", "interval", "p, Holm", "pairs"):
        table.add_column(name, justify="right", no_wrap=True)
    for change in pair.beyond_chance:
        e = change.estimate
        ends = (
            None if e.value is None or e.low is None or e.high is None else (e.low, e.value, e.high)
        )
        table.add_row(
            change.task,
            Text(f"{change.condition}: {change.metric}"),
            *signed(ends),
            "" if e.p_holm is None else p_value(e.p_holm),
            str(e.n),
        )
    return table


def print_equivalence(pair: Pair, found: Equivalence, console: Console) -> None:
    """Print the verdict of every level, and how far the answers agree."""
    console.print(levels(pair, found))
    if found.overall.agreement and pair.shared:
        console.print(agreement(found.overall.agreement))
    if found.failed:
        console.print(Text(f"! {found.failed:,} shared records without a response are left out"))
    console.print(Text(f"within ±{found.margin:g} points: {found.verdict}", style="bold"))


def levels(pair: Pair, found: Equivalence) -> Table:
    """The shift of every level with its verdict."""
    table = blank(f"are {pair.other} and {pair.base} within ±{found.margin:g} points?")
    table.caption = (
        "90 % intervals; verdicts are adjusted over sub-aspects and over tasks (Holm); needed: "
        "pairs that show equivalence with a power of 0.8 if there is no change"
    )
    table.caption_justify = "left"
    table.add_column("score", overflow="fold")
    for name in ("change", "interval", "pairs", "lost"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("needed", justify="right", no_wrap=True)
    for level in found.levels:
        table.add_row(*level_cells(level))
    return table


def level_cells(level: Level) -> list[str]:
    """The cells of a level's row."""
    e = level.finding
    ends = None if e.value is None or e.low is None or e.high is None else (e.low, e.value, e.high)
    return [
        level.title if level.name == OVERALL else f"{level.name} {level.title}",
        *signed(ends),
        f"{e.n:,}",
        f"{e.lost:.1f} %" if e.lost else "",
        e.verdict.removesuffix(" evidence"),
        "" if e.needed is None else f"{e.needed:,}",
    ]


def agreement(found: Agreement) -> Table:
    """How far the answers agree."""
    table = blank("the same samples, answered twice")
    table.caption = "95 % intervals; kappa and AC1 are of scores that are 0 or 1"
    table.caption_justify = "left"
    table.add_column("agreement")
    for name in ("value", "interval", "n"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, measured in found.rows.items():
        if measured.ends is not None:
            low, value, high = measured.ends
            table.add_row(name, f"{value:.3f}", f"{low:.3f} to {high:.3f}", f"{measured.n:,}")
    return table
