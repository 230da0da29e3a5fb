"""`multitrust doctor`: is the installation sound?"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

import click

from multitrust.cli.output import print_json
from multitrust.models.keys import key_in, key_names

EXTRAS = {"local": ("torch", "transformers"), "cluster": ("ray",), "inspect": ("inspect-ai",)}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """Check the installation: versions, extras, fonts, drawing, the cache; keys by name only."""
    found = list(checks())
    extras = {extra: {name: installed(name) for name in EXTRAS[extra]} for extra in EXTRAS}
    keys = {name: bool(key_in(name)) for name in key_names()}
    if as_json:
        rows = [{"sound": good, "what": text} for good, text in found]
        document = {"checks": rows, "extras": extras, "keys": keys}
        print_json(document)
    else:
        for good, text in found:
            mark = click.style("ok", fg="green") if good else click.style("no", fg="red")
            click.echo(f"{mark}  {text}")
        for extra, packages in extras.items():
            versions = ", ".join(
                f"{name} {number or 'absent'}" for name, number in packages.items()
            )
            click.echo(f"--  extra {extra}: {versions}")
        for key, is_set in keys.items():
            click.echo(f"--  {key}: {'set' if is_set else 'not set'}")
    sys.exit(0 if all(good for good, _ in found) else 1)


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
