"""`multitrust report`: write the page and the table of a run."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from multitrust.cli.folding import folded


@click.command("report")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="Where to write the page.")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON, write no page.")
def command(folder: Path, output: Path | None, as_json: bool) -> None:
    """Write the report of a run anew."""
    from multitrust.report import print_table, write_html

    found = folded(folder)
    records, summary = found.records, found.summary
    if as_json:
        click.echo(summary.to_json().decode())
        return
    print_table(summary, Console())
    click.echo(f"report: {write_html(summary, records, folder, output)}")
