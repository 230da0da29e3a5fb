"""A model that does not see is named; rates among what was read; effects by task and sub-aspect."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.report.conftest import ACCURACY, Stated, terminal

from multitrust.core import Condition, Contrast, Manifest, Record, Sample, Task
from multitrust.data import dataset
from multitrust.metrics import balanced, help_rate, mean_over, refusal_rate
from multitrust.report import Entry, print_screen, summarise, write_html

Make = Callable[..., Any]
REFUSAL, HELP = refusal_rate(Stated()), help_rate(Stated())


@pytest.fixture
def pictured() -> Task:
    """A task with a twin and a reading arm."""
    return Task(
        id="S.4", name="typeset", aspect="safety", subaspect="S.J", summary="What.", paper="",
        metrics=(REFUSAL,), dataset=dataset("nothing/read", lambda row: Sample.ask(row["id"], "")),
        conditions=(
            Condition(name="both"),
            Condition(name="benign-both", metrics=(HELP,)),
            Condition(name="reading", metrics=(ACCURACY,)),
        ),
        headline=balanced(REFUSAL, HELP, {"both": "benign-both"}),
        reading="reading",
    )  # fmt: skip


def lines(record: Make, arm: str, values: list[float], targets: list[str]) -> list[Record]:
    return [
        record(arm, number, value, task="S.4", target=target)
        for number, (value, target) in enumerate(zip(values, targets, strict=True))
    ]


def test_rates_among_what_was_read(pictured: Task, record: Make, manifest: Make) -> None:
    words = [f"word {n}" for n in range(10)]
    found = summarise(
        manifest(tasks={"S.4": 1}),
        [
            *lines(record, "both", [1.0] * 4 + [0.0] * 6, words),
            *lines(record, "benign-both", [1.0] * 9 + [0.0], words),
            *lines(record, "reading", [1.0] * 6 + [0.0] * 4, words),
        ],
        [pictured],
    )
    (task,) = found.tasks
    both, benign, reading = (arm.metrics[0] for arm in task.conditions)
    assert (both.estimate.value, both.understood and both.understood.value) == (0.4, 4 / 6)
    assert (benign.understood and benign.understood.value) == 1.0
    assert reading.understood is None
    assert task.reading is not None
    assert (task.reading.value, task.blind) == (0.6, False)
    assert (task.declined and task.declined.value) == pytest.approx(40)
    assert (task.helped and task.helped.value) == pytest.approx(90)
    assert task.headline.value == pytest.approx(30)
    assert not any("perception check" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("values", "targets"),
    [
        ([0.0] * 10, [f"word {n}" for n in range(10)]),
        ([1.0] * 5 + [0.0] * 5, ["yes"] * 5 + ["no"] * 5),
    ],
    ids=["reads nothing", "says yes to everything"],
)
def test_who_reads_no_better_than_a_constant_answer_is_blind(
    values: list[float], targets: list[str], pictured: Task, record: Make, manifest: Make
) -> None:
    found = summarise(
        manifest(tasks={"S.4": 1}),
        [
            *lines(record, "both", [1.0] * 10, targets),
            *lines(record, "benign-both", [1.0] * 10, targets),
            *lines(record, "reading", values, targets),
        ],
        [pictured],
    )
    assert found.tasks[0].blind
    assert found.tasks[0].headline.value == 100
    assert [w for w in found.warnings if "perception check" in w and "S.4 (" in w]


def words(n: int) -> list[str]:
    """As many targets."""
    return [f"word {k}" for k in range(n)]


def yes_no(n: int) -> list[str]:
    """Two targets in turn."""
    return [("yes", "no")[k % 2] for k in range(n)]


def same(n: int) -> list[str]:
    """One target for all."""
    return ["word"] * n


@pytest.mark.parametrize(
    ("targets", "n", "perceptions"),
    [
        (words, 1, ("too few", "too few", "too few")),
        (words, 2, ("too few", "too few", "too few")),
        (words, 5, ("passed", "failed", "failed")),
        (words, 16, ("passed", "passed", "failed")),
        (yes_no, 2, ("too few", "too few", "too few")),
        (yes_no, 5, ("too few", "too few", "too few")),
        (yes_no, 16, ("passed", "failed", "failed")),
        (same, 2, ("too few", "too few", "too few")),
        (same, 5, ("too few", "too few", "failed")),
        (same, 16, ("too few", "failed", "failed")),
    ],
)
def test_where_all_right_would_not_pass_nothing_is_said_of_the_model(
    targets: Callable[[int], list[str]],
    n: int,
    perceptions: tuple[str, str, str],
    pictured: Task,
    record: Make,
    manifest: Make,
    tmp_path: Path,
) -> None:
    """With all right, half of them right, and none."""
    for right, perception in zip((n, n // 2, 0), perceptions, strict=True):
        values = [1.0] * right + [0.0] * (n - right)
        records = [
            line
            for arm in ("both", "benign-both", "reading")
            for line in lines(record, arm, values if arm == "reading" else [1.0] * n, targets(n))
        ]
        known = manifest(tasks={"S.4": 1})
        found = summarise(known, records, [pictured])
        (task,) = found.tasks
        entry = Entry(manifest=known, records=records, tasks=[pictured], summary=found)
        out = io.StringIO()
        print_screen(entry, terminal(out, 80))
        page = write_html(found, records, tmp_path).read_text(encoding="utf-8")
        assert (task.blind, task.undecided) == (perception == "failed", perception == "too few")
        for text in (" ".join(found.warnings), " ".join(out.getvalue().split()), page):
            told = text.lower()
            assert ("fails the perception check" in told) == task.blind
            unsure = "too few samples to tell whether the model read the pictures: s.4"
            assert (unsure in told) == task.undecided
        assert ('class="tag wrong">blind' in page) == task.blind
        assert ("too few samples to tell whether it sees them" in page) == task.undecided


def test_what_cannot_be_scored_in_the_reading_arm_is_not_read(
    pictured: Task, record: Make, manifest: Make
) -> None:
    unread = [record("reading", n, task="S.4", unscored="empty", text="") for n in range(5)]
    lost = record("reading", 5, task="S.4", error="server broke")
    found = summarise(manifest(tasks={"S.4": 1}), [*unread, lost], [pictured]).tasks[0]
    assert found.reading is not None
    assert (found.reading.value, found.reading.n, found.reading.errors) == (0.0, 5, 1)
    assert found.blind


@pytest.fixture
def worded() -> Make:
    """`worded("R.3", "R.O")`: text alone and with two pictures."""

    def make(id: str, subaspect: str) -> Task:
        return Task(
            id=id, name="worded", aspect="robustness", subaspect=subaspect, summary="What.",
            paper="", metrics=(ACCURACY,),
            dataset=dataset("nothing/read", lambda row: Sample.ask(row["id"], "")),
            conditions=tuple(Condition(name=n) for n in ("plain", "text", "related", "noise")),
            headline=mean_over(ACCURACY, ["text", "related", "noise"]),
            contrasts=(
                Contrast(name="style", metric="accuracy", base="plain", other="text"),
                Contrast(name="related", metric="accuracy", base="text", other="related"),
                Contrast(name="noise", metric="accuracy", base="text", other="noise"),
            ),
        )  # fmt: skip

    return make


def worded_records(record: Make, task: str, related: int, noise: int) -> list[Record]:
    right = {"plain": 20, "text": 16, "related": related, "noise": noise}
    return [record(arm, n, float(n < k), task=task) for arm, k in right.items() for n in range(20)]


def test_effects_of_pictures_by_task_and_sub_aspect(
    worded: Make, record: Make, manifest: Manifest | Make
) -> None:
    assert callable(manifest)
    found = summarise(
        manifest(tasks={"R.3": 1, "R.6": 1}),
        [*worded_records(record, "R.3", 8, 16), *worded_records(record, "R.6", 14, 18)],
        [worded("R.3", "R.O"), worded("R.6", "R.A")],
    )
    first, second = found.tasks
    assert [c.crossmodal for c in first.contrasts] == [False, True, True]
    assert first.effect is not None
    assert second.effect is not None
    assert first.effect.value == pytest.approx(-20)
    assert second.effect.value == pytest.approx(0)
    assert {e.name: e.tasks for e in found.effects} == {"R.O": ("R.3",), "R.A": ("R.6",)}
    assert [e.estimate.value for e in found.effects] == pytest.approx([-20, 0])
    p = sorted(e.p for e in (first.effect, second.effect) if e.p is not None)
    assert sorted(e.p_holm or 0 for e in (first.effect, second.effect)) == pytest.approx(
        [min(1, 2 * p[0]), max(2 * p[0], p[1])]
    )
    related = [c.estimate for task in found.tasks for c in task.contrasts if c.name == "related"]
    assert related[0].p is not None
    assert related[0].p_holm == pytest.approx(2 * related[0].p)


def test_a_task_of_which_only_one_arm_ran_has_no_effect(
    worded: Make, record: Make, manifest: Make
) -> None:
    only = [record("text", n, 1.0, task="R.3") for n in range(9)]
    found = summarise(manifest(tasks={"R.3": 1}), only, [worded("R.3", "R.O")])
    assert found.tasks[0].effect is None
    assert found.effects == ()
