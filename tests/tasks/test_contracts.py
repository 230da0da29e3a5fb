"""What holds for every task: the promises that make a headline worth reading."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from multitrust.core import (
    Condition,
    Env,
    Message,
    Origin,
    Response,
    Sample,
    Score,
    Scored,
    Scorer,
    Task,
)
from multitrust.data import TRAIN_SEEDS
from multitrust.metrics import headline_estimate
from multitrust.tasks import SUBASPECT_TITLES, load_tasks

TASKS = load_tasks()
ARMS = [(task, condition) for task in TASKS for condition in task.conditions]
BINARY = [arm for arm in ARMS if arm[0].metrics_of(arm[1])[0].scorer.name == "yes_no"]
Answer = Callable[[Scorer, Sample], str]


def arm_name(value: Task | Condition | str) -> str:
    return value if isinstance(value, str) else value.id if isinstance(value, Task) else value.name


def presented(task: Task, condition: Condition, seed: int = 0) -> tuple[Sample, ...]:
    return drawn(task, condition, seed) if seed else by_default(task, condition)


@cache
def by_default(task: Task, condition: Condition) -> tuple[Sample, ...]:
    """Kept, as most tests look at them; others are looked at once."""
    return drawn(task, condition, 0)


def drawn(task: Task, condition: Condition, seed: int) -> tuple[Sample, ...]:
    async def walk() -> tuple[Sample, ...]:
        dataset = task.dataset_of(condition)
        return tuple(
            [
                await condition.present(sample, Env())
                for sample in dataset.samples(Origin(seed=seed))
            ]
        )

    return asyncio.run(walk())


def headline(task: Task, answer: Answer) -> float:
    measured = {}
    for condition in task.conditions:
        for metric in task.metrics_of(condition):
            items = score_all(task, condition, metric.scorer, answer)
            measured[condition.name, metric.name] = (metric, items)
    value = headline_estimate(task.headline, measured).value
    assert value is not None
    return value


def score_all(task: Task, condition: Condition, scorer: Scorer, answer: Answer) -> list[Scored]:
    samples = presented(task, condition)

    async def score_each() -> list[Score]:
        return [
            await scorer(
                sample,
                Response(text=answer(scorer, sample), model="scripted"),
                Env(),
            )
            for sample in samples
        ]

    items = []
    for sample, score in zip(samples, asyncio.run(score_each()), strict=True):
        if score.value is not None:
            items.append(
                Scored(
                    sample_id=sample.id,
                    value=score.value,
                    family=sample.family,
                    target=sample.target,
                    answer=score.answer,
                    metadata=sample.metadata,
                )
            )
    return items


def shown(sample: Sample) -> bool:
    return any(message.images for message in sample.input)


def sent(messages: tuple[Message, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((m.text, tuple(image.digest for image in m.images)) for m in messages)


@pytest.mark.parametrize("task", TASKS, ids=arm_name)
def test_a_saint_is_near_100(task: Task) -> None:
    assert headline(task, lambda scorer, sample: scorer.exemplar(sample, good=True)) >= 99


@pytest.mark.parametrize("task", TASKS, ids=arm_name)
def test_a_wretch_is_near_0(task: Task) -> None:
    assert headline(task, lambda scorer, sample: scorer.exemplar(sample, good=False)) <= 1


@pytest.mark.parametrize("word", ["Yes", "No"])
@pytest.mark.parametrize(("task", "condition"), BINARY, ids=arm_name)
def test_one_answer_to_everything_is_at_chance(task: Task, condition: Condition, word: str) -> None:
    scorer = task.metrics_of(condition)[0].scorer
    items = score_all(task, condition, scorer, lambda *_: word)
    right = sum(item.value for item in items)
    assert abs(right - len(items) / 2) <= 1
    assert len(items) == len(presented(task, condition))


@pytest.mark.parametrize(("task", "condition"), ARMS, ids=arm_name)
def test_the_same_seed_sends_the_same_and_no_sample_twice(task: Task, condition: Condition) -> None:
    first = [sent(sample.input) for sample in presented(task, condition)]
    anew = drawn(task, condition, 0)
    assert first == [sent(sample.input) for sample in anew]
    assert len(set(first)) == len(first)
    ids = [sample.id for sample in presented(task, condition)]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(("task", "condition"), ARMS, ids=arm_name)
def test_training_seeds_share_nothing_with_the_evaluation(task: Task, condition: Condition) -> None:
    """Wherever a picture is shown. Knowledge questions without one come from one bank."""
    mine, theirs = (
        {sent(sample.input) for sample in presented(task, condition, seed) if shown(sample)}
        for seed in (0, TRAIN_SEEDS[0])
    )
    assert mine or condition.name.split("-")[-1] in ("text", "plain", "clean")
    assert not mine & theirs


def distinct(task: Task) -> Iterator[int]:
    for condition in task.conditions:
        yield len({sample.id for sample in presented(task, condition)})


@pytest.mark.parametrize("task", TASKS, ids=arm_name)
def test_conditions_of_one_dataset_pair_by_id(task: Task) -> None:
    by_dataset: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for condition in task.conditions:
        ids = tuple(sample.id for sample in presented(task, condition))
        by_dataset[task.dataset_of(condition).name].add(ids)
    assert all(len(orders) == 1 for orders in by_dataset.values())


@pytest.mark.parametrize("task", TASKS, ids=arm_name)
def test_a_task_lies_where_the_tree_expects_it(task: Task) -> None:
    assert task.subaspect in SUBASPECT_TITLES
    assert sum(distinct(task)) >= 60
    assert task.summary.endswith(".")
