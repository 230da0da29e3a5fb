"""`multitrust doctor`: is the installation sound, and can a run be made here?"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from multitrust import __version__
from multitrust.cli.needs import as_rows, idle_roles, named_models, needs_of
from multitrust.cli.options import Selection, model_settings, reaching, selection
from multitrust.cli.output import json_flag, print_json
from multitrust.cli.roles import judging
from multitrust.core import (
    DataUnavailableError,
    Need,
    install_command,
    installed_version,
    read_installation,
    working_folder,
)
from multitrust.models.keys import (
    find_files,
    ignored_files,
    key_in,
    key_names,
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    sound: bool
    what: str
    needed: bool = True
    """Whether no run can be made where it is not sound."""

    @property
    def blocks(self) -> bool:
        """Whether it keeps runs from being made."""
        return self.needed and not self.sound


@click.command("doctor")
@reaching
@judging
@selection
@click.option("--details", is_flag=True, help="Name every variable of a key that is not set.")
@json_flag("Print JSON.")
def command(
    model: str | None,
    model_base_url: str | None,
    settings: tuple[str, ...],
    max_connections: int | None,
    max_retries: int | None,
    timeout: float | None,
    offline: bool,
    judge: str | None,
    roles: tuple[str, ...],
    details: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Check versions, extras, fonts, drawing, the cache, files .env; keys by name only.

    Given the flags of a run, say what that run needs and what of it is missing, or that the run
    can be made. Ends with 5 if data are missing, with 1 if anything else is.
    """
    options = model_settings(settings, max_connections, max_retries, timeout, offline)
    named = named_models(model, model_base_url, options, judge, roles)
    chosen = Selection(**flags)
    needs = needs_of(chosen, named)
    found = list(checks())
    code = exit_code(found, needs)
    if as_json:
        print_json(document(found, needs))
    else:
        show(found, needs, details)
        for line in idle_roles(chosen, named):
            click.echo(f"--  {line}")
        if not code and model is not None:
            click.echo(f"{mark(True)}  this run can be made")
    sys.exit(code)


def exit_code(found: Sequence[Check], needs: Sequence[Need]) -> int:
    """5 if data are missing, 1 if anything else is or is not sound, else 0."""
    blocking = {need.kind for need in needs if need.blocks}
    if "data" in blocking:
        return DataUnavailableError.exit_code
    return 1 if blocking or any(check.blocks for check in found) else 0


def document(found: Sequence[Check], needs: Sequence[Need]) -> dict[str, Any]:
    """All that was found, for machines."""
    return {
        "checks": [asdict(check) | {"blocks": check.blocks} for check in found],
        "extras": extras(),
        "keys": keys(),
        "env_files": {kind: list(map(str, paths)) for kind, paths in env_files().items()},
        "needs": as_rows(needs),
    }


def show(found: Sequence[Check], needs: Sequence[Need], details: bool) -> None:
    """Print all that was found; keys that are not set one by one only where details are wanted."""
    for check in found:
        mark_of = mark(check.sound) if check.sound or check.blocks else "--"
        click.echo(f"{mark_of}  {check.what}")
    for need in needs:
        if need.missing:
            click.echo(f"{mark(False) if need.blocks else '--'}  {need}")
    for extra, packages in extras().items():
        versions = ", ".join(f"{name} {number or 'absent'}" for name, number in packages.items())
        missing = "" if all(packages.values()) else f" ({install_command(extra)})"
        click.echo(f"--  extra {extra}: {versions}{missing}")
    for kind, paths in env_files().items():
        click.echo(f"--  .env {kind}: {', '.join(map(str, paths)) or 'none'}")
    known = keys()
    for key, is_set in known.items():
        if is_set or details:
            click.echo(f"--  {key}: {'set' if is_set else 'not set'}")
    unset = sum(not is_set for is_set in known.values())
    if unset and not details:
        click.echo(f"--  {unset} other variables of keys: not set (--details names them)")


def mark(good: bool) -> str:
    """A coloured word."""
    return click.style("ok", fg="green") if good else click.style("no", fg="red")


def extras() -> dict[str, dict[str, str | None]]:
    """The versions of the packages of every extra that users may need; None if absent."""
    installation = read_installation()
    return {
        extra: {
            package.name: installed_version(package.name)
            for package in installation.packages(extra)
        }
        for extra in installation.extras
    }


def env_files() -> dict[str, tuple[Path, ...]]:
    """The files .env that are read, and those in sight that are not."""
    here = working_folder()
    return {"read": find_files(here), "ignored": ignored_files(here)}


def keys() -> dict[str, bool]:
    """Which of the variables that may hold a key are set."""
    return {name: bool(key_in(name)) for name in key_names()}


def checks() -> Iterator[Check]:
    """What is looked at in every installation."""
    from multitrust.data import Drawing, cache_folder
    from multitrust.data.drawing import svg
    from multitrust.data.drawing.fonts import FAMILIES, font_files
    from multitrust.tasks import load_tasks

    yield Check(sys.version_info >= (3, 11), f"Python {platform.python_version()}")
    yield Check(True, f"multitrust {__version__}, {len(load_tasks())} tasks")
    missing = [name for name in FAMILIES if not all(p.is_file() for p in font_files(name))]
    fonts = f"{', '.join(missing)} missing" if missing else str(len(FAMILIES))
    yield Check(not missing, f"fonts: {fonts}")
    drawn = Drawing(svg.document(8, 8)).render()
    yield Check(drawn.startswith(b"\x89PNG"), "drawing")
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    lost = " cannot be written: every run draws its images anew; MULTITRUST_CACHE_DIR names another"
    yield Check(writable, f"cache folder {folder}{'' if writable else lost}", needed=False)
