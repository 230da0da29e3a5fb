"""Records and manifests as JSON, and back."""

from __future__ import annotations

from typing import Any

import orjson

from multitrust.core import Manifest, Record, Response, Score


def dump_record(record: Record, response_digest: str | None) -> bytes:
    """A record without its response's text, which is stored once under its digest."""
    fields: dict[str, Any] = {
        "task": record.task,
        "condition": record.condition,
        "sample_id": record.sample_id,
        "epoch": record.epoch,
        "target": record.target,
        "metadata": record.metadata,
        "prompt": record.prompt,
        "images": record.images,
        "response": response_digest,
        "scores": record.scores,
        "error": record.error,
    }
    return orjson.dumps(fields)


def load_record(body: bytes, response: bytes | None) -> Record:
    """The record with its response."""
    fields = orjson.loads(body)
    fields["images"] = tuple(fields["images"])
    fields["scores"] = tuple(Score(**score) for score in fields["scores"])
    fields["response"] = load_response(response) if response is not None else None
    return Record(**fields)


def dump_response(response: Response) -> bytes:
    """A response as JSON."""
    return orjson.dumps(response)


def load_response(body: bytes) -> Response:
    """A response from JSON."""
    return Response(**orjson.loads(body))


def dump_manifest(manifest: Manifest) -> bytes:
    """A manifest as indented JSON with sorted keys."""
    return orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


def load_manifest(body: bytes) -> Manifest:
    """A manifest from JSON."""
    fields = orjson.loads(body)
    fields["conditions"] = {task: tuple(names) for task, names in fields["conditions"].items()}
    for name in ("mitigations", "sample_ids"):
        fields[name] = tuple(fields[name])
    return Manifest(**fields)
