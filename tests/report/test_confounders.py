"""What besides the model differs between two runs is said, and not taken for a change of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from tests.report.conftest import Stated
from tests.report.test_comparison import better, page, printed
from tests.report.whole import PLACES, balanced_run, whole

from multitrust.core import ModelIdentity
from multitrust.metrics import accuracy, mean_over
from multitrust.report import Entry, compare, summarise
from multitrust.report.names import LONGEST

RESTING = {"T.5": "judge", "T.7": "judge", "S.4": "harm"}
"""The tasks of these runs whose headline rests on a role."""


@dataclass(frozen=True)
class Judged(Stated):
    """A scorer that asks a role."""

    role: str = "judge"


def identity(name: str, **more: Any) -> ModelIdentity:
    return ModelIdentity(name=name, **more)


def scored(
    roles: dict[str, ModelIdentity], resting: dict[str, str] = RESTING, **more: Any
) -> Entry:
    """A run of all tasks that these models scored."""
    model = ModelIdentity(name=more.pop("model", "hf/mine"))
    run = whole(models={"target": model, **roles}, **more)
    tasks = []
    for task in run.tasks:
        metric = accuracy(Judged(role=resting[task.id])) if task.id in resting else None
        tasks.append(
            task
            if metric is None
            else replace(task, metrics=(metric,), headline=mean_over(metric, ["plain"]))
        )
    return replace(run, tasks=tuple(tasks))


ONE = {"judge": identity("openai/one"), "harm": identity("hf/harm")}


@pytest.mark.parametrize(
    ("other", "apart"),
    [
        (ONE, {}),
        ({**ONE, "judge": identity("openai/two")}, {"judge": ("T.5", "T.7")}),
        ({**ONE, "harm": identity("hf/harm", revision="2")}, {"harm": ("S.4",)}),
        ({**ONE, "judge": identity("openai/one", server="http://x")}, {"judge": ("T.5", "T.7")}),
        (
            {**ONE, "judge": identity("openai/one", settings={"temperature": 1})},
            {"judge": ("T.5", "T.7")},
        ),
        (
            {"judge": identity("a"), "harm": identity("b")},
            {"judge": ("T.5", "T.7"), "harm": ("S.4",)},
        ),
        ({**ONE, "unused": identity("c")}, {}),
    ],
)
def test_tasks_that_different_models_scored_have_no_change(
    tmp_path: Path, other: dict[str, ModelIdentity], apart: dict[str, tuple[str, ...]]
) -> None:
    first, second = scored(ONE, of=10), scored(other, of=10, right=better)
    comparison = compare([first, second], margin=60)
    (pair,) = comparison.pairs
    assert {found.role: found.tasks for found in pair.roles} == apart
    left = {task for tasks in apart.values() for task in tasks}
    changed = {change.name for change in pair.changes if change.kind == "task"}
    assert changed == PLACES.keys() - left
    assert {part.task for part in pair.paired} == changed
    overall = pair.changes[0]
    assert (overall.tasks, overall.of) == (32 - len(left), 32)
    assert overall.complete == (not left)
    assert [run.ranks is None for run in comparison.runs] == [bool(left)] * 2
    assert pair.equivalence is not None
    assert pair.equivalence.verdict == ("not enough evidence" if left else "equivalent")
    (document,) = json.loads(comparison.to_json())["pairs"]
    assert {found["role"]: tuple(found["tasks"]) for found in document["roles"]} == apart
    assert {found["compared"] for found in document["roles"]} <= {False}
    text, html = printed(first, second, width=300), page(tmp_path, first, second)
    for role, tasks in apart.items():
        words = f"{', '.join(tasks)} not compared, as the {role} differs: "
        assert words in text
        assert words in html
    assert ("not compared" in text) == bool(apart)


def test_a_model_that_scored_a_run_anew_is_the_one_that_counts() -> None:
    two = identity("openai/two")
    first, second = scored(ONE), scored({**ONE, "judge": two})
    anew = replace(second, manifest=replace(second.manifest, scored_by={"judge": ONE["judge"]}))
    assert compare([first, second]).pairs[0].roles
    comparison = compare([first, anew])
    assert comparison.pairs[0].roles == ()
    assert comparison.sources[1].scored_by == ONE
    back = replace(first, manifest=replace(first.manifest, scored_by={"judge": two}))
    assert [found.role for found in compare([back, anew]).pairs[0].roles] == ["judge"]


def test_runs_of_tasks_that_ask_nobody_are_compared_whatever_their_roles() -> None:
    first = scored(ONE, resting={})
    (pair,) = compare([first, scored({"judge": identity("z")}, resting={})]).pairs
    assert pair.roles == ()
    assert pair.changes[0].complete


def test_a_run_that_lacks_scores_for_want_of_a_judge_is_not_compared_in_them() -> None:
    """What it has a score for, as that takes no judge, is a selection."""
    first, second = scored(ONE), scored({"harm": ONE["harm"]})
    assert compare([first, second]).pairs[0].roles == ()  # all is scored all the same
    lacking = tuple(
        replace(task, lacks="needs a judge") if task.id == "T.5" else task
        for task in second.summary.tasks
    )
    second = replace(second, summary=replace(second.summary, tasks=lacking))
    for entries in ([first, second], [second, first]):
        (found,) = compare(entries).pairs[0].roles
        assert (found.role, found.tasks, found.compared) == ("judge", ("T.5",), False)
        assert "none in" in compare(entries).pairs[0].warnings[0]


def test_of_logs_it_is_not_known_who_scored_them() -> None:
    logs = {"origin": {"name": "official", "imported": "MMTrustEval"}}
    own, imported = scored(ONE), scored({}, model="theirs", **logs)
    for entries in ([own, imported], [imported, own]):
        (pair,) = compare(entries).pairs
        assert pair.changes[0].complete
        assert {found.role: found.compared for found in pair.roles} == {"judge": True, "harm": True}
        assert "T.5, T.7: which model was the judge in the logs of theirs is not known; " in (
            text := " ".join(pair.warnings)
        )
        assert "in hf/mine it was openai/one" in text
    (pair,) = compare([imported, scored({}, **logs)]).pairs
    assert pair.roles == ()


@pytest.mark.parametrize(
    ("judges", "names"),
    [
        (["one", "two"], ["m (judge one)", "m (judge two)"]),
        (["one", "one"], ["m", "m #2"]),
        (["x/one", "y/one"], ["m (judge one)", "m (judge one) #2"]),
        (["one", "one", "two"], ["m (judge one)", "m (judge one) #2", "m (judge two)"]),
        (["one", "two", ""], ["m (judge one)", "m (judge two)", "m (no judge)"]),
        (["one", ""], ["m", "m #2"]),
    ],
)
def test_runs_of_one_model_are_called_by_their_judges(
    judges: Sequence[str], names: Sequence[str]
) -> None:
    runs = [scored({"judge": identity(j)} if j else {}, model="m", of=2) for j in judges]
    assert [source.name for source in compare(runs).sources] == names
    for run, source in zip(runs, compare(runs).sources, strict=True):
        judge = run.manifest.models.get("judge")
        assert judge is None or f"judge {judge.name}" in source.text


@pytest.mark.parametrize("judge", ["x" * 300, "模型" * 40, "a\nb [red]c", "#", "u/v/"])
def test_names_with_judges_are_short_and_no_two_are_alike(judge: str) -> None:
    long = "hf/Qwen/Qwen2.5-VL-7B-Instruct"
    runs = [scored({"judge": identity(j)}, model=long, of=1) for j in (judge, "other", judge)]
    names = [source.name for source in compare(runs).sources]
    assert len(set(names)) == 3
    assert all(0 < cell_len(name) <= LONGEST for name in names)


def test_models_with_names_of_their_own_are_not_called_by_their_judges() -> None:
    runs = [scored(ONE, model="a"), scored({"judge": identity("z")}, model="b")]
    assert [source.name for source in compare(runs).sources] == ["a", "b"]


# data


@pytest.mark.parametrize(
    ("what", "one", "two", "said"),
    [
        ("fingerprint", "a" * 64, "b" * 64, True),
        ("fingerprint", "a" * 64, "a" * 64, False),
        ("fingerprint", "a" * 64, "", False),
        ("data_version", "1", "2", True),
        ("data_version", "2", "2", False),
    ],
)
def test_runs_on_different_copies_of_the_data_say_so(
    tmp_path: Path, what: str, one: str, two: str, said: bool
) -> None:
    name = {"fingerprint": "official", "data_version": "embedded"}[what]
    protocol = {"fingerprint": "official", "data_version": "corrected"}[what]
    runs = [
        whole(origin={"name": name} | ({what: value} if value else {}), protocol=protocol, model=m)
        for value, m in ((one, "a"), (two, "b"))
    ]
    comparison = compare(runs)
    (pair,) = comparison.pairs
    assert (pair.data is not None) == said
    words = f"different copies of the data: {what.replace('_', ' ')} {one[:12]} in a, {two[:12]}"
    assert (words in printed(*runs, width=300)) == said
    assert (words in page(tmp_path, *runs, published=False)) == said
    document = json.loads(comparison.to_json())["pairs"][0]["data"]
    assert document == ({"what": what, "base": one, "other": two, "changed": 0} if said else None)


def test_samples_that_expect_another_answer_in_another_copy_are_not_paired() -> None:
    """The question and the picture are the same; what counts as right is not."""
    base = whole(origin={"name": "official", "fingerprint": "a"}, model="a")
    other = whole(origin={"name": "official", "fingerprint": "b"}, model="b")
    records = [
        replace(r, target="new") if r.task == "T.5" and r.sample_id < "s005"
        else replace(r, metadata={"extra": {"EXPECTED_KEYWORDS": "new"}})
        if r.task == "S.2" and r.sample_id == "s000"
        else r
        for r in other.records
    ]  # fmt: skip
    (pair,) = compare([base, replace(other, records=records)]).pairs
    assert pair.data is not None
    assert pair.data.changed == 6
    assert pair.shared == 640 - 6
    by_name = {change.name: change.estimate.n for change in pair.changes}
    assert (by_name["T.5"], by_name["S.2"], by_name["T.6"]) == (15, 19, 20)
    assert "6 records with the same prompt and pictures expect another answer" in pair.warnings[0]


# own scores


def own_text(*entries: Entry) -> str:
    text = " ".join(printed(*entries, width=300).split())
    found = text.partition("own overall scores are ")[2]
    return found.partition(" headline components differ")[0]


def test_own_scores_of_other_tasks_say_that_other_tasks_are_in_them(tmp_path: Path) -> None:
    one = whole(without=[name for name in PLACES if name != "T.5"], model="a")
    four = whole(better, without=[n for n in PLACES if n not in ("T.5", "S.4", "F.4")], model="b")
    text = own_text(one, four)
    assert "they include tasks that are not compared (F.4, S.4 in b)" in text
    assert "samples that are not compared" not in text
    assert "cut headlines" not in text
    assert "tasks that are not compared (F.4, S.4 in b)" in page(tmp_path, one, four)
    (pair,) = compare([one, four]).pairs
    assert (pair.own.base_tasks, pair.own.other_tasks) == ((), ("F.4", "S.4"))


def test_own_scores_of_other_samples_say_that() -> None:
    text = own_text(whole(of=20, model="a"), whole(better, of=8, model="b"))
    assert "they include samples that are not compared" in text
    assert "tasks that are not compared" not in text
    assert "cut headlines" not in text


def test_own_scores_that_are_cut_say_that() -> None:
    base = balanced_run(lambda number: (number % 4 == 0, number % 2 == 0))
    other = balanced_run(lambda number: (number % 2 == 0, number % 4 > 0), model="b")
    text = own_text(base, other)
    assert "they cut headlines below 0 to 0 before averaging (S.4)" in text
    assert "include" not in text


def test_own_scores_with_tasks_of_another_judge_say_that() -> None:
    second = scored({**ONE, "harm": identity("z")}, right=lambda task, _: task == "S.4")
    first = scored(ONE, right=lambda task, _: False)
    assert "tasks that are not compared (S.4 in both)" in own_text(first, second)


def test_own_scores_of_samples_that_one_run_has_no_score_for_say_that() -> None:
    first, second = whole(model="a"), whole(model="b")
    unscored = [
        replace(r, scores=(replace(r.scores[0], value=None, unscored="unparsed"),))
        if r.task.startswith("T") and r.sample_id > "s012"
        else r
        for r in second.records
    ]
    summary = summarise(second.manifest, unscored, second.tasks)
    second = replace(second, records=unscored, summary=summary)
    assert "they include samples that only one run has a score for" in own_text(first, second)
