"""Reading takes time that grows with the length of a text and no faster, however hostile it is.

Time is that of the processor, and is compared with other time of the same process: four times the
text may not take eight times as long, and 10,000 characters no longer than a fixed piece of work.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from types import ModuleType
from typing import Any

import pytest
from tests.scorers.every import Case, embedded_cases, official_cases, score_now
from tests.scorers.hostile import UNITS, repeat

import multitrust
from multitrust.core import MultitrustError, Sample, Scorer
from multitrust.scorers.text import accepted

LENGTH = 10_000
SHORT = LENGTH // 4
GROWTH = 8
"""Times as long for four times the text: 4 is linear, 16 quadratic."""
FAST, NEGLIGIBLE = 0.001, 0.003
"""Seconds for a short text from which a pattern, or a whole reading, is looked at closer: below,
even a quadratic one takes no more than 16 or 50 ms for a long text."""
WORK = 4_000_000
"""Steps of an empty loop that take as long as a long text may, some 50 ms on a machine at rest."""
READERS = ("multitrust.scorers", "multitrust.models.reasoning", "multitrust.models.trace")
"""Where functions of one text are readers."""
Reader = Callable[[str], object]


@cache
def modules() -> tuple[ModuleType, ...]:
    """All modules of the package but its entry point."""
    names = [info.name for info in pkgutil.walk_packages(multitrust.__path__, "multitrust.")]
    return tuple(importlib.import_module(name) for name in names if "__main__" not in name)


def patterns_in(value: object, depth: int = 4) -> Iterator[re.Pattern[str]]:
    """The patterns of a value, also within containers."""
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, Mapping) and depth:
        yield from patterns_in(tuple(value.values()), depth - 1)
    elif isinstance(value, set | frozenset) and depth:
        yield from patterns_in(sorted(value, key=repr), depth - 1)
    elif isinstance(value, tuple | list) and depth:
        for item in value:
            yield from patterns_in(item, depth - 1)


def all_patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern that a module holds, by the module and name that hold it first."""
    found: dict[re.Pattern[str], str] = {}
    for module in modules():
        for name, value in vars(module).items():
            for index, pattern in enumerate(patterns_in(value)):
                found.setdefault(pattern, f"{module.__name__}.{name}.{index}")
    return {name: pattern for pattern, name in found.items()}


def all_readers() -> dict[str, Reader]:
    """Every public function of one text in the modules of readers."""
    return {
        f"{module.__name__}.{name}": value
        for module in modules()
        if module.__name__.startswith(READERS)
        for name, value in vars(module).items()
        if inspect.isfunction(inspect.unwrap(value))
        and value.__module__ == module.__name__
        and takes_a_text(value)
    }


def takes_a_text(function: Callable[..., Any]) -> bool:
    """Whether a text is all that a function needs."""
    parameters = list(inspect.signature(function).parameters.values())
    needed = [each for each in parameters if each.default is each.empty]
    return [each.name for each in needed] in (["text"], ["said"], ["reply"])


PATTERNS = all_patterns()
FUNCTIONS = all_readers()
SCORERS = {type(case[1]): case for case in (*official_cases(), *embedded_cases())}.values()


def scan(pattern: re.Pattern[str], text: str) -> None:
    """Look for a pattern everywhere."""
    for _ in pattern.finditer(text):
        pass


def read(reader: Reader, text: str) -> None:
    """Read a text; an error of ours about what it says is no failure."""
    with suppress(MultitrustError):
        reader(text)


def score_text(scorer: Scorer, sample: Sample, text: str) -> None:
    """Score a text."""
    score_now(scorer, sample, text)


def near_misses(pattern: re.Pattern[str]) -> Iterator[str]:
    """Units made of a pattern's own words: all in turn, some again and again, some cut short."""
    words = list(dict.fromkeys(re.findall(r"[^\W\d_]{2,}", pattern.pattern.replace("\\", " "))))
    if words:
        yield " ".join(words) + " "
    for word in words[:: max(1, len(words) // 4)]:
        yield word + " "
        yield word[:-1] + ", "


def seconds(run: Callable[[str], None], opening: str, unit: str, length: int, tries: int) -> float:
    """The least processor time of some tries, each on a text that was not seen before."""
    least = float("inf")
    for attempt in range(tries):
        text = f"{opening}{repeat(unit, length - 8)} {attempt} {length}"
        start = time.process_time()
        run(text)
        least = min(least, time.process_time() - start)
    return least


@cache
def allowed() -> float:
    """The processor time that a long text may take on this machine, as busy as it is."""
    start = time.process_time()
    for _ in range(WORK):
        pass
    return time.process_time() - start


def is_allowed(long: float) -> bool:
    """Whether a long text was read in time, by a new measure of the machine if need be."""
    if long >= allowed():
        allowed.cache_clear()
    return long < allowed()


def check(run: Callable[[str], None], unit: str, floor: float) -> None:
    """Assert that a reading's time grows linearly and is short.

    Marks are repeated at the beginning of a text as well as behind a letter.
    """
    for opening in ("",) if any(map(str.isalnum, unit)) else ("", "a"):
        if seconds(run, opening, unit, SHORT, 1) >= floor:
            check_closely(partial(seconds, run, opening, unit), unit)


def check_closely(
    measure: Callable[[int, int], float], unit: str, repeats: Sequence[int] = (1, 2, 3)
) -> None:
    """Assert the same with a long text, which a busy machine tries three times.

    What grows faster than linearly does so at every length, so that a jump at one is no growth.
    """
    for tries in repeats:
        short, long = measure(SHORT, tries), measure(LENGTH, tries)
        linear = long < GROWTH * short or (
            measure(2 * LENGTH, tries) < GROWTH * measure(2 * SHORT, tries)
        )
        if linear and is_allowed(long):
            return
    raise AssertionError(
        f"{unit[:40]!r}: {SHORT} characters take {short * 1000:.1f} ms, {LENGTH} {long * 1000:.1f}"
    )


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns(name: str) -> None:
    pattern = PATTERNS[name]
    for unit in (*UNITS.values(), *near_misses(pattern)):
        check(partial(scan, pattern), unit, FAST)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_reading_functions(name: str) -> None:
    for unit in UNITS.values():
        check(partial(read, FUNCTIONS[name]), unit, NEGLIGIBLE)


@pytest.mark.parametrize("case", SCORERS, ids=lambda case: case[0])
def test_scorers(case: Case) -> None:
    _, scorer, sample = case
    targets = accepted(
        list(sample.target.values()) if isinstance(sample.target, dict) else sample.target
    )
    own = [f"{word} " for word in (*targets[:3], *sample.choices, f"not {targets[0]}", sample.text)]
    for unit in (*UNITS.values(), *own):
        check(partial(score_text, scorer, sample), unit, NEGLIGIBLE)


def test_the_readers_are_found() -> None:
    names = {name.rpartition(".")[2] for name in FUNCTIONS}
    assert len(PATTERNS) > 150
    assert len(UNITS) >= 20
    assert names >= {
        "extract",
        "is_refusal",
        "plain",
        "profanities",
        "read_agreement",
        "read_box",
        "read_number",
        "read_qualified",
        "read_rating",
        "read_refusal",
        "read_stance",
        "read_toxicity",
        "read_verdict",
        "readings_of",
        "split_reasoning",
    }


@pytest.mark.parametrize("pattern", [r"[ab]*+c", r"x[^.]*y"])
def test_a_careless_pattern_is_noticed(pattern: str) -> None:
    unit = {"[": "ab", "x": "x "}[pattern[0]]
    with pytest.raises(AssertionError, match="characters take"):
        check_closely(partial(seconds, partial(scan, re.compile(pattern)), "", unit), unit, (1,))
