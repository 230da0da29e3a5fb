"""Whether the totals of a log are those of its own samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from multitrust.core import Record
from multitrust.data.official import Problem
from multitrust.interop.mmtrusteval.checks import problem
from multitrust.interop.mmtrusteval.logs import Log
from multitrust.scorers.official import JudgedScore, first_rating
from multitrust.tasks.official import Arm

ROUNDING = 1e-6
"""What a mean may differ by where it was folded in another order or precision."""


def total_notes(name: str, arm: Arm, log: Log, records: Sequence[Record]) -> Iterator[Problem]:
    """A note for each total that is not what the samples give; the total is kept.

    Means of values and shares of right classes are compared, where every sample has its value. The
    first number of a judge's rating is not: where a reply holds several, the original picks one at
    random (Q26).

    Args:
        name: what to call the log.
        arm: the dataset id.
        log: what the log holds.
        records: its samples, scored.
    """
    for chain in arm.chains:
        if isinstance(chain.scorer, JudgedScore) and chain.scorer.then == first_rating():
            continue
        scorer = chain.scorer.name
        values = [score.value for r in records for score in r.scores if score.scorer == scorer]
        known = [value for value in values if value is not None]
        if len(known) < len(records):
            continue
        right = [float(v == r.target) for v, r in zip(known, records, strict=True)]
        for fold, folded in (("pred_mean", known), ("accuracy_score", right)):
            key, mean = f"{scorer}:{fold}", sum(folded) / len(folded)
            total = log.totals.get(key, mean)
            if fold in chain.totals and abs(total - mean) > ROUNDING * max(1.0, chain.span[1]):
                said = f"{total:g} came, and its own samples give {mean:g}; the total is used"
                yield replace(problem(name, said, field=key), severity="note")
