"""`multitrust tasks`: what there is to measure."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from multitrust.cli.options import Selection
from multitrust.cli.output import json_flag, print_json
from multitrust.cli.plan import planned
from multitrust.models import resolve
from multitrust.tasks import select_tasks


@click.command("tasks")
@click.argument("names", nargs=-1)
@json_flag("Print JSON.")
def command(names: tuple[str, ...], as_json: bool) -> None:
    """List the tasks (all, or those named) with their samples, conditions and requests."""
    tasks = select_tasks(names or ("all",))
    chosen = Selection(",".join(task.id for task in tasks), (), None, (), 1, 0, None)
    lines = planned(chosen.config(resolve("mock/silent"), Path()))
    rows = []
    for task in tasks:
        mine = [line for line in lines if line.task == task.id]
        rows.append(
            {
                "id": task.id,
                "name": task.name,
                "aspect": task.aspect,
                "subaspect": task.subaspect,
                "summary": task.summary,
                "version": task.version,
                "conditions": {line.condition: line.samples for line in mine},
                "requests": sum(line.requests for line in mine),
            }
        )
    if as_json:
        print_json(rows)
        return
    from multitrust.report import add_numbers, blank, show_table

    table = blank("1 task" if len(tasks) == 1 else f"{len(tasks)} tasks")
    table.add_column("task", no_wrap=True)
    for name in ("name", "part of", "conditions (samples)"):
        table.add_column(name)
    add_numbers(table, "requests")
    for row in rows:
        arms = ", ".join(f"{name} ({count})" for name, count in row["conditions"].items())  # type: ignore[attr-defined]
        table.add_row(
            str(row["id"]), str(row["name"]), str(row["subaspect"]), arms, str(row["requests"])
        )
    show_table(table, Console())
