"""How closed answers are read, against labels that were written before any score was seen.

`answers/closed.jsonl` holds answers in the manners of many models, and what a careful person says
of each: `right`, `wrong` or `unclear`. `aimed` marks those that were written after the faults of
earlier ones were known; they make a fault look more frequent than it is.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from multitrust.core import Env, Origin, Response, Sample, Scorer
from multitrust.tasks import select_tasks
from workload import show

ANSWERS = Path(__file__).with_name("answers") / "closed.jsonl"
LABELS = {None: "unclear", 0.0: "wrong", 1.0: "right"}


@cache
def arm(task: str, condition: str) -> tuple[Scorer, dict[str, Sample]]:
    """The first scorer of a condition, and its samples by id."""
    (found,) = select_tasks([task])
    (place,) = (c for c in found.conditions if c.name == condition)
    samples = found.dataset_of(place).samples(Origin())
    return found.metrics_of(place)[0].scorer, {sample.id: sample for sample in samples}


async def read(row: dict[str, Any]) -> str:
    """What the program makes of a row: `agrees`, `unread`, `misread`, or `gone` with its sample."""
    scorer, samples = arm(row["task"], row["condition"])
    sample = samples.get(row["sample"])
    if sample is None or str(sample.target) != row["target"]:
        return "gone"
    score = await scorer(sample, Response(text=row["answer"], model="hand"), Env())
    if LABELS.get(score.value) == row["label"]:
        return "agrees"
    return "unread" if score.value is None else "misread"


async def main() -> None:
    """Print the counts by scorer, of the answers that aim at nothing and of all."""
    rows = [json.loads(line) for line in ANSWERS.read_text(encoding="utf-8").splitlines()]
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        found = await read(row)
        name = arm(row["task"], row["condition"])[0].name
        for key in [f"{name}, all", "all", *([] if row["aimed"] else [name, "not aimed"])]:
            counts.setdefault(key, Counter())[found] += 1
    kinds = ("agrees", "unread", "misread", "gone")
    show(
        "Closed answers, read and labelled by hand", ("", "n", *kinds), list(rows_of(counts, kinds))
    )


def rows_of(counts: dict[str, Counter[str]], kinds: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """A row for each group of answers."""
    for name in sorted(counts):
        total = counts[name].total()
        yield name, str(total), *(f"{counts[name][kind] / total:.1%}" for kind in kinds)


if __name__ == "__main__":
    asyncio.run(main())
