"""The pictures of the page: every number where it belongs, and nothing outside the frame."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from multitrust.core import Estimate, Record
from multitrust.metrics import TreeNode
from multitrust.report.figures import NARROW, WIDE, Layout, bar, tree_figure, walk

Make = Callable[..., Any]
LAYOUTS = pytest.mark.parametrize("layout", [WIDE, NARROW], ids=["wide", "narrow"])


@pytest.fixture
def records(record: Make) -> list[Record]:
    return [record(arm, n, float(n < 5)) for arm in ("plain", "shown") for n in range(20)]


@LAYOUTS
def test_the_tree_shows_each_node_with_its_interval(
    layout: Layout, records: list[Record], summary: Make
) -> None:
    found = summary(records)
    figure = ElementTree.fromstring(tree_figure(found, layout))
    texts = ["".join(node.itertext()) for node in figure.iter("text")]
    assert [t for t in texts if t[0] == "T"] == [
        "Truthfulness partial", "T.M  Misguided mistakes partial", "T.5  Task 5 VQA",
    ]  # fmt: skip
    assert texts.count("25.0") == 3
    dots, spans = list(figure.iter("circle")), [n for n in figure if n.get("class") == "span"]
    assert [float(dot.attrib["cx"]) for dot in dots] == pytest.approx([layout.x(25)] * 3, abs=0.1)
    low, high = found.tasks[0].headline.low, found.tasks[0].headline.high
    ends = [float(spans[-1].attrib[end]) for end in ("x1", "x2")]
    assert ends == pytest.approx([layout.x(low), layout.x(high)], abs=0.1)
    assert ["hollow" in dot.attrib["class"] for dot in dots] == [True, True, False]


@LAYOUTS
def test_a_node_without_a_score_has_a_dash_and_no_dot(
    layout: Layout, record: Make, summary: Make
) -> None:
    figure = tree_figure(summary([record("plain", 1, unscored="empty")]), layout)
    assert figure.count("–") == 3
    assert "<circle" not in figure


@LAYOUTS
def test_the_frame_holds_all_that_is_drawn(
    layout: Layout, records: list[Record], task: Make, summary: Make
) -> None:
    figure = tree_figure(summary(records, [task("T.5"), task("T.6")]), layout)
    frame = re.search(r'viewBox="0 0 (\d+) (\d+)"', figure)
    assert frame is not None
    for axis, end in zip("xy", map(float, frame.groups()), strict=True):
        places = re.findall(rf' c?{axis}[12]?="([\d.]+)"', figure)
        assert len(places) > 10
        assert all(0 <= float(place) <= end for place in places)


def test_names_are_escaped(records: list[Record], summary: Make) -> None:
    figure = tree_figure(summary(records, models={"target": '"><script>&'}), WIDE)
    assert "&quot;&gt;&lt;script&gt;&amp;" in figure
    ElementTree.fromstring(figure)


def node(name: str, complete: bool, *children: TreeNode) -> TreeNode:
    return TreeNode(
        name=name, title=name, estimate=Estimate(), complete=complete, children=children
    )


def test_the_overall_score_is_drawn_only_when_it_is_whole() -> None:
    branches = (node("aspect", True, node("part", True)),)
    partial = [(n.name, depth) for n, depth in walk(node("overall", False, *branches))]
    assert partial == [("aspect", 0), ("part", 1)]
    whole = [(n.name, depth) for n, depth in walk(node("overall", True, *branches))]
    assert whole == [("overall", 0), ("aspect", 0), ("part", 1)]


def test_bars() -> None:
    assert bar(Estimate()) == ""
    half = bar(Estimate(value=0.5, low=0.25, high=0.75))
    assert half == bar(Estimate(value=50, low=25, high=75), 100)
    assert 'cx="60.0"' in half
    assert 'x1="32.5" x2="87.5"' in half
    assert 'x1="5.0" x2="115.0"' in bar(Estimate(value=0.5, low=-1, high=2))
