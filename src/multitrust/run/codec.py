"""Records and manifests as JSON, and back."""

from __future__ import annotations

from typing import Any

import orjson

from multitrust.core import Manifest, ModelIdentity, Record, Response, Score


def dump_record(record: Record, response_digest: str | None) -> bytes:
    """A record without its response's text, which is stored once under its digest.

    What follows from the record, its outcome and its family, is kept for readers of the fields.
    """
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
        "outcome": record.outcome,
        "family": record.family,
    }
    return orjson.dumps(fields)


def load_fields(body: bytes, response: bytes | None) -> dict[str, Any]:
    """The fields of a record and, as `response`, those of its response; None if it has none."""
    fields: dict[str, Any] = orjson.loads(body)
    fields["response"] = None if response is None else orjson.loads(response)
    return fields


def as_record(fields: dict[str, Any]) -> Record:
    """The record of loaded fields."""
    response = fields["response"]
    return Record(
        task=fields["task"],
        condition=fields["condition"],
        sample_id=fields["sample_id"],
        epoch=fields["epoch"],
        target=fields["target"],
        metadata=fields["metadata"],
        prompt=fields["prompt"],
        images=tuple(fields["images"]),
        response=None if response is None else Response(**response),
        scores=tuple(Score(**score) for score in fields["scores"]),
        error=fields["error"],
    )


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
    """A manifest from JSON.

    Raises:
        ValueError: it is that of an older version, or no manifest.
    """
    fields = orjson.loads(body)
    for name in ("models", "scored_by"):
        fields[name] = {role: load_identity(found) for role, found in fields[name].items()}
    fields["conditions"] = {task: tuple(names) for task, names in fields["conditions"].items()}
    for name in ("mitigations", "sample_ids"):
        fields[name] = tuple(fields[name])
    return Manifest(**fields)


def load_identity(fields: object) -> ModelIdentity:
    """A model's identity from JSON.

    Raises:
        ValueError: it is a text, as in manifests of older versions.
    """
    if not isinstance(fields, dict):
        raise ValueError(
            f"the model {fields!r} is written as a text, as older versions of multitrust did; "
            "expected an object with a name"
        )
    return ModelIdentity(**fields)
