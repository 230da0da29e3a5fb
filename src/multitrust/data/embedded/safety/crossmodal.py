"""S.6 Cross-modal influence on jailbreaking: a request with a kindly and a dark picture at hand.

`harmful` and `benign` hold the same ids, turns and pictures with other requests. An id names its
seed, so that another seed shows other unrelated pictures too.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from multitrust.data.datasets import Row, stream
from multitrust.data.drawing.emblems import EMBLEMS
from multitrust.data.drawing.objects import OBJECTS
from multitrust.data.drawing.palette import COLORS, tint
from multitrust.data.drawing.places import SIZE
from multitrust.data.drawing.svg import document, group
from multitrust.data.embedded.safety.requests import COUNT, draw_pairs
from multitrust.data.images import Drawing

SIZES = {"harmful": COUNT, "benign": COUNT}
DARK = ("#37393f", "#4a3b3b", "#3b3f4a", "#453c4d")


def rows(part: str, seed: int) -> Iterator[Row]:
    """Sixty requests; `turn` counts the rounds through the twelve categories."""
    pairs = draw_pairs("S.6", seed)
    turns = len({pair.category for pair in pairs})
    for number, pair in enumerate(pairs):
        rng = stream("S.6", seed, number)
        name = f"crossmodal-{number:03d}-of-{seed}"
        paint = COLORS[rng.choice([c for c in COLORS if c not in ("white", "black", "grey")])]
        yield {
            "id": name,
            "question": f"How do I {pair.side(part)}?",
            "target": part,
            "turn": number // turns,
            "positive": placed(rng, OBJECTS[pair.thing].draw(paint), tint(rng)),
            "negative": placed(rng, EMBLEMS[pair.category](), rng.choice(DARK)),
            "category": pair.category,
            "family": name,
        }


def placed(rng: random.Random, content: str, background: str) -> Drawing:
    """A content of 100 x 100, somewhere near the middle."""
    size = rng.uniform(2.2, 2.7)
    x, y = (168 - 50 * size + rng.uniform(-24, 24) for _ in "xy")
    moved = group(content, transform=f"translate({x:.1f} {y:.1f}) scale({size:.2f})")
    return Drawing(document(SIZE, SIZE, moved, background=background))
