"""`--start`: a server that is started when a run needs it, and runs as long as the run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import click

from multitrust.cli.numbers import Finite
from multitrust.core import Model, StoreError
from multitrust.models import Server, launched, resolve, server_of, started_model
from multitrust.run import RunConfig, check_sample_ids, finished, read_manifest, run_loop

F = TypeVar("F", bound=Callable[..., Any])


def starting(command: F) -> F:
    """Flags that start a server for a run."""
    flags = (
        click.option(
            "--start",
            metavar="COMMAND",
            help="Start a server when there is something to ask; {port} becomes a free port.",
        ),
        click.option(
            "--start-timeout",
            type=Finite(min=0),
            default=900,
            show_default=True,
            help="Seconds until the started server must be ready.",
        ),
    )
    for flag in reversed(flags):
        command = flag(command)
    return command


@contextmanager
def started(
    command: str | None, limit: float, model: str | None, base_url: str | None, log_dir: Path
) -> Iterator[Server | None]:
    """The server of `--start`, which the first request starts; None without that flag.

    At the end it is stopped, and said if it had ended by itself.
    """
    if command is None:
        yield None
        return
    log = log_dir / f"starting-{uuid4().hex[:8]}.log"
    place = base_url or fixed_address(model)
    key = os.environ.get("MULTITRUST_API_KEY", "")
    with launched(command, log, url=place, limit=limit, key=key, told=tell) as server:
        yield server
        if death := server.death():
            click.echo(death, err=True)


def configured(
    server: Server,
    spec: str | None,
    options: Mapping[str, str],
    log_dir: Path,
    config_of: Callable[[Model], RunConfig],
) -> RunConfig:
    """The configuration of a run that asks a server.

    A server that must say itself what it serves is started here, unless nothing is left to ask.
    """
    if spec is not None:
        return config_of(started_model(server, spec, options))
    run_loop(check_sample_ids(config_of(resolve("mock/silent"))))
    for name in names_before(server, log_dir):
        config = config_of(started_model(server, name, options))
        if finished(config.folder) is not None:
            return config
    run_loop(server.ready())
    return config_of(started_model(server, server.only_model(), options))


def names_before(server: Server, log_dir: Path) -> set[str]:
    """What models are called that the same command served in finished runs.

    Runs whose manifest cannot be read are left out: they are not the one that was asked for.
    """
    names = set()
    for path in log_dir.glob("*/complete.json"):
        with suppress(StoreError):
            target = read_manifest(path.parent).models["target"]
            if target.server == server_of(server.command):
                names.add(target.name)
    return names


def fixed_address(model: str | None) -> str | None:
    """The address in a model's name of the form URL#ID; None in any other."""
    url, sign, _ = (model or "").partition("#")
    return url if sign and url.startswith(("http://", "https://")) else None


def tell(seconds: float, line: str) -> None:
    """Say that a server is still starting."""
    click.echo(f"waiting for the server, {seconds:.0f} s: {line}", err=True)
