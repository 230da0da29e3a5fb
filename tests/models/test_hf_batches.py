"""How large batches become, and what shares one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from multitrust.core import GenerateConfig, Message, ModelError, Response
from multitrust.models.batches import PATIENCE, Capacity
from multitrust.models.hf import HfModel, load
from multitrust.models.local import Request

CONFIG = GenerateConfig(max_tokens=2)


class Gauge:
    """A device with room for so many bytes, of which a batch takes so many."""

    def __init__(self, free: int, taken: int) -> None:
        self._free, self._taken = free, taken

    def free(self) -> int | None:
        return self._free

    def start(self) -> None:
        pass

    def taken(self) -> int:
        return self._taken


class Watched(HfModel):
    """Remembers its batches, and has room for a number of requests in turn."""

    rooms: Iterator[int]
    batches: list[list[str]]

    def _generate(self, batch: list[Request]) -> list[Response]:
        import torch

        self.batches.append([request.text for request in batch])
        if len(batch) > next(self.rooms, 100):
            raise torch.OutOfMemoryError("no room")
        return super()._generate(batch)


@pytest.fixture
def watched(folder: Path) -> Watched:
    roomy = load(str(folder), {"device": "cpu"})
    made = Watched("watched", roomy.model, roomy.processor, batch_size=8)
    made.rooms, made.batches = iter([]), []
    return made


def ask(model: HfModel, texts: list[str]) -> list[Response | BaseException]:
    async def all_of_them() -> list[Response | BaseException]:
        calls = (model.generate((Message(role="user", text=t),), CONFIG) for t in texts)
        return list(await asyncio.gather(*calls, return_exceptions=True))

    return asyncio.run(all_of_them())


def test_a_batch_halves_at_once_and_grows_back_slowly() -> None:
    capacity = Capacity(16)
    capacity.shrink(16)
    assert capacity.now == 8
    for _ in range(2 * PATIENCE - 1):
        capacity.settle(8)
    assert capacity.now == 8
    capacity.settle(8)
    assert capacity.now == 16
    capacity.settle(16)
    assert capacity.now == 16, "never more than the user allows"


def test_each_failure_doubles_the_patience() -> None:
    capacity = Capacity(4)
    for needed in (2 * PATIENCE, 4 * PATIENCE):
        capacity.shrink(4)
        batches = 0
        while capacity.now < 4:
            capacity.settle(2)
            batches += 1
        assert batches == needed


def test_a_batch_that_was_not_full_tells_nothing() -> None:
    capacity = Capacity(4)
    capacity.shrink(4)
    for _ in range(10 * PATIENCE):
        capacity.settle(1)
    assert capacity.now == 2


@pytest.mark.parametrize(
    ("lengths", "free", "expected"),
    [
        ([100.0] * 8, None, 8),
        ([100.0] * 20, None, 16),
        ([2000.0, 1100.0, 900.0, 10.0], None, 2),
        ([200.0, 10.0], None, 2),
        ([90.0] * 16, 10_000, 9),
        ([90.0] * 16, 50, 1),
    ],
)
def test_what_a_batch_holds(lengths: list[float], free: int | None, expected: int) -> None:
    capacity = Capacity(16)
    capacity.measure(taken=1000, tokens=100)
    assert capacity.holds(lengths, more=10, free=free) == expected


def test_memory_that_ran_out_is_remembered(watched: Watched) -> None:
    watched.rooms = iter([4])
    assert all(isinstance(answer, Response) for answer in ask(watched, ["what is"] * 16))
    assert [len(batch) for batch in watched.batches] == [8, 4, 4, 4, 4]


def test_measured_memory_keeps_batches_small(watched: Watched) -> None:
    watched.gauge = Gauge(free=1000, taken=1000)
    ask(watched, ["what is"] * 16)
    assert [len(batch) for batch in watched.batches] == [8, 7, 1]


def test_long_and_short_prompts_do_not_share_a_batch(watched: Watched) -> None:
    long = "what " * 400
    ask(watched, ["what", long, "is", long])
    assert [len(batch) for batch in watched.batches] == [2, 2]
    assert [len(batch[0]) > 1000 for batch in watched.batches] == [True, False]


def test_a_prompt_that_breaks_fails_alone(watched: Watched) -> None:
    answers = ask(watched, ["what", "is", "what <image> is", "this"])
    assert [isinstance(answer, ModelError) for answer in answers] == [False, False, True, False]
    assert "failed on a request" in str(answers[2])
    assert watched.capacity.now == 8, "an error says nothing about memory"
