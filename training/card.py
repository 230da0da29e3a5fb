"""The model card: what the embedded model is, what it learned from, and what it cannot do."""

from __future__ import annotations

from dataclasses import dataclass

from multitrust.core import Estimate
from training.evaluate import Evaluation, Part


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a card states."""

    parameters: int
    vocabulary: int
    sha256: str
    minutes: float
    scenes: int
    lessons: int
    lesson_seeds: tuple[int, int]
    tower_steps: int
    chat_steps: int
    tower_curve: list[tuple[int, float]]
    chat_curves: list[list[tuple[int, float]]]
    patches: dict[str, float]
    held_out_seed: int
    found: Evaluation


def card(facts: Facts) -> str:
    """The card as Markdown."""
    first, last = facts.lesson_seeds
    tasks = list(facts.found.headlines)
    patches = ", ".join(f"{name} {share:.2f}" for name, share in facts.patches.items())
    return f"""---
license: apache-2.0
pipeline_tag: image-text-to-text
---
# demo, the embedded demonstration model

A vision-language model of stock architecture (LLaVA: a CLIP tower, a projector, a Llama decoder)
with {facts.parameters:,} parameters, trained from nothing on pictures that multitrust draws. It
exists so that a fresh installation has a real model to run: its answers come from pixels and text,
it is wrong often, and its numbers say nothing about any model in use. It speaks only the few
sentence forms that it was trained on.

- Weights: float16 safetensors, sha256 `{facts.sha256}`
- Vocabulary: {facts.vocabulary:,} byte-level tokens
- Licence: Apache-2.0

## How it was trained

`make train-demo` repeats it: {facts.minutes:.0f} minutes on two CPU cores for the weights here. All
drawings and questions come from seeds that are reserved for training; a benchmark run refuses them.

1. **Tower.** {facts.scenes:,} drawn scenes, {facts.tower_steps:,} steps: for each of 64 patches the
   kind of thing, its colour and its pattern, for the picture its place. Shares of right labels on
   the patches of held-out scenes that show a thing: {patches}.
2. **Alignment.** The projector puts every patch near the words for what it shows.
3. **Chat.** {facts.chat_steps:,} steps with the tower as it is, in terms: first drills of single
   words about the scenes, then quizzes of words and whole questions, with conversations and
   {facts.lessons:,} lessons made of the own samples of {len(tasks)} tasks under seeds {first} to
   {last}.

| step | tower loss |
|---:|---:|
{rows(facts.tower_curve)}

{chr(10).join(term(i, curve) for i, curve in enumerate(facts.chat_curves, 1))}

## What it can do

Seed {facts.held_out_seed}, which training never saw, every embedded sample. The run took
{facts.found.minutes:.1f} minutes on two CPU cores.

| task | score | 95 % interval |
|---|---:|---|
{chr(10).join(headline(task, facts.found.headlines[task]) for task in tasks)}
{headline("overall", facts.found.overall)}

By condition: "constant" is what the best single answer to every question earns without looking; a
part is *at chance* when the constant lies inside the 95 % interval, and *balanced* when a twin
takes away what a single answer earns.

| task | part | metric | score | 95 % interval | n | constant | |
|---|---|---|---:|---|---:|---:|---|
{chr(10).join(line(part) for part in facts.found.parts)}
"""


def headline(name: str, estimate: Estimate) -> str:
    """A task's number."""
    if estimate.ends is None:
        return f"| {name} | – | not scored |"
    low, value, high = estimate.ends
    return f"| {name} | {value:.1f} | {low:.1f} to {high:.1f} |"


def term(number: int, curve: list[tuple[int, float]]) -> str:
    """A term's loss curve."""
    return f"| step | chat loss, term {number} |\n|---:|---:|\n{rows(curve)}\n"


def rows(curve: list[tuple[int, float]]) -> str:
    """About ten lines of a loss curve, the last one among them."""
    stride = max(1, len(curve) // 10)
    return "\n".join(f"| {step} | {loss:.3f} |" for step, loss in curve[::-1][::stride][::-1])


def line(part: Part) -> str:
    """A part's row."""
    if part.estimate.ends is None:
        return f"| {part.task} | {part.condition} | {part.metric} | – | – | 0 | – | not scored |"
    low, value, high = part.estimate.ends
    return (
        f"| {part.task} | {part.condition} | {part.metric} | {value:.2f} | {low:.2f} to {high:.2f} "
        f"| {part.estimate.n} | {part.constant:.2f} | {part.verdict} |"
    )
