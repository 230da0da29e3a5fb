"""How many samples a run asked, of how many it is to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson

from multitrust.core import Condition, Manifest, MultitrustError, Origin, Record, Task
from multitrust.data import DATA_VERSION
from multitrust.run.files import read_file
from multitrust.run.seal import COMPLETE


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedCount:
    """How many samples of a condition were asked; each epoch counts."""

    task: str
    condition: str
    asked: int
    expected: int | None
    """Of a complete run; None where the data that tell are not at hand."""

    @property
    def whole(self) -> bool:
        """Whether it is known that all were asked."""
        return self.expected is not None and self.asked >= self.expected


def count_asked(
    folder: Path, manifest: Manifest, tasks: Iterable[Task], records: Iterable[Record]
) -> tuple[AskedCount, ...]:
    """Count what was asked in every condition of a run; empty if the run asked all.

    The mark of a complete run says how many records it has. Without such a mark, or where records
    are missing, the data are counted as the manifest chooses from them.

    Args:
        folder: of the run.
        manifest: of the run.
        tasks: the definitions of its tasks; others may be among them.
        records: of the run.
    """
    found = Counter((record.task, record.condition) for record in records)
    if marked_total(folder) == found.total():
        return ()
    known = {task.id: task for task in tasks}
    counts = tuple(
        AskedCount(
            task=name,
            condition=arm,
            asked=found[name, arm],
            expected=count_expected(manifest, known.get(name), arm),
        )
        for name, arms in manifest.conditions.items()
        for arm in arms
    )
    return () if all(count.whole for count in counts) else counts


def marked_total(folder: Path) -> int | None:
    """The records of a run that is marked complete; None without a sound mark."""
    try:
        total = orjson.loads(read_file(folder / COMPLETE))["progress"]["total"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return total if isinstance(total, int) else None


def count_expected(manifest: Manifest, task: Task | None, name: str) -> int | None:
    """How many records a complete run has of a condition; None if its data are not at hand."""
    if task is None or not has_data_of(manifest, task):
        return None
    condition = next((arm for arm in task.conditions if arm.name == name), None)
    if condition is None:
        return None
    try:
        return manifest.epochs * count_samples(manifest, task, condition)
    except (MultitrustError, OSError):
        return None


def has_data_of(manifest: Manifest, task: Task) -> bool:
    """Whether the data that a task draws here are those that the run was made of.

    A run folder does not say where official data lie, nor what an imported run left out.
    """
    return (
        manifest.origin["name"] == "embedded"
        and manifest.origin.get("data_version", DATA_VERSION) == DATA_VERSION
        and manifest.tasks.get(task.id) == task.version
    )


def count_samples(manifest: Manifest, task: Task, condition: Condition) -> int:
    """How many samples of a condition the manifest chooses."""
    chosen = set(manifest.sample_ids)
    origin = Origin(name=manifest.origin["name"], seed=manifest.seed)
    samples = task.dataset_of(condition).samples(origin)
    count = sum(not chosen or sample.id in chosen for sample in samples)
    return count if manifest.limit is None else min(count, manifest.limit)
