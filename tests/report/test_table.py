"""The numbers in a terminal: whole in 80 columns, and names are never markup."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from tests.report.conftest import terminal

from multitrust.core import Contrast, Estimate, ModelIdentity, Record
from multitrust.report import Summary, print_table
from multitrust.report.table import p_value, score, span

Make = Callable[..., Any]


def printed(summary: Summary, width: int = 80) -> str:
    text = io.StringIO()
    print_table(summary, terminal(text, width))
    return text.getvalue()


def row(text: str, start: str) -> list[str]:
    return next(line for line in text.splitlines() if line.strip().startswith(start)).split()


def test_a_task_shows_its_number_its_interval_and_its_counts(
    outcomes: list[Record], record: Make, summary: Make
) -> None:
    shown = [record("shown", n, 1.0) for n in range(8)]
    text = printed(summary([*outcomes, *shown]))
    assert row(text, "T.5")[-7:] == ["66.7", *row(text, "T.5")[-6:-3], "11", "4", "1"]
    assert "T.M Misguided mistakes (partial)" in text
    assert row(text, "T.5 ")[:4] == ["T.5", "Task", "5", "VQA"]
    assert "paired effects" in text
    assert "! 1 failed request (T.5): server broke" in text
    assert "e.g. T.5/plain/s07/0: server broke" in text
    assert "! 1 unscored response (T.5): truncated → cut before " in text
    assert "! Samples failed; rerun the same command to retry them: T.5 plain (1 of 8)." in text


def test_what_was_not_measured_is_a_dash(outcomes: list[Record], summary: Make) -> None:
    text = printed(summary(outcomes))
    assert "–" in row(text, "T.5")
    assert "paired effects" not in text


def test_eighty_columns_hold_every_number(task: Make, record: Make, summary: Make) -> None:
    records = [
        record(arm, n, 1.0, task=name)
        for name in ("T.5", "T.6")
        for arm in ("plain", "shown")
        for n in range(5000)
    ]
    text = printed(summary(records, [task("T.5"), task("T.6")]))
    assert row(text, "T.5")[-5] == "100.0"
    assert row(text, "T.5")[-1] == "10000"
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_long_effect_leaves_the_task_its_name(task: Make, record: Make, summary: Make) -> None:
    effect = Contrast(name="effect " * 20, metric="accuracy", base="plain", other="shown")
    records = [record(arm, n, 1.0) for arm in ("plain", "shown") for n in range(9)]
    text = printed(summary(records, [task(contrasts=(effect,))]))
    effects = text[text.index("paired effects") :]
    assert row(effects, "T.5")[:2] == ["T.5", "effect"]
    assert effects.count("effect ") > 20
    assert row(effects, "T.5")[-1] == "9"


def test_names_and_warnings_are_not_markup(outcomes: list[Record], summary: Make) -> None:
    text = printed(
        summary(
            outcomes, models={"target": ModelIdentity(name="demo[/] [red]x")}, tasks={"[/b]": 1}
        ),
        200,
    )
    assert "demo[/] [red]x · embedded data" in text
    assert "[/b] is not a task" in text


@pytest.mark.parametrize(
    ("p", "text"), [(0.0004, "< 0.001"), (0.001, "0.001"), (0.25, "0.250"), (1.0, "1.000")]
)
def test_p_values(p: float, text: str) -> None:
    assert p_value(p) == text


def test_numbers_and_intervals() -> None:
    assert (score(Estimate()), span(Estimate())) == ("–", "")
    whole = Estimate(value=50.04, low=1.0, high=99.96)
    assert (score(whole), span(whole)) == ("50.0", "1.0 to 100.0")
