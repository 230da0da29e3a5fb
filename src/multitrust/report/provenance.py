"""What a page says of how its numbers were made: licences, data, decoding, versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from multitrust.core import Manifest

SHORT = 12
"""Hex digits of a digest that are shown."""


def provenance_of(manifest: Manifest) -> tuple[tuple[str, str], ...]:
    """What is known, as pairs of what and its text; what is not known is left out."""
    return tuple((name, text) for name, text in facts(manifest) if text)


def facts(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """All pairs in the order of the page."""
    yield "Licence of the code", manifest.licences.get("code", "")
    yield "Licence of the data", manifest.licences.get("data", "")
    yield "Data", data(manifest.origin)
    for role, identity in {**manifest.models, **manifest.scored_by}.items():
        yield f"Model ({role})", str(identity)
    for role, known in manifest.facts.items():
        yield f"Settings ({role})", ", ".join(f"{name} {value}" for name, value in known.items())
    yield "Decoding", decoding(manifest.decoding)
    yield (
        "Prices",
        ", ".join(
            f"{role}: read {price.get('date') or 'at an unknown date'}"
            for role, price in manifest.prices.items()
        ),
    )
    version = f"{manifest.version}, " if manifest.version else ""
    yield "multitrust", f"{version}commit {manifest.commit or 'unknown'}"
    yield "Python", manifest.python
    yield "System", manifest.platform
    yield "Packages", ", ".join(f"{name} {version}" for name, version in manifest.packages.items())


def data(origin: Mapping[str, Any]) -> str:
    """Which data, in which version."""
    parts = [f"{origin['name']} data"]
    if "data_version" in origin:
        parts.append(f"version {origin['data_version']}")
    if "fingerprint" in origin:
        parts.append(f"fingerprint {str(origin['fingerprint'])[:SHORT]}")
    if "imported" in origin:
        parts.append(f"imported from logs of {origin['imported']}")
    if "logs" in origin:
        parts.append(f"sha256 of the logs {str(origin['logs'])[:SHORT]}")
    return ", ".join(parts)


def decoding(settings: Mapping[str, Mapping[str, Any]]) -> str:
    """The settings of generation: those of most tasks first, then others with their tasks."""
    tasks: dict[str, list[str]] = {}
    for task, known in settings.items():
        text = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in known.items())
        tasks.setdefault(text, []).append(task)
    usual, *others = sorted(tasks, key=lambda text: -len(tasks[text])) or [""]
    apart = [f"{text} in {', '.join(tasks[text])}" for text in others]
    return "; ".join(filter(None, [usual, *apart]))
