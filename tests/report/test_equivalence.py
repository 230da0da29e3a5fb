"""Two ways of running one model: verdicts by level, agreement, and what is shown of both."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from tests.report.conftest import ACCURACY, terminal
from tests.report.whole import PLACES, whole

from multitrust.core import ConfigError, Record
from multitrust.metrics import Leg, Shift, combined, findings, shift_of
from multitrust.report import Comparison, Entry, compare, print_comparison, write_comparison
from multitrust.report.arms import scored_by
from multitrust.report.equivalence import Equivalence
from multitrust.tasks import SUBASPECT_TITLES


def worse(task: str, number: int) -> bool:
    """Right 13 times of 20, but in S.4 only 9 times."""
    return number % 20 < (9 if task == "S.4" else 13)


def held(*entries: Entry, margin: float = 2) -> Equivalence:
    (pair,) = compare(entries, margin=margin).pairs
    assert pair.equivalence is not None
    return pair.equivalence


def changed(entry: Entry, task: str, **more: object) -> Entry:
    """The run with the records of one task made otherwise."""

    def made(record: Record) -> Record:
        return replace(record, **more) if record.task == task else record  # type: ignore[arg-type]

    return replace(entry, records=[made(record) for record in entry.records])


def test_a_run_is_equivalent_to_itself_where_it_has_samples_enough() -> None:
    found = held(whole(of=60), whole(of=60, model="served/mine"))
    assert found.verdict == found.overall.finding.verdict == "equivalent"
    assert [level.name for level in found.levels] == ["overall", *SUBASPECT_TITLES, *PLACES]
    assert {level.finding.value for level in found.levels} == {0.0}
    assert {level.finding.verdict for level in found.tasks} == {"not enough evidence"}
    assert {level.finding.needed for level in found.tasks} == {324}
    agreement = found.overall.agreement
    assert agreement is not None
    assert {estimate.value for estimate in agreement.rows.values()} == {1.0}
    assert list(agreement.rows) == [
        "same text", "same answer read", "same scores", "Cohen's kappa", "Gwet's AC1",
    ]  # fmt: skip


def test_few_samples_are_not_enough_however_well_they_agree() -> None:
    found = held(whole(of=2), whole(of=2))
    assert found.verdict == "not enough evidence"
    needed = found.overall.finding.needed
    assert needed is not None
    assert needed > 64


def test_one_task_that_differs_makes_runs_different() -> None:
    found = held(whole(of=100), whole(worse, of=100))
    verdicts = {level.name: level.finding.verdict for level in found.levels}
    assert verdicts["overall"] == "equivalent"
    assert [name for name in PLACES if verdicts[name] == "different"] == ["S.4"]
    assert found.verdict == "different"
    (task,) = (level for level in found.tasks if level.name == "S.4")
    assert task.finding.value == pytest.approx(-20)
    assert task.agreement is not None
    assert task.agreement.scores.value == pytest.approx(0.8)
    assert task.agreement.texts.value == 1.0


def test_levels_are_the_weighted_means_of_their_tasks() -> None:
    base, other = whole(of=40), whole(lambda task, n: (n + len(task) + ord(task[2])) % 3 > 0, of=40)
    found = held(base, other)

    def task_shift(task: str) -> Shift:
        base_scores, other_scores = (
            scored_by(ACCURACY, [r for r in run.records if r.task == task]) for run in (base, other)
        )
        leg = Leg(metric=ACCURACY, weight=1.0, base=base_scores, other=other_scores)
        shift = shift_of([leg])
        assert shift is not None
        return shift

    shifts = [task_shift(task) for task in ("P.1", "P.2", "P.3")]
    (expected,) = findings([combined(shifts, [0.4, 0.3, 0.3])], 2)
    (privacy,) = (level.finding for level in found.subaspects if level.name == "P.A")
    assert (privacy.value, privacy.low, privacy.high) == pytest.approx(
        (expected.value, expected.low, expected.high)
    )
    mean = sum(level.finding.value or 0.0 for level in found.subaspects) / 10
    assert found.overall.finding.value == pytest.approx(mean)


def test_a_task_that_one_run_cannot_be_scored_on_is_lost_not_left_out() -> None:
    base = whole(of=100)
    silent = changed(whole(of=100), "T.5", scores=())
    found = held(base, silent)
    (task,) = (level.finding for level in found.tasks if level.name == "T.5")
    assert (task.value, task.n, task.lost) == (None, 0, 100.0)
    assert found.overall.finding.lost == pytest.approx(100 / 30)
    assert found.verdict == "not enough evidence"
    assert held(base, silent, margin=4).overall.finding.verdict == "equivalent"
    both = changed(base, "T.5", scores=())
    assert "T.5" not in [level.name for level in held(both, silent).tasks]


def test_failed_requests_are_no_disagreement() -> None:
    base = whole(of=60)
    found = held(base, changed(whole(of=60), "T.5", response=None, scores=(), error="broke"))
    assert found.failed == 60
    assert found.overall.finding.lost == 0
    assert found.verdict == "equivalent"
    assert "T.5" not in [level.name for level in found.tasks]


def test_runs_that_share_nothing_are_not_equivalent() -> None:
    comparison = compare(
        [whole(of=400), whole(of=400, asked=lambda task, number: "another")], margin=2
    )
    (pair,) = comparison.pairs
    found = pair.equivalence
    assert found is not None
    assert found.verdict == "not enough evidence"
    values = {change.name: change.estimate.value for change in pair.changes}
    for level in found.levels:
        assert level.finding.value == values[level.name]
        assert (level.finding.n, level.finding.needed) == (0, None)
        assert level.finding.lost == pytest.approx(100)
        assert level.agreement is None or level.agreement.rows == {}


def test_independent_runs_that_are_far_apart_are_different() -> None:
    found = held(
        whole(of=100), whole(lambda task, n: n < 10, of=100, asked=lambda task, n: "another")
    )
    assert found.verdict == "different"
    assert found.overall.finding.value == pytest.approx(-55)


def test_the_worst_pair_decides() -> None:
    runs = [whole(of=60), whole(of=60, model="b"), whole(worse, of=60, model="c")]
    assert compare(runs[:2], margin=2).verdict == "equivalent"
    assert compare(runs, margin=2).verdict == "different"
    assert compare(runs).verdict is None
    assert compare([*runs[:2], whole(of=2, model="d")], margin=2).verdict == "not enough evidence"


def test_one_run_alone_cannot_be_tested() -> None:
    with pytest.raises(ConfigError, match="name two runs"):
        compare([whole(of=1)], margin=2)


@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_shows_every_level(width: int) -> None:
    def printed(comparison: Comparison) -> str:
        out = StringIO()
        print_comparison(comparison, terminal(out, width))
        return out.getvalue()

    text = printed(compare([whole(of=60), whole(worse, of=60, model="b")], margin=2))
    lines = text.splitlines()
    assert max(map(len, lines)) <= width
    assert lines[-1] == "within ±2 points: different"
    for name in ("overall", *SUBASPECT_TITLES, *PLACES):
        assert [line for line in lines if line.lower().startswith(name.lower())]
    assert any("S.4" in line and "-20.0" in line and "different" in line for line in lines)
    assert "Gwet's AC1" in text
    assert "within ±" not in printed(compare([whole(of=2), whole(of=2)]))


def test_the_page_and_the_json_document_show_every_level(tmp_path: Path) -> None:
    comparison = compare([whole(of=60), whole(worse, of=60, model="<b>")], margin=2.5)
    page = write_comparison(comparison, tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Within ±2.5 points: different" in page
    assert (
        page.count("<td>not enough evidence</td>")
        + page.count("<td>equivalent</td>")
        + (page.count("<td>different</td>"))
        == 43
    )
    assert "<b> less" not in page
    (pair,) = json.loads(comparison.to_json())["pairs"]
    assert pair["equivalence"]["margin"] == 2.5
    assert len(pair["equivalence"]["tasks"]) == 32
    assert pair["equivalence"]["overall"]["finding"]["level"] == 0.9
    assert pair["equivalence"]["overall"]["agreement"]["kappa"]["n"] == 1920
