"""Runs that were changed, are read-only or lack images: what each command says and leaves with."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from tests.run.stores import sealed_run

from multitrust.cli import main
from multitrust.run import load_run

Call = Callable[..., Any]
NOBODY = 65534


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A folder that all may read, for runs."""
    folder = Path(tempfile.mkdtemp(prefix="multitrust-test-runs-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def asking(log_dir: Path) -> tuple[object, ...]:
    """A short run of T.6, which shows images."""
    return "run", "--model", "mock/yes-sayer", "--tasks", "T.6", "--limit", 2, "--log-dir", log_dir


@pytest.fixture(scope="module")
def original(made: Path) -> Path:
    """A complete run, of which each test has a copy."""
    with pytest.raises(SystemExit, match="0"), redirect_stdout(StringIO()):
        main([*map(str, asking(made / "original")), "--display", "none"])
    (folder,) = (made / "original").iterdir()
    return folder


@pytest.fixture
def run(original: Path, made: Path) -> Iterator[tuple[Path, tuple[object, ...]]]:
    """A complete run, and the command that made it."""
    copy = shutil.copytree(original, made / "copy" / original.name)
    yield copy, asking(made / "copy")
    shutil.rmtree(made / "copy")


def change_answers(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        database.execute(
            "UPDATE responses SET body = CAST(replace(CAST(body AS TEXT), 'Yes', 'No') AS BLOB)"
        )
        database.commit()


@pytest.mark.parametrize("command", ["score", "report", "compare"])
def test_changed_answers_are_refused_and_named(
    call: Call, run: tuple[Path, tuple[object, ...]], command: str
) -> None:
    folder, _ = run
    change_answers(folder)
    told = call(command, folder)
    assert told.code == 1
    assert "2 records (T.6/" in told.err
    assert f"multitrust verify {folder}" in told.err
    assert told.out == ""


def test_verify_names_what_was_changed_and_the_run_makes_it_anew(
    call: Call, run: tuple[Path, tuple[object, ...]]
) -> None:
    folder, command = run
    whole = call("verify", folder)
    assert (whole.code, whole.err) == (0, "")
    assert whole.out.startswith("whole: 2 records, 2 responses, ")
    assert json.loads(call("verify", folder, "--json").out)["whole"] is True
    change_answers(folder)
    (folder / "records.parquet").unlink()
    told = call("verify", folder)
    assert told.code == 1
    for record in ("T.6/", "records.parquet"):
        assert record in told.out
    assert "not whole: 2 responses changed, 2 records changed, 1 files removed" in told.out
    document = json.loads(call("verify", folder, "--json").out)
    assert document["whole"] is False
    assert len(document["changes"]) == 5
    assert {"what": "removed", "kind": "file", "name": "records.parquet"} in document["changes"]
    again = call(*command)
    assert again.code == 0
    assert "4 of its rows are not what was written" in again.err
    assert call("verify", folder).code == 0
    assert call("score", folder).code == 0
    assert call("verify", folder).out.startswith("whole: 4 records, 2 responses")


def remove_rows(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        database.execute("DELETE FROM records WHERE seq % 2 = 0")
        database.commit()


def test_removed_records_are_told_on_screen_and_page_not_scored_and_made_again(
    call: Call, run: tuple[Path, tuple[object, ...]], caplog: pytest.LogCaptureFixture
) -> None:
    folder, command = run
    remove_rows(folder)
    told = call("report", folder)
    assert told.code == 1
    assert "is not what was sealed: 1 record removed" in told.err
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "not what was sealed when it was complete: 1 record removed" in page
    assert call("report", folder, "--json").code == 1
    scored = call("score", folder)
    assert scored.code == 1
    assert "1 record removed. Nothing was changed" in scored.err
    assert call("verify", folder).code == 1
    again = call(*command)
    assert again.code == 0
    assert "this run was complete; nothing was asked" not in again.err
    assert "was complete and is not what was sealed (1 record removed)" in caplog.text
    assert call("verify", folder).code == 0
    assert call("report", folder).code == 0
    assert "not what was sealed" not in (folder / "report.html").read_text(encoding="utf-8")


def change_image(folder: Path) -> None:
    image = sorted((folder / "images").iterdir())[0]
    image.write_bytes(image.read_bytes()[:-1] + b"x")


def edit_manifest(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes() + b"\n")


@pytest.mark.parametrize(
    ("spoil", "advice"),
    [
        (remove_rows, ["given again, keeps what is intact"]),
        (change_image, ["Remove the changed images from", "images by drawing them"]),
        (lambda folder: (folder / "records.parquet").unlink(), ["the table and the seal"]),
        (lambda folder: (folder / "digests.jsonl").write_bytes(b"["), ["the table and the seal"]),
        (edit_manifest, ["manifest.json is not the one that was sealed", "restore it from a copy"]),
        (lambda folder: (folder / "spending.jsonl").touch(), ["`multitrust score` seal the run"]),
        (lambda folder: (folder / "images/more.png").touch(), ["Move the added images out of"]),
    ],
)
def test_the_advice_of_verify_is_of_the_change(
    call: Call, run: tuple[Path, tuple[object, ...]], spoil: Callable[[Path], None],
    advice: list[str],
) -> None:  # fmt: skip
    folder, _ = run
    spoil(folder)
    told = call("verify", folder)
    assert told.code == 1
    lines = told.out.partition("not whole: ")[2].splitlines()[1:]
    assert len(lines) == (2 if spoil is change_image else 1)
    for words in advice:
        assert any(words in line for line in lines)


def test_an_edited_manifest_is_told_by_report_and_run(
    call: Call, run: tuple[Path, tuple[object, ...]]
) -> None:
    folder, command = run
    edit_manifest(folder)
    told = call("report", folder)
    assert (told.code, "changed manifest.json" in told.err) == (1, True)
    for arguments in (command, ("score", folder)):
        told = call(*arguments)
        assert told.code == 1
        assert "does not fit the seal of the run" in told.err


def test_a_folder_in_the_place_of_the_page_is_named(
    call: Call, run: tuple[Path, tuple[object, ...]]
) -> None:
    folder, command = run
    (folder / "report.html").unlink()
    (folder / "report.html").mkdir()
    for arguments in (("report", folder), ("score", folder)):
        told = call(*arguments)
        assert told.code == 1
        assert "report.html: it is a folder" in told.err
    assert "report.html: it is a folder" in call(*command).err


def test_verify_lists_so_many_and_counts_the_rest(call: Call, tmp_path: Path) -> None:
    folder = sealed_run(tmp_path / "run", 30)
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        database.execute("DELETE FROM records")
        database.commit()
    told = call("verify", folder)
    assert told.code == 1
    assert sum(line.startswith("removed  record") for line in told.out.splitlines()) == 21
    assert "removed  record   and 10 more; --json lists all" in told.out
    assert len(json.loads(call("verify", folder, "--json").out)["changes"]) == 30


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_verify_without_a_run_leaves_with_2(
    call: Call, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    for folder in (tmp_path, tmp_path / "gone"):
        told = call("verify", folder, *arguments)
        assert told.code == 2
        assert "holds no run" in (
            json.loads(told.out)["failures"][0]["reason"] if arguments else told.err
        )
        assert bool(told.out) == bool(arguments)
        assert "holds no run" in told.err


def test_an_unfinished_run_is_verified(call: Call, run: tuple[Path, tuple[object, ...]]) -> None:
    folder, _ = run
    (folder / "complete.json").unlink()
    told = call("verify", folder)
    assert told.code == 0
    assert "note: the run is not complete and has no seal" in told.out


@pytest.mark.parametrize("every", [True, False])
def test_missing_images_are_told_and_marked_and_the_page_is_written(
    call: Call, run: tuple[Path, tuple[object, ...]], every: bool
) -> None:
    folder, _ = run
    images = sorted((folder / "images").iterdir())
    if every:
        shutil.rmtree(folder / "images")
    else:
        images[0].unlink()
    (folder / "report.html").unlink()
    told = call("report", folder)
    assert told.code == 1
    count = len(images) if every else 1
    assert told.err.startswith(f"{count} image{'s are' if count > 1 else ' is'} missing")
    assert images[0].stem[:12] in told.err
    page = (folder / "report.html").read_text(encoding="utf-8")
    words = f"{count} pictures are missing" if count > 1 else "1 picture is missing"
    assert words in page
    assert call("report", folder, "--json").code == 1
    assert call("verify", folder).code == 1
    data = json.loads(page.partition('id="data">')[2].partition("</script>")[0])
    assert len(data["pictures"]) == len(images) - count


def overwrite(folder: Path, count: int) -> list[str]:
    """Put as many bytes in place of some images; which ones."""
    images = sorted((folder / "images").iterdir())[:count]
    for path in images:
        path.write_bytes(path.read_bytes()[:-5] + b"other")
    return [path.stem for path in images]


@pytest.mark.parametrize("count", [1, 2])
def test_changed_images_are_told_and_not_shown(
    call: Call, run: tuple[Path, tuple[object, ...]], count: int
) -> None:
    folder, _ = run
    shown = len(list((folder / "images").iterdir()))
    changed = overwrite(folder, count)
    told = call("report", folder)
    assert told.code == 1
    assert told.err.startswith(f"{count} image{'s were' if count > 1 else ' was'} changed in ")
    assert all(name[:12] in told.err for name in changed)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert f"{count} picture{'s were' if count > 1 else ' was'} changed" in page
    data = json.loads(page.partition('id="data">')[2].partition("</script>")[0])
    assert len(data["pictures"]) == shown - count
    assert not set(changed) & set(data["pictures"])
    assert call("report", folder, "--json").code == 1


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("records.parquet", b"PAR1"),
        ("digests.jsonl", b'["file",0,"manifest.json","00"]\n'),
        ("prompts.yaml", None),
        ("records.parquet", None),
    ],
)
def test_report_and_compare_tell_files_that_were_changed_or_removed(
    call: Call, run: tuple[Path, tuple[object, ...]], name: str, change: bytes | None
) -> None:
    folder, _ = run
    assert (call("compare", folder).code, call("report", folder).code) == (0, 0)
    path = folder / name
    if change is None and not path.exists():
        path.write_text("more")  # what was added changes nothing that is shown
        assert call("report", folder).code == 0
        return
    path.unlink() if change is None else path.write_bytes(change)
    for command in ("report", "compare"):
        told = call(command, folder)
        assert told.code == 1
        assert f"is not what was sealed: {'removed' if change is None else 'changed'} {name}" in (
            told.err
        )


def test_a_page_without_missing_images_says_nothing(
    call: Call, run: tuple[Path, tuple[object, ...]]
) -> None:
    folder, _ = run
    told = call("report", folder)
    assert (told.code, told.err) == (0, "")
    assert "missing from the run" not in (folder / "report.html").read_text(encoding="utf-8")


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nobody may write in the folder; who may do anything becomes one who may not."""
    everything = [folder, *folder.rglob("*")]
    for path in everything:
        path.chmod(0o555 if path.is_dir() else 0o444)
    me = os.geteuid()
    if me == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if me == 0:
            os.seteuid(0)
        for path in everything:
            path.chmod(0o755 if path.is_dir() else 0o644)


def state(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("log", ["none", "left by a killed process"])
def test_read_only_runs_are_shown_compared_verified_and_complete(
    call: Call, run: tuple[Path, tuple[object, ...]], tmp_path_factory: pytest.TempPathFactory,
    log: str,
) -> None:  # fmt: skip
    folder, command = run
    commands = [
        command,
        ("report", folder, "--json"),
        ("report", folder),
        ("compare", folder, folder),
        ("verify", folder),
    ]
    first = [call(*words) for words in commands]
    for leftover in folder.glob("run.sqlite-*"):
        leftover.unlink()
    if log != "none":
        keep_in_log(folder)
    before = state(folder)
    with read_only(folder):
        then = [call(*words) for words in commands]
    assert state(folder) == before
    assert [told.code for told in then] == [told.code for told in first] == [0] * len(commands)
    written = f"report: {folder / 'report.html'}\n"
    assert then[2].out + written == first[2].out  # of a page that was not written there is no path
    outputs = [
        [told.out for place, told in enumerate(each) if place != 2] for each in (then, first)
    ]
    assert outputs[0] == outputs[1]
    assert "this run was complete; nothing was asked" in then[0].err
    assert "report.html stays as it was" in then[2].err


def keep_in_log(folder: Path) -> None:
    """Leave the store as a killed process does: what was written last in the log."""
    path = folder / "run.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("INSERT INTO images SELECT NULL, name, size, sha256 FROM images")
        database.commit()
        copies = {
            name: path.with_name(name).read_bytes() for name in ("run.sqlite", "run.sqlite-wal")
        }
    for name, content in copies.items():
        path.with_name(name).write_bytes(content)
    assert copies["run.sqlite-wal"]


def test_a_page_of_a_read_only_run_goes_elsewhere(
    call: Call, run: tuple[Path, tuple[object, ...]], made: Path
) -> None:
    folder, command = run
    expected = (folder / "report.html").read_bytes()
    (folder / "report.html").unlink()
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        with read_only(folder):
            told = call("report", folder, "--output", Path(name) / "page.html")
            without = call("report", folder)
            again = call(*command)
        assert told.code == 0
        assert (Path(name) / "page.html").read_bytes() == expected
    assert without.code == 1
    assert "--output" in without.err
    assert again.code == 0
    assert "there is no page" in again.err
    assert again.out.splitlines()[-1] == f"run: {folder}"


@pytest.mark.parametrize("words", [("score",)])
def test_what_must_write_says_why_it_cannot(
    call: Call, run: tuple[Path, tuple[object, ...]], words: tuple[str, ...]
) -> None:
    folder, command = run
    with read_only(folder):
        told = call(*words, folder)
    assert told.code == 1
    assert "permission is denied" in told.err
    assert "free some space" not in told.err
    (folder / "complete.json").unlink()
    with read_only(folder):
        told = call(*command)
    assert told.code == 1
    assert "permission is denied" in told.err


def test_a_run_says_on_what_it_was_made_and_so_does_its_page(
    call: Call, run: tuple[Path, tuple[object, ...]]
) -> None:
    folder, _ = run
    manifest = load_run(folder)[0]
    assert manifest.python.startswith("CPython 3.")
    assert manifest.platform
    assert manifest.licences == {"code": "Apache-2.0", "data": "CC BY 4.0"}
    assert manifest.decoding["T.6"]["temperature"] == 0.0
    assert manifest.decoding["T.6"]["max_tokens"] > 0
    assert {"numpy", "pillow", "multitrust", "resvg_py"} <= manifest.packages.keys()
    page = (folder / "report.html").read_text(encoding="utf-8")
    for text in (
        "How these numbers were made", "Apache-2.0", "CC BY 4.0", "embedded data, version",
        f"max tokens {manifest.decoding['T.6']['max_tokens']}", manifest.python, manifest.platform,
        f"numpy {manifest.packages['numpy']}", f"commit {manifest.commit}",
    ):  # fmt: skip
        assert text in page
    secret = (str(Path.home()), os.uname().nodename)
    assert not any(text in (folder / "manifest.json").read_text() for text in secret)


def test_prompts_that_were_changed_are_not_scored_with(call: Call, tmp_path: Path) -> None:
    """The digest of what replaced our prompts is in the manifest."""
    from multitrust.run.manifest import read_manifest, rewrite_manifest

    logs = tmp_path / "logs"
    call("run", "--model", "mock/echo", "--tasks", "T.6", "--limit", 1, "--log-dir", logs)
    (folder,) = logs.iterdir()
    from dataclasses import replace

    rewrite_manifest(folder, replace(read_manifest(folder), wording="0" * 64))
    (folder / "prompts.yaml").write_text("{}")
    told = call("score", folder)
    assert told.code == 1
    assert "other prompts than the run was made with" in told.err
