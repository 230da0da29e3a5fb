"""The installed program as people use it: whole runs, interruptions, two at once."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from multitrust.run import load_run

Stub = Callable[..., Any]
PROGRAM = Path(sys.executable).with_name("multitrust")


def begin(*arguments: object, cwd: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [PROGRAM, *map(str, arguments)],
        cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_for(server: Any, count: int) -> None:
    deadline = time.monotonic() + 30
    while len(server.requests) < count:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def spent_by_children() -> float:
    """Seconds of the processor that processes started here have used and ended with."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_a_whole_aspect_against_a_server_and_once_more(tmp_path: Path, stub: Stub) -> None:
    """Into the working directory; the second time nothing is asked.

    The server says yes to everything, so no box of T.1 can be read, and the command ends with 1.
    """
    server, start = stub(), spent_by_children()
    command = ("run", "--model", f"{server.url}#x", "--tasks", "truthfulness", "--limit", 6)
    first = begin(*command, cwd=tmp_path)
    out, err = first.communicate(timeout=120)
    between = spent_by_children()
    assert first.returncode == 1, err
    assert err.splitlines()[-1] == "! no headline could be computed for T.1"
    (folder,) = (tmp_path / "logs").iterdir()
    assert out.splitlines()[-1] == f"report: logs/{folder.name}/report.html"
    records = load_run(folder)[1]
    assert {record.task for record in records} == {f"T.{number}" for number in range(1, 8)}
    assert {record.outcome for record in records} <= {"answered", "unparsed"}
    assert f"{len(records)}/{len(records)} samples" in err
    asked = Counter(json.dumps(request["messages"]) for request in server.requests)
    assert set(asked.values()) == {1}
    again = begin(*command, cwd=tmp_path)
    out_again, err = again.communicate(timeout=60)
    assert again.returncode == 1
    assert "this run was complete; nothing was asked" in err
    assert out_again == out
    assert len(server.requests) == sum(asked.values())
    assert spent_by_children() - between < between - start


def test_an_interrupted_run_resumes_and_is_alone_in_its_folder(tmp_path: Path, stub: Stub) -> None:
    server = stub(latency=1.0)
    command = (
        "run", "--model", f"{server.url}#x", "--tasks", "T.6", "--max-connections", 4,
        "--max-samples", 4, "--log-dir", tmp_path,
    )  # fmt: skip
    running = begin(*command, cwd=tmp_path)
    wait_for(server, 8)
    second = begin(*command, cwd=tmp_path)
    out, err = second.communicate(timeout=30)
    assert second.returncode == 1
    assert f"another process (pid {running.pid}) is running in" in err
    assert running.poll() is None
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "run the same command to resume" in err
    assert "Traceback" not in err
    assert out == ""
    (folder,) = tmp_path.iterdir()
    done = len(load_run(folder)[1])
    assert 0 < done < 96
    server.latency = 0.0
    finished = begin(*command, cwd=tmp_path)
    finished.communicate(timeout=60)
    assert finished.returncode == 0
    assert len(load_run(folder)[1]) == 96
    assert len(server.requests) <= 96 + 4


@pytest.mark.parametrize(
    ("shown", "line"),
    [("plain", "10/10 samples"), ("log", "INFO multitrust.run: 10/10 samples"), ("none", "")],
)
def test_progress_on_a_pipe(tmp_path: Path, shown: str, line: str) -> None:
    run = ("run", "--model", "mock/yes-sayer", "--tasks", "T.4", "--limit", 2, "--display", shown)
    done = begin(*run, cwd=tmp_path)
    out, err = done.communicate(timeout=60)
    assert done.returncode == 0
    assert err.startswith(line)
    assert len(err.splitlines()) == bool(line)
    assert "samples" not in out.split("T.4")[0]


def test_a_quieter_log_is_quieter(tmp_path: Path) -> None:
    run = ("run", "--model", "mock/yes-sayer", "--tasks", "T.4", "--limit", 1, "--display", "log")
    done = begin(*run, "--log-level", "error", cwd=tmp_path)
    assert done.communicate(timeout=60)[1] == ""
    assert done.returncode == 0


def test_a_reader_that_leaves_is_no_crash(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [PROGRAM, "models"], stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert "Traceback" not in done.stderr


SLOW_FINISH = """
import sys, time
from multitrust.cli import main
from multitrust.report import html

def endless(*arguments, **named):
    print("finishing", flush=True)
    time.sleep(60)

html.write_html = endless
import multitrust.report
multitrust.report.write_html = endless
main(sys.argv[1:])
"""


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_while_finishing_ends_with_130(tmp_path: Path, sent: signal.Signals) -> None:
    arguments = ("run", "--model", "mock/saint", "--tasks", "T.6", "--limit", "8")
    running = subprocess.Popen(
        [sys.executable, "-c", SLOW_FINISH, *arguments],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert running.stdout is not None
    assert running.stdout.readline() == "finishing\n"
    running.send_signal(sent)
    err = running.communicate(timeout=30)[1]
    assert running.returncode == 130, err
    assert "run the same command to resume" in err


def test_nohup_is_respected(tmp_path: Path) -> None:
    command = f'trap \'\' HUP; exec {sys.executable} -c "$0" "$@"'
    arguments = ("run", "--model", "mock/saint", "--tasks", "T.6", "--limit", "8")
    running = subprocess.Popen(
        ["/bin/sh", "-c", command, SLOW_FINISH.replace("60", "1"), *arguments],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert running.stdout is not None
    assert running.stdout.readline() == "finishing\n"
    running.send_signal(signal.SIGHUP)
    running.communicate(timeout=30)
    assert running.returncode == 0


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_may_be_closed(tmp_path: Path, closed: str) -> None:
    run = f'"$0" run --model mock/saint --tasks T.6 --limit 2 --log-dir logs {closed}'
    assert (
        subprocess.run(["/bin/sh", "-c", run, PROGRAM], cwd=tmp_path, check=False).returncode == 0
    )
    (folder,) = (tmp_path / "logs").iterdir()
    assert (folder / "report.html").exists()
    assert (folder / "complete.json").exists()


def test_progress_that_cannot_be_written_costs_no_run(tmp_path: Path) -> None:
    run = '"$0" run --model mock/saint --tasks T.6 --limit 2 --log-dir logs 2>/dev/full'
    subprocess.run(["/bin/sh", "-c", run, PROGRAM], cwd=tmp_path, capture_output=True, check=False)
    (folder,) = (tmp_path / "logs").iterdir()
    assert (folder / "complete.json").exists()


LATE_SIGNAL = """
import atexit, os, signal, sys
from multitrust.cli import main

atexit.register(os.kill, os.getpid(), getattr(signal, sys.argv.pop()))
main()
"""


@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_after_the_end_comes_too_late(sent: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LATE_SIGNAL, "models", sent], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
