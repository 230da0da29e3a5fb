"""Attacks on pictures: gradients reach the pixels, budgets hold, severities are ordered, seeds."""

from __future__ import annotations

import io
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from multitrust.attacks.image import (
    CORRUPTIONS,
    DEMO,
    LAYOUTS,
    PGD,
    Corruption,
    Pixels,
    TorchSurrogate,
    Typographic,
    clip,
    perturb,
)
from multitrust.attacks.image.torch_preparation import preparation_of
from multitrust.attacks.image.typographic import written
from multitrust.core import ConfigError
from multitrust.data.drawing.fonts import FAMILIES, SANS, SERIF
from multitrust.data.drawing.scene import Scene, arrange
from multitrust.data.images import as_png

PROMPT, GOAL = "what is this", "a red ball"
WORD = Typographic((FAMILIES[SANS][-1], FAMILIES[SERIF][-1]))


@pytest.fixture
def tiny(folder: Path) -> TorchSurrogate:
    return TorchSurrogate("tiny", folder)


@pytest.fixture(scope="module")
def scene() -> Pixels:
    things = arrange(random.Random(1), [("dog", "red", "plain")])
    drawn = Scene(place="beach", things=things, seed="1").draw().render()
    return np.asarray(Image.open(io.BytesIO(drawn)).convert("RGB"))


@pytest.fixture(scope="module")
def small(scene: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(scene).resize((56, 56)))


def loss(surrogate: TorchSurrogate, pixels: Any) -> float:
    import torch

    box = surrogate.load()
    with torch.no_grad():
        return float(box.loss(torch.tensor(pixels, dtype=torch.float32), box.encode(PROMPT, GOAL)))


def test_the_gradient_reaches_the_pixels(tiny: TorchSurrogate, small: Pixels) -> None:
    """Against finite differences in double precision, at the pixels that matter most."""
    import torch

    box = tiny.load()
    encoded = box.encode(PROMPT, GOAL)
    box.model.double()
    try:
        now = torch.tensor(small, dtype=torch.float64).clamp(5, 250).requires_grad_()
        (gradient,) = torch.autograd.grad(box.loss(now, encoded), now)
        assert (gradient.abs().sum(dim=2) > 0).float().mean() > 0.9
        for place in gradient.abs().flatten().topk(5).indices:
            step = torch.zeros(now.numel(), dtype=torch.float64)
            step[place] = 0.05
            step = step.view_as(now)
            with torch.no_grad():
                slope = (box.loss(now + step, encoded) - box.loss(now - step, encoded)) / 0.1
            assert slope.item() == pytest.approx(gradient.flatten()[place].item(), rel=0.02)
    finally:
        box.model.float()


@pytest.mark.parametrize("toward", [False, True])
def test_the_loss_goes_where_it_is_driven(
    tiny: TorchSurrogate, small: Pixels, toward: bool
) -> None:
    attack = PGD(surrogate=tiny, prompt=PROMPT, toward=toward)
    attacked = perturb(attack, small, GOAL, random.Random(0))
    change = loss(tiny, attacked) - loss(tiny, small)
    assert change < 0 if toward else change > 0


@pytest.mark.parametrize("epsilon", [1, 4, 8])
def test_the_budget_holds_in_the_stored_picture(
    tiny: TorchSurrogate, small: Pixels, epsilon: int
) -> None:
    attack = PGD(surrogate=tiny, prompt=PROMPT, toward=True, epsilon=epsilon, steps=3)
    attacked = perturb(attack, small, GOAL, random.Random(0))
    stored = np.asarray(Image.open(io.BytesIO(as_png(Image.fromarray(attacked)))))
    assert np.abs(stored.astype(int) - small).max() == epsilon


def test_a_proposal_beyond_the_budget_is_cut(small: Pixels) -> None:
    wild = small + np.linspace(-300.0, 300.0, small.size).reshape(small.shape)
    cut = clip(small, wild, 3)
    assert np.abs(cut.astype(int) - small).max() <= 3
    assert clip(small, wild, None).max() == 255


def test_one_seed_one_picture(tiny: TorchSurrogate, small: Pixels) -> None:
    attack = PGD(surrogate=tiny, prompt=PROMPT, toward=True, steps=2)
    first, again, other = (perturb(attack, small, GOAL, random.Random(s)) for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_copy_of_the_processor_is_checked(tiny: TorchSurrogate) -> None:
    processor = tiny.load().processor.image_processor
    for broken in ({"image_mean": [0.1, 0.5, 0.5]}, {"rescale_factor": 0.01}):
        copy = preparation_of(processor)
        changed = type(processor).from_dict({**processor.to_dict(), **broken})
        assert preparation_of(changed) != copy
    silent = type(processor).from_dict({**processor.to_dict(), "do_normalize": False})
    with pytest.raises(ConfigError, match="does more than"):
        preparation_of(silent)


def test_shorter_edge_and_crop_are_copied(tiny: TorchSurrogate) -> None:
    processor = tiny.load().processor.image_processor
    wide = type(processor).from_dict(
        {**processor.to_dict(), "size": {"shortest_edge": 40}, "do_center_crop": True,
         "crop_size": {"height": 28, "width": 28}, "resample": 2}
    )  # fmt: skip
    assert preparation_of(wide).crop == (28, 28)


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no weights"):
        _ = TorchSurrogate("none", tmp_path).identity
    with pytest.raises(ConfigError, match="cannot load the surrogate"):
        TorchSurrogate("none", tmp_path).load()


def test_the_embedded_model_is_named_by_its_weights() -> None:
    name, _, digest = DEMO.identity.partition("@")
    assert (name, len(digest)) == ("demo", 64)


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_severities_are_ordered(scene: Pixels, kind: str) -> None:
    made = [perturb(Corruption(s), scene, kind, random.Random(3)) for s in range(1, 6)]
    distances = [float(np.abs(m.astype(float) - scene).mean()) for m in made]
    assert distances == sorted(distances)
    assert distances[0] > 0
    assert all(m.shape == scene.shape and m.dtype == np.uint8 for m in made)


def test_corruptions_repeat(scene: Pixels) -> None:
    for kind in CORRUPTIONS:
        one, other = (perturb(Corruption(3), scene, kind, random.Random(5)) for _ in range(2))
        assert np.array_equal(one, other), kind


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_word_covers_some_of_the_picture_in_every_layout(scene: Pixels, layout: str) -> None:
    picture = Image.fromarray(scene).convert("RGBA")
    word = written("umbrella", WORD.fonts[0], "#111111", picture.width)
    LAYOUTS[layout](picture, word, random.Random(1))
    changed = np.abs(np.asarray(picture.convert("RGB")).astype(int) - scene).max(axis=2) > 8
    assert 0.01 < changed.mean() < 0.4


def test_words_are_laid_differently_by_seed(scene: Pixels) -> None:
    made = [perturb(WORD, scene, "umbrella", random.Random(seed)) for seed in range(12)]
    assert len({picture.tobytes() for picture in made}) >= 10
    assert np.array_equal(made[0], perturb(WORD, scene, "umbrella", random.Random(0)))
