"""Runs that were stopped, or lost records and their mark: every command says how much was asked."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from multitrust.cli import main
from multitrust.cli.folding import folded
from multitrust.report.asked import condition_warnings, short_incomplete_text
from multitrust.report.caveats import Part, listed
from multitrust.report.screen import print_screen
from multitrust.run import AskedCount

Call = Callable[..., Any]
LIMIT = 4
"""Samples of the one condition of T.6, and of each of the two of P.2."""
ONE = "seq IN (SELECT seq FROM records WHERE key LIKE 'T.6/%' LIMIT 1)"
STATES = {
    "stopped in the first task": (
        f"key LIKE 'P.2/%' OR {ONE}", "3 of 4 samples asked in T.6, 0 of 8 in P.2", 0,
    ),
    "two records lost": (ONE.replace("1)", "2)"), "2 of 4 samples asked in T.6", 8),
    "a condition lost": ("key LIKE 'P.2/within/%'", "4 of 8 samples asked in P.2", 4),
}  # fmt: skip
"""Which records are gone, what is said, and how many of P.2 are left."""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete run, of which each test has a copy."""
    logs = tmp_path_factory.mktemp("complete")
    asking = ["run", "--model", "mock/yes-sayer", "--tasks", "T.6,P.2", "--limit", str(LIMIT)]
    with pytest.raises(SystemExit), redirect_stdout(StringIO()):
        main([*asking, "--display", "none", "--log-dir", str(logs)])
    (folder,) = logs.iterdir()
    return folder


def stopped(original: Path, to: Path, gone: str) -> Path:
    """A run of which these records were never made."""
    folder = Path(shutil.copytree(original, to / original.name))
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        database.execute(f"DELETE FROM records WHERE {gone}")
        database.commit()
    (folder / "complete.json").unlink()
    return folder


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("command", "state"), [*(("report", state) for state in STATES), ("score", "two records lost")]
)
def test_screen_page_and_table_say_how_much_was_asked(
    call: Call, original: Path, tmp_path: Path, command: str, state: str
) -> None:
    gone, told, left = STATES[state]
    folder = stopped(original, tmp_path, gone)
    shown = call(command, folder)
    assert shown.code == 0
    assert f"incomplete run, its scores are partial: {told}" in flat(shown.out)
    assert "the command that made the run, given again, asks the rest" in flat(shown.out)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert told in page
    assert f"of {3 * LIMIT} samples asked</b>" in page
    details = flat(call("report", folder, "--details").out)
    assert told in details
    assert f"partial: {told.partition(' in ')[0]}</span>" in page
    document = json.loads(call(command, folder, "--json").out)
    assert document["complete"] is False
    counts = [c for c in document["samples"] if c["task"] == "P.2"]
    assert sum(count["asked"] for count in counts) == left
    assert sum(count["expected"] for count in counts) == 2 * LIMIT


def nodes(tree: dict[str, Any]) -> dict[str, bool]:
    """Name -> whether it is complete."""
    found = {tree["name"]: tree["complete"]}
    for child in tree["children"]:
        found |= nodes(child)
    return found


def test_a_score_of_a_part_is_partial_and_so_is_all_above_it(
    call: Call, original: Path, tmp_path: Path
) -> None:
    folder = stopped(original, tmp_path, ONE)
    shown = call("report", folder)
    assert "T.6 Visual confusion VQA (partial)" in shown.out
    assert "Truthfulness (partial)" in shown.out
    document = json.loads(call("report", folder, "--json").out)
    whole = nodes(document["tree"])
    assert not whole["T.6"]
    assert not whole["T.M"]
    assert not whole["truthfulness"]
    assert whole.get("P.2", True)
    (task,) = [task for task in document["tasks"] if task["id"] == "T.6"]
    assert task["samples"] == [
        {"task": "T.6", "condition": "picture", "asked": 3, "expected": LIMIT}
    ]
    assert any("T.6 picture (3 of 4 samples asked)" in text for text in document["warnings"])


def test_a_comparison_says_it_of_each_run(call: Call, original: Path, tmp_path: Path) -> None:
    folder = stopped(original, tmp_path, ONE)
    page = tmp_path / "page.html"
    shown = call("compare", original, folder, "--name", "all", "--name", "part", "--output", page)
    assert shown.code == 0
    assert "part: incomplete run, its scores are partial: 3 of 4 samples asked in T.6" in shown.out
    assert "all: incomplete" not in shown.out
    assert "part: incomplete run" in page.read_text(encoding="utf-8")
    document = json.loads(call("compare", original, folder, "--json").out)
    assert [source["complete"] for source in document["sources"]] == [True, False]
    assert "T.M" in document["runs"][1]["partial"]
    assert "no rank" in call("compare", folder, "--with", "published").out


def test_a_run_that_asked_all_says_nothing(call: Call, original: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(original, tmp_path / original.name))
    for _ in range(2):
        shown = call("report", folder)
        assert "incomplete" not in shown.out
        assert "samples asked" not in (folder / "report.html").read_text(encoding="utf-8")
        document = json.loads(call("report", folder, "--json").out)
        assert (document["complete"], document["samples"]) == (True, [])
        (folder / "complete.json").unlink(missing_ok=True)  # stopped after the last answer


@pytest.mark.parametrize("state", STATES)
def test_page_and_screen_mark_the_same_tasks_as_partial(
    call: Call, original: Path, tmp_path: Path, state: str
) -> None:
    folder = stopped(original, tmp_path, STATES[state][0])
    shown = call("report", folder).out
    page = (folder / "report.html").read_text(encoding="utf-8")
    for name in ("T.6", "P.2"):
        line = next((line for line in shown.splitlines() if line.startswith(f"  {name} ")), "")
        row = re.search(rf'<div class="row"><span><a href="#{name}">.*?</div>', page)
        if not line:
            assert row is None
            continue
        assert row is not None
        partial = f"samples asked in {name}" in shown or name in STATES[state][1]
        assert ("(partial)" in line) == ("<small>partial</small>" in row[0]) == partial
        assert ('class="dot hollow"' in row[0]) == partial or "dot" not in row[0]


def test_only_conditions_that_were_asked_in_part_are_marked(
    call: Call, original: Path, tmp_path: Path
) -> None:
    folder = stopped(original, tmp_path, "key LIKE 'P.2/within/%' AND seq % 2")
    call("report", folder)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "within <small>partial</small></th>" in page
    assert page.count("<small>partial</small></th>") == 1


def test_a_run_of_which_nothing_was_asked_names_what_is_to_be(
    call: Call, original: Path, tmp_path: Path
) -> None:
    folder = stopped(original, tmp_path, "1")
    (folder / "report.html").unlink()
    for flags in ((), ("--details",)):
        shown = call("report", folder, *flags).out
        assert "2 of 32 tasks: partial" in shown
        assert "0 of 8 samples asked in P.2, 0 of 4 in T.6" in flat(shown)
        assert "tasks scored" not in shown
        assert "95 % intervals" not in shown
    assert "2 of 32 tasks: partial" in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [30, 40, 50, 60, 80, 120])
def test_a_narrow_screen_names_the_tasks_that_are_incomplete(
    original: Path, tmp_path: Path, width: int
) -> None:
    folder = stopped(original, tmp_path, STATES["stopped in the first task"][0])
    for found in (folded(folder), folded(original)):
        screen = StringIO()
        console = Console(file=screen, width=width, force_terminal=True, color_system=None)
        print_screen(found, console)
        text = flat(screen.getvalue())
        if found.summary.complete:
            assert "incomplete" not in text
        else:
            told = text[text.index("! incomplete run, its scores are partial:") :]
            assert "T.6" in told.partition("; the command")[0]
            assert "P.2" in told.partition("; the command")[0]
            assert "asks the rest" in told


def test_the_text_for_narrow_screens_has_every_task_and_no_counts() -> None:
    counts = [
        AskedCount(task=f"T.{number}", condition="text", asked=number, expected=9)
        for number in range(1, 8)
    ]
    assert short_incomplete_text(counts).startswith(
        "incomplete run, its scores are partial: T.1, T.2, T.3, T.4, T.5, T.6, T.7; the command"
    )


def test_many_conditions_are_told_by_their_tasks() -> None:
    few = [Part("T.6", f"c{number}", 1, 2) for number in range(12)]
    assert listed(few).count("(1 of 2)") == 12
    many = [*few, Part("P.2", "text", 3, 4)]
    assert listed(many) == "T.6 (12 of 24), P.2 (3 of 4)"
    counts = [
        AskedCount(task="T.6", condition=f"c{number}", asked=1, expected=2) for number in range(13)
    ]
    (warning,) = condition_warnings(counts)
    assert "partial: T.6 (13 of 26 samples asked); " in warning
    (warning,) = condition_warnings(counts[:2])
    assert "T.6 c0 (1 of 2 samples asked), T.6 c1 (1 of 2 samples asked)" in warning
