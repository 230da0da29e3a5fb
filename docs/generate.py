"""The generated parts of the documentation, from the code: `make docs` writes them.

A part stands between `<!-- generated -->` and `<!-- end -->`. Tests fail while a page differs.
"""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from inspect import cleandoc
from pathlib import Path
from types import ModuleType

import click

from multitrust.cli.main import COMMANDS, cli
from multitrust.core import MultitrustError

DOCS = Path(__file__).parent
TABLES = DOCS.parent / "tests" / "scorers"
PART = re.compile(r"(<!-- generated -->\n).*?(<!-- end -->)", re.DOTALL)
EXIT_CODES = {
    0: "done",
    1: "failed, or requests of the run failed; the same command tries those again",
    2: "a flag, name or setting that cannot be used",
    5: "data that a task needs is not there",
    130: "interrupted; the same command resumes",
}
COLUMNS = {
    "yes_no": 2, "choice": 2, "short_answer": 3, "exact_text": 3, "number": 3, "box": 2,
    "premise": 3, "refusal": 2, "mentions": 3, "toxicity": 2, "pii_leak": 3, "rating": 2,
    "manipulation": 2, "names_shown": 3,
}  # fmt: skip
"""Columns of the labelled tables, of which the one before the last is the label."""


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
    """How many responses each scorer's table holds, and on how many of them they agree."""
    tests = [loaded(path) for path in sorted(TABLES.glob("test_*.py"))]
    return table(
        ("table", "responses", "labels", "agree"),
        [table_row(name, columns, tests) for name, columns in COLUMNS.items()],
    )


def loaded(path: Path) -> ModuleType:
    """A file of tests as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table_row(name: str, columns: int, tests: Sequence[ModuleType]) -> tuple[str, ...]:
    """A scorer's table in numbers; its test lies in one of the files."""
    rows = next(module for module in tests if module.__name__ == "test_tables").rows(name, columns)
    (test,) = (vars(module)[f"test_{name}"] for module in tests if hasattr(module, f"test_{name}"))
    labels = Counter(words(name, row[-2]) for row in rows)
    agree = sum(passes(test, row) for row in rows)
    counts = ", ".join(f"{count} {label}" for label, count in labels.most_common())
    source = f"[{name}](../tests/scorers/tables/{name}.txt)"
    return (source, str(len(rows)), counts, f"{agree} of {len(rows)}")


def words(name: str, label: str) -> str:
    """A label of a table in words."""
    if name == "choice" and label.isdigit():
        return "an option"
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


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


PAGES: dict[str, Callable[[], str]] = {"command-line.md": command_line, "scorers.md": scorers}


def page(name: str) -> str:
    """A page as it should be."""
    text = (DOCS / name).read_text(encoding="utf-8")
    return PART.sub(lambda found: f"{found[1]}\n{PAGES[name]()}\n{found[2]}", text)


if __name__ == "__main__":
    for name in PAGES:
        (DOCS / name).write_text(page(name), encoding="utf-8")
