"""`multitrust compare`: runs against each other and among the published models."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from multitrust.cli.folding import folded
from multitrust.cli.numbers import Finite
from multitrust.cli.output import json_flag, print_json
from multitrust.cli.pages import tell_unsealed

EXIT_CODES = {None: 0, "equivalent": 0, "different": 3, "not enough evidence": 4}
"""By the worst verdict of the pairs; without a margin there is none."""


@click.command("compare")
@click.argument(
    "folders", nargs=-1, required=True, metavar="RUN...", type=click.Path(path_type=Path)
)
@click.option(
    "--with",
    "beside",
    type=click.Choice(["published"]),
    help="Show the runs alongside published models.",
)
@click.option(
    "--equivalence",
    "margin",
    type=Finite(0, 100, min_open=True),
    metavar="POINTS",
    help="Test whether the runs agree within so many points.",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    help="What to call a run; give it once for each, in the order of the runs.",
)
@click.option("--output", type=click.Path(path_type=Path), help="Write a page to this file, too.")
@json_flag("Print one JSON document and nothing else.")
def command(
    folders: tuple[Path, ...],
    beside: str | None,
    margin: float | None,
    names: tuple[str, ...],
    output: Path | None,
    as_json: bool,
) -> None:
    """Compare runs with each other, and with the published models if asked.

    Runs must be of one origin and one protocol. Tasks that different judges or classifiers scored
    have no change; a line says which. Ranks among the published models are given to
    complete runs of the official protocol on the official data only.

    With --equivalence, ends with 3 if a score differs by more than POINTS, and with 4 if the
    samples are not enough to tell. Ends with 1 if records or files of a run are not what was
    sealed.
    """
    from multitrust.report import compare, print_comparison, published_rows, write_comparison

    comparison = compare(
        [folded(folder) for folder in folders],
        published_rows() if beside == "published" else (),
        margin=margin,
        names=names,
    )
    page = None if output is None else write_comparison(comparison, output)
    if as_json:
        print_json(comparison)
    else:
        print_comparison(comparison, Console())
        if page is not None:
            click.echo(f"page: {page}")
    unsealed = [folder for folder in folders if tell_unsealed(folder)]
    sys.exit(1 if unsealed else EXIT_CODES[comparison.verdict])
