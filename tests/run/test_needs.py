"""What the tasks of a run need, and that nothing is asked before it is there."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.official.fixture import make_fixture

from multitrust.attacks.image import DEMO, PGD, TorchSurrogate
from multitrust.core import (
    Condition,
    ConfigError,
    DataUnavailableError,
    Env,
    Origin,
    Protocol,
    Sample,
    Task,
    roles_of,
)
from multitrust.models import resolve
from multitrust.run import RunConfig, execute, find_needs, plan
from multitrust.run.estimate import asks
from multitrust.tasks import load_tasks, select_tasks, tasks_for
from multitrust.tasks.attacking import ShowAttacked


@dataclass(frozen=True)
class Compressed:
    """A step that needs a package which is not installed."""

    extra: str = "bnb"

    def __call__(self, sample: Sample, env: Env) -> Sample:
        return sample


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_fixture(tmp_path_factory.mktemp("data"), rows=2).root


def embedded(*tasks: Task, conditions: tuple[str, ...] = ()) -> RunConfig:
    return RunConfig(
        model=resolve("mock/yes-sayer"), tasks=tasks, folder=Path("never"), conditions=conditions
    )


def official(root: Path, protocol: Protocol = "corrected", *names: str) -> RunConfig:
    return RunConfig(
        model=resolve("mock/yes-sayer"),
        tasks=select_tasks(names or ["all"], tasks_for("official", protocol)),
        folder=Path("never"),
        origin=Origin(name="official", root=str(root)),
        protocol=protocol,
    )


def with_step(step: Any) -> Task:
    """T.6 with another condition that has this step."""
    (task,) = select_tasks(["T.6"])
    (shown,) = task.conditions
    return replace(task, conditions=(shown, Condition(name="more", steps=(*shown.steps, step))))


def test_all_embedded_tasks_need_nothing() -> None:
    assert find_needs(embedded(*load_tasks()), ()) == ()


def test_gradients_of_another_model_need_packages() -> None:
    attack = PGD(surrogate=TorchSurrogate("x", DEMO.folder), prompt="", toward=True)
    task = with_step(ShowAttacked("scene", attack, lambda sample: ""))
    (need,) = find_needs(embedded(task), ())
    assert (need.kind, need.name, need.tasks) == ("extra", "local", ("T.6",))


def test_a_package_that_is_missing_ends_a_run_before_anything(tmp_path: Path) -> None:
    task = with_step(Compressed())
    config = replace(embedded(task), folder=tmp_path / "run")
    with pytest.raises(ConfigError, match=r"^T\.6: needs bitsandbytes>=.*install .*\[bnb\]'"):
        execute(config)
    assert not config.folder.exists()
    execute(replace(config, conditions=(task.conditions[0].name,), limit=1))


def test_a_whole_copy_of_the_official_data_lacks_nothing(data: Path) -> None:
    needs = find_needs(official(data), ("judge", "harm"))
    assert not any(need.missing for need in needs)
    assert {need.kind for need in needs} == {"data", "role"}


@pytest.mark.parametrize("protocol", ["corrected", "official"])
def test_roles_are_told_without_samples_as_a_plan_counts_them(
    data: Path, protocol: Protocol
) -> None:
    """Of all metrics; those of the other protocol ask their roles, too, if these have a model."""
    config = official(data, protocol)
    counted: dict[str, set[str]] = {}
    for entry in plan(config):
        roles = {ask.role for ask in asks(entry, entry.sample, "An answer.")}
        counted.setdefault(entry.task.id, set()).update(roles)
    told = {
        task.id: set(roles_of([m.scorer for c in task.conditions for m in task.metrics_of(c)]))
        for task in config.tasks
    }
    assert told == counted


def roles_needed(config: RunConfig) -> dict[str, str]:
    return {n.name: " ".join(n.tasks) for n in find_needs(config, ()) if n.kind == "role"}


def test_the_roles_of_both_protocols_are_those_of_the_documentation(data: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/judges.md").read_text(encoding="utf-8")
    cells = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    documented = {role.strip("|` "): tasks.replace(",", "") for role, tasks, *_ in cells}
    assert roles_needed(official(data, "official")) == documented
    corrected = roles_needed(official(data, "corrected"))
    assert set(corrected) == {"judge", "harm"}
    assert all(set(corrected[role].split()) <= set(documented[role].split()) for role in corrected)


def test_a_role_that_is_missing_forbids_nothing(data: Path, tmp_path: Path) -> None:
    config = replace(official(data, "official", "S.1"), folder=tmp_path / "run", limit=1)
    needs = [need for need in find_needs(config, ["perspective"]) if need.missing]
    assert [(need.name, need.tasks, need.blocks) for need in needs] == [
        ("moderation", ("S.1",), False)
    ]
    assert "--model-role moderation=MODEL" in str(needs[0])
    assert execute(config).progress.done == 1


def test_every_task_whose_data_are_missing_is_named(data: Path, tmp_path: Path) -> None:
    part = Path(shutil.copytree(data / "truthfulness", tmp_path / "part" / "truthfulness")).parent
    config = replace(official(part, "official", "T.5", "F.6", "P.3"), folder=tmp_path / "run")
    with pytest.raises(DataUnavailableError) as raised:
        execute(config)
    first, second = str(raised.value).splitlines()
    assert first.startswith("F.6: ")
    assert second.strip().startswith("P.3: ")
    assert f"multitrust data verify official {part} --tasks P.3" in second
    assert not config.folder.exists()


def test_no_copy_of_the_data_is_said_once_for_all_tasks(tmp_path: Path) -> None:
    (need, *roles) = find_needs(official(tmp_path), ())
    assert len(need.tasks) == 32
    assert "S.5 and 20 more: the data root" in str(need)
    assert {need.kind for need in roles} == {"role"}
