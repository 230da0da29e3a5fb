"""`--start`: a server that runs as long as a run needs it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import click

from multitrust.models import Server, launched

F = TypeVar("F", bound=Callable[..., Any])


def starting(command: F) -> F:
    """Flags that start a server for a run."""
    flags = (
        click.option(
            "--start",
            metavar="COMMAND",
            help="Start a server for the run; {port} in the command becomes a free port.",
        ),
        click.option(
            "--start-timeout",
            type=float,
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
    """The server of `--start`, ready to answer; None without that flag.

    At the end it is stopped, and said if it had ended by itself.
    """
    if command is None:
        yield None
        return
    log_dir.mkdir(parents=True, exist_ok=True)
    log = log_dir / f"starting-{uuid4().hex[:8]}.log"
    place = base_url or fixed_address(model)
    key = os.environ.get("MULTITRUST_API_KEY", "")
    with launched(command, log, url=place, limit=limit, key=key, told=tell) as server:
        yield server
        if death := server.death():
            click.echo(death, err=True)


def fixed_address(model: str | None) -> str | None:
    """The address in a model's name of the form URL#ID; None in any other."""
    url, sign, _ = (model or "").partition("#")
    return url if sign and url.startswith(("http://", "https://")) else None


def tell(seconds: float, line: str) -> None:
    """Say that a server is still starting."""
    click.echo(f"waiting for the server, {seconds:.0f} s: {line}", err=True)
