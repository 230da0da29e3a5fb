"""`multitrust plan`: what a run would ask."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table

from multitrust.cli.options import Selection, selection
from multitrust.models import resolve
from multitrust.run import PlanLine, RunConfig, plan_lines

PER_TOKEN = 4
"""Characters of English in a token, roughly."""


@click.command("plan")
@selection
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool, **flags: Any) -> None:
    """Say what a run would ask, without asking: requests, pictures, tokens."""
    lines = planned(Selection(**flags).config(resolve("mock/silent"), Path()))
    if as_json:
        rows = [dataclasses.asdict(line) for line in lines]
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
        return
    table = Table("task", "condition", title="what will be asked", title_justify="left")
    columns = ("samples", "requests", "pictures", "text tokens, about", "new tokens, at most")
    for name in columns:
        table.add_column(name, justify="right")
    for line in lines:
        table.add_row(line.task, line.condition, *numbers([line]))
    table.add_section()
    table.add_row("all", "", *numbers(lines), style="bold")
    Console().print(table)


def planned(config: RunConfig) -> tuple[PlanLine, ...]:
    """The plan's lines."""
    return asyncio.run(plan_lines(config))


def numbers(lines: list[PlanLine] | tuple[PlanLine, ...]) -> tuple[str, ...]:
    """The columns of a row that sums up lines."""
    return (
        str(sum(line.samples for line in lines)),
        str(sum(line.requests for line in lines)),
        str(sum(line.images for line in lines)),
        f"{sum(line.characters for line in lines) // PER_TOKEN:,}",
        f"{sum(line.max_tokens for line in lines):,}",
    )
