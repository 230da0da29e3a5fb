"""The picture of a report in README.md: `make picture` runs the demo and takes it in a browser.

The PNG holds the numbers that it shows. A test renders them with the page as it is now, and fails
when that is not what was taken.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pydantic import TypeAdapter

from multitrust.core import Manifest, Origin
from multitrust.data import DATA_VERSION
from multitrust.report import Summary, summarise
from multitrust.report.html import page
from multitrust.run import RunConfig, execute, load_run
from multitrust.tasks import load_tasks

PICTURE = Path(__file__).with_name("report.png")
LIMIT, SEED = 16, 0
"""What `make demo` runs."""
WIDTH = 1120
LAST = "What a picture changes"
"""The heading of the last section on the picture."""
TAKEN, SHOWN = "multitrust digest", "multitrust numbers"
"""Names of the texts in the PNG."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Numbers:
    """What a picture shows, and what the numbers come from."""

    manifest: Manifest
    summary: Summary
    weights: str
    """sha256 of the embedded model's weights."""


def numbers_of(folder: Path) -> Numbers:
    """The numbers of a run, without the parts of tasks, which the picture does not show."""
    manifest, records = load_run(folder)
    summary = summarise(manifest, records, load_tasks())
    tasks = tuple(replace(task, conditions=()) for task in summary.tasks)
    return Numbers(manifest, replace(summary, tasks=tasks), weights_digest())


def weights_digest() -> str:
    """sha256 of the embedded model's weights as they are now."""
    folder = files("multitrust.models").joinpath("demo_weights")
    return hashlib.sha256(folder.joinpath("model.safetensors").read_bytes()).hexdigest()


def run_demo(folder: Path) -> Numbers:
    """The numbers of a run of the embedded model."""
    from multitrust.models import resolve

    origin = Origin(name="embedded", seed=SEED)
    execute(
        RunConfig(
            model=resolve("demo"), tasks=load_tasks(), folder=folder, origin=origin, limit=LIMIT
        )
    )
    return numbers_of(folder)


def rendered(summary: Summary) -> str:
    """The page of the numbers, up to the end of the picture and without its script."""
    whole = page(summary, [], Path(), "")
    end = whole.index("</section>", whole.index(LAST))
    return re.sub(r'content="default-src[^"]*"', "", whole[:end])


def digest_of(summary: Summary) -> str:
    """The sha256 of what is on the picture."""
    return hashlib.sha256(rendered(summary).encode()).hexdigest()


def read_picture(path: Path = PICTURE) -> tuple[str, Numbers]:
    """The digest of what was taken, and the numbers that it shows.

    Raises:
        ValueError: the numbers are not those of a report as it is now.
    """
    with Image.open(path) as picture:
        texts: Mapping[str, Any] = picture.text  # type: ignore[attr-defined]
        return texts[TAKEN], TypeAdapter(Numbers).validate_json(texts[SHOWN])


def stale_parts(path: Path = PICTURE) -> list[str]:
    """What of a picture is no longer so, in words; nothing where it is up to date."""
    try:
        taken, numbers = read_picture(path)
    except (KeyError, ValueError) as error:
        return [f"it holds no numbers of a report as it is now: {error}"]
    made = numbers.manifest
    found = {
        "the page": taken != digest_of(numbers.summary),
        "the weights": numbers.weights != weights_digest(),
        "the data": made.origin.get("data_version") != DATA_VERSION,
        "the tasks": made.tasks != {task.id: task.version for task in load_tasks()},
    }
    return [f"{name} changed" for name, changed in found.items() if changed]


def write_picture(numbers: Numbers, path: Path = PICTURE) -> None:
    """Take the picture and write it with its numbers."""
    info = PngInfo()
    info.add_text(TAKEN, digest_of(numbers.summary))
    info.add_text(SHOWN, as_text(numbers), zip=True)
    taken = Image.open(BytesIO(screenshot(page(numbers.summary, [], Path(), ""))))
    taken.convert("RGB").quantize(256).save(path, pnginfo=info, optimize=True)


def as_text(numbers: Numbers) -> str:
    """The numbers as JSON in ASCII, which a PNG can hold."""
    return json.dumps(orjson.loads(orjson.dumps(numbers)))


def screenshot(text: str) -> bytes:
    """The head of a page as a PNG, down to the end of the last section on the picture."""
    from playwright.sync_api import sync_playwright

    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "page.html"
        file.write_text(text, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        shown = browser.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme="light")
        shown.goto(file.as_uri())
        box = shown.locator("section", has=shown.get_by_role("heading", name=LAST)).bounding_box()
        assert box is not None
        height = round(box["y"] + box["height"]) + 20
        clip = {"x": 0.0, "y": 0.0, "width": float(WIDTH), "height": float(height)}
        taken: bytes = shown.screenshot(clip=clip, full_page=True)
        browser.close()
    return taken


def browser_path() -> str:
    """The path of a Chromium.

    Raises:
        SystemExit: there is none.
    """
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        sys.exit("no Chromium found; install one, or name it in the environment variable CHROMIUM")
    return found


def main() -> None:
    """Take the picture: of a new run, of a run that is there, or of the same numbers anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", nargs="?", type=Path, help="a run of the demo; a new one without")
    parser.add_argument("--again", action="store_true", help="the numbers that the picture holds")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        if given.again:
            numbers = read_picture()[1]
        else:
            numbers = run_demo(Path(folder)) if given.run is None else numbers_of(given.run)
        write_picture(numbers)


if __name__ == "__main__":
    main()
