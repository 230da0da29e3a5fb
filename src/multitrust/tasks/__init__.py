"""The 32 tasks: one file each, in the folder of its aspect."""

from multitrust.tasks.suite import ASPECTS, load_tasks, select_tasks

__all__ = ["ASPECTS", "load_tasks", "select_tasks"]
