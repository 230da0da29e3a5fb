"""`multitrust report`: write the page and the table of a run."""

from __future__ import annotations

from pathlib import Path

import click

from multitrust.cli.folding import folded
from multitrust.cli.output import details_flag, print_json, print_run


@click.command("report")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="Where to write the page.")
@details_flag
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON, write no page.")
def command(folder: Path, output: Path | None, details: bool, as_json: bool) -> None:
    """Write the report of a run anew."""
    from multitrust.report import write_html

    found = folded(folder)
    if as_json:
        print_json(found.summary)
        return
    page = write_html(found.summary, found.records, folder, output)
    print_run(found, details)
    click.echo(f"report: {page}")
