"""The plan: which samples are asked, in which order."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from multitrust.core import Condition, Env, Sample, Task, UnknownNameError, record_key
from multitrust.run.config import RunConfig


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One record to be made."""

    task: Task
    condition: Condition
    sample: Sample
    """As the dataset gives it; the condition's steps come later."""
    epoch: int

    @property
    def key(self) -> str:
        """The record's identity."""
        return record_key(self.task.id, self.condition.name, self.sample.id, self.epoch)


def plan(config: RunConfig) -> Iterator[Entry]:
    """The entries of a run, lazily; samples are made when they are reached."""
    for task in config.tasks:
        for condition in config.conditions_of(task):
            for sample in chosen(config, task, condition):
                for epoch in range(config.epochs):
                    yield Entry(task=task, condition=condition, sample=sample, epoch=epoch)


def chosen(config: RunConfig, task: Task, condition: Condition) -> Iterable[Sample]:
    """The samples of a condition that the configuration asks for."""
    samples: Iterable[Sample] = task.dataset_of(condition).samples(config.origin)
    if config.sample_ids:
        samples = (sample for sample in samples if sample.id in config.sample_ids)
    return samples if config.limit is None else stratified(samples, config.limit)


async def check_sample_ids(config: RunConfig) -> None:
    """See that every chosen sample exists.

    Samples are made in another thread, those of one condition at a time, so that the run can be
    stopped meanwhile.

    Raises:
        UnknownNameError: no chosen condition has a sample of that id.
    """
    known: set[str] = set()
    for task in config.tasks:
        for condition in config.conditions_of(task):
            if known.issuperset(config.sample_ids):
                return
            known |= await asyncio.to_thread(sample_ids, config, task, condition)
    for chosen_id in config.sample_ids:
        if chosen_id not in known:
            raise UnknownNameError("sample", chosen_id, known)


def sample_ids(config: RunConfig, task: Task, condition: Condition) -> set[str]:
    """The ids of all samples of a condition."""
    return {sample.id for sample in task.dataset_of(condition).samples(config.origin)}


def stratified(samples: Iterable[Sample], limit: int) -> list[Sample]:
    """At most `limit` samples, spread evenly over their strata, in their first order.

    Which ones depends on ids, families and strata alone, so conditions of one dataset keep the same
    samples and a larger limit keeps those of a smaller one. Strata choose among their families in
    one order: sets that are compared with each other stay whole.
    """
    strata: dict[str, list[tuple[int, Sample]]] = {}
    for place, sample in enumerate(samples):
        strata.setdefault(str(sample.metadata.get("stratum", "")), []).append((place, sample))
    ranked = [
        (rank, hashed(stratum), place, sample)
        for stratum, members in strata.items()
        for rank, (place, sample) in enumerate(sorted(members, key=set_order))
    ]
    kept = sorted(ranked, key=lambda item: item[:3])[:limit]
    return [sample for _, _, _, sample in sorted(kept, key=lambda item: item[2])]


def set_order(member: tuple[int, Sample]) -> tuple[str, str]:
    """A fixed, even order of families, and of samples within one."""
    _, sample = member
    return hashed(sample.family), hashed(sample.id)


def hashed(text: str) -> str:
    """A fixed, even order of texts."""
    return hashlib.sha256(text.encode()).hexdigest()


def env_for(config: RunConfig, entry: Entry) -> Env:
    """The entry's surroundings. The condition is left out of the seed, so that conditions pair."""
    seed = f"{config.origin.seed}/{entry.task.id}/{entry.sample.id}/{entry.epoch}"
    return Env(seed=seed, models=config.models)
