"""How numbers are written, and that nothing on any screen or page looks exact."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from tests.report.conftest import ACCURACY, Stated
from tests.report.whole import balanced_run, whole

from multitrust.core import Condition, Contrast, Estimate, Record
from multitrust.metrics import f1, mean, mean_over
from multitrust.report import (
    Entry,
    Summary,
    compare,
    print_comparison,
    print_table,
    published_rows,
    write_comparison,
    write_html,
)
from multitrust.report.notation import decimal, ends_text, interval

Make = Callable[..., Any]
ARMS = ("plain", "shown")
EXACT = re.compile(r"(?<![\d.+−-])([-+−]?\d+\.\d+)\s*(?:to|–)\s*\1(?![\d.])")
NEGATIVE_ZERO = re.compile(r"[-−]0(\.0+)?(?![\d.])")


@pytest.mark.parametrize(
    ("value", "digits", "sign", "text"),
    [
        (0.0, 1, False, "0.0"),
        (-0.0, 1, True, "0.0"),
        (-0.04, 1, True, "0.0"),
        (0.04, 1, True, "0.0"),
        (-0.05001, 1, True, "-0.1"),
        (2.0, 1, True, "+2.0"),
        (-0.0004, 3, False, "0.000"),
        (-0.4, 0, False, "0"),
    ],
)
def test_zero_has_no_sign(value: float, digits: int, sign: bool, text: str) -> None:
    assert decimal(value, digits, sign=sign) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (1.0, 99.96, "1.0 to 100.0"),
        (99.97, 100.0, "99.97 to 100.00"),
        (99.9996, 100.0, "99.9996 to 100.0000"),
        (-0.01, 0.02, "-0.01 to 0.02"),
        (-1e-7, 1e-7, "-0.0000001 to 0.0000001"),
    ],
)
def test_ends_that_differ_are_written_so(low: float, high: float, text: str) -> None:
    assert ends_text(low, high) == text


def test_what_has_no_interval_says_why() -> None:
    assert interval(Estimate()) == ""
    assert interval(Estimate(value=1.0)) == "no interval"
    assert interval(Estimate(value=1.0, needed=4)) == "too few, needs 4"
    assert interval(Estimate(value=1.0, low=-0.5, high=2.0), 2, sign=True) == "-0.50 to +2.00"


def texts(found: Any) -> Iterator[tuple[float | None, float | None]]:
    """The limits of every number of a document; no negative zero in it."""
    if isinstance(found, dict):
        if "low" in found:
            yield found["low"], found["high"]
        found = list(found.values())
    for item in found if isinstance(found, list) else []:
        yield from texts(item)


def look(text: str) -> None:
    """Nothing in a text looks exact, and nothing is a negative zero."""
    shown = re.sub(r"<(style|script)\b.*?</\1>", "", text, flags=re.DOTALL)
    assert EXACT.search(shown) is None, EXACT.search(shown)
    assert NEGATIVE_ZERO.search(re.sub(r"[\w/]-0|<svg.*?</svg>", "", shown)) is None


def read(document: bytes) -> int:
    """How many numbers of a document have an interval, of which none is exact."""
    assert re.search(rb"[\[:, ]-0(\.0+)?[,\]}\s]", document) is None
    found = list(texts(json.loads(document)))
    assert all((low is None) == (high is None) for low, high in found)
    assert all(low < high for low, high in found if low is not None and high is not None)
    return sum(low is not None for low, _ in found)


@pytest.mark.parametrize("n", [1, 2, 5, 8])
@pytest.mark.parametrize("value", [0.0, 1.0, 0.25])
def test_no_screen_page_or_document_of_a_run_looks_exact(
    n: int, value: float, task: Make, record: Make, summary: Make, tmp_path: Path
) -> None:
    overlap, hits = mean("overlap", Stated()), f1(Stated(), positive="read")
    known = task(
        conditions=tuple(Condition(name=name, metrics=(overlap, hits)) for name in ARMS),
        headline=mean_over(overlap, ARMS),
        contrasts=tuple(
            Contrast(name=f"effect on {metric.name}", metric=metric.name, base=base, other=other)
            for metric in (overlap, hits)
            for base, other in (ARMS, ARMS[::-1])
        ),
    )
    records: list[Record] = [
        record(arm, number, value, target="read") for arm in ARMS for number in range(n)
    ]
    found: Summary = summary(records, [known])
    out = io.StringIO()
    print_table(found, Console(file=out, width=100))
    look(out.getvalue())
    look(write_html(found, records, tmp_path).read_text(encoding="utf-8"))
    assert (read(found.to_json()) > 0) == (n > 1)
    assert ("too few, needs 2" in out.getvalue()) == (n == 1)


def runs_alike(n: int) -> list[Entry]:
    return [whole(lambda task, number: True, of=n, model=model) for model in ("a", "b")]


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("published", [True, False])
def test_no_screen_page_or_document_of_a_comparison_looks_exact(
    n: int, published: bool, tmp_path: Path
) -> None:
    for entries in (
        runs_alike(n),
        [whole(of=n), whole(lambda task, number: number % 2 > 0, of=n, model="b")],
        [balanced_run(lambda k: (k % 2 > 0, k % 2 == 0), model=m) for m in ("a", "b")],
        [whole(of=n), whole(of=n, asked=lambda task, number: "other", model="b")],
    ):
        comparison = compare(entries, published_rows() if published else (), margin=2)
        out = io.StringIO()
        print_comparison(comparison, Console(file=out, width=100))
        look(out.getvalue())
        page = write_comparison(comparison, tmp_path / "page.html").read_text(encoding="utf-8")
        look(page)
        read(comparison.to_json())


def test_a_number_of_many_that_all_agree_is_written_with_the_digits_it_takes(
    task: Make, record: Make, summary: Make
) -> None:
    known = task(
        conditions=(Condition(name="plain"),),
        headline=mean_over(ACCURACY, ["plain"]),
        contrasts=(),
    )
    out = io.StringIO()
    print_table(
        summary([record("plain", n, 1.0) for n in range(9000)], [known]),
        Console(file=out, width=80),
    )
    look(out.getvalue())
    assert "99.96 to 100.00" in out.getvalue()
