"""The engine: notebooks, long responses, scorers that break, phases and the time left."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from multitrust.cli.progress import TimeLeft, duration
from multitrust.core import (
    Condition,
    Env,
    GenerateConfig,
    Message,
    ModelIdentity,
    MultitrustError,
    Origin,
    Response,
    Sample,
    Score,
    Task,
)
from multitrust.data import Altered, ComputedImage, Drawing, Noise
from multitrust.metrics import accuracy, mean_over
from multitrust.run import (
    Activity,
    Progress,
    RunConfig,
    execute,
    execute_async,
    load_run,
    run_loop,
)
from multitrust.run.sample_runner import MOST_SCORED
from multitrust.tasks import select_tasks


class Talker:
    """Answers with `text`, or what it was asked."""

    name = "talker"
    identity = ModelIdentity(name="talker")

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.asked = 0

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        self.asked += 1
        await asyncio.sleep(0.001)
        return Response(text=self.text or messages[-1].text, model="talker")

    async def close(self) -> None:
        pass


class Length:
    """Scores 1 and explains how many characters it was shown."""

    name = "length"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        return Score(scorer=self.name, value=1.0, explanation=f"{len(response.text)}")

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        return ""


@dataclass
class Reads(Length):
    """A scorer that must have read something."""

    where: list[threading.Thread]

    def load(self) -> None:
        self.where.append(threading.current_thread())

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        assert self.where
        return await super().__call__(sample, response, env)


@dataclass
class Around(Length):
    """A scorer with others inside."""

    inner: tuple[Reads, ...]


class Numbers:
    name = "numbers"

    def __init__(self, count: int, pictures: int = 0) -> None:
        self.count, self.pictures = count, pictures

    def samples(self, origin: Origin) -> Iterator[Sample]:
        for i in range(self.count):
            show = Noise(1000 + i, 300, 300) if i < self.pictures else None
            yield Sample.ask(f"{i:03d}", f"{i}?", target="yes", show=show)


METRIC = accuracy(Length())


def config(folder: Path, model: Any = None, *, count: int = 20, pictures: int = 0) -> RunConfig:
    task = Task(
        id="T.1", name="numbers", aspect="truthfulness", subaspect="T.I", summary="", paper="",
        dataset=Numbers(count, pictures), conditions=(Condition(name="plain"),),
        metrics=(METRIC,), headline=mean_over(METRIC, ["plain"]),
    )  # fmt: skip
    return RunConfig(model=model or Talker(), tasks=(task,), folder=folder / "run")


def test_a_run_works_where_an_event_loop_is_running(tmp_path: Path) -> None:
    async def notebook() -> int:
        return execute(config(tmp_path)).progress.done

    assert asyncio.run(notebook()) == 20
    assert asyncio.run(notebook()) == 20


@pytest.mark.parametrize("wrap", [lambda reads: reads, lambda reads: Around((reads,))])
def test_what_scorers_read_is_read_before_anything_is_asked_and_outside_the_loop(
    wrap: Callable[[Reads], Length], tmp_path: Path
) -> None:
    loops, found = list[threading.Thread](), list[threading.Thread]()
    begun = config(tmp_path)
    (task,) = begun.tasks

    class Asked(Talker):
        async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
            assert found
            loops.append(threading.current_thread())
            return await super().generate(messages, config)

    measured = (accuracy(wrap(Reads(found))),)
    execute(replace(begun, model=Asked(), tasks=(replace(task, metrics=measured),)))
    assert len(found) == 1
    assert set(found).isdisjoint(loops)


def test_an_event_loop_goes_on_while_a_run_is_awaited(tmp_path: Path) -> None:
    async def notebook() -> tuple[int, int]:
        running = asyncio.ensure_future(execute_async(config(tmp_path)))
        turns = 0
        while not running.done():
            turns += 1
            await asyncio.sleep(0)
        return (await running).progress.done, turns

    done, turns = asyncio.run(notebook())
    assert done == 20
    assert turns > 20


def test_an_awaited_run_that_is_cancelled_resumes(tmp_path: Path) -> None:
    model = Talker()

    async def notebook() -> None:
        running = asyncio.ensure_future(execute_async(config(tmp_path, model, count=500)))
        while model.asked < 20:
            await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(notebook())
    assert execute(config(tmp_path, model, count=500)).progress.done == 500


def test_an_error_of_another_loop_s_thread_is_raised_here() -> None:
    async def fails() -> None:
        raise ValueError("no")

    async def notebook() -> None:
        run_loop(fails())

    with pytest.raises(ValueError, match="no"):
        asyncio.run(notebook())


@pytest.mark.parametrize("length", [MOST_SCORED, MOST_SCORED + 1, 1_000_000])
def test_scorers_see_the_beginning_of_a_long_response(tmp_path: Path, length: int) -> None:
    result = execute(config(tmp_path, Talker("\n" * (length - 1) + "x"), count=1))
    (record,) = load_run(result.folder)[1]
    assert record.response is not None
    assert len(record.response.text) == length
    (score,) = record.scores
    note = f"; read from the first {MOST_SCORED:,} of {length:,} characters"
    assert score.explanation == f"{min(length, MOST_SCORED)}" + note * (length > MOST_SCORED)


DIES = """
import os, sys
from pathlib import Path
sys.path[:0] = [sys.argv[2]]
import test_engine

class Deadly(test_engine.Length):
    async def __call__(self, sample, response, env):
        os._exit(7)

test_engine.METRIC = test_engine.accuracy(Deadly())
test_engine.execute(test_engine.config(Path(sys.argv[1])))
"""


def test_a_scorer_that_ends_the_process_loses_no_response(tmp_path: Path) -> None:
    here = Path(__file__).parent
    died = subprocess.run(
        [sys.executable, "-c", DIES, tmp_path, here], capture_output=True, text=True, check=False
    )
    assert died.returncode == 7, died.stderr
    model = Talker()
    execute(config(tmp_path, model))
    assert model.asked < 20


def test_phases_are_told_while_no_record_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MULTITRUST_CACHE_DIR", str(tmp_path / "cache"))
    seen: list[tuple[str, int, int]] = []

    def report(progress: Progress, activity: Activity) -> None:
        seen.append((activity.phase, activity.images_waiting, progress.done))

    execute(config(tmp_path, count=30, pictures=30), report)
    assert [phase for phase, _, _ in seen][-1] == "finishing"
    assert max(waiting for _, waiting, _ in seen) > 1
    assert seen[-1] == ("finishing", 0, 30)


def paced(done: Callable[[float], int], seconds: int, total: int = 1000) -> list[float | None]:
    """Estimates once a second."""
    now = [0.0]
    left = TimeLeft(lambda: now[0])
    found = []
    for second in range(seconds):
        now[0] = second
        found.append(left.seconds(Progress(total=total, done=done(second))))
    return found


def test_the_time_left_follows_the_last_minute() -> None:
    steady = paced(lambda second: 2 * int(second), 100)
    assert steady[:5] == [None] * 5
    assert steady[99] == pytest.approx((1000 - 198) / 2)
    slow_start = paced(lambda second: max(0, int(second) - 200) * 4, 300)
    assert slow_start[190] is None  # images are made, nothing is answered
    assert slow_start[299] == pytest.approx((1000 - 396) / 4)
    stalled = paced(lambda second: min(int(second), 100) * 3, 300)
    assert stalled[299] is None


def test_what_earlier_invocations_did_is_no_pace() -> None:
    now = [0.0]
    left = TimeLeft(lambda: now[0])
    assert left.seconds(Progress(total=1000, done=900, reused=900)) is None
    now[0] = 10.0
    assert left.seconds(Progress(total=1000, done=920, reused=900)) == pytest.approx(40)
    assert left.text(Progress(total=1000, done=1000, reused=900)) == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "10 s"), (44, "40 s"), (89, "90 s"), (95, "2 min"), (3000, "50 min"),
     (6000, "1 h 40 min"), (51255, "14 h 10 min")],
)  # fmt: skip
def test_durations_are_rounded(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_no_image_is_computed_in_the_process_that_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawn, styled, noisy and attacked ones, with an empty cache."""
    monkeypatch.setenv("MULTITRUST_CACHE_DIR", str(tmp_path / "cache"))

    def computed_here(image: ComputedImage) -> bytes:
        raise AssertionError(f"{image} was computed by the process that asks")

    for kind in (Drawing, Noise, Altered):
        monkeypatch.setattr(kind, "render", computed_here)
    tasks = select_tasks(["T.1", "R.1", "R.2", "F.1"])
    result = execute(RunConfig(model=Talker(), tasks=tasks, folder=tmp_path / "run", limit=1))
    assert result.progress.outcomes["errored"] == 0
    assert len(list((tmp_path / "run" / "images").iterdir())) >= 8


def test_the_plan_is_made_beside_the_event_loop(tmp_path: Path) -> None:
    """A dataset that takes its time keeps no response waiting."""
    names: set[str] = set()

    class Slow(Numbers):
        def samples(self, origin: Origin) -> Iterator[Sample]:
            names.add(threading.current_thread().name)
            yield from super().samples(origin)

    chosen = config(tmp_path)
    task = chosen.tasks[0]
    execute(replace(chosen, tasks=(replace(task, dataset=Slow(20)),)))
    assert threading.main_thread().name not in names
    assert json.loads((tmp_path / "run" / "complete.json").read_bytes())


class Cancelling(Talker):
    """Every third request is cancelled by the model's own client, once."""

    def __init__(self) -> None:
        super().__init__("yes")
        self.faulty = True

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        number = self.asked
        response = await super().generate(messages, config)
        if self.faulty and number % 3 == 0:
            raise asyncio.CancelledError
        return response


def test_a_request_that_a_model_cancels_itself_is_a_failed_one(tmp_path: Path) -> None:
    model = Cancelling()
    config = RunConfig(model=model, tasks=select_tasks(["T.6"]), folder=tmp_path / "r", limit=9)
    first = execute(config)
    assert first.progress.done == first.progress.total
    assert first.progress.outcomes["errored"] == first.progress.total // 3
    model.faulty = False
    assert "errored" not in execute(config).progress.outcomes
    assert model.asked == first.progress.total + first.progress.total // 3


class CancellingScorer:
    name = "cancelling"

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        return ""

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        raise asyncio.CancelledError


def test_a_scorer_that_raises_a_cancellation_loses_no_record(tmp_path: Path) -> None:
    (task,) = select_tasks(["T.6"])
    metric = replace(task.metrics[0], scorer=CancellingScorer())
    broken = replace(task, id="X.9", metrics=(metric,))
    config = RunConfig(model=Talker("yes"), tasks=(broken,), folder=tmp_path / "r", limit=3)
    done = execute(config)
    assert done.progress.done == done.progress.total
    found = load_run(config.folder)[1]
    assert {score.unscored for record in found for score in record.scores} == {"CancelledError: "}


def test_a_run_whose_samples_vanish_is_not_complete(tmp_path: Path) -> None:
    """Code of a task may raise a cancellation, too."""
    (task,) = select_tasks(["T.6"])

    def step(sample: Sample, env: Env) -> Sample:
        raise asyncio.CancelledError

    plain = task.conditions[0]
    broken = replace(task, id="X.9", conditions=(replace(plain, steps=(step,)),))
    config = RunConfig(model=Talker("yes"), tasks=(broken,), folder=tmp_path / "r", limit=3)
    with pytest.raises(MultitrustError, match="ended without a record"):
        execute(config)
    assert not (config.folder / "complete.json").exists()
