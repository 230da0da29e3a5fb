"""The command line: one module a command, imported when it is used."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import click

from multitrust.cli.output import open_streams, print_anywhere
from multitrust.cli.signals import INTERRUPTED, interruptible, told
from multitrust.core import ConfigError, MultitrustError, UnknownNameError, escaped_lines

COMMANDS = {
    "run": "Ask a model, score its answers, write the report.",
    "score": "Score the stored responses of a run anew.",
    "report": "Write the report of a run anew.",
    "verify": "Check that a stored run is as it was written.",
    "compare": "Compare runs with each other and with the published models.",
    "tasks": "List the tasks with their samples and requests.",
    "models": "List the models that have a name, and the ways of naming others.",
    "serve": "Serve a model or a function as an OpenAI-compatible endpoint.",
    "plan": "Say what a run would ask, without asking.",
    "data": "Fetch and verify the official data; write prompts to a file.",
    "import": "Make a run of another program's logs.",
    "export": "Write a run in another program's layout.",
    "doctor": "Check the installation.",
}
"""Command -> what it does, so that `--help` imports none of them."""

MODULES = {"import": "importing", "export": "exporting"}
"""Command -> its module, where the name cannot be the command's."""


class Lazy(click.Group):
    """A group that imports a command's module only when the command is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, with a variable for each of its flags."""
        if cmd_name in COMMANDS:
            command: click.Command = import_module(
                f"multitrust.cli.{MODULES.get(cmd_name, cmd_name)}"
            ).command
            return with_variables(command)
        if ctx.resilient_parsing:
            return None
        raise UnknownNameError("command", cmd_name, COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def with_variables(command: click.Command) -> click.Command:
    """The command; `--max-tokens` is also read from MULTITRUST_MAX_TOKENS, and so every flag."""
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            with_variables(inner)
    for option in command.params:
        if isinstance(option, click.Option) and not option.is_eager and option.envvar is None:
            flag = max(option.opts, key=len)
            option.envvar = "MULTITRUST_" + flag.lstrip("-").replace("-", "_").upper()
    return command


@click.command(cls=Lazy)
@click.version_option(package_name="multitrust")
def cli() -> None:
    """How far can a multimodal LLM be trusted? Five aspects, measured with intervals.

    Every flag can be given as an environment variable: --log-dir as MULTITRUST_LOG_DIR.

    Exit codes: 0 done; 1 failed, incomplete or changed, or a task has no headline; 2 a flag, name
    or setting that cannot be used; 3 compared runs differ; 4 too few samples to tell; 5 data
    unavailable; 6 budget reached; 130 interrupted, the same `run` or `score` resumes.
    """
    from multitrust.models.keys import complete  # not for --help, which is to be quick

    complete(os.environ)


def check_text(arguments: Sequence[str]) -> None:
    """See that arguments and variables are texts that a file can hold.

    Raises:
        ConfigError: one is not UTF-8.
    """
    variables = (value for name, value in os.environ.items() if name.startswith("MULTITRUST_"))
    for text in (*arguments, *variables):
        try:
            text.encode()
        except UnicodeEncodeError:
            shown = text.encode(errors="replace").decode()
            raise ConfigError(f"{shown!r} is not UTF-8 text; give it in UTF-8") from None


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; every deliberate error is one message and its exit code.

    Args:
        arguments: what follows the program's name; that of the process if None.
    """
    given = sys.argv[1:] if arguments is None else arguments
    try:
        with interruptible(given, last=arguments is None):
            open_streams()
            print_anywhere()
            check_text(given)
            code = cli.main(arguments, prog_name="multitrust", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt) as error:
        stopped = error.__cause__ or error  # click makes an Abort of a KeyboardInterrupt
        said = str(stopped) if isinstance(stopped, KeyboardInterrupt) else ""
        click.echo(said or told("interrupted", given), err=True)
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except MultitrustError as error:
        click.echo(f"error: {escaped_lines(str(error))}", err=True)
        code = error.exit_code
    except OSError as error:
        click.echo(f"error: {escaped_lines(str(error))}", err=True)
        code = 1
    sys.exit(code if isinstance(code, int) else 0)
