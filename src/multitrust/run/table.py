"""The records as a flat table for analysis."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from multitrust.run.files import explain, open_fresh

BATCH = 1000
"""Records held in memory at once."""


def write_parquet(records: Iterable[dict[str, Any]], path: Path) -> str:
    """Write one row for each record's fields; the file is there whole or not at all.

    Returns why it could not be written, or nothing: a run is complete without its table, which
    holds nothing that the store does not.
    """
    from pyarrow import ArrowException

    temporary = path.with_name(f"{path.name}.tmp")
    try:
        write_table(records, temporary)
        temporary.replace(path)
    except OSError as error:
        problem = explain(error)
    except (ArrowException, ValueError, TypeError, LookupError, ArithmeticError) as error:
        problem = f"{type(error).__name__}: {error}"
    else:
        return ""
    for leftover in (temporary, path):  # the table of an earlier scoring would be another one
        with contextlib.suppress(OSError):
            leftover.unlink(missing_ok=True)
    return problem


def write_table(records: Iterable[dict[str, Any]], path: Path) -> None:
    """Write the rows in groups."""
    import pyarrow.parquet as pq

    with open_fresh(path) as file, pq.ParquetWriter(file, schema()) as writer:
        for rows in batched(map(row, records), BATCH):
            writer.write_table(table(rows))


def batched(rows: Iterable[bytes], size: int) -> Iterator[tuple[bytes, ...]]:
    """The rows in groups of a size; the last may be smaller."""
    rest = iter(rows)
    while group := tuple(islice(rest, size)):
        yield group


def table(rows: tuple[bytes, ...]) -> Any:
    """The rows as a table; from JSON, as `pyarrow` imports pandas for Python's own values."""
    from pyarrow.json import ParseOptions, ReadOptions, read_json

    lines = b"\n".join(rows)
    return read_json(
        io.BytesIO(lines),
        ReadOptions(block_size=len(lines) + 1),
        ParseOptions(explicit_schema=schema(), unexpected_field_behavior="error"),
    )


def schema() -> Any:
    """The columns. Scores are JSON: scorer -> value or unscored reason, answer, explanation."""
    import pyarrow as pa

    text, number = pa.string(), pa.int64()
    return pa.schema(
        [
            ("sample_id", text), ("task", text), ("condition", text), ("epoch", number),
            ("model", text), ("outcome", text), ("family", text), ("target", text),
            ("prompt", text), ("images", pa.list_(text)), ("response", text),
            ("reasoning", text), ("stop", text), ("input_tokens", number),
            ("output_tokens", number), ("cached_tokens", number), ("reasoning_tokens", number),
            ("score", pa.float64()), ("scores", text), ("error", text),
        ]
    )  # fmt: skip


COUNTS = ("input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens")


def in_range(count: int | None) -> int | None:
    """A count that a column of 64 bits can hold; None for one that no request can have."""
    return count if count is None or abs(count) < 2**63 else None


def row(fields: dict[str, Any]) -> bytes:
    """A record's fields as a row in JSON; `score` is the first scorer's value."""
    response, scores = fields["response"] or {}, fields["scores"]
    cells = {
        "sample_id": fields["sample_id"],
        "task": fields["task"],
        "condition": fields["condition"],
        "epoch": fields["epoch"],
        "model": response.get("model"),
        "outcome": fields["outcome"],
        "family": fields["family"],
        "target": orjson.dumps(fields["target"]).decode(),
        "prompt": fields["prompt"],
        "images": fields["images"],
        "response": response.get("text"),
        "reasoning": response.get("reasoning"),
        "stop": response.get("stop"),
        **{name: in_range(response.get(name)) for name in COUNTS},
        "score": scores[0]["value"] if scores else None,
        "scores": orjson.dumps({score["scorer"]: score for score in scores}).decode(),
        "error": fields["error"],
    }
    return orjson.dumps(cells)
