"""What is logged on standard error, and how much of it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
Kind = tuple[str, str, object]


def logged(command: F) -> F:
    """The flag that says how much is logged."""
    levels = click.Choice(["debug", "info", "warning", "error"])
    return click.option(
        "--log-level",
        type=levels,
        default="info",
        show_default=True,
        expose_value=False,
        callback=set_level,
        help="What is logged, on standard error.",
    )(command)


def set_level(context: click.Context, _option: click.Parameter, level: str) -> None:
    """Log from this level on; other libraries keep to warnings."""
    root = logging.getLogger()
    if not root.handlers:
        handler, alike = logging.StreamHandler(), Alike()
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        handler.addFilter(alike)
        root.addHandler(handler)
        context.call_on_close(alike.tell)
    logging.getLogger("multitrust").setLevel(level.upper())


class Alike(logging.Filter):
    """Lets the first of several warnings of one kind pass, and counts the others.

    Warnings are of one kind if one line of code made them, about the same kind of exception if
    there is one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.first: dict[Kind, str] = {}
        self.more: Counter[Kind] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be shown."""
        if record.levelno < logging.WARNING:
            return True
        kind = (record.name, str(record.msg), record.exc_info[0] if record.exc_info else None)
        if kind in self.first:
            self.more[kind] += 1
            return False
        self.first[kind] = record.getMessage()
        return True

    def tell(self) -> None:
        """Say how many others there were of each kind."""
        for kind, count in self.more.items():
            click.echo(f"{count} more like: {self.first[kind]}", err=True)
