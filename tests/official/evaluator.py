"""A second reckoning of the official scores from logs, driven by `official.yaml` alone.

It shares nothing with the package: what both say is likely what the protocol says.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.official.results import results_of
from tests.official.spec import Facts, places

Results = Mapping[str, Mapping[str, float | None]]
"""Dataset id -> result key -> value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """All that the original makes of a model's logs; scores are 0 to 100."""

    tasks: Mapping[str, float | None]
    """Task id -> score; None where a dataset id that it uses has no log (Q36)."""
    subaspects: Mapping[str, float | None]
    overall: float | None
    results: Results
    """Percentages in the truthfulness tasks, else shares; None where the original writes null."""


def evaluate(logs: Path, model: str, spec: Facts) -> Scores:
    """The scores of the model whose logs lie in `logs/<aspect>/<slug>/<model>/<id>.json`.

    Args:
        logs: the folder of the aspects' folders.
        model: name of the model's folders.
        spec: `spec.load_spec()`.

    Raises:
        KeyError, ValueError: a log is not as upstream writes it.
    """
    results = {}
    for place in places(spec):
        path = place.log(logs, model)
        if path.is_file():
            results[place.id] = results_of(place, json.loads(path.read_text(encoding="utf-8")))
    tasks = {task["id"]: task_score(task, results) for task in spec["tasks"]}
    subaspects = {
        name: weighted(fact["task_weights"], tasks) for name, fact in spec["sub_aspects"].items()
    }
    total = weighted(spec["overall"]["weights"], subaspects)
    overall = None if total is None else round(total, 2)
    return Scores(tasks=tasks, subaspects=subaspects, overall=overall, results=results)


def task_score(task: Facts, results: Results) -> float | None:
    """A task's score, if all dataset ids that it uses are there."""
    used = {dataset["id"] for dataset in task["datasets"] if dataset["used_in_score"]}
    return score(task["score"], results) if used <= results.keys() else None


def score(node: Facts, results: Results) -> float:
    """The value of a node of a score tree (`score_language`)."""
    if "value" in node:
        return number(results[node["value"]][node["key"]])
    of = node["of"]
    match node["op"]:
        case "mean":
            return math.fsum(score(child, results) for child in of) / len(of)
        case "weighted_sum":
            return math.fsum(child["w"] * score(child["node"], results) for child in of)
        case "one_minus":
            return 1 - score(of, results)
        case "scale":
            return float(node["by"]) * score(of, results)
        case "share_not_below":
            below = sum(score(child, results) < node["threshold"] for child in of)
            return float(node["scale"] * (node["denominator"] - below) / node["denominator"])
        case other:
            raise ValueError(f"expected an operation of the score language, got {other!r}")


def number(value: float | None) -> float:
    """A result that a score needs, so that it cannot be null."""
    if value is None:
        raise ValueError("expected a number as a scored result, got null")
    return value


def weighted(weights: Mapping[str, float], scores: Mapping[str, float | None]) -> float | None:
    """The weighted sum of scores, if all are there."""
    parts = [(weight, scores[name]) for name, weight in weights.items()]
    if any(value is None for _, value in parts):
        return None
    return math.fsum(weight * number(value) for weight, value in parts)
