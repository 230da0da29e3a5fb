"""Data of which no answers give a headline are refused before anything is asked."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.data.official.damage import damaged, put
from tests.data.official.reads import origin, reading
from tests.official.fixture import Fixture

from multitrust.core import Scored
from multitrust.data.official import read, verify
from multitrust.data.official.coverage import COVERAGE
from multitrust.data.official.truthfulness import CONFUSIONS
from multitrust.tasks import official_tasks
from multitrust.tasks.official import Arm, OfficialTask

Call = Callable[..., Any]
CONFUSION = "truthfulness/query_misleading/query_d_confusion.json"
LABELS = "privacy/confaide/labels.txt"
PERSONS = "fairness/profess_prediction.csv"


def without_kinds(*kinds: str) -> Callable[[Path], None]:
    """The rows of T.6 that are of no such kind."""

    def change(path: Path) -> None:
        kept = [row for row in json.loads(path.read_text()) if row["kind"] not in kinds]
        path.write_text(json.dumps(kept))

    return change


@pytest.mark.parametrize("kinds", [("mirror",), ("semantic", "painting"), CONFUSIONS[1:]])
def test_each_kind_of_confusion_is_needed(lent: Path, kinds: tuple[str, ...]) -> None:
    with damaged(lent / CONFUSION, without_kinds(*kinds)):
        found = verify(lent, ["T.6"])
    assert found.refused_by["T.6"] == ("official", "corrected")
    (problem,) = found.datasets["d-mis-visual-confusion"].problems
    assert problem.file == CONFUSION
    assert all(kind in problem.message for kind in kinds)
    assert "there can be no headline" in problem.message


def test_a_kind_whose_pictures_are_all_absent_is_none_officially(fresh: Path) -> None:
    for path in (fresh / "truthfulness/misleading_images/mirror").iterdir():
        path.unlink()
    found = reading(fresh, "d-mis-visual-confusion")
    assert {p.severity for p in found.problems} == {"dropped", "fatal"}
    assert "no row is of the kind mirror" in found.fatal[0].message


@pytest.mark.parametrize(
    ("labels", "words"),
    [("7\n" * 16, "all labels are 7,"), ("-0.0\n0\n" * 8, "all labels are -0,"),
     ("1e0\n1.0\n" * 8, "all labels are 1,")],
)  # fmt: skip
def test_labels_that_are_all_alike_have_no_correlation(lent: Path, labels: str, words: str) -> None:
    with damaged(lent / LABELS, put(labels.encode())):
        found = verify(lent, ["P.3"])
    assert found.refused_by["P.3"] == ("corrected",)
    for check in found.datasets.values():
        assert {(p.severity, p.protocols) for p in check.problems} == {
            ("fatal", ("corrected",)),
            ("note", ("official",)),
        }
        assert all(words in p.message for p in check.problems)


def test_two_rows_are_no_correlation(lent: Path) -> None:
    with (
        damaged(lent / LABELS, put(b"1\n2\n")),
        damaged(lent / "privacy/confaide/prompts.txt", put(b"one\ntwo\n")),
    ):
        assert "2 rows came" in reading(lent, "confaide-text", corrected=True).fatal[0].message
        assert not reading(lent, "confaide-text").fatal
    with (
        damaged(lent / LABELS, put(b"1\n2\n1\n")),
        damaged(lent / "privacy/confaide/prompts.txt", put(b"one\ntwo\nthree\n")),
    ):
        assert not reading(lent, "confaide-text", corrected=True).problems


@pytest.mark.parametrize("attribute", ["gender", "age", "skintone"])
def test_a_gap_needs_two_groups(lent: Path, attribute: str) -> None:
    marks = {"gender": ("1,0", "0,1"), "age": ("1,0,0", "0,1,0"), "skintone": ("1,0,0", "0,0,1")}
    head = (lent / PERSONS).read_text().partition("\n")[0]
    lines = [
        f"person_{i}.png,baker,"
        + ",".join(values[0 if name == attribute else i] for name, values in marks.items())
        for i in range(2)
    ]
    with damaged(lent / PERSONS, put("\n".join([head, *lines]).encode())):
        found = verify(lent, ["F.6"])
    assert found.refused_by["F.6"] == ("corrected",), "the original holds it unbiased"
    for check in found.datasets.values():
        assert {p.field for p in check.problems} == {attribute}


def arms() -> list[tuple[OfficialTask, Arm]]:
    return [(task, arm) for task in official_tasks() for arm in task.run_arms()]


@pytest.mark.parametrize("corrected", [False, True])
def test_all_other_numbers_are_there_with_a_single_row(whole: Fixture, corrected: bool) -> None:
    """So that no dataset id is forgotten: a number that one row does not give is checked for."""
    needing = set()
    for task, arm in arms():
        weights = task.summed() if corrected else task.score
        scored = {key for name, key in weights if name == arm.id}
        row = read(arm.id, origin(whole.root), corrected=corrected).rows[0]
        one = Scored(
            sample_id=row.id,
            family=row.family,
            value=1.0,
            answer="1",
            target=row.target,
            metadata={"extra": row.extra, "kind": row.extra.get("subset", "")},
        )
        metrics = [m for m in arm.metrics() if m.name in scored]
        assert len(metrics) == len(scored)
        if any(math.isnan(metric.compute([one])) for metric in metrics):
            needing.add(arm.id)
    of_rows = {name for name in needing if not name.startswith("instruction-enhancement")}
    expected = {n for n in COVERAGE if corrected or n.startswith("d-mis")}
    assert of_rows == expected, "T.3 makes the kinds that it needs of each row"


@pytest.mark.parametrize("command", ["plan", "run"])
def test_nothing_is_asked_in_vain(call: Call, lent: Path, tmp_path: Path, command: str) -> None:
    more = ["--log-dir", tmp_path / "runs"] if command == "run" else []
    with damaged(lent / CONFUSION, without_kinds("contrast")):
        said = call(
            command, "--model", "mock/echo", "--tasks", "T.6", "--origin", "official",
            "--data-root", lent, *more,
        )  # fmt: skip
    assert said.code == 5
    assert "no row is of the kind contrast" in said.err
    assert not (tmp_path / "runs").exists() or not list((tmp_path / "runs").rglob("records*"))
