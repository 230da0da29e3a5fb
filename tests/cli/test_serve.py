"""`multitrust serve` and `multitrust run --start`, as people use them."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from multitrust.interop import wrapper
from multitrust.run import load_run

Call = Callable[..., Any]
CODE = """
import os

count = 0

def chat(images, text):
    global count
    count += 1
    if count > 3:
        print("out of order", flush=True)
        os._exit(3)
    return "Yes"
"""


@pytest.fixture
def command(tmp_path: Path, call: Call) -> str:
    """A command that starts a model whose process ends at the fourth question."""
    (tmp_path / "model.py").write_text(CODE)
    assert call("serve", "--write-wrapper", tmp_path / "serve_wrapper.py").code == 0
    return f"{sys.executable} {tmp_path}/serve_wrapper.py {tmp_path}/model.py:chat --port {{port}}"


def run_of(command: str, logs: Path, limit: int) -> list[object]:
    return [
        "run", "--start", command, "--tasks", "T.7", "--condition", "text", "--limit", limit,
        "--log-dir", logs, "--max-samples", 1, "--no-report", "--display", "none",
    ]  # fmt: skip


def test_the_wrapper_is_written_once(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "serve_wrapper.py"
    told = call("serve", "--write-wrapper", path)
    assert (told.code, path.read_bytes()) == (0, Path(wrapper.__file__).read_bytes())
    assert f"python {path} model.py:chat" in told.out
    path.write_text("mine")
    told = call("serve", "--write-wrapper", path)
    assert (told.code, path.read_text()) == (2, "mine")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("serve",), "nothing to serve"),
        (("serve", "mock/ecko"), "did you mean echo"),
        (("serve", "absent.py:chat"), "absent.py"),
        (("run",), "--model"),
        (("run", "--start", "x", "--model", "demo"), "{port}"),
    ],
)
def test_what_cannot_be_is_told(
    call: Call, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    more = ("--log-dir", tmp_path) if arguments[0] == "run" else ()
    told = call(*arguments, *more)
    assert told.code == 2
    assert words in told.err


def test_a_started_server_is_asked_and_its_log_kept(
    call: Call, tmp_path: Path, command: str
) -> None:
    logs = tmp_path / "logs"
    done = call(*run_of(command, logs, 2))
    assert done.code == 0, done.err
    (folder,) = logs.iterdir()
    manifest, records = load_run(folder)
    assert manifest.models["target"].startswith("started/model@")
    assert {record.response.text for record in records if record.response} == {"Yes"}
    assert "serving model at" in (folder / "start.log").read_text()
    again = call(*run_of(command, logs, 2))
    assert (again.code, list(logs.iterdir())) == (0, [folder])
    assert "this run was complete" in again.err


def test_a_servers_death_is_told_and_the_same_command_goes_on(
    call: Call, tmp_path: Path, command: str
) -> None:
    logs = tmp_path / "logs"
    died = call(*run_of(command, logs, 6))
    assert died.code == 1
    assert "the server ended with code 3" in died.err
    assert "out of order" in died.err
    (folder,) = logs.iterdir()
    outcomes = sorted(record.outcome for record in load_run(folder)[1])
    assert outcomes.count("errored") == 3
    done = call(*run_of(command, logs, 6))
    assert done.code == 0, done.err
    assert all(record.response for record in load_run(folder)[1])
    assert (folder / "start-2.log").is_file()


def test_an_interrupted_run_leaves_no_server(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(
        "import time\n\ndef chat(images, text):\n    time.sleep(60)\n"
    )
    line = f"{sys.executable} {wrapper.__file__} {tmp_path}/model.py:chat --port {{port}} & "
    line += f"echo $! > {tmp_path}/pid; wait"
    program = Path(sys.executable).with_name("multitrust")
    logs = tmp_path / "logs"
    running = subprocess.Popen(
        [program, *map(str, run_of(line, logs, 2))], stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 30
    while not list(logs.glob("*/run.sqlite")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=30)
    assert running.returncode == 130, err
    state = Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}/status")
    assert not state.exists() or "\nState:\tZ" in state.read_text()
