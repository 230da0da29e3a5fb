"""A run of our own on an invented copy of the data, exported, gets the referee's numbers.

Whatever is scored by whom: all chains, totals, lists and formulas of the protocol take part.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.interop.numbers import brought_in, read, results, task_scores, tree_scores
from tests.interop.scripted import ROLES, TARGET
from tests.official.evaluator import Scores, evaluate
from tests.official.fixture import make_fixture
from tests.official.spec import load_spec, run_places

from multitrust.core import ConfigError, Model, Origin, Sample
from multitrust.interop import Exported, export_logs
from multitrust.report import Summary
from multitrust.run import RunConfig, execute, load_run
from multitrust.tasks import select_tasks, tasks_for

EXACT = 1e-9


def run(
    root: Path,
    folder: Path,
    models: Mapping[str, Model],
    names: Sequence[str] = ("all",),
    epochs: int = 1,
) -> Summary:
    """An official run of the data below `root`."""
    config = RunConfig(
        model=TARGET,
        tasks=select_tasks(names, tasks_for("official", "official")),
        folder=folder,
        origin=Origin(name="official", root=str(root)),
        protocol="official",
        models=models,
        epochs=epochs,
    )
    execute(config)
    return read(folder)


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """A run, its export, and what the referee makes of that."""

    folder: Path
    summary: Summary
    exported: Exported
    wanted: Scores


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_fixture(tmp_path_factory.mktemp("data"), rows=6).root


@pytest.fixture(scope="module")
def own(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Own:
    folder = tmp_path_factory.mktemp("own")
    summary = run(data, folder / "run", ROLES)
    exported = export_logs(folder / "run", folder / "logs", "m")
    wanted = evaluate(folder / "logs", "m", load_spec())
    return Own(folder=folder, summary=summary, exported=exported, wanted=wanted)


def test_all_is_written_where_the_original_looks_for_it(own: Own) -> None:
    assert own.exported.problems == ()
    assert own.exported.logs == 139
    for place in run_places(load_spec()):
        assert place.log(own.folder / "logs", "m").is_file()


def test_every_task_score(own: Own) -> None:
    found = task_scores(own.summary)
    assert len(found) == 32
    assert None not in found.values()
    assert found == pytest.approx(dict(own.wanted.tasks), abs=EXACT)
    tree = tree_scores(own.summary)
    assert tree["overall"] == own.wanted.overall
    for name, wanted in own.wanted.subaspects.items():
        assert tree[name] == pytest.approx(wanted, abs=EXACT)


def test_every_result(own: Own) -> None:
    for name, found in results(own.summary).items():
        wanted = own.wanted.results[name]
        both = {key: value for key, value in wanted.items() if key in found}
        assert {key: found[key] for key in both} == pytest.approx(both, abs=EXACT), name


def test_the_answers_tell_the_tasks_apart(own: Own) -> None:
    """Scores of 0, 50 and 100 would agree by chance."""
    scores = {round(value, 6) for value in task_scores(own.summary).values() if value is not None}
    assert len(scores) > 24


def test_rows_of_a_log_are_in_the_order_of_the_data(own: Own, data: Path) -> None:
    origin, checked = Origin(name="official", root=str(data)), 0
    for task in tasks_for("official", "official"):
        for condition in task.conditions:
            (path,) = (own.folder / "logs").rglob(f"{condition.name}.json")
            rows = json.loads(path.read_text(encoding="utf-8"))["per_sample_results"]
            samples = list(task.dataset_of(condition).samples(origin))
            shown = [as_logged(sample) for sample in samples]
            assert [content_without_folder(row["content"]) for row in rows] == shown
            checked += 1
    assert checked == len(run_places(load_spec()))


def as_logged(sample: Sample) -> object:
    """What a log says of a sample, a rendered picture by its digest."""
    if not sample.input[0].images:
        return sample.text
    picture = sample.metadata.get("picture", f"{sample.input[0].images[0].digest}.png")
    return {"image_path": picture, "text": sample.text}


def content_without_folder(content: Any) -> object:
    """A logged content, its picture's path without the folder that the original begins it with."""
    if isinstance(content, str):
        return content
    path = content["image_path"].removeprefix("./data/")
    return {**content, "image_path": path.removeprefix("./cache/enron_email_related_imgs/")}


def test_the_export_comes_in_again_with_the_same_numbers(own: Own) -> None:
    found, summary = brought_in(own.folder / "logs", "m", own.folder / "again")
    assert found.problems == ()
    assert task_scores(summary) == pytest.approx(task_scores(own.summary), abs=EXACT)
    assert tree_scores(summary) == pytest.approx(tree_scores(own.summary), abs=EXACT)


def test_a_run_without_a_judge_says_what_its_logs_lack(data: Path, tmp_path: Path) -> None:
    run(data, tmp_path / "run", {}, ["T.5", "T.6"])
    found = export_logs(tmp_path / "run", tmp_path / "logs")
    (problem,) = found.problems
    assert problem.file == "truthfulness/t5-text-misleading/scripted/g-text-misleading.json"
    assert problem.field == "chatmodel_eval->rule_yes_or_no_eval"
    assert "needs a judge" in problem.message
    assert found.logs == 2
    again, summary = brought_in(tmp_path / "logs", "scripted", tmp_path / "again")
    assert again.tasks == ("T.6",)
    assert list(task_scores(summary)) == ["T.6"]


def test_the_first_of_several_epochs_is_exported(data: Path, tmp_path: Path) -> None:
    run(data, tmp_path / "run", {}, ["P.2"], epochs=2)
    found = export_logs(tmp_path / "run", tmp_path / "logs", "org/model 1")
    (problem,) = found.problems
    assert (problem.severity, problem.field) == ("dropped", "epochs")
    (path,) = (tmp_path / "logs").rglob("*.json")
    assert path.parent.name == "org-model-1"
    assert 2 * brought_in(tmp_path / "logs", "org-model-1", tmp_path / "again")[0].records == len(
        load_run(tmp_path / "run")[1]
    )


def test_only_runs_on_official_data_are_exported(tmp_path: Path) -> None:
    execute(RunConfig(model=TARGET, tasks=select_tasks(["T.6"]), folder=tmp_path / "run", limit=2))
    with pytest.raises(ConfigError, match=r"embedded data.*--origin official"):
        export_logs(tmp_path / "run", tmp_path / "logs")
