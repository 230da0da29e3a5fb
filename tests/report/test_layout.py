"""No number and no word of a table is lost, at any width of a terminal and in a file."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table
from tests.report.conftest import terminal
from tests.report.whole import PLACES, one_record, whole

from multitrust.core import Contrast, ModelIdentity, Record
from multitrust.metrics import ContrastEstimate
from multitrust.report import (
    add_numbers,
    blank,
    compare,
    print_comparison,
    print_screen,
    print_table,
    published_rows,
    show_table,
    summarise,
)
from multitrust.report.summary import ContrastResult

Make = Callable[..., Any]
LONG = "http-127.0.0.1-8731-v1-half-of-a-long-x"
NUMBERS = ("100.0", "-172.8", "-131.7 to +100.0", "1,234,567")
WIDTHS = (60, 80, 100, None)
"""Columns of a terminal; None for a file."""
LEAST_OF_ONE = 16 + 2 + len("-131.7 to +100.0")
"""Columns that the name and the widest number take."""


def console(file: io.StringIO, width: int | None) -> Console:
    return Console(file=file) if width is None else terminal(file, width)


def shown(table: Table, width: int | None) -> list[str]:
    out = io.StringIO()
    show_table(table, console(out, width))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def made(names: int = 1, columns: int = 1) -> Table:
    """`names` rows of a long name and `columns` times all numbers."""
    table = blank("a title [that] is no markup", caption="a caption " * 20)
    table.add_column("model")
    heads = [f"{head} {k}" for k in range(columns) for head in ("score", "change", "ends", "n")]
    add_numbers(table, *heads)
    for n in range(names):
        table.add_row(f"{LONG}{n}", *NUMBERS * columns)
    return table


@pytest.mark.parametrize("width", [30, 45, *WIDTHS])
@pytest.mark.parametrize("columns", [1, 2, 5])
def test_every_number_stands_whole_in_a_line(columns: int, width: int | None) -> None:
    lines = shown(made(3, columns), width)
    for number in NUMBERS:
        found = sum(len(re.findall(rf"(?<!\S){re.escape(number)}(?!\S)", line)) for line in lines)
        assert found == 3 * columns
    assert not [line for line in lines if "…" in line]
    if width is not None and width >= LEAST_OF_ONE:
        assert max(map(len, lines)) <= width


def test_a_file_gets_the_whole_table_and_whole_lines() -> None:
    lines = shown(made(2, 5), None)
    assert len(lines) == 1 + 2 + 2 + 1
    assert lines[0] == "a title [that] is no markup"
    assert lines[3].startswith(f"{LONG}0 ")
    assert lines[3].split()[1:3] == ["100.0", "-172.8"]
    assert lines[-1] == ("a caption " * 20).rstrip()


def test_a_terminal_breaks_heads_then_names_then_goes_on_below() -> None:
    table = blank()
    table.add_column("task", no_wrap=True)
    table.add_column("name")
    add_numbers(table, "tasks scored", "all of them")
    table.add_row("T.1", "a name of several words", "3 of 7", "100.0")
    assert shown(table, 60) == [
        "task  name                     tasks scored  all of them",
        "─" * 56,
        "T.1   a name of several words        3 of 7        100.0",
    ]
    assert shown(table, 45) == [
        "                                tasks  all of",
        "task  name                     scored    them",
        "─" * 45,
        "T.1   a name of several words  3 of 7   100.0",
    ]
    assert shown(table, 39)[-2:] == ["T.1   a name of several   3 of 7  100.0", "      words"]
    below = shown(table, 34)
    assert [line.split() for line in below if line.startswith("T.1")] == [
        ["T.1", "a", "name", "of", "several", "3", "of", "7"],
        ["T.1", "a", "name", "of", "several", "100.0"],
    ]


def test_a_text_that_may_not_wrap_keeps_its_width() -> None:
    table = blank()
    table.add_column("id", no_wrap=True)
    table.add_column("what")
    table.add_row("x" * 30, "word " * 40)
    lines = shown(table, 60)
    assert sum("x" * 30 in line for line in lines) == 1
    assert " ".join(lines).count("word") == 40


def run_of(model: str, right: int) -> Any:
    return whole(lambda task, number: number < right, model=model)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("published", [False, True])
def test_a_comparison_loses_nothing(published: bool, width: int | None) -> None:
    names = (LONG + "1", "b")
    comparison = compare(
        [run_of("x", 0), run_of("y", 20)],
        published_rows() if published else (),
        margin=3,
        names=names,
    )
    out = io.StringIO()
    print_comparison(comparison, console(out, width))
    text = out.getvalue()
    lines = text.splitlines()
    (pair,) = comparison.pairs
    assert "…" not in text
    for change in pair.changes:
        name = "Overall" if change.kind == "overall" else change.name
        found = [line for line in lines if line.split()[:1] == [name]]
        assert change.kind == "aspect" or found
    assert sum("+100.0" in line.split() for line in lines) >= 2 * len(PLACES)
    assert text.count("different") >= len(PLACES)
    assert width is None or max(map(len, lines)) <= width
    for head in ("from", "change", "interval", "pairs", "verdict", "needed", "T.I", "P.L"):
        assert any(head in line.split() for line in lines), head


@pytest.mark.parametrize("width", WIDTHS)
def test_details_lose_nothing(width: int | None, task: Make, record: Make, summary: Make) -> None:
    effect = Contrast(
        name="effect of a picture " * 6, metric="accuracy", base="plain", other="shown"
    )
    records = [
        record(arm, n, float(arm == "plain"), task="T.5") for arm in ("plain", "shown")
        for n in range(9000)
    ]  # fmt: skip
    lost = [record("plain", 9000 + n, unscored="empty", task="T.5") for n in range(1234)]
    failed = [record("shown", 9000 + n, error="broke", task="T.5") for n in range(123)]
    found = summary(
        [*records, *lost, *failed, record("plain", 0, 1.0, task="T.6")],
        [task("T.5", contrasts=(effect,)), task("T.6")],
        models={"target": ModelIdentity(name=LONG * 3)},
    )
    out = io.StringIO()
    print_table(found, console(out, width))
    text = out.getvalue()
    words = text.split()
    for word in ("unscored", "errors", "interval", "18000", "1234", "123", "-100.0", "9000"):
        assert word in words, word
    assert "".join((LONG * 3).split()) in "".join(words)
    whole_text = " ".join(words)
    for warning in found.warnings:
        assert "".join(warning.split()) in "".join(words)
    assert width is not None or all(warning in whole_text for warning in found.warnings)
    assert width is None or max(map(len, text.splitlines())) <= width


def test_too_few_is_said_with_its_number(task: Make, record: Make, summary: Make) -> None:
    found = summary([record(arm, 0, 1.0) for arm in ("plain", "shown")])
    for width in WIDTHS:
        out = io.StringIO()
        print_table(found, console(out, width))
        assert "too few, needs 2" in out.getvalue()


def wide_effect(name: str) -> ContrastResult:
    """An effect with the widest numbers that there are."""
    found = ContrastEstimate(
        value=-172.8, low=-131.7, high=100.0, p=0.0001, p_holm=0.0001, n=9
    )  # fmt: skip
    return ContrastResult(
        name=name, metric="m", base="a", other="b", crossmodal=False, estimate=found
    )


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["short", "a long name " * 9], ids=["short", "long"])
def test_the_first_screen_loses_no_number_of_an_effect(width: int | None, name: str) -> None:
    run = whole(origin={"name": "embedded"}, protocol="corrected", model=LONG + "1")
    first, *others = run.summary.tasks
    tasks = (replace(first, contrasts=(wide_effect(name),)), *others)
    out = io.StringIO()
    print_screen(replace(run, summary=replace(run.summary, tasks=tasks)), console(out, width))
    text = " ".join(out.getvalue().split())
    assert "-172.8 -131.7 to +100.0, p < 0.001 " in text
    assert "1 of 1 paired effects are significant (p < 0.05 after Holm), in points:" in text
    assert "tasks scored" in text or ("tasks" in text and "scored" in text)
    assert width is None or max(map(len, out.getvalue().splitlines())) <= width


def test_names_of_the_first_screen_keep_what_they_say() -> None:
    records: list[Record] = [one_record("T.1", n, 1.0) for n in range(9)]
    one: dict[str, Any] = {"tasks": {"T.1": 1}, "conditions": {"T.1": ("plain",)}}
    run = whole(of=1, origin={"name": "embedded"}, protocol="corrected", **one)
    part = replace(run, summary=summarise(run.manifest, records, run.tasks))
    for width in (50, *WIDTHS):
        out = io.StringIO()
        print_screen(part, console(out, width))
        assert "(partial)" in out.getvalue()
        assert "…" not in out.getvalue()
