"""What the tasks of a run need: packages, data, models in roles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from multitrust.core import (
    Condition,
    DataUnavailableError,
    Need,
    Task,
    extra_need,
    extras_of,
    roles_of,
)
from multitrust.data.official import data_root
from multitrust.run.config import RunConfig


def find_needs(config: RunConfig, roles: Collection[str]) -> tuple[Need, ...]:
    """What the chosen conditions of a run's tasks need, whether it is there or not.

    Asks no model. On official data the annotation files of the chosen tasks are read, and their
    pictures looked at; embedded data need nothing.

    Args:
        config: the run; its models are not used.
        roles: those that have a model.
    """
    return (
        *(extra_need(name, tasks) for name, tasks in used(config, extras_used).items()),
        *data_needs(config),
        *(
            role_need(name, tasks, name in roles)
            for name, tasks in used(config, roles_used).items()
        ),
    )


def extras_used(task: Task, condition: Condition) -> frozenset[str]:
    """The extras of a condition: of its steps and its scorers."""
    scorers = [metric.scorer for metric in task.metrics_of(condition)]
    return extras_of([condition.steps, scorers])


def roles_used(task: Task, condition: Condition) -> frozenset[str]:
    """The roles that the task's headline rests on in a condition."""
    named = {leaf.metric for leaf in task.headline.leaves if leaf.condition == condition.name}
    return roles_of([m.scorer for m in task.metrics_of(condition) if m.name in named])


def used(
    config: RunConfig, names_in: Callable[[Task, Condition], Collection[str]]
) -> dict[str, tuple[str, ...]]:
    """What the chosen conditions use, by name, with the ids of their tasks; in suite order."""
    found: dict[str, dict[str, None]] = {}
    for task in config.tasks:
        for condition in config.conditions_of(task):
            for name in sorted(names_in(task, condition)):
                found.setdefault(name, {})[task.id] = None
    return {name: tuple(tasks) for name, tasks in found.items()}


def role_need(role: str, tasks: tuple[str, ...], given: bool) -> Need:
    """A model in a role."""
    return Need(
        kind="role",
        name=role,
        tasks=tasks,
        missing="" if given else f"no model in the role {role}, without which there is no score",
        mend="" if given else f"add --model-role {role}=MODEL, now or to `multitrust score` later",
    )


def data_needs(config: RunConfig) -> Iterator[Need]:
    """The official data of each task; nothing for embedded data."""
    if config.origin.name != "official":
        return
    try:
        data_root(config.origin.root)
    except DataUnavailableError as error:
        tasks = tuple(task.id for task in config.tasks)
        fetch = "to fetch them: multitrust data fetch official DIR"
        yield Need(kind="data", name="official", tasks=tasks, missing=str(error), mend=fetch)
        return
    verify = f"for all problems: multitrust data verify official {config.origin.root} --tasks"
    for task in config.tasks:
        missing = unusable_data(config, task)
        mend = f"{verify} {task.id}" if missing else ""
        yield Need(kind="data", name="official", tasks=(task.id,), missing=missing, mend=mend)


def unusable_data(config: RunConfig, task: Task) -> str:
    """Why the data of a task cannot be used; empty if they can."""
    for condition in config.conditions_of(task):
        try:
            next(iter(task.dataset_of(condition).samples(config.origin)), None)
        except DataUnavailableError as error:
            return str(error)
    return ""
