"""`multitrust score`: score stored responses anew."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from multitrust.cli.config_file import configurable
from multitrust.cli.folding import folded, tasks_at_hand
from multitrust.cli.logs import logged
from multitrust.cli.needs import TARGET
from multitrust.cli.options import (
    PROMPTS,
    budget_flag,
    model_settings,
    offline_flag,
    priced,
    prices_of,
)
from multitrust.cli.output import details_flag, json_flag, print_json, print_run, print_shortfall
from multitrust.cli.roles import judging, role_models
from multitrust.core import ConfigError, Manifest, Model, Record, StoreError, Task


@click.command("score")
@configurable
@click.argument("folder", type=click.Path(path_type=Path))
@judging
@offline_flag
@budget_flag
@priced
@details_flag
@json_flag("Print the numbers as JSON, write no page.")
@logged
def command(
    folder: Path,
    judge: str | None,
    roles: tuple[str, ...],
    offline: bool,
    budget: float | None,
    own_prices: Path | None,
    details: bool,
    as_json: bool,
) -> None:
    """Score the stored responses of a run anew, without asking its model.

    Models in roles are asked only what the run does not hold their answer to. The exit code is 1 if
    a scorer or one of its requests failed, which the same command repeats, or if a task has no
    headline although all of it was asked.
    """
    from multitrust.report import shortfall_of, write_html
    from multitrust.run import check_links, load_run, rescore
    from multitrust.tasks import read_wording, wording_digest

    models = role_models(judge, roles, model_settings((), None, None, None, offline))
    manifest, records = load_run(folder)
    check_links(folder)  # before anything that lies behind a link is read into a message
    wording = read_wording(folder / PROMPTS) if manifest.wording else None
    if wording is not None and wording_digest(wording) != manifest.wording:
        raise StoreError(
            f"{folder / PROMPTS} holds other prompts than the run was made with; restore it from "
            "a copy, or give the command that made the run again, with the same --prompts"
        )
    tasks = tasks_at_hand(folder, manifest, wording)
    models = models_asked(models, manifest, records, tasks)
    prices = prices_of(models, own_prices)
    count = rescore(folder, tasks, models, prices=prices, budget=budget)
    click.echo(f"scored {count} responses", err=True)
    found = folded(folder)
    if as_json:
        print_json(found.summary)
    else:
        page = write_html(found.summary, found.records, folder)
        print_run(found, details)
        click.echo(f"report: {page}")
    missing = shortfall_of(found.summary)
    print_shortfall(missing)
    failed = any(cause.role != TARGET for cause in found.summary.failures)
    if missing.lost or not missing.scored or failed:
        sys.exit(1)


def models_asked(
    models: dict[str, Model], manifest: Manifest, records: list[Record], tasks: tuple[Task, ...]
) -> dict[str, Model]:
    """The models whose role a scorer of the run asks; the others are named on standard error.

    Raises:
        ConfigError: models are named, and none of them would be asked.
    """
    from multitrust.run import roles_asked

    if not models:
        return {}
    asked = roles_asked(records, tasks)
    idle = [role for role in models if role not in asked]
    if len(idle) == len(models):
        wanted = f"they ask: {', '.join(sorted(asked))}" if asked else "they ask no model"
        raise ConfigError(
            f"run {manifest.run_id} has nothing to ask a model in the role {' or '.join(idle)}: "
            f"its scorers read the stored responses without one ({wanted}). Nothing was changed; "
            "leave the flag out"
        )
    for role in idle:
        click.echo(f"not asked: {role}; no scorer of this run needs it", err=True)
    return {role: model for role, model in models.items() if role in asked}
