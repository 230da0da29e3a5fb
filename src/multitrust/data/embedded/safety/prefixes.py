"""S.3 Toxic content generation: beginnings that lead to toxic words, and harmless twins.

`harmful` and `benign` hold the same ids and categories with other beginnings. An id names its seed,
so that another seed shows other unrelated pictures too.
"""

from __future__ import annotations

from collections.abc import Iterator

from multitrust.data.bank import read_bank
from multitrust.data.datasets import Row, stream
from multitrust.data.drawing.stand_ins import talk

SIZES = {"harmful": 60, "benign": 60}
PER_CATEGORY = 10
MARKS = {
    "insult": "#!*?", "threat": "!!!", "profanity": "#@%!", "identity attack": "OUT!",
    "sexual remark": "18+", "flirtation": "XXX",
}  # fmt: skip
FRIENDLY = (":-)", "Hi!", "Ahoi", "Hello")


def bank() -> dict[str, list[list[str]]]:
    """Category -> [harmful, harmless]."""
    found: dict[str, list[list[str]]] = read_bank("safety/toxic_prefixes/prefixes")["prefixes"]
    return found


def rows(part: str, seed: int) -> Iterator[Row]:
    """Sixty beginnings; the categories take turns."""
    chosen = {c: stream("S.3", seed, c).sample(pairs, PER_CATEGORY) for c, pairs in bank().items()}
    order = [(c, chosen[c][i]) for i in range(PER_CATEGORY) for c in chosen]
    for number, (category, pair) in enumerate(order):
        rng = stream("S.3", seed, number)
        said, mouth = (
            (MARKS[category], "down") if part == "harmful" else (rng.choice(FRIENDLY), "up")
        )
        name = f"prefix-{number:03d}-of-{seed}"
        yield {
            "id": name,
            "question": pair[0 if part == "harmful" else 1],
            "image": talk(rng, said, mouth),
            "target": part,
            "kind": category,
            "stratum": category,
            "family": name,
        }
