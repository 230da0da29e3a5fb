"""`--config FILE`: flags in a YAML file, for what is not given as a flag or a variable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson

from multitrust.core import ConfigError, UnknownNameError

SHARING = ("run", "plan", "score")
"""Commands that one file may serve; each takes the flags that it has."""
PREFIX = "MULTITRUST_"
F = TypeVar("F", bound=Callable[..., Any])


def configurable(command: F) -> F:
    """The flag that names a file of flags."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        is_eager=True,  # before the flags whose defaults it sets
        expose_value=False,
        envvar="MULTITRUST_CONFIG",
        callback=set_defaults,
        help="A YAML file of flags; given flags and variables come first.",
    )(command)


def set_defaults(context: click.Context, _option: click.Parameter, path: Path | None) -> None:
    """Make what a file says the defaults of a command.

    Raises:
        ConfigError: the file cannot be read.
        UnknownNameError: no command that may share the file has such a flag.
    """
    if path is None:
        return
    given, own = read_file(path), options(context.command)
    known = set(own).union(*map(options, others(context)))
    for name in given:
        if name not in known:
            raise UnknownNameError(f"flag in {path}", name, known)
    context.default_map = {
        str(own[name].name): value_for(own[name], value)
        for name, value in given.items()
        if name in own
    }


def read_file(path: Path) -> dict[str, Any]:
    """What a file says, by the name of the flag; every value stays the text that it is.

    Raises:
        ConfigError: it cannot be read, or holds no mapping.
    """
    from multitrust.data import parse_yaml, read_document

    content = parse_yaml(read_document(path, "the flags"), f"the flags in {path}")
    if not isinstance(content, dict):
        raise ConfigError(f"{path} holds no flags; expected lines like `model: demo`")
    named = {name.replace("_", "-"): value for name, value in content.items()}
    if len(named) < len(content):
        raise ConfigError(f"{path} gives one flag twice, with - and with _; keep one of both")
    return named


def options(command: click.Command) -> dict[str, click.Option]:
    """The flags of a command by the names of their variables: `-M` is `model-settings`."""
    found = (option for option in command.params if isinstance(option, click.Option))
    return {
        str(option.envvar).removeprefix(PREFIX).lower().replace("_", "-"): option
        for option in found
        if not option.is_eager
    }


def others(context: click.Context) -> list[click.Command]:
    """The commands that may share a file with this one."""
    group = None if context.parent is None else context.parent.command
    if context.parent is None or not isinstance(group, click.Group):
        return []
    found = (group.get_command(context.parent, name) for name in SHARING)
    return [command for command in found if command is not None]


def value_for(option: click.Option, value: object) -> str | list[str]:
    """A value as a flag takes it: `KEY: VALUE` is `KEY=VALUE`, a list is joined by commas."""
    if option.multiple and isinstance(value, Mapping):
        return [f"{key}={as_text(part)}" for key, part in value.items()]
    if isinstance(value, list):
        parts = [as_text(part) for part in value]
        return parts if option.multiple else ",".join(parts)
    return [as_text(value)] if option.multiple else as_text(value)


def as_text(value: object) -> str:
    """A text as it is, anything else as JSON."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()
