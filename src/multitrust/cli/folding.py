"""From a run's folder to its numbers: what the commands that show a run begin with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from multitrust.core import ConfigError, Manifest, Task, escaped_texts

if TYPE_CHECKING:
    from multitrust.report import Entry


def folded(folder: Path) -> Entry:
    """The run of a folder with its numbers.

    Raises:
        ConfigError: the code of one of its tasks is not at hand.
        StoreError: there is no run in the folder, or it cannot be read.
    """
    from multitrust.report import Entry, summarise
    from multitrust.run import count_asked, load_run

    manifest, records = load_run(folder)
    tasks = tasks_at_hand(folder, manifest)
    samples = count_asked(folder, manifest, tasks, records)
    return Entry(
        manifest=escaped_texts(manifest),
        records=records,
        tasks=tasks,
        summary=summarise(manifest, records, tasks, samples=samples),
    )


def tasks_at_hand(
    folder: Path, manifest: Manifest, wording: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[Task, ...]:
    """The tasks that a run's manifest names, with all others of its suite.

    Args:
        folder: of the run.
        manifest: of the run.
        wording: what replaces our own prompts, where something is to be asked.

    Raises:
        ConfigError: the code of one of the run's tasks is not at hand, or a task here that has its
            id measures something else. A run's folder holds no code, and none that it names is run
            unasked.
    """
    from multitrust import __version__
    from multitrust.tasks import tasks_of

    tasks = tasks_of(manifest, wording)
    here = {task.id: task.digest for task in tasks if task.version == manifest.tasks.get(task.id)}
    missing = sorted(manifest.tasks.keys() - {task.id for task in tasks})
    missing += sorted(
        name for name, digest in here.items() if manifest.definitions.get(name, digest) != digest
    )
    if missing:
        raise ConfigError(
            f"the code of {', '.join(missing)} is not at hand: {folder} was made by multitrust "
            f"{manifest.version or '(unknown)'} with tasks that this version ({__version__}) does "
            "not have, or that measure something else here. Nothing was written. Use the version "
            "that has them; for tasks of your own, fold the run where they are defined: "
            "multitrust.summarise(*multitrust.load_run(FOLDER), TASKS)"
        )
    return tasks
