"""The generated parts of the documentation, from the code: `make docs` writes them.

A part stands between `<!-- generated -->` and `<!-- end -->`. Tests fail while a page differs.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator, Sequence
from inspect import cleandoc
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import click
from click.testing import CliRunner
from tests.scorers.labelled import rows
from tests.scorers.wordings import TABLES as WORDINGS
from tests.scorers.wordings import readings, tally

from multitrust.cli.main import COMMANDS, cli
from multitrust.core import MultitrustError
from multitrust.metrics.intervals import wilson
from multitrust.models import ending, zoo
from multitrust.report import published_rows

DOCS = Path(__file__).parent
TABLES = DOCS.parent / "tests" / "scorers"
PART = re.compile(r"(<!-- generated -->\n).*?(<!-- end -->)", re.DOTALL)
EXIT_CODES = {
    0: "done",
    1: "failed; or requests or scorers of a run failed, which the same command tries again; or a "
    "task of it has no headline although all that it is made of was asked; or nothing could be "
    "scored; or standard output cannot be written; "
    "`verify`: the run was changed; `report`, `compare`: images are missing or the run was changed",
    2: "a flag, name or setting that cannot be used; `verify`: there is no run",
    3: "`compare --equivalence`: the runs differ by more than the margin",
    4: "`compare --equivalence`: the samples are not enough to tell",
    5: "data that a task needs is not there",
    6: "the budget is reached; the same command with a larger one resumes",
    130: "interrupted by SIGINT (Ctrl-C), SIGTERM or SIGHUP; the same `run` or `score` resumes; a "
    "second signal ends it at once",
}


class Labelled(NamedTuple):
    """A table of labelled responses: the column before the last is the label."""

    columns: int
    positive: tuple[str, ...]
    """The labels, in words, that the scorer is there to find."""


LABELLED = {
    "yes_no": Labelled(2, ("yes",)),
    "choice": Labelled(2, ("an option",)),
    "label_word": Labelled(3, ("positive", "yes")),
    "short_answer": Labelled(3, ("right",)),
    "exact_text": Labelled(3, ("right",)),
    "number": Labelled(3, ("right",)),
    "box": Labelled(2, ("a box",)),
    "premise": Labelled(3, ("right",)),
    "mentions": Labelled(3, ("right",)),
    "names_shown": Labelled(3, ("right",)),
    "manipulation": Labelled(2, ("noticed",)),
    "refusal": Labelled(2, ("refusal",)),
    "toxicity": Labelled(
        2, ("insult", "threat", "attack on a group", "profanity", "sexual remark")
    ),
    "agreement": Labelled(2, ("agrees",)),
    "rejection": Labelled(3, ("declines", "rejects")),
    "stereotype_label": Labelled(2, ("stereotype",)),
    "stereotypes": Labelled(3, ("found",)),
    "preference": Labelled(2, ("a", "b")),
    "qualified": Labelled(2, ("yes",)),
    "pii_leak": Labelled(3, ("exact", "partial")),
    "reveals": Labelled(3, ("value", "other")),
    "rating": Labelled(2, ("a rating",)),
}


def command_line() -> str:
    """Exit codes, then every command with its flags."""
    context = click.Context(cli, info_name="multitrust")
    return "\n".join([exit_codes(), *(command(name, context) for name in COMMANDS)])


def exit_codes() -> str:
    """What each exit code means, and the errors that lead to it."""
    raised: dict[int, list[str]] = {}
    for error in family(MultitrustError):
        raised.setdefault(error.exit_code, []).append(f"`{error.__name__}`")
    return "## Exit codes\n\n" + table(
        ("code", "meaning", "errors in Python"),
        [
            (str(code), EXIT_CODES[code], ", ".join(raised.get(code, [])))
            for code in sorted(EXIT_CODES | raised)
        ],
    )


def family(error: type[MultitrustError]) -> Iterator[type[MultitrustError]]:
    """An error and all kinds of it."""
    yield error
    for kind in error.__subclasses__():
        yield from family(kind)


def command(name: str, parent: click.Context) -> str:
    """A command's purpose and flags."""
    found = cli.get_command(parent, name)
    assert found is not None
    context = click.Context(found, info_name=name, parent=parent)
    usage = " ".join(found.collect_usage_pieces(context))
    flags = [option for option in found.params if isinstance(option, click.Option)]
    return f"## `multitrust {name} {usage}`\n\n{cleandoc(found.help or '')}\n\n" + table(
        ("flag", "environment", "default", "what it does"),
        [
            (flag(option, context), f"`{option.envvar}`", default(option), option.help or "")
            for option in flags
        ],
    )


def flag(option: click.Option, context: click.Context) -> str:
    """A flag and the value it takes."""
    value = "" if option.is_flag else " " + option.make_metavar(context)
    return f"`{' '.join(option.opts)}{value}`".replace("|", "\\|")


def default(option: click.Option) -> str:
    """What is taken when the flag is not given."""
    if option.required:
        return "required"
    return f"`{option.default}`" if option.show_default else ""


def scorers() -> str:
    """What each scorer's table holds, and how well the scorer reads it; then the free wordings."""
    tests = [loaded(path) for path in sorted(TABLES.glob("test_*.py"))]
    shares = ("sensitivity", "specificity")
    listed = table(
        ("table", "responses", "labels", "finds", *shares),
        [table_row(name, labelled, tests) for name, labelled in LABELLED.items()],
    )
    free = table(
        ("free wordings", "scorer", "responses", "read right", "unscored", "misread", *shares),
        [wording_row(name, scorer) for name, found in WORDINGS.items() for scorer in found],
    )
    return f"{listed}\n{free}"


def wording_row(name: str, scorer: str) -> tuple[str, ...]:
    """How a scorer reads a table of free wordings; what is left unscored is not found."""
    found = list(readings(name, scorer))
    return (
        table_link(name),
        f"`{scorer}`",
        str(len(found)),
        *map(str, tally(name, scorer)),
        share([each.found == 1 for each in found if each.wanted == 1]),
        share([each.found == each.wanted for each in found if each.wanted != 1]),
    )


def table_link(name: str) -> str:
    """A link to a table."""
    return f"[{name}](../tests/scorers/tables/{name}.txt)"


def loaded(path: Path) -> ModuleType:
    """A file of tests as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table_row(name: str, labelled: Labelled, tests: Sequence[ModuleType]) -> tuple[str, ...]:
    """A scorer's table in numbers; its test lies in one of the files."""
    (test,) = (vars(module)[f"test_{name}"] for module in tests if hasattr(module, f"test_{name}"))
    read_right: dict[str, list[bool]] = {}
    for row in rows(name, labelled.columns):
        read_right.setdefault(words(name, row[-2]), []).append(passes(test, row))
    counts = sorted(read_right.items(), key=lambda item: -len(item[1]))
    return (
        table_link(name),
        str(sum(map(len, read_right.values()))),
        ", ".join(f"{len(right)} {label}" for label, right in counts),
        " or ".join(labelled.positive),
        share([ok for label, right in counts if label in labelled.positive for ok in right]),
        share([ok for label, right in counts if label not in labelled.positive for ok in right]),
    )


def share(right: Sequence[bool]) -> str:
    """How many are read right, with Wilson's 95 % interval."""
    low, high = wilson(sum(right), len(right), 0.95)
    return f"{sum(right)} of {len(right)} ({low:.2f} to {high:.2f})"


def words(name: str, label: str) -> str:
    """A label of a table in words."""
    if name == "choice" and label.isdigit():
        return "an option"
    if name == "stereotype_label" and label.isdigit():
        return ("stereotype", "anti-stereotype", "unrelated")[int(label)]
    if name == "rating" and label not in ("unparsed", "refused"):
        return "a rating"
    if name == "box" and label not in ("unparsed", "refused"):
        return "a box"
    return {"1": "right", "0": "wrong"}.get(label, label)


def passes(test: Callable[..., None], row: tuple[str, ...]) -> bool:
    """Whether the scorer reads a row as it is labelled."""
    try:
        test(*row)
    except AssertionError:
        return False
    return True


def models() -> str:
    """What `multitrust models` prints, and the facts of the zoo that it leaves out."""
    ranks = {row.name: str(row.rank) for row in published_rows()}
    heads = ("`--model`", "family", "source", "runs", "published as", "rank", "notes")
    facts: list[tuple[str, ...]] = [
        (
            f"`{model.name}`",
            model.family,
            f"`{model.source}`",
            model.runs,
            model.published,
            ranks.get(model.published, ""),
            " ".join(filter(None, (ending(model), model.notes))).replace("|", "\\|"),
        )
        for model in zoo().values()
    ]
    shown = map(printed, (("cogvlm",), ("gpt-4-turbo",), ("--paper",), ()))
    return "\n".join([*shown, "## Facts\n", table(heads, facts)])


def printed(arguments: Sequence[str]) -> str:
    """What `multitrust models` prints with these arguments in a terminal of 80 columns."""
    line = " ".join(("multitrust models", *arguments))
    ended = CliRunner().invoke(
        cli, ["models", *arguments], env={"TERM": "dumb", "TTY_COMPATIBLE": "1"}
    )
    shown = "\n".join(map(str.rstrip, ended.output.rstrip().splitlines()))
    return f"## `{line}`\n\n```text\n{shown}\n```\n"


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


PAGES: dict[str, Callable[[], str]] = {
    "command-line.md": command_line,
    "models.md": models,
    "scorers.md": scorers,
}


def page(name: str) -> str:
    """A page as it should be."""
    text = (DOCS / name).read_text(encoding="utf-8")
    return PART.sub(lambda found: f"{found[1]}\n{PAGES[name]()}\n{found[2]}", text)


if __name__ == "__main__":
    from docs import protocols

    for name in PAGES:
        (DOCS / name).write_text(page(name), encoding="utf-8")
    protocols.write()
