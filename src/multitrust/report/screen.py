"""The first screen of a run in a terminal: its scores, and what is wrong with them.

At most `LINES` lines, whatever was run; the rest stands in the tables of `--details` and on the
page. Every part has its own limit, so that one trouble does not hide another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from multitrust.metrics import TreeNode
from multitrust.report.asked import incomplete_text, short_incomplete_text
from multitrust.report.caveats import (
    UNDECIDED,
    UNSCORED_LIMIT,
    often_unscored,
    run_warnings,
    without_headline,
)
from multitrust.report.comparison import CHANCE, Entry
from multitrust.report.failures import Cause
from multitrust.report.layout import add_numbers, blank, height, show_table, show_text
from multitrust.report.notation import decimal, interval
from multitrust.report.shortfall import has_gaps
from multitrust.report.summary import ContrastResult, Summary
from multitrust.report.table import (
    FAILED,
    UNSCORED,
    cause_text,
    counted,
    heading,
    p_value,
    score,
    span,
    too_few,
    walk,
)
from multitrust.run import AskedCount

LINES = 39
"""Lines of a screen, less one for the path of the page that follows."""
WIDTH = 100
"""Columns at most."""
FEW = 8
"""Tasks up to which every one of a run has a row."""
LISTED = 3
"""Lines of a list of tasks, and of the title."""
CAUSE = 3
"""Lines of one cause."""
CAUSES = 2
"""Causes of each kind."""
EFFECTS = 4
EFFECT = 3
"""Lines of one effect."""
NAME = 40
"""Columns of the name of an effect: its numbers are never left out."""
WARNINGS = 2
"""Warnings, and lines of each."""
RAGGED = 12
"""Columns of a line that wrapping may leave empty."""
NOTHING = "a part of it has no score"
FEW_SAMPLES = "too few samples were asked to tell"
OPEN = " … "
"""Stands for what is left out of a text."""


def print_screen(found: Entry, console: Console) -> None:
    """Print the scores of a run and what is wrong with them, on one screen."""
    width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    summary = found.summary
    for line in wrapped(heading(summary), console, width, LISTED):
        line.stylize("bold")
        show_text(line, console)
    room = LINES - LISTED
    if summary.tasks:
        rows = scores(summary)
        show_table(rows, console)
        room -= height(rows, console)
    first, *others = parts(found, console, width)
    lines = [*first, *(line for part in others for line in part)]
    room = max(room, len(first) + 1)
    if len(lines) > room:
        lines = [*lines[: room - 1], Text("--details shows the rest")]
    for line in lines:
        show_text(line, console)


def parts(found: Entry, console: Console, width: int) -> Iterator[list[Text]]:
    """The lines below the table, by what they are about; the most urgent first."""
    summary = found.summary

    def fitted(texts: Iterable[str], most: int) -> list[Text]:
        return [line for text in texts for line in wrapped(text, console, width, most)]

    yield incomplete_lines(summary.samples, console, width)
    yield fitted(lists_of_tasks(found), LISTED)
    yield fitted(causes(summary.failures, FAILED), CAUSE)
    lacking = {task.lacks for task in summary.tasks}  # they stand beside the missing headlines
    unscored = [cause for cause in summary.unscored if cause.reason not in lacking]
    yield fitted(causes(unscored, UNSCORED), CAUSE)
    yield fitted(effects(summary), EFFECT)
    warnings = list(run_warnings(found.manifest, summary.tasks, found.tasks))
    yield fitted((f"! {text}" for text in warnings[:WARNINGS]), WARNINGS)
    yield fitted([summary.spent] if summary.spent else [], 1)


def incomplete_lines(samples: Sequence[AskedCount], console: Console, width: int) -> list[Text]:
    """That not all was asked, and of which tasks; without counts where there is no room for them.

    A narrow screen has more lines for it, as it is about every number.
    """
    if not incomplete_text(samples):
        return []
    most = LISTED * max(1, WIDTH // width)
    for text in (incomplete_text(samples), short_incomplete_text(samples)):
        if len(Text(f"! {text}").wrap(console, width)) <= most:
            break
    return wrapped(f"! {text}", console, width, most)


def scores(summary: Summary) -> Table:
    """The overall score and the aspects; the tasks, too, where they are few or not of the suite."""
    few = too_few(node for node, _ in shown_nodes(summary))
    table = blank(caption=f"0 is worst, 100 is best; 95 % intervals{few}")
    both = summary.beside is not None
    table.add_column("")
    add_numbers(table, "score", "interval", "tasks scored")
    if both:
        add_numbers(table, summary.other_protocol)
    other = {node.name: node for node in walk(summary.beside)}
    for node, depth in shown_nodes(summary):
        table.add_row(*cells(node, depth), *([score(other[node.name].estimate)] if both else []))
    return table


def shown_nodes(summary: Summary) -> Iterator[tuple[TreeNode, int]]:
    """The nodes that have a row, with their depth."""
    if summary.has_overall:
        yield summary.tree, 0
    for aspect in summary.tree.children:
        yield aspect, 0
        for leaf in leaves(aspect):
            if len(summary.tasks) <= FEW or not leaf.counted:
                yield leaf, 1


def leaves(node: TreeNode) -> list[TreeNode]:
    """The tasks below a node."""
    return [found for found in walk(node) if not found.children]


def cells(node: TreeNode, depth: int) -> list[Text | str]:
    """The cells of a node's row."""
    mark = "" if node.complete else " (partial)"
    mark += "" if node.counted else " (outside the suite)"
    name = f"{node.name} {node.title}" if depth else node.title
    below = [leaf for leaf in leaves(node) if leaf.counted or not node.counted]
    there = sum(leaf.estimate.value is not None for leaf in below)
    return [
        Text(f"{'  ' * depth}{name}{mark}", style="" if depth else "bold"),
        score(node.estimate),
        span(node.estimate),
        f"{there} of {len(below)}" if node.children else "",
    ]


def lists_of_tasks(found: Entry) -> Iterator[str]:
    """The tasks that failed, lost responses, or were not perceived: a text for each trouble."""
    results = found.summary.tasks
    reasons: dict[str, list[str]] = {}
    for task in without_headline(results):
        few = found.summary.limit is not None and not has_gaps(task)
        reasons.setdefault(task.lacks or (FEW_SAMPLES if few else NOTHING), []).append(task.id)
    for reason, names in reasons.items():
        yield f"! no headline, {reason}: {', '.join(names)}"
    often = [task.id for task in often_unscored(results) if not task.lacks]
    if often:
        share = f"{100 * UNSCORED_LIMIT:.0f} %"
        yield f"! more than {share} unscored in a condition: {', '.join(often)}"
    blind = [task.id for task in results if task.blind]
    if blind:
        yield f"! fails the perception check, disregard the score: {', '.join(blind)}"
    undecided = [task.id for task in results if task.undecided]
    if undecided:
        yield f"! {UNDECIDED[0].lower()}{UNDECIDED[1:]}: {', '.join(undecided)}"


def causes(found: Sequence[Cause], what: str) -> Iterator[str]:
    """What went wrong, a text for each cause, and how many causes are left out."""
    for cause in found[:CAUSES]:
        yield f"! {cause_text(cause, what, cause.tasks[:FEW])}"
    rest = found[CAUSES:]
    if rest:
        more = counted(sum(cause.count for cause in rest), f"more {what}")
        yield f"! {more} of {counted(len(rest), 'other cause')}: --details"


def effects(summary: Summary) -> Iterator[str]:
    """The paired effects beyond chance, the largest first, and how many others there are."""
    every = [(task.id, contrast) for task in summary.tasks for contrast in task.contrasts]
    beyond = [(task, contrast) for task, contrast in every if is_beyond_chance(contrast)]
    if not every:
        return
    yield (
        f"{len(beyond)} of {len(every)} paired effects are significant "
        f"(p < {CHANCE:g} after Holm)" + (", in points:" if beyond else "")
    )
    beyond.sort(key=lambda item: -abs(item[1].estimate.value or 0.0))
    for task, contrast in beyond[:EFFECTS]:
        e = contrast.estimate
        p = "" if e.p_holm is None else p_value(e.p_holm)
        change = decimal(e.value or 0.0, sign=True)
        name = shortened(contrast.name, NAME)
        yield f"  {task:4} {change:>6}  {interval(e, sign=True)}, p {p}  {name}"
    if len(beyond) > EFFECTS:
        yield f"  and {len(beyond) - EFFECTS} smaller ones: --details"


def is_beyond_chance(contrast: ContrastResult) -> bool:
    """Whether chance alone would hardly make the effect."""
    p = contrast.estimate.p_holm
    return p is not None and p < CHANCE


def wrapped(text: str, console: Console, width: int, most: int) -> list[Text]:
    """The text in lines; the middle is left out where they would be too many."""
    lines = list(Text(text).wrap(console, width))
    if len(lines) > most:
        lines = list(Text(shortened(text, (width - RAGGED) * most)).wrap(console, width))
    for line in lines:
        line.rstrip()
    if lines and text.startswith("! "):
        lines[0].stylize("yellow", 0, 1)
    return lines[:most]


def shortened(text: str, room: int) -> str:
    """The text, its middle left out where it takes more columns than there are.

    The end is kept: it often says what to do.
    """
    if cell_len(text) <= room:
        return text
    kept = (room - len(OPEN)) * len(text) // cell_len(text)  # a sign may be two columns wide
    head = kept * 3 // 5
    return (
        whole_words(text[:head]) + OPEN + whole_words(text[len(text) - (kept - head) :][::-1])[::-1]
    )


def whole_words(text: str) -> str:
    """The text up to its last space, if that leaves most of it."""
    cut = text.rpartition(" ")[0]
    return cut if 2 * len(cut) > len(text) else text
