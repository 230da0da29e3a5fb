"""Attacked pictures in conditions: what is recorded, what fixes them, what they need."""

from __future__ import annotations

import io
import pickle
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pytest
from PIL import Image

from multitrust.attacks.image import Corruption, Pixels
from multitrust.core import Condition, Env, Origin, Sample, Task
from multitrust.data import Altered, Noise
from multitrust.tasks import load_tasks
from multitrust.tasks.attacking import ShowAttacked, needs_surrogate
from multitrust.tasks.conditions import show

ENV = Env()


@dataclass(frozen=True)
class Greedy:
    """Proposes more than it is granted."""

    name: str = "greedy"
    epsilon: int | None = 3
    parameters: Mapping[str, Any] = field(default_factory=lambda: {"strength": 100})

    def propose(self, picture: Pixels, goal: str, rng: random.Random) -> Pixels:
        return np.full_like(picture, rng.randrange(256))


def attacked(goal: str, source: int = 1) -> Sample:
    sample = Sample.ask("1", "What is this?", images={"scene": Noise(source, 32, 32)})
    return ShowAttacked("scene", Greedy(), lambda _: goal)(sample, ENV)


def test_the_attack_is_recorded_in_the_sample() -> None:
    assert attacked("a cat").metadata["attack"] == {
        "name": "greedy",
        "epsilon": 3,
        "goal": "a cat",
        "strength": 100,
    }


def test_the_caller_holds_the_attack_to_its_budget() -> None:
    (image,) = attacked("a cat").input[-1].images
    before, after = (
        np.asarray(Image.open(io.BytesIO(data))).astype(int)
        for data in (Noise(1, 32, 32).render(), image.read())
    )
    assert np.abs(after - before).max() == 3
    assert image.read() == attacked("a cat").input[-1].images[0].read()


def test_picture_and_goal_fix_the_digest() -> None:
    digests = {
        attacked(goal, source).input[-1].images[0].digest
        for goal, source in (("a cat", 1), ("a dog", 1), ("a cat", 2), ("a cat", 1))
    }
    assert len(digests) == 3


def test_damage_and_plain_pictures_need_no_surrogate() -> None:
    damage = ShowAttacked("scene", Corruption(3), lambda _: "blur")
    assert not needs_surrogate(Condition(name="a", steps=(show("scene"),)))
    assert not needs_surrogate(Condition(name="b", steps=(damage,)))


GRADIENT = [
    pytest.param(task, condition, id=f"{task.id}-{condition.name}")
    for task in load_tasks()
    for condition in task.conditions
    if needs_surrogate(condition)
]


ATTACKED = [
    pytest.param(task, condition, id=f"{task.id}-{condition.name}")
    for task in load_tasks()
    for condition in task.conditions
    if any(isinstance(step, ShowAttacked) for step in condition.steps)
]


@pytest.mark.parametrize(("task", "condition"), ATTACKED)
async def test_attacked_pictures_can_be_sent_to_other_processes(
    task: Task, condition: Condition
) -> None:
    sample = await condition.present(next(iter(task.dataset_of(condition).samples(Origin()))), ENV)
    (image,) = sample.input[-1].images
    sent = pickle.loads(pickle.dumps(image))
    assert isinstance(image, Altered)
    assert isinstance(sent, Altered)
    assert isinstance(image.change, partial)
    assert isinstance(sent.change, partial)
    assert (sent.change.func, sent.change.args) == (image.change.func, image.change.args)
    assert (sent.digest, sent.source.read()) == (image.digest, image.source.read())


@pytest.mark.parametrize(("task", "condition"), GRADIENT)
def test_gradients_are_taken_at_the_question_that_is_asked(
    task: Task, condition: Condition
) -> None:
    sample = next(iter(task.dataset_of(condition).samples(Origin())))
    for step in condition.steps:
        shown = step(sample, ENV)
        assert isinstance(shown, Sample)
        sample = shown
    recorded = sample.metadata["attack"]
    assert recorded["prompt"] == sample.text
    assert (recorded["epsilon"], recorded["steps"]) == (8, 10)
    assert recorded["surrogate"].startswith("demo@")
