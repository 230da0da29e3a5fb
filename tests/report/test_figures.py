"""The pictures of the page: every number where it belongs, and nothing outside the frame."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from multitrust.core import Estimate
from multitrust.metrics import ContrastEstimate, TreeNode
from multitrust.report.figures import Point, axis, bar, effect, plane, radar, reach
from multitrust.report.figures.plane import at
from multitrust.report.figures.radar import CENTRE, RADIUS, spoke


def known(value: float, width: float = 10.0) -> Estimate:
    return Estimate(value=value, low=value - width, high=value + width)


def node(name: str, estimate: Estimate, *, complete: bool = True) -> TreeNode:
    return TreeNode(name=name, title=name, estimate=estimate, complete=complete)


def change(value: float, *, p: float | None = None, width: float = 5.0) -> ContrastEstimate:
    return ContrastEstimate(value=value, low=value - width, high=value + width, p=p, p_holm=p)


def within(figure: str, places: Sequence[tuple[str, str]]) -> bool:
    """Whether all places lie in the frame."""
    frame = re.search(r'viewBox="0 0 (\d+) (\d+)"', figure)
    assert frame is not None
    width, height = map(float, frame.groups())
    return bool(places) and all(
        0 <= float(x) <= width and 0 <= float(y) <= height for x, y in places
    )


def points(path: str | None) -> list[tuple[str, str]]:
    return re.findall(r"[ML]([-\d.]+) ([-\d.]+)", path or "")


def test_bars() -> None:
    assert bar(Estimate()) == ""
    half = bar(known(0.5, 0.25))
    assert half == bar(known(50, 25), 0, 100)
    assert half == bar(known(0, 0.5), -1, 1)
    assert 'cx="60.0"' in half
    assert 'x1="33.0" x2="87.0"' in half
    assert 'x1="6.0" x2="114.0"' in bar(Estimate(value=0.5, low=-1, high=2))
    assert "hollow" in bar(known(0.5), whole=False)
    assert "hollow" not in half


def test_the_radar_has_a_corner_at_every_value() -> None:
    aspects = [node(name, known(v)) for name, v in zip("abcde", (0, 25, 50, 75, 100), strict=True)]
    figure = ElementTree.fromstring(radar(aspects, "a shape"))
    assert figure.attrib["aria-label"] == "a shape"
    (shape,) = [n for n in figure if n.get("class") == "shape"]
    corners = [(float(x), float(y)) for x, y in points(shape.get("d"))]
    lengths = [math.dist(corner, CENTRE) / RADIUS for corner in corners]
    assert lengths == pytest.approx([0, 0.25, 0.5, 0.75, 1], abs=0.01)
    assert corners == [pytest.approx(spoke(i, 5, 25 * i), abs=0.1) for i in range(5)]
    (band,) = [n for n in figure if n.get("class") == "band"]
    assert len(points(band.get("d"))) == 10
    texts = ["".join(n.itertext()) for n in figure.iter("text")]
    assert texts == ["a0.0", "b25.0", "c50.0", "d75.0", "e100.0"]


PAPER = ("Truthfulness", "Safety", "Robustness", "Fairness", "Privacy")


@pytest.mark.parametrize("value", [0, 7.5, 100])
@pytest.mark.parametrize(
    "names",
    [
        *(tuple(n for n in PAPER if n != left_out) for left_out in PAPER),
        PAPER,
        PAPER[:3],
        PAPER[2:],
        (*PAPER, "Courtesy"),
        (*PAPER, "Courtesy", "Thoroughness", "Helpfulness"),
        ("Truthfulness",) * 4,
    ],
    ids="-".join,
)
def test_the_radar_stays_in_its_frame(names: tuple[str, ...], value: float) -> None:
    """Paths, and both lines of every text: a letter is 7 wide in the mean, and reaches 4 down."""
    aspects = [node(name, known(value), complete=i > 0) for i, name in enumerate(names)]
    figure = radar(aspects, '"><script>&')
    assert "&quot;&gt;&lt;script&gt;&amp;" in figure
    assert figure.count("hollow") == 1
    tree = ElementTree.fromstring(figure)
    left, top, width, height = map(float, tree.attrib["viewBox"].split())
    places = [(float(x), float(y)) for n in tree for x, y in points(n.get("d"))]
    texts = list(tree.iter("text"))
    assert len(texts) == len(names)
    for text in texts:
        (number,) = text
        x, y = float(text.attrib["x"]), float(text.attrib["y"])
        for line, below in (
            (text.text or "", 0.0),
            (number.text or "", float(number.attrib["dy"])),
        ):
            before = {"start": 0.0, "middle": 0.5, "end": 1.0}[text.attrib["text-anchor"]]
            start = x - before * 7 * len(line)
            places += [(start, y + below - 11), (start + 7 * len(line), y + below + 4)]
    assert all(left <= x <= left + width and top <= y <= top + height for x, y in places)


def test_the_frame_is_no_larger_than_it_needs_to_be() -> None:
    assert 'viewBox="0 0 350 290"' in radar([node(name, known(50)) for name in PAPER], "")


def test_two_aspects_have_no_shape() -> None:
    aspects = [node("a", known(1)), node("b", known(2)), node("c", Estimate())]
    assert radar(aspects, "") == ""


def test_the_scale_of_effects_holds_them_all() -> None:
    assert reach([]) == 5
    assert reach([change(0), change(-4.9)]) == 10
    assert reach([change(25), ContrastEstimate(value=None)]) == 30
    assert reach([change(-100)]) == 100
    assert [f">{text}<" in axis(30) for text in ("−30", "0", "+30")] == [True] * 3


def test_effects_stand_about_zero() -> None:
    assert effect(ContrastEstimate(value=None), 10) == ""
    assert 'cx="120.0"' in effect(change(0), 10)
    assert 'x1="65.0" x2="175.0"' in effect(change(0), 10)
    assert 'cx="10.0"' in effect(change(-10), 10)
    assert 'd="M65.0 10L120.0 4L175.0 10L120.0 16Z"' in effect(change(0), 10, pooled=True)


@pytest.mark.parametrize(
    ("value", "p", "kind"),
    [(-5, 0.001, "worse"), (5, 0.04, "better"), (5, 0.05, "unclear"), (-5, None, "unclear"),
     (0, 0.01, "unclear")],
)  # fmt: skip
def test_only_what_is_beyond_chance_has_a_colour(value: float, p: float | None, kind: str) -> None:
    assert f'class="effect {kind}"' in effect(change(value, p=p), 10)


def test_the_adjusted_p_value_decides_where_there_is_one() -> None:
    assert "unclear" in effect(replace(change(5, p=0.01), p_holm=0.3), 10)
    assert "better" in effect(replace(change(5, p=0.01), p_holm=None), 10)


def point(name: str, declined: Estimate, helped: Estimate) -> Point:
    return Point(name=name, title=name, declined=declined, helped=helped)


def test_the_plane_has_each_task_where_it_belongs() -> None:
    drawn = [point("S.1", known(80), known(60)), point("P<4", known(20), known(90))]
    figure = ElementTree.fromstring(plane([*drawn, point("S.3", Estimate(), known(5))]))
    dots = [(float(n.attrib["cx"]), float(n.attrib["cy"])) for n in figure.iter("circle")]
    assert dots == [pytest.approx(at(80, 60), abs=0.1), pytest.approx(at(20, 90), abs=0.1)]
    across, up = [n.attrib for n in figure if n.get("class") == "span"][:2]
    ends = [float(across["x1"]), float(across["x2"]), float(up["y1"]), float(up["y2"])]
    assert ends == pytest.approx([at(70, 0)[0], at(90, 0)[0], at(0, 50)[1], at(0, 70)[1]], abs=0.1)
    names = [n.text for n in figure.iter("text") if n.get("class") is None]
    assert names == ["S.1", "P<4"]
    (diagonal,) = [n for n in figure if n.get("class") == "diagonal"]
    corners = [tuple(map(float, place)) for place in points(diagonal.get("d"))]
    assert corners == [pytest.approx(at(0, 100)), pytest.approx(at(100, 0))]


def test_the_plane_needs_a_task() -> None:
    assert plane([]) == ""
    assert plane([point("S.1", known(5), Estimate())]) == ""


def test_names_in_the_plane_do_not_lie_on_each_other() -> None:
    crowd = [point(f"S.{n}", known(50 + 2 * n), known(50 + 2 * n)) for n in range(6)]
    figure = plane(crowd)
    texts = re.findall(r'<text x="([\d.]+)" y="([\d.]+)">', figure)
    assert len(texts) == 6
    assert within(figure, texts)
    places = [(float(x), float(y)) for x, y in texts]
    apart = [
        abs(a[0] - b[0]) >= 24 or abs(a[1] - b[1]) >= 14
        for i, a in enumerate(places)
        for b in places[:i]
    ]
    assert all(apart)


def test_points_on_one_spot_share_a_label() -> None:
    crowd = [point(f"S.{n}", known(100), known(0)) for n in range(9)]
    assert ">S.0 and 8 more<" in plane(crowd)
    assert ">S.0, S.1<" in plane(crowd[:2])


@pytest.mark.parametrize(("declined", "helped"), [(0, 0), (100, 0), (0, 100), (100, 100)])
def test_corners_of_the_plane_are_in_the_frame(declined: float, helped: float) -> None:
    figure = plane([point("S.6", known(declined, 0), known(helped, 0))])
    assert within(figure, re.findall(r' c?x="([\d.]+)" c?y="([\d.]+)"', figure))
