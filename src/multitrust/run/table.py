"""The records as a flat table for analysis."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from multitrust.core import Record

BATCH = 1000
"""Records held in memory at once."""


def write_parquet(records: Iterable[Record], path: Path) -> None:
    """Write one row a record; the file is there whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    temporary = path.with_suffix(".tmp")
    rows: list[dict[str, Any]] = []
    with pq.ParquetWriter(temporary, schema()) as writer:
        for record in records:
            rows.append(row(record))
            if len(rows) == BATCH:
                writer.write_table(pa.Table.from_pylist(rows, schema()))
                rows = []
        writer.write_table(pa.Table.from_pylist(rows, schema()))
    temporary.replace(path)


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


def row(record: Record) -> dict[str, Any]:
    """A record as a row; `score` is the first scorer's value."""
    response = record.response
    return {
        "sample_id": record.sample_id,
        "task": record.task,
        "condition": record.condition,
        "epoch": record.epoch,
        "model": response.model if response else None,
        "outcome": record.outcome,
        "family": record.family,
        "target": orjson.dumps(record.target).decode(),
        "prompt": record.prompt,
        "images": list(record.images),
        "response": response.text if response else None,
        "reasoning": response.reasoning if response else None,
        "stop": response.stop if response else None,
        "input_tokens": response.input_tokens if response else None,
        "output_tokens": response.output_tokens if response else None,
        "cached_tokens": response.cached_tokens if response else None,
        "reasoning_tokens": response.reasoning_tokens if response else None,
        "score": record.scores[0].value if record.scores else None,
        "scores": orjson.dumps({score.scorer: score for score in record.scores}).decode(),
        "error": record.error,
    }
