"""What a model of anybody's making returns is checked before it is kept."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from multitrust.core import (
    Condition,
    ConfigError,
    Env,
    ModelIdentity,
    Origin,
    Response,
    Sample,
    Score,
    StoreError,
    Task,
)
from multitrust.metrics import accuracy, mean_over
from multitrust.run import Price, RunConfig, execute, load_run
from multitrust.run.codec import is_response
from multitrust.run.database import NAME, response_digest
from multitrust.run.generation import close
from multitrust.run.salvage import find_damage
from multitrust.run.verify import verify_run


class Same:
    name = "same"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        return Score(scorer=self.name, value=float("Yes" in response.text))

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        return ""


class Two:
    name = "two"

    def samples(self, origin: Origin) -> Iterator[Sample]:
        for i in range(2):
            yield Sample.ask(f"{i}", f"question {i}", target="yes")


METRIC = accuracy(Same())
TASK = Task(
    id="T.1", name="two", aspect="truthfulness", subaspect="T.I", summary="", paper="",
    dataset=Two(), conditions=(Condition(name="plain"),), metrics=(METRIC,),
    headline=mean_over(METRIC, ["plain"]),
)  # fmt: skip


class Returning:
    """Returns what it was given, whatever it is."""

    name = "own"
    identity = ModelIdentity(name="own")

    def __init__(self, returned: Any) -> None:
        self.returned, self.asked, self.closed = returned, 0, 0

    async def generate(self, messages: Any, config: Any) -> Any:
        self.asked += 1
        return self.returned

    async def close(self) -> None:
        self.closed += 1


class Plain(Returning):
    """Is no coroutine."""

    def generate(self, messages: Any, config: Any) -> Any:
        return self.returned

    def close(self) -> None:  # type: ignore[override]
        self.closed += 1


class Streaming(Returning):
    async def generate(self, messages: Any, config: Any) -> Any:
        yield self.returned


def config(folder: Path, model: Any, **more: Any) -> RunConfig:
    return RunConfig(model=model, tasks=(TASK,), folder=folder, reuse=False, **more)


def response(**fields: Any) -> Response:
    return Response(**{"text": "Yes", "model": "own"} | fields)


YES = response()
BROKEN = [
    (Returning(response(text=5)), "text is 5, expected a text"),
    (Returning(response(text=None)), "text is None, expected a text"),
    (Returning(response(text=b"Yes")), "text is b'Yes', expected a text"),
    (Returning(response(text=["Yes"])), "text is ['Yes'], expected a text"),
    (Returning(response(model=None)), "model is None, expected a text"),
    (Returning(response(reasoning=None)), "reasoning is None, expected a text"),
    (Returning(response(stop="stop")), "stop is 'stop', expected one of end, length"),
    (Returning(response(stop=None)), "stop is None, expected one of end"),
    (Returning(response(output_tokens="7")), "output_tokens is '7', expected None or a whole"),
    (Returning(response(input_tokens=7.0)), "input_tokens is 7.0, expected None or a whole"),
    (Returning(response(cached_tokens=-1)), "cached_tokens is -1, expected None or a whole"),
    (Returning(response(reasoning_tokens=True)), "reasoning_tokens is True, expected None"),
    (Returning(response(input_tokens=2**64)), "input_tokens is 18446744073709551616, expected"),
    (Returning("Yes"), "generate returned 'Yes', expected a Response"),
    (Returning(None), "generate returned None, expected a Response"),
    (Returning({"text": "Yes", "model": "own"}), "generate returned {'text': 'Yes', "),
    (Plain(YES), "at once, expected a coroutine; write `async def generate`"),
    (Plain("Yes"), "generate returned 'Yes' at once, expected a coroutine"),
    (Streaming(YES), "at once, expected a coroutine; write `async def generate`"),
]


@pytest.mark.parametrize(
    ("model", "words", "priced"),
    [(*case, number % 2 == 0) for number, case in enumerate(BROKEN)],
)
def test_what_is_no_response_is_a_failure_and_nothing_is_kept(
    tmp_path: Path, model: Returning, words: str, priced: bool
) -> None:
    prices = {"target": Price(input=1.0, cached=1.0, output=1.0)} if priced else {}
    model.closed = 0
    done = execute(config(tmp_path, model, prices=prices))
    assert done.progress.outcomes == {"errored": 2}
    assert model.closed == 1
    for record in load_run(tmp_path)[1]:
        assert record.error is not None
        assert words in record.error
        assert record.error.startswith("own: ")
    mended = Returning(YES)
    done = execute(config(tmp_path, mended))
    assert mended.asked == 2
    assert done.progress.outcomes == {"answered": 2}


def test_a_judge_that_returns_no_response_scores_nothing(tmp_path: Path) -> None:
    class Judged(Same):
        async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
            said = await env.models["judge"].generate(sample.input, TASK.config)
            return Score(scorer=self.name, value=float(said.text == "Yes"))

    metric = accuracy(Judged())
    task = replace(TASK, metrics=(metric,), headline=mean_over(metric, ["plain"]))
    judge = Returning(response(text=5))
    judge.identity = ModelIdentity(name="judge")
    chosen = config(tmp_path, Returning(YES), models={"judge": judge})
    execute(replace(chosen, tasks=(task,)))
    for record in load_run(tmp_path)[1]:
        assert record.scores[0].value is None
        assert "text is 5, expected a text" in str(record.scores[0].unscored)
    assert judge.closed == 1


@pytest.mark.parametrize("lacking", ["generate", "close", "name"])
def test_a_model_that_lacks_what_a_run_calls_is_refused_before_it(
    tmp_path: Path, lacking: str
) -> None:
    members = {"name": "own", "identity": ModelIdentity(name="own")}
    members |= {"generate": Returning.generate, "close": Returning.close}
    whole = type("Own", (), members)()
    config(tmp_path, whole)
    del members[lacking]
    model = type("Own", (), members)()
    with pytest.raises(ConfigError, match=rf"target: .*Own.*{lacking}|{lacking} of Own") as refused:
        config(tmp_path, model)
    assert "expected" in str(refused.value)
    with pytest.raises(ConfigError, match="judge: "):
        config(tmp_path, whole, models={"judge": model})


def poison(folder: Path, text: object) -> None:
    """Have the store hold a response that is none, with a digest that fits."""
    with closing(sqlite3.connect(folder / NAME)) as database:
        number, digest = database.execute("SELECT id, digest FROM responses").fetchone()
        body = orjson.dumps({"text": text, "model": "own"})
        row = (body, response_digest(number, digest, body), number)
        database.execute("UPDATE responses SET body = ?, sha256 = ? WHERE id = ?", row)
        database.commit()


@pytest.mark.parametrize("text", [5, None, ["Yes"], {"a": 1}])
def test_a_stored_response_that_is_none_is_damage_and_asked_again(
    tmp_path: Path, text: object
) -> None:
    execute(config(tmp_path, Returning(YES)))
    poison(tmp_path, text)
    assert "rows are not what was written" in find_damage(tmp_path / NAME)
    assert not verify_run(tmp_path).whole
    with pytest.raises(StoreError, match="damaged"):
        load_run(tmp_path)
    again = Returning(YES)
    done = execute(config(tmp_path, again))
    assert again.asked == 1
    assert done.salvaged is not None
    assert [r.response for r in load_run(tmp_path)[1]] == [YES, YES]


@pytest.mark.parametrize(
    ("body", "fits"),
    [
        (b'{"text":"a","model":"m"}', True),
        (b'{"text":"a","model":"m","stop":"length","input_tokens":3,"reasoning":""}', True),
        (b'{"text":"a","model":"m","input_tokens":18446744073709551615}', True),
        (b'{"text":"a"}', False),
        (b'{"text":"a","model":"m","stop":"enough"}', False),
        (b'{"text":"a","model":"m","colour":"red"}', False),
        (b'"a"', False),
        (b"{", False),
        (None, False),
    ],
)
def test_what_is_a_stored_response(body: object, fits: bool) -> None:
    assert is_response(body) is fits


def test_the_log_of_a_failing_model_begins_with_its_own_failure(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Breaking(Returning):
        async def generate(self, messages: Any, config: Any) -> Any:
            raise ZeroDivisionError("by hand")

    execute(config(tmp_path, Breaking(None)))
    assert caplog.text.count("ZeroDivisionError: by hand") == 2
    assert "no running event loop" not in caplog.text
    assert "During handling" not in caplog.text


def test_a_plain_close_is_called_and_not_awaited() -> None:
    model: Any = Plain(YES)
    asyncio.run(close(model))
    assert model.closed == 1
