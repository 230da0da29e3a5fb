"""The cache of responses that runs share, when it cannot be used."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from multitrust.core import Response, StoreError
from multitrust.run.shared_cache import SharedCache

DIGEST = "ab" * 32
SAID = Response(text="Yes", model="m", reasoning="so", output_tokens=1)


def test_what_is_kept_is_found_by_others_and_only_the_first_counts(tmp_path: Path) -> None:
    first, second = SharedCache(tmp_path / "new" / "cache"), SharedCache(tmp_path / "new" / "cache")
    assert second.get(DIGEST) is None
    first.put(DIGEST, SAID)
    second.put(DIGEST, Response(text="No", model="m"))
    assert first.get(DIGEST) == second.get(DIGEST) == SAID
    first.close()
    second.close()


def test_a_file_that_is_no_cache_is_refused(tmp_path: Path) -> None:
    (tmp_path / "responses.sqlite").write_bytes(b"something else" * 99)
    with pytest.raises(StoreError, match="--cache"):
        SharedCache(tmp_path)


def test_a_cache_that_breaks_on_the_way_is_told(tmp_path: Path) -> None:
    cache = SharedCache(tmp_path)
    other = sqlite3.connect(tmp_path / "responses.sqlite")
    other.execute("DROP TABLE responses")
    other.commit()
    other.close()
    with pytest.raises(StoreError, match=r"no such table.*leave it out"):
        cache.get(DIGEST)
    with pytest.raises(StoreError, match=r"no such table.*leave it out"):
        cache.put(DIGEST, SAID)
    cache.close()
