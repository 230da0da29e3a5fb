"""The numbers in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from multitrust.core import SCORER, Estimate
from multitrust.metrics import TreeNode
from multitrust.report.asked import incomplete_text
from multitrust.report.failures import Cause
from multitrust.report.layout import add_numbers, blank, show_table, show_text
from multitrust.report.notation import FEW_MEANS, decimal, interval
from multitrust.report.summary import Summary

FAILED, UNSCORED = "failed request", "unscored response"
FAILED_SCORING = "failed scoring"


def print_table(summary: Summary, console: Console) -> None:
    """Print headlines, contrasts, what went wrong and warnings."""
    if summary.tasks:
        show_table(headlines(summary), console)
    else:
        show_text(Text(heading(summary)), console)
    if incomplete := incomplete_text(summary.samples):
        show_text(Text.assemble(("! ", "yellow"), incomplete), console)
    if any(task.contrasts for task in summary.tasks):
        show_table(contrasts(summary), console)
    if summary.spent:
        show_text(summary.spent, console)
    for kind, found in ((FAILED, summary.failures), (UNSCORED, summary.unscored)):
        for cause in found:
            told = cause_text(cause, kind, cause.tasks)
            show_text(Text.assemble(("! ", "yellow"), told), console)
            show_text(Text(f"  e.g. {cause.example}", style="dim"), console)
    for warning in summary.warnings:
        show_text(Text.assemble(("! ", "yellow"), warning), console)


def cause_text(cause: Cause, kind: str, tasks: Sequence[str]) -> str:
    """A cause in a sentence; `tasks` are those that are named."""
    more = ", …" if len(tasks) < len(cause.tasks) else ""
    advice = f" → {cause.advice}" if cause.advice else ""
    kind = FAILED_SCORING if cause.role == SCORER else kind
    return f"{counted(cause.count, kind)} ({', '.join(tasks)}{more}): {cause.reason}{advice}"


def counted(count: int, what: str) -> str:
    """So many of something."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def heading(summary: Summary) -> str:
    """Whose numbers they are, of which data and tasks."""
    return f"{summary.model} · {summary.source} · seed {summary.seed} · {summary.scope}"


def headlines(summary: Summary) -> Table:
    """Aspects, sub-aspects and tasks with their intervals."""
    table = blank(
        heading(summary),
        caption=f"0 is worst, 100 is best; 95 % intervals{too_few(walk(summary.tree))}",
    )
    table.add_column("")
    add_numbers(table, "score", "interval", "n", "unscored", "errors")
    if summary.beside is not None:
        add_numbers(table, summary.other_protocol)
    other = {node.name: node for node in walk(summary.beside)}
    by_id = {task.id: task for task in summary.tasks}
    if summary.has_overall:
        add_row(table, summary.tree, 0, "bold", other)
        table.add_section()
    for aspect in summary.tree.children:
        add_row(table, aspect, 0, "bold", other)
        for sub in aspect.children:
            add_row(table, sub, 1, "", other)
            for leaf in sub.children:
                task = by_id[leaf.name]
                lost = sum(c.unscored for c in task.conditions)
                failed = sum(c.outcomes.get("errored", 0) for c in task.conditions)
                n = sum(c.records for c in task.conditions) - lost - failed
                counts = (str(n), str(lost or ""), str(failed or ""))
                add_row(table, leaf, 2, "cyan", other, counts, task.lacks)
        table.add_section()
    return table


def too_few(nodes: Iterable[TreeNode]) -> str:
    """What "too few" stands for, where it stands in a table of these scores."""
    if all(node.estimate.needed is None for node in nodes):
        return ""
    return f"; {FEW_MEANS}"


def walk(node: TreeNode | None) -> Iterator[TreeNode]:
    """The nodes of a tree."""
    if node is not None:
        yield node
        for child in node.children:
            yield from walk(child)


def add_row(
    table: Table,
    node: TreeNode,
    depth: int,
    style: str,
    other: Mapping[str, TreeNode],
    counts: tuple[str, str, str] = ("", "", ""),
    lack: str = "",
) -> None:
    """One line of the tree; `other` is the tree by the other protocol, if there is one."""
    mark = "" if node.complete else " (partial)"
    mark += "" if node.counted else " (outside the suite)"
    name = f"{node.name} {node.title}" if depth else node.title
    table.add_row(
        f"{' ' * depth}{name}{mark}",
        score(node.estimate),
        lack.partition(" (")[0] or span(node.estimate),
        *counts,
        *([score(other[node.name].estimate)] if node.name in other else []),
        style=style,
    )


def contrasts(summary: Summary) -> Table:
    """Paired effects in points."""
    table = blank("paired effects, in points")
    table.add_column("task", no_wrap=True)
    table.add_column("effect")
    add_numbers(table, "change", "interval", "p", "pairs")
    for task in summary.tasks:
        for contrast in task.contrasts:
            found = contrast.estimate
            table.add_row(
                task.id,
                contrast.name,
                "–" if found.value is None else decimal(found.value, sign=True),
                interval(found, sign=True),
                "" if found.p is None else p_value(found.p),
                str(found.n),
            )
    return table


def score(estimate: Estimate) -> str:
    """A number from 0 to 100, or a dash."""
    return "–" if estimate.value is None else decimal(estimate.value)


def span(estimate: Estimate) -> str:
    """An interval, or in a few words why there is none; nothing without a value."""
    return interval(estimate)


def p_value(p: float) -> str:
    """A p-value with as many digits as mean something."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
