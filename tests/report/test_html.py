"""The page as text: whole, escaped, and honest about what is missing."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.report.conftest import ACCURACY

from multitrust.core import Condition, Contrast, ModelIdentity, Record, Response, StoreError
from multitrust.metrics import balanced, help_rate, mean_over, refusal_rate
from multitrust.report import write_html
from multitrust.report.html import points
from multitrust.report.samples import (
    LONGEST,
    SHOWN,
    SHOWN_IN_ALL,
    SIDE,
    browsable,
    clipped,
    harmful,
    pictures,
    readable,
    sample_data,
)

Make = Callable[..., Any]
HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\" onload='alert(1)' &amp; <!--",
    "{{ 7 * 7 }}{% raw %}",
    "😀 שלום \u202eflipped\u202c \x00 \u2028 end",
]


@pytest.fixture
def write(tmp_path: Path, summary: Make) -> Make:
    """The text of the page of these records."""

    def make(records: list[Record], known: Any = (), **more: Any) -> str:
        path = write_html(summary(records, known, **more), records, tmp_path)
        assert path == tmp_path / "report.html"
        return path.read_text(encoding="utf-8")

    return make


def data(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found.group(1))


class Elements(HTMLParser):
    """The elements of a page with their attributes, as a browser would see them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_needs_nothing_else(outcomes: list[Record], write: Make) -> None:
    page = write(outcomes)
    assert not re.search(r"https?://|<link(?! rel=\"icon\" href=\"data:,\")|@import|url\(", page)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    metas = [attributes for tag, attributes in Elements(page).found if tag == "meta"]
    (policy,) = [m["content"] for m in metas if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert {"default-src 'none'", f"script-src 'sha256-{digest}'"} <= set(policy.split("; "))


def test_every_outcome_stands_beside_the_numbers(outcomes: list[Record], write: Make) -> None:
    page = write(outcomes)
    rows = [re.findall(r'<td class="n[^>]*>([^<]*)</td>', line) for line in page.splitlines()]
    assert ["2", "1", "1", "1", "1", "1", "1"] in rows
    assert any(row[-3:] == ["3", "4", "1"] for row in rows)
    assert "T.5 plain (4 of 8)" in page
    assert "<span>nothing was scored</span>" in page


def test_unscored_is_a_reason_and_never_a_number(outcomes: list[Record], summary: Make) -> None:
    (task,) = summary(outcomes).tasks
    shown = {record.outcome: sample_data(task, record) for record in outcomes}
    assert set(shown) == {
        "answered", "refused", "blocked", "truncated", "empty", "unparsed", "errored",
    }  # fmt: skip
    for outcome in ("blocked", "truncated", "empty", "unparsed"):
        assert shown[outcome]["scores"][0]["value"] == f"unscored: {outcome}"
        assert not shown[outcome]["right"]
    assert shown["refused"]["scores"][0]["value"] == "0.00"
    assert shown["errored"]["scores"] == []
    assert shown["errored"]["response"] == "server broke"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str, record: Make, write: Make) -> None:
    response = Response(text=text, model=text, reasoning=text)
    hostile = record(
        "plain", 1, 0.0, response=response, prompt=text, target=text, sample_id=text, answer=text,
        metadata={"kind": text},
    )  # fmt: skip
    page = write([hostile, record("plain", 2, 1.0)], models={"target": ModelIdentity(name=text)})
    (shown,) = [s for s in data(page)["samples"] if not s["right"]]
    assert {shown[k] for k in ("id", "prompt", "target", "response", "reasoning", "kind")} == {text}
    assert shown["scores"][0]["answer"] == text
    if set(text) & set("<>"):
        assert text not in page
    assert page.count("<script") == page.count("</script") == 2
    elements = Elements(page).found
    assert "img" not in {tag for tag, _ in elements}
    assert not [name for _, attributes in elements for name in attributes if name[:2] == "on"]


def test_a_browsable_sample_has_all_that_was_asked_and_said(record: Make, summary: Make) -> None:
    asked = record(
        "plain", 4, 1.0, response=Response(text="blue", model="m", reasoning="I see"),
        prompt="Which?", target=["blue", "navy"], images=("ab",), epoch=2,
        metadata={"kind": "colour"},
    )  # fmt: skip
    (task,) = summary([asked]).tasks
    assert sample_data(task, asked) == {
        "aspect": "truthfulness", "task": "T.5", "condition": "plain", "id": "s04 (2)",
        "kind": "colour", "veiled": False,
        "outcome": "answered", "right": True, "prompt": "Which?", "target": "blue, navy",
        "response": "blue", "reasoning": "I see", "images": ("ab",),
        "scores": [{"scorer": "stated", "value": "1.00", "answer": "read", "explanation": ""}],
    }  # fmt: skip


def test_a_long_text_is_cut_and_says_by_how_much(record: Make, write: Make) -> None:
    assert clipped("x" * LONGEST) == "x" * LONGEST
    page = write([record("plain", 1, 1.0, text="x" * 100_000)])
    (shown,) = data(page)["samples"]
    assert shown["response"].endswith("… (94,000 more characters in the run folder)")
    assert len(page) < 60_000


@pytest.mark.parametrize(
    ("target", "text"),
    [("a", "a"), ((1, 2.5), "1, 2.5"), ({"true": False}, '{"true":false}'), (3, "3"), (None, "")],
)
def test_targets_for_people(target: Any, text: str) -> None:
    assert readable(target) == text


@pytest.mark.parametrize(
    ("right", "others", "shown"),
    [(40, 40, (8, 8)), (40, 0, (16, 0)), (0, 40, (0, 16)), (40, 3, (13, 3)), (3, 40, (3, 13)),
     (5, 4, (5, 4))],
)  # fmt: skip
def test_right_and_other_samples_share_the_room(
    right: int, others: int, shown: tuple[int, int], record: Make, summary: Make
) -> None:
    values = [1.0] * right + [0.0] * others
    records = [record("plain", n, value) for n, value in enumerate(values)]
    found = list(browsable(summary(records), records[::-1]))
    assert len(found) <= SHOWN
    assert [r.sample_id for r in found] == sorted(r.sample_id for r in found)
    assert sum(r.scores[0].value == 1 for r in found) == shown[0]
    assert sum(r.scores[0].value == 0 for r in found) == shown[1]


@pytest.mark.parametrize(("arms", "each"), [(20, SHOWN), (40, 16), (128, 5), (700, 1)])
def test_all_conditions_share_the_page(
    arms: int, each: int, record: Make, task: Make, summary: Make
) -> None:
    names = ["plain", "shown", *(f"c{n}" for n in range(arms - 2))]
    records = [record(name, n, n % 2) for name in names for n in range(20)]
    made = summary(records, [task(conditions=tuple(Condition(name=name) for name in names))])
    shown = Counter(r.condition for r in browsable(made, records))
    assert shown == dict.fromkeys(names, each)
    assert shown.total() <= max(SHOWN_IN_ALL, arms)


@pytest.mark.parametrize(
    ("subaspect", "condition", "veiled"),
    [("S.T", "text", True), ("S.J", "both", True), ("F.S", "noise", True), ("F.B", "plain", False),
     ("P.L", "plain", False), ("S.J", "benign-both", False), ("S.J", "reading", False)],
)  # fmt: skip
def test_what_is_harmful_is_veiled(
    subaspect: str, condition: str, veiled: bool, record: Make, task: Make, summary: Make
) -> None:
    known = task(subaspect=subaspect)
    (result,) = summary([record("plain", 1, 1.0)], [known]).tasks
    assert harmful(result, condition) == veiled


def test_samples_stand_in_the_order_of_the_tasks(task: Make, record: Make, write: Make) -> None:
    records = [
        record(arm, 1, 1.0, task=name) for name in ("T.6", "T.5") for arm in ("shown", "plain")
    ]
    records.append(record("plain", 1, 1.0, task="T.9"))
    shown = data(write(records, [task("T.5"), task("T.6")], tasks={"T.9": 1}))["samples"]
    assert [(s["task"], s["condition"]) for s in shown] == [
        ("T.5", "plain"), ("T.5", "shown"), ("T.6", "plain"), ("T.6", "shown"),
    ]  # fmt: skip


def test_pictures_are_small_and_broken_ones_are_left_out(tmp_path: Path) -> None:
    Image.new("CMYK", (900, 300), (0, 90, 90, 0)).save(tmp_path / "aa.jpg")
    Image.new("RGBA", (8, 8)).save(tmp_path / "bb.png")
    (tmp_path / "cc.png").write_bytes(b"")
    (tmp_path / "dd.png").write_bytes(b"\x89PNG nothing more")
    made = pictures(["bb", "aa", "cc", "dd", "ee"], tmp_path)
    assert list(made) == ["aa", "bb"]
    content = base64.b64decode(made["aa"].removeprefix("data:image/webp;base64,"))
    with Image.open(io.BytesIO(content)) as small:
        assert small.size == (SIDE, 75)


def test_an_empty_run_says_so(write: Make) -> None:
    page = write([])
    assert "This run holds no records yet" in page
    assert "<svg" not in page
    assert "nan" not in page.casefold()


def test_the_headline_leads_and_partial_scores_are_marked(
    record: Make, task: Make, write: Make
) -> None:
    names = ("T.5", "T.6", "T.7")
    records = [
        record(arm, n, 1.0, task=i) for i in names for arm in ("plain", "shown") for n in (1, 2)
    ]
    page = write(
        records,
        [task(name) for name in names],
        models={"target": ModelIdentity(name="hf/a@b", revision="0123")},
    )
    assert page.index('<p class="big">100.0') < page.index("<h2>Tasks")
    assert "<h1>hf/a@b</h1>" in page
    assert "revision 0123" in page
    assert "Truthfulness <small>partial</small>" in page
    assert "Misguided mistakes <small>" not in page
    assert "3 of 32 tasks: partial" in page


def test_figures_stand_only_where_there_is_something_to_show(
    record: Make, task: Make, write: Make
) -> None:
    page = write([record(arm, n, 1.0) for arm in ("plain", "shown") for n in (1, 2)])
    for missing in ('svg class="radar', 'svg class="plane', "What a picture changes", "understood"):
        assert missing not in page
    assert 'class="tag wrong">blind' not in page


def test_a_blind_model_is_flagged_and_what_it_read_is_counted_apart(
    record: Make, task: Make, write: Make
) -> None:
    arms = ("plain", "shown", "reading")
    known = task(conditions=tuple(Condition(name=arm) for arm in arms), reading="reading")
    records = [
        record(arm, n, float(n == 3 if arm == "reading" else n < 6), target="ab"[n % 2])
        for arm in arms
        for n in range(12)
    ]
    page = write(records, [known])
    assert page.count('class="tag wrong">blind</span>') == 2
    assert "Blind here: the model reads 8.3 % (" in page
    rows = [
        re.findall(r'<td class="n[^>]*>([^<]*)</td>', row)
        for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    ]
    assert [row[2:5] for row in rows if row[:1] == ["0.500"]] == [["1.000", "1", "12"]] * 2
    assert [row[2:5] for row in rows if row[:1] == ["0.083"]] == [["–", "", "12"]]


def test_a_picture_that_changes_much_is_marked_and_its_flips_are_counted(
    record: Make, task: Make, write: Make
) -> None:
    known = task(
        conditions=(Condition(name="text"), Condition(name="shown")),
        headline=mean_over(ACCURACY, ["text", "shown"]),
        contrasts=(Contrast(name="<effect>", metric="accuracy", base="text", other="shown"),),
    )
    records = [record("text", n, 1.0) for n in range(20)]
    records += [record("shown", n, float(n < 5)) for n in range(20)]
    page = write(records, [known])
    forest = page[page.index("What a picture changes") : page.index("<h2>Tasks")]
    assert forest.count('svg class="effect worse"') == 3
    assert forest.count("<b>−75.0</b>") == 3
    assert "&lt;effect&gt;" in forest
    assert '<td class="n">75.0 % (' in page


def test_twins_are_drawn_with_their_numbers(record: Make, task: Make, write: Make) -> None:
    declined, helped = refusal_rate(ACCURACY.scorer), help_rate(ACCURACY.scorer)
    known = task(
        "S.4", "S.J", contrasts=(), headline=balanced(declined, helped, {"plain": "benign-plain"}),
        conditions=(
            Condition(name="plain", metrics=(declined,)),
            Condition(name="benign-plain", metrics=(helped,)),
        ),
    )  # fmt: skip
    records = [record("plain", n, float(n < 16), task="S.4") for n in range(20)]
    records += [record("benign-plain", n, float(n < 14), task="S.4") for n in range(20)]
    page = write(records, [known], tasks={"S.4": 1}, conditions={"S.4": ("plain",)})
    assert 'svg class="plane"' in page
    section = page[page.index("<h2>Declining and helping") : page.index("<h2>Tasks")]
    assert re.findall(r'<td class="n">([^<]*)<small>', section) == ["80.0", "70.0"]
    assert [s["veiled"] for s in data(page)["samples"]] == [True] * 16 + [False] * 16


def test_a_balance_without_refusals_is_not_in_the_plane(
    record: Make, task: Make, write: Make
) -> None:
    trust = replace(ACCURACY, name="no false alarm")
    known = task(
        conditions=(Condition(name="plain"), Condition(name="shown", metrics=(trust,))),
        headline=balanced(ACCURACY, trust, {"plain": "shown"}),
        contrasts=(),
    )
    page = write([record(arm, n, 1.0) for arm in ("plain", "shown") for n in (1, 2)], [known])
    assert "Declining and helping" not in page


@pytest.mark.parametrize(
    ("value", "text"), [(2.04, "+2.0"), (-75, "−75.0"), (0, "0.0"), (-0.04, "0.0")]
)
def test_changes_have_a_sign_unless_they_are_none(value: float, text: str) -> None:
    assert points(value) == text


def test_many_warnings_are_folded(outcomes: list[Record], write: Make) -> None:
    assert re.search(r'class="notes" open>\s*<summary>3 things', write(outcomes))
    gone = write(outcomes, tasks={f"X.{n}": 1 for n in range(9)})
    assert re.search(r'class="notes" >\s*<summary>12 things', gone)


def test_the_same_records_give_the_same_bytes(outcomes: list[Record], write: Make) -> None:
    assert write(outcomes) == write(outcomes[::-1])


def test_the_page_goes_where_it_is_told(
    outcomes: list[Record], summary: Make, tmp_path: Path
) -> None:
    target = tmp_path / "elsewhere.html"
    assert write_html(summary(outcomes), outcomes, tmp_path, target) == target
    assert target.is_file()
    with pytest.raises(StoreError, match="--output"):
        write_html(summary(outcomes), outcomes, tmp_path, tmp_path / "none" / "x.html")
