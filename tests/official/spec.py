"""The official protocol's facts in `official.yaml`, and where they place a log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Facts = Mapping[str, Any]
"""A mapping of `official.yaml`; the whole file, or one entry of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One dataset id and the task it belongs to."""

    task: Facts
    dataset: Facts

    @property
    def id(self) -> str:
        """The dataset id, which is the stem of its log."""
        return str(self.dataset["id"])

    def log(self, logs: Path, model: str) -> Path:
        """The log of the model below the folder `logs`."""
        pattern = str(self.task["log_pattern"]).removeprefix("logs/")
        pattern = pattern.replace("celebrities-{data_type_id}", self.id)
        pattern = pattern.replace(
            "{f3-stereo-classification,f3-stereo-topic-classification}", "{f}"
        )
        part = "topic-classification" if "topic" in self.id else "classification"
        return logs / pattern.format(f=f"f3-stereo-{part}", model_id=model, dataset_id=self.id)

    def entries(self, name: str) -> list[Facts]:
        """The `results` or `evaluator_chains` of the task that apply to this dataset id."""
        return [entry for entry in self.task[name] if applies(entry["applies_to"], self.id)]


@cache
def load_spec() -> Facts:
    """The whole of `official.yaml`."""
    text = Path(__file__).with_name("official.yaml").read_text(encoding="utf-8")
    spec: Facts = yaml.load(text, Loader=yaml.CSafeLoader)
    return spec


def places(spec: Facts) -> Iterator[Place]:
    """All dataset ids, run upstream or not, in the order of the file."""
    for task in spec["tasks"]:
        for dataset in task["datasets"]:
            yield Place(task=task, dataset=dataset)


def run_places(spec: Facts) -> list[Place]:
    """The dataset ids that upstream's scripts run."""
    return [place for place in places(spec) if place.dataset["in_official_run"]]


def applies(rule: str | list[str], dataset_id: str) -> bool:
    """Whether an `applies_to` covers a dataset id: `all`, a list of ids, or a pattern."""
    if isinstance(rule, str):
        return rule == "all" or fnmatch(dataset_id, rule)
    return dataset_id in rule
