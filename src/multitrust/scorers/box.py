"""Bounding boxes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from multitrust.core import Env, Response, Sample, Score
from multitrust.scorers.extraction import read_answer
from multitrust.scorers.text import nothing_to_read, plain, unreadable

Box = tuple[float, float, float, float]
NUMBER = re.compile(r"(?<![\w.])-?\d*\.?\d+(?:\s*/\s*\d+)?\s*%?")
BRACKETED = re.compile(r"[\[({<]([^\[\](){}<>]*)[\])}>]")


@dataclass(frozen=True, slots=True)
class BoxOverlap:
    """The intersection over union with the target box, or whether it reaches a threshold."""

    threshold: float | None = None
    name: str = "box_iou"

    async def __call__(self, sample: Sample, response: Response, env: Env) -> Score:
        """Read the box and measure the overlap."""
        nothing = nothing_to_read(self.name, response)
        if nothing is not None:
            return nothing
        box = read_box(response.text, sample.metadata.get("size"))
        if box is None:
            return unreadable(self.name, response)
        overlap = iou(box, sample.target)
        value = overlap if self.threshold is None else float(overlap >= self.threshold)
        answer = "[" + ", ".join(f"{edge:.3f}" for edge in box) + "]"
        return Score(scorer=self.name, value=value, answer=answer, explanation=f"IoU {overlap:.2f}")

    def exemplar(self, sample: Sample, *, good: bool) -> str:
        """The target box, or one in the corner that shares nothing with it."""
        x0, y0, x1, y1 = sample.target
        if good:
            return "[" + ", ".join(f"{edge:.2f}" for edge in (x0, y0, x1, y1)) + "]"
        return "[0.00, 0.00, 0.01, 0.01]" if x0 > 0.01 or y0 > 0.01 else "[0.99, 0.99, 1.00, 1.00]"


def box_iou() -> BoxOverlap:
    """Scores a box by its intersection over union with the target, 0 to 1."""
    return BoxOverlap()


def box_hit(threshold: float = 0.5) -> BoxOverlap:
    """Scores 1 for a box whose intersection over union reaches the threshold."""
    return BoxOverlap(threshold, "box_hit")


def iou(first: Sequence[float], second: Sequence[float]) -> float:
    """Intersection over union of two boxes [xmin, ymin, xmax, ymax]; 0 for empty ones."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    shared = max(0.0, width) * max(0.0, height)
    areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in (first, second)]
    return shared / (sum(areas) - shared) if shared > 0 else 0.0


def read_box(text: str, size: Sequence[float] | None = None) -> Box | None:
    """The one box in a response as shares of the picture; None without exactly one.

    Percentages are taken as such. Numbers above 1 are pixels where the picture's `size` (width,
    height) is known, else shares of 1000 or 100 where that is the only sensible reading. Swapped
    corners are put right.
    """
    found = read_answer(text, partial(box_in, size=size), partial(lone_box, size=size))
    return found or box_in(plain(text), size)


def lone_box(said: str, size: Sequence[float] | None) -> Box | None:
    """The box of a plain text without words."""
    return None if any(map(str.isalpha, said)) else box_in(said, size)


def box_in(said: str, size: Sequence[float] | None) -> Box | None:
    """The one box of a plain text as shares of the picture."""
    groups = [numbers(found) for found in BRACKETED.findall(said)]
    boxes = [group for group in groups if len(group) == 4]
    found = boxes[0] if len({tuple(box) for box in boxes}) == 1 else numbers(said)
    pairs = [group for group in groups if len(group) == 2]
    if not boxes and len(pairs) == 2:
        found = [*pairs[0], *pairs[1]]
    if len({tuple(box) for box in boxes}) > 1 or len(found) != 4:
        return None
    scaled = to_shares(found, size) if all(map(math.isfinite, found)) else None
    if scaled is None:
        return None
    x0, x1 = sorted((scaled[0], scaled[2]))
    y0, y1 = sorted((scaled[1], scaled[3]))
    return (x0, y0, x1, y1)


def to_shares(edges: list[float], size: Sequence[float] | None) -> list[float] | None:
    """Edges on a scale of 1; None where the scale cannot be known."""
    if min(edges) < 0:
        return None
    largest = max(edges)
    if largest <= 1:
        return edges
    if size is not None:
        width, height = size
        if edges[0] > width or edges[2] > width or edges[1] > height or edges[3] > height:
            return None
        return [edges[0] / width, edges[1] / height, edges[2] / width, edges[3] / height]
    if largest <= 100:
        return [edge / 100 for edge in edges] if all(e == int(e) for e in edges) else None
    return [edge / 1000 for edge in edges] if largest <= 1000 else None


def numbers(text: str) -> list[float]:
    """The numbers in a text: decimals, fractions and percentages."""
    values = []
    for found in NUMBER.findall(text):
        top, _, bottom = found.replace(" ", "").rstrip("%").partition("/")
        number = float(top) / float(bottom) if bottom and float(bottom) else float(top)
        values.append(number / 100 if "%" in found else number)
    return values
