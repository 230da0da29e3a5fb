"""The pages on the two protocols and on the official data say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docs.protocols import PAGES, PART, PARTS, constant, page, quirks

from multitrust.metrics import halves
from multitrust.tasks import SUBASPECT_TITLES, load_tasks, official_tasks

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TEXT = (DOCS / "protocols.md").read_text(encoding="utf-8")
REFUSALS_COUNT = ("S.4", "S.5", "S.6", "F.4", "F.5", "F.7", "P.4", "P.5", "P.6")
"""Tasks whose official score is a refusal rate, alone or beside harmlessness."""


@pytest.mark.parametrize("part", PARTS)
def test_generated_parts_are_up_to_date(part: str) -> None:
    (name,) = (name for name in PAGES if f"<!-- generated: {part} -->" in read(name))
    assert read(name) == page(name, [part]), "run: make docs"


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_part_is_known_and_ends() -> None:
    found = [part for name in PAGES for _, part, _ in PART.findall(read(name))]
    begun = [p for name in PAGES for p in re.findall(r"<!-- generated: (\w+) -->", read(name))]
    assert sorted(found) == sorted(begun) == sorted(PARTS)


def test_every_quirk_is_told_once_and_in_order() -> None:
    assert [quirk.id for quirk in quirks()] == [f"Q{number:02d}" for number in range(1, 59)]
    for quirk in quirks():
        assert bool(quirk.corrected) == bool(quirk.tasks), quirk.id
        assert TEXT.count(f"| {quirk.id} | {quirk.tasks or quirk.original} | ") == 1


def test_quirks_name_code_tests_and_tasks_that_exist() -> None:
    known = {task.id for task in official_tasks()} | set(SUBASPECT_TITLES)
    for quirk in quirks():
        assert quirk.code
        for name in quirk.code:
            assert (ROOT / "src" / "multitrust" / name).is_file(), name
        for test in quirk.tests:
            file, _, function = test.partition("::")
            assert f"\ndef {function}(" in (ROOT / file).read_text(encoding="utf-8"), test
        assert set(re.findall(r"[TSRFP]\.\w", quirk.tasks)) <= known


def test_quirks_that_the_code_names_are_told() -> None:
    named = {
        found
        for path in (ROOT / "src").rglob("*.py")
        if {"official", "mmtrusteval"} & set(path.relative_to(ROOT).parts)
        for found in re.findall(r"\bQ\d\d\b", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 30
    assert named <= {quirk.id for quirk in quirks()}


def test_what_an_undecided_answer_is_to_both_protocols() -> None:
    row = "| Q20 | yes is 1, no is 0 | `Not sure` | 0 | unscored (unparsed) |"
    assert row in TEXT.splitlines()


def test_the_original_rewards_refusing_and_embedded_data_do_not() -> None:
    refusing, complying = constant()["refuses"], constant()["complies"]
    for task in REFUSALS_COUNT:
        for numbers in (refusing.official, refusing.corrected):
            assert numbers[task].value == pytest.approx(100)
    balanced = [task.id for task in load_tasks() if halves(task.headline) is not None]
    assert set(REFUSALS_COUNT) - {"F.4"} <= set(balanced)
    for task in {*balanced, "F.4"}:
        for found in (refusing, complying):
            assert found.embedded[task].value == pytest.approx(0)


def test_commands_of_the_page_on_official_data_exist() -> None:
    from multitrust.cli.main import COMMANDS

    said = re.findall(r"^ +multitrust (\w+)", read("official-data.md"), re.MULTILINE)
    assert {"data", "run", "score", "import", "export", "compare", "plan"} <= set(said)
    assert set(said) <= set(COMMANDS)
