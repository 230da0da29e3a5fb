"""The picture of a report in README.md shows what a report is now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from docs.report_picture import Numbers, digest_of, read_picture, stale_parts
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from docs import report_picture


def test_the_picture_is_up_to_date() -> None:
    assert stale_parts() == [], "run: make picture"
    with Image.open(report_picture.PICTURE) as picture:
        assert picture.width == report_picture.WIDTH


def test_the_picture_shows_the_demo_as_make_demo_runs_it() -> None:
    numbers = read_picture()[1]
    assert numbers.manifest.models["target"].name == "demo"
    assert (numbers.manifest.limit, numbers.manifest.seed) == (report_picture.LIMIT, 0)
    makefile = Path(report_picture.__file__).parents[1].joinpath("Makefile").read_text("utf-8")
    assert f"LIMIT ?= {report_picture.LIMIT}\n" in makefile


def test_what_is_below_the_picture_does_not_matter_and_all_on_it_does() -> None:
    summary = read_picture()[1].summary
    shown = digest_of(summary)
    first = summary.tasks[0]
    below = replace(summary, tasks=(replace(first, summary="Other words."), *summary.tasks[1:]))
    assert digest_of(below) == shown
    for changed in (
        replace(summary, model="another"),
        replace(summary, warnings=()),
        replace(summary, effects=summary.effects[1:]),
        replace(summary, tree=replace(summary.tree, complete=False)),
    ):
        assert digest_of(changed) != shown


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda n: replace(n, weights="0" * 64), "the weights changed"),
        (lambda n: replace(n, summary=replace(n.summary, seed=1)), "the page changed"),
        (lambda n: replace(n, manifest=replace(n.manifest, tasks={"T.1": 1})), "the tasks changed"),
    ],
)
def test_a_stale_picture_is_found(tmp_path: Path, change: object, words: str) -> None:
    taken, numbers = read_picture()
    assert callable(change)
    path = rewritten(tmp_path, taken, change(numbers))
    assert stale_parts(path) == [words]


def test_a_picture_without_numbers_is_stale(tmp_path: Path) -> None:
    path = tmp_path / "plain.png"
    Image.new("RGB", (3, 3)).save(path)
    assert "holds no numbers" in stale_parts(path)[0]


def rewritten(folder: Path, taken: str, numbers: Numbers) -> Path:
    """A picture that says it was taken so, of these numbers."""
    info = PngInfo()
    info.add_text(report_picture.TAKEN, taken)
    info.add_text(report_picture.SHOWN, report_picture.as_text(numbers), zip=True)
    path = folder / "picture.png"
    Image.new("RGB", (3, 3)).save(path, pnginfo=info)
    return path
