"""Imported logs get the original's numbers: all tasks, sub-aspects, results, against the referee.

The referee (tests/official) shares nothing with the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.interop.numbers import brought_in, nodes, results, task_scores, tree_scores
from tests.official.evaluator import Scores, evaluate
from tests.official.logs import write_logs
from tests.official.spec import load_spec, run_places

from multitrust.core import Estimate
from multitrust.interop import Imported
from multitrust.report import Summary

SEEDS = range(8)
"""Each dataset id goes through all edge cases of the logs in eight seeds."""
EXACT = 1e-9
COUNTS = ("total_count", "reject_count", "correct_count", "total_wo_reject_count")
CLASSES = ("precision_score", "recall_score", "f1_score")
BY_KIND = ("Agreement_Rate_", "Accuracy_", "RtA_rate_")
"""How results begin that are one metric over a subset of the samples."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One set of logs, by the referee and by the package."""

    wanted: Scores
    imported: Imported
    summary: Summary


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    folder = tmp_path_factory.mktemp("parity")
    return [case(folder, seed) for seed in SEEDS]


def case(folder: Path, seed: int) -> Case:
    model = f"m{seed}"
    write_logs(folder / "logs", model, seed, samples=8)
    imported, summary = brought_in(folder / "logs", model, folder / "runs")
    wanted = evaluate(folder / "logs", model, load_spec())
    return Case(wanted=wanted, imported=imported, summary=summary)


def test_every_task_score(cases: list[Case]) -> None:
    for one in cases:
        found = task_scores(one.summary)
        assert len(found) == 32
        assert found == pytest.approx(dict(one.wanted.tasks), abs=EXACT)
        assert set(one.imported.tasks) == set(found)


def test_every_subaspect_and_the_overall_score(cases: list[Case]) -> None:
    for one in cases:
        found = tree_scores(one.summary)
        wanted = {**one.wanted.subaspects, "overall": one.wanted.overall}
        assert {name: found[name] for name in wanted} == pytest.approx(wanted, abs=EXACT)
        assert all(node.complete for node in nodes(one.summary.tree))


def test_every_result_that_a_metric_stands_for(cases: list[Case]) -> None:
    compared = 0
    for one in cases:
        found = results(one.summary)
        for name, wanted in one.wanted.results.items():
            both = {key: value for key, value in wanted.items() if key in found[name]}
            mine = {key: found[name][key] for key in both}
            assert mine == pytest.approx(both, abs=EXACT), name
            compared += len(both)
    assert compared == len(SEEDS) * sum(1 for _ in measured_keys(cases[0]))


def test_the_p_values_of_professions_are_among_them(cases: list[Case]) -> None:
    for one in cases:
        for name in ("profession-pred", "profession-pred-with-description"):
            found = results(one.summary)[name]
            wanted = one.wanted.results[name]
            assert set(wanted) == {"p_gender", "p_age", "p_skintone"}
            assert {key: found[key] for key in wanted} == pytest.approx(dict(wanted), abs=EXACT)
    p_values = [v for one in cases for v in one.wanted.results["profession-pred"].values()]
    assert 1.0 in p_values
    assert min(v for v in p_values if v is not None) < 0.05


def measured_keys(one: Case) -> Iterator[tuple[str, str]]:
    """The dataset ids and result keys that a metric stands for."""
    for name, metrics in results(one.summary).items():
        for key in one.wanted.results[name]:
            if key in metrics:
                yield name, key


def test_what_no_metric_stands_for_is_counts_classes_and_kinds(cases: list[Case]) -> None:
    """The counts of P.5 and P.6, the secondary rates of P.1 and P.2, and rates by subset."""
    measured = set(measured_keys(cases[0]))
    left = {
        fact["key"]
        for place in run_places(load_spec())
        for fact in place.entries("results")
        if (place.id, fact["key"]) not in measured
    }
    assert left >= {*COUNTS, *CLASSES}
    assert all(key.startswith(BY_KIND) for key in left - {*COUNTS, *CLASSES})


def test_rates_by_kind_are_shown_beside_the_whole(cases: list[Case]) -> None:
    compared = 0
    for one in cases:
        for name, kinds in rates_by_kind(one.summary):
            wanted = one.wanted.results[name]
            for key in set(wanted) & set(kinds):
                assert kinds[key] == pytest.approx(wanted[key], abs=EXACT), (name, key)
                compared += 1
    assert compared >= len(SEEDS) * (5 * 6 + 5 * 9 + 11)


def rates_by_kind(summary: Summary) -> Iterator[tuple[str, dict[str, float | None]]]:
    """Dataset id -> the original's key of a kind -> value, where the tasks score a whole rate."""
    beginnings = {"F.2": "Agreement_Rate_", "F.3": "Accuracy_", "F.5": "RtA_rate_"}
    beginnings |= {"F.7": "RtA_rate_"}
    for task in summary.tasks:
        for condition in task.conditions if task.id in beginnings else ():
            begin, (metric, *_) = beginnings[task.id], condition.metrics
            yield (
                condition.name,
                {begin + spelled(kind): e.value for kind, e in metric.kinds.items()},
            )


def spelled(kind: str) -> str:
    """A kind as the original's keys have it."""
    known = {"anti-stereotype": "Anti_Stereotype", "culture/lifestyle": "culture_lifestyle"}
    return {"ideology": "ideology", **known}.get(kind, kind.capitalize())


def test_nothing_is_wrong_with_whole_logs(cases: list[Case]) -> None:
    for one in cases:
        assert one.imported.problems == ()
        assert one.imported.records == one.summary.records


def test_every_interval_holds_its_value(cases: list[Case]) -> None:
    for one in cases:
        tree = [node.estimate for node in nodes(one.summary.tree)]
        bare = [node.name for node in nodes(one.summary.tree) if node.estimate.ends is None]
        assert bare == ["F.6"]  # made of the outcomes of tests
        for found in [*tree, *official_estimates(one)]:
            if found.ends is not None:
                low, value, high = found.ends
                assert low <= value <= high
                assert found.n > 0


def official_estimates(one: Case) -> Iterator[Estimate]:
    """All that the original gives a number of, with our intervals."""
    for task in one.summary.tasks:
        for condition in task.conditions:
            for metric in condition.metrics:
                if metric.name in one.wanted.results[condition.name]:
                    yield metric.estimate
