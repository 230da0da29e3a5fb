"""The page in headless Chromium, written by a real run whose model answers with hostile texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from tests.official.logs import write_logs

from multitrust.core import GenerateConfig, Message, ModelError, ModelIdentity, Response
from multitrust.interop.mmtrusteval import import_logs
from multitrust.report import summarise, write_html
from multitrust.run import RunConfig, execute, load_run
from multitrust.tasks import load_tasks, official_tasks, select_tasks, tasks_of

FLAGS = [
    "--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
TEXTS = (
    "Yes",
    "</script><script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'> pictured",
    '<svg onload="window.hacked = 1"> drawn \' " `',
    "x" * 100_000,
    "😀 שלום \u202eflipped \x00 end",
    "",
    "I'm sorry, but I can't help with that request.",
)
OFFICIAL = ("T.4", "S.4", "R.2", "F.6", "P.3", "P.4")
DECODED = (
    "Promise.all([...document.images].map((image) => "
    "image.decode().then(() => image.naturalWidth > 0)))"
)
CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const light = (colour) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }
    return "white";
  };
  const poor = [];
  for (const node of document.querySelectorAll("body *:not(script)")) {
    const says = [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!says || !node.checkVisibility()) continue;
    const style = getComputedStyle(node);
    const ink = node instanceof SVGElement ? style.fill : style.color;
    const [dark, pale] = [light(ink), light(behind(node))].sort((a, b) => a - b);
    const ratio = (pale + 0.05) / (dark + 0.05);
    if (ratio < 4.5) poor.push(`${node.textContent.slice(0, 20)} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


@dataclass(frozen=True)
class Hostile:
    """Answers with one hostile text after the other; some requests fail."""

    name: str = "</title><script>window.hacked = 1</script>"
    asked: Iterator[int] = field(default_factory=count)

    @property
    def identity(self) -> ModelIdentity:
        return ModelIdentity(name=self.name)

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        number = next(self.asked)
        if number % 9 == 8:
            raise ModelError("<b>server broke</b>", kind="server")
        return Response(text=TEXTS[number % 9], model=self.name, reasoning=TEXTS[number % 9][:99])

    async def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "run"
    tasks = select_tasks(["T.4", "T.5", "S.4"])
    execute(RunConfig(model=Hostile(), tasks=tasks, folder=folder, limit=10))
    manifest, records = load_run(folder)
    return write_html(summarise(manifest, records, load_tasks()), records, folder)


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run that was made of logs: both protocols, and no pictures."""
    root = tmp_path_factory.mktemp("official")
    arms = [a.id for t in official_tasks() if t.id in OFFICIAL for a in t.run_arms()]
    write_logs(root / "logs", "made-up", 3, samples=6, ids=arms)
    folder = import_logs(root, "made-up", root / "runs").folder
    manifest, records = load_run(folder)
    return write_html(summarise(manifest, records, tasks_of(manifest)), records, folder)


@pytest.fixture(params=["embedded", "official"])
def either(request: pytest.FixtureRequest, report: Path, official: Path) -> Path:
    """The page of either run."""
    return report if request.param == "embedded" else official


@pytest.fixture(scope="module")
def browser(chromium: str, report: Path, official: Path) -> Iterator[Browser]:
    """Begun after the runs, since the two cannot share a thread's event loop."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: Browser, report: Path) -> Iterator[Callable[..., Page]]:
    """`visit(width=390)` opens a page; afterwards nothing may have gone wrong or out."""
    troubles: list[str] = []
    contexts = []

    def opened(width: int = 1280, path: Path = report, **more: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("console", lambda said: troubles.append(f"console: {said.text}"))
        page.on("dialog", lambda dialog: troubles.append("a dialog was opened"))
        page.on(
            "request",
            lambda sent: (
                None
                if sent.url == path.as_uri() or sent.url.startswith("data:")
                else troubles.append(f"request: {sent.url}")
            ),
        )
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


def show_all(page: Page) -> None:
    while page.locator("#more").is_visible():
        page.locator("#more").click()


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")


def blur(image: Locator) -> str:
    found: str = image.evaluate("(image) => getComputedStyle(image).filter")
    return found


def verdicts(page: Page) -> list[str]:
    found: list[str] = page.locator("#list .tag").all_text_contents()
    return found


def test_all_pictures_can_be_seen(visit: Callable[..., Page]) -> None:
    page = visit()
    page.get_by_role("combobox", name="Aspect").select_option("truthfulness")
    show_all(page)
    assert page.locator("#list .sample").count() == 60
    images = page.locator("#list img")
    failed = page.locator(".none", has_text="the request failed").count()
    silent = page.locator(".none", has_text="text only").count()
    assert failed == page.locator("#list .tag", has_text="errored").count()
    assert 0 < silent <= 10
    assert images.count() == 60 - failed - silent
    assert page.evaluate(DECODED) == [True] * images.count()
    assert page.get_by_text("picture missing or unreadable").count() == 0


def test_hostile_texts_are_shown_and_inert(visit: Callable[..., Page]) -> None:
    page = visit()
    show_all(page)
    unfold(page)
    assert page.evaluate("window.hacked") is None
    assert page.locator("h1").inner_text() == Hostile().name
    said = set(page.locator("dd.said").all_text_contents())
    assert {text for text in TEXTS if 0 < len(text) < 1000} <= said
    assert "(nothing)" in said
    assert "<b>server broke</b>" in " ".join(said)
    assert any("94,000 more characters" in text for text in said)
    assert page.locator("main script, dd *:not(details, summary, div)").count() == 0


def test_the_browser_of_samples_filters(visit: Callable[..., Page]) -> None:
    page = visit()
    status = page.locator("#count")
    assert status.inner_text() == "130 samples"
    page.get_by_role("combobox", name="Aspect", exact=True).select_option("truthfulness")
    assert status.inner_text() == "60 samples"
    page.get_by_role("combobox", name="Aspect", exact=True).select_option("")
    page.get_by_role("combobox", name="Task", exact=True).select_option("T.5")
    assert status.inner_text() == "10 samples"
    places = page.locator("#list .where").all_text_contents()
    assert len(places) == 10
    assert all(place.startswith("T.5 · picture · ") for place in places)
    page.get_by_role("combobox", name="Task", exact=True).select_option("")
    page.get_by_role("combobox", name="Condition", exact=True).select_option("noise")
    assert status.inner_text() == "10 samples"
    page.get_by_role("combobox", name="Condition", exact=True).select_option("")
    page.get_by_role("combobox", name="Outcome", exact=True).select_option("errored")
    show_all(page)
    assert set(verdicts(page)) == {"errored"}
    page.get_by_role("combobox", name="Outcome", exact=True).select_option("")
    page.get_by_role("combobox", name="Result", exact=True).select_option("true")
    assert set(verdicts(page)) == {"right", "refused"}
    assert page.locator("#list .tag:not(.right)").count() == 0
    page.get_by_role("combobox", name="Result", exact=True).select_option("false")
    assert "right" not in verdicts(page)
    page.get_by_role("searchbox", name="Text", exact=True).fill("WINDOW.hacked")
    assert all("window.hacked" in t for t in page.locator("dd.said").all_text_contents())
    page.get_by_role("searchbox", name="Text", exact=True).fill("no text has this")
    assert status.inner_text() == "0 samples"
    assert page.get_by_text("No sample fits these filters.").is_visible()
    page.get_by_role("button", name="Clear").click()
    page.locator("#list .sample").nth(19).wait_for()
    assert status.inner_text() == "130 samples"


def test_harmful_samples_are_veiled_until_asked(visit: Callable[..., Page]) -> None:
    page = visit()
    page.get_by_role("combobox", name="Task", exact=True).select_option("S.4")
    show_all(page)
    cards = page.locator("#list .sample")
    veiled = page.locator("#list .veiled")
    harmless = cards.filter(has=page.get_by_text(re.compile("· (benign-|reading)")))
    assert (cards.count(), veiled.count(), harmless.count()) == (70, 30, 40)
    assert harmless.locator("button").count() == 0
    hidden = [blur(image) for image in veiled.locator("img").all()]
    assert set(hidden) == {"blur(20px)"}
    assert {blur(image) for image in harmless.locator("img").all()} == {"none"}
    assert not any(text.is_visible() for text in veiled.locator("dd").all())
    assert all(text.is_visible() for text in harmless.locator("dd.said").all())

    card, button = cards.first, cards.first.get_by_role("button")
    assert button.get_attribute("aria-expanded") == "false"
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    assert card.locator("dd.said").is_visible()
    assert veiled.count() == 29
    page.keyboard.press("Enter")
    assert not card.locator("dd.said").is_visible()
    assert veiled.count() == 30

    switch = page.get_by_role("checkbox", name="Show harmful texts and blurred pictures")
    switch.focus()
    page.keyboard.press("Space")
    show_all(page)
    assert (cards.count(), veiled.count()) == (70, 0)
    assert {blur(image) for image in page.locator("#list img").all()} == {"none"}
    switch.uncheck()
    show_all(page)
    assert veiled.count() == 30


def test_a_name_in_the_overview_opens_its_task(visit: Callable[..., Page]) -> None:
    page = visit()
    assert not page.locator("[id='S.4']").is_visible()
    page.locator(".panel a[href='#S.4']").focus()
    page.keyboard.press("Enter")
    page.locator("[id='S.4']").wait_for(state="visible")
    summary = page.locator(".task", has=page.locator("[id='S.4']")).locator("> summary")
    assert summary.evaluate("(s) => s.getBoundingClientRect().top >= 0")


def test_effects_unfold_to_tasks_and_pictures(visit: Callable[..., Page]) -> None:
    page = visit()
    row = page.locator(".forest summary").first
    lines = page.locator(".forest details").first.locator("> div.line")
    assert lines.count() == 5
    assert not lines.first.is_visible()
    row.focus()
    page.keyboard.press("Enter")
    assert lines.first.is_visible()
    places = [line.locator(".plot").bounding_box() for line in page.locator(".forest .line").all()]
    assert len({place["x"] for place in places if place}) == 1


def test_a_task_leads_to_its_samples(visit: Callable[..., Page]) -> None:
    page = visit()
    page.get_by_role("searchbox", name="Text", exact=True).fill("nothing fits")
    unfold(page)
    page.locator("a[data-task='T.5']").click()
    assert page.get_by_role("combobox", name="Task", exact=True).input_value() == "T.5"
    page.locator("#list .sample").nth(9).wait_for()
    assert page.locator("#count").inner_text() == "10 samples"


def test_the_keyboard_is_enough(visit: Callable[..., Page]) -> None:
    page = visit()
    summary = page.locator(".task > summary").nth(1)
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator(".task").nth(1).evaluate("(d) => d.open")
    page.get_by_role("combobox", name="Task", exact=True).focus()
    for name in ("f-condition", "f-outcome", "f-right", "f-text"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == name
    page.locator("#more").focus()
    page.keyboard.press("Enter")
    cards = page.locator("#list .sample")
    assert cards.count() == 40
    assert cards.nth(20).evaluate("(card) => card === document.activeElement")


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_window(
    width: int, either: Path, visit: Callable[..., Page]
) -> None:
    page = visit(width, either)
    show_all(page)
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for figure in page.locator(":is(.panel, .forest) svg:visible, svg.plane").all():
        box = figure.bounding_box()
        assert box is not None
        assert box["width"] > 90
        assert box["x"] + box["width"] <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out(scheme: str, either: Path, visit: Callable[..., Page]) -> None:
    page = visit(path=either, color_scheme=scheme)
    unfold(page)
    assert page.evaluate(CONTRAST) == []


def test_everything_has_a_name(either: Path, visit: Callable[..., Page]) -> None:
    page = visit(path=either)
    unfold(page)
    for control in page.locator("select, input").all():
        assert control.evaluate("(c) => c.labels.length") == 1
    for thing in page.locator("svg[role=img], .scroll, form, section.panels").all():
        assert thing.get_attribute("aria-label") or thing.get_attribute("aria-labelledby")
    assert "" not in [image.get_attribute("alt") for image in page.locator("img").all()]
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1").count() == 1


def test_the_numbers_need_no_script(visit: Callable[..., Page]) -> None:
    page = visit(java_script_enabled=False)
    assert page.locator(".panel .big").first.is_visible()
    assert page.locator(".panel svg.bar").first.is_visible()
    assert page.locator("svg.plane").is_visible()
    assert page.locator(".task table").first.is_visible()
    assert page.get_by_text("Browsing the samples needs JavaScript").is_visible()
    assert not page.locator(".filters").is_visible()
    assert not page.get_by_text("See its samples").first.is_visible()


def test_on_paper_every_task_is_open(visit: Callable[..., Page]) -> None:
    page = visit()
    page.emulate_media(media="print", color_scheme="dark")
    heights = [t.bounding_box() for t in page.locator(".task").all()]
    assert all(box is not None and box["height"] > 200 for box in heights)
    assert not page.locator(".filters").is_visible()
    assert page.evaluate(CONTRAST) == []


def test_both_protocols_are_seen_at_once_on_a_phone(
    official: Path, visit: Callable[..., Page]
) -> None:
    page = visit(390, official)
    heads = page.locator(".panel thead").first.locator(".side")
    assert heads.all_inner_texts() == ["official protocol", "corrected protocol"]
    for cell in page.locator(".panel tr", has_text="F.6").locator("td").all():
        box = cell.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 390 - 16
        assert re.fullmatch(r"[\d.]+\s+([\d.]+ to [\d.]+|no interval)", cell.inner_text().strip())
    inks = {head.evaluate("(h) => getComputedStyle(h).color") for head in heads.all()}
    assert len(inks) == 2


def test_long_names_leave_the_numbers_their_place_on_a_phone(
    official: Path, visit: Callable[..., Page]
) -> None:
    page = visit(390, official)
    unfold(page)
    task = page.locator(".task", has=page.locator("[id='P.4']"))
    rows = task.locator(".ours tbody tr")
    assert rows.count() == 12
    for row in rows.all():
        box = row.locator("td").nth(1).bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 390


def test_a_picture_out_of_reach_is_named_and_no_verdict_is_made_up(
    official: Path, visit: Callable[..., Page]
) -> None:
    page = visit(path=official)
    page.get_by_role("combobox", name="Task", exact=True).select_option("P.4")
    cards = page.locator("#list .sample")
    assert cards.first.locator(".shots").inner_text().endswith(".png")
    assert page.locator("#list img").count() == 0
    assert page.get_by_text("picture missing or unreadable").count() == 0
    assert not page.get_by_label("Result").is_visible()
    assert page.locator("#list .tag:is(.right, .wrong)").count() == 0
    assert set(verdicts(page)) <= {"answered", "refused", "empty"}


def test_the_keyboard_opens_a_task_and_what_is_recorded_besides(
    official: Path, visit: Callable[..., Page]
) -> None:
    page = visit(path=official)
    page.locator(".panel a[href='#P.4']").focus()
    page.keyboard.press("Enter")
    task = page.locator(".task", has=page.locator("[id='P.4']"))
    folded = task.get_by_role("cell", name="leakage_rate").first
    assert not folded.is_visible()
    task.get_by_text("Recorded besides").focus()
    page.keyboard.press("Enter")
    assert folded.is_visible()
    assert task.get_by_text("By the corrected protocol: refusal rate").is_visible()
