"""How long answers are expected to be, so that a plan can count tokens that nobody has yet."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, kw_only=True, slots=True)
class Lengths:
    """Expected new tokens of an answer."""

    demo: Mapping[str, float]
    """By task: means of the embedded model's answers, measured."""
    shares: Mapping[str, float]
    """By task: shares of the limit that other models use, assumed."""
    reply: float
    """Share of the limit that a judge or classifier uses, assumed."""
    trace: float
    """Share of its limit that a trace uses, where a model thinks before it answers, assumed."""

    def answer(self, model: str, task: str, limit: int) -> float:
        """Expected tokens of an answer; a task that is not in the table uses half the limit."""
        if model == "demo" and task in self.demo:
            return min(self.demo[task], limit)
        return self.shares.get(task, 0.5) * limit


@cache
def read_lengths() -> Lengths:
    """The table of the package."""
    text = files("multitrust.run").joinpath("lengths.toml").read_text(encoding="utf-8")
    return Lengths(**tomllib.loads(text))
