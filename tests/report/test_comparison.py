"""Runs against each other: what is refused, what differs, and what is shown of it."""

from __future__ import annotations

import json
import math
import re
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.console import Console
from tests.report.conftest import ACCURACY
from tests.report.whole import PLACES, whole

from multitrust.core import ConfigError, StoreError
from multitrust.metrics import contrast_estimate
from multitrust.report import (
    Entry,
    compare,
    print_comparison,
    published_rows,
    write_comparison,
    write_html,
)
from multitrust.report.arms import scored_by
from multitrust.report.comparison import Change
from multitrust.tasks import SUBASPECT_TITLES

HOSTILE = "<script>alert(1)</script>"
FOREIGN: dict[str, Any] = {"origin": {"name": "embedded"}, "protocol": "corrected"}
VOID = {"meta", "link", "br", "img", "input"}


class Elements(HTMLParser):
    """The elements of a page; every one that is opened must be closed in its turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def better(task: str, number: int) -> bool:
    """Right 18 times of 20 in S.J, else 13 times."""
    return number < (18 if PLACES[task] == "S.J" else 13)


def printed(*entries: Entry, published: bool = False, width: int = 80) -> str:
    out = StringIO()
    comparison = compare(entries, published_rows() if published else ())
    print_comparison(comparison, Console(file=out, width=width))
    return out.getvalue()


def page(folder: Path, *entries: Entry, published: bool = True) -> str:
    comparison = compare(entries, published_rows() if published else ())
    return write_comparison(comparison, folder / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"origin": {"name": "embedded"}}, "embedded data with the official protocol"),
        ({"protocol": "corrected"}, "official data with the corrected protocol"),
        ({"protocol": "official-v0.1.0"}, "official data with the official-v0.1.0 protocol"),
        ({"wording": "ab" * 32}, "official protocol, wording abababababab"),
        ({"tasks": dict.fromkeys(PLACES, 1) | {"T.4": 2}}, "has version 1 of T.4"),
    ],
)
def test_runs_of_different_kind_are_never_put_in_one_column(
    more: dict[str, Any], words: str
) -> None:
    first, other = whole(run_id="aaa", of=1), whole(run_id="bbb", of=1, **more)
    with pytest.raises(ConfigError, match=re.escape(words)) as refused:
        compare([first, whole(of=1), other])
    assert "run aaa" in str(refused.value)
    assert "run bbb" in str(refused.value)
    assert refused.value.exit_code == 2


def test_differences_are_those_of_the_scores_with_independent_errors() -> None:
    base, other = whole(), whole(better, model="hf/other")
    (pair,) = compare([base, other]).pairs
    assert (pair.base, pair.other) == ("hf/mine", "hf/other")
    assert [change.name for change in pair.changes] == ["overall", *SUBASPECT_TITLES]
    by_name = {change.name: change.estimate for change in pair.changes}
    assert by_name["S.J"].value == pytest.approx(25)
    assert by_name["overall"].value == pytest.approx(2.5)
    assert by_name["T.I"].value == pytest.approx(0)
    (aspect,) = (a for a in base.summary.tree.children if a.name == "truthfulness")
    ends = aspect.children[0].estimate.ends
    assert ends is not None
    down, up = ends[1] - ends[0], ends[2] - ends[1]
    assert by_name["T.I"].high == pytest.approx(math.hypot(down, up))
    assert by_name["T.I"].low == pytest.approx(-math.hypot(down, up))


def test_only_scores_of_the_same_tasks_are_compared() -> None:
    (pair,) = compare([whole(of=2), whole(of=2, without=["T.1", "S.4", "S.5", "S.6"])]).pairs
    names = {change.name for change in pair.changes}
    assert names == set(SUBASPECT_TITLES) - {"T.I", "S.J"}
    (pair,) = compare([whole(of=2, without=["T.1"]), whole(of=2, without=["T.1"])]).pairs
    assert {"overall", "T.I"} <= {change.name for change in pair.changes}


def test_records_are_paired_that_were_asked_alike() -> None:
    base = whole()
    other = whole(
        better, asked=lambda task, number: "another" if task == "S.5" or number >= 18 else ""
    )
    (pair,) = compare([base, other]).pairs
    assert pair.shared == 31 * 18
    assert {change.task for change in pair.paired} == set(PLACES) - {"S.5"}
    (found,) = (change.estimate for change in pair.paired if change.task == "S.4")
    one, two = (
        scored_by(ACCURACY, [r for r in run.records if r.task == "S.4" and r.sample_id < "s018"])
        for run in (base, other)
    )
    alone = contrast_estimate(ACCURACY, one, two)
    assert (found.value, found.low, found.high) == pytest.approx(
        (alone.value, alone.low, alone.high)
    )
    assert found.n == 18
    assert found.value == pytest.approx(100 * 5 / 18)


def test_paired_changes_are_marked_only_beyond_chance_after_holm() -> None:
    (pair,) = compare([whole(), whole(better)]).pairs
    assert {c.task for c in pair.paired if (c.estimate.p or 0.0) < 0.05} == {"S.4", "S.5", "S.6"}
    assert pair.beyond_chance == []
    (pair,) = compare([whole(lambda task, n: n < 3), whole()]).pairs
    assert len(pair.beyond_chance) == len(pair.paired) == 32
    p = [change.estimate.p or 0.0 for change in pair.paired]
    adjusted = [change.estimate.p_holm or 0.0 for change in pair.paired]
    assert max(p) < min(adjusted) == pytest.approx(32 * min(p))


def test_ranks_among_runs_are_those_that_no_difference_rules_out() -> None:
    runs = [
        whole(lambda task, n: n < 18, model="best"),
        whole(lambda task, n: n < 18 - (task == "T.1"), model="second"),
        whole(lambda task, n: n < 5, model="last"),
    ]
    found = {line.name: line.ranks for line in compare(runs).runs}
    assert found == {"best": (1, 2), "second": (1, 2), "last": (3, 3)}
    assert [line.ranks for line in compare(runs[:1]).runs] == [None]
    part = whole(model="part", without=["T.1"])
    assert {line.ranks for line in compare([*runs[:1], part]).runs} == {None}


def test_runs_of_one_model_are_told_apart() -> None:
    names = [line.name for line in compare([whole(of=1, model="m")] * 3).runs]
    assert names == ["m", "m #2", "m #3"]


def test_runs_stand_in_their_place_among_published_rows() -> None:
    weak = whole(lambda task, number: number < 7, model="weak")
    (group,) = compare([weak, whole()], published_rows()).groups
    assert len(group.lines) == 45
    values = [line.scores["overall"].value or 0.0 for line in group.lines]
    assert values == sorted(values, reverse=True)
    assert [line.name for line in group.lines if line.run] == ["hf/mine", "weak"]
    assert all(line.run == (line.scores["overall"].ends is not None) for line in group.lines)


def test_runs_on_another_scale_stand_apart_from_published_rows() -> None:
    apart, together = compare([whole(**FOREIGN)], published_rows()).groups
    assert [line.name for line in apart.lines] == ["hf/mine"]
    assert len(together.lines) == 43
    assert not any(line.run for line in together.lines)
    apart, together = compare([whole(), whole(limit=9, model="cut")], published_rows()).groups
    assert [line.name for line in apart.lines] == ["cut"]
    assert len(together.lines) == 44


@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_shows_every_model_and_rank(width: int) -> None:
    text = printed(whole(), whole(better, model="hf/[red]other"), published=True, width=width)
    lines = text.splitlines()
    assert max(map(len, lines)) <= width
    assert len([line for line in lines if line.startswith("> ")]) == 2
    assert "> hf/[red]other" in text
    (mine,) = (line for line in lines if line.startswith("> hf/mine"))
    assert re.search(r"65\.0 +6\d\.\d–6\d\.\d +\d+–\d+ +65", mine)
    assert "hf/mine: rank 6 of 44," in text
    assert "hf/[red]other less hf/mine, in points" in " ".join(text.split())
    assert "640 records shared; 0 of 32 parts" in text


def test_the_terminal_says_what_is_partial_and_why_there_is_no_rank() -> None:
    text = " ".join(printed(whole(without=["T.1"], **FOREIGN), published=True).split())
    assert re.search(r"> hf/mine 65\.0~ 6\d\.\d–6\d\.\d 65~ 65 65", text)
    assert "hf/mine has no rank: made on embedded data with the corrected protocol" in text


def test_changes_beyond_chance_are_listed_in_the_terminal() -> None:
    text = printed(whole(lambda task, n: n < 3), whole(model="b"))
    assert "32 of 32 parts of headlines differ beyond chance" in " ".join(text.split())
    assert re.search(r"P\.6 +plain: accuracy +\+50\.0 .* 0\.003 +20", text)


def test_the_json_document_holds_it_all() -> None:
    document = json.loads(compare([whole(), whole(better)], published_rows()).to_json())
    assert document["kind"] == "official data with the official protocol"
    assert [run["name"] for run in document["runs"]] == ["hf/mine", "hf/mine #2"]
    assert document["boards"][0]["places"][0]["rank"] == 6
    assert len(document["published"]) == 43
    changes = [Change(**(c | {"estimate": None})) for c in document["pairs"][0]["changes"]]
    assert [change.name for change in changes] == ["overall", *SUBASPECT_TITLES]


@pytest.mark.parametrize("more", [{}, FOREIGN, {"of": 0}])
@pytest.mark.parametrize("published", [True, False])
def test_the_page_is_well_formed_and_hostile_names_stay_text(
    more: dict[str, Any], published: bool, tmp_path: Path
) -> None:
    runs = [whole(model=HOSTILE, **more), whole(better, model='" onload="alert(1)', **more)]
    text = page(tmp_path, *runs, published=published)
    assert HOSTILE not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    elements = Elements(text).found
    assert "script" not in {tag for tag, _ in elements}
    assert not [name for _, attributes in elements for name in attributes if name[:2] == "on"]
    assert not re.search(r"https?://|@import|url\(", text)
    metas = [attributes for tag, attributes in elements if tag == "meta"]
    (policy,) = [m["content"] for m in metas if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'none'")


def test_the_figure_has_every_model_where_its_score_is(tmp_path: Path) -> None:
    text = page(tmp_path, whole(model=HOSTILE), whole(better, model="b"))
    figure = re.search(r'<svg class="ladder.*?</svg>', text, re.DOTALL)
    assert figure is not None
    drawn = ElementTree.fromstring(figure[0])
    title, description = (drawn.findtext(tag) or "" for tag in ("title", "desc"))
    assert drawn.get("aria-labelledby") == "ladder-title"
    assert HOSTILE in title
    assert "table" in description
    groups = [g for g in drawn.iter("g")]
    assert len(groups) == 45
    places = [float(c.get("cx", "")) for c in drawn.iter("circle")]
    assert places == sorted(places, reverse=True)
    assert len(list(drawn.iter("rect"))) == sum(g.get("class") == "run" for g in groups) == 2
    names = [g.findtext("text") for g in groups if g.get("class") == "published"]
    assert names == [row.name for row in published_rows()]


def test_a_report_has_the_section_only_by_the_official_protocol(tmp_path: Path) -> None:
    def report(**more: Any) -> str:
        run = whole(model=HOSTILE, **more)
        return write_html(run.summary, run.records, tmp_path).read_text(encoding="utf-8")

    with_it = report()
    assert "<h2>Among the published models</h2>" in with_it
    assert "has rank 6 of 44; every rank from" in with_it
    assert "No one state of the original code" in with_it
    assert HOSTILE not in with_it
    assert Elements(with_it)
    apart = report(limit=3)
    assert "has no rank: at most 3 samples a condition" in apart
    assert "The figure shows the published models only." in apart
    assert "Among the published models" not in report(**FOREIGN)


def test_a_page_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="--output"):
        page(tmp_path / "missing", whole(of=1))
