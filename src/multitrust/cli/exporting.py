"""`multitrust export`: a run in another program's layout."""

from __future__ import annotations

from pathlib import Path

import click

from multitrust.cli.data import show_problems
from multitrust.core import ConfigError


@click.command("export")
@click.argument("program", type=click.Choice(["mmtrusteval"]))
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--model", help="The name of the folders; made of the run's model if not given.")
def command(program: str, folder: Path, target: Path, model: str | None) -> None:
    """Write a run on the official data as logs of the original toolbox, below TARGET.

    Logs of that model that are in TARGET and not of this run are never replaced: the command ends
    with 2 and writes nothing.
    """
    from multitrust.interop import export_logs

    try:
        found = export_logs(folder, target, model)
    except (NotADirectoryError, FileExistsError) as error:
        raise ConfigError(
            f"{error.filename} is no folder, or lies below a file; give a TARGET that is a folder"
        ) from None
    show_problems(found.problems)
    click.echo(f"{found.logs} logs: {found.folder}")
