"""`multitrust import`: a run made of another program's logs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import orjson

from multitrust.cli.data import show_problems
from multitrust.cli.folding import folded
from multitrust.cli.options import log_dir_flag
from multitrust.cli.output import details_flag, json_flag, print_json, print_run
from multitrust.core import LogsRejectedError
from multitrust.tasks import PROTOCOLS, protocol_named

SHOWN = 6
"""Problems that are printed without --details."""


NOTHING: dict[str, Any] = {
    "folder": None,
    "report": None,
    "records": 0,
    "tasks": [],
    "summary": None,
}
"""What an import says with --json where every log was rejected, but for the problems."""


@click.command("import")
@click.argument("program", type=click.Choice(["mmtrusteval"]))
@click.argument("logs", type=click.Path(path_type=Path))
@click.option("--model", required=True, help="Whose logs: the name of the folders they lie in.")
@click.option(
    "--protocol",
    type=click.Choice(PROTOCOLS),
    default="official",
    show_default=True,
    help="How they are scored.",
)
@log_dir_flag
@click.option("--no-report", is_flag=True, help="Write no page.")
@details_flag
@json_flag("Print one JSON document and nothing else.")
def command(
    program: str,
    logs: Path,
    model: str,
    protocol: str,
    log_dir: Path,
    no_report: bool,
    details: bool,
    as_json: bool,
) -> None:
    """Make a run of the logs that the original toolbox left in LOGS.

    Outputs of judges, classifiers and services are used as they are stored. Ends with 1 if a log is
    malformed, also where all are, and with 2 if there is none; missing ones are listed with
    --details, as is every table.
    """
    from multitrust.interop import import_logs
    from multitrust.report import write_html

    try:
        found = import_logs(logs, model, log_dir, protocol=protocol_named(protocol))
    except LogsRejectedError as error:
        if as_json:
            print_json(NOTHING | {"problems": error.problems})
        raise
    run = folded(found.folder)
    records, summary = run.records, run.summary
    page = None if no_report else write_html(summary, records, found.folder)
    if as_json:
        document = {
            "folder": str(found.folder),
            "report": str(page) if page else None,
            "records": found.records,
            "tasks": found.tasks,
            "problems": found.problems,
            "summary": orjson.loads(summary.to_json()),
        }
        print_json(document)
    else:
        print_run(run, details)
        if details:
            show_problems(found.problems, None)
        else:
            show_problems(found.problems, SHOWN, "--json or --details")
        click.echo(
            f"{found.records} samples, {len(found.tasks)} of 32 tasks complete\n"
            + (f"report: {page}" if page else f"run: {found.folder}")
        )
    sys.exit(1 if any(problem.severity == "fatal" for problem in found.problems) else 0)
