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
from scipy.stats import binomtest
from tests.report.conftest import ACCURACY, terminal
from tests.report.whole import PLACES, balanced_run, whole

from multitrust.core import ConfigError, StoreError
from multitrust.metrics import Leg, leg_change
from multitrust.report import (
    Comparison,
    Entry,
    compare,
    print_comparison,
    published_rows,
    write_comparison,
    write_html,
)
from multitrust.report.arms import scored_by
from multitrust.report.changes import Change
from multitrust.tasks import SUBASPECT_TITLES

HOSTILE = "<b>alert(1)</b>"
KINDS = ("overall", "aspect", "sub-aspect", "task")
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
    return shown(compare(entries, published_rows() if published else ()), width)


def shown(comparison: Comparison, width: int = 80) -> str:
    out = StringIO()
    print_comparison(comparison, terminal(out, width))
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


def test_the_change_of_every_score_is_paired_by_sample() -> None:
    base, other = whole(), whole(better, model="hf/other")
    (pair,) = compare([base, other]).pairs
    assert (pair.base, pair.other) == ("hf/mine", "hf/other")
    kinds = {kind: [c.name for c in pair.changes if c.kind == kind] for kind in KINDS}
    assert kinds == {
        "overall": ["overall"],
        "aspect": ["truthfulness", "safety", "robustness", "fairness", "privacy"],
        "sub-aspect": list(SUBASPECT_TITLES),
        "task": list(PLACES),
    }
    by_name = {change.name: change for change in pair.changes}
    assert {change.basis for change in pair.changes} == {"paired"}
    assert all(change.complete for change in pair.changes)
    values = {name: change.estimate.value for name, change in by_name.items()}
    assert [values["S.4"], values["S.J"]] == pytest.approx([25, 25])
    assert values["safety"] == pytest.approx(12.5)
    assert values["overall"] == pytest.approx(2.5)
    assert values["T.I"] == 0
    assert (by_name["S.4"].base, by_name["S.4"].other) == (65.0, 90.0)
    assert [by_name[name].estimate.n for name in ("S.4", "S.J", "safety", "overall")] == [
        20, 60, 120, 640,
    ]  # fmt: skip
    none = by_name["T.5"].estimate
    unseen = -100 * math.log(0.025) / 20
    assert (none.low, none.high) == pytest.approx((-unseen, unseen))


def test_one_score_has_one_change_wherever_it_is_shown() -> None:
    """The headline is below 0 in both runs: their own scores, cut at 0, tell nothing of it."""
    base = balanced_run(lambda number: (number % 4 == 0, number % 2 == 0))
    other = balanced_run(lambda number: (number % 2 == 0, number % 4 > 0), model="b")
    comparison = compare([base, other], margin=2)
    (pair,) = comparison.pairs
    assert pair.equivalence is not None
    found = {change.name: change.estimate for change in pair.changes}
    assert found["S.4"].value == pytest.approx(50)
    for level in pair.equivalence.levels:
        assert level.finding.value == found[level.name].value
    (change,) = (change for change in pair.changes if change.name == "S.4")
    assert (change.base, change.other) == (-25.0, 25.0)
    own = [run.scores["overall"].value for run in comparison.runs]
    assert own == [0.0, 25.0]
    assert comparison.own_difference(pair) == 25.0
    halves = {part.condition: part.estimate.value for part in pair.paired}
    assert halves == {"harm": pytest.approx(25), "benign": pytest.approx(25)}
    text = " ".join(shown(comparison).split())
    assert "S.4 Task s4 -25.0 25.0 +50.0" in text
    assert "S.4 Task s4 +50.0" in text
    assert "own overall scores are +25.0 apart" in text


def test_changes_of_runs_of_other_limits_cover_the_common_samples() -> None:
    (pair,) = compare([whole(of=20), whole(better, of=8, model="b")]).pairs
    assert (pair.records, pair.shared) == ((640, 256), 256)
    changes = {change.name: change for change in pair.changes}
    assert (changes["S.4"].estimate.n, changes["overall"].estimate.n) == (8, 256)
    assert (changes["S.4"].base, changes["S.4"].other) == (100.0, 100.0)
    text = " ".join(printed(whole(of=20), whole(better, of=8, model="b")).split())
    assert "256 records are of the same samples, of 640 in hf/mine and 256 in b" in text
    assert "the runs' own overall scores are +35.0 apart" in text


def test_changes_of_runs_that_share_nothing_are_those_of_independent_runs() -> None:
    base, other = whole(), whole(better, model="b", asked=lambda task, number: "other words")
    (pair,) = compare([base, other]).pairs
    assert pair.shared == 0
    assert pair.paired == ()
    assert {change.basis for change in pair.changes} == {"independent"}
    by_name = {change.name: change.estimate for change in pair.changes}
    assert by_name["S.J"].value == pytest.approx(25)
    assert by_name["S.J"].n == 0
    (task,) = (task for task in base.summary.tasks if task.id == "T.5")
    low, value, high = task.headline.ends or (0.0, 0.0, 0.0)
    found = by_name["T.5"]
    assert found.high == pytest.approx(math.hypot(value - low, high - value))
    assert found.low == pytest.approx(-math.hypot(value - low, high - value))
    text = " ".join(printed(base, other).split())
    assert "no samples in common: changes are those of independent runs" in text
    assert "S.4 Task s4 65.0 90.0 +25.0" in text


def test_a_score_of_common_and_of_other_samples_says_so() -> None:
    """In T.5 the runs share nothing, in T.6 and T.7 all."""
    base = whole()
    other = whole(better, model="b", asked=lambda task, number: "new" if task == "T.5" else "")
    (pair,) = compare([base, other]).pairs
    bases = {change.name: change.basis for change in pair.changes}
    assert (bases["T.5"], bases["T.6"], bases["T.M"]) == ("independent", "paired", "partly paired")
    assert (bases["overall"], bases["safety"]) == ("partly paired", "paired")
    by_name = {change.name: change.estimate for change in pair.changes}
    parts = [by_name[name] for name in ("T.5", "T.6", "T.7")]
    assert by_name["T.M"].value == pytest.approx(sum(part.value or 0.0 for part in parts) / 3)
    assert by_name["T.M"].n == 40
    assert "partly paired" in printed(base, other, width=100)


def test_a_change_covers_the_tasks_that_both_runs_scored() -> None:
    first = whole(of=2, without=["T.1", "S.4", "S.5", "S.6"])
    (pair,) = compare([first, whole(of=2)]).pairs
    covered = {change.name: (change.tasks, change.of) for change in pair.changes}
    assert (covered["T.I"], covered["truthfulness"]) == ((3, 4), (6, 7))
    assert (covered["overall"], covered["T.M"]) == ((28, 32), (3, 3))
    assert "S.J" not in covered
    assert "T.1" not in covered
    text = printed(first, whole(of=2), width=100)
    assert "Overall (28 of 32 tasks)" in text
    (pair,) = compare([whole(of=2, without=["T.1"]), whole(of=2, without=["T.1"])]).pairs
    assert all(change.complete for change in pair.changes)
    (pair,) = compare([whole(of=2, without=PLACES), whole(of=2)]).pairs
    assert pair.changes == ()


def test_one_sample_of_a_task_is_too_few_to_tell() -> None:
    base, other = whole(of=1), whole(better, of=1, model="b")
    (pair,) = compare([base, other]).pairs
    found = {change.name: change.estimate for change in pair.changes}
    assert (found["T.5"].value, found["T.5"].low, found["T.5"].needed) == (0.0, None, 2)
    assert {change.needed for change in found.values()} == {2}
    assert all(part.estimate.p is None for part in pair.paired)
    assert "too few, needs 2" in printed(base, other)


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
    alone = leg_change(Leg(metric=ACCURACY, weight=1.0, base=one, other=two))
    assert (found.value, found.low, found.high, found.p) == (
        alone.value, alone.low, alone.high, alone.p,
    )  # fmt: skip
    assert found.p == pytest.approx(binomtest(5, 5).pvalue)
    assert found.n == 18
    assert found.value == pytest.approx(100 * 5 / 18)


def test_paired_changes_are_marked_only_where_they_are_significant_after_holm() -> None:
    (pair,) = compare([whole(), whole(better)]).pairs
    assert {c.task for c in pair.paired if c.estimate.value} == {"S.4", "S.5", "S.6"}
    assert pair.beyond_chance == []
    (pair,) = compare([whole(lambda task, n: n < 3), whole()]).pairs
    assert len(pair.paired) == 32
    p = [change.estimate.p or 0.0 for change in pair.paired]
    adjusted = [change.estimate.p_holm or 0.0 for change in pair.paired]
    assert set(p) == {binomtest(10, 10).pvalue}
    assert min(adjusted) == pytest.approx(32 * min(p))
    (pair,) = compare([whole(lambda task, n: n < 3), whole(lambda task, n: n < 15)]).pairs
    assert len(pair.beyond_chance) == 32


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
    words = " ".join(text.split())
    assert "from hf/mine to hf/[red]other, in points" in words
    assert "640 records are of the same samples" in words
    assert "0 of 32 headline components differ significantly" in words


def test_the_terminal_says_what_is_partial_and_why_there_is_no_rank() -> None:
    text = " ".join(printed(whole(without=["T.1"], **FOREIGN), published=True).split())
    assert re.search(r"> hf/mine 65\.0~ 6\d\.\d–6\d\.\d 65(\.0)?~ 65(\.0)? 65", text)
    assert "hf/mine has no rank: made on embedded data with the corrected protocol" in text


def test_significant_changes_are_listed_in_the_terminal() -> None:
    text = printed(whole(lambda task, n: n < 3), whole(lambda task, n: n < 15, model="b"))
    assert "32 of 32 headline components differ significantly" in " ".join(text.split())
    assert re.search(r"P\.6 +plain: accuracy +\+60\.0 .* 0\.016 +20", text)


def test_the_json_document_holds_it_all() -> None:
    document = json.loads(compare([whole(), whole(better)], published_rows()).to_json())
    assert document["kind"] == "official data with the official protocol"
    assert [run["name"] for run in document["runs"]] == ["hf/mine", "hf/mine #2"]
    assert [(s["name"], s["model"]) for s in document["sources"]] == [
        ("hf/mine", "hf/mine"), ("hf/mine #2", "hf/mine"),
    ]  # fmt: skip
    assert document["boards"][0]["places"][0]["rank"] == 6
    assert len(document["published"]) == 43
    changes = [Change(**(c | {"estimate": None})) for c in document["pairs"][0]["changes"]]
    assert [c.name for c in changes if c.kind == "sub-aspect"] == list(SUBASPECT_TITLES)


@pytest.mark.parametrize("more", [{}, FOREIGN, {"of": 0}])
@pytest.mark.parametrize("published", [True, False])
def test_the_page_is_well_formed_and_hostile_names_stay_text(
    more: dict[str, Any], published: bool, tmp_path: Path
) -> None:
    runs = [whole(model=HOSTILE, **more), whole(better, model='" onload="alert(1)', **more)]
    text = page(tmp_path, *runs, published=published)
    assert HOSTILE not in text
    assert "&lt;b&gt;alert(1)&lt;/b&gt;" in text
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
