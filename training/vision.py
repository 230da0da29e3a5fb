"""Stage 1: the vision tower learns to say of every patch what it shows.

Labels per patch (kind, colour, pattern) and per picture (place) teach it far faster than answers
to single questions would.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from transformers import CLIPVisionModel

from training.model import vision_config
from training.scenes import GROUNDS, KINDS, SHADES, Seen, ground_index
from multitrust.data.drawing.palette import PATTERNS

BATCH = 32
RATE = 1e-3


class Labeller(nn.Module):
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


def normalised(pixels: np.ndarray[Any, Any]) -> Tensor:
    """(n, side, side, 3) bytes -> (n, 3, side, side) around zero."""
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1


def schedule(step: int, steps: int) -> float:
    """Warm-up over 3 %, then a cosine to a twentieth."""
    warm = max(1, steps * 3 // 100)
    if step < warm:
        return (step + 1) / warm
    return 0.05 + 0.475 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def train_tower(
    seen: list[Seen], seconds: float, log: Callable[[str], None], keep: Path, epochs: int = 20
) -> None:
    """Train for so many seconds or epochs and keep the tower's weights."""
    torch.manual_seed(1)
    model = Labeller()
    pixels = np.stack([s.pixels for s in seen])
    labels = torch.from_numpy(np.stack([s.labels for s in seen])).long()
    grounds = torch.tensor([ground_index(s.scene) for s in seen])
    held = max(BATCH, len(seen) // 50)
    order = np.random.default_rng(1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.05, betas=(0.9, 0.98))
    weight = torch.tensor([0.3] + [1.0] * len(KINDS))
    start, step, done = time.monotonic(), 0, 0.0
    for _ in range(epochs):
        for chunk in np.array_split(
            order.permutation(np.arange(held, len(seen))), (len(seen) - held) // BATCH
        ):
            done = (time.monotonic() - start) / seconds
            if done >= 1:
                break
            for g in optimizer.param_groups:
                g["lr"] = RATE * schedule(int(done * 1000), 1000) * min(1.0, (step + 1) / 100)
            heads, ground = model(normalised(pixels[chunk]))
            loss = nn.functional.cross_entropy(ground, grounds[chunk]) * 0.3
            for i, logits in enumerate(heads):
                loss = loss + nn.functional.cross_entropy(
                    logits.flatten(0, 1), labels[chunk, :, i].flatten(), weight if i == 0 else None
                )
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            if step % 100 == 0:
                log(f"tower step {step} {done:.0%} loss {loss.item():.3f} {held_out(model, pixels[:held], labels[:held])}")
                torch.save(model.tower.state_dict(), keep)
    torch.save(model.tower.state_dict(), keep)


@torch.no_grad()
def held_out(model: Labeller, pixels: np.ndarray[Any, Any], labels: Tensor) -> str:
    """Share of right labels on patches that show a thing, for kind, colour and pattern."""
    heads, _ = model(normalised(pixels[:512]))
    labels = labels[:512]
    there = labels[..., 0] > 0
    shares = [
        (logits.argmax(-1)[there] == labels[..., i][there]).float().mean().item()
        for i, logits in enumerate(heads)
    ]
    return "held out kind {:.2f} colour {:.2f} pattern {:.2f}".format(*shares)
