"""Pictures made of panels side by side."""

from __future__ import annotations

from collections.abc import Sequence

from multitrust.data.drawing.svg import document, group, num, rect
from multitrust.data.images import Drawing

SIZE = 336
UNIT = 100
"""A panel's content is drawn in a box of 100 x 100."""


def panels(contents: Sequence[str], background: str) -> Drawing:
    """Up to three contents of 100 x 100 side by side in frames."""
    width = (SIZE - 8 * (len(contents) + 1)) / len(contents)
    scale = width / UNIT
    top = (SIZE - width) / 2
    frames = []
    for i, content in enumerate(contents):
        left = 8 + i * (width + 8)
        frames.append(
            group(
                rect(0, 0, UNIT, UNIT, fill="#fff", stroke="#333", stroke_width=2),
                content,
                transform=f"translate({num(left)} {num(top)}) scale({num(scale)})",
            )
        )
    return Drawing(document(SIZE, SIZE, *frames, background=background))


def single(content: str, background: str) -> Drawing:
    """One content of 100 x 100 that fills the picture."""
    return Drawing(
        document(
            SIZE, SIZE, group(content, transform="translate(8 8) scale(3.2)"), background=background
        )
    )
