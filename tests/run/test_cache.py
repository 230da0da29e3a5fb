"""The cache of responses that runs share, when it cannot be used."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from multitrust.core import Response, StoreError
from multitrust.run.shared_cache import SharedCache

DIGEST = "ab" * 32
OTHER = "cd" * 32
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
    with pytest.raises(StoreError, match=r"no such table.*leave the flag out"):
        cache.get(DIGEST)
    with pytest.raises(StoreError, match=r"no such table.*leave the flag out"):
        cache.put(DIGEST, SAID)
    cache.close()


def edited(folder: Path, statement: str) -> None:
    """Change the file by hand, as the user or another program might."""
    with closing(sqlite3.connect(folder / "responses.sqlite")) as database:
        database.execute(statement)
        database.commit()


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE responses SET body = CAST(replace(body, \'"text":"\', \'"text":"x\') AS BLOB)',
        "UPDATE responses AS r SET body = (SELECT body FROM responses WHERE body <> r.body)",
        "UPDATE responses SET body = x'00'",
        "UPDATE responses SET body = NULL",
        "UPDATE responses SET body = 'text'",
        "UPDATE responses SET sha256 = NULL",
        "UPDATE responses SET sha256 = body",
        "UPDATE responses SET sha256 = zeroblob(32)",
    ],
)
def test_a_row_that_is_not_what_was_written_is_dropped_and_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, statement: str
) -> None:
    no = Response(text="No", model="m")
    cache = SharedCache(tmp_path)
    cache.put(DIGEST, SAID)
    cache.put(OTHER, no)
    cache.close()
    assert caplog.text == ""
    edited(tmp_path, statement)
    cache = SharedCache(tmp_path)
    assert cache.get(DIGEST) is cache.get(OTHER) is None
    cache.put(DIGEST, SAID)
    assert cache.get(DIGEST) == SAID
    cache.close()
    (told,) = caplog.messages
    assert str(tmp_path) in told
    assert told.endswith("not what was written, and so dropped and not used: 2")


def test_a_cache_of_an_earlier_version_gets_its_digests_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    edited(tmp_path, "CREATE TABLE responses (digest BLOB PRIMARY KEY, body BLOB)")
    for digest, text in ((DIGEST, '"Yes"'), (OTHER, "5")):
        body = f'{{"text":{text},"model":"m"}}'.encode().hex()
        edited(tmp_path, f"INSERT INTO responses VALUES (x'{digest}', x'{body}')")
    first, second = SharedCache(tmp_path), SharedCache(tmp_path)
    assert first.get(DIGEST) == second.get(DIGEST) == Response(text="Yes", model="m")
    assert first.get(OTHER) is None
    first.close()
    second.close()
    assert caplog.text.count("made by an earlier version") == 1
    assert "are taken as they are, and have digests from now on: 2" in caplog.text
    assert "not used: 1" in caplog.text
    edited(tmp_path, "UPDATE responses SET body = CAST(replace(body, 'Yes', 'No!') AS BLOB)")
    third = SharedCache(tmp_path)
    assert third.get(DIGEST) is None
    third.close()
