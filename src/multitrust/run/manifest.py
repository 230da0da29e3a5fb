"""The manifest of a run: what is needed to repeat it, and what tells two runs apart."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import orjson

from multitrust.core import Manifest, Model, RunMismatchError, StoreError
from multitrust.data import DATA_VERSION
from multitrust.data.official import data_root, fingerprint
from multitrust.run.codec import dump_manifest, load_manifest
from multitrust.run.config import RunConfig

PACKAGES = ("multitrust", "numpy", "Pillow", "resvg_py", "torch", "transformers")
"""Packages whose versions may change a number."""
IDENTITY = (
    "seed", "models", "tasks", "conditions", "origin", "limit", "sample_ids", "epochs",
    "max_tokens", "mitigations", "protocol", "wording",
)  # fmt: skip
"""Fields of the manifest in which two runs of one configuration agree."""


def make_manifest(config: RunConfig) -> Manifest:
    """The manifest of a configuration."""
    models = {"target": config.model, **config.models}
    manifest = Manifest(
        run_id="",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        seed=config.origin.seed,
        models={role: model.identity for role, model in models.items()},
        tasks={task.id: task.version for task in config.tasks},
        conditions={
            task.id: tuple(condition.name for condition in config.conditions_of(task))
            for task in config.tasks
        },
        origin=origin_of(config),
        limit=config.limit,
        sample_ids=config.sample_ids,
        epochs=config.epochs,
        max_tokens=config.max_tokens,
        protocol=config.protocol,
        wording=config.wording,
        facts=facts_of(models),
        packages=dict(package_versions()),
        commit=commit(),
        version=version("multitrust"),
    )
    return replace(manifest, run_id=run_id(manifest))


def facts_of(models: Mapping[str, Model]) -> dict[str, dict[str, str]]:
    """By role, what of local models could change an answer."""
    found = {role: dict(getattr(model, "facts", None) or {}) for role, model in models.items()}
    return {role: facts for role, facts in found.items() if facts}


def origin_of(config: RunConfig) -> dict[str, str]:
    """What tells the data of a run from others, without where they lie.

    Raises:
        DataUnavailableError: the official data are not there.
    """
    if config.origin.name == "embedded":
        return {"name": "embedded", "data_version": DATA_VERSION}
    return {"name": config.origin.name, "fingerprint": fingerprint(data_root(config.origin.root))}


def run_id(manifest: Manifest) -> str:
    """Twelve hex digits that a configuration determines."""
    fields = {name: getattr(manifest, name) for name in IDENTITY}
    text = orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()[:12]


def folder_name(model: str, run: str) -> str:
    """The name of a run's folder: the same configuration always gets the same one."""
    slug = re.sub(r"[^a-z0-9.]+", "-", model.casefold()).strip("-")[:60]
    return f"{slug}-{run}"


def package_versions() -> Iterator[tuple[str, str]]:
    """The versions of the packages that matter and are installed."""
    for name in PACKAGES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def commit() -> str | None:
    """The commit of the checkout that the code runs from, `+dirty` with changes; None if none."""
    here = Path(__file__).parent
    command = ["git", "-C", str(here), "describe", "--always", "--dirty=+dirty", "--abbrev=40"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


def differences(old: Manifest, new: Manifest) -> list[str]:
    """Where two configurations differ, in words."""
    return [
        f"{name}: {in_words(getattr(old, name))} there, {in_words(getattr(new, name))} asked for"
        for name in IDENTITY
        if getattr(old, name) != getattr(new, name)
    ]


def in_words(value: object) -> str:
    """A field of a manifest for a message; models with all that determines their answers."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {found}" for key, found in value.items())
    return repr(value)


def claim(folder: Path, manifest: Manifest) -> Manifest:
    """Write the manifest into the folder, or return the one of the same configuration.

    Raises:
        RunMismatchError: the folder holds a run of another configuration.
        StoreError: the folder cannot be written.
    """
    path = folder / "manifest.json"
    if path.is_file():
        found = read_manifest(folder)
        differing = differences(found, manifest)
        if differing:
            raise RunMismatchError(
                f"{folder} holds another run; choose another folder, or ask for the same:\n  "
                + "\n  ".join(differing)
            )
        return found
    try:
        path.write_bytes(dump_manifest(manifest))
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}; choose another folder") from None
    return manifest


def rewrite_manifest(folder: Path, manifest: Manifest) -> None:
    """Put a manifest in the place of the run's own; a process that dies leaves one of both."""
    path = folder / "manifest.json"
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(dump_manifest(manifest))
    temporary.replace(path)


def note_scoring(folder: Path, models: Mapping[str, Model]) -> None:
    """Write into the manifest which models score the run anew."""
    if models:
        old = read_manifest(folder)
        named = {role: model.identity for role, model in models.items()}
        facts = {**old.facts, **facts_of(models)}
        fresh = replace(old, scored_by={**old.scored_by, **named}, facts=facts)
        rewrite_manifest(folder, fresh)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a run.

    Raises:
        StoreError: there is none, or it cannot be read.
    """
    path = folder / "manifest.json"
    try:
        return load_manifest(path.read_bytes())
    except OSError:
        raise StoreError(f"{folder} holds no run (no manifest.json); give a run's folder") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            f"{path} is not a manifest: {error}; restore it from a copy, or start a new run"
        ) from None


class Fingerprints:
    """What each condition of each task showed and expected, noted while records pass by."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], set[bytes]] = {}

    def note(self, records: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The fields of the same records, each noted."""
        for fields in records:
            shown = [fields[name] for name in ("sample_id", "prompt", "images", "target")]
            condition = self._seen.setdefault((fields["task"], fields["condition"]), set())
            condition.add(hashlib.sha256(orjson.dumps(shown)).digest())
            yield fields

    def digests(self) -> dict[str, str]:
        """The sha256 of what was noted, by `task/condition`."""
        return {
            f"{task}/{condition}": hashlib.sha256(b"".join(sorted(digests))).hexdigest()
            for (task, condition), digests in self._seen.items()
        }
