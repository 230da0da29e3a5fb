"""Which run the logs in a folder were exported from, so that no export replaces another run's.

A log of the original's layout does not say what run it is of. So an export lists what it writes in
`multitrust-exports.jsonl` in the target folder: one line for each log, with run, path and
sha256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson

from multitrust.core import ConfigError, Manifest
from multitrust.tasks import official_tasks

LISTING = "multitrust-exports.jsonl"
NAMED = 5
"""Logs that a message names at most."""


def check_target(target: Path, model: str, run: Manifest, logs: Mapping[str, bytes]) -> None:
    """See that a folder holds no logs of that model but those of the run.

    A log is the run's if it is what would be written now, or what an earlier export of this run
    wrote and nobody has changed since.

    Args:
        target: the folder to export to.
        model: the name of the model's folders.
        run: the run's manifest.
        logs: path below `target` -> content, of all that is to be written.

    Raises:
        ConfigError: it holds others.
    """
    listed = read_listing(target)
    others = []
    for name in logs_there(target, model):
        content = (target / name).read_bytes()
        if content != logs.get(name) and line_of(run, name, content) not in listed:
            others.append(name)
    if others:
        more = len(others) - NAMED
        named = ", ".join(others[:NAMED]) + (f" and {more} more" if more > 0 else "")
        raise ConfigError(
            f"{target} holds logs of {model!r} that were not exported from this run "
            f"({run.run_id}): {named}. Nothing was written. Export to another folder, "
            "or give the run's model another name with --model NAME; or move these logs away"
        )


def logs_there(target: Path, model: str) -> list[str]:
    """The paths below `target` of all logs of a model, of whatever run."""
    places = {arm.log or task.log for task in official_tasks() for arm in task.run_arms()}
    return [
        path.relative_to(target).as_posix()
        for place in sorted(places)
        for path in sorted((target / place / model).glob("*.json"))
    ]


def list_logs(target: Path, run: Manifest, logs: Mapping[str, bytes]) -> None:
    """List logs that are about to be written as those of the run.

    Raises:
        OSError: the listing cannot be written.
    """
    listed = read_listing(target)
    lines = [line_of(run, name, content) for name, content in logs.items()]
    fresh = [line for line in lines if line not in listed]
    if fresh:
        with (target / LISTING).open("ab") as file:
            file.write(b"".join(line + b"\n" for line in fresh))


def read_listing(target: Path) -> frozenset[bytes]:
    """The lines of a folder's listing; none where there is none."""
    path = target / LISTING
    lines: Sequence[bytes] = path.read_bytes().splitlines() if path.is_file() else ()
    return frozenset(lines)


def line_of(run: Manifest, name: str, content: bytes) -> bytes:
    """The line of a log in the listing.

    Runs of one configuration in two folders have one id; when they were made tells them apart.
    """
    digest = hashlib.sha256(content).hexdigest()
    return orjson.dumps({"run": run.run_id, "created": run.created, "log": name, "sha256": digest})
