"""`multitrust models`: what can answer."""

from __future__ import annotations

import dataclasses

import click
import orjson
from rich.console import Console
from rich.table import Table

from multitrust.models import known_models


@click.command("models")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """List the ways of naming a model."""
    forms = known_models()
    if as_json:
        rows = [dataclasses.asdict(form) for form in forms]
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
        return
    table = Table()
    table.add_column("--model", no_wrap=True)
    for name in ("reached by", "extra", "what it is"):
        table.add_column(name)
    for form in forms:
        table.add_row(form.form, form.reach, form.needs, form.summary)
    Console().print(table)
