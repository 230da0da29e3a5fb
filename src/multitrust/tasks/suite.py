"""The tasks, found by where they lie.

Every module of an aspect's folder holds one `TASK`; the module of the same name below `official/`,
where there is one, holds the same task on the official data.
"""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, get_args

from multitrust.core import ConfigError, Manifest, Protocol, Task, UnknownNameError

if TYPE_CHECKING:
    from multitrust.tasks.official.protocol import OfficialTask, Wording

PROTOCOLS: tuple[Protocol, ...] = get_args(Protocol)
ASPECTS = ("truthfulness", "safety", "robustness", "fairness", "privacy")
"""The aspects in the order of the paper; a folder of another aspect comes after them."""
NOT_ASPECTS = frozenset({"official"})
"""Folders beside those of the aspects."""
SUBASPECT_TITLES: Mapping[str, str] = {
    "T.I": "Inherent deficiency",
    "T.M": "Misguided mistakes",
    "S.T": "Toxicity",
    "S.J": "Jailbreaking",
    "R.O": "OOD robustness",
    "R.A": "Adversarial attack",
    "F.S": "Stereotype",
    "F.B": "Bias and preference",
    "P.A": "Privacy awareness",
    "P.L": "Privacy leakage",
}
"""What the paper calls its sub-aspects, in its order. Another one is called by its name."""


@cache
def load_tasks() -> tuple[Task, ...]:
    """All tasks, by aspect and number.

    Raises:
        ValueError: two tasks have one id or one name, or a task lies in another aspect's folder.
    """
    package = import_module("multitrust.tasks")
    tasks: list[Task] = []
    for folder in pkgutil.iter_modules(package.__path__):
        if folder.ispkg and folder.name not in NOT_ASPECTS:
            inner = import_module(f"multitrust.tasks.{folder.name}")
            for module in pkgutil.iter_modules(inner.__path__):
                task: Task = import_module(f"{inner.__name__}.{module.name}").TASK
                if task.aspect != folder.name:
                    raise ValueError(f"{task.id} of aspect {task.aspect} lies in {folder.name}/")
                tasks.append(task)
    for names in ([task.id for task in tasks], [task.name for task in tasks]):
        if len(set(names)) != len(names):
            raise ValueError(f"two tasks share an id or a name: {sorted(names)}")
    return tuple(sorted(tasks, key=sort_key))


def sort_key(task: Task) -> tuple[int, str, int, str]:
    """Where a task stands in the suite: by aspect, then by the number in its id."""
    known = task.aspect in ASPECTS
    number = task.id.rpartition(".")[2]
    return (
        ASPECTS.index(task.aspect) if known else len(ASPECTS),
        task.aspect,
        int(number) if number.isascii() and number.isdigit() else sys.maxsize,
        task.id,
    )


@cache
def official_tasks() -> tuple[OfficialTask, ...]:
    """All tasks on the official data, in the order of the suite."""
    found: list[OfficialTask] = []
    for aspect in ASPECTS:
        inner = import_module(f"multitrust.tasks.official.{aspect}")
        for module in pkgutil.iter_modules(inner.__path__):
            found.append(import_module(f"{inner.__name__}.{module.name}").OFFICIAL)
    return tuple(sorted(found, key=lambda task: sort_key(task.like)))


def protocol_named(name: str) -> Protocol:
    """The protocol of that name.

    Raises:
        UnknownNameError: there is none.
    """
    for known in PROTOCOLS:
        if known == name:
            return known
    raise UnknownNameError("protocol", name, PROTOCOLS)


def tasks_for(
    origin: str, protocol: str = "corrected", wording: Mapping[str, Wording] | None = None
) -> tuple[Task, ...]:
    """The tasks on an origin's data, scored by a protocol.

    Args:
        origin: `embedded` or `official`.
        protocol: one of `PROTOCOLS`.
        wording: what replaces our own prompts, by task id and name.

    Raises:
        UnknownNameError: there is no such protocol.
        ConfigError: the official protocol, or its wording, is asked for on embedded data.
    """
    chosen = protocol_named(protocol)
    if origin == "official":
        replaced = wording or {}
        return tuple(task.task(chosen, replaced.get(task.id)) for task in official_tasks())
    if chosen != "corrected" or wording:
        raise ConfigError(
            "the official protocol and its wording belong to the official data; "
            "add --origin official --data-root DIR"
        )
    return load_tasks()


def suite_tasks(origin: str) -> tuple[Task, ...]:
    """The tasks that the overall score on an origin's data is made of."""
    if origin == "official":
        return tuple(task.like for task in official_tasks())
    return load_tasks()


def tasks_of(manifest: Manifest, wording: Mapping[str, Wording] | None = None) -> tuple[Task, ...]:
    """The tasks as a run knows them; those of an imported run have what its logs hold.

    Args:
        manifest: of the run.
        wording: what replaces our own prompts, where something is to be asked.
    """
    totals = manifest.origin.get("totals")
    if totals is None:
        return tasks_for(str(manifest.origin["name"]), manifest.protocol, wording)
    from multitrust.tasks.official.protocol import Logged

    summed = manifest.origin["summed"]
    logged = {
        name: Logged(totals=held, summed=frozenset(summed[name])) for name, held in totals.items()
    }
    protocol = protocol_named(manifest.protocol)
    return tuple(task.task(protocol, None, logged) for task in official_tasks())


def select_tasks(names: Sequence[str], tasks: Sequence[Task] | None = None) -> tuple[Task, ...]:
    """The tasks of these ids, names, sub-aspects or aspects, or `all`; each once, in suite order.

    Args:
        names: what is chosen.
        tasks: to choose from; those on embedded data if None.

    Raises:
        UnknownNameError: a name that fits nothing; lists its nearest neighbours.
    """
    tasks = load_tasks() if tasks is None else tasks
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
