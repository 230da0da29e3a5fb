"""The page of a run on official data: two protocols side by side, and never in one column."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.official.logs import write_logs
from tests.report.conftest import ACCURACY, Stated

from multitrust.core import Condition, Estimate, Record
from multitrust.interop.mmtrusteval import import_logs
from multitrust.metrics import mean, mean_over
from multitrust.report import Summary, summarise, write_html
from multitrust.report.html import apart, between, detailed, lack, number
from multitrust.report.samples import ROOM, pictures, sample_data
from multitrust.report.summary import MetricResult
from multitrust.run import load_run
from multitrust.tasks import tasks_of

Make = Callable[..., Any]
MENDED, NOTED = replace(ACCURACY, name="mended"), replace(ACCURACY, name="noted")
OFFICIAL = {"origin": {"name": "official"}, "protocol": "official"}


class Cells(HTMLParser):
    """The rows of all tables, each the texts of its cells."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.inside = True
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("th", "td")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {data}".strip()


def cells(page: str, first: str) -> list[list[str]]:
    """The other cells of the rows that begin so."""
    return [
        [" ".join(cell.split()) for cell in row[1:]]
        for row in Cells(page).rows
        if row and " ".join(row[0].split()).startswith(first)
    ]


@pytest.fixture
def both(task: Make) -> Any:
    """Task T.5, whose headline is `plain` by the run's protocol and `shown` by the other."""
    metrics = (ACCURACY, MENDED, NOTED)
    return task(
        conditions=tuple(Condition(name=arm, metrics=metrics) for arm in ("plain", "shown")),
        headline=mean_over(ACCURACY, ["plain"]),
        beside=mean_over(MENDED, ["shown"]),
    )


@pytest.fixture
def records(record: Make) -> list[Record]:
    """75 % right in `plain`, 25 % in `shown`."""
    plain = [record("plain", n, float(n < 15)) for n in range(20)]
    return plain + [record("shown", n, float(n < 5)) for n in range(20)]


@pytest.fixture
def write(tmp_path: Path, summary: Make, both: Any) -> Make:
    """The text of the page of these records of a run of the official protocol."""

    def make(found: Sequence[Record], **more: Any) -> str:
        made = summary(found, [both], **(OFFICIAL | more))
        return write_html(made, found, tmp_path).read_text(encoding="utf-8")

    return make


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Summary, list[Record], Path]:
    """A run made of logs of all dataset ids."""
    root = tmp_path_factory.mktemp("imported")
    write_logs(root / "logs", "made-up", 3, samples=6)
    folder = import_logs(root, "made-up", root / "runs").folder
    manifest, found = load_run(folder)
    return summarise(manifest, found, tasks_of(manifest)), found, folder


def test_the_head_says_whose_data_which_protocol_and_whose_prompts(
    records: list[Record], write: Make, task: Make, summary: Make, tmp_path: Path
) -> None:
    assert "<li><b>official data, official protocol</b></li>" in write(records)
    assert "<li>own prompts, seed 7</li>" in write(records)
    assert "replaced prompts (abababababab), seed 7" in write(records, wording="ab" * 32)
    logs = {"name": "official", "imported": "MMTrustEval"}
    page = write(records, origin=logs, protocol="official-v0.1.0")
    assert "<li><b>official data, official-v0.1.0 protocol</b></li>" in page
    assert "<li>prompts and answers from logs of MMTrustEval</li>" in page
    assert "seed 7" not in page
    embedded = write_html(summary(records), records, tmp_path).read_text(encoding="utf-8")
    assert "<li>embedded data, seed 7</li>" in embedded
    assert "protocol" not in re.sub(r"<(style|script)>.*?</\1>", "", embedded, flags=re.DOTALL)


@pytest.mark.parametrize("ours", ["official", "corrected"])
def test_each_protocol_has_a_column_of_its_own(
    ours: str, records: list[Record], write: Make
) -> None:
    page = write(records, protocol=ours)
    other = "corrected" if ours == "official" else "official"
    assert [f"{ours} protocol", f"{other} protocol"] in [row[1:] for row in Cells(page).rows]
    for name in ("Truthfulness", "T.M", "T.5"):
        (row, *_) = cells(page, name)
        assert [cell.split()[0] for cell in row] == ["75.0", "25.0"]
        assert all(re.fullmatch(r"[\d.]+ [\d.]+ to [\d.]+", cell) for cell in row)
    assert "docs/protocols.md" in page


def test_an_overall_score_says_how_many_tasks_it_covers(
    imported: tuple[Summary, list[Record], Path],
) -> None:
    summary, found, folder = imported
    page = write_html(summary, found, folder).read_text(encoding="utf-8")
    assert summary.tree.complete
    numbers = re.findall(r'<dd class="big">([\d.]+) <span>of 100', page)
    assert summary.beside is not None
    assert numbers == [
        f"{node.estimate.value:.1f}" for node in (summary.tree, summary.beside) if node.estimate
    ]
    scored = sum(t.beside is not None and t.beside.value is not None for t in summary.tasks)
    assert 0 < scored < 32
    assert page.count("partial: ") == 1
    assert f"partial: {scored} of 32 tasks" in page


def test_what_a_task_lacks_stands_in_place_of_its_number(record: Make, write: Make) -> None:
    lost = [record("plain", n, unscored="needs a judge (--judge MODEL)") for n in range(4)]
    page = write([*lost, *(record("shown", n, 1.0) for n in range(4))])
    (row, *_) = cells(page, "T.5")
    assert row[0] == "needs a judge"
    assert row[1].startswith("100.0")
    assert "No number by the official protocol: needs a judge (--judge MODEL)." in page
    assert re.search(r"The corrected one gives <b>100.0</b> \([\d.]+ to 100.0\)", page)
    silent = write([record("plain", n, 1.0) for n in range(4)])
    assert "No number by the corrected protocol" in silent


@pytest.mark.parametrize(
    ("ours", "other", "gap"),
    [(40.0, 40.06, 0.06), (40.0, 39.0, -1.0), (40.0, 40.04, None), (40.0, None, None),
     (None, 40.0, None)],
)  # fmt: skip
def test_protocols_are_apart_from_a_twentieth_of_a_point_on(
    ours: float | None, other: float | None, gap: float | None, records: list[Record],
    both: Any, summary: Make,
) -> None:  # fmt: skip
    (result,) = summary(records, [both], **OFFICIAL).tasks
    found = apart(replace(result, headline=Estimate(value=ours), beside=Estimate(value=other)))
    assert found == (None if gap is None else pytest.approx(gap))


def test_a_task_says_in_one_line_how_far_both_are_apart(
    records: list[Record], record: Make, write: Make
) -> None:
    page = write(records)
    assert re.search(r"By the corrected protocol <b>25.0</b> \([^)]+\): 50.0 points less\.", page)
    alike = [record(arm, n, float(n < 9)) for arm in ("plain", "shown") for n in range(20)]
    assert "points less" not in write(alike)
    assert "points more" not in write(alike)


def test_metrics_stand_under_the_protocol_that_counts_them(
    records: list[Record], write: Make
) -> None:
    page = write(records)
    ours, theirs, noted = (
        page.index(text)
        for text in (
            "<h3>By the official protocol: accuracy</h3>",
            "<h3>By the corrected protocol: mended</h3>",
            "Recorded besides, in neither score",
        )
    )
    end = page.index("What became of the samples")
    assert ours < theirs < noted < end
    assert [row[0] for row in cells(page[ours:theirs], "plain")] == ["0.750"]
    assert cells(page[ours:theirs], "shown") == []
    assert [row[0] for row in cells(page[theirs:noted], "shown")] == ["0.250"]
    assert cells(page[theirs:noted], "plain") == []
    rest = page[noted:end]
    assert [row[0] for row in cells(rest, "plain")] == ["mended"]
    assert [row[0] for row in cells(rest, "shown")] == ["accuracy"]
    assert len(cells(rest, "noted")) == 2


def test_the_summary_tells_which_metrics_count(
    imported: tuple[Summary, list[Record], Path],
) -> None:
    p4 = next(task for task in imported[0].tasks if task.id == "P.4")
    counted = {(m.name, m.headline, m.beside) for m in p4.conditions[0].metrics}
    assert ("refusal_rate", True, False) in counted
    assert ("refusal rate", False, True) in counted
    assert ("leakage_rate", False, False) in counted
    assert (imported[0].imported, imported[0].wording) == ("MMTrustEval", "")


@pytest.mark.parametrize(
    ("value", "span", "text"),
    [
        (0.5, (0, 1), "0.500"),
        (0.0, (0, 1), "0.000"),
        (0.0004, (0, 1), "< 0.001"),
        (0.0006, (0, 1), "0.001"),
        (-0.25, (-1, 1), "−0.250"),
        (42.7083, (0, 100), "42.71"),
        (-22.5, (-100, 100), "−22.50"),
    ],
)
def test_values_have_the_digits_of_their_range(
    value: float, span: tuple[float, float], text: str
) -> None:
    assert number(value, span) == text


def test_intervals_have_the_digits_of_their_range() -> None:
    found = Estimate(value=5.0, low=-20.0661, high=30.0661)
    assert between(found, (-100, 100)) == "−20.07 to 30.07"
    assert between(found, (0, 1)) == "−20.066 to 30.066"
    assert between(Estimate(), (0, 1)) == ""


def test_a_range_that_is_not_0_to_1_is_told(
    record: Make, task: Make, summary: Make, tmp_path: Path
) -> None:
    rating = mean("rating", Stated(), range=(-100.0, 100.0))
    known = task(
        conditions=(Condition(name="plain", metrics=(rating,)),),
        headline=mean_over(rating, ["plain"]),
        contrasts=(),
    )
    found = [record("plain", n, -10.0 * n) for n in range(9)]
    page = write_html(summary(found, [known]), found, tmp_path).read_text(encoding="utf-8")
    (row, *_) = cells(page, "plain")
    assert row[:2] == ["rating −100 to 100", "−40.00"]
    assert re.fullmatch(r"−\d\d\.\d\d to \d\d\.\d\d", row[2])


def test_kinds_that_all_agree_are_left_out_beside_another_protocol(
    records: list[Record], both: Any, summary: Make
) -> None:
    (result,) = summary(records, [both], **OFFICIAL).tasks

    def metric(*values: float | None, headline: bool = False) -> MetricResult:
        kinds = {str(n): Estimate(value=value) for n, value in enumerate(values)}
        return MetricResult(name="m", estimate=Estimate(), kinds=kinds, headline=headline)

    told = metric(0.1, 0.2, headline=True)
    metrics = [told, metric(0.1, 0.1, headline=True), metric(0.1, None, headline=True),
               metric(0.1, 0.2), metric()]  # fmt: skip
    assert detailed(metrics, result) == [told]
    assert detailed(metrics, replace(result, beside=None)) == metrics[:-1]


def test_a_picture_that_is_not_in_the_run_is_named(record: Make, both: Any, summary: Make) -> None:
    absent = record("plain", 1, 1.0, metadata={"picture": "a_1.png"})
    held = record("plain", 2, 1.0, metadata={"picture": "a_2.png"}, images=("ab",))
    (result,) = summary([absent, held], [both], **OFFICIAL).tasks
    assert sample_data(result, absent)["picture"] == "a_1.png"
    assert "picture" not in sample_data(result, held)
    assert sample_data(result, absent)["right"] is None
    assert sample_data(replace(result, beside=None), absent)["right"] is True


def test_many_pictures_become_smaller_until_they_fit(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 256, (240, 320, 3), dtype=np.uint8) for _ in range(100)]
    for n, values in enumerate(noise):
        Image.fromarray(values).save(tmp_path / f"{n:02d}.png")
    few, many = (
        pictures(["00", "01"], tmp_path),
        pictures(map("{:02d}".format, range(100)), tmp_path),
    )
    assert len(few["00"]) * 100 > ROOM
    assert len(many) == 100
    assert ROOM / 4 < sum(map(len, many.values())) <= ROOM


def test_effects_of_an_imported_run_are_differences_of_its_numbers(
    imported: tuple[Summary, list[Record], Path],
) -> None:
    compared = 0
    for task in imported[0].tasks:
        arms = {(c.name, m.name): m for c in task.conditions for m in c.metrics}
        for contrast in task.contrasts:
            base, other = (arms[arm, contrast.metric] for arm in (contrast.base, contrast.other))
            if (
                base.range != (0, 1)
                or not base.estimate.n == other.estimate.n == contrast.estimate.n
            ):
                continue
            if base.estimate.value is not None and other.estimate.value is not None:
                sign = 1 if base.higher_is_better else -1
                change = 100 * sign * (other.estimate.value - base.estimate.value)
                assert contrast.estimate.value == pytest.approx(change)
                compared += abs(change) > 1
    assert compared > 5


def test_a_page_of_all_dataset_ids_is_small(imported: tuple[Summary, list[Record], Path]) -> None:
    summary, found, folder = imported
    page = write_html(summary, found, folder).read_text(encoding="utf-8")
    assert len(page.encode()) < 2_000_000
    text = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert text is not None
    shown = {sample["condition"] for sample in json.loads(text.group(1))["samples"]}
    assert len(shown) == 139
    assert "nan" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL).casefold()
    assert lack(summary.tasks[0]) == ""
