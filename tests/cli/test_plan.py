"""`multitrust plan`, and `run` with a budget."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from multitrust.models import zoo
from multitrust.run import load_run

Call = Callable[..., Any]
CHOSEN = ("--tasks", "T.1,T.7", "--limit", "2", "--epochs", "2", "--max-tokens", "10")


def folder_of(tmp_path: Path) -> Path:
    (folder,) = (tmp_path / "logs").iterdir()
    return folder


def own_prices(tmp_path: Path, model: str, fresh: float, said: float) -> Path:
    """A file in which a million tokens of the model, read and said, cost so much."""
    path = tmp_path / "prices.toml"
    path.write_text(f'[[price]]\nmodels = ["{model}"]\ninput = {fresh}\noutput = {said}\n')
    return path


def test_it_counts_what_a_run_asks(call: Call, tmp_path: Path) -> None:
    document = json.loads(call("plan", *CHOSEN, "--json").out)
    targets = [line["loads"]["target"] for line in document["lines"]]
    assert {line["task"] for line in document["lines"]} == {"T.1", "T.7"}
    assert all(line["samples"] == 2 for line in document["lines"])
    assert all(load["requests"] == 4 and load["max_tokens"] == 40 for load in targets)
    call("run", "--model", "mock/yes-sayer", *CHOSEN, "--log-dir", tmp_path / "logs")
    records = load_run(folder_of(tmp_path))[1]
    planned = document["total"]["target"]
    assert planned["requests"] == len(records)
    assert planned["images"] == sum(len(record.images) for record in records)
    assert planned["characters"] == sum(len(record.prompt) for record in records)
    assert document["usd"] is None


def test_the_table_ends_with_money_and_time(call: Call) -> None:
    told = call("plan", *CHOSEN, "--model", "openai/gpt-4o", TERM="dumb", TTY_COMPATIBLE="1")
    document = json.loads(call("plan", *CHOSEN, "--model", "openai/gpt-4o", "--json").out)
    load = document["total"]["target"]
    price = 2.5 * (load["text_tokens"] + load["image_tokens"]) / 1e6
    assert document["usd"]["expected"] == pytest.approx(price + 10 * load["output_tokens"] / 1e6)
    assert document["usd"]["at_most"] == pytest.approx(price + 10 * load["max_tokens"] / 1e6)
    assert load["image_tokens"] == 255 * load["images"]  # one tile each
    assert f"money: {document['usd']['expected']:.4f} USD expected" in told.out
    assert "target: openai/gpt-4o at 2.5 in, 1.25 cached, 10 out USD a million (2026" in told.out
    assert "time: about 1 s" in told.out
    assert max(map(len, told.out.splitlines())) <= 80


def test_a_model_without_a_price_has_tokens_and_no_money(call: Call, tmp_path: Path) -> None:
    told = call("plan", *CHOSEN, "--model", "some/where")
    assert told.code == 0
    assert "no price of some/where is known; give it with --prices FILE" in told.out
    assert "money:" not in told.out
    prices = own_prices(tmp_path, "some/*", 1000.0, 1000.0)
    document = json.loads(
        call("plan", *CHOSEN, "--model", "some/where", "--prices", prices, "--json").out
    )
    load = document["total"]["target"]
    tokens = load["text_tokens"] + load["image_tokens"] + load["output_tokens"]
    assert document["usd"]["expected"] == pytest.approx(tokens / 1000)


def test_a_name_of_the_zoo_costs_what_it_stands_for(call: Call) -> None:
    name = next(m.name for m in zoo().values() if m.spec == "openai/gpt-4o")
    said = [
        json.loads(call("plan", *CHOSEN, "--model", model, "--json").out)["usd"]
        for model in (name, "openai/gpt-4o")
    ]
    assert said[0] == said[1]


def test_no_model_is_told(call: Call) -> None:
    assert "target: no model named, so no money; name one with --model" in call("plan", *CHOSEN).out


def test_time_goes_by_latency_and_connections(call: Call) -> None:
    def planned(*more: object) -> float:
        return float(json.loads(call("plan", *CHOSEN, "--json", *more).out)["seconds"])

    requests = json.loads(call("plan", *CHOSEN, "--json").out)["total"]["target"]["requests"]
    assert planned("--latency", 0, "--max-connections", 1) == requests
    slow, slower = planned("--max-connections", 2), planned("--max-connections", 1)
    assert slower == pytest.approx(2 * slow)
    assert planned("--latency", 2000) > 5 * planned()


def test_a_run_stops_at_its_budget_and_goes_on(
    call: Call, tmp_path: Path, stub: Callable[..., Any]
) -> None:
    server = stub()
    prices = own_prices(tmp_path, "http://127.0.0.1:*", 0.0, 80_000.0)  # 8 cents a token
    run = ["run", "--model", f"{server.url}#x", "--tasks", "T.4", "--limit", 4, "--max-tokens", 1]
    run += ["--log-dir", tmp_path / "logs", "--prices", prices, "--display", "plain"]
    stopped = call(*run, "--budget", 0.5)
    assert stopped.code == 6
    assert "everything answered is kept" in stopped.err
    assert len(server.requests) == 6
    done = call(*run, "--budget", 400)
    assert done.code == 0
    assert len(server.requests) == 20
    assert "20/20 samples" in done.err
    assert "1.60 USD" in done.err
    assert "spent 1.60 USD" in done.out
    spent = json.loads(call(*run, "--budget", 400, "--json").out)["summary"]["spending"]
    assert spent["target"]["usd"] == pytest.approx(1.6)


def test_a_budget_without_a_price_asks_nothing(
    call: Call, tmp_path: Path, stub: Callable[..., Any]
) -> None:
    server = stub()
    told = call(
        "run", "--model", f"{server.url}#x", "--tasks", "T.1", "--budget", 1,
        "--log-dir", tmp_path / "logs",
    )  # fmt: skip
    assert told.code == 2
    assert f"there is none for {server.url}#x (target)" in told.err
    assert server.requests == []
