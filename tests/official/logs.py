"""A made-up set of logs in the exact layout of the original's (section 2, step 7)."""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from tests.official.chains import Columns, evaluated
from tests.official.damage import KINDS, Kind, corrupt
from tests.official.samples import Draw, contents, extras, labels
from tests.official.spec import load_spec, run_places
from tests.official.spoken import answers, outside

__all__ = ["KINDS", "Kind", "corrupt", "write_logs"]


def write_logs(
    root: Path,
    model: str,
    seed: int,
    *,
    samples: int = 24,
    ids: Collection[str] | None = None,
) -> None:
    """Writes a log for each dataset id of an official run.

    A log's content depends on seed, samples and id alone. Over eight seeds in a row each id has
    one log with empty answers only, and one with 160 samples (or the next multiple).

    Args:
        root: the folder `logs`: files become `<root>/<aspect>/<slug>/<model>/<id>.json`.
        model: name of the model's folders.
        seed: of all that is drawn.
        samples: of each id, but for T.3 (three times as many), S.6 (ten at most) and the logs
            of 160; from 6 on each subset has samples.
        ids: the dataset ids to write; all if not given.
    """
    for index, place in enumerate(run_places(load_spec())):
        if ids is None or place.id in ids:
            rng = random.Random(f"{seed}/{place.id}")
            turn = (seed + index) % 8
            path = place.log(root, model)
            path.parent.mkdir(parents=True, exist_ok=True)
            log = drawn(Draw(place=place, turn=turn, samples=samples, rng=rng))
            path.write_text(json.dumps(log, indent=4), encoding="utf-8")


def drawn(draw: Draw) -> dict[str, Any]:
    """The content of a log."""
    extra = extras(draw)
    label = labels(draw, extra)
    columns = Columns(
        content=contents(draw), pred=answers(draw, label, extra), label=label, extra=extra
    )
    said = outside(draw)
    chains = [evaluated(draw, columns, said, f) for f in draw.place.entries("evaluator_chains")]
    lists = {key: values for chain in chains for key, values in chain.lists.items()}
    lists |= kept(columns)
    return {
        "total_results": {k: v for chain in chains for k, v in chain.totals.items()},
        "per_sample_results": [
            {key: values[row] for key, values in lists.items()} for row in range(draw.count)
        ],
    }


def kept(columns: Columns) -> dict[str, Sequence[Any]]:
    """The columns that upstream writes: those with any value that is not falsy (Q05)."""
    named = {name: getattr(columns, name) for name in ("content", "pred", "label", "extra")}
    return {name: values for name, values in named.items() if any(values)}
