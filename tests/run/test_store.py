"""The store while it writes: groups, foreign locks, a full disk, images."""

from __future__ import annotations

import asyncio
import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.run.stores import Picture, add, digest, fill, key, keys, record, response

from multitrust.core import ImageError, ModelIdentity, Response, StoreError
from multitrust.models import resolve
from multitrust.run import RunConfig, execute
from multitrust.run.store import LONGEST_PAUSE, Store, iter_records
from multitrust.tasks import select_tasks

PICTURES = tuple(Picture(name) for name in ("one", "two", "three"))
LARGE = tuple(Picture(picture.digest, 100_000) for picture in PICTURES)


@contextmanager
def holding(path: Path) -> Iterator[sqlite3.Connection]:
    """Another program that holds the database for writing until it lets go."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other
        if other.in_transaction:
            other.execute("ROLLBACK")


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """What a full disk does to files: they do not grow."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def turns(count: int = 20) -> None:
    """Let the event loop go round."""
    for _ in range(count):
        await asyncio.sleep(0.005)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "images").iterdir()}


async def test_commit_waits_for_the_group_and_all_its_callers_share_one(tmp_path: Path) -> None:
    store = Store(tmp_path)
    begun: list[str] = []
    store._database.set_trace_callback(lambda text: begun.append(text) if "BEGIN" in text else None)

    async def one(number: int) -> None:
        add(store, number)
        await store.commit()
        assert key(number) in keys(tmp_path)

    await asyncio.gather(*map(one, range(50)))
    assert len(begun) == 1
    await store.commit()
    assert len(begun) == 1
    store.close()
    assert len(keys(tmp_path)) == 50


async def test_a_response_is_committed_without_its_record(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add_response(digest(1), response(1))
    await store.commit()
    with closing(sqlite3.connect(tmp_path / "run.sqlite")) as other:
        assert other.execute("SELECT COUNT(*) FROM responses").fetchone() == (1,)
    store.add_record(record(1), digest(1), ())
    store.close()
    assert list(iter_records(tmp_path)) == [record(1)]


async def test_a_foreign_lock_costs_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with holding(store.path) as other:
        for number in range(30):
            add(store, number, PICTURES[number % 3])
        commit = asyncio.create_task(store.commit())
        await turns()
        assert not commit.done()
        waiting = asyncio.create_task(store.writable())
        await turns(2)
        assert not waiting.done()
        assert store.response(digest(3)) == response(3)
        for number in range(30, 40):  # what was under way goes on
            add(store, number)
        other.execute("ROLLBACK")
        await asyncio.wait_for(asyncio.gather(commit, waiting), 30)
    assert keys(tmp_path) == {key(number) for number in range(40)}
    await store.writable()
    store.close()
    assert len(files_of(tmp_path)) == 3


async def test_a_store_gives_up_after_its_patience_and_loses_nothing_that_it_can_still_write(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path, patience=0.0)
    add(store, 1)
    await store.commit()
    with holding(store.path) as other:
        add(store, 2)
        with pytest.raises(StoreError, match="another program holds it"):
            await store.commit()
        with pytest.raises(StoreError, match="1 answers are not stored"):
            await store.writable()
        with pytest.raises(StoreError, match="run the same command"):
            add(store, 3)
        assert keys(tmp_path) == {key(1)}
        other.execute("ROLLBACK")
    store.close()
    assert keys(tmp_path) == {key(1), key(2)}


async def test_what_cannot_be_written_in_the_end_is_told_with_its_number(tmp_path: Path) -> None:
    store = Store(tmp_path)
    add(store, 1)
    await store.commit()
    with no_file_longer_than(4096):
        add(store, 2)
        add(store, 3)
        with pytest.raises(StoreError, match=r"2 answers are not stored.*free some space"):
            store.close()
    assert keys(tmp_path) == {key(1)}
    again = Store(tmp_path)
    assert again.done() == {key(1)}
    add(again, 2)
    again.close()
    assert keys(tmp_path) == {key(1), key(2)}


async def test_a_disk_that_is_full_for_a_while_costs_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    add(store, 1)
    await store.commit()
    with no_file_longer_than(4096):
        for number in range(2, 30):
            add(store, number, PICTURES[number % 3])
        commit = asyncio.create_task(store.commit())
        await turns()
        assert not commit.done()
    await asyncio.wait_for(commit, 30)
    assert len(keys(tmp_path)) == 29
    store.close()


async def test_answers_are_stored_before_images_and_images_are_written_later(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path)
    with no_file_longer_than(90_000):
        for number, picture in enumerate(LARGE):
            add(store, number, picture)
        await store.commit()
        assert len(keys(tmp_path)) == 3
        writable = asyncio.create_task(store.writable())
        await turns(3)
        assert not writable.done()
    await asyncio.wait_for(writable, 30)
    store.close()
    assert files_of(tmp_path) == {f"{p.digest}.png": p.content for p in LARGE}


async def test_an_image_that_never_got_written_costs_no_answer_and_is_made_again(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path)
    add(store, 1, LARGE[0])
    add(store, 2)
    with no_file_longer_than(90_000), pytest.raises(StoreError, match="may not grow"):
        store.close()
    again = Store(tmp_path)
    assert again.done() == {key(2)}
    assert again.response(digest(1)) == response(1)
    again.add_record(record(1, LARGE[:1]), digest(1), LARGE[:1])
    again.close()
    assert files_of(tmp_path) == {f"{LARGE[0].digest}.png": LARGE[0].content}
    last = Store(tmp_path)
    assert last.done() == {key(1), key(2)}
    last.close()


def a_file(path: Path) -> None:
    path.write_text("a file where the folder belongs")


def a_dangling_link(path: Path) -> None:
    path.symlink_to("nowhere")


def a_circle(path: Path) -> None:
    path.symlink_to(path.name)


def a_folder_in_the_place_of_the_image(path: Path) -> None:
    (path / f"{PICTURES[0].digest}.png").mkdir(parents=True)


IN_THE_WAY = [a_file, a_dangling_link, a_circle]


@pytest.mark.parametrize("put", [*IN_THE_WAY, a_folder_in_the_place_of_the_image])
async def test_what_waiting_does_not_mend_ends_at_once(
    tmp_path: Path, put: Callable[[Path], None]
) -> None:
    store = Store(tmp_path, patience=1e9)
    put(tmp_path / "images")
    add(store, 1, PICTURES[0])
    with pytest.raises(StoreError, match=r"cannot use .*images"):
        await asyncio.wait_for(store.commit(), 30)
    with pytest.raises(StoreError, match=r"cannot use .*images"):
        await store.writable()
    assert keys(tmp_path) == {key(1)}
    with pytest.raises(StoreError, match="images"):
        store.close()


@pytest.mark.parametrize("put", IN_THE_WAY)
async def test_what_stands_where_images_belong_is_told_before_anything_is_asked(
    tmp_path: Path, put: Callable[[Path], None]
) -> None:
    put(tmp_path / "images")
    with pytest.raises(StoreError, match=r"images: a file of this name is in the way; move it"):
        Store(tmp_path)


async def test_a_store_that_waits_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(tmp_path, patience=1e9)
    with holding(store.path) as other:
        add(store, 1)
        await turns(8)
        assert caplog.text == ""  # another program may hold it for a moment
        store._pause = LONGEST_PAUSE / 2
        for _ in range(3):
            store._write_group()
        (told,) = caplog.messages
        assert "cannot be written (database is locked): nothing new is asked" in told
        other.execute("ROLLBACK")
    store.close()
    assert keys(tmp_path) == {key(1)}


@pytest.mark.parametrize("kept", [0, 1, 100, -1])
async def test_an_image_that_was_cut_short_is_written_again(tmp_path: Path, kept: int) -> None:
    store = Store(tmp_path)
    add(store, 1, PICTURES[0])
    store.close()
    (path,) = (tmp_path / "images").iterdir()
    path.write_bytes(PICTURES[0].content[:kept])
    again = Store(tmp_path)
    assert again.done() == set()
    again.add_record(record(1, PICTURES[:1]), digest(1), PICTURES[:1])
    again.close()
    assert path.read_bytes() == PICTURES[0].content


async def test_an_image_is_never_there_in_part(tmp_path: Path) -> None:
    store = Store(tmp_path)
    large = Picture("large", 100_000)
    with no_file_longer_than(90_000):
        add(store, 1, large)
        await store.commit()
        await turns(3)
        assert not [path for path in (tmp_path / "images").iterdir() if path.stem == large.digest]
    await asyncio.wait_for(store.writable(), 30)
    store.close()
    assert files_of(tmp_path) == {f"{large.digest}.png": large.content}


async def test_what_raises_leaves_nothing_behind(tmp_path: Path) -> None:
    class Gone:
        digest = "ab" * 32

        def read(self) -> bytes:
            raise ImageError("the file is gone")

    class Odd(Response):
        pass

    store = Store(tmp_path)
    gone = Gone()
    store.add_response(digest(1), response(1))
    with pytest.raises(ImageError):
        store.add_record(record(1, [gone]), digest(1), (gone,))
    with pytest.raises(TypeError):
        store.add_record(record(1, metadata={"found": {1}}), digest(1), ())
    with pytest.raises(TypeError):
        store.add_response(digest(2), Response(text="x", model="m", input_tokens=2**70))
    add(store, 3)
    store.close()
    assert keys(tmp_path) == {key(3)}
    assert store._ids.keys() == {bytes.fromhex(digest(number)) for number in (1, 3)}


async def test_a_database_that_is_damaged_while_it_is_open_ends_the_run_at_once(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path)
    add(store, 1)
    await store.commit()
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("DROP TABLE responses")
    add(store, 2)
    with pytest.raises(StoreError, match="no such table"):
        await asyncio.wait_for(store.commit(), 30)
    with pytest.raises(StoreError, match="no such table"):
        store.close()


def old_store(folder: Path, bodies: list[tuple[bytes, bytes]]) -> None:
    """A store as earlier versions made it: rows without digests, no table of images."""
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        database.executescript(
            "PRAGMA journal_mode = WAL;"
            "CREATE TABLE responses (id INTEGER PRIMARY KEY, digest BLOB, body BLOB);"
            "CREATE TABLE records (seq INTEGER PRIMARY KEY, key TEXT, failed INTEGER, "
            "response INTEGER, body BLOB);"
        )
        for number, (record_body, response_body) in enumerate(bodies, 1):
            row = (number, bytes.fromhex(digest(number)), response_body)
            database.execute("INSERT INTO responses VALUES (?, ?, ?)", row)
            database.execute(
                "INSERT INTO records VALUES (?, ?, 0, ?, ?)",
                (number, key(number), number, record_body),
            )
        database.commit()


async def test_a_store_of_an_earlier_version_is_read_and_gets_its_digests(tmp_path: Path) -> None:
    from multitrust.run.codec import dump_record, dump_response

    rows = [
        (dump_record(record(number, PICTURES[:1]), digest(number)), dump_response(response(number)))
        for number in (1, 2)
    ]
    old_store(tmp_path, rows)
    (tmp_path / "images").mkdir()
    image = tmp_path / "images" / f"{PICTURES[0].digest}.png"
    image.write_bytes(PICTURES[0].content)
    assert keys(tmp_path) == {key(1), key(2)}
    store = Store(tmp_path)
    assert store.done() == {key(1), key(2)}
    add(store, 3)
    store.close()
    assert next(iter_records(tmp_path)) == record(1, PICTURES[:1])
    with closing(sqlite3.connect(tmp_path / "run.sqlite")) as database:
        database.execute("UPDATE responses SET body = ? WHERE id = 2", (rows[0][1],))
        database.commit()
    with pytest.raises(StoreError, match=r"the record T\.1/plain/0002/0 is not what was written"):
        keys(tmp_path)


async def test_a_truncated_image_of_an_earlier_version_is_found(tmp_path: Path) -> None:
    store = Store(tmp_path)
    add(store, 1, PICTURES[0])
    add(store, 2, PICTURES[1])
    store.close()
    with closing(sqlite3.connect(tmp_path / "run.sqlite")) as database:
        database.execute("DELETE FROM images")
        database.commit()
    image = tmp_path / "images" / f"{PICTURES[0].digest}.png"
    image.write_bytes(PICTURES[0].content[:50])
    again = Store(tmp_path)
    assert again.done() == {key(2)}
    again.close()


def changed(folder: Path, statement: str, *values: Any) -> None:
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        database.execute(statement, values)
        database.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE responses SET body = replace(body, 'y', 'z') WHERE id = 2",
        "UPDATE responses SET body = CAST(replace(body, 'y', 'z') AS BLOB) WHERE id = 2",
        "UPDATE responses SET sha256 = NULL WHERE id = 2",
        "UPDATE responses SET body = NULL WHERE id = 2",
        "UPDATE responses SET digest = zeroblob(32) WHERE id = 2",
        "DELETE FROM responses WHERE id = 2",
        "UPDATE records SET body = CAST(replace(body, '1.0', '0.0') AS BLOB) WHERE seq = 2",
        "UPDATE records SET response = 1 WHERE seq = 2",
        "UPDATE records SET response = NULL WHERE seq = 2",
        "UPDATE records SET failed = 1 WHERE seq = 2",
        "UPDATE records SET failed = 'no' WHERE seq = 2",
        "UPDATE records SET sha256 = zeroblob(32) WHERE seq = 2",
        "UPDATE records SET seq = 9 WHERE seq = 2",
        "UPDATE records SET key = 'T.1/plain/0002/1' WHERE seq = 2",
        "UPDATE records SET key = CAST(x'ff00' AS TEXT) WHERE seq = 2",
        "UPDATE records SET body = '{' WHERE seq = 2",
        "INSERT INTO records SELECT 9, key, failed, 1, body, sha256 FROM records WHERE seq = 2",
    ],
)
async def test_a_changed_row_is_refused_and_named(tmp_path: Path, statement: str) -> None:
    store = Store(tmp_path)
    for number in (1, 2, 3):
        add(store, number)
    store.close()
    changed(tmp_path, statement)
    with pytest.raises(StoreError, match=r"the record .* is not what was written.*verify"):
        keys(tmp_path)


def replaced(folder: Path) -> None:
    fill(folder.with_name("other"), range(50, 53))
    shutil.rmtree(folder)
    folder.with_name("other").rename(folder)


@pytest.mark.parametrize(
    "change",
    [
        replaced,
        lambda folder: folder.rename(folder.with_name("moved")),
        lambda folder: (folder / "run.sqlite").unlink(),
        lambda folder: (
            shutil.copy(folder / "run.sqlite", folder / "copy")
            and (folder / "copy").replace(folder / "run.sqlite")
        ),
    ],
    ids=["folder replaced", "folder moved", "file removed", "file replaced"],
)
async def test_a_store_that_is_not_in_its_place_any_more_is_told(
    tmp_path: Path, change: Callable[[Path], object]
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (tmp_path / "other").mkdir()
    store = Store(folder)
    add(store, 1)
    await store.commit()
    assert store.is_own()
    await asyncio.to_thread(change, folder)
    assert not store.is_own()
    before = keys(folder) if (folder / "run.sqlite").exists() else None
    add(store, 2)
    with pytest.raises(StoreError, match=r"1 answers are not stored .* is not the file any more"):
        await store.commit()
    with pytest.raises(StoreError, match="is not the file any more"):
        add(store, 3)
    with pytest.raises(StoreError, match="is not the file any more"):
        store.close()
    assert before == (keys(folder) if (folder / "run.sqlite").exists() else None)


def test_a_run_whose_folder_is_replaced_meanwhile_ends_and_leaves_the_other_alone(
    tmp_path: Path,
) -> None:
    """Else it would end as complete, with the numbers of another run."""

    def configured(name: str, model: object) -> RunConfig:
        tasks = select_tasks(["T.6"])
        return RunConfig(model=model, tasks=tasks, folder=tmp_path / name, limit=2)  # type: ignore[arg-type]

    other = execute(configured("other", resolve("mock/yes-sayer"))).folder
    before = {path.name: path.read_bytes() for path in other.iterdir() if path.is_file()}

    class Replacing:
        """Puts another run in the place of its own when it is first asked."""

        identity = ModelIdentity(name="replacing")
        name = "replacing"

        async def generate(self, messages: object, config: object) -> Response:
            if other.exists():
                shutil.rmtree(tmp_path / "run")
                other.rename(tmp_path / "run")
            return Response(text="Yes", model="m")

        async def close(self) -> None:
            pass

    with pytest.raises(StoreError, match="is not the file any more in which this run is stored"):
        execute(configured("run", Replacing()))
    now = {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir() if path.is_file()}
    assert {name: now.get(name) for name in before} == before
