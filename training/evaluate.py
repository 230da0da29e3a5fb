"""Held-out scores of the saved model, each beside the best answer that never looks."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from multitrust.core import Condition, Env, Estimate, Origin, Response, Sample, Task
from multitrust.models import hf
from multitrust.report import summarise
from multitrust.run import RunConfig, execute, load_run
from multitrust.tasks import load_tasks
from training.lessons import present


@dataclass(frozen=True, slots=True)
class Part:
    """One arm of a task on an unseen seed."""

    task: str
    condition: str
    metric: str
    estimate: Estimate
    constant: float
    """What the best single answer to every question earns."""

    @property
    def verdict(self) -> str:
        """Where the whole interval lies against the constant answer."""
        if self.estimate.low is not None and self.estimate.low > self.constant:
            return "above chance"
        if self.estimate.high is not None and self.estimate.high < self.constant:
            return "below chance"
        return "at chance"


def evaluate(weights: Path, seed: int) -> list[Part]:
    """Run all tasks with the model in a folder, on a seed that training never saw."""
    tasks = load_tasks()
    model = hf.load(str(weights), {"device": "cpu"}, name="demo")
    with tempfile.TemporaryDirectory() as folder:
        config = RunConfig(model=model, tasks=tasks, folder=Path(folder), origin=Origin(seed=seed))
        execute(config)
        summary = summarise(*load_run(config.folder), tasks)
    by_id = {task.id: task for task in tasks}
    parts = []
    for result in summary.tasks:
        conditions = {condition.name: condition for condition in by_id[result.id].conditions}
        for measured in result.conditions:
            first = measured.metrics[0]
            best = asyncio.run(constant(by_id[result.id], conditions[measured.name], seed))
            parts.append(Part(result.id, measured.name, first.name, first.estimate, best))
    return parts


async def constant(task: Task, condition: Condition, seed: int) -> float:
    """The first metric's mean score when the commonest right answer is given to everything."""
    scorer = task.metrics_of(condition)[0].scorer
    samples: list[Sample] = [
        await present(sample, condition.steps)
        for sample in task.dataset_of(condition).samples(Origin(seed=seed))
    ]
    common = Counter(scorer.exemplar(sample, good=True) for sample in samples).most_common(3)
    env = Env(rng=random.Random(0))
    best = 0.0
    for answer, _ in common:
        response = Response(text=answer, model="constant")
        scores = [(await scorer(sample, response, env)).value or 0.0 for sample in samples]
        best = max(best, sum(scores) / len(scores))
    return best
