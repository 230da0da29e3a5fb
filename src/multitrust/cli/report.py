"""`multitrust report`: write the page and the table of a run."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from multitrust.cli.folding import folded
from multitrust.cli.output import details_flag, json_flag, print_json, print_run
from multitrust.cli.pages import (
    tell_changed_images,
    tell_missing_images,
    tell_unsealed,
    written_page,
)


@click.command("report")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="Where to write the page.")
@details_flag
@json_flag("Print the numbers as JSON, write no page.")
def command(folder: Path, output: Path | None, details: bool, as_json: bool) -> None:
    """Write the report of a run anew. Ends with 1 if images are missing, or the run was complete
    and its records, its files or the images on the page are not what was sealed; with 0 for a run
    that was stopped, whose scores are marked partial.

    In a folder that cannot be written, the page that is there stays; --output writes elsewhere.
    """
    found = folded(folder)
    unsealed = tell_unsealed(folder)
    missing = tell_missing_images(found, folder)
    changed = tell_changed_images(found, folder)
    if as_json:
        print_json(found.summary)
    else:
        page = written_page(found, folder, unsealed, output)
        print_run(found, details)
        if page is not None:
            click.echo(f"report: {page}")
    sys.exit(1 if missing or changed or unsealed else 0)
