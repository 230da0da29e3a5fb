"""Stage 1: the vision tower learns to say of every patch what it shows.

Labels per patch (kind, colour, pattern) and per picture (place) teach it far faster than answers
to single questions would.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import CLIPVisionModel

from multitrust.data.drawing.palette import PATTERNS
from training.model import vision_config
from training.scenes import GROUNDS, KINDS, SHADES, Seen, ground_index

BATCH = 32
HELD = 500
"""The first scenes, from which nothing is learned."""
RATE = 1e-3


class Labeller(nn.Module):  # type: ignore[misc]
    """The tower with a linear head for each kind of label."""

    def __init__(self) -> None:
        super().__init__()
        config = vision_config()
        self.tower = CLIPVisionModel(config)
        width = config.hidden_size
        sizes = (1 + len(KINDS), 1 + len(SHADES), 1 + len(PATTERNS))
        self.heads = nn.ModuleList(nn.Linear(width, size) for size in sizes)
        self.ground = nn.Linear(width, len(GROUNDS) + 1)

    def forward(self, pixels: Tensor) -> tuple[list[Tensor], Tensor]:
        """Logits per patch for each kind of label, and per picture for the place."""
        states = self.tower(pixel_values=pixels).last_hidden_state
        patches = states[:, 1:]
        return [head(patches) for head in self.heads], self.ground(patches.mean(1))


def normalised(pixels: NDArray[np.uint8]) -> Tensor:
    """(n, side, side, 3) bytes -> (n, 3, side, side) around zero."""
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1


def schedule(step: int, steps: int) -> float:
    """Warm-up over 3 %, then a cosine to a twentieth."""
    warm = max(1, steps * 3 // 100)
    if step < warm:
        return (step + 1) / warm
    return 0.05 + 0.475 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def train_tower(
    seen: list[Seen], steps: int, log: Callable[[str], None]
) -> tuple[nn.Module, list[tuple[int, float]], dict[str, float]]:
    """Train for so many steps.

    Returns the tower, (step, loss) along the way, and the shares of right labels on
    scenes that were held out.
    """
    torch.manual_seed(1)
    model = Labeller()
    pixels = np.stack([s.pixels for s in seen])
    labels = torch.from_numpy(np.stack([s.labels for s in seen])).long()
    grounds = torch.tensor([ground_index(s.scene) for s in seen])
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.05, betas=(0.9, 0.98))
    weight = torch.tensor([0.3] + [1.0] * len(KINDS))
    curve: list[tuple[int, float]] = []
    for step, chunk in enumerate(chunks(len(seen), steps)):
        for group in optimizer.param_groups:
            group["lr"] = RATE * schedule(step, steps)
        with half_precision():
            heads, ground = model(normalised(pixels[chunk]))
        loss = nn.functional.cross_entropy(ground.float(), grounds[chunk]) * 0.3
        for i, logits in enumerate(heads):
            loss = loss + nn.functional.cross_entropy(
                logits.float().flatten(0, 1),
                labels[chunk, :, i].flatten(),
                weight if i == 0 else None,
            )
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if (step + 1) % 100 == 0:
            curve.append((step + 1, loss.item()))
            log(f"tower step {step + 1} of {steps}, loss {loss.item():.3f}")
    return model.tower.eval(), curve, held_out(model, pixels[:HELD], labels[:HELD])


def chunks(count: int, steps: int) -> Iterator[NDArray[np.int64]]:
    """Indices of the scenes of each step, in a new order each epoch; none of those held out."""
    order = np.random.default_rng(1)
    done = 0
    while True:
        shuffled = order.permutation(np.arange(HELD, count))
        for first in range(0, len(shuffled) - BATCH + 1, BATCH):
            if done == steps:
                return
            yield shuffled[first : first + BATCH]
            done += 1


def half_precision() -> torch.autocast:
    """Matrix products in bfloat16, weights in float32."""
    return torch.autocast("cpu", dtype=torch.bfloat16)


def held_out(model: Labeller, pixels: NDArray[np.uint8], labels: Tensor) -> dict[str, float]:
    """Share of right labels on patches that show a thing, for kind, colour and pattern."""
    with torch.inference_mode():
        heads, _ = model(normalised(pixels))
    there = labels[..., 0] > 0
    return {
        name: (logits.argmax(-1)[there] == labels[..., i][there]).float().mean().item()
        for i, (name, logits) in enumerate(zip(("kind", "colour", "pattern"), heads, strict=True))
    }


Scale = tuple[Tensor, Tensor]
"""Mean and standard deviation, by width, of what a tower says of patches."""


def look(tower: nn.Module, pixels: NDArray[np.uint8]) -> Tensor:
    """(n, side, side, 3) bytes -> (n, patches, width) in half precision."""
    with torch.inference_mode():
        said = [
            tower(pixel_values=normalised(pixels[i : i + BATCH])).last_hidden_state[:, 1:].half()
            for i in range(0, len(pixels), BATCH)
        ]
    return torch.cat(said)


def scale_of(features: Tensor) -> Scale:
    """Mean and standard deviation over pictures and patches."""
    sample = features[:: max(1, len(features) // 2000)].float()
    return sample.mean((0, 1)), sample.std((0, 1))


def scaled(features: Tensor, scale: Scale) -> Tensor:
    """The features around zero with deviation one."""
    return ((features - scale[0]) / scale[1]).half()


def fold(projector: nn.Module, scale: Scale) -> None:
    """Let a projector that learned from scaled features take them as the tower gives them."""
    first: nn.Linear = projector.linear_1
    with torch.no_grad():
        first.weight /= scale[1]
        first.bias -= first.weight @ scale[0]
