"""How wide tables and lines are: no number is cut, wherever they are printed.

In a file or a pipe a table is as wide as it needs to be, and a line is not broken. In a terminal
numbers keep their width: heads break between words, then texts fold, and if that is not enough the
last columns go on below, after the first ones again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

LEAST = 16
"""Columns of the screen that a text is left at least."""
UNLIMITED = 100_000
"""Columns of the screen in which nothing breaks."""


def blank(title: str | None = None, *, caption: str | None = None, padding: int = 1) -> Table:
    """An empty table; title and caption are no markup.

    Args:
        title: stands above it.
        caption: stands below it.
        padding: blanks after a column, besides the one that always stands there.
    """
    return Table(
        title=None if title is None else Text(title),
        caption=None if caption is None else Text(caption),
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        collapse_padding=True,
        padding=(0, padding),
    )


def add_numbers(table: Table, *names: str) -> None:
    """Add columns of numbers: they are never narrower than what stands in them."""
    for name in names:
        table.add_column(name, justify="right")


def show_table(table: Table, console: Console) -> None:
    """Print a table of `blank`, with its title and caption."""
    if table.title:
        show_text(Text(str(table.title), style="table.title"), console)
    for part in parts_of(table, console):
        console.print(part, crop=False)
    if table.caption:
        show_text(Text(str(table.caption), style="table.caption"), console)


def show_text(text: Text | str, console: Console) -> None:
    """Print a line; a string is no markup."""
    console.print(Text(text) if isinstance(text, str) else text, soft_wrap=not console.is_terminal)


def height(table: Table, console: Console) -> int:
    """Lines that a table of `blank` takes, its caption included."""
    below = console.render_lines(Text(str(table.caption or "")), pad=False)
    parts = parts_of(table, console)
    return len(below) + sum(len(console.render_lines(part, pad=False)) for part in parts)


def parts_of(table: Table, console: Console) -> list[Table]:
    """The table with the widths that its columns get; in several parts where it is too wide."""
    limit = console.width if console.is_terminal else UNLIMITED
    gap = 1 + table.padding[1]
    room = {n: room_of(column, console) for n, column in enumerate(table.columns)}
    parts = []
    for chosen in split(table.columns, {n: least for n, (least, _) in room.items()}, gap, limit):
        inner = limit - gap * (len(chosen) - 1)
        widths = fitted([table.columns[n] for n in chosen], [room[n] for n in chosen], inner)
        parts.append(part_of(table, chosen, widths))
    return parts


def room_of(column: Column, console: Console) -> tuple[int, int]:
    """The least and the natural width of a column, in columns of the screen.

    A number keeps its width, and its head breaks between words. A text that may not wrap keeps its
    width, too.
    """
    wide = console.options.update(width=UNLIMITED)
    head = console.measure(column.header, options=wide)
    inside = [console.measure(cell, options=wide).maximum for cell in column.cells]
    natural = max(head.maximum, *inside, 0)
    if is_number(column):
        return max(head.minimum, *inside, 0), natural
    return natural if column.no_wrap else min(natural, LEAST), natural


def is_number(column: Column) -> bool:
    """Whether the column was made by `add_numbers`."""
    return column.justify == "right"


def split(
    columns: Sequence[Column], least: Mapping[int, int], gap: int, limit: int
) -> list[list[int]]:
    """Places of the columns that stand side by side; the leading texts stand in every part."""
    keys = list(takewhile(lambda n: not is_number(columns[n]), range(len(columns))))
    parts = [list(keys)]
    for n in range(len(keys), len(columns)):
        taken = sum(least[k] + gap for k in parts[-1]) + least[n]
        if taken > limit and len(parts[-1]) > len(keys):
            parts.append(list(keys))
        parts[-1].append(n)
    return parts


def fitted(columns: Sequence[Column], room: Sequence[tuple[int, int]], limit: int) -> list[int]:
    """Widths of columns that are `limit` wide together: heads give way first, then wide texts."""
    widths = [natural for _, natural in room]
    for number in (True, False):
        while sum(widths) > limit:
            spare = [
                n
                for n, column in enumerate(columns)
                if is_number(column) == number and widths[n] > room[n][0]
            ]
            if not spare:
                break
            widths[max(spare, key=lambda n: widths[n])] -= 1
    return widths


def part_of(table: Table, chosen: Sequence[int], widths: Sequence[int]) -> Table:
    """The chosen columns of a table in these widths."""
    part = blank(padding=table.padding[1])
    part.width = sum(widths) + (1 + table.padding[1]) * (len(widths) - 1)
    for n, width in zip(chosen, widths, strict=True):
        own = table.columns[n]
        part.add_column(own.header, justify=own.justify, width=width, overflow="fold")
    cells = [list(table.columns[n].cells) for n in chosen]
    for row, line in zip(table.rows, zip(*cells, strict=True), strict=True):
        part.add_row(*line, style=row.style, end_section=row.end_section)
    return part
