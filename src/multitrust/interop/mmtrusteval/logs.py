"""One log of the original toolbox, read and checked (official-protocol, section 2).

A log that a score script could not use, or could only use wrongly, is rejected whole: nothing of it
is guessed. What is wrong is named with file, row and key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from multitrust.core import whole_characters
from multitrust.data.official import Problem
from multitrust.data.official.files import read_integer
from multitrust.interop.mmtrusteval.checks import (
    is_number,
    problem,
    sample_problems,
    shown,
    total_problems,
)
from multitrust.tasks.official import Arm

OTHER_LAYOUT = "the layout of another version? expected total_results and per_sample_results"
LAYOUT = {"total_results": (dict, "an object"), "per_sample_results": (list, "a list")}
"""Key of a log -> the type of its value, in Python and in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Log:
    """What a log holds."""

    totals: Mapping[str, float]
    samples: Sequence[Mapping[str, Any]]
    """One mapping a sample: `content`, `pred`, `label`, `extra`, and a value of each listed key."""
    digest: str
    """sha256 (hex) of the file."""


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
    if not path.is_file():
        what = "a folder" if path.is_dir() else "no file"
        what = what if path.exists() else "a link that leads nowhere"
        raise LogRejected([problem(name, f"{what} is in its place; expected a file")])
    try:
        body = path.read_bytes()
    except OSError as error:
        raise LogRejected([problem(name, f"cannot be read: {error.strerror}")]) from None
    content = parsed(body, name)
    if not LAYOUT.keys() <= content.keys():
        raise LogRejected([problem(name, OTHER_LAYOUT + f", got {sorted(content)[:6]}")])
    for key, (kind, what) in LAYOUT.items():
        if not isinstance(content[key], kind):
            said = f"expected {what}, got {shown(content[key])}"
            raise LogRejected([problem(name, said, field=key)])
    totals, samples = content["total_results"], content["per_sample_results"]
    if not samples:
        raise LogRejected([problem(name, "it holds no sample")])
    found = [*total_problems(name, totals, arm), *sample_problems(name, samples, arm)]
    if found:
        raise LogRejected(found)
    return Log(
        totals={key: float(value) for key, value in totals.items() if is_number(value)},
        samples=samples,
        digest=hashlib.sha256(body).hexdigest(),
    )


def parsed(body: bytes, name: str) -> dict[str, Any]:
    """The JSON object that a file holds, in a form that can be stored.

    Raises:
        LogRejected: there is none.
    """
    try:
        content = storable(
            json.loads(body.decode("utf-8-sig"), object_pairs_hook=distinct, parse_int=read_integer)
        )
    except UnicodeDecodeError as error:
        raise LogRejected([problem(name, f"not UTF-8 at byte {error.start}")]) from None
    except json.JSONDecodeError as error:
        raise LogRejected([problem(name, f"no JSON, or cut off: {error}")]) from None
    except RecursionError:
        raise LogRejected([problem(name, "lists within lists without end")]) from None
    except ValueError as error:
        raise LogRejected([problem(name, str(error))]) from None
    if not isinstance(content, dict):
        raise LogRejected([problem(name, OTHER_LAYOUT + f", got a {type(content).__name__}")])
    return content


def storable(value: Any) -> Any:
    """A value of JSON in the form in which a run can store it.

    Half a surrogate pair, as in an answer that was cut within a character, becomes U+FFFD. An
    integer beyond 64 bits, such as a long number that a picture shows, becomes a text.
    """
    match value:
        case str():
            return whole_characters(value)
        case bool():
            return value
        case int():
            return value if -(2**63) <= value < 2**64 else str(value)
        case list():
            return [storable(item) for item in value]
        case dict():
            return {storable(key): storable(item) for key, item in value.items()}
    return value


def distinct(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON.

    Raises:
        ValueError: a key is there twice, so that one of its values would be lost.
    """
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} is there twice in one object")
    return made
