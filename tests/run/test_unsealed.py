"""Complete runs of which something was removed or changed: recovered, refused, or told."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from multitrust.core import GenerateConfig, Message, ModelIdentity, Response, StoreError
from multitrust.run import (
    RunConfig,
    RunResult,
    execute,
    find_unsealed,
    finished,
    folder_name,
    load_run,
    make_manifest,
    rescore,
    verify_run,
)
from multitrust.tasks import select_tasks

TASKS = ("T.6", "F.1")
Spoil = Callable[[Path], object]


@dataclass
class Counting:
    """Says yes and counts how often it is asked."""

    asked: int = 0
    name: str = "counting"

    @property
    def identity(self) -> ModelIdentity:
        return ModelIdentity(name=self.name)

    async def generate(self, messages: tuple[Message, ...], config: GenerateConfig) -> Response:
        self.asked += 1
        return Response(text="Yes", model="counting")

    async def close(self) -> None:
        """Nothing to close."""


def config(logs: Path, model: Counting) -> RunConfig:
    made = RunConfig(model=model, tasks=select_tasks(list(TASKS)), folder=logs, limit=3)
    return replace(made, folder=logs / folder_name(model.name, make_manifest(made).run_id))


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete run; copies of it are spoiled."""
    return execute(config(tmp_path_factory.mktemp("complete"), Counting())).folder


@pytest.fixture
def folder(complete: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(complete, tmp_path / complete.name))


def again(folder: Path) -> tuple[RunResult, int]:
    """The same command once more, and how often it asked."""
    model = Counting()
    return execute(config(folder.parent, model)), model.asked


def sql(*statements: str) -> Spoil:
    def change(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "run.sqlite")) as database:
            for statement in statements:
                database.execute(statement)
            database.commit()

    return change


def both(*spoils: Spoil) -> Spoil:
    return lambda folder: [spoil(folder) for spoil in spoils]


def remove(name: str) -> Spoil:
    return lambda folder: (folder / name).unlink()


HALF = "DELETE FROM records WHERE seq % 2 = 0"
EVERY = "DELETE FROM records"
ANSWERS = "DELETE FROM responses WHERE id % 2 = 0"
LOSSES = [
    pytest.param(sql(HALF), 0, id="half of the records"),
    pytest.param(sql(EVERY), 0, id="every record"),
    pytest.param(sql("DELETE FROM records WHERE seq = 1"), 0, id="one record"),
    pytest.param(sql(HALF, ANSWERS), 4, id="records and their responses"),
    pytest.param(sql(ANSWERS), 4, id="responses alone"),
    pytest.param(sql(EVERY, "DELETE FROM responses"), 9, id="all rows"),
    pytest.param(both(sql(HALF), remove("digests.jsonl")), 0, id="records and the list"),
]


@pytest.mark.parametrize(("spoil", "asked"), LOSSES)
def test_rows_that_were_removed_are_made_again(
    folder: Path, complete: Path, spoil: Spoil, asked: int, caplog: pytest.LogCaptureFixture
) -> None:
    spoil(folder)
    assert finished(folder) is None
    result, count = again(folder)
    assert count == asked
    assert not result.already_complete
    assert "was complete and is not what was sealed" in caplog.text
    assert verify_run(folder).whole
    held = {record.key: record.scores for record in load_run(folder)[1]}
    assert held == {record.key: record.scores for record in load_run(complete)[1]}
    assert again(folder)[0].already_complete


@pytest.mark.parametrize(
    "spoil", [loss.values[0] for loss in LOSSES if loss.id != "responses alone"]
)
def test_a_loss_is_not_sealed_by_scoring(folder: Path, spoil: Spoil) -> None:
    spoil(folder)
    before = (folder / "complete.json").read_bytes()
    with pytest.raises(StoreError, match=r"not what was sealed: .* removed.*would seal the loss"):
        rescore(folder, select_tasks(list(TASKS)))
    assert (folder / "complete.json").read_bytes() == before
    assert find_unsealed(folder)


def test_a_whole_run_is_complete_and_can_be_scored(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert find_unsealed(folder) == ()
    assert finished(folder) is not None
    assert rescore(folder, select_tasks(list(TASKS))) == 9
    result, asked = again(folder)
    assert (result.already_complete, asked) == (True, 0)
    assert caplog.text == ""


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: shutil.rmtree(folder / "images"),
        lambda folder: next((folder / "images").iterdir()).unlink(),
        lambda folder: next((folder / "images").iterdir()).write_bytes(b""),
        remove("records.parquet"),
        lambda folder: (folder / "records.parquet").write_bytes(b"PAR1"),
        remove("digests.jsonl"),
        lambda folder: (folder / "digests.jsonl").write_bytes(b"{"),
    ],
)
def test_images_table_and_list_are_made_again_without_asking(folder: Path, spoil: Spoil) -> None:
    spoil(folder)
    assert again(folder)[1] == 0
    assert verify_run(folder).whole
    assert len(load_run(folder)[1]) == 9


def test_an_image_of_which_one_byte_changed_is_made_again_once_it_is_removed(folder: Path) -> None:
    image = next((folder / "images").iterdir())
    content = image.read_bytes()
    image.write_bytes(content[:40] + bytes([content[40] ^ 1]) + content[41:])
    assert [change.what for change in verify_run(folder).changes] == ["changed"]
    image.unlink()
    assert again(folder)[1] == 0
    assert image.read_bytes() == content
    assert verify_run(folder).whole


def edit_manifest(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"created":', b'"created" :'))


def test_an_edited_manifest_is_refused_until_it_is_restored_or_vouched_for(folder: Path) -> None:
    right = (folder / "manifest.json").read_bytes()
    edit_manifest(folder)
    assert (folder / "manifest.json").read_bytes() != right
    assert [change.name for change in find_unsealed(folder)] == ["manifest.json"]
    for call in (lambda: again(folder), lambda: rescore(folder, select_tasks(list(TASKS)))):
        with pytest.raises(StoreError, match="does not fit the seal of the run"):
            call()
    (folder / "manifest.json").write_bytes(right)
    assert again(folder)[0].already_complete
    edit_manifest(folder)
    (folder / "complete.json").unlink()
    assert again(folder)[1] == 0
    assert verify_run(folder).whole


def test_rows_that_an_interrupted_scoring_added_do_not_keep_it_from_going_on(folder: Path) -> None:
    sealed = [(folder / name).read_bytes() for name in ("complete.json", "digests.jsonl")]
    rescore(folder, select_tasks(list(TASKS)))
    edit_manifest(folder)
    for name, content in zip(("complete.json", "digests.jsonl"), sealed, strict=True):
        (folder / name).write_bytes(content)
    assert {change.what for change in verify_run(folder).changes} == {"added", "changed"}
    assert find_unsealed(folder) == ()
    assert rescore(folder, select_tasks(list(TASKS))) == 9
    assert verify_run(folder).whole


@pytest.mark.parametrize("marked", [True, False])
def test_a_store_that_is_gone_is_told_before_all_is_asked_again(
    folder: Path, caplog: pytest.LogCaptureFixture, marked: bool
) -> None:
    (folder / "run.sqlite").unlink()
    if not marked:
        (folder / "complete.json").unlink()
    assert finished(folder) is None
    assert again(folder)[1] == 9
    assert "run.sqlite is gone" in caplog.text
    assert "all is asked again" in caplog.text
    assert verify_run(folder).whole


def test_a_run_that_begins_is_not_told_that_its_store_is_gone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        execute(config(tmp_path, Counting()))
    assert caplog.text == ""


@pytest.mark.parametrize("name", ["manifest.json", "run.sqlite", "complete.json"])
def test_a_pipe_in_the_folder_of_another_run_is_passed_over(folder: Path, name: str) -> None:
    other = Path(shutil.copytree(folder, folder.parent / "other"))
    (other / name).unlink()
    os.mkfifo(other / name)
    (folder / "complete.json").unlink()
    assert again(folder)[1] == 0


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
@pytest.mark.parametrize("name", ["manifest.json", "complete.json", "lock", "run.sqlite"])
def test_what_is_in_the_way_of_a_file_is_named(
    folder: Path, name: str, make: Callable[[Path], None]
) -> None:
    (folder / name).rename(folder.parent / "kept")
    make(folder / name)
    if name != "complete.json":
        (folder / "complete.json").unlink()
    told = rf"{name}: it is no regular file; move it away"
    with pytest.raises(StoreError, match=told) as error:
        again(folder)
    assert "free some space" not in str(error.value)
    if name in ("manifest.json", "run.sqlite"):
        with pytest.raises(StoreError, match=rf"{name}"):
            load_run(folder)
    (shutil.rmtree if make is os.mkdir else os.unlink)(folder / name)
    (folder.parent / "kept").rename(folder / name)
    assert again(folder)[1] == 0
    assert verify_run(folder).whole
