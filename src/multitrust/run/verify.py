"""Whether a stored run is what was written: row by row, image by image, and against its seal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import orjson

from multitrust.core import ConfigError
from multitrust.run.database import (
    NAME,
    database_path,
    fits,
    has_digests,
    iter_record_rows,
    iter_response_rows,
    reading,
)
from multitrust.run.images import image_files
from multitrust.run.salvage import broken_structure
from multitrust.run.seal import (
    COMPLETE,
    LISTING,
    MANIFEST,
    TABLE,
    Kind,
    Line,
    chain_of,
    file_digest,
    file_lines,
    image_digests,
    load_line,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One thing of a run that is not what was written."""

    what: Literal["changed", "added", "removed"]
    kind: Kind
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a run holds and what of it is not what was written."""

    folder: Path
    complete: bool
    """Whether the run says that it is complete."""
    sealed: bool
    """Whether it has a seal; without one, what was added or removed does not show."""
    responses: int
    records: int
    images: int
    changes: tuple[Change, ...]
    notes: tuple[str, ...]
    """What is to be known about the check, in sentences."""

    @property
    def whole(self) -> bool:
        """Whether nothing was found that is not what was written."""
        return not self.changes


@dataclass(frozen=True, slots=True)
class Found:
    """What is in a run folder now."""

    lines: Mapping[tuple[Kind, int, str], Line]
    """With the digests of what is really there."""
    changed: frozenset[tuple[Kind, int, str]]
    """Rows and images that do not fit the digest that was stored with them."""
    lost: tuple[Line, ...]
    """Images that the store names and that are not there."""
    broken: str
    """What SQLite cannot read; then there are no rows among the lines."""
    digested: bool
    """Whether rows hold digests at all."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What `complete.json` and the list beside it say was there."""

    chain: str
    facts: Mapping[str, Any]
    lines: tuple[Line, ...] | None
    """None if the list is missing or cannot be read."""
    files: Mapping[str, str | None]
    """sha256 of manifest and table, which the seal itself states."""


def verify_run(folder: Path) -> Verdict:
    """Check every row, image and file of a run; nothing is written.

    Raises:
        ConfigError: there is no run in the folder.
        StoreError: the run cannot be read, for another reason than damage.
    """
    if not database_path(folder).exists() and not (folder / MANIFEST).exists():
        raise ConfigError(f"{folder} holds no run (no {NAME}, no {MANIFEST}); give a run's folder")
    found = look_at(folder)
    complete = (folder / COMPLETE).exists()
    seal = read_seal(folder) if complete else None
    changes = list(own_changes(folder, found))
    if seal is not None:
        changes += seal_changes(found, seal)
    elif complete and not is_earlier(folder):
        changes.append(Change(what="changed", kind="file", name=COMPLETE))
    kinds = [line.kind for line in found.lines.values()]
    return Verdict(
        folder=folder,
        complete=complete,
        sealed=seal is not None,
        responses=kinds.count("response"),
        records=kinds.count("record"),
        images=kinds.count("image"),
        changes=tuple(dict.fromkeys(changes)),
        notes=tuple(notes_on(found, complete, seal)),
    )


def look_at(folder: Path) -> Found:
    """What is in a run folder, each with its digest as it is now."""
    path = database_path(folder)
    broken = broken_structure(path) if path.exists() else "the file is missing"
    lines = {line.place: line for line in file_lines(folder)}
    changed: set[tuple[Kind, int, str]] = set()
    expected: dict[str, str] = {}
    digested = True
    if not broken:
        with reading(path) as database:
            digested = has_digests(database)
            expected = image_digests(database)
            for row in iter_response_rows(database):
                name = row.digest.hex() if isinstance(row.digest, bytes) else str(row.digest)
                line = Line("response", row.id, name, row.computed.hex())
                lines[line.place] = line
                changed |= set() if fits(row, digested) else {line.place}
            for record in iter_record_rows(database):
                name = str(record.key).encode(errors="backslashreplace").decode()
                line = Line("record", record.seq, name, record.computed.hex())
                lines[line.place] = line
                changed |= set() if fits(record, digested) else {line.place}
    for file in sorted(image_files(folder), key=lambda file: file.stem):
        line = Line("image", 0, file.stem, file_digest(file))
        lines[line.place] = line
        if expected.get(line.name, line.sha256) != line.sha256:
            changed.add(line.place)
    lost = [Line("image", 0, name, sha256) for name, sha256 in expected.items()]
    lost = [line for line in lost if line.place not in lines]
    return Found(lines, frozenset(changed), tuple(lost), broken, digested)


def read_seal(folder: Path) -> Sealed | None:
    """The seal of a complete run; None if there is none that can be read."""
    try:
        facts = orjson.loads((folder / COMPLETE).read_bytes())
        seal = facts.pop("seal")
        last = str(seal["chain"])
        files = {MANIFEST: seal.get("manifest"), TABLE: seal.get("table")}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    try:
        listed = (folder / LISTING).read_bytes().splitlines()
        return Sealed(last, facts, tuple(map(load_line, listed)), files)
    except (OSError, ValueError):
        return Sealed(last, facts, None, files)


def is_earlier(folder: Path) -> bool:
    """Whether an earlier version, which made no seals, completed the run."""
    if (folder / LISTING).exists():
        return False
    try:
        facts = orjson.loads((folder / COMPLETE).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(facts, dict) and "progress" in facts and "seal" not in facts


def own_changes(folder: Path, found: Found) -> Iterator[Change]:
    """What does not fit the digests in the store, or is not there at all."""
    if found.broken:
        gone = not database_path(folder).exists()
        yield Change(what="removed" if gone else "changed", kind="file", name=NAME)
    if ("file", 0, MANIFEST) not in found.lines:
        yield Change(what="removed", kind="file", name=MANIFEST)
    for line in found.lines.values():
        if line.place in found.changed:
            yield Change(what="changed", kind=line.kind, name=line.name)
    for line in found.lost:
        yield Change(what="removed", kind="image", name=line.name)


def seal_changes(found: Found, seal: Sealed) -> Iterator[Change]:
    """What does not fit the seal."""
    if seal.lines is not None and chain_of(seal.facts, seal.lines) == seal.chain:
        yield from list_changes(found, seal.lines)
        return
    what: Literal["changed", "removed"] = "removed" if seal.lines is None else "changed"
    if not found.broken and chain_of(seal.facts, found.lines.values()) == seal.chain:
        yield Change(what=what, kind="file", name=LISTING)
        return
    if seal.lines is None:
        yield Change(what="removed", kind="file", name=LISTING)
    else:
        yield Change(what="changed", kind="file", name=f"{COMPLETE} or {LISTING}")
    for name, sha256 in seal.files.items():
        line = found.lines.get(("file", 0, name))
        if line is None and sha256:
            yield Change(what="removed", kind="file", name=name)
        elif line is not None and line.sha256 != sha256:
            yield Change(what="changed" if sha256 else "added", kind="file", name=name)


def list_changes(found: Found, lines: tuple[Line, ...]) -> Iterator[Change]:
    """What is not as the list says, which itself fits the seal."""
    now, listed = found.lines, {line.place: line for line in lines}
    for place, line in listed.items():
        if place not in now and not (found.broken and line.kind in ("record", "response")):
            yield Change(what="removed", kind=line.kind, name=line.name)
        elif place in now and now[place].sha256 != line.sha256:
            yield Change(what="changed", kind=line.kind, name=line.name)
    for place, line in now.items():
        if place not in listed:
            yield Change(what="added", kind=line.kind, name=line.name)


def notes_on(found: Found, complete: bool, seal: Sealed | None) -> Iterator[str]:
    """What is to be known about a check."""
    if found.broken:
        yield f"{NAME} cannot be read whole: {found.broken}"
    if not found.digested:
        yield "the store was made by an earlier version: its rows hold no digests"
    if not complete:
        yield "the run is not complete and has no seal: what was added or removed does not show"
    elif seal is None:
        yield (
            f"there is no seal in {COMPLETE}: what was added or removed does not show; "
            "`multitrust score` seals the run"
        )
    elif seal.lines is None or chain_of(seal.facts, seal.lines) != seal.chain:
        yield f"{LISTING} does not fit the seal: what was added or removed does not show by name"
