"""Finding and choosing tasks."""

from __future__ import annotations

from collections import Counter

import pytest

from multitrust.core import UnknownNameError
from multitrust.tasks import SUBASPECT_TITLES, load_tasks, select_tasks

SIZES = {
    "T.I": 4, "T.M": 3, "S.T": 3, "S.J": 3, "R.O": 3,
    "R.A": 3, "F.S": 4, "F.B": 3, "P.A": 3, "P.L": 3,
}  # fmt: skip
"""The paper's sub-aspects and how many tasks each has, written down here apart from the code."""


def test_tasks_are_found_in_suite_order() -> None:
    ids = [task.id for task in load_tasks()]
    sizes = {"T": 7, "S": 6, "R": 6, "F": 7, "P": 6}
    assert ids == [f"{letter}.{i}" for letter, n in sizes.items() for i in range(1, n + 1)]


def test_sub_aspects_and_weights_are_the_papers() -> None:
    tasks = load_tasks()
    assert Counter(task.subaspect for task in tasks) == SIZES
    assert list(dict.fromkeys(task.subaspect for task in tasks)) == list(SUBASPECT_TITLES)
    assert all(task.aspect[0].upper() == task.subaspect[0] == task.id[0] for task in tasks)
    others = {"P.1": 0.4, "P.2": 0.3, "P.3": 0.3}
    assert {task.id: task.weight for task in tasks} == {t.id: 1.0 for t in tasks} | others


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
