"""`multitrust verify`: is a stored run what was written?"""

from __future__ import annotations

import dataclasses
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from multitrust.cli.output import json_flag, print_json
from multitrust.core import escaped

if TYPE_CHECKING:
    from multitrust.run import Verdict

SEALED_ALONE = ("spending.jsonl", "prompts.yaml")
"""Files that no command makes anew."""
SHOWN = 20
"""Changes of one kind that are listed by name."""


@click.command("verify")
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@json_flag("Print JSON, with every change by name.")
def command(folder: Path, as_json: bool) -> None:
    """Check that a stored run is as it was written, and list what was changed, added or removed.

    Every record, response and image is checked against the digest that was stored with it, and a
    complete run against its seal; files and folders that are none of a run are named. The page
    report.html is not sealed. Links that lead out of the run's folder are named, too. Nothing is
    written. Ends with 0 if the run is whole, with 1 if anything was changed, and with 2 if there is
    no run.
    """
    from multitrust.run import verify_run

    verdict = verify_run(folder)
    if as_json:
        document = dataclasses.asdict(verdict) | {"folder": str(folder), "whole": verdict.whole}
        print_json(document)
    else:
        show(verdict)
    sys.exit(0 if verdict.whole else 1)


def show(verdict: Verdict) -> None:
    """Print what was found."""
    counts: Counter[tuple[str, str]] = Counter()
    for change in verdict.changes:
        counts[change.what, change.kind] += 1
        if counts[change.what, change.kind] <= SHOWN:
            click.echo(f"{change.what:8} {change.kind:8} {escaped(change.name)}")
    for (what, kind), count in counts.items():
        if count > SHOWN:
            click.echo(f"{what:8} {kind:8} and {count - SHOWN} more; --json lists all")
    notes = [f"note: {escaped(note)}" for note in verdict.notes]
    held = ", ".join(
        f"{count:,} {name}{'' if count == 1 else 's'}"
        for count, name in (
            (verdict.records, "record"),
            (verdict.responses, "response"),
            (verdict.images, "image"),
        )
    )
    if verdict.whole:
        seal = "as they were sealed" if verdict.sealed else "as they were written"
        click.echo("\n".join((f"whole: {held}, {seal}", *notes)))
    else:
        for note in notes:
            click.echo(note)
        found = ", ".join(f"{count:,} {kind}s {what}" for (what, kind), count in counts.items())
        click.echo(f"not whole: {found}; there are {held}")
        for line in advice(verdict):
            click.echo(line)


def advice(verdict: Verdict) -> Iterator[str]:
    """What to do about what was found, one sentence for each kind of change."""
    from multitrust.run import is_edited, is_mended

    folder, changes = verdict.folder, verdict.changes
    if verdict.no_manifest:
        yield (
            f"manifest.json is no manifest ({escaped(verdict.no_manifest)}). The command that made "
            "the run, given again, keeps it as manifest.json.damaged-1 and writes it anew, if the "
            "folder has the name that this command gives it; else restore it from a copy."
        )
    elif is_edited(changes):
        yield (
            "manifest.json is not the one that was sealed, and no command makes it anew while it "
            "can be read: restore it from a copy. If you know that it is right, remove "
            f"{folder / 'complete.json'}; the command that made the run then seals it anew."
        )
    if any(change.what == "changed" and change.kind == "image" for change in changes):
        yield (
            f"Remove the changed images from {folder / 'images'}; then they count as removed, and "
            "what follows holds for them."
        )
    if any(map(is_mended, changes)):
        yield (
            "The command that made the run, given again, keeps what is intact and makes the rest "
            "anew: records from stored responses where there are any, images by drawing them, "
            "the table and the seal from the records. An imported run is imported again."
        )
    if any(change.what == "added" and change.kind in ("record", "response") for change in changes):
        yield (
            "Rows are added by `multitrust score` when it is interrupted: given again, it seals "
            "the run with them. If it was not that, restore a copy."
        )
    if any(change.what == "linked" for change in changes):
        yield (
            "Links lead out of the folder: what they show is no part of the run and may change at "
            "any time, and nothing is written through them. Put the file itself, or the folder, in "
            "the place of each."
        )
    if any(change.what == "added" and change.kind == "image" for change in changes):
        yield f"Move the added images out of {folder / 'images'}."
    strange = [c.name for c in changes if c.what == "added" and c.kind == "file"]
    if set(strange) - set(SEALED_ALONE):
        yield f"Move the added files out of {folder}."
    if any(change.name in SEALED_ALONE for change in changes):
        yield (
            "Restore spending.jsonl or prompts.yaml from a copy; or let `multitrust score` seal "
            "the run as it is."
        )
