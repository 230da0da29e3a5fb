"""Which roles the scorers of a stored run ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from multitrust.core import MultitrustError, Record, Sample, Task, asks_of, roles_of
from multitrust.run.config import RunConfig


def roles_needed(config: RunConfig) -> frozenset[str]:
    """The roles of the models that scorers of a run may ask."""
    return frozenset(
        role
        for task in config.tasks
        for condition in config.conditions_of(task)
        for role in roles_of([metric.scorer for metric in task.metrics_of(condition)])
    )


def roles_asked(records: Iterable[Record], tasks: Sequence[Task]) -> frozenset[str]:
    """The roles of the models that scoring these records takes."""
    scorers = {
        (task.id, condition.name): tuple(m.scorer for m in task.metrics_of(condition))
        for task in tasks
        for condition in task.conditions
    }
    found: set[str] = set()
    for record in records:
        if record.response is None:
            continue
        sample = Sample.ask(
            record.sample_id, record.prompt, target=record.target, metadata=dict(record.metadata)
        )
        for scorer in scorers.get((record.task, record.condition), ()):
            try:
                found |= {ask.role for ask in asks_of(scorer, sample, record.response.text)}
            except MultitrustError:
                continue  # the scorer will leave this response unscored
    return frozenset(found)
