"""Run folders that came from somebody else: what they make the commands show, and wait for."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from multitrust import RunConfig, execute, load_run, resolve, summarise
from multitrust.core import escaped, escaped_lines, escaped_texts
from multitrust.report import write_html
from multitrust.tasks import select_tasks

Call = Callable[..., Any]
COMMANDS = ("verify", "report", "score", "compare")
STEERING = "<script>alert(1)</script>\x1b[31mRED\x07\x9b2J\r\nforged: line\u2028\u202e\x00"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete run of one sample; each test has a copy."""
    tasks = select_tasks(["T.6"])
    place = tmp_path_factory.mktemp("original") / "run"
    made = RunConfig(model=resolve("mock/yes-sayer"), tasks=tasks, folder=place, limit=1)
    return execute(made).folder


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "run"))


def is_clean(text: str) -> bool:
    """Whether nothing in a text but line ends steers a terminal."""
    return all(c == "\n" or c.isprintable() or c == "\u00a0" for c in text)


def edit_manifest(folder: Path, **fields: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | fields))


@pytest.mark.parametrize("put", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_every_command_ends_where_an_image_is_no_file(
    call: Call, folder: Path, put: Callable[[Path], object]
) -> None:
    (image,) = (folder / "images").iterdir()
    image.unlink()
    put(image)
    told = {command: call(command, folder) for command in COMMANDS}
    assert f"added    file     images/{image.name}" in told["verify"].out
    assert "1 image is missing" in told["report"].err
    assert {command: one.code for command, one in told.items()} == {
        "verify": 1, "report": 1, "score": 0, "compare": 0,
    }  # fmt: skip


def steering_manifest(folder: Path, name: str) -> None:
    known: dict[str, dict[str, object]] = {
        "name of the model": {"models": {"target": {"name": STEERING}}},
        "settings": {
            "models": {"target": {"name": "m", "settings": {STEERING: STEERING}}},
            "facts": {STEERING: {STEERING: STEERING}},
        },
        "provenance": {
            "python": STEERING, "platform": STEERING, "commit": STEERING, "version": STEERING,
            "packages": {STEERING: STEERING}, "licences": {"code": STEERING},
            "created": STEERING, "decoding": {STEERING: {STEERING: STEERING}},
            "prices": {STEERING: {"date": STEERING}},
        },
        "task": {"conditions": {"T.6": ["picture", STEERING]}},
        "protocol": {"protocol": STEERING, "wording": STEERING},
    }  # fmt: skip
    edit_manifest(folder, **known[name])


@pytest.mark.parametrize(
    "name", ["name of the model", "settings", "provenance", "task", "protocol"]
)
def test_no_text_of_a_manifest_steers_the_terminal_or_the_page(
    call: Call, folder: Path, name: str
) -> None:
    steering_manifest(folder, name)
    for arguments in (
        ("report", folder, "--details"),
        *((command, folder) for command in COMMANDS),
        ("compare", folder, folder, "--output", folder / "compared.html"),
        ("report", folder),
    ):
        told = call(*arguments)
        assert is_clean(told.out), arguments
        assert is_clean(told.err), arguments
        assert "\nforged" not in told.out + told.err
    for page in folder.glob("*.html"):
        assert is_clean(page.read_text())
        assert "<script>alert" not in page.read_text()


def test_a_summary_and_its_page_are_clean_without_the_command_line(folder: Path) -> None:
    steering_manifest(folder, "name of the model")
    manifest, records = load_run(folder)
    summary = summarise(manifest, records, select_tasks(["T.6"]))
    assert summary.model == escaped(STEERING)
    assert is_clean(write_html(summary, records, folder, folder / "mine.html").read_text())


def test_what_is_said_of_a_damaged_manifest_is_clean(call: Call, folder: Path) -> None:
    edit_manifest(folder, **{STEERING: 1})
    for command in COMMANDS:
        told = call(command, folder)
        assert told.code == 1
        assert is_clean(told.out + told.err)
        assert "\nforged" not in told.out + told.err


def test_the_keys_of_changed_records_are_clean(call: Call, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        database.execute("UPDATE records SET key = ? WHERE seq = 1", (STEERING,))
        database.commit()
    for command in COMMANDS:
        told = call(command, folder)
        assert told.code == 1
        assert is_clean(told.out + told.err)
        assert "\nforged" not in told.out + told.err


@pytest.mark.parametrize(
    "name", [b"a\x1b[31m\nwhole: fine.txt", b"b\rwhole: 3 records", b"c\xff\xfe", b"d\xc2\x85x"]
)
@pytest.mark.parametrize("place", [b"", b"images/"])
def test_the_name_of_a_file_forges_no_line(
    call: Call, folder: Path, name: bytes, place: bytes
) -> None:
    Path(os.fsdecode(bytes(folder) + b"/" + place + name)).touch()
    told = call("verify", folder)
    assert told.code == 1
    assert is_clean(told.out)
    assert [line.split(" ")[0] for line in told.out.splitlines()] == ["added", "not", "Move"]
    (change,) = json.loads(call("verify", folder, "--json").out)["changes"]
    assert change["what"] == "added"


def test_a_linked_file_is_neither_quoted_nor_written(call: Call, folder: Path) -> None:
    outside = folder.parent / "outside"
    outside.write_text("root:x:0:0:secret")
    (folder / "spending.jsonl").symlink_to(outside)
    for command in COMMANDS:
        told = call(command, folder)
        assert "root:x" not in told.out + told.err
    told = call("score", folder)
    assert (told.code, told.out) == (1, "")
    assert "symbolic links lead out of it" in told.err
    told = call("verify", folder)
    assert "linked   file     spending.jsonl" in told.out
    assert "Links lead out of the folder" in told.out
    assert outside.read_text() == "root:x:0:0:secret"


def test_prompts_behind_a_link_are_not_quoted(call: Call, folder: Path) -> None:
    (folder.parent / "outside").write_text("hunter2: [")
    (folder / "prompts.yaml").symlink_to(folder.parent / "outside")
    edit_manifest(folder, wording="0" * 64)
    told = call("score", folder)
    assert told.code == 1
    assert "hunter2" not in told.err


def test_a_lost_row_of_an_image_is_mended_by_the_command_that_made_the_run(
    call: Call, tmp_path: Path
) -> None:
    asking = ("run", "--model", "mock/yes-sayer", "--tasks", "T.6", "--limit", 1)
    call(*asking, "--log-dir", tmp_path)
    (folder,) = tmp_path.iterdir()
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        database.execute("DELETE FROM images WHERE id = 1")
        database.commit()
    told = call("verify", folder)
    assert told.code == 1
    assert "1 images changed" in told.out
    assert call("report", folder).code == 1
    call(*asking, "--log-dir", tmp_path)
    assert call("verify", folder).code == 0
    assert call("report", folder).code == 0


def test_scoring_a_folder_that_cannot_be_written_advises_what_score_can(
    call: Call, folder: Path
) -> None:
    (folder / "lock").unlink()
    (folder / "lock").mkdir()  # none can be made, whoever the user is
    told = call("score", folder)
    assert told.code == 1
    assert "or score a copy of the folder" in told.err
    assert "--log-dir" not in told.err


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – ünï\u00a0“x” 😀", "plain – ünï\u00a0“x” 😀"),
        ("\x1b[31m\x07\x7f\x9b", r"\x1b[31m\x07\x7f\x9b"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\u202eabc\u2066\u2028", r"\u202eabc\u2066\u2028"),
        ("\udcff", r"\udcff"),
    ],
)
def test_escaped_texts(text: str, shown: str) -> None:
    assert escaped(text) == shown
    assert escaped_texts({text: (text, [text], frozenset({text}), 3)}) == {
        shown: (shown, [shown], frozenset({shown}), 3)
    }


def test_lines_and_tabs_of_a_message_stay() -> None:
    assert escaped_lines("a\n\tb\x1b\r\n") == "a\n\tb\\x1b\\r\n"
