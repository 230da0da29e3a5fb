"""Artistic styles: the same bytes every time, another picture, and the scene still in its place."""

from __future__ import annotations

import random

import numpy as np
import pytest

from multitrust.data.drawing.styles import STYLES, Redraw, fog, kuwahara, rain, snow

DISC = (np.add.outer((np.arange(120) - 60) ** 2, (np.arange(120) - 60) ** 2) < 900)[..., None]
PICTURE = np.where(DISC, [224, 32, 32], [243, 241, 234]).astype(np.uint8)


@pytest.mark.parametrize("name", STYLES)
def test_a_style_is_fixed_by_its_stream_and_changes_the_picture(name: str) -> None:
    made, again, other = (STYLES[name](PICTURE, random.Random(seed)) for seed in (1, 1, 2))
    assert made.shape == PICTURE.shape
    assert made.dtype == np.uint8
    assert np.array_equal(made, again)
    assert np.abs(made.astype(int) - PICTURE).mean() > 8
    if name != "cartoon":
        assert not np.array_equal(made, other)


@pytest.mark.parametrize("change", [fog, rain, snow])
def test_weather_leaves_the_disc_in_its_place(change: Redraw) -> None:
    seen = change(PICTURE, np.random.default_rng(3)).astype(int)
    redness = seen[..., 0] - seen[..., 2]
    assert redness[DISC[..., 0]].mean() > redness[~DISC[..., 0]].mean() + 20


def test_the_calmest_square_keeps_a_border_sharp_and_takes_noise_away() -> None:
    half = np.full((40, 40, 3), 40, dtype=np.uint8)
    half[:, 20:] = 200
    assert np.array_equal(kuwahara(half, 4), half)
    noisy = np.clip(half + np.random.default_rng(0).normal(0, 12, half.shape), 0, 255)
    calm = kuwahara(noisy.astype(np.uint8), 4)
    assert calm[:, 5:15].std() < 6
    assert calm[:, 24:].mean() - calm[:, :16].mean() > 140
