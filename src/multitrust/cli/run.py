"""`multitrust run`: ask, score, report."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from multitrust.cli import plan
from multitrust.cli.config_file import configurable
from multitrust.cli.folding import folded
from multitrust.cli.logs import logged
from multitrust.cli.needs import named_models, needs_of, tell_idle, tell_needs
from multitrust.cli.numbers import Failures
from multitrust.cli.options import (
    PROMPTS,
    Selection,
    budget_flag,
    log_dir_flag,
    model_settings,
    priced,
    prices_of,
    reaching,
    run_folder,
    selection,
    target,
)
from multitrust.cli.output import (
    details_flag,
    invocation_of,
    json_flag,
    print_json,
    print_run,
    print_shortfall,
)
from multitrust.cli.pages import written_page
from multitrust.cli.progress import DISPLAYS, display
from multitrust.cli.roles import judging, role_models
from multitrust.cli.starting import configured, started, starting
from multitrust.core import ConfigError, Model, StoreError, check_needs
from multitrust.run import (
    RunConfig,
    RunResult,
    execute,
    explain,
    replace_file,
    roles_needed,
)
from multitrust.tasks import read_wording, wording_digest

if TYPE_CHECKING:
    from multitrust.report import Entry, Shortfall

FAIL_FLAG = "--fail-on-error"


class RunCommand(click.Command):
    """A command whose flag with an optional value refuses negative numbers by its name.

    Without this they would be taken for flags.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments.

        Raises:
            BadParameter: the flag has a negative number.
        """
        text = " ".join(args).replace(f"{FAIL_FLAG} ", f"{FAIL_FLAG}=")
        if found := re.search(rf"(?<!\S){FAIL_FLAG}=(-\.?\d\S*)", text):
            words = f"{found[1]} is not in the range x>0."
            raise click.BadParameter(words, ctx, param_hint=f"'{FAIL_FLAG}'")
        return super().parse_args(ctx, args)


@click.command("run", cls=RunCommand)
@configurable
@reaching
@starting
@judging
@selection
@click.option(
    "--max-samples",
    "window",
    type=int,
    default=256,
    show_default=True,
    help="Samples in flight at once.",
)
@click.option(
    "--cache", type=click.Path(path_type=Path), help="Share responses between runs in this folder."
)
@click.option(
    "--no-reuse", is_flag=True, help="Ask also what other runs in the log folder have answered."
)
@log_dir_flag
@budget_flag
@priced
@click.option(
    FAIL_FLAG,
    type=Failures(min=0, min_open=True),
    metavar="NUMBER",
    is_flag=False,
    flag_value=1.0,
    help="Stop at so many failed samples, or below 1 at this share of all; tolerate fewer.",
)
@click.option("--dry-run", is_flag=True, help="Ask nothing; say what would be, as `plan` does.")
@click.option("--display", "shown", type=click.Choice(DISPLAYS), help="How progress is shown.")
@click.option("--no-report", is_flag=True, help="Write no page.")
@details_flag
@json_flag("Print one JSON document and nothing else.")
@logged
def command(
    model: str | None,
    model_base_url: str | None,
    settings: tuple[str, ...],
    max_connections: int | None,
    max_retries: int | None,
    timeout: float | None,
    offline: bool,
    start: str | None,
    start_timeout: float,
    judge: str | None,
    roles: tuple[str, ...],
    window: int,
    cache: Path | None,
    no_reuse: bool,
    log_dir: Path,
    budget: float | None,
    own_prices: Path | None,
    fail_on_error: float | None,
    dry_run: bool,
    shown: str | None,
    no_report: bool,
    details: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Ask a model, score its answers, write the report.

    The same command resumes an interrupted run. Ends with the path of the report. The exit code is
    1 if requests or scorers failed, or if a task has no headline although all of it was asked.
    """
    if dry_run:
        click.get_current_context().invoke(
            plan.command, model=model, model_base_url=model_base_url, settings=settings,
            max_connections=max_connections, max_retries=max_retries, timeout=timeout,
            offline=offline, judge=judge, roles=roles, own_prices=own_prices, as_json=as_json,
            **flags,
        )  # fmt: skip
        return
    if model is None and start is None:
        raise ConfigError("no model to ask; name one with --model, e.g. --model demo")
    chosen = Selection(**flags)
    options = model_settings(settings, max_connections, max_retries, timeout, offline)
    asked_now = model if start is None else None  # what a server holds is known once it is started
    needs = needs_of(chosen, named_models(asked_now, model_base_url, options, judge, roles))
    check_needs(needs)
    tell_needs(needs, err=True)
    models = role_models(judge, roles, options)

    def config_of(asked: Model) -> RunConfig:
        money = {"prices": prices_of({"target": asked, **models}, own_prices), "budget": budget}
        more = {
            "window": window, "cache": cache, "models": models, "fail_on_error": fail_on_error,
            "reuse": not no_reuse,
        }  # fmt: skip
        return run_folder(asked_only(chosen.config(asked, Path(), **more, **money)), log_dir)

    with started(start, start_timeout, model, model_base_url, log_dir) as server:
        config = (
            config_of(target(model or "", model_base_url, options, chosen))
            if server is None
            else configured(server, model, options, log_dir, config_of)
        )
        if chosen.prompts is not None:
            keep_prompts(chosen.prompts, config.folder)
        if server is not None:
            server.keep_log(config.folder)
        watching: AbstractContextManager[Any] = display(
            shown or ("rich" if sys.stderr.isatty() else "plain"), config
        )
        if (invocation := invocation_of(click.get_current_context())) is not None:
            invocation.folder = config.folder
        with watching as report:
            result = execute(config, report)
    finish(result, config, no_report=no_report, details=details, as_json=as_json)


def asked_only(config: RunConfig) -> RunConfig:
    """The configuration without models that no scorer asks; they are named on standard error."""
    needed = roles_needed(config)
    for role in config.models:
        if role not in needed:
            click.echo(tell_idle(role), err=True)
    models = {role: model for role, model in config.models.items() if role in needed}
    return replace(config, models=models)


def keep_prompts(source: Path, folder: Path) -> None:
    """Keep the prompts that replaced ours beside the run, for scoring it anew.

    A file that holds the same prompts stays as it is, as the seal of a complete run covers its
    bytes; one that holds others, or cannot be read, is replaced.

    Raises:
        StoreError: the folder cannot be written.
    """
    kept = folder / PROMPTS
    if holds_prompts(kept, read_wording(source)):
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(kept, source.read_bytes())
    except OSError as error:
        raise StoreError(f"cannot write {kept}: {explain(error)}") from None


def holds_prompts(path: Path, wording: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether a file is there that holds these prompts, in whatever form."""
    try:
        return path.is_file() and wording_digest(read_wording(path)) == wording_digest(wording)
    except ConfigError:
        return False


def page_if_any(found: Entry, result: RunResult) -> Path | None:
    """Write the page; None and words where the folder of a complete run cannot be written."""
    try:
        return written_page(found, result.folder, unsealed="")  # sealed, or checked, just now
    except StoreError as error:
        if not result.already_complete:
            raise
        click.echo(f"there is no page: {error}", err=True)
        return None


def finish(
    result: RunResult, config: RunConfig, *, no_report: bool, details: bool, as_json: bool
) -> None:
    """Show what the run found; leave with 1 if it did not give what it was to give."""
    from multitrust.report import shortfall_of

    say_what_was_done(result)
    found = folded(result.folder)
    page = None if no_report else result.folder / "report.html"
    if page and not (result.already_complete and page.is_file()):
        page = page_if_any(found, result)
    if as_json:
        print_json(
            {
                "folder": str(result.folder),
                "report": str(page) if page else None,
                "manifest": found.manifest,
                "failures": found.summary.failures,
                "unscored": found.summary.unscored,
                "summary": found.summary,
            }
        )
    else:
        print_run(found, details)
        click.echo(f"report: {page}" if page else f"run: {result.folder}")
    missing = shortfall_of(found.summary)
    print_shortfall(missing)
    if not is_tolerated(missing, config):
        sys.exit(1)


def say_what_was_done(result: RunResult) -> None:
    """Say on standard error what was special about this invocation."""
    if result.already_complete:
        click.echo("this run was complete; nothing was asked", err=True)
    if result.salvaged is not None:
        reason = f" ({result.salvaged.damage})" if result.salvaged.damage else ""
        click.echo(
            f"the store was damaged{reason}; kept {result.salvaged.records} records and "
            f"{result.salvaged.responses} responses, the damaged file is {result.salvaged.aside}",
            err=True,
        )
    if taken := sum(result.taken.values()):
        runs = ", ".join(sorted(result.taken))
        click.echo(
            f"{taken} responses were taken over from other runs of this model ({runs}); "
            "--no-reuse asks for them again", err=True,
        )  # fmt: skip


def is_tolerated(missing: Shortfall, config: RunConfig) -> bool:
    """Whether a run may end well although something is missing.

    Nothing is, unless `--fail-on-error` grants more samples than are missing; a run without any
    score never ends well.
    """
    if config.fail_on_error is None:
        return missing.scored and not missing.samples
    return missing.scored and not config.gives_up(missing.samples, missing.records)
