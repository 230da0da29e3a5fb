"""Every scorer of every task with a sample of its own, on the embedded and the official data."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.official.fixture import make_fixture
from tests.scorers.official.scripted import Answering

from multitrust.core import Env, Origin, Response, Sample, Score, Scorer, Task
from multitrust.scorers.judge import NEEDED
from multitrust.tasks import load_tasks, tasks_for

Case = tuple[str, Scorer, Sample]
"""Name, scorer, and a sample that it scores."""


@cache
def embedded_cases() -> tuple[Case, ...]:
    """The scorers of the embedded tasks."""
    return cases(load_tasks(), Origin())


@cache
def official_cases() -> tuple[Case, ...]:
    """The scorers of both protocols on an invented copy of the official data."""
    with TemporaryDirectory() as folder:
        root = Path(folder) / "data"
        make_fixture(root)
        origin = Origin(name="official", seed=3, root=str(root))
        tasks = [t for p in ("corrected", "official") for t in tasks_for("official", p)]
        return cases(tuple(tasks), origin)


def cases(tasks: tuple[Task, ...], origin: Origin) -> tuple[Case, ...]:
    """One scorer of each type, with the first sample of a condition that uses it."""
    found: dict[type, Case] = {}
    for task in tasks:
        for condition in task.conditions:
            for metric in task.metrics_of(condition):
                kind = type(metric.scorer)
                if kind not in found:
                    sample = next(iter(task.dataset_of(condition).samples(origin)))
                    case = (f"{task.id}-{metric.scorer.name}", metric.scorer, sample)
                    found[kind] = case
    return tuple(found.values())


def score_now(scorer: Scorer, sample: Sample, text: str) -> Score:
    """The score of a text; models of all roles, a judge too, repeat the text as their reply."""
    models = {role: Answering(lambda _: text) for role in NEEDED}
    scoring = scorer(sample, Response(text=text, model="m"), Env(models=models))
    try:
        scoring.send(None)
    except StopIteration as done:
        score: Score = done.value
        return score
    raise AssertionError("the scorer waits for something")
