"""Records and manifests as JSON, and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import MISSING, fields
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import orjson

from multitrust.core import Manifest, ModelIdentity, Record, Response, Score, Stop, escaped

TEXTS = ("text", "model", "reasoning")
STOPS = get_args(Stop)
COUNTS = ("input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens")
RESPONSE = frozenset({*TEXTS, "stop", *COUNTS})
"""Fields of a response."""


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


def response_fault(known: Mapping[str, object]) -> str:
    """Which field of a response is of another type than it must be; empty if none is."""
    if unknown := known.keys() - RESPONSE:
        return f"{', '.join(sorted(unknown))} is no field of a response"
    for name in TEXTS:
        if not isinstance(known.get(name, "" if name == "reasoning" else None), str):
            return f"{name} is {shortened(known.get(name))}, expected a text"
    if known.get("stop", "end") not in STOPS:
        return f"stop is {shortened(known['stop'])}, expected one of {', '.join(STOPS)}"
    for name in COUNTS:
        count = known.get(name)
        if count is not None and (isinstance(count, bool) or not isinstance(count, int | float)):
            return f"{name} is {shortened(count)}, expected None or a whole number"
    return ""


def is_response(body: object) -> bool:
    """Whether a stored body is a response in JSON."""
    try:
        known = orjson.loads(body)  # type: ignore[arg-type]
    except (orjson.JSONDecodeError, TypeError):
        return False
    return isinstance(known, dict) and not response_fault(known)


def dump_manifest(manifest: Manifest) -> bytes:
    """A manifest as indented JSON with sorted keys."""
    return orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


ORIGIN = {
    "name": str,
    "totals": Mapping[str, Mapping[str, float | None]],
    "summed": Mapping[str, tuple[str, ...]],
}
"""Types of a manifest's `origin`, as far as code relies on them; all but the name may be absent."""


def load_manifest(body: bytes) -> Manifest:
    """A manifest from JSON.

    Raises:
        ValueError: it is none, or that of an older version; says which field holds what, and what
            was expected.
    """
    known = orjson.loads(body)
    if isinstance(known, dict):
        for name in ("models", "scored_by"):
            if isinstance(known.get(name), dict):
                known[name] = {role: load_identity(found) for role, found in known[name].items()}
    check_fields(known, Manifest)
    if "target" not in known["models"]:
        raise ValueError("models names no target")
    if "name" not in known["origin"]:
        raise ValueError("origin has no name")
    for name, hint in ORIGIN.items():
        if name in known["origin"]:
            check_type(f"origin.{name}", known["origin"][name], hint)
    known["conditions"] = {task: tuple(names) for task, names in known["conditions"].items()}
    for name in ("mitigations", "sample_ids"):
        known[name] = tuple(known.get(name, ()))
    return Manifest(**known)


def load_identity(fields: object) -> ModelIdentity:
    """A model's identity from JSON.

    Raises:
        ValueError: it is a text, as in manifests of older versions, or no identity.
    """
    if isinstance(fields, str):
        raise ValueError(
            f"the model {fields!r} is written as a text, as older versions of multitrust did; "
            "expected an object with a name"
        )
    check_fields(fields, ModelIdentity)
    return ModelIdentity(**fields)  # type: ignore[arg-type]


def check_fields(known: object, kind: type[Any]) -> None:
    """See that JSON holds a dataclass: its fields and no others, each of its type.

    Raises:
        ValueError: it does not.
    """
    if not isinstance(known, dict):
        raise ValueError(f"expected an object, not {shortened(known)}")
    hints = get_type_hints(kind)
    if unknown := known.keys() - hints.keys():
        names = ", ".join(map(escaped, sorted(unknown)))
        raise ValueError(f"unknown: {shortened_text(names)} (of a newer version?)")
    for field in fields(kind):
        if field.name in known:
            check_type(field.name, known[field.name], hints[field.name])
        elif field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"{field.name} is missing")


def check_type(name: str, value: object, hint: Any) -> None:
    """See that a value of JSON has a type.

    Raises:
        ValueError: it has another.
    """
    if not has_type(value, hint):
        expected = str(getattr(hint, "__name__", hint) if not get_args(hint) else hint)
        expected = expected.replace("collections.abc.", "").replace("typing.", "")
        raise ValueError(f"{name} is {shortened(value)}, expected {expected}")


def has_type(value: object, hint: Any) -> bool:
    """Whether a value of JSON has a type; arrays stand for tuples, whole numbers for floats."""
    parts = get_args(hint)
    if hint is Any:
        return True
    if isinstance(hint, UnionType):
        return any(has_type(value, part) for part in parts)
    if isinstance(value, dict) and parts and issubclass(get_origin(hint) or NoneType, Mapping):
        held = int if get_origin(hint) is Counter else parts[-1]
        return all(has_type(item, held) for item in value.values())
    if isinstance(value, list) and get_origin(hint) is tuple:
        return all(has_type(item, parts[0]) for item in value)
    if isinstance(value, bool) or parts:
        return hint is bool
    return isinstance(value, int | float if hint is float else hint)


def shortened(value: object) -> str:
    """A value as it is shown in a message."""
    return shortened_text(repr(value))


def shortened_text(text: str) -> str:
    """The text, or its beginning."""
    return text if len(text) <= 60 else f"{text[:60]} …"
