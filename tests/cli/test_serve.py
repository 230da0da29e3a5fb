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


def run_of(command: str, logs: Path, limit: int, *more: object) -> list[object]:
    return [
        "run", "--start", command, "--tasks", "T.7", "--condition", "text", "--limit", limit,
        "--log-dir", logs, "--max-samples", 1, "--no-report", "--display", "none", *more,
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
        (("serve", "model.py"), "as FILE.py:FUNCTION, e.g. model.py:chat"),
        (("serve", "of/mine/model.py"), "as FILE.py:FUNCTION, e.g. of/mine/model.py:chat"),
        (("serve", "./my model.py"), "as FILE.py:FUNCTION"),
        (("serve", "model.py:"), "expected FILE.py:FUNCTION"),
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
    assert manifest.models["target"].name == "model"
    assert {record.response.text for record in records if record.response} == {"Yes"}
    assert "serving model at" in (folder / "start.log").read_text()


def test_settings_of_a_started_model_make_runs_of_their_own(
    call: Call, tmp_path: Path, command: str
) -> None:
    logs = tmp_path / "logs"
    settings = ((), ("-M", "thinking_tokens=8192"), ("-M", "temperature=none"))
    for more in (*settings, *settings):
        assert call(*run_of(command, logs, 1, *more)).code == 0
    assert len(list(logs.glob("*/complete.json"))) == 3
    assert len(list(logs.glob("*/start*.log"))) == 3  # again started none


@pytest.mark.parametrize("named", [(), ("--model", "mine")])
def test_a_run_that_is_complete_starts_nothing(
    call: Call, tmp_path: Path, command: str, named: tuple[str, ...]
) -> None:
    logs = tmp_path / "logs"
    assert call(*run_of(command, logs, 2, *named)).code == 0
    (folder,) = logs.iterdir()
    again = call(*run_of(command, logs, 2, *named))
    assert (again.code, list(logs.iterdir())) == (0, [folder])
    assert "this run was complete" in again.err
    assert not (folder / "start-2.log").exists()
    more = call(*run_of(command, logs, 3, *named))
    assert (more.code, len(list(logs.iterdir()))) == (0, 2)


@pytest.mark.parametrize(
    "wrong", [("--sample-id", "absent"), ("--tasks", "T.99"), ("--judge", "nobody")]
)
@pytest.mark.parametrize("named", [(), ("--model", "mine")])
def test_what_cannot_be_run_starts_nothing(
    call: Call, tmp_path: Path, wrong: tuple[str, ...], named: tuple[str, ...]
) -> None:
    line = f"touch {tmp_path}/was-started; {{port}}"
    told = call(*run_of(line, tmp_path / "logs", 2, *named, *wrong))
    assert told.code == 2, told.err
    assert not (tmp_path / "was-started").exists()


def test_a_server_that_cannot_be_started_ends_the_run(call: Call, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    told = call(*run_of("echo no weights; exit 7; {port}", logs, 2, "--model", "mine"))
    assert told.code == 1
    assert "the server ended with code 7" in told.err
    assert "no weights" in told.err
    (folder,) = logs.iterdir()
    assert load_run(folder)[1] == []
    assert (folder / "start.log").read_text() == "no weights\n"


def test_a_servers_death_is_told_and_the_same_command_goes_on(
    call: Call, tmp_path: Path, command: str
) -> None:
    logs = tmp_path / "logs"
    died = call(*run_of(command, logs, 6))
    assert died.code == 1
    assert "the server ended with code 3" in died.err
    assert "out of order" in died.err
    (folder,) = logs.iterdir()
    outcomes = [record.outcome for record in load_run(folder)[1]]
    assert len(outcomes) == 3
    assert "errored" not in outcomes
    done = call(*run_of(command, logs, 6))
    assert done.code == 0, done.err
    assert all(record.response for record in load_run(folder)[1])
    assert (folder / "start-2.log").is_file()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_no_server(tmp_path: Path, number: signal.Signals) -> None:
    """The wrapper is a child of the shell that is started."""
    (tmp_path / "model.py").write_text(
        f"import pathlib, time\n\ndef chat(images, text):\n"
        f"    pathlib.Path({str(tmp_path)!r}, 'asked').touch()\n    time.sleep(60)\n"
    )
    line = f"{sys.executable} {wrapper.__file__} {tmp_path}/model.py:chat --port {{port}} & "
    line += f"echo $$ $! > {tmp_path}/pids; wait"
    program = Path(sys.executable).with_name("multitrust")
    running = subprocess.Popen(
        [program, *map(str, run_of(line, tmp_path / "logs", 2))], stderr=subprocess.PIPE, text=True
    )
    wait_until((tmp_path / "asked").exists)
    shell, server = (tmp_path / "pids").read_text().split()
    assert not ended(shell)
    assert not ended(server)
    running.send_signal(number)
    _, err = running.communicate(timeout=30)
    assert running.returncode == (-number if number == signal.SIGKILL else 130), err
    wait_until(lambda: ended(shell) and ended(server))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_server_that_is_stopped_while_it_loads_says_so(
    tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "model.py").write_text(
        f"import pathlib, time\npathlib.Path({str(tmp_path)!r}, 'begun').touch()\ntime.sleep(60)\n"
    )
    program = Path(sys.executable).with_name("multitrust")
    loading = subprocess.Popen(
        [program, "serve", f"{tmp_path}/model.py:chat", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_until((tmp_path / "begun").exists)
    loading.send_signal(number)
    out, err = loading.communicate(timeout=30)
    assert (loading.returncode, out) == (130, "")
    assert err.strip() == "interrupted while the model was loaded; nothing was served"


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ended(process: str) -> bool:
    """Whether a process is no more, or only waits for somebody to notice."""
    state = Path(f"/proc/{process}/status")
    return not state.exists() or "\nState:\tZ" in state.read_text()
