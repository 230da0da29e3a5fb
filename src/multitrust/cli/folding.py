"""From a run's folder to its numbers: what the commands that show a run begin with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multitrust.report import Entry


def folded(folder: Path) -> Entry:
    """The run of a folder with its numbers.

    Raises:
        StoreError: there is no run in the folder, or it cannot be read.
    """
    from multitrust.report import Entry, summarise
    from multitrust.run import load_run
    from multitrust.tasks import tasks_of

    manifest, records = load_run(folder)
    tasks = tasks_of(manifest)
    return Entry(
        manifest=manifest,
        records=records,
        tasks=tasks,
        summary=summarise(manifest, records, tasks),
    )
