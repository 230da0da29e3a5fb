"""`multitrust score`: score stored responses anew."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from multitrust.cli.config_file import configurable
from multitrust.cli.folding import folded
from multitrust.cli.options import (
    PROMPTS,
    budget_flag,
    logged,
    model_settings,
    offline_flag,
    priced,
    prices_of,
)
from multitrust.cli.roles import judging, role_models
from multitrust.core import StoreError


@click.command("score")
@configurable
@click.argument("folder", type=click.Path(path_type=Path))
@judging
@offline_flag
@budget_flag
@priced
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON, write no page.")
@logged
def command(
    folder: Path,
    judge: str | None,
    roles: tuple[str, ...],
    offline: bool,
    budget: float | None,
    own_prices: Path | None,
    as_json: bool,
) -> None:
    """Score the stored responses of a run anew, without asking its model.

    Models in roles are asked only what the run does not hold their answer to.
    """
    from multitrust.report import print_table, write_html
    from multitrust.run import read_manifest, rescore
    from multitrust.tasks import read_wording, tasks_of, wording_digest

    models = role_models(judge, roles, model_settings((), None, None, None, offline))
    asked = read_manifest(folder)
    wording = read_wording(folder / PROMPTS) if asked.wording else None
    if wording is not None and wording_digest(wording) != asked.wording:
        raise StoreError(
            f"{folder / PROMPTS} holds other prompts than the run was made with; restore it from "
            "a copy, or give the command that made the run again, with the same --prompts"
        )
    prices = prices_of(models, own_prices)
    count = rescore(folder, tasks_of(asked, wording), models, prices=prices, budget=budget)
    click.echo(f"scored {count} responses", err=True)
    found = folded(folder)
    records, summary = found.records, found.summary
    if as_json:
        click.echo(summary.to_json().decode())
        return
    print_table(summary, Console())
    click.echo(f"report: {write_html(summary, records, folder)}")
