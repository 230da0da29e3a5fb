"""A known effect of pictures, planted into a scripted model, is found; where none is, none is."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import numpy as np

from multitrust.core import Env, Manifest, ModelIdentity, Origin, Record, Response
from multitrust.report import summarise
from multitrust.tasks import load_tasks

RUNS = 200
RIGHT = 0.8
"""How often the scripted model is right without a picture."""
EFFECT = -8.0
"""Points that a related picture costs it; other pictures cost nothing."""
(TASK,) = (task for task in load_tasks() if task.id == "R.3")
ARMS = tuple(condition.name for condition in TASK.conditions)
MANIFEST = Manifest(
    run_id="planted", created="2030-01-02T03:04:05+00:00", seed=0,
    models={"target": ModelIdentity(name="scripted")}, tasks={TASK.id: TASK.version},
    conditions={TASK.id: ARMS}, origin={"name": "embedded"},
)  # fmt: skip


def both_answers() -> dict[str, list[tuple[Record, Record]]]:
    """Per arm and sample, the scored records of a wrong and a right answer."""

    async def made() -> dict[str, list[tuple[Record, Record]]]:
        env = Env()
        found = {}
        for condition in TASK.conditions:
            (metric,) = TASK.metrics_of(condition)
            rows = []
            for sample in TASK.dataset_of(condition).samples(Origin(seed=0)):
                blank = Record(
                    task=TASK.id,
                    condition=condition.name,
                    sample_id=sample.id,
                    target=sample.target,
                    metadata=sample.metadata,
                )
                wrong, right = [
                    replace(blank, response=said, scores=(await metric.scorer(sample, said, env),))
                    for good in (False, True)
                    if (
                        said := Response(
                            text=metric.scorer.exemplar(sample, good=good), model="scripted"
                        )
                    )
                ]
                rows.append((wrong, right))
            found[condition.name] = rows
        return found

    return asyncio.run(made())


def test_a_planted_effect_is_recovered_and_no_effect_is_rarely_claimed() -> None:
    """Half of the samples keep their luck from the text to the picture: pairs are correlated."""
    answers = both_answers()
    n = len(answers["text"])
    rng = np.random.default_rng(2024)
    chance = {name: RIGHT + (EFFECT / 100 if name == "related" else 0.0) for name in ARMS}
    covered = alarms = means = 0
    for _ in range(RUNS):
        luck = rng.random(n)
        records = []
        for name in ARMS:
            own = np.where(rng.random(n) < 0.5, luck, rng.random(n))
            right = own < chance[name]
            records += [pair[int(ok)] for pair, ok in zip(answers[name], right, strict=True)]
        found = summarise(MANIFEST, records, [TASK])
        by_other = {c.other: c.estimate for c in found.tasks[0].contrasts if c.crossmodal}
        planted, none = by_other["related"], by_other["noise"]
        (sub_aspect,) = found.effects
        assert planted.low is not None
        assert planted.high is not None
        assert none.p is not None
        assert sub_aspect.estimate.low is not None
        assert sub_aspect.estimate.high is not None
        covered += planted.low <= EFFECT <= planted.high
        alarms += none.p < 0.05
        means += sub_aspect.estimate.low <= EFFECT / 4 <= sub_aspect.estimate.high
    assert covered / RUNS >= 0.93
    assert alarms / RUNS <= 0.07
    assert means / RUNS >= 0.93
