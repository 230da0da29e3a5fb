"""One log of the original toolbox, checked (official-protocol, section 2).

A log that a score script could not use, or could only use wrongly, is rejected whole: nothing of it
is guessed. What is wrong is named with file, row and key.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from multitrust.data.official import Problem
from multitrust.tasks.official import Arm, Chain, Result

OTHER_LAYOUT = "the layout of another version? expected total_results and per_sample_results"


@dataclass(frozen=True, kw_only=True, slots=True)
class Log:
    """What a log holds."""

    totals: Mapping[str, float]
    samples: Sequence[Mapping[str, Any]]
    """One mapping a sample: `content`, `pred`, `label`, `extra`, and a value of each listed key."""


class LogRejected(Exception):
    """A log cannot be used; carries what is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)


def read_log(path: Path, name: str, arm: Arm) -> Log:
    """A dataset id's log.

    Args:
        path: of the file.
        name: what to call it.
        arm: the dataset id.

    Raises:
        LogRejected: it cannot be read, or lacks what the results need.
    """
    content = parsed(path, name)
    totals, samples = content.get("total_results"), content.get("per_sample_results")
    if not isinstance(totals, dict) or not isinstance(samples, list):
        raise LogRejected([problem(name, OTHER_LAYOUT + f", got {sorted(content)[:6]}")])
    if not samples:
        raise LogRejected([problem(name, "it holds no sample")])
    found = [
        *(p for result in arm.results for p in total_problems(name, totals, result)),
        *(p for row, sample in enumerate(samples) for p in row_problems(name, row, sample, arm)),
    ]
    if found:
        raise LogRejected(found)
    numbers = {key: float(value) for key, value in totals.items() if is_number(value)}
    return Log(totals=numbers, samples=samples)


def parsed(path: Path, name: str) -> dict[str, Any]:
    """The JSON object in a file.

    Raises:
        LogRejected: there is none.
    """
    try:
        content = json.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise LogRejected([problem(name, f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        raise LogRejected([problem(name, f"not UTF-8 at byte {error.start}")]) from None
    except ValueError as error:
        raise LogRejected([problem(name, f"no JSON, or cut off: {error}")]) from None
    if not isinstance(content, dict):
        raise LogRejected([problem(name, OTHER_LAYOUT + f", got a {type(content).__name__}")])
    return content


def total_problems(name: str, totals: Mapping[str, Any], result: Result) -> Iterator[Problem]:
    """What keeps a result from being made of the totals."""
    for key in result.totals:
        if key not in totals:
            yield problem(name, "total_results lacks it", field=key)
        elif not is_number(totals[key]):
            yield problem(name, f"expected a number, got {totals[key]!r}", field=key)


def row_problems(name: str, row: int, sample: Any, arm: Arm) -> Iterator[Problem]:
    """What is wrong with a sample."""
    if not isinstance(sample, dict):
        yield problem(name, f"expected an object, got {type(sample).__name__}", row)
        return
    if not isinstance(sample.get("pred"), str | None):
        yield problem(name, f"expected a text, got {sample['pred']!r}", row, "pred")
    if not readable(sample.get("content")):
        yield problem(
            name, f"expected a text, or picture and text, got {sample['content']!r}", row, "content"
        )
    for chain in arm.chains:
        yield from value_problems(name, row, sample, chain)
    yield from fact_problems(name, row, sample, arm)


def value_problems(
    name: str, row: int, sample: Mapping[str, Any], chain: Chain
) -> Iterator[Problem]:
    """What is wrong with a chain's value for a sample."""
    key = listed_key(chain)
    if chain.listed and key not in sample:
        yield problem(name, "the sample lacks it", row, key)
    elif chain.listed and not is_flag(sample[key]):
        yield problem(name, f"expected 0 or 1, got {sample[key]!r}", row, key)
    reply = reply_key(chain)
    if reply is not None and not isinstance(sample.get(reply, ""), str):
        yield problem(name, f"expected the judge's text, got {sample[reply]!r}", row, reply)


def fact_problems(name: str, row: int, sample: Mapping[str, Any], arm: Arm) -> Iterator[Problem]:
    """What is wrong with a sample's label and extra, where results depend on them."""
    label, extra = sample.get("label"), sample.get("extra")
    if classified(arm) and not (is_flag(label) or label is None):
        yield problem(name, f"expected 0 or 1, got {label!r}", row, "label")
    if extra is not None and not isinstance(extra, dict):
        yield problem(name, f"expected an object, got {extra!r}", row, "extra")
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


def classified(arm: Arm) -> bool:
    """Whether predictions are compared with a class, 1 or 0."""
    return any("accuracy_score" in chain.totals for chain in arm.chains)


def is_number(value: Any) -> bool:
    """Whether a value of JSON is a number; NaN is."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_flag(value: Any) -> bool:
    """Whether a value of JSON is 0 or 1."""
    return isinstance(value, int | float) and not math.isnan(value) and value in (0, 1)


def readable(content: Any) -> bool:
    """Whether it is what is shown: a text, or the path of a picture and a text."""
    if content is None or isinstance(content, str):
        return True
    return (
        isinstance(content, list)
        and len(content) == 2
        and all(isinstance(part, str) for part in content)
    )


def problem(name: str, message: str, row: int | None = None, field: str = "") -> Problem:
    """What is wrong, with its place."""
    where = "" if row is None else f"sample {row} (from 0)"
    return Problem(severity="fatal", file=name, row=where, field=field, message=message)
