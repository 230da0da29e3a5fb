"""The differentiable copy of what an image processor does to a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from multitrust.core import ConfigError

RESAMPLING = {2: "bilinear", 3: "bicubic"}
"""Pillow's number of a filter -> torch's name of it."""
TOLERANCE = 3.0
"""Levels of 255 by which the copy may differ: processors round to 8 bits after resizing."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """Resize, crop, rescale and normalise, so that a gradient reaches the pixels."""

    edges: tuple[int, int] | int
    """Height and width, or the length of the shorter edge."""
    mode: str
    crop: tuple[int, int] | None
    factor: float
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def __call__(self, picture: Any) -> Any:
        """Pixels as a float tensor (height, width, 3) of 0..255 -> what the model is shown."""
        import torch

        values = picture.permute(2, 0, 1).unsqueeze(0)
        values = torch.nn.functional.interpolate(
            values, size=self.size_of(picture), mode=self.mode, antialias=True, align_corners=False
        ).clamp(0, 255)
        if self.crop is not None:
            height, width = self.crop
            top, left = (values.shape[2] - height) // 2, (values.shape[3] - width) // 2
            values = values[:, :, top : top + height, left : left + width]
        mean, std = (torch.tensor(row).view(1, 3, 1, 1) for row in (self.mean, self.std))
        return (values * self.factor - mean) / std

    def size_of(self, picture: Any) -> tuple[int, int]:
        """Height and width after resizing."""
        if isinstance(self.edges, tuple):
            return self.edges
        height, width = picture.shape[:2]
        short, long = sorted((height, width))
        longer = int(self.edges * long / short)
        return (self.edges, longer) if height <= width else (longer, self.edges)


def preparation_of(processor: Any) -> Preparation:
    """The copy of an image processor, compared with it on a picture.

    Raises:
        ConfigError: the processor does something else than resize, crop, rescale and normalise.
    """
    try:
        size, crop = processor.size, processor.crop_size if processor.do_center_crop else None
        copy = Preparation(
            edges=size.shortest_edge or (size.height, size.width),
            mode=RESAMPLING[int(processor.resample)],
            crop=crop and (crop.height, crop.width),
            factor=processor.rescale_factor,
            mean=tuple(processor.image_mean),
            std=tuple(processor.image_std),
        )
        same = agrees(copy, processor)
    except (AttributeError, KeyError, TypeError, RuntimeError) as error:
        raise ConfigError(f"{type(processor).__name__} cannot be attacked: {error}") from None
    if not same:
        raise ConfigError(
            f"{type(processor).__name__} cannot be attacked: it does more than to resize, crop, "
            "rescale and normalise; choose a surrogate whose processor does only that"
        )
    return copy


def agrees(copy: Preparation, processor: Any) -> bool:
    """Whether both make the same of a smooth picture with an edge."""
    import torch

    ramp = np.linspace(0, 255, 336)
    picture = np.stack([np.add.outer(ramp, ramp) / 2, *np.meshgrid(ramp, ramp)], axis=-1)
    picture[100:200, 60:180] = (230, 40, 90)
    pixels = picture.astype(np.uint8)
    theirs = processor(images=pixels, return_tensors="pt")["pixel_values"]
    ours = copy(torch.tensor(pixels, dtype=torch.float32))
    if theirs.shape != ours.shape:
        return False
    levels = (ours - theirs).abs().max() * min(copy.std) / copy.factor
    return float(levels) <= TOLERANCE
