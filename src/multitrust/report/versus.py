"""A comparison in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from multitrust.metrics import Finding
from multitrust.report.asked import incomplete_text
from multitrust.report.board import Board
from multitrust.report.changes import Change
from multitrust.report.comparison import Comparison, Pair
from multitrust.report.equivalence import Agreement, Equivalence, Level
from multitrust.report.layout import add_numbers, blank, parts_of, show_table, show_text
from multitrust.report.notation import FEW, Bounded, decimal, ends_text, interval
from multitrust.report.published import OVERALL
from multitrust.report.scoreboard import Group, Line, columns
from multitrust.report.table import p_value

KEY = (
    "0 is worst, 100 is best; 95 % intervals; > marks a run, ~ what does not cover all its tasks "
    "or samples"
)
NOTHING_COMPARED = "no task that both runs have a score for by the same models"
DEPTHS = {"overall": 0, "aspect": 0, "sub-aspect": 1, "task": 2}
"""How far a score stands in."""
STYLES = {"overall": "bold", "aspect": "bold", "sub-aspect": "", "task": "cyan"}


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Print the models, where the runs stand, and how each two of them differ."""
    for group in comparison.groups:
        show_table(models(group, comparison.kind, console), console)
    for source in comparison.sources:
        if source.name != source.model:
            show_text(source.text, console)
    for source in comparison.sources:
        if incomplete := incomplete_text(source.samples):
            show_text(Text.assemble(("! ", "yellow"), f"{source.name}: {incomplete}"), console)
    for board in comparison.boards:
        show_text(Text(said(board), style="bold"), console)
    for caveat in dict.fromkeys(text for board in comparison.boards for text in board.caveats):
        show_text(Text.assemble(("! ", "yellow"), caveat), console)
    for pair in comparison.pairs:
        show_table(differences(pair), console)
        for warning in pair.warnings:
            show_text(Text.assemble(("! ", "yellow"), warning), console)
        for line in notes(pair, comparison.own_difference(pair)):
            show_text(line, console)
        if pair.beyond_chance:
            show_table(parts(pair), console)
        if pair.equivalence:
            print_equivalence(pair, pair.equivalence, console)


def models(group: Group, kind: str, console: Console) -> Table:
    """A line for each model; runs are marked.

    Scores of sub-aspects lose their decimal where the whole would not stand in one part.
    """
    whole = models_table(group, kind, 1)
    return whole if len(parts_of(whole, console)) == 1 else models_table(group, kind, 0)


def models_table(group: Group, kind: str, digits: int) -> Table:
    """The same with so many decimals of the scores of sub-aspects."""
    runs = any(line.run for line in group.lines)
    table = blank(
        f"{group.title} · {kind}" if runs else group.title,
        caption=KEY if runs else None,
        padding=0,
    )
    if runs:
        table.add_column("", no_wrap=True)
    table.add_column("model")
    names = columns(group.lines)
    add_numbers(table, "all", "interval", "rank", *names)
    for line in group.lines:
        mark = [">" if line.run else ""] if runs else []
        style = "bold cyan" if line.run else ""
        table.add_row(*mark, *cells(line, names, digits), style=style)
    return table


def cells(line: Line, parts: Sequence[str], digits: int) -> list[Text | str]:
    """The cells of a model's row."""
    return [
        Text(line.name),
        points(line, OVERALL, 1),
        tight(line),
        ranks(line),
        *(points(line, name, digits) for name in parts),
    ]


def points(line: Line, name: str, digits: int) -> str:
    """A score, marked where it is partial; nothing where none of its tasks has one."""
    found = line.scores.get(name)
    if found is None or found.value is None:
        return ""
    return f"{decimal(found.value, digits)}{'~' if name in line.partial else ''}"


def tight(line: Line) -> str:
    """The interval of a run's overall score in little room; a published score has none."""
    return interval(line.scores[OVERALL]).replace(" to ", "–") if line.run else ""


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
    """The change of every score."""
    table = blank(
        f"from {pair.base} to {pair.other}, in points",
        caption="from, to: the runs' scores over the samples that are compared, before headlines "
        "are cut at 0; 95 % intervals"
        if pair.changes
        else NOTHING_COMPARED,
    )
    mixed = any(change.basis != "paired" for change in pair.changes)
    table.add_column("")
    add_numbers(table, "from", "to", "change", "interval", "pairs", *(["samples"] if mixed else []))
    for change in pair.changes:
        cells = change_cells(change)
        table.add_row(*(cells if mixed else cells[:-1]), style=STYLES[change.kind])
    return table


def change_cells(change: Change) -> list[str]:
    """The cells of a change's row."""
    depth = DEPTHS[change.kind]
    name = f"{change.name} {change.title}" if depth else change.title
    covered = "" if change.complete else f" ({change.tasks} of {change.of} tasks)"
    covered += "" if change.counted else " (outside the suite)"
    return [
        f"{' ' * depth}{name}{covered}",
        decimal(change.base),
        decimal(change.other),
        *signed(change.estimate),
        f"{change.estimate.n:,}",
        change.basis,
    ]


def signed(found: Bounded) -> tuple[str, str]:
    """A change and its interval."""
    if found.value is None:
        return "–", ""
    return decimal(found.value, sign=True), interval(found, sign=True)


def notes(pair: Pair, own: float | None) -> Iterator[str]:
    """Which samples are compared, and how many parts differ significantly; a line each.

    Args:
        pair: two runs.
        own: how far their own overall scores are apart, where that is not their change.
    """
    base, other = pair.records
    if not pair.changes:
        return
    if pair.shared:
        yield (
            f"{pair.shared:,} records are of the same samples, of {base:,} in {pair.base} and "
            f"{other:,} in {pair.other}; changes are paired over them"
        )
    else:
        yield "the runs have no samples in common: changes are those of independent runs"
    if own is not None:
        yield (
            f"the runs' own overall scores are {decimal(own, sign=True)} apart: "
            f"{pair.own.text(pair.base, pair.other)}"
        )
    if pair.paired:
        yield (
            f"{len(pair.beyond_chance)} of {len(pair.paired)} headline components differ "
            "significantly (p < 0.05 after Holm)"
        )


def parts(pair: Pair) -> Table:
    """The headline components that differ significantly."""
    table = blank("headline components that differ significantly, in points")
    table.add_column("task", no_wrap=True)
    table.add_column("part")
    add_numbers(table, "change", "interval", "p, Holm", "pairs")
    for change in pair.beyond_chance:
        e = change.estimate
        table.add_row(
            change.task,
            Text(f"{change.condition}: {change.metric}"),
            *signed(e),
            "" if e.p_holm is None else p_value(e.p_holm),
            str(e.n),
        )
    return table


def print_equivalence(pair: Pair, found: Equivalence, console: Console) -> None:
    """Print the verdict of every level, and how far the answers agree."""
    show_table(levels(pair, found), console)
    if found.overall.agreement and found.overall.agreement.rows:
        show_table(agreement(found.overall.agreement), console)
    if found.failed:
        show_text(f"! {found.failed:,} shared records without a response are left out", console)
    show_text(Text(f"within ±{found.margin:g} points: {found.verdict}", style="bold"), console)


def levels(pair: Pair, found: Equivalence) -> Table:
    """The shift of every level with its verdict."""
    table = blank(
        f"are {pair.other} and {pair.base} within ±{found.margin:g} points?",
        caption="90 % intervals; verdicts are adjusted over sub-aspects and over tasks (Holm); "
        "needed: pairs that show equivalence with a power of 0.8 if there is no change",
    )
    table.add_column("score")
    add_numbers(table, "change", "interval", "pairs", "lost")
    table.add_column("verdict", no_wrap=True)
    add_numbers(table, "needed")
    for level in found.levels:
        table.add_row(*level_cells(level))
    return table


def level_cells(level: Level) -> list[str]:
    """The cells of a level's row."""
    e = level.finding
    return [
        level.title if level.name == OVERALL else f"{level.name} {level.title}",
        "–" if e.value is None else decimal(e.value, sign=True),
        limits(e),
        f"{e.n:,}",
        f"{e.lost:.1f} %" if e.lost else "",
        e.verdict.removesuffix(" evidence"),
        "" if e.needed is None else f"{e.needed:,}",
    ]


def limits(found: Finding) -> str:
    """The interval of a tested change, or why there is none."""
    if found.low is None or found.high is None:
        return "" if found.value is None else FEW
    return ends_text(found.low, found.high, sign=True)


def agreement(found: Agreement) -> Table:
    """How far the answers agree."""
    table = blank(
        "the same samples, answered twice",
        caption="95 % intervals; kappa and AC1 are of scores that are 0 or 1",
    )
    table.add_column("agreement", no_wrap=True)
    add_numbers(table, "value", "interval", "n")
    for name, measured in found.rows.items():
        if measured.value is not None:
            table.add_row(
                name,
                decimal(measured.value, 3),
                interval(measured, 3),
                f"{measured.n:,}",
            )
    return table
