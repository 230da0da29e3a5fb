"""How commands end that an error ends: with `--json`, without room for output, without a folder."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
RUN = ("run", "--model", "mock/saint", "--tasks", "T.6", "--limit", "1")
FULL = Path("/dev/full")


@pytest.mark.parametrize(
    ("flags", "code", "reason"),
    [
        (("--model", "openai/x"), 2, "needs a key"),
        (("--model", "nope"), 2, "unknown model 'nope'"),
        (("--model", ""), 2, "no model to ask"),
        (("--tasks", "T.99"), 2, "unknown task 'T.99'"),
        (("--condition", "nope"), 2, "unknown condition 'nope'"),
        (("--sample-id", "nope"), 2, "nope"),
        (("--budget", "1", "--model", "http://127.0.0.1:9/v1#x"), 2, "price"),
        (("--origin", "official", "--data-root", "nowhere", "--tasks", "T.5"), 5, "nowhere"),
        (("--origin", "official"), 2, "belong together"),
        (("--limit", "x"), 2, "'x' is not a valid integer"),
        (("--nope",), 2, "No such option"),
        (("--config", "nowhere.yaml"), 2, "nowhere.yaml"),
        (("--log-dir", "/dev/null/logs"), 1, "/dev/null/logs"),
        (("-M", "nope=1"), 2, "unknown model setting"),
        (("--dry-run", "--tasks", "T.99"), 2, "unknown task"),
    ],
)
def test_the_document_of_a_run_that_does_not_begin_has_its_error(
    call: Call, tmp_path: Path, flags: Sequence[str], code: int, reason: str
) -> None:
    log_dir = str(tmp_path / "logs")
    for more, variables in (("--json",), {}), ((), {"MULTITRUST_JSON": "1"}):
        said = call(*RUN, *flags, *more, MULTITRUST_LOG_DIR=log_dir, **variables)
        assert said.code == code
        assert said.err
        document = json.loads(said.out)
        (failure,) = document["failures"]
        assert reason in failure["example"]
        assert (failure["count"], failure["tasks"], document["unscored"]) == (1, [], [])
        assert [document[name] for name in ("report", "manifest", "summary")] == [None] * 3
        folder = document["folder"]
        assert folder is None or folder.startswith(log_dir) or folder.startswith("/dev/null")
    assert call(*RUN, *flags, MULTITRUST_LOG_DIR=log_dir).out == ""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("plan", "--tasks", "T.99"), 2),
        (("plan", "--timeout", "x"), 2),
        (("tasks", "nope"), 2),
        (("models", "nope"), 2),
        (("report", "nowhere"), 1),
        (("score", "nowhere"), 1),
        (("compare", "nowhere", "nowhere"), 1),
        (("verify", "nowhere"), 2),
        (("doctor", "--tasks", "nope"), 2),
        (("data", "verify", "official", "nowhere"), 5),
        (("import", "mmtrusteval", "nowhere", "--model", "x"), 2),
    ],
)
def test_every_json_document_has_the_error_that_ended_its_command(
    call: Call, arguments: Sequence[str], code: int
) -> None:
    said = call(*arguments, "--json")
    document = json.loads(said.out)
    assert said.code == code
    assert list(document) == ["failures"]
    (failure,) = document["failures"]
    assert failure["example"] in " ".join(said.err.split())


def test_there_is_one_document_where_a_run_ends_with_1(call: Call, tmp_path: Path) -> None:
    """Nothing could be scored: the run has its document, and no second one."""
    flags = ("--model", "mock/silent", *RUN[3:], "--no-report")
    said = call("run", *flags, "--json", "--log-dir", tmp_path)
    assert said.code == 1
    assert json.loads(said.out)["summary"]["complete"] is True


def program(*arguments: str, cwd: Path, **streams: Any) -> subprocess.CompletedProcess[str]:
    """The command line as a process of its own."""
    code = "from multitrust.cli import main; main()"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    return subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments], cwd=cwd, text=True, check=False, **pipes
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("tasks", "T.6"),
        ("--version",),
        ("models", "--json"),
        (*RUN, "--display", "none", "--no-report", "--log-dir", "logs"),
    ],
    ids=" ".join,
)
def test_output_that_cannot_be_written_is_an_error(
    tmp_path: Path, arguments: Sequence[str]
) -> None:
    with FULL.open("w") as full:
        done = program(*arguments, cwd=tmp_path, stdout=full)
    assert done.returncode == 1
    assert done.stderr == "error: cannot write standard output: No space left on device\n"


def test_an_error_keeps_its_exit_code_where_it_cannot_be_told(tmp_path: Path) -> None:
    with FULL.open("w") as full:
        assert program("tasks", "nope", cwd=tmp_path, stderr=full).returncode == 2
        done = program("tasks", "nope", "--json", cwd=tmp_path, stdout=full)
        assert done.returncode == 2
    assert "unknown task" in done.stderr
    assert done.stderr.endswith("cannot write standard output: No space left on device\n")
    assert "Traceback" not in done.stderr


IN_A_FOLDER_THAT_WAS_REMOVED = """
import os, sys
from multitrust.cli import main
os.mkdir("gone")
os.chdir("gone")
os.rmdir("../gone")
main()
"""


def test_a_working_directory_that_was_removed(tmp_path: Path) -> None:
    """What needs no relative path works there; what does says what is wrong and what to do."""
    logs = tmp_path / "logs"

    def there(*arguments: object) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-P", "-c", IN_A_FOLDER_THAT_WAS_REMOVED, *map(str, arguments)],
            cwd=tmp_path, text=True, capture_output=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    assert there("tasks", "T.6", "--json")[0] == 0
    assert there(*RUN, "--display", "none", "--log-dir", logs)[0] == 0
    (folder,) = logs.iterdir()
    assert there("verify", folder)[:1] == (0,)
    for arguments in (("run", *RUN[1:], "--log-dir", "logs"), ("report", "logs/x")):
        code, _, said = there(*arguments)
        assert (code, "logs/" in said) == (1, True)
        assert said.endswith("; the working directory was removed: change to one that exists\n")
        assert "Traceback" not in said
