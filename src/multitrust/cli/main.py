"""The command line: one module a command, imported when it is used."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from typing import NoReturn

import click

from multitrust.cli.output import (
    Invocation,
    discard,
    open_streams,
    print_anywhere,
    print_failure,
)
from multitrust.cli.signals import INTERRUPTED, interruptible, told
from multitrust.core import (
    ConfigError,
    MultitrustError,
    UnknownNameError,
    escaped_lines,
    working_folder,
)

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
PREFIX = "MULTITRUST_"
VARIABLES = ("MULTITRUST_CACHE_DIR", "MULTITRUST_API_KEY")
"""Variables that are not those of flags."""
UNWRITTEN = (errno.ENOSPC, errno.EPIPE, errno.EFBIG, errno.EDQUOT, errno.EIO)
"""Errors of a stream that cannot be written; errors of files name the file, or are ours."""


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
            option.envvar = PREFIX + flag.lstrip("-").replace("-", "_").upper()
    return command


@click.command(cls=Lazy)
@click.version_option(package_name="multitrust")
@click.pass_context
def cli(context: click.Context) -> None:
    """How far can a multimodal LLM be trusted? Five aspects, measured with intervals.

    Every flag can be given as an environment variable: --log-dir as MULTITRUST_LOG_DIR.

    Exit codes: 0 done; 1 failed, incomplete or changed, or a task has no headline; 2 a flag, name
    or setting that cannot be used; 3 compared runs differ; 4 too few samples to tell; 5 data
    unavailable; 6 budget reached; 130 interrupted, the same `run` or `score` resumes.
    """
    from multitrust.models.keys import complete  # not for --help, which is to be quick

    complete(os.environ)
    if isinstance(context.obj, Invocation):
        context.obj.command = context.invoked_subcommand or ""
    for name in unknown_variables(context):
        say(f"the variable {name} is read by no command; {nearest_variable(name, context)}")


def flags_of(name: str, context: click.Context) -> list[click.Option]:
    """The flags of a command, and of those below it.

    Args:
        name: of the command.
        context: that of the program.
    """
    found = cli.get_command(context, name)
    commands = [found, *found.commands.values()] if isinstance(found, click.Group) else [found]
    every = (flag for command in commands if command is not None for flag in command.params)
    return [flag for flag in every if isinstance(flag, click.Option)]


def variables_of(names: Iterable[str], context: click.Context) -> set[str]:
    """The variables that stand for flags of these commands."""
    return {str(flag.envvar) for name in names for flag in flags_of(name, context) if flag.envvar}


def unknown_variables(context: click.Context) -> list[str]:
    """The variables with our prefix that nothing reads; modules of commands only if need be."""
    given = {name for name in os.environ if name.startswith(PREFIX)}.difference(VARIABLES)
    for names in ([context.invoked_subcommand] if context.invoked_subcommand else [], COMMANDS):
        if given:
            given -= variables_of(names, context)
    return sorted(given)


def nearest_variable(name: str, context: click.Context) -> str:
    """Which variable may have been meant."""
    known = {*VARIABLES, *variables_of(COMMANDS, context)}
    rest = sorted(variable.removeprefix(PREFIX) for variable in known)
    near = get_close_matches(name.removeprefix(PREFIX), rest, n=1, cutoff=0.7)
    return (
        f"did you mean {PREFIX}{near[0]}?" if near else "docs/command-line.md lists those that are"
    )


def place_flag(error: click.NoSuchOption) -> click.UsageError:
    """The error for a flag that a command does not have: which other commands have it, if any."""
    if error.ctx is None:
        return error
    root = error.ctx.find_root()
    having = [
        f"`{name}`"
        for name in COMMANDS
        if any(error.option_name in flag.opts for flag in flags_of(name, root))
    ]
    if not having:
        return error
    said = f"No such option {error.option_name!r} of `{error.ctx.info_name}`"
    return click.UsageError(f"{said}; it is one of {', '.join(having)}.", error.ctx)


def check_text(arguments: Sequence[str]) -> None:
    """See that arguments and variables are texts that a file can hold.

    Raises:
        ConfigError: one is not UTF-8.
    """
    variables = (value for name, value in os.environ.items() if name.startswith(PREFIX))
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
    given = sys.argv[1:] if arguments is None else list(arguments)
    invocation = Invocation(as_json=is_json_wanted(given))
    try:
        with interruptible(given, last=arguments is None):
            open_streams()
            print_anywhere()
            code = run_command(given, invocation)
    except (click.exceptions.Abort, KeyboardInterrupt) as error:
        stopped = error.__cause__ or error  # click makes an Abort of a KeyboardInterrupt
        said = str(stopped) if isinstance(stopped, KeyboardInterrupt) else ""
        say(said or told("interrupted", given))
        code = INTERRUPTED
    try:
        sys.stdout.flush()
    except OSError as error:
        refuse_output(error)
        code = code or 1
    with suppress(OSError):
        sys.stderr.flush()
    sys.exit(code)


def run_command(arguments: Sequence[str], invocation: Invocation) -> int:
    """Run one command and return its exit code; an error is told, with `--json` as a document too.

    Args:
        arguments: what follows the program's name.
        invocation: what becomes known of the command.
    """
    try:
        check_text(arguments)
        code = cli.main(arguments, prog_name="multitrust", standalone_mode=False, obj=invocation)
    except SystemExit as ended:
        code = ended.code
    except click.exceptions.Abort:
        raise
    except click.ClickException as error:
        placed = place_flag(error) if isinstance(error, click.NoSuchOption) else error
        tell(invocation, placed.format_message(), placed.show)
        code = error.exit_code
    except MultitrustError as error:
        tell(invocation, str(error))
        code = error.exit_code
    except OSError as error:
        if error.filename is None and error.errno in UNWRITTEN:
            refuse_output(error)
        else:
            tell(invocation, str(error))
        code = 1
    return code if isinstance(code, int) else 0


def is_json_wanted(arguments: Sequence[str]) -> bool:
    """Whether flags or variables ask for JSON, as far as that is known before they are parsed."""
    variable = os.environ.get("MULTITRUST_JSON", "")
    return "--json" in arguments or variable.strip().casefold() in (
        "1",
        "true",
        "t",
        "yes",
        "y",
        "on",
    )


def tell(invocation: Invocation, message: str, show: Callable[[], None] | None = None) -> None:
    """Say on standard error what ended a command, and on standard output where JSON is wanted.

    In a working directory that was removed, every relative path fails: then that is said, too.

    Args:
        invocation: that of the command.
        message: of the error.
        show: says it on standard error in another way.
    """
    if working_folder() is None:
        message += "; the working directory was removed: change to one that exists"
    try:
        if show is not None:
            show()
        else:
            say(f"error: {escaped_lines(message)}")
    except OSError:
        discard(sys.stderr)
    if invocation.as_json:
        try:
            print_failure(invocation, message)
        except OSError as error:
            refuse_output(error)


def say(text: str) -> None:
    """Print a line on standard error, if that can be written."""
    try:
        click.echo(text, err=True)
    except OSError:
        discard(sys.stderr)


def refuse_output(error: OSError) -> None:
    """Say that standard output cannot be written; what is left of it goes to the null device."""
    discard(sys.stdout)
    say(f"error: cannot write standard output: {error.strerror}")
