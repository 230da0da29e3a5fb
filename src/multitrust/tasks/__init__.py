"""The 32 tasks: one file each, in the folder of its aspect."""

from multitrust.tasks.suite import (
    ASPECTS,
    PROTOCOLS,
    SUBASPECT_TITLES,
    load_tasks,
    official_tasks,
    protocol_named,
    select_tasks,
    suite_tasks,
    tasks_for,
    tasks_of,
)
from multitrust.tasks.wording import (
    fields_of,
    is_original,
    read_wording,
    wording_digest,
)

__all__ = [
    "ASPECTS",
    "PROTOCOLS",
    "SUBASPECT_TITLES",
    "fields_of",
    "is_original",
    "load_tasks",
    "official_tasks",
    "protocol_named",
    "read_wording",
    "select_tasks",
    "suite_tasks",
    "tasks_for",
    "tasks_of",
    "wording_digest",
]
