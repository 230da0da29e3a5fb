"""The tasks, found by where they lie: every module of an aspect's folder holds one `TASK`."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from functools import cache
from importlib import import_module

from multitrust.core import Task, UnknownNameError

ASPECTS = ("truthfulness", "safety", "robustness", "fairness", "privacy")


@cache
def load_tasks() -> tuple[Task, ...]:
    """All tasks, by aspect and number.

    Raises:
        ValueError: two tasks have one id or one name, or a task lies in another aspect's folder.
    """
    package = import_module("multitrust.tasks")
    tasks: list[Task] = []
    for folder in pkgutil.iter_modules(package.__path__):
        if folder.name in ASPECTS:
            inner = import_module(f"multitrust.tasks.{folder.name}")
            for module in pkgutil.iter_modules(inner.__path__):
                task: Task = import_module(f"{inner.__name__}.{module.name}").TASK
                if task.aspect != folder.name:
                    raise ValueError(f"{task.id} of aspect {task.aspect} lies in {folder.name}/")
                tasks.append(task)
    for names in ([task.id for task in tasks], [task.name for task in tasks]):
        if len(set(names)) != len(names):
            raise ValueError(f"two tasks share an id or a name: {sorted(names)}")
    return tuple(sorted(tasks, key=place))


def place(task: Task) -> tuple[int, int]:
    """Where a task stands in the suite."""
    return ASPECTS.index(task.aspect), int(task.id.split(".")[1])


def select_tasks(names: Sequence[str]) -> tuple[Task, ...]:
    """The tasks of these ids, names, sub-aspects or aspects, or `all`; each once, in suite order.

    Raises:
        UnknownNameError: a name that fits nothing; lists its nearest neighbours.
    """
    tasks = load_tasks()
    known: dict[str, list[Task]] = {"all": list(tasks)}
    for task in tasks:
        for name in (task.id, task.name, task.subaspect, task.aspect):
            known.setdefault(name.casefold(), []).append(task)
    spelled = {n for task in tasks for n in (task.id, task.name, task.subaspect, task.aspect)}
    chosen: set[str] = set()
    for name in names:
        if name.casefold() not in known:
            raise UnknownNameError("task", name, spelled | {"all"})
        chosen |= {task.id for task in known[name.casefold()]}
    return tuple(task for task in tasks if task.id in chosen)
