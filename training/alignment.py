"""Stage 2: what the tower says of a patch is put near the words for it.

The projector learns to place a patch so that, among the embeddings of all kinds, those of its own
kind lie nearest, and likewise among colours and patterns. It takes seconds, as no decoder is run,
and from then on a word of a question and what it names in a picture are alike.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from multitrust.data.drawing.palette import PATTERNS
from training.scenes import KINDS, SHADES
from training.tokens import plain
from training.vision import schedule

BATCH = 64
RATE = 2e-3
STEPS = 600
SHARPNESS = 30.0
"""Factor of the products of patches and words, which are small as embeddings begin small."""


class Alignment:
    """The loss of patches against the words for what they show."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.projector = model.model.multi_modal_projector
        self.embedding = model.model.language_model.embed_tokens
        self.words = [
            torch.tensor([plain(tokenizer, " " + word)[0] for word in words])
            for words in (KINDS, SHADES, PATTERNS)
        ]

    def loss(self, placed: Tensor, labels: Tensor) -> Tensor:
        """Mean cross-entropy over the patches that show a thing, summed over the sorts of words.

        Args:
            placed: (n, patches, width), what the projector made of the patches.
            labels: (n, patches, 3), kind, colour and pattern; 0 where there is no thing.
        """
        there = labels[..., 0] > 0
        patches, names = placed[there].float(), labels[there]
        losses = [
            nn.functional.cross_entropy(
                SHARPNESS * patches @ self.embedding(words).T, names[:, i] - 1
            )
            for i, words in enumerate(self.words)
        ]
        return torch.stack(losses).sum()


def align(
    alignment: Alignment, features: Tensor, labels: Tensor, log: Callable[[str], None]
) -> None:
    """Train projector and embeddings.

    `features` (n, patches, width) are what the tower says of scenes, `labels` (n, patches, 3) what
    those show.
    """
    rng = random.Random(3)
    optimizer = torch.optim.AdamW(
        [*alignment.projector.parameters(), alignment.embedding.weight], lr=RATE, betas=(0.9, 0.98)
    )
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = RATE * schedule(step, STEPS)
        picked = rng.sample(range(len(features)), BATCH)
        loss = alignment.loss(alignment.projector(features[picked].float()), labels[picked])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    log(f"patches placed near their words, loss {loss.item():.3f}")
