"""`multitrust doctor`: is the installation sound?"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

import click
from rich.console import Console

EXTRAS = {"local": ("torch", "transformers"), "cluster": ("ray",), "inspect": ("inspect-ai",)}
KEYS = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "MULTITRUST_API_KEY", "HF_TOKEN")


@click.command("doctor")
def command() -> None:
    """Check the installation: versions, extras, fonts, drawing, the cache; keys by name only."""
    console = Console()
    sound = True
    for good, text in checks():
        console.print(f"[green]ok[/]  {text}" if good else f"[red]no[/]  {text}", highlight=False)
        sound = sound and good
    for extra, packages in EXTRAS.items():
        found = ", ".join(f"{name} {installed(name) or 'absent'}" for name in packages)
        console.print(f"--  extra {extra}: {found}", highlight=False)
    for key in KEYS:
        console.print(f"--  {key}: {'set' if os.environ.get(key) else 'not set'}", highlight=False)
    sys.exit(0 if sound else 1)


def installed(package: str) -> str | None:
    """The version of a package, or None."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def checks() -> Iterator[tuple[bool, str]]:
    """(sound, what was looked at)."""
    from multitrust.data import Drawing, cache_folder
    from multitrust.data.drawing import svg
    from multitrust.data.drawing.fonts import FAMILIES, font_files
    from multitrust.tasks import load_tasks

    yield sys.version_info >= (3, 11), f"Python {platform.python_version()}"
    yield True, f"multitrust {version('multitrust')}, {len(load_tasks())} tasks"
    missing = [name for name in FAMILIES if not all(p.is_file() for p in font_files(name))]
    yield not missing, f"fonts: {', '.join(missing) + ' missing' if missing else len(FAMILIES)}"
    drawn = Drawing(svg.document(8, 8)).render()
    yield drawn.startswith(b"\x89PNG"), "drawing"
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    yield writable, f"cache folder {folder}" + ("" if writable else " cannot be written")
