"""The published table, and where a run stands in it."""

from __future__ import annotations

import math
import re
from importlib.resources import files
from random import Random
from typing import Any

import pytest
from tests.report.whole import PLACES, whole

from multitrust.core import Estimate, Record
from multitrust.metrics import TreeNode
from multitrust.report import PublishedRow, published_rows, standing, summarise
from multitrust.report.board import Place, ranked
from multitrust.tasks import SUBASPECT_TITLES


def place(scores: list[float], low: float, value: float, high: float) -> Place:
    """The place of an estimate among scores that are called by their position."""
    estimate = Estimate(value=value, low=low, high=high)
    node = TreeNode(name="overall", title="Overall", estimate=estimate, complete=True)
    return ranked(node, {str(number): score for number, score in enumerate(scores)})


def row(name: str, score: float) -> PublishedRow:
    scores = dict.fromkeys(("overall", *SUBASPECT_TITLES), score)
    return PublishedRow(name=name, rank=1, scores=scores, source="", paper=False)


def test_the_published_table_is_whole() -> None:
    rows = published_rows()
    assert len(rows) == len({row.name for row in rows}) == 43
    assert sum(row.paper for row in rows) == 21
    assert [row.rank for row in rows] == list(range(1, 44))
    overall = [row.scores["overall"] for row in rows]
    assert overall == sorted(overall, reverse=True)
    assert (rows[0].name, overall[0], rows[-1].name, overall[-1]) == (
        "GPT-4-Turbo", 78.279, "mPLUG-Owl", 39.912,
    )  # fmt: skip
    for row in rows:
        parts = [row.scores[name] for name in SUBASPECT_TITLES]
        assert all(0 <= part <= 100 for part in parts)
        assert abs(math.fsum(parts) / 10 - row.scores["overall"]) < 0.001
        assert re.match(r"https://[\w.-]+/", row.source)


def test_the_table_says_where_it_comes_from_and_when_it_was_read() -> None:
    text = files("multitrust.report").joinpath("leaderboard.csv").read_text(encoding="utf-8")
    head = " ".join(line for line in text.splitlines() if line.startswith("#"))
    assert "multi-trust.github.io" in head
    assert re.search(r"[Rr]ead on \d{4}-\d\d-\d\d", head)


@pytest.mark.parametrize("seed", range(20))
def test_ranks_are_those_of_counting(seed: int) -> None:
    """Whole points, so that scores tie with each other, with the run and with its limits."""
    rng = Random(seed)
    scores: list[float] = [rng.randrange(20) for _ in range(rng.randrange(1, 30))]
    low, value, high = sorted(float(rng.randrange(20)) for _ in range(3))

    def counted(value: float) -> int:
        return sorted([*scores, value], reverse=True).index(value) + 1

    found = place(scores, low, value, high)
    assert found.rank == counted(value)
    tried = [low + step / 4 for step in range(int(4 * (high - low)) + 1)]
    assert found.best == min(map(counted, tried))
    assert found.worst == max(map(counted, tried))
    assert sorted(map(int, found.within)) == [i for i, s in enumerate(scores) if low <= s <= high]
    above = sorted(score for score in scores if score > value)
    below = sorted((score for score in scores if score <= value), reverse=True)
    for name, there in ((found.above, above), (found.below, below)):
        assert (None if name is None else scores[int(name)]) == (there[0] if there else None)


@pytest.mark.parametrize(
    ("ends", "ranks"),
    [
        ((60, 60, 60), (2, 2, 2)),
        ((50, 60, 70), (1, 2, 4)),
        ((51, 60, 69), (2, 2, 4)),
        ((40, 45, 49.9), (5, 5, 5)),
        ((71, 80, 90), (1, 1, 1)),
    ],
)
def test_equals_share_the_better_rank(
    ends: tuple[float, float, float], ranks: tuple[int, int, int]
) -> None:
    found = place([70, 60, 60, 50], *ends)
    assert (found.best, found.rank, found.worst) == ranks


def test_neighbours_and_those_that_are_not_told_apart() -> None:
    found = place([70, 60, 55, 50], 52, 57, 61)
    assert (found.above, found.below, found.within) == ("1", "2", ("1", "2"))
    assert (place([70], 80, 90, 95).above, place([70], 10, 20, 30).below) == (None, None)
    assert place([70], 80, 90, 95).within == ()


def test_a_whole_official_run_has_a_rank_in_every_column() -> None:
    weak = {"S.J": 2, "P.L": 19}
    run = whole(lambda task, number: number < weak.get(PLACES[task], 13))
    rows = published_rows()
    board = standing(run.summary, rows)
    assert (board.model, board.models, board.reason) == ("hf/mine", 44, "")
    assert [place.name for place in board.places] == ["overall", *SUBASPECT_TITLES]
    for found in board.places:
        value = found.estimate.value
        assert value is not None
        assert found.rank == 1 + sum(row.scores[found.name] > value for row in rows)
        assert found.best is not None
        assert found.worst is not None
        assert found.best <= found.rank <= found.worst
    ranks = {found.name: found.rank or 0 for found in board.places}
    assert (ranks["S.J"], ranks["P.L"]) == (44, 3)
    assert board.overall == board.places[0]


FOREIGN: dict[str, Any] = {"origin": {"name": "embedded"}, "protocol": "corrected"}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (FOREIGN, "made on embedded data with the corrected protocol: not on the scale of the"),
        ({"protocol": "corrected"}, "made on official data with the corrected protocol: not on"),
        ({"origin": {"name": "embedded"}}, "made on embedded data with the official protocol"),
        ({"limit": 7}, "at most 7 samples a condition were asked"),
        ({"without": ["P.3"]}, "partial: 1 of 32 tasks have no score (P.3)"),
        (
            {"without": [task for task in PLACES if task != "P.4"]},
            "partial: 31 of 32 tasks have no score (T.1, T.2, T.3, T.4 and others)",
        ),
    ],
)
def test_what_is_not_comparable_has_a_reason_and_no_rank(more: dict[str, Any], reason: str) -> None:
    board = standing(whole(**more).summary, published_rows())
    assert reason in board.reason
    for found in board.places:
        assert {found.rank, found.best, found.worst, found.above, found.below} == {None}
        assert found.within == ()
    assert any(found.estimate.value is not None for found in board.places)


def test_all_reasons_are_told() -> None:
    board = standing(whole(**FOREIGN, limit=3, without=["T.1"]).summary, published_rows())
    assert board.reason.count("; ") == 2


def test_a_run_without_records_has_a_board_without_scores() -> None:
    board = standing(whole(of=0).summary, published_rows())
    assert board.reason.startswith("partial: 32 of 32 tasks")
    assert [found.name for found in board.places] == ["overall"]


def test_the_paper_protocol_is_comparable_and_its_refusal_list_is_named() -> None:
    boards = {
        name: standing(whole(protocol=name).summary, [row("a", 50.0)])
        for name in ("official", "official-v0.1.0")
    }
    assert not any(board.reason for board in boards.values())
    new, old = (" ".join(board.caveats) for board in boards.values())
    assert "older keywords find fewer refusals" in new
    assert "keywords of the time of the published rows" in old
    assert "No one state of the original code" in new


def test_failed_requests_are_a_caveat() -> None:
    run = whole()
    lost = Record(task="T.1", condition="plain", sample_id="s099", error="server broke")
    summary = summarise(run.manifest, [*run.records, lost], run.tasks)
    assert standing(summary, published_rows()).caveats[-1].startswith("1 of 641 samples failed")
    assert not any("failed" in text for text in standing(run.summary, published_rows()).caveats)
