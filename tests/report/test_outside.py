"""Tasks that are not of the suite: they run, and have a row in every table, total and page."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from multitrust.core import GenerateConfig, Manifest, Record, StoreError, Task
from multitrust.models import resolve
from multitrust.report import (
    Entry,
    compare,
    print_comparison,
    print_table,
    summarise,
    write_comparison,
    write_html,
)
from multitrust.run import RunConfig, execute, load_run
from multitrust.tasks import load_tasks, select_tasks

Make = Callable[..., Any]
PLACES = [("robustness", "R.O"), ("robustness", "R.X"), ("courtesy", "C.X")]


def own_task(aspect: str, subaspect: str, id: str = "X.1") -> Task:
    """A task as somebody would write one: T.6 under another name."""
    (like,) = select_tasks(["T.6"])
    return replace(like, id=id, name="my-own-task", aspect=aspect, subaspect=subaspect)


def run(folder: Path, *tasks: Task, model: str = "mock/yes-sayer") -> Entry:
    execute(RunConfig(model=resolve(model), tasks=tasks, folder=folder, limit=2))
    manifest, records = load_run(folder)
    known = [*load_tasks(), *(task for task in tasks if task.id == "X.1")]
    return Entry(
        manifest=manifest,
        records=records,
        tasks=known,
        summary=summarise(manifest, records, known),
    )


def printed(show: Callable[[Console], None]) -> str:
    text = io.StringIO()
    show(Console(file=text, width=120))
    return text.getvalue()


@pytest.mark.parametrize(("aspect", "subaspect"), PLACES)
def test_a_task_outside_the_suite_is_in_every_table_and_on_every_page(
    aspect: str, subaspect: str, tmp_path: Path
) -> None:
    (own_r2,) = select_tasks(["R.2"])
    suite = select_tasks(["T.5", "T.6"])
    alone = run(tmp_path / "alone", *suite, model="mock/no-sayer")
    found = run(tmp_path / "run", *suite, own_task(aspect, subaspect))
    base = summarise(
        replace(found.manifest, tasks=alone.manifest.tasks),
        [record for record in found.records if record.task != "X.1"],
        found.tasks,
    )
    assert found.summary.tree.estimate == base.tree.estimate
    assert found.summary.scope == "2 of 32 tasks: partial, and 1 outside the suite"
    table = printed(partial(print_table, found.summary))
    assert "X.1 My own task" in table
    assert "outside the suite" in table
    page = write_html(found.summary, found.records, tmp_path / "run").read_text(encoding="utf-8")
    assert page.count('id="X.1"') == 1
    assert 'href="#X.1"' in page
    assert "outside the suite" in page
    document = json.loads(found.summary.to_json())
    assert document["tasks"][-1]["id"] == "X.1"
    assert "X.1" not in document["suite"]
    assert own_r2.id in document["suite"]
    for entries in ((found, alone), (alone, found)):
        both = compare(entries, margin=5)
        assert subaspect in printed(partial(print_comparison, both))
        text = write_comparison(both, tmp_path / "both.html").read_text(encoding="utf-8")
        assert f'<th scope="col" class="n">{subaspect}</th>' in text
    (pair,) = compare([found, found], margin=5).pairs
    assert pair.equivalence is not None
    levels = [level.name for level in pair.equivalence.levels]
    assert {"X.1", "T.6"} <= set(levels)
    assert (subaspect in levels) == (subaspect != "R.O")  # no task of the suite was run there
    rows = {change.name: change for change in pair.changes}
    assert not rows["X.1"].counted
    assert rows["overall"].estimate.n == sum(rows[name].estimate.n for name in ("T.5", "T.6"))
    assert "X.1" in {change.task for change in pair.paired}


def test_a_run_of_such_tasks_alone_has_a_page_without_an_overall_score(tmp_path: Path) -> None:
    found = run(tmp_path, own_task("courtesy", "C.X"))
    assert found.summary.tree.estimate.value is None
    assert found.summary.scope == "0 of 32 tasks: partial, and 1 outside the suite"
    page = write_html(found.summary, found.records, tmp_path).read_text(encoding="utf-8")
    assert "My own task" in page
    assert "nothing to report" not in page


def changed(**fields: Any) -> Task:
    """A copy of a task of the package under the same id."""
    (task,) = select_tasks(["T.5"])
    return replace(task, **fields)


def reversed_metric() -> Task:
    (task,) = select_tasks(["T.5"])
    return changed(metrics=tuple(replace(m, higher_is_better=False) for m in task.metrics))


@pytest.mark.parametrize(
    ("other", "name"),
    [
        (lambda: own_task("courtesy", "C.X"), "X.1"),
        (lambda: changed(name="My variant"), "T.5"),
        (lambda: changed(weight=2.0), "T.5"),
        (lambda: changed(config=GenerateConfig(max_tokens=7)), "T.5"),
        (reversed_metric, "T.5"),
    ],
)
def test_commands_refuse_a_run_whose_code_is_not_at_hand(
    call: Callable[..., Any], tmp_path: Path, other: Callable[[], Task], name: str
) -> None:
    """Nothing is written: neither page nor store."""
    folder = tmp_path / "run"
    found = run(folder, *select_tasks(["T.6"]), other())
    write_html(found.summary, found.records, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    for command in (
        ["report", folder],
        ["report", folder, "--json"],
        ["score", folder],
        ["score", folder, "--judge", "mock/echo"],
        ["compare", folder, folder],
        ["report", folder, "--output", tmp_path / "page.html"],
    ):
        said = call(*command)
        assert said.code == 2, command
        assert f"the code of {name} is not at hand" in said.err
        assert "multitrust.summarise" in said.err
        if "--json" in command:
            assert list(json.loads(said.out)) == ["failures"]
        else:
            assert said.out == ""
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert after == before
    assert not (tmp_path / "page.html").exists()


def test_a_page_is_never_replaced_by_an_empty_one(
    record: Make, summary: Make, tmp_path: Path
) -> None:
    records: list[Record] = [record(arm, 1, 1.0) for arm in ("plain", "shown")]
    page = write_html(summary(records), records, tmp_path)
    before = page.read_bytes()
    with pytest.raises(StoreError, match="left as it is"):
        write_html(summary([]), [], tmp_path)
    assert page.read_bytes() == before
    empty = write_html(summary([]), [], tmp_path, tmp_path / "other.html")
    assert "holds no records yet" in empty.read_text(encoding="utf-8")


def test_a_task_that_joins_the_suite_is_in_every_total(
    task: Make, record: Make, manifest: Callable[..., Manifest]
) -> None:
    """As one that is added to the package would be."""
    suite = [*load_tasks(), task("R.7", "R.O"), task("X.1", "C.X", aspect="courtesy")]
    records = [record("plain", n, 1.0, task=t.id) for t in suite for n in range(3)]
    known = [replace(task(t.id, t.subaspect), aspect=t.aspect, weight=t.weight) for t in suite]
    records += [record("shown", n, 1.0, task=t.id) for t in suite for n in range(3)]
    found = summarise(manifest(), records, known, suite)
    assert found.scope == "all 34 tasks"
    assert found.tree.complete
    assert [node.name for node in found.tree.children][-1] == "courtesy"
    assert all(node.counted for node in found.tree.children)
    without = summarise(manifest(), [r for r in records if r.task != "R.7"], known, suite)
    assert not without.tree.complete
