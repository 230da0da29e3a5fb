"""A run's numbers in the form in which the referee gives its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from multitrust.interop import Imported, import_logs
from multitrust.metrics import TreeNode
from multitrust.report import Summary, summarise
from multitrust.run import load_run
from multitrust.tasks import tasks_of


def read(folder: Path) -> Summary:
    """The summary of the run in a folder."""
    manifest, records = load_run(folder)
    return summarise(manifest, records, tasks_of(manifest))


def brought_in(logs: Path, model: str, log_dir: Path) -> tuple[Imported, Summary]:
    """What an import did, and the summary of its run."""
    found = import_logs(logs, model, log_dir)
    return found, read(found.folder)


def task_scores(summary: Summary) -> dict[str, float | None]:
    """Task id -> score."""
    return {task.id: task.headline.value for task in summary.tasks}


def results(summary: Summary) -> dict[str, dict[str, float | None]]:
    """Dataset id -> metric -> value."""
    return {
        condition.name: {metric.name: metric.estimate.value for metric in condition.metrics}
        for task in summary.tasks
        for condition in task.conditions
    }


def nodes(tree: TreeNode) -> Iterator[TreeNode]:
    """The node and all below it."""
    yield tree
    for child in tree.children:
        yield from nodes(child)


def tree_scores(summary: Summary) -> Mapping[str, float | None]:
    """Overall, aspects, sub-aspects and tasks by name."""
    return {node.name: node.estimate.value for node in nodes(summary.tree)}
