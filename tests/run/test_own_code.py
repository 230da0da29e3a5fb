"""Whatever a model, a scorer or a step of the user's own making raises fails its sample only."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from multitrust.core import (
    Condition,
    Env,
    ModelError,
    ModelIdentity,
    Origin,
    Response,
    Sample,
    Score,
    Scorer,
    Task,
    whole_characters,
)
from multitrust.data import ComputedImage
from multitrust.metrics import accuracy, mean_over
from multitrust.run import RunConfig, execute, execute_async, load_run, rescore
from multitrust.run.generation import close
from multitrust.run.own_code import ends_task
from multitrust.run.seal import COMPLETE

COUNT = 6
ODD = "3"
"""The sample whose model, scorer or step fails."""


class Panic(BaseException):
    """As bindings of other languages raise it, e.g. a panic of Rust."""


class Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


RAISED = {
    "half a character": (ValueError("bad \ud83d text"), "ValueError: bad \ufffd text"),
    "a path that is no text": (OSError(5, "\udcff/path"), "OSError: [Errno 5] \ufffd/path"),
    "no text": (Mute(), "Mute: (no text: its __str__ raised RuntimeError)"),
    "a panic": (Panic("in a binding"), "Panic: in a binding"),
    "an exit": (SystemExit(3), "SystemExit: 3"),
    "a generator's end": (GeneratorExit("done"), "GeneratorExit: done"),
    "a group": (BaseExceptionGroup("g", [Panic("a")]), "BaseExceptionGroup: g (1 sub-exception)"),
    "an odd shape": (RuntimeError("odd shape"), "RuntimeError: odd shape"),
}
every_error = pytest.mark.parametrize(("error", "words"), RAISED.values(), ids=RAISED)


@pytest.fixture(autouse=True)
def whole_log() -> Iterator[None]:
    """Half a character in a captured traceback could not be sent between processes of pytest."""

    def mend(record: logging.LogRecord) -> bool:
        if record.exc_info:
            text = logging.Formatter().formatException(record.exc_info)
            record.exc_text = whole_characters(text)
        return True

    log = logging.getLogger("multitrust.run")
    log.addFilter(mend)
    yield
    log.removeFilter(mend)


class Numbers:
    name = "numbers"

    def samples(self, origin: Origin) -> Iterator[Sample]:
        for number in range(COUNT):
            yield Sample.ask(f"{number}", f"{number}", target="")


class Own:
    """Answers with what it is asked, unless it is told otherwise."""

    def __init__(self, said: Callable[[str], Any] = lambda text: None, name: str = "own") -> None:
        self.name, self.said, self.identity = name, said, ModelIdentity(name=name)
        self.asked: list[str] = []

    async def generate(self, messages: Any, config: Any) -> Any:
        text = messages[-1].text
        self.asked.append(text)
        await asyncio.sleep(0)
        return self.said(text) or Response(text=text, model=self.name)

    async def close(self) -> None: ...


class Same:
    name = "same"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Any:
        return Score(scorer=self.name, value=1.0)

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        return ""


def task(scorer: Scorer | None = None, *steps: Any) -> Task:
    metric = accuracy(scorer or Same())
    return Task(
        id="T.1", name="numbers", aspect="truthfulness", subaspect="T.I", summary="", paper="",
        dataset=Numbers(), conditions=(Condition(name="plain", steps=steps),), metrics=(metric,),
        headline=mean_over(metric, ["plain"]),
    )  # fmt: skip


def config(folder: Path, model: Any, what: Task | None = None, **more: Any) -> RunConfig:
    return RunConfig(model=model, tasks=(what or task(),), folder=folder, reuse=False, **more)


def raising(error: BaseException) -> Callable[[str], None]:
    def said(text: str) -> None:
        if text == ODD:
            raise error

    return said


def errors_in(folder: Path) -> dict[str, str]:
    return {r.sample_id: r.error for r in load_run(folder)[1] if r.error is not None}


@every_error
def test_what_a_model_raises_is_its_samples_error_and_no_answer_is_lost(
    tmp_path: Path, error: BaseException, words: str
) -> None:
    done = execute(config(tmp_path, Own(raising(error))))
    assert done.progress.outcomes == {"answered": COUNT - 1, "errored": 1}
    assert errors_in(tmp_path) == {ODD: f"own failed: {words}"}
    again = Own()
    execute(config(tmp_path, again))
    assert again.asked == [ODD]


@every_error
def test_what_a_step_raises_is_its_samples_error(
    tmp_path: Path, error: BaseException, words: str
) -> None:
    def attacked(sample: Sample, env: Env) -> Sample:
        raising(error)(sample.id)
        return sample

    execute(config(tmp_path, Own(), task(None, attacked)))
    assert errors_in(tmp_path) == {ODD: words}


@dataclass
class Judging(Same):
    """Does what it is told before it scores, after it asked the judge if there is one."""

    told: Callable[[str], Any]

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Any:
        if "judge" in env.models:
            await env.models["judge"].generate(sample.input, TASK_CONFIG)
        return self.told(sample.id) or Score(scorer=self.name, value=1.0)


TASK_CONFIG = task().config


@every_error
def test_what_a_scorer_raises_is_its_scores_reason(
    tmp_path: Path, error: BaseException, words: str
) -> None:
    what = task(Judging(raising(error)))
    execute(config(tmp_path, Own(), what))
    scores = {r.sample_id: r.scores[0] for r in load_run(tmp_path)[1]}
    assert (scores[ODD].unscored, scores[ODD].failed) == (words, "scorer")
    assert [scores[key].value for key in scores if key != ODD] == [1.0] * (COUNT - 1)
    assert rescore(tmp_path, (what,)) == COUNT
    assert {r.sample_id: r.scores[0] for r in load_run(tmp_path)[1]} == scores


@every_error
def test_what_a_judge_raises_is_told_with_its_role(
    tmp_path: Path, error: BaseException, words: str
) -> None:
    judge = Own(raising(error), "judge")
    execute(config(tmp_path, Own(), task(Judging(lambda text: None)), models={"judge": judge}))
    reasons = {r.sample_id: r.scores[0].unscored for r in load_run(tmp_path)[1]}
    assert reasons.pop(ODD) == f"judge: judge failed: {words}"
    assert set(reasons.values()) == {None}


def test_a_failure_that_a_model_tells_itself_can_be_stored(tmp_path: Path) -> None:
    failure = ModelError("no \ud83d today", kind="bad_request")
    execute(config(tmp_path, Own(raising(failure))))
    assert errors_in(tmp_path) == {ODD: "no \ufffd today"}


def test_a_failure_of_a_class_of_its_own_that_says_nothing_of_its_kind(tmp_path: Path) -> None:
    class Refused(ModelError):
        def __init__(self) -> None:
            self.args = ("refused",)

    execute(config(tmp_path, Own(raising(Refused()))))
    assert errors_in(tmp_path) == {ODD: "refused"}


@every_error
def test_what_computing_a_picture_raises_is_its_samples_error(
    tmp_path: Path, error: BaseException, words: str
) -> None:
    class Computed(ComputedImage):
        digest = "ef" * 32

        def render(self) -> bytes:
            raise error

    def shown(sample: Sample, env: Env) -> Sample:
        return sample.showing(Computed()) if sample.id == ODD else sample

    execute(config(tmp_path, Own(), task(None, shown)))
    assert words in errors_in(tmp_path)[ODD]
    assert len(errors_in(tmp_path)) == 1


class Longer(Response):
    """A response with more about it."""

    @property
    def words(self) -> int:
        return len(self.text.split())


@dataclass(frozen=True, kw_only=True)
class Timed(Response):
    seconds: float = 0.5


@pytest.mark.parametrize("kind", [Longer, Timed, type("Bare", (Response,), {"__slots__": ()})])
def test_an_answer_of_a_class_of_its_own_is_kept_as_a_response(
    tmp_path: Path, kind: type[Response]
) -> None:
    model = Own(lambda text: kind(text=f"own {text}", model="own", output_tokens=3))
    execute(config(tmp_path, model))
    kept = {r.sample_id: r.response for r in load_run(tmp_path)[1]}
    assert kept[ODD] == Response(text="own 3", model="own", output_tokens=3)
    assert len(model.asked) == COUNT
    execute(config(tmp_path, model))
    assert len(model.asked) == COUNT


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        (5, "TypeError: the scorer same returned 5, expected a Score, e.g. Score(scorer='same', "),
        ({"value": 1}, "TypeError: the scorer same returned {'value': 1}, expected a Score"),
        (Score(scorer="same", unscored="cut at \ud83d"), "cut at \ufffd"),
    ],
)
def test_what_a_scorer_returns_can_be_stored_or_is_told(
    tmp_path: Path, returned: Any, words: str
) -> None:
    what = task(Judging(lambda key: returned if key == ODD else None))
    execute(config(tmp_path, Own(), what))
    reasons = {r.sample_id: r.scores[0].unscored for r in load_run(tmp_path)[1]}
    assert str(reasons[ODD]).startswith(words)


def test_a_score_of_a_class_of_its_own_with_half_a_character_is_kept(tmp_path: Path) -> None:
    class Weighted(Score):
        weight = 2

    told = Weighted(scorer="same", value=0.5, explanation="said \udcff")
    execute(config(tmp_path, Own(), task(Judging(lambda key: told))))
    scores = {r.scores[0] for r in load_run(tmp_path)[1]}
    assert scores == {Score(scorer="same", value=0.5, explanation="said \ufffd")}


def test_ctrl_c_in_a_models_code_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        execute(config(tmp_path, Own(raising(KeyboardInterrupt())), window=1))
    again = Own()
    execute(config(tmp_path, again))
    assert ODD in again.asked


async def test_a_cancelled_run_ends_though_its_model_is_asked(tmp_path: Path) -> None:
    class Waiting(Own):
        async def generate(self, messages: Any, config: Any) -> Any:
            asked.set()
            await asyncio.Event().wait()

    asked = asyncio.Event()
    run = asyncio.ensure_future(execute_async(config(tmp_path, Waiting())))
    await asked.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert load_run(tmp_path)[1] == []


async def test_a_coroutine_that_is_closed_ends() -> None:
    """Closing it is no failure of the code that it awaits."""

    async def call() -> str:
        task = asyncio.current_task()
        try:
            await asyncio.Event().wait()
        except BaseException as error:  # noqa: BLE001
            return "ended" if ends_task(error, task) else "failed"
        return "done"

    pending = call()
    waits = asyncio.ensure_future(asyncio.sleep(0))
    pending.send(None)
    await waits
    with pytest.raises(StopIteration, match="failed"):
        pending.throw(Panic())
    again = call()

    async def begin() -> None:
        again.send(None)

    await asyncio.ensure_future(begin())
    with pytest.raises(StopIteration, match="ended"):
        again.throw(GeneratorExit())


class Closing(Own):
    def __init__(self, end: Callable[[], Any]) -> None:
        super().__init__()
        self.end = end

    async def close(self) -> None:
        await asyncio.sleep(0)
        self.end()


class PlainlyClosing(Closing):
    def close(self) -> None:  # type: ignore[override]
        self.end()


def failing() -> None:
    raise RuntimeError("close \ud83d failed")


def exiting() -> None:
    raise SystemExit(3)


def cancelling() -> None:
    raise asyncio.CancelledError


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (
            Closing(failing),
            "own was not closed: its close raised RuntimeError: close \ufffd failed",
        ),
        (PlainlyClosing(failing), "its close raised RuntimeError: close \ufffd failed"),
        (Closing(exiting), "its close raised SystemExit: 3"),
        (PlainlyClosing(exiting), "its close raised SystemExit: 3"),
        (Closing(cancelling), "its close raised CancelledError: "),
    ],
)
def test_a_run_is_complete_though_its_model_cannot_be_closed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, model: Own, words: str
) -> None:
    done = execute(config(tmp_path, model))
    assert done.progress.outcomes == {"answered": COUNT}
    assert caplog.text.count(words) == 1
    assert execute(config(tmp_path, model)).already_complete


def test_a_run_is_sealed_before_its_model_is_closed(tmp_path: Path) -> None:
    sealed: list[bool] = []
    execute(config(tmp_path, Closing(lambda: sealed.append((tmp_path / COMPLETE).exists()))))
    assert sealed == [True]


def test_a_judge_that_cannot_be_closed_leaves_the_run_complete(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    what = task(Judging(lambda text: None))
    judge = Closing(failing)
    chosen = config(tmp_path, Own(), what, models={"judge": judge})
    execute(chosen)
    assert execute(chosen).already_complete
    caplog.clear()
    assert rescore(tmp_path, (what,), {"judge": judge}) == COUNT
    assert caplog.text.count("was not closed") == 1


async def test_a_model_that_never_closes_is_left_after_a_while(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Hanging(Own):
        ended = False

        async def close(self) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                self.ended = True

    model = Hanging()
    await close(model, 0.01)
    assert "own was not closed: its close took more than 0.01 s" in caplog.text
    await asyncio.sleep(0)
    assert model.ended


async def test_a_close_that_holds_everything_up_is_told(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = threading.Event()

    def note(record: logging.LogRecord) -> bool:
        told.set()
        return True

    monkeypatch.setattr("multitrust.run.generation.LATE", 0.0)
    caplog.handler.addFilter(note)
    model: Any = PlainlyClosing(lambda: told.wait(60))
    await close(model, 0.01)
    caplog.handler.removeFilter(note)
    assert "own is still closing after 0.01 s and holds everything up" in caplog.text
