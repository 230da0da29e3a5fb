"""What the commands that plan a run share: their flags, and from flags to a configuration."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from multitrust.cli.numbers import Finite
from multitrust.core import ConfigError, Model, Origin, forbid_hub
from multitrust.models import KEYED, is_offline, resolve, zoo
from multitrust.run import (
    Price,
    RunConfig,
    answer_key,
    folder_name,
    make_manifest,
    read_prices,
)
from multitrust.tasks import (
    PROTOCOLS,
    is_original,
    read_wording,
    select_tasks,
    tasks_for,
    wording_digest,
)

PROMPTS = "prompts.yaml"
"""The file of a run's folder that holds the prompts which replaced ours."""
F = TypeVar("F", bound=Callable[..., Any])


settings_flag = click.option(
    "-M",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    envvar="MULTITRUST_MODEL_SETTINGS",
    help="A setting of the model.",
)
offline_flag = click.option(
    "--offline", is_flag=True, help="Open no connection beyond this machine."
)
budget_flag = click.option(
    "--budget",
    type=Finite(min=0, min_open=True),
    metavar="USD",
    help="Stop before the run would have spent more; exit code 6.",
)
log_dir_flag = click.option(
    "--log-dir",
    type=click.Path(path_type=Path),
    default=Path("logs"),
    show_default=True,
    help="Where run folders lie.",
)


def selection(command: F) -> F:
    """Flags that choose what is asked."""
    flags = (
        click.option(
            "--tasks",
            default="all",
            show_default=True,
            help="Ids, names, sub-aspects or aspects, comma-separated.",
        ),
        click.option("--condition", "conditions", multiple=True, help="Run these conditions only."),
        click.option("--limit", type=int, help="Samples per condition, spread evenly over strata."),
        click.option("--sample-id", "sample_ids", multiple=True, help="Run these samples only."),
        click.option(
            "--epochs", type=int, default=1, show_default=True, help="Repeats of each sample."
        ),
        click.option(
            "--seed", type=int, default=0, show_default=True, help="Draws the embedded data."
        ),
        click.option(
            "--max-tokens", type=int, help="Replaces every task's own limit of new tokens."
        ),
        click.option(
            "--origin",
            type=click.Choice(["embedded", "official"]),
            default="embedded",
            show_default=True,
            help="Whose data: ours, or the gated ones of the original.",
        ),
        click.option(
            "--data-root", type=click.Path(path_type=Path), help="Folder of the official data."
        ),
        click.option(
            "--protocol",
            type=click.Choice(PROTOCOLS),
            default="corrected",
            show_default=True,
            help="How official data are scored.",
        ),
        click.option(
            "--prompts",
            type=click.Path(path_type=Path),
            help="A YAML file of prompts in place of ours, for official data.",
        ),
    )
    for flag in reversed(flags):
        command = flag(command)
    return command


def check_model(_context: click.Context, _flag: click.Parameter, model: str | None) -> str | None:
    """The flag `--model`, which must name something where it is given.

    Raises:
        ConfigError: it is empty.
    """
    if model is not None and not model.strip():
        raise ConfigError("no model to ask; name one with --model, e.g. --model demo")
    return model


def reaching(command: F) -> F:
    """Flags that say which model answers and how it is asked."""
    flags = (
        click.option(
            "--model",
            callback=check_model,
            help="What `multitrust models` lists, e.g. openai/ID, hf/REPO, URL#ID or demo.",
        ),
        click.option("--model-base-url", help="Ask this OpenAI-compatible server."),
        settings_flag,
        click.option("--max-connections", type=int, help="Requests to one host at once, at most."),
        click.option("--max-retries", type=int, help="Attempts after the first."),
        click.option("--timeout", type=float, help="Seconds for one attempt."),
        offline_flag,
    )
    for flag in reversed(flags):
        command = flag(command)
    return command


def priced(command: F) -> F:
    """The flag that brings prices of the user's own."""
    return click.option(
        "--prices",
        "own_prices",
        type=click.Path(path_type=Path),
        help="A TOML file of prices that come before ours; docs/cost.md shows one.",
    )(command)


def prices_of(models: Mapping[str, Model], own: Path | None) -> dict[str, Price]:
    """What the models cost, by role, as far as it is known.

    Raises:
        ConfigError: the user's prices cannot be read.
    """
    table = read_prices(own)
    found = {role: table.of(priced_as(m.name)) for role, m in models.items()}
    return {role: price for role, price in found.items() if price is not None}


def priced_as(name: str) -> str:
    """How the table of prices calls a model: a name of the zoo becomes what it stands for."""
    return zoo()[name].spec or name if name in zoo() else name


@dataclass(frozen=True, slots=True)
class Selection:
    """The flags of `selection`."""

    tasks: str
    conditions: tuple[str, ...]
    limit: int | None
    sample_ids: tuple[str, ...]
    epochs: int
    seed: int
    max_tokens: int | None
    origin: str = "embedded"
    data_root: Path | None = None
    protocol: str = "corrected"
    prompts: Path | None = None

    def config(self, model: Model, folder: Path, **more: Any) -> RunConfig:
        """The configuration of these flags.

        Raises:
            ConfigError: flags that do not go together.
        """
        if (self.origin == "official") != (self.data_root is not None):
            raise ConfigError("--origin official and --data-root DIR belong together; give both")
        wording = {} if self.prompts is None else read_wording(self.prompts)
        known = tasks_for(self.origin, self.protocol, wording)
        names = [name.strip() for name in self.tasks.split(",") if name.strip()]
        root = None if self.data_root is None else str(self.data_root)
        return RunConfig(
            model=model,
            tasks=select_tasks(names, known),
            folder=folder,
            origin=Origin(name=self.origin, seed=self.seed, root=root),
            protocol=self.protocol,
            wording=wording_digest(wording),
            original_wording=is_original(wording),
            conditions=self.conditions,
            limit=self.limit,
            sample_ids=self.sample_ids,
            epochs=self.epochs,
            max_tokens=self.max_tokens,
            **more,
        )


def typed_settings(settings: tuple[str, ...]) -> dict[str, str]:
    """The settings of `-M` as text.

    Raises:
        ConfigError: a setting is not KEY=VALUE, or is given twice.
    """
    chosen: dict[str, str] = {}
    for setting in settings:
        key, sign, value = setting.partition("=")
        if not sign or not key:
            raise ConfigError(f"-M {setting}: expected KEY=VALUE, e.g. -M timeout=60")
        name = key.replace("-", "_")
        if name in chosen:
            raise ConfigError(
                f"-M gives {name} twice ({chosen[name]}, then {value}); keep one of both"
            )
        chosen[name] = value
    return chosen


def model_settings(
    settings: tuple[str, ...],
    max_connections: int | None,
    max_retries: int | None,
    timeout: float | None,
    offline: bool,
) -> dict[str, str]:
    """All settings of the model as text; offline, this process and its children stay so.

    A setting that has a flag of its own may be given by that flag and by `-M` where one comes
    before the other: on the command line before a variable, in a variable before a file.

    Raises:
        ConfigError: a setting is not KEY=VALUE, or is given twice in one place.
    """
    flags = {"max_connections": max_connections, "max_retries": max_retries, "timeout": timeout}
    options = typed_settings(settings)
    for name, value in flags.items():
        if value is None:
            continue
        own, other = place_of(name), place_of("settings")
        if name in options and own == other:
            raise ConfigError(
                f"{name} is given twice, as --{name.replace('_', '-')} {value:g} and as "
                f"-M {name}={options[name]}; keep one of both"
            )
        if name not in options or own < other:
            options[name] = str(value)
    if offline:
        options["offline"] = "true"
    if is_offline(options):
        forbid_hub(os.environ)
    return options


PLACES = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT, ParameterSource.DEFAULT_MAP)
"""Where a flag's value may come from; what comes from the first of them counts."""


def place_of(parameter: str) -> int:
    """The index in `PLACES` of the place that the value of a command's flag comes from."""
    context = click.get_current_context(silent=True)
    source = None if context is None else context.get_parameter_source(parameter)
    return PLACES.index(source) if source in PLACES else len(PLACES)


def target(
    spec: str, base_url: str | None, settings: Mapping[str, str], chosen: Selection
) -> Model:
    """The model that the flags name; mocks that need one get an answer key."""
    kind, _, name = spec.partition("/")
    answers = None
    if kind == "mock" and name in KEYED:
        blank = resolve("mock/silent")
        answers = answer_key(chosen.config(blank, Path()), good=name == "saint")
    return resolve(spec, base_url=base_url, options=settings, answers=answers)


def run_folder(config: RunConfig, log_dir: Path) -> RunConfig:
    """The configuration with its folder: the same configuration always gets the same one."""
    name = folder_name(config.model.name, make_manifest(config).run_id)
    return replace(config, folder=log_dir / name)
