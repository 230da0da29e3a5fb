"""What holds for every task, however a model gets by without looking or without judging.

A model that declines everything, helps with everything or says the same to everything earns
nothing; one that sees no picture is named; and no text tells the answer to a question about a
picture.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from tests.tasks.guessing import guesses
from tests.tasks.test_contracts import ARMS, TASKS, arm_name, presented, score_all, shown

from multitrust.core import (
    REFUSED,
    Condition,
    Env,
    Manifest,
    Metric,
    ModelIdentity,
    Record,
    Response,
    Sample,
    Score,
    Scorer,
    Task,
)
from multitrust.metrics import refusal_rate
from multitrust.report import Summary, summarise
from multitrust.scorers import declines

REFUSAL = "I'm sorry, but I can't help with that request."
COMPLIANCE = "Of course. This is easily done: it begins at once and goes on until all is there."
CHOICE = "Of course. I choose option A."
SEES_NOTHING = "There is no picture in your message, only text."

DECLINING = refusal_rate(declines()).name
BALANCED = [task for task in TASKS if task.headline.offset < 0]
READ = [task for task in TASKS if task.reading is not None]


def pictured(task: Task, condition: Condition) -> bool:
    return all(shown(sample) for sample in presented(task, condition))


def grounded(task: Task, condition: Condition) -> bool:
    """Whether the answer has to be seen: no arm asks the same without a picture."""
    same = [
        c for c in task.conditions if task.dataset_of(c).name == task.dataset_of(condition).name
    ]
    return all(pictured(task, other) for other in same)


def exact(task: Task, condition: Condition) -> Metric | None:
    """The arm's share of right answers, where that is what it measures."""
    return next((m for m in task.metrics_of(condition) if m.name == "accuracy"), None)


@pytest.mark.parametrize("text", [REFUSAL, COMPLIANCE, CHOICE], ids=["no", "of course", "a"])
@pytest.mark.parametrize("task", BALANCED, ids=arm_name)
def test_treating_everything_alike_earns_nothing(task: Task, text: str) -> None:
    """An answer that takes none of the options it has may be unscored; it is never praised."""
    (found,) = acted(task, lambda *_: text).tasks
    assert (found.headline.value or 0) == pytest.approx(0, abs=1e-9)


def headed(task: Task) -> list[Condition]:
    names = {leaf.condition for leaf in task.headline.leaves}
    return [condition for condition in task.conditions if condition.name in names]


def test_where_silence_about_a_picture_is_right_reading_is_asked_for() -> None:
    """A model declines most easily what it does not see."""
    needed = [
        task
        for task in BALANCED
        if any(leaf.metric == DECLINING for leaf in task.headline.leaves)
        and all(pictured(task, condition) for condition in headed(task))
    ]
    assert needed
    assert [task.id for task in needed if task.reading is None] == []


@pytest.mark.parametrize("task", READ, ids=arm_name)
def test_reading_is_asked_of_every_sample_and_counts_nowhere(task: Task) -> None:
    arms = {condition.name: condition for condition in task.conditions}
    reading = arms[task.reading or ""]
    assert pictured(task, reading)
    assert reading not in headed(task)
    ids = {sample.id for sample in presented(task, reading)}
    for condition in headed(task):
        assert {sample.id for sample in presented(task, condition)} <= ids
    for metric in task.metrics_of(reading):
        scored = score_all(task, reading, metric.scorer, lambda s, x: s.exemplar(x, good=True))
        assert metric.compute(scored) == 1


def acted(task: Task, says: Callable[[Condition, Scorer, Sample], str]) -> Summary:
    """The summary of a run in which every answer is scripted."""

    async def record(condition: Condition, sample: Sample) -> Record:
        scorers = [metric.scorer for metric in task.metrics_of(condition)]
        said = Response(text=says(condition, scorers[0], sample), model="m")
        env = Env()
        return Record(
            task=task.id, condition=condition.name, sample_id=sample.id, target=sample.target,
            metadata=sample.metadata, response=said,
            scores=tuple([await scorer(sample, said, env) for scorer in scorers]),
        )  # fmt: skip

    asked = [(c, sample) for c in task.conditions for sample in presented(task, c)]

    async def records() -> list[Record]:
        return [await record(*each) for each in asked]

    manifest = Manifest(
        run_id="0", created="2030-01-02T03:04:05+00:00", seed=0,
        models={"target": ModelIdentity(name="m")}, tasks={task.id: task.version},
        conditions={}, origin={"name": "embedded"},
    )  # fmt: skip
    return summarise(manifest, asyncio.run(records()), [task])


def saint(condition: Condition, scorer: Scorer, sample: Sample) -> str:
    return scorer.exemplar(sample, good=True)


@pytest.mark.parametrize("task", READ, ids=arm_name)
def test_a_blind_model_is_named_and_a_seeing_one_is_not(task: Task) -> None:
    def blind(condition: Condition, scorer: Scorer, sample: Sample) -> str:
        return SEES_NOTHING if condition.name == task.reading else saint(condition, scorer, sample)

    for says, expected in ((blind, True), (saint, False)):
        found = acted(task, says)
        assert [result.blind for result in found.tasks] == [expected]
        named = [w for w in found.warnings if "perception check" in w and f"{task.id} (" in w]
        assert bool(named) == expected


@pytest.mark.parametrize(("task", "condition"), ARMS, ids=arm_name)
def test_what_cannot_be_scored_is_not_zero(task: Task, condition: Condition) -> None:
    """Nothing said is unscored; a block is unscored, or counts as declining."""
    sample = presented(task, condition)[0]

    async def score(metric: Metric, response: Response) -> Score:
        return await metric.scorer(sample, response, Env())

    for metric in task.metrics_of(condition):
        for text, stop in (("", "end"), (" \n", "end"), ("", "length")):
            said = Response(text=text, model="m", stop=stop)  # type: ignore[arg-type]
            assert asyncio.run(score(metric, said)).value is None
        blocked = asyncio.run(score(metric, Response(text="", model="m", stop="filter")))
        assert blocked.value is None or blocked.answer == REFUSED


@pytest.mark.parametrize(
    ("task", "condition"), [arm for arm in ARMS if exact(*arm) is not None], ids=arm_name
)
def test_the_same_label_for_everything_is_at_chance(task: Task, condition: Condition) -> None:
    """Where samples share a few labels, none of them is right more often than the others."""
    metric, samples = exact(task, condition), presented(task, condition)
    assert metric is not None
    labels = {repr(sample.target): sample for sample in samples}
    if len(labels) > 5:
        return
    chance = sum(1 / (len(sample.choices) or len(labels)) for sample in samples)
    for sample in labels.values():
        word = metric.scorer.exemplar(sample, good=True)
        right = sum(x.value for x in score_all(task, condition, metric.scorer, lambda *_: word))  # noqa: B023
        assert right <= chance + 1, word


@pytest.mark.parametrize(("task", "condition"), ARMS, ids=arm_name)
def test_the_text_alone_tells_no_answer_about_a_picture(task: Task, condition: Condition) -> None:
    """Wherever a picture is needed; those who guess have learned from another seed, too."""
    if exact(task, condition) is None or not grounded(task, condition):
        return
    exam, lessons = (presented(task, condition, seed) for seed in (0, 1))
    told = {how: g for how, g in guesses(exam, lessons).items() if g.right > g.ceiling}
    assert not told


def toy(asked: Callable[[int], tuple[str, str]], first: int = 0) -> list[Sample]:
    return [
        Sample.ask(str(n), text, target=target)
        for n in range(first, first + 60)
        for text, target in [asked(n)]
    ]


@pytest.mark.parametrize(
    ("asked", "leak"),
    [
        (lambda n: ("Is it red?", "yes" if n % 6 else "no"), "the most frequent answer"),
        (lambda n: (f"Is thing {n % 15} red?", "yes" if n % 2 else "no"), None),
        (lambda n: (f"Is thing {n % 20} red?", "yes" if n % 20 < 10 else "no"), "the same wording"),
        (lambda n: (f"Is it {n} and {'not' if n % 2 else 'really'} red?", "no" if n % 2 else "yes"),
         "the most similar wording"),
        (lambda n: (f"What stands below label {n % 20}?", f"word {n % 20}"), "the same wording"),
        (lambda n: (f"What stands below label {n % 4}?", f"word {n * 7 % 60}"), None),
    ],
    ids=["unbalanced", "pairs", "one answer each", "a telling word", "fixed words", "fair words"],
)  # fmt: skip
def test_the_audit_finds_what_a_text_tells(
    asked: Callable[[int], tuple[str, str]], leak: str | None
) -> None:
    told = [how for how, g in guesses(toy(asked), toy(asked, 60)).items() if g.right > g.ceiling]
    assert leak in told if leak else not told
