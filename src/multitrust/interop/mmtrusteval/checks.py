"""What can be wrong with a log that is JSON in the right layout."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from multitrust.data.official import Problem
from multitrust.interop.mmtrusteval.content import read_content
from multitrust.tasks.official import Arm, Chain

LARGEST = sys.float_info.max
SHARE = (0.0, 1.0)
SPANS = {"pearson_corr": (-1.0, 1.0), "iou_judge": (0.0, 100.0)}
"""Fold -> its lowest and highest value, where it is no share and no mean of a chain's values."""
UNDEFINED = "pearson_corr"
"""The fold that the original stores as NaN where there is none."""
COLUMNS = ("content", "pred", "label", "extra")


def total_problems(name: str, totals: Mapping[str, Any], arm: Arm) -> Iterator[Problem]:
    """What keeps results from being made of the totals."""
    for key in (key for result in arm.results for key in result.totals):
        low, high = span_of(arm, key)
        value = totals.get(key)
        if key not in totals:
            yield problem(name, "total_results lacks it", field=key)
        elif not is_within(value, low, high, undefined=key.endswith(UNDEFINED)):
            said = f"expected a number from {low:g} to {high:g}, got {shown(value)}"
            yield problem(name, said, field=key)


def span_of(arm: Arm, key: str) -> tuple[float, float]:
    """Lowest and highest value of a total."""
    name, _, fold = key.rpartition(":")
    chain = next(chain for chain in arm.chains if chain.scorer.name == name)
    return SPANS.get(fold, chain.span if fold.startswith("pred_mean") else SHARE)


def sample_problems(name: str, samples: Sequence[Any], arm: Arm) -> Iterator[Problem]:
    """What is wrong with the samples."""
    replies = filter(None, map(reply_key, arm.chains))
    known = {*COLUMNS, *map(listed_key, arm.chains), *replies}
    rows = [(row, sample) for row, sample in enumerate(samples) if isinstance(sample, dict)]
    held = {key for _, sample in rows for key in known & sample.keys()}
    for chain in arm.chains:
        if chain.listed and listed_key(chain) not in held:
            yield problem(name, "no sample has it", field=listed_key(chain))
    for key in sorted(held):
        without = [row for row, sample in rows if key not in sample]
        if without:
            said = f"{len(without)} of {len(rows)} samples lack it, this one first"
            yield problem(name, said, without[0], key)
    for row, sample in enumerate(samples):
        if isinstance(sample, dict):
            yield from row_problems(name, row, sample, arm)
        else:
            yield problem(name, f"expected an object, got {type(sample).__name__}", row)


def row_problems(name: str, row: int, sample: Mapping[str, Any], arm: Arm) -> Iterator[Problem]:
    """What is wrong with a sample."""
    pred, content = sample.get("pred"), sample.get("content")
    if answer_of(pred) is None:
        yield problem(name, f"expected a text, got {shown(pred)}", row, "pred")
    if read_content(content) is None:
        said = f"expected a text, or an object of image_path and text, got {shown(content)}"
        yield problem(name, said, row, "content")
    for chain in arm.chains:
        yield from value_problems(name, row, sample, chain)
    yield from fact_problems(name, row, sample, arm)


def value_problems(
    name: str, row: int, sample: Mapping[str, Any], chain: Chain
) -> Iterator[Problem]:
    """What is wrong with a chain's value for a sample, and with the judge's reply."""
    key, reply = listed_key(chain), reply_key(chain)
    low, high = chain.span
    if key in sample and chain.listed and not is_flag(sample[key]):
        yield problem(name, f"expected 0 or 1, got {shown(sample[key])}", row, key)
    unread = UNDEFINED in chain.totals  # NaN where no number was read, which the fold leaves out
    if (
        key in sample
        and not chain.listed
        and not is_within(sample[key], low, high, undefined=unread)
    ):
        said = f"expected a number from {low:g} to {high:g}, got {shown(sample[key])}"
        yield problem(name, said, row, key)
    if reply is not None and not isinstance(sample.get(reply, ""), str):
        yield problem(name, f"expected the judge's text, got {shown(sample[reply])}", row, reply)


def fact_problems(name: str, row: int, sample: Mapping[str, Any], arm: Arm) -> Iterator[Problem]:
    """What is wrong with a sample's label and extra, where results depend on them."""
    label, extra = sample.get("label"), sample.get("extra")
    if label is not None and classified(arm) and not is_flag(label):
        yield problem(name, f"expected 0 or 1, got {shown(label)}", row, "label")
    if label is not None and correlated(arm) and not is_within(label, -LARGEST, LARGEST):
        yield problem(name, f"expected a number, got {shown(label)}", row, "label")
    if extra is not None and not isinstance(extra, dict):
        yield problem(name, f"expected an object, got {shown(extra)}", row, "extra")
        return
    for key in arm.facts:
        if key not in (extra or {}):
            yield problem(name, f"lacks {key!r}", row, "extra")


def listed_key(chain: Chain) -> str:
    """The key of a chain's values, sample by sample."""
    return f"{chain.scorer.name}:pred_no_op"


def reply_key(chain: Chain) -> str | None:
    """The key of what the judge replied, where the chain has one."""
    first, arrow, _ = chain.scorer.name.partition("->")
    return f"{first}:pred_no_op" if arrow else None


def answer_of(pred: Any) -> str | None:
    """The answer that `pred` holds: "" for null, the text of a list of one; else None.

    The original's yes/no evaluator unwraps such a list.
    """
    if pred is None:
        return ""
    only = pred[0] if isinstance(pred, list) and len(pred) == 1 else pred
    return only if isinstance(only, str) else None


def classified(arm: Arm) -> bool:
    """Whether predictions are compared with a class, 1 or 0."""
    return any("accuracy_score" in chain.totals for chain in arm.chains)


def correlated(arm: Arm) -> bool:
    """Whether predictions are compared with numbers."""
    return any(UNDEFINED in chain.totals for chain in arm.chains)


def is_number(value: Any) -> bool:
    """Whether a value of JSON is a number that a float can hold; NaN is."""
    return is_within(value, -LARGEST, LARGEST, undefined=True)


def is_within(value: Any, low: float, high: float, *, undefined: bool = False) -> bool:
    """Whether a value of JSON is a number in a span, or NaN where that is allowed."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return low <= value <= high or (undefined and isinstance(value, float) and math.isnan(value))


def is_flag(value: Any) -> bool:
    """Whether a value of JSON is 0 or 1."""
    return isinstance(value, int | float) and value in (0, 1)


def shown(value: Any) -> str:
    """A value, shortened for a message."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def problem(name: str, message: str, row: int | None = None, field: str = "") -> Problem:
    """What is wrong, with its place."""
    where = "" if row is None else f"sample {row} (from 0)"
    return Problem(severity="fatal", file=name, row=where, field=field, message=message)
