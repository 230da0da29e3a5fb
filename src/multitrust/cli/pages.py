"""Writing the page of a run, also where its folder cannot be written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from multitrust.core import StoreError, escaped

if TYPE_CHECKING:
    from multitrust.report import Entry

NAMED = 3
"""Images that are named."""


def written_page(
    found: Entry, folder: Path, unsealed: str, output: Path | None = None
) -> Path | None:
    """Write the page of a run and return its path.

    Where the run's folder cannot be written, the page that is there stays, and that is said; then
    no page was written, and there is no path.

    Args:
        found: the run.
        folder: of the run.
        unsealed: what of the run is not what was sealed, in short.
        output: where the page is written instead.

    Raises:
        StoreError: the page cannot be written, and there is none.
    """
    from multitrust.report import write_html

    try:
        return write_html(found.summary, found.records, folder, output, unsealed=unsealed)
    except StoreError as error:
        page = folder / "report.html"
        if output is not None or not page.is_file():
            raise
        click.echo(f"no page was written, {page} stays as it was: {error}", err=True)
        return None


def tell_missing_images(found: Entry, folder: Path) -> bool:
    """Say which images of a run are missing from its folder; whether any are."""
    from multitrust.run import missing_images

    named = (name for record in found.records for name in record.images)
    missing = missing_images(folder, named)
    if missing:
        are = "image is" if len(missing) == 1 else "images are"
        click.echo(
            f"{len(missing)} {are} missing from {folder / 'images'} ({first_of(missing)}); the "
            "numbers do not need them, the page marks them; restore them from a copy, or see "
            f"`multitrust verify {folder}`",
            err=True,
        )
    return bool(missing)


def tell_changed_images(found: Entry, folder: Path) -> bool:
    """Say which images that the page would show are not those of the run; whether any are."""
    from multitrust.report import embedded_images
    from multitrust.run import changed_images

    changed = changed_images(folder, sorted(embedded_images(found.summary, found.records)))
    if changed:
        were = "image was" if len(changed) == 1 else "images were"
        click.echo(
            f"{len(changed)} {were} changed in {folder / 'images'} since the run "
            f"({first_of(changed)}); the page leaves them out, the numbers do not need them. "
            f"See `multitrust verify {folder}`",
            err=True,
        )
    return bool(changed)


def first_of(images: Sequence[str]) -> str:
    """The beginnings of the first digests of some images."""
    more = ", …" if len(images) > NAMED else ""
    return ", ".join(escaped(name[:12]) for name in images[:NAMED]) + more


def tell_unsealed(folder: Path) -> str:
    """Say which records, responses or files of a run are not what was sealed; return it."""
    from multitrust.run import find_unsealed, in_short

    changes = in_short(find_unsealed(folder))
    if changes:
        click.echo(
            f"{folder} is not what was sealed: {changes}; what is shown is what is there now. "
            f"See `multitrust verify {folder}`",
            err=True,
        )
    return changes
