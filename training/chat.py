"""Stage 3: the decoder learns to answer, from drills, conversations about scenes, and tasks.

The tower stays as it is, so every picture is looked at once and its features are kept.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from multitrust.core import Image
from multitrust.data import Drawing, Noise
from training.alignment import Alignment
from training.drills import probes, quiz
from training.lessons import Lesson, scene_lessons
from training.scenes import GRID, Seen, to_pixels
from training.tokens import Taught, drill, turns
from training.vision import half_precision, schedule

Sort = Literal["drills", "quizzes", "scenes", "tasks"]
SIZES: dict[Sort, int] = {"drills": 32, "quizzes": 24, "scenes": 16, "tasks": 32}
"""Sequences in a batch of each sort."""


@dataclass(frozen=True, slots=True)
class Term:
    """A time of training with its mixture of batches."""

    steps: int
    shares: dict[Sort, float]
    opening: Sort
    """What the first tenth is made of alone."""
    rate: float


BLIND = 0.15
"""Share of the batches of tasks that have no pictures."""
NEIGHBOURS = 16
"""A batch of tasks is drawn from so many batches' worth of lessons of about one length."""
OPENING = 0.1
"""Share of a term's steps, the first, in which there is one sort only."""
QUESTIONS = 6
"""Questions in one conversation about a scene."""
PATCHES = GRID * GRID


def terms(steps: int) -> tuple[Term, ...]:
    """Drills until words find what they name, then quizzes until answers come when they are due.

    Quizzes from the start teach nothing: both skills at once are too much to begin with.
    """
    drills: dict[Sort, float] = {"drills": 0.25, "scenes": 0.3, "tasks": 0.45}
    quizzes: dict[Sort, float] = {"quizzes": 0.55, "scenes": 0.15, "tasks": 0.3}
    last: dict[Sort, float] = {"quizzes": 0.65, "scenes": 0.1, "tasks": 0.25}
    return (
        Term(round(steps * 0.78), drills, "drills", 1.5e-3),
        Term(round(steps * 0.14), quizzes, "quizzes", 8e-4),
        Term(round(steps * 0.08), last, "quizzes", 8e-4),
    )


@dataclass(frozen=True, slots=True)
class Batch:
    """Sequences of one sort."""

    taught: list[Taught]
    features: Tensor | None
    """(n, patches, width) of their pictures; None without."""
    scenes: list[int] | None = None
    """Numbers of the scenes that the pictures show, if they show scenes."""


def render(image: Image) -> NDArray[np.uint8]:
    """A picture as the model sees it."""
    return to_pixels(image.render() if isinstance(image, Drawing | Noise) else image.read())


def render_all(lessons: list[Lesson]) -> dict[str, NDArray[np.uint8]]:
    """Every distinct picture of the lessons by digest."""
    distinct = {lesson.image.digest: lesson.image for lesson in lessons if lesson.image is not None}
    with ProcessPoolExecutor(2) as pool:
        made = pool.map(render, distinct.values(), chunksize=64)
        return dict(zip(distinct, made, strict=True))


class Batches:
    """Endless batches of each sort."""

    def __init__(
        self,
        tokenizer: Any,
        seen: list[Seen],
        features: Tensor,
        lessons: list[Lesson],
        pictures: dict[str, Tensor],
        seed: int = 7,
    ) -> None:
        self.tokenizer, self.seen, self.features = tokenizer, seen, features
        self.pictures = pictures
        ordered = sorted(lessons, key=lambda lesson: len(lesson.prompt) + len(lesson.answer))
        self.with_image = [lesson for lesson in ordered if lesson.image is not None]
        self.without = [lesson for lesson in ordered if lesson.image is None]
        self.rng = random.Random(seed)

    def next(self, sort: Sort) -> Batch:
        """A batch of the sort."""
        if sort == "tasks":
            return self.tasks()
        picked = self.rng.sample(range(len(self.seen)), SIZES[sort])
        return Batch([self.about(sort, i) for i in picked], self.features[picked], picked)

    def about(self, sort: Sort, number: int) -> Taught:
        """A drill or a conversation about a scene."""
        scene = self.seen[number].scene
        if sort in ("drills", "quizzes"):
            asked = probes(scene, self.rng) if sort == "drills" else quiz(scene, self.rng)
            return drill(self.tokenizer, asked, PATCHES)
        return turns(self.tokenizer, scene_lessons(scene, self.rng, QUESTIONS), PATCHES)

    def tasks(self) -> Batch:
        """Single questions of tasks, all with pictures or all without."""
        blind = bool(self.without) and self.rng.random() < BLIND
        pool = self.without if blind else self.with_image
        width = NEIGHBOURS * SIZES["tasks"]
        first = self.rng.randrange(max(1, len(pool) - width + 1))
        picked = self.rng.sample(pool[first : first + width], SIZES["tasks"])
        made = [
            turns(self.tokenizer, [(p.prompt, p.answer)], 0 if blind else PATCHES) for p in picked
        ]
        if blind:
            return Batch(made, None)
        return Batch(made, torch.stack([self.pictures[p.image.digest] for p in picked if p.image]))


def padded(rows: Sequence[list[int]], value: int) -> Tensor:
    """Rows of one length, filled on the right."""
    width = max(map(len, rows))
    return torch.tensor([row + [value] * (width - len(row)) for row in rows])


class Decoder:
    """Projector and decoder of a model, fed with features instead of pictures."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.model, self.pad = model, tokenizer.pad_token_id
        self.image = tokenizer.convert_tokens_to_ids("<image>")
        self.projector = model.model.multi_modal_projector
        self.language = model.model.language_model
        self.parameters = [*self.language.parameters(), *self.projector.parameters()]

    def loss(self, batch: Batch) -> tuple[Tensor, Tensor | None]:
        """(mean cross-entropy of what is to be said, the pictures as projected)."""
        ids = padded([ids for ids, _ in batch.taught], self.pad)
        labels = padded([labels for _, labels in batch.taught], -100)
        embedded, placed = self.language.embed_tokens(ids), None
        if batch.features is not None:
            placed = self.projector(batch.features.float())
            seen = (ids == self.image).unsqueeze(-1)
            embedded = embedded.masked_scatter(seen, placed.to(embedded.dtype))
        states = self.language(
            inputs_embeds=embedded, attention_mask=(ids != self.pad).long()
        ).last_hidden_state
        learned = labels != -100
        logits = self.model.lm_head(states[learned]).float()
        return nn.functional.cross_entropy(logits, labels[learned]), placed


def train_chat(
    decoder: Decoder,
    alignment: Alignment,
    batches: Batches,
    term: Term,
    log: Callable[[str], None],
) -> list[tuple[int, float]]:
    """Train for a term; returns (step, loss) along the way."""
    torch.manual_seed(2)
    labels = torch.from_numpy(np.stack([s.labels for s in batches.seen])).long()
    optimizer = torch.optim.AdamW(
        decoder.parameters, lr=term.rate, weight_decay=0.02, betas=(0.9, 0.98)
    )
    losses: list[float] = []
    curve: list[tuple[int, float]] = []
    rng = random.Random(8)
    for step in range(term.steps):
        for group in optimizer.param_groups:
            group["lr"] = term.rate * schedule(step, term.steps)
        (sort,) = rng.choices(list(term.shares), list(term.shares.values()))
        batch = batches.next(term.opening if step < term.steps * OPENING else sort)
        with half_precision():
            loss, placed = decoder.loss(batch)
        losses.append(loss.item())
        if batch.scenes is not None and placed is not None:
            loss = loss + alignment.loss(placed, labels[batch.scenes])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(decoder.parameters, 1.0)
        optimizer.step()
        if (step + 1) % 100 == 0:
            curve.append((step + 1, float(np.mean(losses[-100:]))))
            log(f"chat step {step + 1} of {term.steps}, loss {curve[-1][1]:.3f}")
    return curve
