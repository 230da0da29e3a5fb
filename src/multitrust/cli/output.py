"""What commands print: on consoles, in files and pipes of any encoding, and as JSON."""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click
import orjson

if TYPE_CHECKING:
    from multitrust.report import Entry, Shortfall


@dataclass(slots=True)
class Invocation:
    """What is known of a command by the time that an error ends it."""

    as_json: bool
    """Whether a JSON document is to be printed and was not printed yet."""
    command: str = ""
    """Its name; empty until it is known."""
    folder: Path | None = None
    """Of the run, once it is known."""


F = TypeVar("F", bound=Callable[..., Any])
HANDLER = "multitrust-plain"
ASCII = "multitrust-ascii"
PLAIN = {
    "–": "-", "—": "-", "−": "-", "…": "...", "·": "-", "→": "->", "±": "+/-", "×": "x",
    "“": '"', "”": '"', "‘": "'", "’": "'", "≤": "<=", "≥": ">=", "\u00a0": " ",
}  # fmt: skip
"""What is written for a sign that an encoding lacks; a question mark for any other."""


def open_streams() -> None:
    """Open the standard streams that the process was started without, on the null device.

    Otherwise an event loop or a file would get their numbers and be taken for them.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number, which is this one
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  kept open
            setattr(sys, name, nowhere)


def discard(stream: TextIO) -> None:
    """Have a stream write to the null device."""
    with suppress(OSError):  # it has no file
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def print_anywhere() -> None:
    """Let standard output and standard error write every text, whatever their encoding.

    What an encoding lacks is replaced. A stream in ASCII gets a codec of another name: `click`
    takes one of that name for a mistake and writes UTF-8 to it.
    """
    codecs.register_error(HANDLER, plain)
    codecs.register(ascii_codec)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding=ASCII if is_ascii else None, errors=HANDLER)


def plain(error: UnicodeError) -> tuple[str, int]:
    """What is written in place of signs that cannot be encoded, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(PLAIN.get(c, "?") for c in error.object[error.start : error.end]), error.end


def ascii_codec(name: str) -> codecs.CodecInfo | None:
    """The codec of ASCII under our name for it."""
    if name != ASCII.replace("-", "_"):
        return None
    own = codecs.lookup("ascii")
    return codecs.CodecInfo(
        name=ASCII,
        encode=own.encode,
        decode=own.decode,
        incrementalencoder=own.incrementalencoder,
        incrementaldecoder=own.incrementaldecoder,
        streamreader=own.streamreader,
        streamwriter=own.streamwriter,
    )


def json_flag(what: str) -> Callable[[F], F]:
    """The flag that prints a JSON document.

    Args:
        what: its help.
    """
    return click.option("--json", "as_json", is_flag=True, callback=want_json, help=what)


def want_json(context: click.Context, _flag: click.Parameter, as_json: bool) -> bool:
    """Note whether a JSON document is wanted, so that an error prints one, too."""
    invocation = context.find_object(Invocation)
    if invocation is not None:
        invocation.as_json = as_json
    return as_json


def invocation_of(context: click.Context | None) -> Invocation | None:
    """What `main` knows of the command; None where it was not called through `main`."""
    return None if context is None else context.find_object(Invocation)


def print_failure(invocation: Invocation, message: str) -> None:
    """Print the document of `--json` of a command that an error has ended: it holds no numbers.

    Args:
        invocation: that of the command.
        message: of the error.
    """
    from multitrust.report import ending

    invocation.as_json = False
    failures = [ending(message)]
    if invocation.command != "run":
        print_json({"failures": failures})
        return
    print_json(
        {
            "folder": None if invocation.folder is None else str(invocation.folder),
            "report": None,
            "manifest": None,
            "failures": failures,
            "unscored": [],
            "summary": None,
        }
    )


def print_json(document: object) -> None:
    """Print a document as indented JSON; what the encoding lacks is escaped, so nothing is lost."""
    invocation = invocation_of(click.get_current_context(silent=True))
    if invocation is not None:
        invocation.as_json = False
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        text = re.sub(r"[^\x00-\x7f]+", lambda found: json.dumps(found[0])[1:-1], text)
    click.echo(text)


def details_flag(command: F) -> F:
    """The flag that prints every table instead of one screen."""
    return click.option(
        "--details", is_flag=True, help="Print every task, effect and warning, not one screen."
    )(command)


def print_run(found: Entry, details: bool) -> None:
    """Print the numbers of a run: one screen, or every table."""
    from rich.console import Console

    from multitrust.report import print_screen, print_table

    if details:
        print_table(found.summary, Console())
    else:
        print_screen(found, Console())


def print_shortfall(found: Shortfall) -> None:
    """Say on standard error what a run did not give."""
    for text in found.words:
        click.echo(f"! {text}", err=True)
