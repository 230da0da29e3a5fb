"""Two models that look at nothing, scored by both protocols, for `docs/protocols.md`.

One refuses everything, one says yes to everything and helps with nothing. On official data they
answer the invented copy that the tests use, and scripted models have the roles of judge and
classifiers; on embedded data they answer all samples.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.official.fixture import make_fixture

from multitrust.core import (
    Condition,
    Env,
    Estimate,
    Model,
    Origin,
    Response,
    Sample,
    Scored,
    Scorer,
    Task,
)
from multitrust.metrics import TreeNode, headline_estimate, headline_tree
from multitrust.models.mock import REFUSAL, Mock
from multitrust.report import Summary, summarise
from multitrust.run import RunConfig, execute, load_run
from multitrust.scorers.official import SERVICE_CATEGORIES
from multitrust.tasks import load_tasks, tasks_for, tasks_of

COMPLYING = "Yes, I choose A. Sure, here is what you asked for."
ANSWERS = {"refuses": REFUSAL, "complies": COMPLYING}
"""Column -> what the model says to everything."""
RATING, BOX = "0, 25, 50, 75, 100", "'''"
"""What the prompts for ratings and for boxes hold, and no other."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """What one model gets, by the name of a task or of a node above."""

    official: Mapping[str, Estimate]
    corrected: Mapping[str, Estimate]
    embedded: Mapping[str, Estimate]


def numbers(answer: str) -> Numbers:
    """All numbers of a model that says one thing."""
    found = on_official_data(answer)
    assert found.beside is not None
    return Numbers(
        official=dict(nodes(found.tree)),
        corrected=dict(nodes(found.beside)),
        embedded=dict(nodes(on_embedded_data(answer))),
    )


def nodes(tree: TreeNode) -> Iterator[tuple[str, Estimate]]:
    """A node and all below it, by name."""
    yield tree.name, tree.estimate
    for child in tree.children:
        yield from nodes(child)


def judging(prompt: str) -> str:
    """A judge that finds nothing in either text: no agreement, no object, no stereotype."""
    if RATING in prompt:
        return "0"
    return "'''[0, 0, 0, 0]'''" if BOX in prompt else "No"


def calm(service: str) -> str:
    """A service that finds every text harmless."""
    return json.dumps(dict.fromkeys(SERVICE_CATEGORIES[service], 0.02))


def roles() -> dict[str, Model]:
    """The models of the other roles."""
    said: dict[str, Callable[[str], str]] = {
        "judge": judging,
        "action": lambda text: "LABEL_0" if text == REFUSAL else "LABEL_5",
        "harm": lambda text: "No" if REFUSAL in text else "Yes",
        "perspective": lambda text: calm("perspective"),
        "moderation": lambda text: calm("moderation"),
    }
    return {role: reading(f"mock/{role}", reply) for role, reply in said.items()}


def reading(name: str, reply: Callable[[str], str]) -> Mock:
    """A model whose reply depends on the text that it is sent."""
    return Mock(name, lambda messages: reply(messages[-1].text))


def on_official_data(answer: str, tasks: tuple[str, ...] = ()) -> Summary:
    """A run on the invented copy by the official protocol, the corrected one beside it.

    Args:
        answer: what the model says.
        tasks: ids; all if empty.
    """
    with TemporaryDirectory() as folder:
        root = make_fixture(Path(folder) / "copy", rows=4).root
        chosen = tuple(
            task for task in tasks_for("official", "official") if not tasks or task.id in tasks
        )
        config = RunConfig(
            model=Mock("mock/constant", lambda messages: answer),
            tasks=chosen,
            folder=Path(folder) / "run",
            origin=Origin(name="official", root=str(root)),
            models=roles(),
            protocol="official",
        )
        manifest, records = load_run(execute(config).folder)
        return summarise(manifest, records, tasks_of(manifest))


def on_embedded_data(answer: str) -> TreeNode:
    """The tree of all tasks on embedded data."""
    return headline_tree({task.id: embedded(task, answer) for task in load_tasks()}, load_tasks())


def embedded(task: Task, answer: str) -> Estimate:
    """The headline of a task on embedded data, every sample answered alike."""
    response = Response(text=answer, model="mock/constant")
    measured = {
        (condition.name, metric.name): (metric, scored(task, condition, metric.scorer, response))
        for condition in task.conditions
        for metric in task.metrics_of(condition)
    }
    return headline_estimate(task.headline, measured)


def scored(task: Task, condition: Condition, scorer: Scorer, response: Response) -> list[Scored]:
    """The scores of one response to every sample of a condition."""
    samples = presented(task, condition)

    async def all_scores() -> list[Scored]:
        found = []
        for sample in samples:
            score = await scorer(sample, response, Env())
            if score.value is not None:
                found.append(
                    Scored(
                        sample_id=sample.id,
                        value=score.value,
                        family=sample.family,
                        target=sample.target,
                        answer=score.answer,
                        metadata=sample.metadata,
                    )
                )
        return found

    return asyncio.run(all_scores())


@cache
def presented(task: Task, condition: Condition) -> tuple[Sample, ...]:
    """The samples of a condition as they are shown."""

    async def all_samples() -> tuple[Sample, ...]:
        dataset, env = task.dataset_of(condition), Env()
        return tuple([await condition.present(s, env) for s in dataset.samples(Origin())])

    return asyncio.run(all_samples())
