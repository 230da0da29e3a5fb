"""The generated parts of `docs/protocols.md` and `docs/official-data.md`: `make docs` writes them.

A part stands between `<!-- generated: NAME -->` and `<!-- end -->`. Tests fail while one differs.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from docs.constant_models import ANSWERS, Numbers, numbers
from docs.official_files import dataset_rows
from docs.quirk_examples import example_rows
from docs.quirk_numbers import number_rows, sample_rows

from multitrust.core import Estimate
from multitrust.report.notation import decimal
from multitrust.report.summary import title
from multitrust.tasks import SUBASPECT_TITLES, official_tasks

DOCS = Path(__file__).parent
PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
SOURCE = "../src/multitrust"


@dataclass(frozen=True, kw_only=True, slots=True)
class Quirk:
    """A quirk of the original toolbox; `docs/quirks.toml` holds all."""

    id: str
    original: str
    """What the original does."""
    official: str
    """How the official protocol reads it; what we do, where no number depends on it."""
    corrected: str = ""
    """How the corrected protocol reads it; empty where no number depends on it."""
    tasks: str = ""
    code: tuple[str, ...]
    """Files of the package."""
    tests: tuple[str, ...]
    """As `file::test`."""


def quirks() -> tuple[Quirk, ...]:
    """All quirks, by number."""
    text = (DOCS / "quirks.toml").read_text(encoding="utf-8")
    return tuple(
        Quirk(**{**fields, "code": tuple(fields["code"]), "tests": tuple(fields["tests"])})
        for fields in tomllib.loads(text)["quirk"]
    )


def scoring() -> str:
    """The quirks that a number depends on."""
    return table(
        ("quirk", "tasks", "the original", "`official`", "`corrected`", "code", "pinned by"),
        [
            (q.id, q.tasks, q.original, q.official, q.corrected, code(q), tests(q))
            for q in quirks()
            if q.corrected
        ],
    )


def elsewhere() -> str:
    """The quirks without effect on a number."""
    return table(
        ("quirk", "the original", "here", "code", "pinned by"),
        [(q.id, q.original, q.official, code(q), tests(q)) for q in quirks() if not q.corrected],
    )


def code(quirk: Quirk) -> str:
    """Links to the files of the package."""
    return "<br>".join(f"[{name}]({SOURCE}/{name})" for name in quirk.code)


def tests(quirk: Quirk) -> str:
    """Links to the tests."""
    return "<br>".join(linked(*test.split("::")) for test in quirk.tests)


def linked(file: str, test: str) -> str:
    """A link to a test."""
    return f"[{Path(file).stem}](../{file})`::{test.removeprefix('test_')}`"


HEADS = ("quirk", "what the value tells", "given", "official", "corrected")


def answers() -> str:
    """What both protocols read in small answers."""
    return table(HEADS, example_rows())


def folds() -> str:
    """What both protocols make of few scores."""
    return table(HEADS, number_rows())


def rows() -> str:
    """What both protocols read in the invented copy."""
    with TemporaryDirectory() as folder:
        return table(HEADS, sample_rows(Path(folder)))


@cache
def constant() -> Mapping[str, Numbers]:
    """The numbers of both models that look at nothing."""
    return {name: numbers(answer) for name, answer in ANSWERS.items()}


def models() -> str:
    """Every task, sub-aspect and the overall score of both models."""
    found = constant()
    heads = ("task", "name", *(f"{name}: {c}" for c in COLUMNS for name in found))
    names = {task.id: title(task.like.name) for task in official_tasks()}
    lines: list[tuple[str, ...]] = []
    for subaspect, called in SUBASPECT_TITLES.items():
        tasks = [task.id for task in official_tasks() if task.like.subaspect == subaspect]
        lines += [(name, names[name], *cells(found, name)) for name in tasks]
        lines.append((f"**{subaspect}**", called, *cells(found, subaspect, "**")))
    lines.append(("**overall**", "", *cells(found, "overall", "**")))
    return table(heads, lines)


COLUMNS = ("official", "corrected", "embedded")


def cells(found: Mapping[str, Numbers], name: str, mark: str = "") -> list[str]:
    """A node's values in the order of the columns."""
    return [
        shown(getattr(numbers_, column).get(name), mark)
        for column in COLUMNS
        for numbers_ in found.values()
    ]


def shown(estimate: Estimate | None, mark: str) -> str:
    """A value with one decimal, or a dash where nothing could be scored."""
    if estimate is None or estimate.value is None:
        return "–"
    return f"{mark}{decimal(estimate.value)}{mark}"


def datasets() -> str:
    """Of every task the dataset ids and the files."""
    heads = ("task", "dataset ids", "annotations", "pictures")
    with TemporaryDirectory() as folder:
        return table(heads, dataset_rows(Path(folder)))


def table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    every = (heads, ("---",) * len(heads), *lines)
    return "".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in every
    )


PARTS: Mapping[str, Callable[[], str]] = {
    "scoring": scoring,
    "elsewhere": elsewhere,
    "answers": answers,
    "folds": folds,
    "rows": rows,
    "models": models,
    "datasets": datasets,
}
PAGES = ("protocols.md", "official-data.md")


def page(name: str, chosen: Iterable[str] = PARTS) -> str:
    """A page as it should be, other parts than the chosen ones as they stand."""
    text = (DOCS / name).read_text(encoding="utf-8")
    made = set(chosen)
    return PART.sub(
        lambda part: f"{part[1]}\n{PARTS[part[2]]()}\n{part[3]}" if part[2] in made else part[0],
        text,
    )


def write() -> None:
    """Write the generated parts anew."""
    for name in PAGES:
        (DOCS / name).write_text(page(name), encoding="utf-8")


if __name__ == "__main__":
    write()
