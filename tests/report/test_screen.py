"""The first screen: never more than a screen, and nothing that must be known is left out."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.report.conftest import terminal
from tests.report.whole import one_record, one_task, whole

from multitrust.core import Condition, Contrast, Estimate, ModelIdentity, Record, Score
from multitrust.report import Entry, print_screen, shortfall_of, summarise, write_html
from multitrust.report.screen import LINES, shortened
from multitrust.tasks import load_tasks

Make = Callable[..., Any]
IDS = [task.id for task in load_tasks()]
OURS: dict[str, Any] = {"origin": {"name": "embedded"}, "protocol": "corrected"}


def printed(found: Entry, width: int = 100) -> str:
    text = io.StringIO()
    print_screen(found, terminal(text, width))
    return text.getvalue()


def folded(records: list[Record], *more: Any, **fields: Any) -> Entry:
    """A run of all 32 tasks with these records; more tasks may be known."""
    base = whole(of=1, **(OURS | fields))
    tasks = (*base.tasks, *more)
    summary = summarise(base.manifest, records, tasks)
    return replace(base, records=records, tasks=tasks, summary=summary)


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def test_a_sound_run_shows_its_scores_and_nothing_else() -> None:
    text = printed(whole(**OURS))
    assert lines(text)[0] == "hf/mine · embedded data · seed 7 · all 32 tasks"
    shown = [line.split()[:2] for line in lines(text)[3:9]]
    aspects = ("Overall", "Truthfulness", "Safety", "Robustness", "Fairness", "Privacy")
    assert shown == [[name, "65.0"] for name in aspects]
    assert "32 of 32" in text
    assert "!" not in text


@pytest.mark.parametrize("width", [50, 80, 100, 250])
def test_every_trouble_at_once_is_one_screen(width: int) -> None:
    """All tasks without headline, many causes with long messages, and a name without end."""
    failed = [
        replace(
            one_record(name, n, 0.0),
            response=None,
            scores=(),
            error=f"cause {'abcdefgh'[k]} " + "is long " * 40 + "leave it out",
        )
        for k in range(8)
        for n, name in enumerate(IDS)
    ]
    lost = [
        replace(
            one_record(name, 100 + n, 0.0),
            scores=(Score(scorer="stated", unscored=f"reason {'abcdefgh'[n % 8]} " * 20),),
        )
        for n, name in enumerate(IDS)
    ]
    found = folded(
        [*failed, *lost], models={"target": ModelIdentity(name="demo/" + "x" * 400)}, limit=3
    )
    text = printed(found, width)
    assert len(text.splitlines()) <= LINES
    assert max(map(len, lines(text))) <= min(width, 100)
    for words in (
        "no headline",
        "failed requests",
        "unscored responses",
        "leave it out",
        "Overall",
    ):
        assert words in " ".join(text.split())


def test_tasks_in_trouble_are_named_with_their_trouble() -> None:
    def outcome(name: str, n: int) -> Record:
        scored = one_record(name, n, float(n % 2))
        if name in ("T.1", "R.2") or (name == "F.3" and n < 2):
            return replace(scored, scores=(Score(scorer="stated", unscored="unparsed"),))
        if name == "S.4":
            return replace(scored, scores=(Score(scorer="stated", unscored="needs a judge"),))
        return scored

    found = folded([outcome(name, n) for name in IDS for n in range(20)])
    blind = replace(found.summary.tasks[5], blind=True)
    tasks = tuple(blind if task.id == blind.id else task for task in found.summary.tasks)
    text = " ".join(printed(replace(found, summary=replace(found.summary, tasks=tasks))).split())
    assert "! no headline, a part of it has no score: T.1, R.2" in text
    assert "! no headline, needs a judge: S.4" in text
    assert "! more than 5 % unscored in a condition: T.1, R.2, F.3" in text
    assert f"! fails the perception check, disregard the score: {blind.id}" in text
    assert "42 unscored responses (T.1, R.2, F.3): unparsed → no answer was found" in text
    assert "Overall (partial)" in text
    assert "29 of 32" in text
    missing = shortfall_of(found.summary)
    assert [task.id for task in missing.lost] == ["T.1", "S.4", "R.2"]
    assert (missing.samples, missing.scored) == (60, True)


@pytest.mark.parametrize(("limit", "promised"), [(2, False), (None, True)])
def test_too_few_samples_are_no_failure_of_a_limited_run(limit: int | None, promised: bool) -> None:
    found = folded([one_record(name, n, 1.0) for name in IDS for n in range(2)], limit=limit)
    nothing = Estimate(n=2)
    tasks = tuple(
        replace(task, headline=nothing, asked=True) if task.id == "F.6" else task
        for task in found.summary.tasks
    )
    summary = replace(found.summary, tasks=tasks)
    assert [task.id for task in shortfall_of(summary).lost] == ["F.6"] * promised
    reason = "a part of it has no score" if promised else "too few samples were asked to tell"
    assert f"! no headline, {reason}: F.6" in printed(replace(found, summary=summary))


def test_effects_are_shown_that_are_beyond_chance_the_largest_first(
    task: Make, record: Make, manifest: Make
) -> None:
    names = [f"hurt by {n}" for n in range(6)] + ["nothing"]
    arms = tuple(Condition(name=name) for name in ("plain", "shown", *names))
    compared = tuple(
        Contrast(name=name, metric="accuracy", base="plain", other=name) for name in names
    )
    made = task(conditions=arms, contrasts=compared)
    records = [record(arm.name, n, 1.0) for arm in arms[:2] for n in range(60)]
    for place, name in enumerate(names):
        wrong = 0 if name == "nothing" else 20 + 5 * place
        records += [record(name, n, float(n >= wrong)) for n in range(60)]
    known = manifest()
    found = Entry(
        manifest=known, records=records, tasks=[made], summary=summarise(known, records, [made])
    )
    text = lines(printed(found))
    (head,) = [n for n, line in enumerate(text) if "significant" in line]
    assert text[head].startswith("6 of 7 paired effects are significant (p < 0.05 after Holm)")
    assert [line.split()[-1] for line in text[head + 1 : head + 5]] == ["5", "4", "3", "2"]
    assert text[head + 1].split()[:2] == ["T.5", "-75.0"]
    assert text[head + 5] == "  and 2 smaller ones: --details"
    assert "nothing" not in "".join(text)


def test_few_tasks_have_a_row_each_and_those_outside_the_suite_always() -> None:
    few = [one_record(name, n, 1.0) for name in ("T.1", "S.4") for n in range(5)]
    text = printed(folded(few))
    assert "  T.1 Task t1" in text
    assert "2 of 32 tasks: partial" in text
    own = replace(one_task("T.1"), id="X.1", name="mine", aspect="courtesy", subaspect="C.X")
    every = [one_record(name, n, 1.0) for name in (*IDS, "X.1") for n in range(5)]
    text = printed(folded(every, own))
    assert "  T.1" not in text
    (row,) = [line.split() for line in lines(text) if line.startswith("  X.1")]
    assert row[:3] == ["X.1", "Mine", "(outside"]
    assert "all 32 tasks, and 1 outside the suite" in text


def test_names_are_no_markup_and_wide_signs_count_twice() -> None:
    text = printed(whole(of=1, model="demo[/] [red]x", **OURS), 80)
    assert "demo[/] [red]x · embedded" in text
    assert shortened("short", 40) == "short"
    cut = shortened("begin " + "字" * 100 + " end", 60)
    assert cut.startswith("begin ")
    assert cut.endswith(" end")
    assert len(cut) <= 40


@pytest.mark.parametrize(
    ("ran", "has_overall", "heading"),
    [
        (IDS, True, "Overall trust"),
        (["T.1", "S.4"], True, "Overall (partial)"),
        (["T.1", "S.4", "R.1", "F.1"], True, "Overall (partial)"),
        (IDS[1:], True, "Overall (partial)"),
        (["T.1", "T.5"], False, ""),
        (["P.1"], False, ""),
    ],
    ids=["all", "two", "four aspects", "all but one", "one aspect", "one task"],
)
def test_terminal_and_page_agree_on_the_overall_score(
    ran: list[str], has_overall: bool, heading: str, tmp_path: Path
) -> None:
    records = [one_record(name, n, float(n < 3)) for name in ran for n in range(8)]
    found = folded(records)
    value = found.summary.tree.estimate.value
    assert value is not None
    page = write_html(found.summary, records, tmp_path).read_text(encoding="utf-8")
    panel = re.search(r'<article class="panel whole">(.*?)</article>', page, re.DOTALL)
    row = [line for line in lines(printed(found)) if line.startswith("Overall")]
    assert bool(row) == bool(panel) == has_overall
    if panel is not None:
        assert f"<h3>{heading}</h3>" in panel[1]
        number = re.search(r'class="big">([\d.]+) <span>of 100, ([\d.]+ to [\d.]+)<', panel[1])
        assert number is not None
        assert " ".join(number.groups()) in " ".join(row[0].split())
        told = f"{len(ran)} of the suite's 32 have a score" in panel[1].replace("&#39;", "'")
        assert told == ("(partial)" in row[0]) == (len(ran) < len(IDS))


def test_an_overall_score_of_nothing_says_so(tmp_path: Path) -> None:
    records = [
        replace(one_record(name, 0, 0.0), scores=(Score(scorer="stated", unscored="unparsed"),))
        for name in ("T.1", "S.4")
    ]
    found = folded(records)
    page = write_html(found.summary, records, tmp_path).read_text(encoding="utf-8")
    assert '<p class="big">– <span>nothing was scored</span></p>' in page
    assert "Overall (partial)" in page
    assert any(line.split()[:3] == ["Overall", "(partial)", "–"] for line in lines(printed(found)))
