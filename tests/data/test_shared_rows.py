"""Rows are drawn once for all that read them, and nobody changes or loses them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import islice
from pathlib import Path
from time import sleep

import pytest

from multitrust.data.datasets import Row, SharedRows, rows_of
from multitrust.models import resolve
from multitrust.run import RunConfig, plan
from multitrust.run.plan import env_for
from multitrust.tasks import load_tasks

ALL = [{"id": str(number)} for number in range(6)]


class Generator:
    """Draws `ALL`, counts what it draws, and fails once at each of some places."""

    def __init__(self, *failing: int, pause: float = 0.0) -> None:
        self.drawn: list[str] = []
        self._failing, self._pause = list(failing), pause

    def __call__(self) -> Iterator[Row]:
        for place, row in enumerate(ALL):
            if place in self._failing:
                self._failing.remove(place)
                raise KeyboardInterrupt
            sleep(self._pause)
            self.drawn.append(row["id"])
            yield row


def test_each_row_is_drawn_once_and_only_when_reached() -> None:
    draw = Generator()
    rows = SharedRows(draw)
    assert list(islice(rows, 2)) == ALL[:2]
    assert draw.drawn == ["0", "1"]
    first, second = iter(rows), iter(rows)
    both = [next(reader) for _ in ALL for reader in (first, second)]
    assert both == [row for row in ALL for _ in range(2)]
    assert list(rows) == ALL
    assert draw.drawn == [row["id"] for row in ALL]


@pytest.mark.parametrize("place", range(6))
def test_a_reader_that_is_interrupted_costs_the_others_no_row(place: int) -> None:
    rows = SharedRows(Generator(place))
    other = iter(rows)
    before = list(islice(other, place))
    with pytest.raises(KeyboardInterrupt):
        list(rows)
    assert [*before, *other] == ALL
    assert list(rows) == ALL


def test_interrupted_again_and_again() -> None:
    rows = SharedRows(Generator(1, 1, 4))
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            list(rows)
    assert list(rows) == ALL


def test_threads_share_them() -> None:
    draw = Generator(pause=0.002)
    rows = SharedRows(draw)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda each: list(each), [rows] * 8))
    assert found == [ALL] * 8
    assert draw.drawn == [row["id"] for row in ALL]


def test_a_run_leaves_them_as_they_were_drawn() -> None:
    config = RunConfig(model=resolve("mock/echo"), tasks=load_tasks(), folder=Path())
    names = set()

    async def read() -> None:
        for entry in plan(config):
            await entry.condition.present(entry.sample, env_for(config, entry))
            names.add(entry.task.dataset_of(entry.condition).name)

    asyncio.run(read())
    assert len(names) > 70
    for name in names:
        aspect, module, *parts = name.split("/")
        part = "/".join(parts)
        drawn = import_module(f"multitrust.data.embedded.{aspect}.{module}").rows(part, 0)
        assert list(rows_of(f"{aspect}.{module}", part, 0)) == list(drawn), name
