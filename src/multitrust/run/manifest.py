"""The manifest of a run: what is needed to repeat it, and what tells two runs apart."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from multitrust.core import Manifest, Model, RunMismatchError, StoreError, escaped
from multitrust.data import DATA_VERSION, LICENCES
from multitrust.data.official import data_root, fingerprint
from multitrust.run.codec import dump_manifest, load_manifest
from multitrust.run.config import RunConfig
from multitrust.run.database import database_path
from multitrust.run.files import (
    explain,
    find_trouble,
    keep_damaged,
    quotable,
    read_file,
    replace_file,
)
from multitrust.run.provenance import code_licence, environment_facts
from multitrust.run.seal import MANIFEST

log = logging.getLogger("multitrust.run")
IDENTITY = (
    "seed", "models", "tasks", "definitions", "conditions", "origin", "limit", "sample_ids",
    "epochs", "max_tokens", "mitigations", "protocol", "wording",
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
        definitions={task.id: task.digest for task in config.tasks},
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
        original_wording=config.original_wording,
        facts=facts_of(models),
        decoding=dict(decoding_of(config)),
        licences={"code": code_licence(), "data": LICENCES.get(config.origin.name, "")},
        prices={
            role: {"date": price.date, "source": price.source}
            for role, price in config.prices.items()
            if not price.free
        },
        **environment_facts(),
    )
    return replace(manifest, run_id=run_id(manifest))


def facts_of(models: Mapping[str, Model]) -> dict[str, dict[str, str]]:
    """By role, what of local models could change an answer."""
    found = {role: dict(getattr(model, "facts", None) or {}) for role, model in models.items()}
    return {role: facts for role, facts in found.items() if facts}


def decoding_of(config: RunConfig) -> Iterator[tuple[str, dict[str, Any]]]:
    """By task id, how answers are generated, as far as the run decides it.

    What the model's own settings change of it stands in its identity.
    """
    thinking = config.model.identity.thinking_tokens
    for task in config.tasks:
        settings = {
            name: value for name, value in asdict(task.config).items() if value not in (None, ())
        }
        if config.max_tokens is not None:
            settings["max_tokens"] = config.max_tokens
        yield task.id, settings | ({"thinking_tokens": thinking} if thinking else {})


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
        return escaped(", ".join(f"{key}: {found}" for key, found in value.items()))
    return repr(value)


def claim(folder: Path, manifest: Manifest) -> Manifest:
    """Write the manifest into the folder, or return the one of the same configuration.

    One that was lost or damaged is written anew, and a warning says so.

    Raises:
        RunMismatchError: the folder holds a run of another configuration.
        StoreError: the folder cannot be written, or its manifest is damaged and nothing else tells
            that the run is of this configuration.
    """
    path = folder / MANIFEST
    if not path.exists():
        if database_path(folder).exists():
            log.warning("%s was missing and is written anew", path)
    elif damage := manifest_damage(path):
        if folder.name != folder_name(manifest.models["target"].name, manifest.run_id):
            raise StoreError(
                f"{path} is not a manifest: {damage}; restore it from a copy, or remove it if you "
                "know that the folder holds this very run: then it is written anew"
            )
        log.warning("%s was damaged (%s) and is written anew", path, damage)
    else:
        return agreeing(folder, manifest)
    try:
        if path.exists():
            log.warning("the damaged manifest is kept as %s", keep_damaged(path))
        replace_file(path, dump_manifest(manifest))
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {explain(error)}, or choose another folder"
        ) from None
    return manifest


def agreeing(folder: Path, manifest: Manifest) -> Manifest:
    """The manifest in the folder, which is of the same configuration.

    Raises:
        RunMismatchError: it is of another.
        StoreError: there is none, or it cannot be read.
    """
    found = read_manifest(folder)
    if differing := differences(found, manifest):
        raise RunMismatchError(
            f"{folder} holds another run; choose another folder, or ask for the same:\n  "
            + "\n  ".join(differing)
        )
    return found


def rewrite_manifest(folder: Path, manifest: Manifest) -> None:
    """Put a manifest in the place of the run's own; a process that dies leaves one of both."""
    replace_file(folder / MANIFEST, dump_manifest(manifest))


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
    path = folder / MANIFEST
    try:
        return load_manifest(read_file(path))
    except (FileNotFoundError, NotADirectoryError):
        raise StoreError(f"{folder} holds no run (no {MANIFEST}); {no_manifest(folder)}") from None
    except OSError as error:
        raise StoreError(find_trouble(path) or f"cannot read {path}: {explain(error)}") from None
    except ValueError as error:
        raise StoreError(
            f"{path} is not a manifest: {quotable(path, str(error))}; give the command that made "
            "the run again, which writes it anew, or restore it from a copy"
        ) from None


def no_manifest(folder: Path) -> str:
    """What to do where there is no manifest."""
    if database_path(folder).exists():
        return "its store is there: the command that made the run, given again, writes it anew"
    return "give a run's folder"


def manifest_damage(path: Path) -> str:
    """Why a file is no manifest; empty if it is one.

    Raises:
        StoreError: it cannot be read.
    """
    try:
        load_manifest(read_file(path))
    except ValueError as error:
        return quotable(path, str(error))
    except OSError as error:
        raise StoreError(find_trouble(path) or f"cannot read {path}: {explain(error)}") from None
    return ""


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
