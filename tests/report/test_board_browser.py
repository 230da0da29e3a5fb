"""The page of a comparison, and a report's section, in headless Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.conftest import CHROMIUM
from tests.report.test_browser import CONTRAST, FLAGS, unfold
from tests.report.whole import whole

from multitrust.report import compare, published_rows, write_comparison, write_html

__test__ = CHROMIUM is not None
HOSTILE = "</title><script>window.hacked = 1</script>" + "long-name-" * 12
PAGES = ("comparison", "apart", "runs", "report")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Runs among published models; those that are not comparable; runs alone; a report."""
    folder = tmp_path_factory.mktemp("boards")
    runs = [whole(model=HOSTILE), whole(lambda task, number: number < 3, model="weak")]
    small = [whole(limit=9, model=name, of=4) for name in ("cut", HOSTILE)]
    return {
        "comparison": write_comparison(compare(runs, published_rows()), folder / "a.html"),
        "apart": write_comparison(compare(small, published_rows()), folder / "b.html"),
        "runs": write_comparison(compare(runs), folder / "c.html"),
        "report": write_html(runs[0].summary, runs[0].records, folder),
    }


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: Browser, pages: dict[str, Path]) -> Iterator[Callable[..., Page]]:
    """`visit("report", width=390)` opens a page; nothing may be said, asked or go wrong there."""
    troubles: list[str] = []
    contexts = []

    def opened(name: str, width: int = 1280, scheme: str = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("console", lambda said: troubles.append(f"console: {said.text}"))
        address = pages[name].as_uri()
        page.on("request", lambda sent: troubles.append(sent.url) if stray(sent.url) else None)

        def stray(url: str) -> bool:
            return url != address and not url.startswith("data:")

        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_the_window(
    name: str, width: int, visit: Callable[..., Page]
) -> None:
    page = visit(name, width)
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for figure in page.locator("svg.ladder").all():
        box = figure.bounding_box()
        assert box is not None
        assert 300 < box["width"] <= width - box["x"]


def test_the_figure_can_be_read_on_a_small_screen(visit: Callable[..., Page]) -> None:
    page = visit("report", 390)
    sizes = page.locator("svg.ladder g text").evaluate_all(
        "(texts) => texts.map((t) => t.getBoundingClientRect().height)"
    )
    assert len(sizes) == 44
    assert min(sizes) > 10
    frame = page.locator("svg.ladder").bounding_box()
    assert frame is not None
    for text in page.locator("svg.ladder g text").all():
        box = text.bounding_box()
        assert box is not None
        assert box["x"] >= frame["x"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out(name: str, scheme: str, visit: Callable[..., Page]) -> None:
    page = visit(name, scheme=scheme)
    unfold(page)
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("name", PAGES)
def test_hostile_names_are_shown_and_inert(name: str, visit: Callable[..., Page]) -> None:
    page = visit(name)
    unfold(page)
    assert page.evaluate("window.hacked") is None
    assert HOSTILE in page.locator("header").inner_text()
    assert page.locator("main script").count() == 0


def test_the_figure_has_a_name_and_a_table_beside_it(visit: Callable[..., Page]) -> None:
    page = visit("comparison")
    figure = page.get_by_role("img", name="Overall scores of the published models and")
    assert figure.count() == 1
    assert page.locator("#ladder-desc").text_content()
    ranks = page.get_by_role("region", name="Ranks of weak")
    assert ranks.locator("tbody tr").count() == 11
    unfold(page)
    scores = page.get_by_role("region", name="Scores of runs among the published models")
    assert scores.locator("tbody tr").count() == 45
    assert scores.locator("tr.run").count() == 2
