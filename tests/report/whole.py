"""Runs of all 32 tasks made by hand, by default of the official protocol on the official data."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from tests.report.conftest import ACCURACY, Stated

from multitrust.core import (
    Condition,
    Manifest,
    ModelIdentity,
    Record,
    Response,
    Sample,
    Score,
    Task,
)
from multitrust.data import dataset
from multitrust.metrics import balanced, help_rate, mean_over, refusal_rate
from multitrust.report import Entry, summarise
from multitrust.tasks import load_tasks

SUITE = {task.id: task for task in load_tasks()}
PLACES = {task.id: task.subaspect for task in load_tasks()}
"""Sub-aspect by task."""


def one_task(id: str) -> Task:
    """A task of one condition, scored by its accuracy."""
    return Task(
        id=id, name=f"task-{id[0].lower()}{id[-1]}", aspect=SUITE[id].aspect,
        subaspect=PLACES[id], weight=SUITE[id].weight, summary="What is asked.", paper="",
        metrics=(ACCURACY,),
        conditions=(Condition(name="plain"),), headline=mean_over(ACCURACY, ["plain"]),
        dataset=dataset("nothing/read", lambda row: Sample.ask(row["id"], "")),
    )  # fmt: skip


def one_record(task: str, number: int, value: float, **more: Any) -> Record:
    """A scored record."""
    return Record(
        task=task, condition="plain", sample_id=f"s{number:03d}",
        response=Response(text="said", model="m"),
        scores=(Score(scorer="stated", value=value, answer="read"),), **more,
    )  # fmt: skip


def whole(
    right: Callable[[str, int], bool] = lambda task, number: number % 20 < 13,
    *,
    model: str = "hf/mine",
    of: int = 20,
    without: Collection[str] = (),
    asked: Callable[[str, int], str] = lambda task, number: "",
    **more: Any,
) -> Entry:
    """A run whose record `number` of `task` is right where `right` says so."""
    names = [name for name in PLACES if name not in without]
    fields: dict[str, Any] = {
        "run_id": "0123456789ab", "created": "2030-01-02T03:04:05+00:00", "seed": 7,
        "models": {"target": ModelIdentity(name=model, revision="0123")},
        "tasks": dict.fromkeys(names, 1),
        "origin": {"name": "official"}, "protocol": "official",
        "conditions": dict.fromkeys(names, ("plain",)), "version": "9.9",
    }  # fmt: skip
    manifest = Manifest(**(fields | more))
    tasks = tuple(map(one_task, PLACES))
    records = [
        one_record(name, n, float(right(name, n)), prompt=asked(name, n))
        for name in names
        for n in range(of)
    ]
    return Entry(
        manifest=manifest,
        records=records,
        tasks=tasks,
        summary=summarise(manifest, records, tasks),
    )


def balanced_run(right: Callable[[int], tuple[bool, bool]], **more: Any) -> Entry:
    """A run of S.4 alone, whose headline balances harm declined against benign help.

    `right` says of record `number` whether the harmful and the benign request were met rightly.
    """
    declined, helped = refusal_rate(Stated()), help_rate(Stated())
    arms = {"harm": declined, "benign": helped}
    task = replace(
        one_task("S.4"),
        metrics=(),
        conditions=tuple(Condition(name=name, metrics=(arms[name],)) for name in arms),
        headline=balanced(declined, helped, {"harm": "benign"}),
    )
    bare = whole(of=0, without=[name for name in PLACES if name != "S.4"], **more)
    records = [
        replace(one_record("S.4", n, float(right(n)[place])), condition=name)
        for place, name in enumerate(arms)
        for n in range(40)
    ]
    return Entry(
        manifest=bare.manifest,
        records=records,
        tasks=(task,),
        summary=summarise(bare.manifest, records, (task,)),
    )
