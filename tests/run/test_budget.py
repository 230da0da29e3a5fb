"""A run stops before it would spend more than its budget, keeps what it has, and goes on later."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from multitrust.core import (
    BudgetError,
    Condition,
    ConfigError,
    Env,
    GenerateConfig,
    Message,
    ModelError,
    ModelIdentity,
    Origin,
    Response,
    Sample,
    Score,
    StoreError,
    Task,
)
from multitrust.metrics import accuracy, mean_over
from multitrust.models import resolve
from multitrust.report import summarise
from multitrust.run import Activity, Price, Progress, RunConfig, execute, load_run, rescore
from multitrust.run.budget import FILE, BudgetedModel, BudgetGuard, Spent, spending_in
from multitrust.run.salvage import find_damage
from multitrust.scorers import verdict

DOLLAR = Price(input=0.0, cached=0.0, output=1_000_000.0)
"""A dollar for each new token: a request of `LIMIT` tokens may cost as many dollars."""
LIMIT = 10


class Same:
    name = "same"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        return Score(scorer=self.name, value=1.0)

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        return ""


class Hundred:
    name = "hundred"

    def samples(self, origin: Origin) -> Iterator[Sample]:
        for i in range(100):
            yield Sample.ask(f"{i:03d}", f"question {i}", target="yes")


@dataclass
class Meter:
    """Says so many tokens to each question, and watches how many it answers at once."""

    said: int | None = 3
    name: str = "meter"
    thinks: int = 0
    """Tokens of its trace."""
    asked: list[str] = field(default_factory=list)
    answered: int = 0
    at_once: int = 0
    most_at_once: int = 0
    trouble: Mapping[str, str] = field(default_factory=dict)

    @property
    def identity(self) -> ModelIdentity:
        return ModelIdentity(name=self.name, thinking_tokens=self.thinks)

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        text = messages[-1].text
        self.asked.append(text)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0.001)
        self.at_once -= 1
        if text in self.trouble:
            raise ModelError("no way", kind="bad_request")
        self.answered += 1
        said = "yes" if self.name.startswith("judge") else f"yes, {text}"
        return Response(text=said, model="meter", input_tokens=5, output_tokens=self.said)

    async def close(self) -> None:
        pass


SCORED, JUDGED = accuracy(Same()), accuracy(verdict("Is {pred} right?", max_tokens=LIMIT))


def task(judged: bool = False) -> Task:
    return Task(
        id="T.1", name="hundred", aspect="truthfulness", subaspect="T.I", summary="", paper="",
        dataset=Hundred(), conditions=(Condition(name="plain"),),
        metrics=(SCORED, JUDGED) if judged else (SCORED,),
        headline=mean_over(SCORED, ["plain"]), config=GenerateConfig(max_tokens=LIMIT),
    )  # fmt: skip


def config(folder: Path, model: Meter, **more: Any) -> RunConfig:
    more = dict[str, Any](prices={"target": DOLLAR}, window=8, budget=100.0, reuse=False) | more
    return RunConfig(model=model, tasks=(task("models" in more),), folder=folder, **more)


def test_it_stops_before_the_budget_and_keeps_all_answers(tmp_path: Path) -> None:
    model = Meter()
    with pytest.raises(BudgetError, match="larger --budget") as stopped:
        execute(config(tmp_path, model))
    assert stopped.value.exit_code == 6
    spent = spending_in(tmp_path)["target"]
    assert spent.usd == 3 * model.answered == 3 * len(model.asked)
    assert 100 - LIMIT < spent.usd <= 100
    assert len(load_run(tmp_path)[1]) == model.answered
    assert not (tmp_path / "complete.json").exists()


@pytest.mark.parametrize("window", [1, 8, 64])
@pytest.mark.parametrize("budget", [9.0, 10.0, 35.5, 250.0])
def test_no_reserve_is_ever_needed_twice(tmp_path: Path, window: int, budget: float) -> None:
    """Even where every answer is as long as it may be, the budget is not passed."""
    model = Meter(said=LIMIT)
    with pytest.raises(BudgetError):
        execute(config(tmp_path, model, window=window, budget=budget))
    assert len(model.asked) == budget // LIMIT


def test_a_larger_budget_goes_on_without_asking_again(tmp_path: Path) -> None:
    model = Meter()
    for budget in (50.0, 60.0, 150.0):
        with pytest.raises(BudgetError):
            execute(config(tmp_path, model, budget=budget))
        assert budget - LIMIT < 3 * model.answered <= budget
    done = execute(config(tmp_path, model, budget=310.0))
    assert sorted(model.asked) == [f"question {i}" for i in sorted(map(str, range(100)))]
    assert done.progress.spent == 300
    assert json.loads((tmp_path / "complete.json").read_bytes())["spending"] == {
        "target": {
            "requests": 100, "input_tokens": 500, "cached_tokens": 0, "output_tokens": 300,
            "usd": 300.0,
        }
    }  # fmt: skip
    assert load_run(tmp_path)[0].spending["target"]["usd"] == 300


def test_the_manifest_of_a_stopped_run_tells_what_was_spent(tmp_path: Path) -> None:
    with pytest.raises(BudgetError):
        execute(config(tmp_path, Meter(), budget=31.0))
    assert load_run(tmp_path)[0].spending["target"]["usd"] == spending_in(tmp_path)["target"].usd


def test_an_answer_without_usage_counts_as_its_reserve(tmp_path: Path) -> None:
    model = Meter(said=None)
    with pytest.raises(BudgetError):
        execute(config(tmp_path, model))
    assert len(model.asked) == 10
    assert spending_in(tmp_path)["target"].usd == 100


def test_a_trace_is_set_aside_too(tmp_path: Path) -> None:
    model = Meter(said=LIMIT + 40, thinks=40)
    with pytest.raises(BudgetError):
        execute(config(tmp_path, model, budget=140.0))
    assert len(model.asked) == 2


def test_cached_input_is_paid_at_its_own_price(tmp_path: Path) -> None:
    price = Price(input=1e6, cached=1e5, output=0.0)
    paid = BudgetedModel(Meter(), "target", price, BudgetGuard(tmp_path))
    reply = Response(text="", model="m", input_tokens=10, output_tokens=4, cached_tokens=6)
    assert paid.bill(reply, asked=3, limit=9).usd == pytest.approx(4 + 0.6)
    odd = replace(reply, cached_tokens=60)
    assert paid.bill(odd, asked=3, limit=9).usd == pytest.approx(1.0)


def test_a_judge_is_paid_from_the_same_purse(tmp_path: Path) -> None:
    model, judge = Meter(said=1), Meter(said=2, name="judge")
    prices = {"target": DOLLAR, "judge": DOLLAR}
    judged = config(tmp_path, model, models={"judge": judge}, prices=prices, budget=80.0)
    with pytest.raises(BudgetError):
        execute(judged)
    spent = spending_in(tmp_path)
    assert spent["target"].usd == model.answered
    assert spent["judge"].usd == 2 * judge.answered > 0
    assert 80 - LIMIT < spent["target"].usd + spent["judge"].usd <= 80
    execute(replace(judged, budget=400.0))
    assert len(model.asked) == len(judge.asked) == 100
    assert len(set(model.asked)) == len(set(judge.asked)) == 100
    manifest, records = load_run(tmp_path)
    assert all(len(record.scores) == 2 for record in records)
    told = summarise(manifest, records, judged.tasks).spent
    assert told == "spent 300.00 USD (target 100.00, judge 200.00)"


def test_what_is_free_runs_on_beside_what_is_not(tmp_path: Path) -> None:
    free = Price(input=0.0, cached=0.0, output=0.0)
    judge = Meter(said=1, name="judge")
    prices = {"target": free, "judge": DOLLAR}
    execute(config(tmp_path, Meter(said=10), models={"judge": judge}, prices=prices, budget=110.0))
    assert set(spending_in(tmp_path)) == {"judge"}


def test_cached_responses_cost_nothing(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    execute(config(tmp_path / "first", Meter(), cache=cache, budget=400.0))
    again = Meter()
    done = execute(config(tmp_path / "second", again, cache=cache, budget=1.0))
    assert again.asked == []
    assert done.progress.spent == 0
    assert spending_in(tmp_path / "second") == {}


def test_failed_requests_give_their_reserve_back(tmp_path: Path) -> None:
    trouble = {f"question {i}": "down" for i in range(1, 100)}
    done = execute(config(tmp_path, Meter(trouble=trouble), budget=LIMIT + 3.0, window=1))
    assert done.progress.outcomes == {"answered": 1, "errored": 99}
    assert done.progress.spent == 3


def test_spending_is_counted_without_a_budget(tmp_path: Path) -> None:
    seen: list[float] = []

    def report(progress: Progress, activity: Activity) -> None:
        seen.append(progress.spent)

    execute(config(tmp_path, Meter(), budget=None), report)
    assert seen == sorted(seen)
    assert seen[-1] == 300
    assert not list(tmp_path.glob("*.tmp"))


def test_a_run_without_prices_keeps_no_account(tmp_path: Path) -> None:
    execute(config(tmp_path, Meter(), prices={}, budget=None))
    assert not (tmp_path / FILE).exists()
    assert load_run(tmp_path)[0].spending == {}


def test_a_budget_needs_every_price_and_a_sum(tmp_path: Path) -> None:
    judge = Meter(name="some/judge")
    with pytest.raises(ConfigError, match=r"some/judge \(judge\).*--prices"):
        config(tmp_path, Meter(), models={"judge": judge})
    for nothing in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ConfigError, match="more than 0 USD"):
            config(tmp_path, Meter(), budget=nothing)


def test_an_unfinished_line_is_left_out(tmp_path: Path) -> None:
    guard = BudgetGuard(tmp_path)
    guard.pay("judge", Spent(requests=1, usd=0.5), estimate=1.0)
    guard.pay("judge", Spent(requests=1, usd=0.25), estimate=1.0)
    guard.close()
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole + b'{"role": "judge", "req')
    assert spending_in(tmp_path) == {"judge": Spent(requests=2, usd=0.75)}
    assert BudgetGuard(tmp_path).spent == 0.75


def test_a_line_after_an_unfinished_one_counts(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b'{"role": "judge", "req')
    guard = BudgetGuard(tmp_path)
    guard.pay("judge", Spent(requests=1, usd=0.5), estimate=1.0)
    guard.close()
    assert spending_in(tmp_path) == {"judge": Spent(requests=1, usd=0.5)}


def test_a_file_that_cannot_be_written_costs_no_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).symlink_to("no folder/spending.jsonl")
    with pytest.raises(BudgetError):
        execute(config(tmp_path, Meter(), budget=31.0))
    assert "run.sqlite holds the sum of what was spent" in caplog.text
    assert 21 < spending_in(tmp_path)["target"].usd <= 31
    (tmp_path / "manifest.json").unlink()
    again = Meter()
    with pytest.raises(BudgetError):
        execute(config(tmp_path, again, budget=31.0))
    assert again.asked == []


def lose(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def blank(path: Path) -> None:
    path.write_bytes(b"\n \n")


def cut_first(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[5:]))


def cut_last(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 4 * 100 + 17])


def lose_manifest_too(path: Path) -> None:
    path.unlink()
    path.with_name("manifest.json").unlink()


def lose_store_too(path: Path) -> None:
    path.unlink()
    path.with_name("run.sqlite").unlink()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that has spent 27 of 31 dollars."""
    folder = tmp_path_factory.mktemp("stopped")
    with pytest.raises(BudgetError):
        execute(config(folder, Meter(), budget=31.0, window=1))
    return folder


@pytest.mark.parametrize(
    "harm", [lose, empty, blank, cut_first, cut_last, lose_manifest_too, lose_store_too]
)
def test_what_was_spent_is_never_forgotten(
    tmp_path: Path, stopped: Path, caplog: pytest.LogCaptureFixture, harm: Callable[[Path], None]
) -> None:
    spent = spending_in(stopped)
    folder = shutil.copytree(stopped, tmp_path / "run")
    harm(folder / FILE)
    assert spending_in(folder) == spent
    again = Meter()
    for _ in range(2):
        with pytest.raises(BudgetError):
            execute(config(folder, again, budget=31.0))
    assert again.asked == []
    assert caplog.text.count("lines are missing") == 1
    assert f"{spent['target'].usd:.4f} USD are taken as spent" in caplog.text
    assert spending_in(folder) == spent
    with pytest.raises(BudgetError):
        execute(config(folder, again, budget=50.0))
    assert spent["target"].usd + 3 * again.answered == spending_in(folder)["target"].usd <= 50


LINE = {
    "role": "target", "requests": 1, "input_tokens": 5, "cached_tokens": 0, "output_tokens": 3,
    "usd": 3.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (json.dumps(LINE | {"usd": -5}), "usd is -5, expected 0 or more"),
        (json.dumps(LINE | {"requests": -1}), "requests is -1"),
        (json.dumps(LINE | {"usd": "3.0"}), "usd is '3.0', expected float"),
        (json.dumps(LINE | {"usd": True}), "usd is True"),
        (json.dumps(LINE | {"role": 3}), "names no role"),
        (json.dumps(LINE | {"more": 3}), "unknown: more"),
        (json.dumps({"usd": 3}), "line 1 is"),
        (json.dumps(LINE).replace("3.0", "1e999"), "line 1 is"),
        (json.dumps(LINE).replace("3.0", "NaN"), "line 1 is"),
        ("[]", "names no role"),
        ("\x00\x01" * 250, "line 1 is"),
        ("\n".join([json.dumps(LINE | {"usd": 1.7e308})] * 3), "its sum is inf USD"),
    ],
)
def test_a_line_that_can_be_no_spending_is_refused(tmp_path: Path, line: str, words: str) -> None:
    (tmp_path / FILE).write_text(f"{line}\n{json.dumps(LINE)}\n")
    with pytest.raises(StoreError, match="Restore it from a copy") as refused:
        execute(config(tmp_path, model := Meter()))
    assert words in str(refused.value)
    assert str(tmp_path / FILE) in str(refused.value)
    assert model.asked == []


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda p: p.symlink_to("/dev/full")])
def test_a_file_of_spending_that_is_no_regular_file_is_refused(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path / FILE)
    with pytest.raises(StoreError, match=r"no regular file; move it away"):
        execute(config(tmp_path, model := Meter()))
    assert model.asked == []


def test_a_sum_in_the_store_that_was_edited_is_damage(tmp_path: Path, stopped: Path) -> None:
    spent = spending_in(stopped)
    folder = shutil.copytree(stopped, tmp_path / "run")
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        database.execute("UPDATE spending SET body = replace(body, '3', '9')")
        database.commit()
    assert "rows are not what was written" in find_damage(folder / "run.sqlite")
    with pytest.raises(BudgetError):
        execute(config(folder, Meter(), budget=31.0))
    assert spending_in(folder) == spent
    assert len(load_run(folder)[1]) == spent["target"].requests
    assert find_damage(folder / "run.sqlite") == ""
    (folder / FILE).unlink()
    assert spending_in(folder) == spent


@dataclass
class Biller(Meter):
    """Bills what `said_of` makes of the number of the request."""

    said_of: Callable[[int], int] = lambda number: 3

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        number = len(self.asked)
        response = await super().generate(messages, config)
        return replace(response, output_tokens=self.said_of(number))


@pytest.mark.parametrize("window", [1, 64, 256])
@pytest.mark.parametrize(
    "said_of",
    [
        lambda number: 20 * LIMIT,  # always twenty times what a request may make
        lambda number: LIMIT * (1 + number // 4),  # dearer and dearer
        lambda number: LIMIT * (1 if number % 10 else 4),  # now and then four times as dear
        lambda number: LIMIT if number < 20 else 4 * LIMIT,  # a new price
    ],
)
def test_a_budget_is_passed_by_one_request_at_most(
    tmp_path: Path, said_of: Callable[[int], int], window: int
) -> None:
    model = Biller(said_of=said_of)
    with pytest.raises(BudgetError):
        execute(config(tmp_path, model, budget=600.0, window=window))
    spent = spending_in(tmp_path)["target"].usd
    dearest = max(map(said_of, range(len(model.asked))))
    assert 600 - 2 * dearest < spent < 600 + dearest


def test_many_are_asked_at_once_while_the_budget_is_far(tmp_path: Path) -> None:
    model = Meter()
    execute(config(tmp_path, model, budget=100_000.0, window=32))
    assert model.most_at_once > 16


@pytest.mark.parametrize("told", [None, 0, -1, -(10**12)])
def test_usage_that_cannot_be_is_taken_to_be_the_most(tmp_path: Path, told: int | None) -> None:
    paid = BudgetedModel(Meter(), "target", DOLLAR, BudgetGuard(tmp_path))
    reply = Response(text="yes", model="m", input_tokens=told, output_tokens=told)
    bill = paid.bill(reply, asked=3, limit=9)
    assert (bill.input_tokens, bill.output_tokens, bill.usd) == (6, 9, 9.0)
    nothing = paid.bill(replace(reply, text="", output_tokens=0), asked=3, limit=9)
    assert nothing.output_tokens == 0
    odd = paid.bill(replace(reply, input_tokens=8, cached_tokens=-5), asked=3, limit=9)
    assert odd.cached_tokens == 0


def test_other_failures_end_a_run_as_before(tmp_path: Path) -> None:
    class Closed(Meter):
        async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
            raise ModelError("no key", kind="auth")

    with pytest.raises(ModelError, match="no key"):
        execute(config(tmp_path, Closed()))


def test_usage_of_a_server_is_what_is_paid(tmp_path: Path, stub: Callable[..., Any]) -> None:
    server = stub()
    model = resolve(f"{server.url}#x", options={"max_connections": "4"})
    price = Price(input=100_000.0, cached=0.0, output=300_000.0)  # 7 in and 1 out: a dollar
    chosen = RunConfig(
        model=model, tasks=(task(),), folder=tmp_path, prices={"target": price}, budget=30.0
    )
    with pytest.raises(BudgetError):
        execute(chosen)
    asked = len(server.requests)
    spent = spending_in(tmp_path)["target"]
    assert spent.usd == pytest.approx(asked)
    assert (spent.requests, spent.input_tokens, spent.output_tokens) == (asked, 7 * asked, asked)
    assert 30 - 5 < asked <= 30
    assert len(load_run(tmp_path)[1]) == asked


def judged_later(folder: Path, judge: Meter, budget: float | None, price: Price = DOLLAR) -> int:
    """Score a run that had no judge."""
    return rescore(folder, (task(True),), {"judge": judge}, prices={"judge": price}, budget=budget)


def test_judging_later_stops_at_the_budget_and_goes_on(tmp_path: Path) -> None:
    execute(replace(config(tmp_path, Meter(said=1), budget=None), tasks=(task(True),)))
    judge = Meter(said=2, name="judge")
    for budget in (130.0, 150.0):  # 100 of them are what the run has spent
        with pytest.raises(BudgetError, match="larger --budget"):
            judged_later(tmp_path, judge, budget)
        assert budget - LIMIT < 100 + 2 * judge.answered <= budget
        manifest, records = load_run(tmp_path)
        scored = [r for r in records if r.scores[1].value is not None]
        assert (len(records), len(scored)) == (100, judge.answered)
        assert manifest.spending["judge"]["usd"] == 2 * judge.answered
    assert judged_later(tmp_path, judge, 320.0) == 100
    assert len(judge.asked) == len(set(judge.asked)) == 100
    manifest, records = load_run(tmp_path)
    assert all(record.scores[1].value is not None for record in records)
    spent = {"target": 100.0, "judge": 200.0}
    assert {role: one["usd"] for role, one in manifest.spending.items()} == spent
    whole = json.loads((tmp_path / "complete.json").read_bytes())["spending"]
    assert {role: one["usd"] for role, one in whole.items()} == spent


def test_judging_later_needs_the_price_of_the_judge_alone(tmp_path: Path) -> None:
    execute(replace(config(tmp_path, Meter(), prices={}, budget=None), tasks=(task(True),)))
    with pytest.raises(ConfigError, match=r"some/judge \(judge\).*--prices"):
        rescore(tmp_path, (task(True),), {"judge": Meter(name="some/judge")}, budget=9.0)
    assert load_run(tmp_path)[0].scored_by == {}
    assert judged_later(tmp_path, Meter(name="some/judge"), 1e6) == 100
    assert set(spending_in(tmp_path)) == {"judge"}


def test_judging_later_asks_many_at_once_and_tells_who_judged(tmp_path: Path) -> None:
    execute(replace(config(tmp_path, Meter(), budget=None), tasks=(task(True),)))
    judge = Meter(name="judge", thinks=5)
    judged_later(tmp_path, judge, None)
    assert judge.most_at_once > 8
    manifest = load_run(tmp_path)[0]
    assert manifest.scored_by == {"judge": ModelIdentity(name="judge", thinking_tokens=5)}
    assert manifest.models == {"target": ModelIdentity(name="meter")}
    assert manifest.spending["judge"]["usd"] == 300
    rescore(tmp_path, (task(True),))
    assert load_run(tmp_path)[0].scored_by == {
        "judge": ModelIdentity(name="judge", thinking_tokens=5)
    }
