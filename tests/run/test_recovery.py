"""Damaged stores: what can be read is kept, nothing untrue is, and no death loses any."""

from __future__ import annotations

import json
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.run.stores import half_in_log, keys

from multitrust.core import Record, StoreError
from multitrust.run.database import RECOVERED, is_damage, open_database
from multitrust.run.pages import is_torn, local_length, read_varint
from multitrust.run.salvage import find_damage, recover_if_damaged
from multitrust.run.store import Store, iter_records

COUNT, PAGE, FRAME, LOG_HEADER = 100, 4096, 4096 + 24, 32
Files = tuple[bytes | bytearray | None, bytes | bytearray | None]
"""Content of the file and of its log; None for a missing one."""
Harm = Callable[[random.Random, bytearray, bytearray], Files]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's store: half of it in the file, half in the log."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    half_in_log(folder, COUNT)
    return folder


@pytest.fixture(scope="module")
def truth(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Record]:
    """The records of that store by their number."""
    copy = tmp_path_factory.mktemp("truth") / "run"
    shutil.copytree(whole, copy)
    return {record.sample_id: record for record in iter_records(copy)}


def cut(rng: random.Random, file: bytearray, log: bytearray) -> Files:
    return file[: rng.randrange(len(file))], log


def flip(rng: random.Random, file: bytearray, log: bytearray) -> Files:
    for _ in range(rng.randrange(1, 100)):
        file[rng.randrange(len(file))] ^= 1 << rng.randrange(8)
    return file, log


def zero(rng: random.Random, file: bytearray, log: bytearray) -> Files:
    for _ in range(rng.randrange(1, 20)):
        start = rng.randrange(len(file) // PAGE) * PAGE
        file[start : start + PAGE] = bytes(PAGE)
    return file, log


def behead(rng: random.Random, file: bytearray, log: bytearray) -> Files:
    file[:100] = rng.randbytes(100)
    return file, None


def behead_both(rng: random.Random, file: bytearray, log: bytearray) -> Files:
    file[:PAGE], log[:LOG_HEADER] = rng.randbytes(PAGE), rng.randbytes(LOG_HEADER)
    return file, log


def flip_log(rng: random.Random, file: bytearray, log: bytearray) -> Files:
    for _ in range(rng.randrange(1, 6)):
        log[rng.randrange(len(log))] ^= 1 << rng.randrange(8)
    return file, log


def log_alone(rng: random.Random, file: bytearray, log: bytearray) -> Files:
    return None, log


def empty_beside_log(rng: random.Random, file: bytearray, log: bytearray) -> Files:
    return b"", log


def random_pages(rng: random.Random, file: bytearray, log: bytearray) -> Files:
    for _ in range(3):
        start = rng.randrange(len(file) // PAGE) * PAGE
        file[start : start + PAGE] = rng.randbytes(PAGE)
    return file, log


def intact(whole: Path, file: bytes | bytearray, log: bytes | bytearray) -> set[str]:
    """Numbers of short records of which a page that is as it was holds prompt and answer."""
    found: dict[bytes, set[str]] = {b"q": set(), b"a": set()}
    parts = (("run.sqlite", file, 0, PAGE), ("run.sqlite-wal", log, LOG_HEADER, FRAME))
    for name, now, begin, step in parts:
        before = (whole / name).read_bytes()
        for start in range(begin, len(before), step):
            page = before[start : start + step]
            if now[start : start + step] == page:
                for kind, numbers in found.items():
                    numbers |= {n.decode() for n in re.findall(b"<%b(\\d{4})>" % kind, page)}
    return {n for n in found[b"q"] & found[b"a"] if int(n) % 7 and int(n) % 11}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "harm",
    [cut, flip, zero, behead, behead_both, flip_log, log_alone, empty_beside_log, random_pages],
)
def test_every_row_whose_page_is_there_is_kept_and_no_other(
    tmp_path: Path, whole: Path, truth: dict[str, Record], harm: Harm, seed: int
) -> None:
    rng = random.Random(f"{harm.__name__} {seed}")
    file, log = harm(
        rng,
        bytearray((whole / "run.sqlite").read_bytes()),
        bytearray((whole / "run.sqlite-wal").read_bytes()),
    )
    for name, content in (("run.sqlite", file), ("run.sqlite-wal", log)):
        if content is not None:
            (tmp_path / name).write_bytes(content)
    saved = recover_if_damaged(tmp_path)
    kept = {record.sample_id: record for record in iter_records(tmp_path)}
    assert all(truth[number] == record for number, record in kept.items())
    assert intact(whole, file or b"", log or b"") <= kept.keys()
    assert saved is not None
    assert saved.records == len(kept)
    assert saved.aside.read_bytes() == (file or b"")
    if log is not None:
        assert saved.aside.with_name(f"{saved.aside.name}-wal").read_bytes() == log
    assert not find_damage(tmp_path / "run.sqlite")
    assert recover_if_damaged(tmp_path) is None


def test_long_rows_are_put_together_from_their_pages(
    tmp_path: Path, whole: Path, truth: dict[str, Record]
) -> None:
    for name in ("run.sqlite", "run.sqlite-wal"):
        shutil.copy(whole / name, tmp_path)
    head = bytearray((tmp_path / "run.sqlite-wal").read_bytes())
    head[0] ^= 1
    (tmp_path / "run.sqlite-wal").write_bytes(head)
    assert recover_if_damaged(tmp_path) is not None
    assert {record.sample_id: record for record in iter_records(tmp_path)} == truth


@pytest.mark.parametrize("cut", [LOG_HEADER - 1, LOG_HEADER, LOG_HEADER + 100, 20 * FRAME + 99])
def test_a_log_that_a_dying_process_left_unfinished_is_no_damage(
    tmp_path: Path, whole: Path, cut: int
) -> None:
    shutil.copy(whole / "run.sqlite", tmp_path)
    (tmp_path / "run.sqlite-wal").write_bytes((whole / "run.sqlite-wal").read_bytes()[:cut])
    assert find_damage(tmp_path / "run.sqlite") == ""
    assert recover_if_damaged(tmp_path) is None
    assert len(keys(tmp_path)) >= COUNT // 2


def test_a_log_that_is_whole_is_not_torn(whole: Path) -> None:
    assert not is_torn(whole / "run.sqlite-wal")


def test_readers_leave_the_log_of_an_empty_file_alone(tmp_path: Path, whole: Path) -> None:
    """SQLite deletes such a log as soon as it opens the file, even for reading."""
    log = (whole / "run.sqlite-wal").read_bytes()
    (tmp_path / "run.sqlite").touch()
    (tmp_path / "run.sqlite-wal").write_bytes(log)
    for read in (keys, lambda folder: open_database(folder / "run.sqlite")):
        with pytest.raises(StoreError, match="the file is empty beside its write-ahead log"):
            read(tmp_path)
    assert (tmp_path / "run.sqlite-wal").read_bytes() == log
    assert recover_if_damaged(tmp_path) is not None
    assert len(keys(tmp_path)) >= COUNT // 2


def test_what_was_kept_before_is_never_replaced(tmp_path: Path, whole: Path) -> None:
    for round in range(1, 4):
        (tmp_path / "run.sqlite").write_bytes(b"nothing that SQLite knows %d" % round)
        saved = recover_if_damaged(tmp_path)
        assert saved is not None
        assert saved.aside.name == f"run.sqlite.damaged-{round}"
    kept = [(tmp_path / f"run.sqlite.damaged-{round}").read_bytes()[-1:] for round in (1, 2, 3)]
    assert kept == [b"1", b"2", b"3"]


def sqlite_error(number: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = number
    return error


@pytest.mark.parametrize(
    ("number", "damage"),
    [
        (sqlite3.SQLITE_CORRUPT, True),
        (sqlite3.SQLITE_CORRUPT_INDEX, True),
        (sqlite3.SQLITE_NOTADB, True),
        (sqlite3.SQLITE_ERROR, True),
        (sqlite3.SQLITE_FULL, False),
        (sqlite3.SQLITE_BUSY, False),
        (sqlite3.SQLITE_BUSY_RECOVERY, False),
        (sqlite3.SQLITE_LOCKED, False),
        (sqlite3.SQLITE_READONLY, False),
        (sqlite3.SQLITE_READONLY_CANTINIT, False),
        (sqlite3.SQLITE_CANTOPEN, False),
        (sqlite3.SQLITE_IOERR_WRITE, False),
        (sqlite3.SQLITE_IOERR_SHMSIZE, False),
        (sqlite3.SQLITE_NOMEM, False),
        (sqlite3.SQLITE_PERM, False),
    ],
)
def test_only_damage_is_damage(number: int, damage: bool) -> None:
    assert is_damage(sqlite_error(number)) is damage


def test_a_store_that_another_program_holds_is_left_alone(tmp_path: Path, whole: Path) -> None:
    shutil.copy(whole / "run.sqlite", tmp_path)
    with closing(sqlite3.connect(tmp_path / "run.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM records WHERE seq = 1")
        assert recover_if_damaged(tmp_path) is None
        other.execute("ROLLBACK")
    assert len(keys(tmp_path)) == COUNT // 2


def test_a_file_that_cannot_be_opened_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "run.sqlite").mkdir()
    (tmp_path / "run.sqlite" / "file").touch()
    with pytest.raises(StoreError, match="cannot use"):
        recover_if_damaged(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["run.sqlite"]


def test_a_recovery_for_which_there_is_no_room_leaves_the_old_state(
    tmp_path: Path, whole: Path
) -> None:
    import resource

    for name in ("run.sqlite", "run.sqlite-wal"):
        shutil.copy(whole / name, tmp_path)
    damaged = (whole / "run.sqlite").read_bytes()[: 20 * PAGE]
    (tmp_path / "run.sqlite").write_bytes(damaged)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(StoreError, match="free some space"):
            recover_if_damaged(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (tmp_path / "run.sqlite").read_bytes() == damaged
    log = (whole / "run.sqlite-wal").read_bytes()
    assert (tmp_path / "run.sqlite-wal").read_bytes() == log
    assert recover_if_damaged(tmp_path) is not None
    assert len(keys(tmp_path)) > COUNT // 2


DYING = """
import json, os, shutil, signal, sys
from pathlib import Path
from multitrust.run.salvage import recover_if_damaged
from multitrust.run.store import iter_records

damaged, work = Path(sys.argv[1]), Path(sys.argv[2])
left = None
EVENTS = {"open", "os.rename", "os.remove", "os.link", "sqlite3.connect/handle", "os.truncate"}

def count(event, arguments):
    global left
    if left is not None and event in EVENTS and str(arguments).find("run.sqlite") >= 0:
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
point, rows = 0, []
while True:
    folder = work / str(point)
    shutil.copytree(damaged, folder)
    child = os.fork()
    if not child:
        left = point
        recover_if_damaged(folder)
        os._exit(0)
    died = os.waitpid(child, 0)[1]
    try:
        seen = len(list(iter_records(folder)))
    except Exception as error:
        seen = type(error).__name__
    saved = recover_if_damaged(folder)
    after = len(list(iter_records(folder)))
    kept = [path.read_bytes() == (damaged / "run.sqlite").read_bytes()
            for path in folder.glob("run.sqlite.damaged-?")]
    rows.append((bool(died), seen, saved is not None, after, kept))
    shutil.rmtree(folder)
    if not died:
        break
    point += 1
print(json.dumps(rows))
"""


@pytest.mark.parametrize("harm", ["cut", "log"])
def test_a_death_at_any_file_operation_leaves_the_old_state_or_the_new_one(
    tmp_path: Path, whole: Path, harm: str
) -> None:
    """Readers see an error or all that could be kept; the next start keeps all of it."""
    folder = tmp_path / "damaged"
    folder.mkdir()
    for name in ("run.sqlite", "run.sqlite-wal"):
        shutil.copy(whole / name, folder)
    if harm == "cut":
        content = (folder / "run.sqlite").read_bytes()
        (folder / "run.sqlite").write_bytes(content[: len(content) // 2])
    if harm == "log":
        content = (folder / "run.sqlite-wal").read_bytes()
        (folder / "run.sqlite-wal").write_bytes(content[:500] + b"no frame" + content[508:])
    done = subprocess.run(
        [sys.executable, "-c", DYING, str(folder), str(tmp_path / "work")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert [died for died, *_ in rows] == [True] * (len(rows) - 1) + [False]
    assert len(rows) >= 8
    best = rows[-1][3]
    assert COUNT // 4 < best < COUNT or harm == "log"
    for died, seen, recovered, after, kept in rows:
        assert after == best
        assert all(kept)
        assert kept
        if harm != "log":  # readers of a torn log see what SQLite sees
            assert seen in ("StoreError", best)
        assert recovered or not died or seen == best


def test_readers_see_what_is_recovered_before_it_is_in_its_place(
    tmp_path: Path, whole: Path
) -> None:
    shutil.copy(whole / "run.sqlite", tmp_path / RECOVERED)
    (tmp_path / "run.sqlite").write_bytes(b"broken")
    assert len(keys(tmp_path)) == COUNT // 2
    assert recover_if_damaged(tmp_path) is not None
    assert not (tmp_path / RECOVERED).exists()
    assert len(keys(tmp_path)) == COUNT // 2


async def test_a_recovered_store_goes_on_where_it_was(tmp_path: Path, whole: Path) -> None:
    from tests.run.stores import add, key

    content = (whole / "run.sqlite").read_bytes()
    (tmp_path / "run.sqlite").write_bytes(content[: len(content) // 2])
    recover_if_damaged(tmp_path)
    store = Store(tmp_path)
    done = store.done()
    assert 0 < len(done) < COUNT // 2
    for number in range(COUNT // 2):
        if key(number) not in done:
            add(store, number)
    store.close()
    assert len(keys(tmp_path)) == COUNT // 2


def test_varints_and_lengths_are_as_the_format_says() -> None:
    assert read_varint(b"\x7f", 0) == (127, 1)
    assert read_varint(b"\x81\x00", 0) == (128, 2)
    assert read_varint(b"\xff" * 9, 0) == (2**64 - 1, 9)
    with pytest.raises(IndexError):
        read_varint(b"\x81", 0)
    assert local_length(4061, 4096) == 4061
    assert local_length(4062, 4096) == 489
    assert local_length(489 + 4092, 4096) == 489
    assert local_length(490 + 4092, 4096) == 490


def test_opening_a_damaged_store_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "run.sqlite").write_bytes(b"nothing that SQLite knows" * 99)
    with pytest.raises(StoreError, match=r"damaged.*verify.*given again"):
        open_database(tmp_path / "run.sqlite")
