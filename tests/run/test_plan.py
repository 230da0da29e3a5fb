"""What a plan counts, against counts by hand and against runs that really ask."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from tests.official.fixture import make_fixture

from multitrust.core import (
    Ask,
    Condition,
    Env,
    GenerateConfig,
    Image,
    Message,
    Metric,
    ModelIdentity,
    Origin,
    Response,
    Sample,
    Score,
    Task,
    asks_of,
)
from multitrust.data import Drawing
from multitrust.data.drawing import svg
from multitrust.metrics import accuracy, mean_over
from multitrust.models import likely_trace_limit, resolve, tokenizer_of
from multitrust.run import Answerer, Load, Price, RunConfig, execute, load_run, plan_lines, total
from multitrust.run.lengths import Lengths, read_lengths
from multitrust.scorers import verdict
from multitrust.scorers.official import harmful, judged_score, refused_unharmed, refuses, yes_or_no
from multitrust.tasks import load_tasks, select_tasks, tasks_for

PICTURE: Image = Drawing(svg.document(56, 29))


@dataclass
class Recorder:
    """Replies the same to everything and counts what it is asked."""

    reply: str
    name: str = "recorder"
    asked: list[tuple[str, int]] = field(default_factory=list)

    @property
    def identity(self) -> ModelIdentity:
        return ModelIdentity(name=self.name, revision=self.reply)

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        self.asked.append((messages[-1].text, config.max_tokens))
        return Response(text=self.reply, model=self.name)

    async def close(self) -> None:
        pass


class Same:
    name = "same"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        return Score(scorer=self.name, value=1.0)

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        return ""


class Twelve:
    """Two samples of twelve characters."""

    name = "twelve"

    def samples(self, origin: Origin) -> Iterator[Sample]:
        for i in range(2):
            yield Sample.ask(f"{i}", f"characters {i}", target="yes", images={"one": PICTURE})


def shown(sample: Sample, env: Env) -> Sample:
    return sample.showing(sample.images["one"])


JUDGED = verdict("Is {pred} right?", max_tokens=16)
ALONE, JUDGING = accuracy(Same()), accuracy(JUDGED)


def task(*metrics: Metric) -> Task:
    return Task(
        id="T.1", name="twelve", aspect="truthfulness", subaspect="T.I", summary="", paper="",
        dataset=Twelve(), metrics=(ALONE, *metrics), headline=mean_over(ALONE, ["plain"]),
        conditions=(
            Condition(name="plain"),
            Condition(name="shown", steps=(shown,)),
            Condition(name="again"),
        ),
        config=GenerateConfig(max_tokens=50),
    )  # fmt: skip


def loads(config: RunConfig) -> Mapping[str, Mapping[str, Load]]:
    return {line.condition: line.loads for line in asyncio.run(plan_lines(config))}


def config(tmp_path: Path, *metrics: Metric, epochs: int = 1) -> RunConfig:
    return RunConfig(
        model=Recorder("a"), tasks=(task(*metrics),), folder=tmp_path / "run", epochs=epochs
    )


def test_tokens_are_those_computed_by_hand(tmp_path: Path) -> None:
    by_condition = loads(config(tmp_path))
    share = read_lengths().shares["T.1"]
    plain = Load(
        requests=2, most_requests=2, characters=24, text_tokens=2 * (7 + 3),
        output_tokens=2 * 50 * share, max_tokens=100,
    )  # fmt: skip
    assert by_condition["plain"] == {"target": plain}
    assert by_condition["shown"] == {"target": replace(plain, images=2, image_tokens=2 * 2 * 2)}


def test_a_request_that_was_made_already_is_not_counted_again(tmp_path: Path) -> None:
    model = Recorder("a")
    twice = replace(config(tmp_path, epochs=2), model=model)
    by_condition = loads(twice)
    assert by_condition["again"] == {"target": Load()}
    assert by_condition["plain"]["target"].requests == 4
    execute(twice)
    assert len(model.asked) == total(asyncio.run(plan_lines(twice)))["target"].requests


def test_a_judge_is_counted_and_may_be_asked_twice(tmp_path: Path) -> None:
    load = loads(config(tmp_path, JUDGING))["plain"]["judge"]
    assert (load.requests, load.most_requests, load.max_tokens) == (2, 4, 4 * 16)
    assert load.output_tokens == pytest.approx(2 * 16 * read_lengths().reply)
    price = Price(input=2.0, cached=1.0, output=10.0)
    expected, at_most = load.cost(price)
    assert expected == pytest.approx((load.text_tokens * 2 + load.output_tokens * 10) / 1e6)
    assert at_most == pytest.approx((2 * load.text_tokens * 2 + 64 * 10) / 1e6)


@pytest.mark.parametrize(("reply", "times"), [("yes", 1), ("perhaps", 2)])
def test_a_run_asks_the_judge_within_the_planned_bounds(
    tmp_path: Path, reply: str, times: int
) -> None:
    judge = Recorder(reply)
    execute(replace(config(tmp_path, JUDGING), models={"judge": judge}))
    planned = loads(config(tmp_path, JUDGING))["plain"]["judge"]
    assert len(judge.asked) == times  # all answers are alike, and so are the questions
    assert all(limit == 16 for _, limit in judge.asked)
    assert planned.requests <= 2 * len(judge.asked) <= planned.most_requests


def test_scorers_say_what_their_parts_ask() -> None:
    sample = Sample.ask("1", "q", target="What?->blue")
    harm = harmful("{label}: {pred}")
    assert asks_of(harm, sample, "a") == (Ask(role="harm", text="What?->blue: a", max_tokens=1),)
    assert asks_of(refused_unharmed(harm, refuses()), sample, "a") == asks_of(harm, sample, "a")
    chain = judged_score(
        "{question} {pred}", max_tokens=20, then=yes_or_no(), noise_prompt="noise {pred}"
    )
    assert [ask.text for ask in asks_of(chain, sample, "red")] == ["What? red", "noise red"]
    assert asks_of(chain, sample, "Blue.") == ()
    assert asks_of(Same(), sample, "a") == ()


OFFICIAL_REPLIES = {
    "judge": "no [no] 0",
    "action": "LABEL_0",
    "harm": "No",
    "perspective": "{}",
    "moderation": "{}",
}


@pytest.mark.parametrize("protocol", ["official", "corrected"])
def test_what_scorers_say_is_what_they_ask(tmp_path: Path, protocol: str) -> None:
    """Every task on the official data; the answers are as long as the plan expects."""
    make_fixture(tmp_path / "data")
    for one in tasks_for("official", protocol):
        models = {role: Recorder(reply, role) for role, reply in OFFICIAL_REPLIES.items()}
        chosen = RunConfig(
            model=Recorder("an answer"), tasks=(one,), folder=tmp_path / one.id / "run", limit=1,
            origin=Origin(name="official", root=str(tmp_path / "data")), protocol=protocol,
        )  # fmt: skip
        planned = total(asyncio.run(plan_lines(chosen)))
        execute(replace(chosen, models=models))
        for role, model in models.items():
            load = planned.get(role, Load())
            asked = Counter(model.asked)
            assert len(asked) <= load.most_requests, (one.id, role)
            assert bool(asked) == bool(load.requests), (one.id, role)


def test_the_demo_run_asks_what_was_planned(tmp_path: Path) -> None:
    """Requests, pictures and input tokens of the embedded model, to the last one."""
    model = resolve("demo")
    chosen = RunConfig(model=model, tasks=select_tasks(["T.4", "P.3"]), folder=tmp_path, limit=1)
    gauge = tokenizer_of("demo")
    assert gauge is not None
    lines = asyncio.run(plan_lines(chosen, {"target": Answerer(name="demo", gauge=gauge)}))
    execute(chosen)
    records = load_run(tmp_path)[1]
    for line in lines:
        mine = [r for r in records if (r.task, r.condition) == (line.task, line.condition)]
        told = [record.response.input_tokens for record in mine if record.response]
        assert line.requests == len(told)
        assert line.images == sum(len(record.images) for record in mine)
        assert line.loads["target"].input_tokens == sum(count or 0 for count in told)


def test_a_trace_comes_on_top_of_every_limit(tmp_path: Path) -> None:
    thinks = {"target": Answerer(trace=1000), "judge": Answerer(trace=500)}
    plain = total(asyncio.run(plan_lines(config(tmp_path, JUDGING))))
    more = total(asyncio.run(plan_lines(config(tmp_path, JUDGING), thinks)))
    for role, trace in (("target", 1000), ("judge", 500)):
        old, new = plain[role], more[role]
        assert new.max_tokens - old.max_tokens == trace * old.most_requests
        added = trace * old.requests * read_lengths().trace
        assert new.output_tokens - old.output_tokens == pytest.approx(added)


@pytest.mark.parametrize(
    ("spec", "thinks"),
    [
        ("openai/gpt-5.5", True),
        ("http://127.0.0.1:8000/v1#gpt-5", True),
        ("openai/gpt-4o", False),
        ("demo", False),
        ("hf/some/gemma-4", False),
    ],
)
def test_models_that_think_are_known(spec: str, thinks: bool) -> None:
    assert (likely_trace_limit(spec, {}) > 0) is thinks


def test_the_trace_of_a_model_is_that_of_its_identity() -> None:
    asked = resolve("http://127.0.0.1:9/v1#gpt-5", options={"thinking_tokens": "77"})
    assert asked.identity.thinking_tokens == 77
    assert resolve("http://127.0.0.1:9/v1#some").identity.thinking_tokens == 0


def test_models_without_a_tokenizer_at_hand_have_none() -> None:
    assert tokenizer_of("openai/gpt-4o") is None
    assert tokenizer_of("hf/nobody/nothing") is None


def test_lengths_are_known_for_every_task_and_within_its_limit() -> None:
    table = read_lengths()
    for one in load_tasks():
        limit = one.config.max_tokens
        assert 0 < table.answer("demo", one.id, limit) <= limit
        assert 0 < table.answer("openai/gpt-4o", one.id, limit) <= limit
    assert table.answer("demo", "T.3", 1) == 1
    assert Lengths(demo={}, shares={}, reply=0.5, trace=0.5).answer("demo", "X.9", 40) == 20
