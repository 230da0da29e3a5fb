"""Task and Condition: what is measured; Record and Manifest: what a run leaves behind."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from inspect import isawaitable
from typing import Any, Literal

from multitrust.core.identity import ModelIdentity
from multitrust.core.messages import GenerateConfig, Response
from multitrust.core.sample import Dataset, Env, Sample, Step
from multitrust.core.scoring import REFUSED, Contrast, Headline, Metric, Score

Outcome = Literal["answered", "refused", "blocked", "truncated", "empty", "unparsed", "errored"]
Protocol = Literal["corrected", "official", "official-v0.1.0"]
"""How responses are scored: our way, or as the original toolbox does; the last one with the list of
refusal keywords of the paper's time (quirk Q24)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """One named arm of a task: which samples, shown how, measured by what."""

    name: str
    steps: tuple[Step, ...] = ()
    dataset: Dataset | None = None
    """The task's dataset when None."""
    metrics: tuple[Metric, ...] | None = None
    """The task's metrics when None."""

    async def present(self, sample: Sample, env: Env) -> Sample:
        """The sample after the condition's steps."""
        for step in self.steps:
            made = step(sample, env)
            sample = await made if isawaitable(made) else made
        return sample


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One of the 32 measurements. A value: building it reads nothing."""

    id: str
    name: str
    aspect: str
    subaspect: str
    summary: str
    paper: str
    conditions: tuple[Condition, ...]
    headline: Headline
    beside: Headline | None = None
    """The headline by the other protocol, where the samples are scored by both."""
    dataset: Dataset | None = None
    metrics: tuple[Metric, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    weight: float = 1.0
    """Share in the mean of its sub-aspect, relative to the other tasks there; above 0."""
    config: GenerateConfig = field(default_factory=GenerateConfig)
    reading: str | None = None
    """The condition that asks whether the model reads or sees the pictures at all; paired by
    sample id with the others."""
    version: int = 1

    def __post_init__(self) -> None:
        names = [condition.name for condition in self.conditions]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.id}: two conditions of one name in {names}")
        if not 0 < self.weight < float("inf"):
            raise ValueError(f"{self.id}: the weight must be above 0, not {self.weight}")
        for condition in self.conditions:
            self.dataset_of(condition)
        if self.reading not in (None, *names):
            raise ValueError(f"{self.id}: no condition {self.reading!r} to read, only {names}")
        measured = self.measured
        for leaf in (*self.headline.leaves, *(self.beside.leaves if self.beside else ())):
            if (leaf.condition, leaf.metric) not in measured:
                raise ValueError(f"{self.id}: headline names {leaf}, which no condition measures")
        for contrast in self.contrasts:
            for name in (contrast.base, contrast.other):
                if (name, contrast.metric) not in measured:
                    raise ValueError(f"{self.id}: contrast {contrast} has no {name!r} arm")

    @property
    def measured(self) -> dict[tuple[str, str], Metric]:
        """(condition, name of the metric) -> the metric."""
        return {(c.name, m.name): m for c in self.conditions for m in self.metrics_of(c)}

    @property
    def digest(self) -> str:
        """Twelve hex digits of what the task measures: conditions, metrics, headlines, settings.

        Two tasks of one id and version that differ in it are not the same task.
        """
        measures = {
            condition.name: [
                (m.name, m.scorer.name, m.method, m.higher_is_better, m.range)
                for m in self.metrics_of(condition)
            ]
            for condition in self.conditions
        }
        place = (self.id, self.name, self.aspect, self.subaspect, self.weight, self.reading)
        heads = (asdict(self.headline), self.beside and asdict(self.beside))
        text = json.dumps((place, measures, heads, asdict(self.config)), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def dataset_of(self, condition: Condition) -> Dataset:
        """The dataset that the condition draws from."""
        dataset = condition.dataset or self.dataset
        if dataset is None:
            raise ValueError(f"{self.id}: condition {condition.name!r} has no dataset")
        return dataset

    def metrics_of(self, condition: Condition) -> tuple[Metric, ...]:
        """The metrics that the condition is measured by."""
        return self.metrics if condition.metrics is None else condition.metrics


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One sample's line of a run. Appended once, never edited."""

    task: str
    condition: str
    sample_id: str
    epoch: int = 0
    target: Any = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    prompt: str = ""
    """The text of the messages as sent."""
    images: tuple[str, ...] = ()
    """Digests of the pictures as sent."""
    response: Response | None = None
    scores: tuple[Score, ...] = ()
    error: str | None = None
    """Why there is no response."""

    @property
    def key(self) -> str:
        """Identity for resume, cache and merge."""
        return record_key(self.task, self.condition, self.sample_id, self.epoch)

    @property
    def family(self) -> str:
        """The cluster that the sample belongs to."""
        return str(self.metadata.get("family", self.sample_id))

    @property
    def outcome(self) -> Outcome:
        """What became of the sample (one taxonomy for all tasks)."""
        if self.response is None or any(score.failed for score in self.scores):
            return "errored"
        if self.response.stop == "filter":
            return "blocked"
        if not self.response.text.strip():
            if self.response.stop == "refusal":
                return "refused"
            return "truncated" if self.response.stop == "length" else "empty"
        if any(score.answer == REFUSED for score in self.scores):
            return "refused"
        if self.scores and all(score.value is None for score in self.scores):
            return "truncated" if self.response.stop == "length" else "unparsed"
        return "answered"


def record_key(task: str, condition: str, sample_id: str, epoch: int) -> str:
    """The identity of a record within a run."""
    return f"{task}/{condition}/{sample_id}/{epoch}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """All that is needed to repeat a run. Holds no secret, host name or user path."""

    run_id: str
    created: str
    """UTC, ISO 8601."""
    seed: int
    models: Mapping[str, ModelIdentity]
    """Identity by role."""
    tasks: Mapping[str, int]
    """Version by task id."""
    conditions: Mapping[str, tuple[str, ...]]
    """Conditions that run, by task id."""
    origin: Mapping[str, Any]
    """Name, seed, data version and, per dataset, a fingerprint."""
    limit: int | None = None
    sample_ids: tuple[str, ...] = ()
    epochs: int = 1
    max_tokens: int | None = None
    mitigations: tuple[str, ...] = ()
    protocol: str = "corrected"
    """How responses are scored: `corrected`, or `official` as the original toolbox does."""
    wording: str = ""
    """sha256 of the prompts that replaced our own; empty for our own, and for those of logs."""
    original_wording: bool = False
    """Whether the prompts are those of the original toolbox, from its logs or a checkout."""
    spending: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """What the run has cost so far, by role: requests, tokens, `usd`; empty without prices."""
    scored_by: Mapping[str, ModelIdentity] = field(default_factory=dict)
    """Identity by role of the models that scored the run anew, after it was made."""
    facts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By role, what of a local model could change an answer: template, dtype, batch size …"""
    decoding: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By task id, how answers were generated: `max_tokens`, `temperature`, and what else is set."""
    definitions: Mapping[str, str] = field(default_factory=dict)
    """Digest of what is measured, by task id (`Task.digest`)."""
    licences: Mapping[str, str] = field(default_factory=dict)
    """Of the `code` and of the `data`."""
    prices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By role, `date` and `source` of the price that `spending` and a budget count with."""
    packages: Mapping[str, str] = field(default_factory=dict)
    """Versions of all installed packages that may change a number, by name."""
    python: str = ""
    """Implementation and version."""
    platform: str = ""
    """System, version, architecture and C library."""
    commit: str | None = None
    """Of the code, with `+dirty` if it had changes; None only where nothing tells it."""
    version: str = ""
