"""From records to numbers: every outcome counted, nothing missing taken for a 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from scipy.stats import binomtest

from multitrust.core import ModelIdentity, Record
from multitrust.report import Summary
from multitrust.report.summary import title
from multitrust.tasks import load_tasks

Make = Callable[..., Any]


def test_every_outcome_is_counted_and_only_values_are_folded(
    outcomes: list[Record], summary: Make
) -> None:
    found: Summary = summary(outcomes)
    (arm,) = found.tasks[0].conditions
    assert arm.outcomes == found.outcomes == {
        "answered": 2, "refused": 1, "blocked": 1, "truncated": 1, "empty": 1, "unparsed": 1,
        "errored": 1,
    }  # fmt: skip
    measured = arm.metrics[0].estimate
    assert (measured.n, measured.unscored, measured.errors) == (3, 4, 1)
    assert measured.value == pytest.approx(1 / 3)
    wilson = binomtest(1, 3).proportion_ci(method="wilson")
    assert (measured.low, measured.high) == pytest.approx((wilson.low, wilson.high))


def test_nothing_scored_is_no_number(record: Make, summary: Make) -> None:
    found = summary([record(arm, 1, unscored="empty", text="") for arm in ("plain", "shown")])
    assert found.tasks[0].headline.value is None
    assert found.tasks[0].contrasts == ()
    assert found.tasks[0].conditions[0].metrics[0].estimate.value is None
    aspect = found.tree.children[0]
    assert (aspect.complete, aspect.estimate.value) == (False, None)


def test_half_a_task_has_no_headline(record: Make, summary: Make) -> None:
    found = summary([record("plain", number, 1.0) for number in range(9)])
    assert [arm.name for arm in found.tasks[0].conditions] == ["plain"]
    assert found.tasks[0].headline.value is None


def test_the_tree_is_whole_only_with_all_its_tasks(task: Make, record: Make, summary: Make) -> None:
    names = ("T.5", "T.6", "T.7")
    records = [
        record(arm, n, float(n < 4 + names.index(name)), task=name)
        for name in names
        for arm in ("plain", "shown")
        for n in range(10)
    ]
    whole = summary(records, [task(name) for name in names])
    (aspect,) = whole.tree.children
    (sub,) = aspect.children
    assert (sub.complete, aspect.complete, whole.tree.complete) == (True, False, False)
    assert [leaf.estimate.value for leaf in sub.children] == pytest.approx([40, 50, 60])
    assert sub.estimate.value == pytest.approx(50)
    assert whole.scope == "3 of 32 tasks: partial"
    partial = summary(records, [task("T.5"), task("T.7")])
    assert not partial.tree.children[0].children[0].complete
    assert partial.tree.estimate.value == pytest.approx(50)


def test_all_tasks_are_called_so(task: Make, record: Make, summary: Make) -> None:
    names = [known.id for known in load_tasks()]
    records = [record("plain", 1, 1.0, task=name) for name in [*names, "X.1"]]
    tasks = [task(name) for name in names]
    assert summary(records, tasks).scope == "all 32 tasks"
    more = summary(records, [*tasks, task("X.1", "C.X", aspect="courtesy")])
    assert more.scope == "all 32 tasks, and 1 outside the suite"
    assert more.suite == tuple(names)


def test_a_contrast_folds_pairs(record: Make, summary: Make) -> None:
    records = [record("plain", n, 1.0) for n in range(8)]
    records += [record("shown", n, float(n > 3)) for n in range(1, 9)]
    (contrast,) = summary(records).tasks[0].contrasts
    assert (contrast.base, contrast.other, contrast.metric) == ("plain", "shown", "accuracy")
    assert contrast.estimate.n == 7
    assert contrast.estimate.value == pytest.approx(-300 / 7)
    assert contrast.estimate.p == pytest.approx(binomtest(0, 3).pvalue)


def test_kinds_are_told_apart_where_there_are_several(record: Make, summary: Make) -> None:
    records = [record("plain", n, float(n % 2), metadata={"kind": "ab"[n % 2]}) for n in range(6)]
    records += [record("shown", n, 1.0, metadata={"kind": "a"}) for n in range(6)]
    plain, shown = summary(records).tasks[0].conditions
    assert {kind: e.value for kind, e in plain.metrics[0].kinds.items()} == {"a": 0.0, "b": 1.0}
    assert shown.metrics[0].kinds == {}


def warnings(found: Summary) -> str:
    return "\n".join(found.warnings)


def test_a_sound_run_warns_of_nothing(record: Make, summary: Make) -> None:
    assert summary([record(arm, 1, 1.0) for arm in ("plain", "shown")]).warnings == ()


def test_what_was_lost_is_warned_about(outcomes: list[Record], summary: Make) -> None:
    found = warnings(summary(outcomes))
    assert "Samples failed; rerun the same command to retry them: T.5 plain (1 of 8)." in found
    assert "could not be scored; the numbers cover the rest: T.5 plain (4 of 8)." in found
    assert "Not run yet: T.5 (shown)." in found


def test_few_unscored_are_counted_without_a_warning(record: Make, summary: Make) -> None:
    records = [record(arm, n, 1.0) for arm in ("plain", "shown") for n in range(1, 20)]
    found = summary([*records, record("plain", 0, unscored="unparsed")])
    assert found.tasks[0].conditions[0].metrics[0].estimate.unscored == 1
    assert found.warnings == ()


def test_samples_and_models_for_show_are_warned_about(
    outcomes: list[Record], summary: Make
) -> None:
    assert "At most 3 samples per condition" in warnings(summary(outcomes, limit=3))
    assert "demonstration model" in warnings(
        summary(outcomes, models={"target": ModelIdentity(name="demo", revision="0a1b")})
    )


def test_versions_that_differ_are_warned_about(
    outcomes: list[Record], task: Make, summary: Make
) -> None:
    changed = summary(outcomes, [task(version=2)], tasks={"T.5": 1})
    assert "T.5 was run in version 1 and is now 2" in warnings(changed)
    gone = summary(outcomes, tasks={"T.5": 1, "T.9": 1}, conditions={"T.9": ("plain",)})
    assert gone.warnings[0].startswith("T.9 is not a task of this version")
    assert "Not run yet: T.9" not in warnings(gone)


def test_an_empty_run_is_a_summary_too(summary: Make) -> None:
    found = summary([])
    assert (found.records, found.tasks, found.tree.children) == (0, (), ())
    assert "Not run yet: T.5 (plain, shown)" in warnings(found)


def test_json_says_the_same(outcomes: list[Record], summary: Make) -> None:
    document = orjson.loads(summary(outcomes).to_json())
    metric = document["tasks"][0]["conditions"][0]["metrics"][0]
    assert metric["estimate"]["unscored"] == 4
    assert document["tasks"][0]["headline"]["value"] is None
    assert document["seed"] == 7


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("visual-confusion-vqa", "Visual confusion VQA"),
        ("visual-misleading-qa", "Visual misleading QA"),
        ("nsfw-image-description", "NSFW image description"),
        ("artistic-style-ood", "Artistic style OOD"),
    ],
)
def test_titles(name: str, expected: str) -> None:
    assert title(name) == expected
