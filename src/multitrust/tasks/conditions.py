"""Conditions that recur: a text alone, with its picture, or with an unrelated one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from multitrust.core import Condition, Contrast, Dataset, Env, Metric, Sample, Step
from multitrust.data import unrelated

UnrelatedKind = Literal["color", "nature", "noise"]


def show(name: str) -> Step:
    """Show the picture that the sample has at hand under this name."""

    def step(sample: Sample, env: Env) -> Sample:
        return sample.showing(sample.images[name])

    return step


def show_unrelated(kind: UnrelatedKind) -> Step:
    """Show a picture that has nothing to do with the text; the sample's id fixes which one."""

    def step(sample: Sample, env: Env) -> Sample:
        return sample.showing(unrelated(kind, sample.id))

    return step


def instruct(instruction: str) -> Step:
    """Append an instruction to the text."""

    def step(sample: Sample, env: Env) -> Sample:
        return sample.with_text(f"{sample.text} {instruction}")

    return step


TEXT = Condition(name="text")
RELATED = Condition(name="related", steps=(show("related"),))
MISLEADING = Condition(name="misleading", steps=(show("misleading"),))
COLOR = Condition(name="color", steps=(show_unrelated("color"),))
NATURE = Condition(name="nature", steps=(show_unrelated("nature"),))
NOISE = Condition(name="noise", steps=(show_unrelated("noise"),))
UNRELATED = (COLOR, NATURE, NOISE)
MODALITY = (TEXT, RELATED, *UNRELATED)
"""The paired conditions of text-centred tasks."""
WEIGHTS = {"text": 3, "related": 3, "color": 1, "nature": 1, "noise": 1}
"""Of them in a headline: text, related picture and unrelated pictures count a third each."""


def benign(
    conditions: Sequence[Condition], dataset: Dataset, metrics: tuple[Metric, ...]
) -> tuple[Condition, ...]:
    """Each condition's benign twin: the same form, harmless samples, helping is right."""
    return tuple(
        Condition(name=f"benign-{c.name}", steps=c.steps, dataset=dataset, metrics=metrics)
        for c in conditions
    )


def twin_names(conditions: Sequence[Condition]) -> Mapping[str, str]:
    """Harmful condition -> its benign twin, as `balanced` takes them."""
    return {condition.name: f"benign-{condition.name}" for condition in conditions}


def picture_effects(
    metric: Metric, names: Sequence[str], *, form: str = "", said: str = ""
) -> tuple[Contrast, ...]:
    """What each picture changes against the text alone, over the same samples.

    Args:
        metric: measured in all of them.
        names: of the conditions with a picture.
        form: what comes before the names of the conditions, e.g. `force-`.
        said: what is added to the name of the effect, e.g. ` when forced`.
    """
    return tuple(
        Contrast(
            name=f"effect of a {name} picture{said}",
            metric=metric.name,
            base=f"{form}text",
            other=f"{form}{name}",
        )
        for name in names
    )
