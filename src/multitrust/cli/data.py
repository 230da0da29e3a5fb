"""`multitrust data`: the official data and its wording, fetched, verified, read from a checkout."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from multitrust.cli.options import offline_flag
from multitrust.cli.output import json_flag, print_json

if TYPE_CHECKING:
    from multitrust.data.official import Problem, Verification

SHOWN = 40
"""Problems that are printed; --json gives all."""
ORIGIN = click.Choice(["official"])


@click.group("data")
def command() -> None:
    """Fetch and verify the official data; write prompts to a file."""


@command.command("fetch")
@click.argument("origin", type=ORIGIN)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--revision", help="Branch, tag or commit of the repository.")
@click.option("--repo", default="thu-ml/MultiTrust", show_default=True, help="The repository.")
@offline_flag
def fetch_data(origin: str, folder: Path, revision: str | None, repo: str, offline: bool) -> None:
    """Download the gated data into FOLDER, once its terms are accepted on the hub.

    The token is that of `hf auth login`, or in HF_TOKEN.
    """
    from multitrust.data.official import fetch

    root = fetch(
        folder, repo=repo, revision=revision, token=os.environ.get("HF_TOKEN"),
        endpoint=os.environ.get("HF_ENDPOINT"), offline=offline,
    )  # fmt: skip
    click.echo(f"data root: {root}")


@command.command("verify")
@click.argument("origin", type=ORIGIN)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--tasks", default="all", show_default=True, help="Ids of tasks, comma-separated.")
@json_flag("Print JSON.")
def verify_data(origin: str, folder: Path, tasks: str, as_json: bool) -> None:
    """Say which tasks a copy of the data is complete for, and what is missing or malformed.

    Every problem names the protocols that have it. Ends with 5 if either protocol refuses a task.
    """
    from multitrust.data.official import verify

    chosen = None if tasks == "all" else [name.strip() for name in tasks.split(",")]
    found = verify(folder, chosen)
    if as_json:
        document = dataclasses.asdict(found) | {"complete": found.complete}
        print_json(document)
    else:
        show_verification(found)
    sys.exit(0 if found.complete else 5)


def show_verification(found: Verification) -> None:
    """A line a task, then the problems."""
    from multitrust.data.official import DATASET_IDS
    from multitrust.report import add_numbers, blank, show_table

    table = blank(f"fingerprint {found.fingerprint[:16]}")
    table.add_column("task", no_wrap=True)
    add_numbers(table, "dataset ids", "samples", "dropped", "missing files")
    table.add_column("", no_wrap=True)
    for task, refused_by in found.refused_by.items():
        checks = [found.datasets[name] for name in DATASET_IDS[task]]
        table.add_row(
            task,
            str(len(checks)),
            str(sum(check.rows for check in checks)),
            str(sum(check.dropped for check in checks) or ""),
            str(len(found.missing(task)) or ""),
            fitness(refused_by),
        )
    show_table(table, Console())
    show_problems([p for check in found.datasets.values() for p in check.problems])


def fitness(refused_by: Sequence[str]) -> str:
    """Whether a task is complete, and for which protocol it is not."""
    which = "both" if len(refused_by) > 1 else "".join(refused_by)
    return f"[red]incomplete ({which})[/red]" if refused_by else "complete"


def show_problems(
    problems: Sequence[Problem], most: int | None = SHOWN, more: str = "--json"
) -> None:
    """The problems, the gravest first; those that differ in their file or row alone in one line.

    Args:
        problems: of a copy of the data, or of logs.
        most: how many lines are printed; None: a line for each problem.
        more: the flags that give all.
    """
    order = {"fatal": 0, "dropped": 1, "note": 2}
    distinct = sorted(dict.fromkeys(problems), key=lambda problem: order[problem.severity])
    groups = [[problem] for problem in distinct] if most is None else grouped(distinct)
    for group in groups[:most]:
        protocols = f" ({', '.join(group[0].protocols)})" if group[0].protocols else ""
        click.echo(f"{group[0].severity}{protocols}: {summarize_group(group)}", err=True)
    left = Counter(problem.severity for group in groups[len(groups[:most]) :] for problem in group)
    if left:
        counts = ", ".join(f"{count} {severity}" for severity, count in left.items())
        click.echo(f"and {counts} more; {more} gives all", err=True)


def grouped(problems: Iterable[Problem]) -> list[list[Problem]]:
    """The problems of several rows of a file, and those of several files, that are told alike."""
    groups: dict[Problem, list[Problem]] = {}
    for problem in problems:
        file = problem.file if problem.row else ""
        key = dataclasses.replace(problem, file=file, row=f"{bool(problem.row)}", missing="")
        groups.setdefault(key, []).append(problem)
    return list(groups.values())


def summarize_group(group: Sequence[Problem]) -> str:
    """The first problem of a group, and how many rows or files have the same."""
    first, others = group[0], len(group) - 1
    if not others:
        return str(first)
    what = "row" if first.row else "file"
    more = f"{first.row or first.file} and {others} more {what}{'s' if others > 1 else ''}"
    return str(
        dataclasses.replace(first, row=more) if first.row else dataclasses.replace(first, file=more)
    )


@command.command("prompts")
@click.argument("checkout", required=False, type=click.Path(path_type=Path))
@click.option(
    "--output", type=click.Path(path_type=Path), default=Path("prompts.yaml"), show_default=True,
    help="The file to write.",
)  # fmt: skip
def prompts(checkout: Path | None, output: Path) -> None:
    """Write the prompts for official data to a file that --prompts takes.

    Without CHECKOUT our own; with it those of the original toolbox, read from your own checkout of
    it as data: nothing of it is run.
    """
    from multitrust.interop import Wording, read_checkout, write_wording
    from multitrust.tasks import is_original, official_tasks

    own = {task.id: task.wording for task in official_tasks() if task.wording}
    ours = Wording(templates=own, source="multitrust")
    wording = ours if checkout is None else read_checkout(checkout)
    write_wording(wording, output)
    click.echo(f"{sum(map(len, wording.templates.values()))} prompts: {output}")
    for name in wording.missing:
        click.echo(f"not found: {name}", err=True)
    if checkout is not None and not wording.missing and not is_original(wording.templates):
        click.echo(
            "these are not the prompts of a known release of the original: runs with them are not "
            "compared with runs of its logs",
            err=True,
        )
    sys.exit(1 if wording.missing else 0)
