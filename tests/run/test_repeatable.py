"""The same seed gives the same run in any process; another seed gives another."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from multitrust.core import Record
from multitrust.run import load_run

UNRELATED = ("color", "nature", "noise")
PROGRAM = Path(sys.executable).with_name("multitrust")


def run(folder: Path, seed: int, hash_seed: int) -> tuple[dict[str, Record], dict[str, bytes]]:
    """Records by key and pictures by name; everything is drawn anew, in a process of its own."""
    own = {"MULTITRUST_CACHE_DIR": str(folder / "cache"), "PYTHONHASHSEED": str(hash_seed)}
    arguments = ("run", "--model", "mock/saint", "--limit", 1, "--seed", seed, "--no-report")
    subprocess.run(
        [PROGRAM, *map(str, arguments), "--log-dir", folder / "logs"],
        env={**os.environ, **own}, capture_output=True, check=True,
    )  # fmt: skip
    (found,) = (folder / "logs").iterdir()
    pictures = {path.name: path.read_bytes() for path in (found / "images").iterdir()}
    return {record.key: record for record in load_run(found)[1]}, pictures


def test_a_seed_is_a_run(tmp_path: Path) -> None:
    first, drawn = run(tmp_path / "a", seed=5, hash_seed=1)
    again, drawn_again = run(tmp_path / "b", seed=5, hash_seed=2)
    assert first == again
    assert drawn == drawn_again
    other, _ = run(tmp_path / "c", seed=6, hash_seed=1)
    assert shown(first)
    assert shown(first).isdisjoint(shown(other))
    assert {record.condition for record in first.values()} == {
        record.condition for record in other.values()
    }


def shown(records: dict[str, Record]) -> set[str]:
    """Pictures that belong to a question; unrelated ones are fixed by the sample's id alone."""
    return {
        digest
        for record in records.values()
        if record.condition.removeprefix("benign-") not in UNRELATED
        for digest in record.images
    }
