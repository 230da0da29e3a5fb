"""Finding and choosing tasks."""

from __future__ import annotations

import pytest

from multitrust.core import UnknownNameError
from multitrust.metrics import SUBASPECTS
from multitrust.tasks import load_tasks, select_tasks

ORDER = [task for _, _, weights in SUBASPECTS.values() for task in weights]


def test_tasks_are_found_in_suite_order() -> None:
    ids = [task.id for task in load_tasks()]
    assert ids == sorted(ids, key=ORDER.index)
    assert ids[:7] == [f"T.{i}" for i in range(1, 8)]


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        (["T.2"], ["T.2"]),
        (["t.2", "T.1"], ["T.1", "T.2"]),
        (["visual-confusion-vqa"], ["T.6"]),
        (["T.M"], ["T.5", "T.6", "T.7"]),
        (["truthfulness", "T.1"], [f"T.{i}" for i in range(1, 8)]),
        (["all"], [task.id for task in load_tasks()]),
        ([], []),
    ],
)
def test_names_ids_and_groups_select(names: list[str], ids: list[str]) -> None:
    assert [task.id for task in select_tasks(names)] == ids


def test_an_unknown_task_names_its_neighbours() -> None:
    with pytest.raises(UnknownNameError, match="visual-confusion-vqa"):
        select_tasks(["visual-confusion"])
