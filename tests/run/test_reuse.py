"""Responses of other runs in the same log folder are taken over, and only those that fit."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from multitrust.core import (
    Condition,
    Env,
    GenerateConfig,
    Message,
    ModelIdentity,
    Origin,
    Response,
    Sample,
    Score,
    Task,
)
from multitrust.metrics import accuracy, mean_over
from multitrust.run import RunConfig, execute, load_run


class Same:
    name = "same"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        return Score(scorer=self.name, value=1.0)

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        return ""


class Numbers:
    name = "numbers"

    def samples(self, origin: Origin) -> Iterator[Sample]:
        for i in range(12):
            yield Sample.ask(f"{i:02d}", f"{i}?", target="yes")


@dataclass
class Parrot:
    name: str = "parrot"
    settings: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def identity(self) -> ModelIdentity:
        return ModelIdentity(name=self.name, settings=self.settings)

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        self.asked.append(messages[-1].text)
        await asyncio.sleep(0)
        return Response(text=f"{self.name} {messages[-1].text}", model=self.name)

    async def close(self) -> None:
        pass


METRIC = accuracy(Same())


def config(folder: Path, model: Parrot, **more: Any) -> RunConfig:
    task = Task(
        id="T.1", name="numbers", aspect="truthfulness", subaspect="T.I", summary="", paper="",
        dataset=Numbers(), conditions=(Condition(name="plain"),), metrics=(METRIC,),
        headline=mean_over(METRIC, ["plain"]),
    )  # fmt: skip
    return RunConfig(model=model, tasks=(task,), folder=folder, **more)


def texts(folder: Path) -> dict[str, str]:
    records = load_run(folder)[1]
    return {record.sample_id: record.response.text for record in records if record.response}


def test_a_larger_limit_asks_only_for_the_rest(tmp_path: Path) -> None:
    model = Parrot()
    first = execute(config(tmp_path / "five", model, limit=5))
    second = execute(config(tmp_path / "eight", model, limit=8))
    assert len(model.asked) == len(set(model.asked)) == 8
    assert first.taken == {}
    assert second.taken == {first.manifest.run_id: 5}
    assert len(texts(second.folder)) == 8


def test_they_are_the_run_s_own_from_then_on(tmp_path: Path) -> None:
    model = Parrot()
    first = execute(config(tmp_path / "first", model, limit=5))
    second = execute(config(tmp_path / "second", model))
    before = texts(second.folder)
    for path in first.folder.iterdir():
        if path.is_file():
            path.unlink()
    assert texts(second.folder) == before


@pytest.mark.parametrize(
    "other",
    [
        {"model": Parrot("another")},
        {"model": Parrot(settings={"dtype": "bfloat16"})},
        {"max_tokens": 7},
        {"reuse": False},
    ],
)
def test_what_might_answer_otherwise_is_asked(tmp_path: Path, other: dict[str, Any]) -> None:
    execute(config(tmp_path / "first", Parrot()))
    model = other.pop("model", None) or Parrot()
    model.asked.clear()
    result = execute(config(tmp_path / "second", model, **other))
    assert len(model.asked) == 12
    assert not result.taken


def test_epochs_are_taken_one_by_one(tmp_path: Path) -> None:
    model = Parrot()
    execute(config(tmp_path / "once", model))
    execute(config(tmp_path / "thrice", model, epochs=3))
    assert len(model.asked) == 36


def test_a_role_s_responses_are_taken_too(tmp_path: Path) -> None:
    """A model that judged in one run is the target of another."""
    judge = Parrot("judge")
    first = config(tmp_path / "first", Parrot(), models={"judge": judge})
    execute(first)
    execute(config(tmp_path / "judge", judge))
    again = execute(replace(first, folder=tmp_path / "second", limit=3))
    assert sum(again.taken.values()) == 3


@pytest.mark.parametrize(
    "damage",
    [
        lambda run: (run / "manifest.json").write_text("{"),
        lambda run: (run / "manifest.json").unlink(),
        lambda run: (run / "run.sqlite").write_bytes(b"x" * 5000),
        lambda run: (run / "run.sqlite").write_bytes(b""),
    ],
)
def test_a_run_that_cannot_be_read_is_passed_over(tmp_path: Path, damage: Any) -> None:
    model = Parrot()
    first = execute(config(tmp_path / "first", model, limit=5))
    damage(first.folder)
    assert len(texts(execute(config(tmp_path / "second", model)).folder)) == 12
    assert len(model.asked) == 17


def test_a_run_under_way_is_read_from(tmp_path: Path) -> None:
    model = Parrot()
    first = execute(config(tmp_path / "first", model, limit=5))
    (first.folder / "complete.json").unlink()
    with sqlite3.connect(first.folder / "run.sqlite") as writer:
        writer.execute("BEGIN IMMEDIATE")
        execute(config(tmp_path / "second", model))
    writer.close()
    assert len(model.asked) == 12


def test_a_damaged_response_is_asked_for(tmp_path: Path) -> None:
    model = Parrot()
    first = execute(config(tmp_path / "first", model, limit=5))
    with sqlite3.connect(first.folder / "run.sqlite") as writer:
        writer.execute("UPDATE responses SET body = ? WHERE id = 1", (b"{",))
    writer.close()
    second = execute(config(tmp_path / "second", model))
    assert all(text.startswith("parrot") for text in texts(second.folder).values())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE responses SET body = CAST(replace(body, 'parrot', 'magpie') AS BLOB)",
        "UPDATE responses SET body = '{'",
        "UPDATE responses SET sha256 = NULL",
    ],
)
def test_responses_that_are_not_what_was_written_are_asked_anew(
    tmp_path: Path, change: str
) -> None:
    model = Parrot()
    first = execute(config(tmp_path / "five", model, limit=5))
    with sqlite3.connect(first.folder / "run.sqlite") as database:
        database.execute(f"{change} WHERE id <= 2")
    database.close()
    second = execute(config(tmp_path / "eight", model, limit=8))
    assert second.taken == {first.manifest.run_id: 3}
    assert len(model.asked) == 5 + 5
    assert all(text.startswith("parrot") for text in texts(second.folder).values())
