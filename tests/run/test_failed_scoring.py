"""A scoring that failed is a failure: it is named, the run is not complete, and it is repeated."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from multitrust.core import (
    Condition,
    Env,
    GenerateConfig,
    Message,
    ModelError,
    ModelIdentity,
    Origin,
    Response,
    Sample,
    Score,
    Scorer,
    Task,
)
from multitrust.metrics import accuracy, mean_over
from multitrust.report import Summary, shortfall_of, summarise
from multitrust.run import RunConfig, RunResult, execute, load_run, rescore
from multitrust.scorers import verdict

COUNT = 6
Reply = Callable[[str, int], str]
"""(text, how many requests there were before) -> the reply, or an error."""


class Words:
    """Short texts to be repeated."""

    name = "words"

    def samples(self, origin: Origin) -> Iterator[Sample]:
        for number in range(COUNT):
            yield Sample.ask(f"{number}", f"say {number}", target=f"say {number}")


class Scripted:
    """Replies as it is told, and counts what it is asked."""

    def __init__(self, reply: Reply = lambda text, before: text, name: str = "target") -> None:
        self.name, self.reply, self.asked = name, reply, 0
        self.identity = ModelIdentity(name=name)

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        self.asked += 1
        return Response(text=self.reply(messages[-1].text, self.asked - 1), model=self.name)

    async def close(self) -> None: ...


def task_of(scorer: Scorer) -> Task:
    metric = accuracy(scorer)
    return Task(
        id="T.1", name="words", aspect="truthfulness", subaspect="T.I", summary="", paper="",
        dataset=Words(), conditions=(Condition(name="plain"),), metrics=(metric,),
        headline=mean_over(metric, ["plain"]),
    )  # fmt: skip


JUDGED = task_of(verdict("Is this a number? {pred}"))


def run(folder: Path, model: Scripted, task: Task, judge: Scripted | None = None) -> RunResult:
    models = {} if judge is None else {"judge": judge}
    config = RunConfig(model=model, tasks=(task,), folder=folder / "run", models=models, window=1)
    return execute(config)


def found(folder: Path, task: Task) -> Summary:
    return summarise(*load_run(folder / "run"), (task,))


def error(kind: Any, words: str = "no") -> Reply:
    def reply(text: str, before: int) -> str:
        raise ModelError(words, kind=kind)

    return reply


def half(text: str, before: int) -> str:
    if before % 2:
        raise ModelError("odd ones are refused", kind="bad_request")
    return "Yes"


def test_requests_of_a_judge_that_failed_are_failures_and_repeated_alone(tmp_path: Path) -> None:
    model, judge = Scripted(), Scripted(half, "judge")
    first = run(tmp_path, model, JUDGED, judge)
    assert first.progress.outcomes == {"answered": 3, "errored": 3}
    (cause,) = found(tmp_path, JUDGED).failures
    assert (cause.role, cause.count) == ("judge", 3)
    assert cause.reason == "judge: odd ones are refused"
    assert "run the same command" in cause.advice
    assert found(tmp_path, JUDGED).unscored == ()
    missing = shortfall_of(found(tmp_path, JUDGED))
    words = "3 of 6 samples failed; rerun the same command to retry them"
    assert next(missing.words) == words
    estimate = found(tmp_path, JUDGED).tasks[0].conditions[0].metrics[0].estimate
    assert (estimate.n, estimate.errors, estimate.unscored) == (3, 3, 0)
    judge.asked, judge.reply = 0, lambda text, before: "Yes"
    second = run(tmp_path, model, JUDGED, judge)
    assert not second.already_complete
    assert second.progress.outcomes == {"answered": COUNT}
    assert (model.asked, judge.asked) == (COUNT, 3)
    assert run(tmp_path, model, JUDGED, judge).already_complete


@pytest.mark.parametrize("kind", ["auth", "not_found", "connection", "unavailable"])
def test_a_judge_that_can_never_be_asked_ends_the_run_resumable(tmp_path: Path, kind: Any) -> None:
    model, judge = Scripted(), Scripted(error(kind, "not today"), "judge")
    with pytest.raises(ModelError, match="judge: not today") as raised:
        run(tmp_path, model, JUDGED, judge)
    if kind != "unavailable":  # its own words say so
        assert "run the same command to resume" in str(raised.value)
    assert load_run(tmp_path / "run")[1] == []
    judge.reply = lambda text, before: "No"
    assert run(tmp_path, model, JUDGED, judge).progress.outcomes == {"answered": COUNT}
    assert model.asked == COUNT


@pytest.mark.parametrize("kind", ["auth", "not_found", "bad_request", "server", "timeout"])
def test_a_judge_that_has_answered_fails_single_samples(tmp_path: Path, kind: Any) -> None:
    def reply(text: str, before: int) -> str:
        return error(kind)(text, before) if before == 2 else "Yes"

    result = run(tmp_path, Scripted(), JUDGED, Scripted(reply, "judge"))
    assert result.progress.outcomes == {"answered": COUNT - 1, "errored": 1}


def test_an_unclear_verdict_is_no_failure(tmp_path: Path) -> None:
    judge = Scripted(lambda text, before: "Perhaps.", "judge")
    first = run(tmp_path, Scripted(), JUDGED, judge)
    assert first.progress.outcomes == {"unparsed": COUNT}
    assert found(tmp_path, JUDGED).failures == ()
    assert run(tmp_path, Scripted(), JUDGED, judge).already_complete


def test_a_judge_that_is_not_there_at_all_is_no_failure(tmp_path: Path) -> None:
    assert run(tmp_path, Scripted(), JUDGED).progress.outcomes == {"unparsed": COUNT}
    assert found(tmp_path, JUDGED).tasks[0].lacks == "needs a judge"


class Forgiving:
    """Asks the judge, and scores 0.5 without it."""

    name = "forgiving"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        try:
            await env.models["judge"].generate((), GenerateConfig())
        except ModelError:
            return Score(scorer=self.name, value=0.5)
        raise AssertionError("the judge was to fail")

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        return ""


def test_a_scorer_that_does_without_the_judge_has_not_failed(tmp_path: Path) -> None:
    result = run(tmp_path, Scripted(), task_of(Forgiving()), Scripted(error("server"), "judge"))
    assert result.progress.outcomes == {"answered": COUNT}


class Broken:
    """Raises an error for answers that end on one of some digits."""

    name = "repeats"

    def __init__(self, digits: str) -> None:
        self.digits = digits

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        if response.text[-1] in self.digits:
            raise ValueError("not this one")
        return Score(scorer=self.name, value=float(response.text == sample.target))

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        return sample.target if good else ""


class Plain(Broken):
    """Lacks its `async`."""

    def __call__(self, sample: Sample, response: Response, env: Env) -> Any:
        return Score(scorer=self.name, value=1.0)


@pytest.mark.parametrize(
    ("scorer", "count", "words"),
    [
        (Broken("012345"), 6, "scorer repeats: ValueError: not this one"),
        (Broken("25"), 2, "scorer repeats: ValueError: not this one"),
        (Plain(""), 6, "scorer repeats: TypeError: calling the scorer repeats gave Score, which"),
    ],
)
def test_what_a_scorer_failed_on_is_scored_once_it_is_mended(
    tmp_path: Path, scorer: Broken, count: int, words: str
) -> None:
    model, task = Scripted(), task_of(scorer)
    outcomes = Counter({"errored": count}) + Counter({"answered": COUNT - count})
    for _ in range(2):  # again with nothing mended
        assert run(tmp_path, model, task).progress.outcomes == outcomes
    summary = found(tmp_path, task)
    (cause,) = summary.failures
    assert (cause.role, cause.count) == ("scorer", count)
    assert cause.reason.startswith(words)
    assert "mend the scorer" in cause.advice
    assert f"{count} of 6 samples failed" in " ".join(shortfall_of(summary).words)
    mended = run(tmp_path, model, task_of(Broken("")))
    assert mended.progress.outcomes == {"answered": COUNT}
    assert (mended.progress.reused, model.asked) == (COUNT - count, COUNT)
    assert run(tmp_path, model, task_of(Broken(""))).already_complete


def test_a_failed_scoring_ends_the_run_where_the_user_says_so(tmp_path: Path) -> None:
    config = RunConfig(
        model=Scripted(), tasks=(task_of(Broken("25")),), folder=tmp_path / "run", fail_on_error=2,
        window=1,
    )  # fmt: skip
    with pytest.raises(Exception, match=r"stopped at 2 failed samples.*not this one"):
        execute(config)


def test_scoring_anew_repeats_what_failed_and_forgets_no_failure(tmp_path: Path) -> None:
    model, judge = Scripted(), Scripted(half, "judge")
    run(tmp_path, model, JUDGED, judge)
    rescore(tmp_path / "run", (JUDGED,))  # without a judge
    assert found(tmp_path, JUDGED).outcomes == {"answered": 3, "errored": 3}
    rescore(tmp_path / "run", (JUDGED,), {"judge": Scripted(name="judge", reply=error("server"))})
    assert found(tmp_path, JUDGED).outcomes == {"answered": 3, "errored": 3}
    again = Scripted(lambda text, before: "No", "judge")
    rescore(tmp_path / "run", (JUDGED,), {"judge": again})
    assert (again.asked, found(tmp_path, JUDGED).failures) == (3, ())
    assert run(tmp_path, model, JUDGED, Scripted(half, "judge")).already_complete


def scored(folder: Path) -> list[Counter[tuple[float | None, str | None, str]]]:
    """The values, reasons and failures of the scores of each record."""
    return [
        Counter((s.value, s.unscored, s.failed) for s in record.scores)
        for record in load_run(folder / "run")[1]
    ]


@pytest.mark.parametrize(
    "reply",
    [
        lambda text, before: "Perhaps.",
        lambda text, before: "I'm sorry, I cannot judge this.",
        lambda text, before: "",
        lambda text, before: "Yes and no" if before % 2 else "No",
        half,
    ],
    ids=["unclear", "refused", "empty", "some", "failed"],
)
def test_scoring_without_a_judge_keeps_what_a_judge_left(tmp_path: Path, reply: Reply) -> None:
    run(tmp_path, Scripted(), JUDGED, Scripted(reply, "judge"))
    before, said = scored(tmp_path), found(tmp_path, JUDGED)
    assert rescore(tmp_path / "run", (JUDGED,)) == COUNT
    assert scored(tmp_path) == before
    after = found(tmp_path, JUDGED)
    assert (after.unscored, after.failures) == (said.unscored, said.failures)
    assert after.tasks[0].lacks == ""
    again = Scripted(lambda text, before: "No", "judge")
    rescore(tmp_path / "run", (JUDGED,), {"judge": again})
    assert found(tmp_path, JUDGED).unscored == said.unscored  # stored replies are not asked again


def test_scoring_without_a_judge_a_run_that_had_none_still_says_so(tmp_path: Path) -> None:
    run(tmp_path, Scripted(), JUDGED)
    rescore(tmp_path / "run", (JUDGED,))
    assert found(tmp_path, JUDGED).tasks[0].lacks == "needs a judge"
    rescore(tmp_path / "run", (JUDGED,), {"judge": Scripted(lambda text, before: "No", "judge")})
    assert found(tmp_path, JUDGED).outcomes == {"answered": COUNT}


def test_scores_of_earlier_versions_say_nothing_of_failures() -> None:
    stored: dict[str, Any] = {"scorer": "a", "value": 1.0, "unscored": None, "answer": None}
    assert Score(**stored).failed == ""
    with pytest.raises(ValueError, match="has a value"):
        replace(Score(scorer="a", value=1.0), failed="judge")


def test_a_failed_request_is_logged_without_a_trace(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        run(tmp_path, Scripted(), JUDGED, Scripted(half, "judge"))
    assert not caplog.records
