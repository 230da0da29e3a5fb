"""What pictures change: by task, by sub-aspect, and with p-values fit to be read together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from multitrust.core import Contrast, Metric, Scored, Task
from multitrust.metrics import ContrastEstimate, holm, mean_effect, pooled_effect
from multitrust.report.summary import ContrastResult, EffectResult, TaskResult
from multitrust.tasks import SUBASPECT_TITLES


def crossmodal(contrast: Contrast) -> bool:
    """Whether the contrast compares a text with the same text beside a picture."""
    return "text" in contrast.base.split("-")


def effect_of(
    task: Task, measured: Mapping[tuple[str, str], tuple[Metric, list[Scored]]]
) -> ContrastEstimate | None:
    """The mean effect of pictures over the task's cross-modal contrasts that were run.

    A task whose text is put in several ways has several bases; their effects are averaged.
    """
    by_base: dict[tuple[str, str], list[tuple[Metric, list[Scored]]]] = {}
    for contrast in filter(crossmodal, task.contrasts):
        other = measured[contrast.other, contrast.metric]
        if other[1] and measured[contrast.base, contrast.metric][1]:
            by_base.setdefault((contrast.base, contrast.metric), []).append(other)
    effects = [mean_effect(measured[base], others) for base, others in by_base.items()]
    found = [effect for effect in effects if effect.value is not None]
    return found[0] if len(found) == 1 else pooled_effect(found) if found else None


def adjusted(results: Sequence[TaskResult]) -> tuple[TaskResult, ...]:
    """The results with p-values adjusted over tasks.

    Tasks' mean effects are one family of tests. Contrasts are read one name at a time ("effect of a
    noise picture"), so each name is a family.
    """
    tasks = holm([result.effect for result in results if result.effect])
    effects = dict(zip((r.id for r in results if r.effect), tasks, strict=True))
    named: dict[str, list[tuple[str, ContrastResult]]] = {}
    for result in results:
        for contrast in result.contrasts:
            named.setdefault(contrast.name, []).append((result.id, contrast))
    contrasts = {
        (task, contrast): replace(contrast, estimate=made)
        for family in named.values()
        for (task, contrast), made in zip(
            family, holm([c.estimate for _, c in family]), strict=True
        )
    }
    return tuple(
        replace(
            result,
            effect=effects.get(result.id),
            contrasts=tuple(contrasts[result.id, contrast] for contrast in result.contrasts),
        )
        for result in results
    )


def effects_of(results: Sequence[TaskResult]) -> tuple[EffectResult, ...]:
    """The mean effect of pictures in every sub-aspect that has one, adjusted over sub-aspects."""
    measured: dict[str, dict[str, ContrastEstimate]] = {}
    for result in results:
        if result.effect:
            measured.setdefault(result.subaspect, {})[result.id] = result.effect
    made = [
        EffectResult(
            name=name,
            title=SUBASPECT_TITLES.get(name, name),
            tasks=tuple(effects),
            estimate=pooled_effect(list(effects.values())),
        )
        for name, effects in measured.items()
    ]
    estimates = holm([effect.estimate for effect in made])
    return tuple(replace(e, estimate=found) for e, found in zip(made, estimates, strict=True))
