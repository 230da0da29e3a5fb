"""Stage 2: the whole model learns to answer, from scene lessons and task lessons in turn."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from multitrust.core import Image
from multitrust.data import Drawing, Noise
from training.lessons import Lesson, scene_lessons
from training.scenes import GRID, KINDS, SHADES, Seen, to_pixels
from training.tokens import turns
from training.vision import half_precision, normalised, schedule

SCENES, TASKS = 12, 32
"""Sequences in a batch of either kind."""
QUESTIONS = 6
"""Questions asked about one scene."""
NAMED = 0.3
"""Share of the patches with a thing whose name is asked for as well: with it the decoder learns
early that patches and words speak of the same."""
UNNAMED = [-100] * GRID * GRID
RATE = 1.5e-3
TOWER_SHARE = 0.2
"""The tower's learning rate as a share of the decoder's."""
Batch = tuple[list[list[int]], list[list[int]], NDArray[np.uint8] | None]


def render(image: Image) -> NDArray[np.uint8]:
    """A picture as the model sees it."""
    return to_pixels(image.render() if isinstance(image, Drawing | Noise) else image.read())


def render_all(lessons: list[Lesson]) -> dict[str, NDArray[np.uint8]]:
    """Every distinct picture of the lessons by digest."""
    distinct = {lesson.image.digest: lesson.image for lesson in lessons if lesson.image is not None}
    with ProcessPoolExecutor(2) as pool:
        made = pool.map(render, distinct.values(), chunksize=64)
        return dict(zip(distinct, made, strict=True))


def padded(rows: list[list[int]], value: int) -> Tensor:
    """Rows of one length, filled on the right."""
    width = max(map(len, rows))
    return torch.tensor([row + [value] * (width - len(row)) for row in rows])


def loss_of(model: Any, batch: Batch, pad: int) -> Tensor:
    """Mean cross-entropy of the answers' tokens."""
    ids, labels, pixels = batch
    tokens = padded(ids, pad)
    given = {} if pixels is None else {"pixel_values": normalised(pixels)}
    with half_precision():
        loss: Tensor = model(
            input_ids=tokens,
            attention_mask=(tokens != pad).long(),
            labels=padded(labels, -100),
            **given,
        ).loss
    return loss


class Batches:
    """Endless batches of either kind."""

    def __init__(
        self, tokenizer: Any, seen: list[Seen], lessons: list[Lesson], seed: int = 7
    ) -> None:
        self.tokenizer, self.seen = tokenizer, seen
        self.rng = random.Random(seed)
        self.first: dict[str, int] = {
            word: tokenizer.encode(" " + word, add_special_tokens=False)[0]
            for word in (*KINDS, *SHADES)
        }
        self.pictures = render_all(lessons)
        self.with_image = [lesson for lesson in lessons if lesson.image is not None]
        self.without = [lesson for lesson in lessons if lesson.image is None]

    def scenes(self) -> Batch:
        """Conversations about scenes."""
        picked = self.rng.sample(self.seen, SCENES)
        made = [
            turns(self.tokenizer, scene_lessons(s.scene, self.rng, QUESTIONS), self.names(s.labels))
            for s in picked
        ]
        return [ids for ids, _ in made], [labels for _, labels in made], stacked(picked)

    def names(self, labels: NDArray[np.int16]) -> list[int]:
        """For some of the patches the token that begins the name of their kind or colour."""
        named = []
        for kind, shade, _ in labels.tolist():
            if kind == 0 or self.rng.random() > NAMED:
                named.append(-100)
            elif self.rng.random() < 0.5:
                named.append(self.first[KINDS[kind - 1]])
            else:
                named.append(self.first[SHADES[shade - 1]])
        return named

    def tasks(self) -> Batch:
        """Single questions of tasks; every eighth batch without pictures."""
        blind = bool(self.without) and self.rng.random() < 0.08
        picked = self.rng.sample(self.without if blind else self.with_image, TASKS)
        made = [
            turns(self.tokenizer, [(p.prompt, p.answer)], () if blind else UNNAMED) for p in picked
        ]
        pixels = None
        if not blind:
            pixels = np.stack([self.pictures[p.image.digest] for p in picked if p.image])
        return [ids for ids, _ in made], [labels for _, labels in made], pixels


def stacked(seen: list[Seen]) -> NDArray[np.uint8]:
    """The pictures of scenes."""
    return np.stack([s.pixels for s in seen])


def train_chat(
    model: Any, batches: Batches, steps: int, log: Callable[[str], None]
) -> list[tuple[int, float, float]]:
    """Train for so many steps; returns (step, loss on scenes, loss on tasks) along the way."""
    torch.manual_seed(2)
    tower = [p for n, p in model.named_parameters() if "vision_tower" in n]
    rest = [p for n, p in model.named_parameters() if "vision_tower" not in n]
    optimizer = torch.optim.AdamW(
        [{"params": rest, "share": 1.0}, {"params": tower, "share": TOWER_SHARE}],
        lr=RATE,
        weight_decay=0.02,
        betas=(0.9, 0.98),
    )
    pad = batches.tokenizer.pad_token_id
    curve: list[tuple[int, float, float]] = []
    losses: tuple[list[float], list[float]] = ([], [])
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * group["share"] * schedule(step, steps)
        batch = batches.tasks() if step % 2 else batches.scenes()
        loss = loss_of(model, batch, pad)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses[step % 2].append(loss.item())
        if (step + 1) % 100 == 0:
            scenes, tasks = (float(np.mean(kind[-50:])) for kind in losses)
            curve.append((step + 1, scenes, tasks))
            log(f"chat step {step + 1} of {steps}, loss on scenes {scenes:.3f}, tasks {tasks:.3f}")
    return curve
