"""Whether a stored run is what was written: row by row, image by image, and against its seal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import orjson

from multitrust.core import ConfigError, StoreError
from multitrust.run.database import (
    NAME,
    database_path,
    fits,
    has_digests,
    iter_record_rows,
    iter_response_rows,
    reading,
)
from multitrust.run.files import read_file
from multitrust.run.folder_files import DATABASES, check_files, outward_links
from multitrust.run.images import IMAGES, image_files
from multitrust.run.manifest import manifest_damage
from multitrust.run.salvage import broken_structure
from multitrust.run.seal import (
    COMPLETE,
    FILES,
    LISTING,
    MANIFEST,
    TABLE,
    Kind,
    Line,
    chain_of,
    file_digest,
    file_lines,
    has_images,
    image_digests,
    image_sizes,
    load_line,
)

SPENDING = "spending.jsonl"
SEALED_ALONE = (MANIFEST, SPENDING, "prompts.yaml")
"""Files that no run makes anew."""
PAGE = "report.html"
OWN_FILES = frozenset(
    (
        *FILES,
        *(name for name in DATABASES if not name.endswith("-journal")),
        *(COMPLETE, LISTING, PAGE, "lock", "room"),
    )
)
"""Names of all files of a run, but for logs. SQLite leaves no journal beside a complete run."""
LONGEST_LINE = 1 << 14
"""Bytes that a line of the list has at most, by far."""
SERVER_LOG = re.compile(r"start(-\d+)?\.log")
DAMAGED = re.compile(r"\.damaged-\d+(?=(-wal)?\Z)")
"""What the names of damaged files that were replaced have more than their own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One thing of a run that is not what was written."""

    what: Literal["changed", "added", "removed", "linked"]
    """`linked`: it is a symbolic link that leads out of the run's folder."""
    kind: Kind
    name: str
    """Whatever stands there, line ends and control characters included: escape it to show it."""


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
    no_manifest: str = ""
    """Why `manifest.json` is no manifest; empty if it is one, or is not there."""

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
    """None if the list is missing or cannot be read; empty if it is no such list."""
    files: Mapping[str, str | None]
    """sha256 of manifest and table, which the seal itself states."""
    counts: Mapping[Kind, int]
    """How many responses and records the seal itself states."""


def verify_run(folder: Path, *, deep: bool = True) -> Verdict:
    """Check every row, image and file of a run; nothing is written.

    Args:
        folder: of the run.
        deep: read every image; else only see that it is there and as long as it was.

    Raises:
        ConfigError: there is no run in the folder.
        StoreError: the run cannot be read, for another reason than damage.
    """
    check_files(folder)
    if not database_path(folder).exists() and not (folder / MANIFEST).exists():
        raise ConfigError(f"{folder} holds no run (no {NAME}, no {MANIFEST}); give a run's folder")
    found = look_at(folder, deep)
    complete = (folder / COMPLETE).exists()
    seal = read_seal(folder) if complete else None
    damage = manifest_damage(folder / MANIFEST) if (folder / MANIFEST).exists() else ""
    changes = list(own_changes(folder, found))
    changes += (Change(what="linked", kind="file", name=name) for name in outward_links(folder))
    if damage:
        changes.append(Change(what="changed", kind="file", name=MANIFEST))
    if seal is not None:
        changes += seal_changes(found, seal)
        changes += (Change(what="added", kind="file", name=name) for name in foreign_files(folder))
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
        changes=tuple(dict.fromkeys(replace(one, name=as_text(one.name)) for one in changes)),
        notes=tuple(notes_on(found, complete, seal, unchecked_files(folder))),
        no_manifest=damage,
    )


def as_text(name: str) -> str:
    """The name of a file or a row as a text that JSON can hold, whatever its bytes were."""
    return name.encode(errors="backslashreplace").decode()


def foreign_files(folder: Path) -> Iterator[str]:
    """What is in a run folder and is none of a run's files; folders end in a slash.

    What has the name of one and is a pipe, a device or a folder is none.
    """
    for path in sorted(folder.iterdir()):
        if path.name != IMAGES and not (is_of_run(path.name) and path.is_file()):
            yield f"{path.name}/" if path.is_dir() else path.name
    images = set(image_files(folder))
    for path in sorted((folder / IMAGES).glob("*")):
        if path not in images and path.suffix != ".tmp":
            yield f"{IMAGES}/{path.name}" + ("/" if path.is_dir() else "")


def is_of_run(name: str) -> bool:
    """Whether a file of this name belongs to a run: its own ones, logs, what a crash leaves."""
    whole = DAMAGED.sub("", name.removesuffix(".tmp"))
    return whole in OWN_FILES or SERVER_LOG.fullmatch(whole) is not None


def changed_images(folder: Path, names: Iterable[str]) -> list[str]:
    """Those of the images whose content is not what was stored with the run, each once.

    Images that are missing or cannot be read are none of them, nor any of a store of an earlier
    version, which lists none.

    Raises:
        StoreError: the store cannot be read.
    """
    if not database_path(folder).exists():
        return []
    with reading(database_path(folder)) as database:
        if not has_images(database):
            return []
        stored, sizes = image_digests(database), image_sizes(database)
    files = {path.stem: path for path in image_files(folder)}
    changed = []
    for name in dict.fromkeys(names):
        with suppress(OSError):
            if name in files and (
                sizes.get(name) != files[name].stat().st_size
                or file_digest(files[name]) != stored.get(name)
            ):
                changed.append(name)
    return changed


def look_at(folder: Path, deep: bool) -> Found:
    """What is in a run folder, each with its digest as it is now.

    Images that are not read have the digest that was stored, if they are as long as they were. None
    is read that is longer or shorter, or that the store does not list, though it lists images:
    these have no digest.
    """
    path = database_path(folder)
    broken = broken_structure(path) if path.exists() else "the file is missing"
    lines = {line.place: line for line in file_lines(folder)}
    changed: set[tuple[Kind, int, str]] = set()
    expected: dict[str, str] = {}
    sizes: dict[str, int] = {}
    shown: set[str] = set()
    digested, listing = True, False
    if not broken:
        with reading(path) as database:
            digested = has_digests(database)
            expected = image_digests(database)
            sizes, listing = image_sizes(database), has_images(database)
            for row in iter_response_rows(database):
                name = row.digest.hex() if isinstance(row.digest, bytes) else str(row.digest)
                line = Line("response", row.id, name, row.computed.hex())
                lines[line.place] = line
                changed |= set() if fits(row, digested) else {line.place}
            for record in iter_record_rows(database):
                name = as_text(str(record.key))
                line = Line("record", record.seq, name, record.computed.hex())
                lines[line.place] = line
                if fits(record, digested):
                    shown |= images_of(record.body)
                else:
                    changed.add(line.place)
    for file in sorted(image_files(folder), key=lambda file: file.stem):
        name = as_text(file.stem)
        if listing and sizes.get(name) != file.stat().st_size:
            sha256 = ""
        elif listing and not deep:
            sha256 = expected[name]
        else:
            sha256 = file_digest(file)
        line = Line("image", 0, name, sha256)
        lines[line.place] = line
        lost_row = listing and name in shown and name not in expected
        if lost_row or expected.get(name, sha256) != sha256:
            changed.add(line.place)
    lost = [Line("image", 0, name, sha256) for name, sha256 in expected.items()]
    lost = [line for line in lost if line.place not in lines]
    return Found(lines, frozenset(changed), tuple(lost), broken, digested)


def images_of(body: Any) -> set[str]:
    """Names of the images that a stored record showed; none of a body that is no record."""
    try:
        return {str(name) for name in orjson.loads(body)["images"]}
    except (ValueError, KeyError, TypeError):
        return set()


def read_seal(folder: Path) -> Sealed | None:
    """The seal of a complete run; None if there is none that can be read."""
    try:
        facts = orjson.loads(read_file(folder / COMPLETE))
        seal = facts.pop("seal")
        last = str(seal["chain"])
        files = {MANIFEST: seal.get("manifest"), TABLE: seal.get("table")}
        counts: dict[Kind, int] = {
            "response": int(seal.get("responses") or 0),
            "record": int(seal.get("records") or 0),
        }
        images = int(seal.get("images") or 0)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    most = sum(counts.values()) + images + len(FILES)
    try:
        listed = read_file(folder / LISTING, LONGEST_LINE * most).splitlines()
        return Sealed(last, facts, tuple(map(load_line, listed)), files, counts)
    except OSError:
        return Sealed(last, facts, None, files, counts)
    except ValueError:
        return Sealed(last, facts, (), files, counts)


def is_earlier(folder: Path) -> bool:
    """Whether an earlier version, which made no seals, completed the run."""
    if (folder / LISTING).exists():
        return False
    try:
        facts = orjson.loads(read_file(folder / COMPLETE))
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
    kinds = [line.kind for line in found.lines.values()]
    for kind, sealed in () if found.broken else seal.counts.items():
        lost = sealed - kinds.count(kind)
        for number in range(1, lost + 1):  # their names went with the list
            yield Change(what="removed", kind=kind, name=f"({number} of {lost}, names are lost)")


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


def unchecked_files(folder: Path) -> list[str]:
    """Names of the files that a run may have and that no seal covers: its page, logs, leftovers."""
    unsealed = {path.name for path in folder.iterdir() if is_of_run(path.name)} - OWN_FILES
    return sorted(unsealed | ({PAGE} if (folder / PAGE).exists() else set()))


def notes_on(
    found: Found, complete: bool, seal: Sealed | None, unchecked: Sequence[str]
) -> Iterator[str]:
    """What is to be known about a check."""
    if found.broken:
        yield f"{NAME} cannot be read whole: {found.broken}"
    if not found.digested:
        yield "the store was made by an earlier version: its rows hold no digests"
    if PAGE in unchecked:
        yield f"{PAGE} is not sealed, as `multitrust report` makes it anew: it was not checked"
    if others := [name for name in unchecked if name != PAGE]:
        yield (
            f"logs, leftovers and files put aside are not sealed: {', '.join(others)} "
            f"{'was' if len(others) == 1 else 'were'} not checked"
        )
    if not complete:
        yield "the run is not complete and has no seal: what was added or removed does not show"
    elif seal is None:
        yield (
            f"there is no seal in {COMPLETE}: what was added or removed does not show; "
            "`multitrust score` seals the run"
        )
    elif seal.lines is None or chain_of(seal.facts, seal.lines) != seal.chain:
        yield f"{LISTING} does not fit the seal: what was added or removed does not show by name"


def is_mended(change: Change) -> bool:
    """Whether the command that made a run, given again, mends it: all that a run can make."""
    return change.what in ("changed", "removed") and change.name not in SEALED_ALONE


def is_loss(change: Change) -> bool:
    """Whether records or responses are concerned, or it cannot be told whether they are."""
    unsure = (NAME, f"{COMPLETE} or {LISTING}", COMPLETE)
    return change.what in ("changed", "removed") and (
        change.kind in ("record", "response") or change.name in unsure
    )


def is_edited(changes: Iterable[Change]) -> bool:
    """Whether a manifest was edited.

    One that changed while records were added is that of a scoring that was interrupted.
    """
    found = {(change.what, change.kind, change.name) for change in changes}
    added = any(change.what == "added" and change.kind == "record" for change in changes)
    return ("changed", "file", MANIFEST) in found and not added


def in_short(changes: Iterable[Change]) -> str:
    """How many of what were changed, added or removed; files by name."""
    found = list(changes)
    files = [f"{change.what} {change.name}" for change in found if change.kind == "file"]
    counts = Counter((change.kind, change.what) for change in found if change.kind != "file")
    rows = [
        f"{count:,} {kind}{'' if count == 1 else 's'} {what}"
        for (kind, what), count in counts.items()
    ]
    return ", ".join([*rows, *files])


def find_unsealed(folder: Path) -> tuple[Change, ...]:
    """The records, responses and files of a run that are not what was sealed.

    None of a run that is not complete. Images are not read. What was added does not count, but for
    a file that tells what was spent. Where rows were added, as a scoring was interrupted, no file
    counts: it may have changed them.

    Raises:
        StoreError: the run cannot be read.
    """
    if not (folder / COMPLETE).is_file():
        return ()
    changes = verify_run(folder, deep=False).changes
    scored = any(change.what == "added" and change.kind == "record" for change in changes)
    return tuple(
        change
        for change in changes
        if is_loss(change) or (change.kind == "file" and is_sealed_file(change) and not scored)
    )


def is_sealed_file(change: Change) -> bool:
    """Whether a file that the seal covers changed, or one that tells what was spent was added."""
    return change.what in ("changed", "removed") or (
        change.what == "added" and change.name == SPENDING
    )


def check_manifest(folder: Path, changes: tuple[Change, ...]) -> None:
    """See that a manifest was not edited after the run was sealed.

    Raises:
        StoreError: it was.
    """
    if is_edited(changes):
        raise StoreError(
            f"{folder / MANIFEST} does not fit the seal of the run: it was changed after the run "
            "was complete. Restore it from a copy; if you know that it is right, remove "
            f"{folder / COMPLETE} and give the command that made the run again, which seals it anew"
        )


def check_loss(folder: Path) -> None:
    """See that no record or response of a sealed run is missing or changed, nor its manifest.

    Raises:
        StoreError: one is; what is missing is said.
    """
    changes = verify_run(folder, deep=False).changes
    check_manifest(folder, changes)
    if lost := [change for change in changes if is_loss(change)]:
        raise StoreError(
            f"{folder} is not what was sealed: {in_short(lost)}. Nothing was changed: to score it "
            f"now would seal the loss. Give the command that made the run again, which keeps what "
            f"is intact and makes the rest anew, or restore a copy; `multitrust verify {folder}` "
            "names every change"
        )
