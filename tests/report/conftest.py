"""A task and records made by hand, from which summaries and pages are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, Any

import pytest
from rich.console import Console

from multitrust.core import (
    REFUSED,
    Condition,
    Contrast,
    Env,
    Manifest,
    ModelIdentity,
    Record,
    Response,
    Sample,
    Score,
    Task,
)
from multitrust.data import dataset
from multitrust.metrics import accuracy, mean_over
from multitrust.report import Summary, summarise
from multitrust.tasks import ASPECTS as KNOWN


@dataclass(frozen=True)
class Stated:
    """A scorer that is never called: the records already hold its scores."""

    name: str = "stated"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        raise NotImplementedError

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        raise NotImplementedError


def terminal(file: IO[str], width: int) -> Console:
    """A terminal without colours whose screen goes to a file."""
    return Console(file=file, width=width, force_terminal=True, color_system=None)


ACCURACY = accuracy(Stated())
ASPECTS = {name[0].upper(): name for name in KNOWN}
"""The paper's aspects by their letter."""
Make = Callable[..., Any]


@pytest.fixture
def task() -> Make:
    """`task("T.5", "T.M")`: two conditions and the contrast between them."""

    def make(id: str = "T.5", subaspect: str = "T.M", **more: Any) -> Task:
        fields: dict[str, Any] = {
            "conditions": (Condition(name="plain"), Condition(name="shown")),
            "headline": mean_over(ACCURACY, ["plain", "shown"]),
            "contrasts": (
                Contrast(name="effect", metric="accuracy", base="plain", other="shown"),
            ),
        }  # fmt: skip
        fields["aspect"] = ASPECTS.get(subaspect[0], "")
        return Task(
            id=id, name=f"task-{id[-1]}-vqa", subaspect=subaspect,
            summary="What is asked.", paper="", metrics=(ACCURACY,),
            dataset=dataset("nothing/read", lambda row: Sample.ask(row["id"], "")),
            **(fields | more),
        )  # fmt: skip

    return make


@pytest.fixture
def record() -> Make:
    """`record("plain", 3, 1.0)`: a record with a score; `unscored=` or `error=` without one."""

    def make(condition: str, number: int, value: float | None = None, **more: Any) -> Record:
        text, stop = more.pop("text", "said"), more.pop("stop", "end")
        unscored, answer = more.pop("unscored", None), more.pop("answer", "read")
        fields: dict[str, Any] = {
            "task": "T.5", "condition": condition, "sample_id": f"s{number:02d}",
        }  # fmt: skip
        if "error" not in more:
            score = Score(scorer="stated", value=value, unscored=unscored, answer=answer)
            fields["response"] = Response(text=text, model="m", stop=stop)
            fields["scores"] = (score,)
        return Record(**(fields | more))

    return make


@pytest.fixture
def outcomes(record: Make) -> list[Record]:
    """One record of every outcome in the condition `plain`, the answered one twice."""
    return [
        record("plain", 0, 1.0),
        record("plain", 1, 0.0),
        record("plain", 2, 0.0, answer=REFUSED),
        record("plain", 3, unscored="blocked", stop="filter"),
        record("plain", 4, unscored="truncated", text="", stop="length"),
        record("plain", 5, unscored="empty", text=" "),
        record("plain", 6, unscored="unparsed"),
        record("plain", 7, error="server broke"),
    ]


@pytest.fixture
def manifest() -> Make:
    """A manifest of task T.5 in both conditions."""

    def make(**more: Any) -> Manifest:
        fields: dict[str, Any] = {
            "run_id": "0123456789ab", "created": "2030-01-02T03:04:05+00:00", "seed": 7,
            "models": {"target": ModelIdentity(name="mock/hand")}, "tasks": {"T.5": 1},
            "origin": {"name": "embedded"}, "version": "9.9",
            "conditions": {"T.5": ("plain", "shown")},
        }  # fmt: skip
        return Manifest(**(fields | more))

    return make


@pytest.fixture
def summary(task: Make, manifest: Make) -> Callable[..., Summary]:
    """`summary(records, tasks, limit=3)`: folded, by default as task T.5."""

    def make(records: Sequence[Record], known: Sequence[Task] = (), **more: Any) -> Summary:
        return summarise(manifest(**more), records, known or (task(),))

    return make
