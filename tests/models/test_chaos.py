"""A run against a server that fails in every way and goes down twice: nothing lost, none twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from multitrust.core import Condition, Origin, Sample, Task
from multitrust.metrics import accuracy, mean_over
from multitrust.models import resolve
from multitrust.run import RunConfig, execute, load_run
from multitrust.scorers import yes_no

COUNT = 2000
PATIENT = {"timeout": "1", "first_delay": "0.2", "max_connections": "64"}


@dataclass(frozen=True)
class Questions:
    count: int
    name: str = "tests/questions"

    def samples(self, origin: Origin) -> Iterator[Sample]:
        for number in range(self.count):
            yield Sample.ask(
                f"{number:05d}", f"Is it? {number}", target="yes", metadata={"stratum": "yes"}
            )


def questions(count: int) -> Task:
    metric = accuracy(yes_no())
    return Task(
        id="B.1",
        name="questions",
        aspect="truthfulness",
        subaspect="T.I",
        summary="Answers a question.",
        paper="none",
        dataset=Questions(count),
        conditions=(Condition(name="text"),),
        metrics=(metric,),
        headline=mean_over(metric, ["text"]),
    )


def config(url: str, folder: Path) -> RunConfig:
    return RunConfig(
        model=resolve(f"{url}#x", options=PATIENT),
        tasks=(questions(COUNT),),
        folder=folder,
        window=64,
    )


def test_every_sample_ends_in_its_outcome_and_none_twice(
    tmp_path: Path, stub_module: ModuleType
) -> None:
    chaos = stub_module.Chaos(falls=(100, 1900), down_for=1.0)
    server: Any
    with stub_module.serving(stub_module.Stub(chaos=chaos)) as server:
        progress = execute(config(server.url, tmp_path)).progress
        records = {record.prompt: record for record in load_run(tmp_path)[1]}
        dealt = dict(chaos.ended)
        assert {len(endings) for endings in dealt.values()} == {1}
        expected = {prompt: stub_module.ENDINGS[name] for prompt, (name,) in dealt.items()}
        assert len(records) == progress.done == COUNT
        assert {prompt: record.outcome for prompt, record in records.items()} == expected
        assert set(stub_module.TROUBLE) | set(stub_module.ENDINGS) <= set(chaos.troubles)
        failed = {prompt for prompt, outcome in expected.items() if outcome == "errored"}
        chaos.rate, before = 0.0, len(server.requests)
        again = execute(config(server.url, tmp_path)).progress
    asked = {request["messages"][0]["content"] for request in server.requests[before:]}
    assert asked == failed
    assert len(server.requests) - before == len(failed)
    kept = Counter(outcome for outcome in expected.values() if outcome != "errored")
    assert again.outcomes == kept + Counter(answered=len(failed))
