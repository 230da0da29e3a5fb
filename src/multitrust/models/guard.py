"""Runs a server in a process group of its own until its standard input closes.

A program by itself, of the standard library alone: `python guard.py GRACE COMMAND`. The first line
of its standard input is a JSON list of secrets; what the server prints is passed on without them.
The pipe on its standard input closes also where whoever holds the other end is killed without a
warning, so that no server outlives the run that it was started for.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

EVERY = 0.1
"""Seconds between looks at the server."""
BY_SIGNAL = 128
"""What a shell adds to the number of a signal that ended a command."""
SET_CHILD_SUBREAPER = 36
"""The number of `PR_SET_CHILD_SUBREAPER` in Linux."""
BLOCK = 65_536
"""Bytes of the server's output that are read at once."""


class Output:
    """What a server prints, passed on without secrets while it runs and while it ends.

    Args:
        server: a process whose standard output is a pipe.
        masker: a `StreamMasker`.
    """

    def __init__(self, server: subprocess.Popen[bytes], masker: Any) -> None:
        assert server.stdout is not None
        self._pipe, self._masker = server.stdout, masker
        self._open = True
        os.set_blocking(self._pipe.fileno(), False)

    def pass_on(self, seconds: float, *others: Any) -> bool:
        """Wait for output, or for other files, for so many seconds; whether another is ready."""
        pipes = [self._pipe] if self._open else []
        ready = select.select([*pipes, *others], [], [], seconds)[0]
        if self._pipe in ready:
            self._read()
        elif not ready:
            write(self._masker.pause())
        return any(other in ready for other in others)

    def _read(self) -> None:
        try:
            data = os.read(self._pipe.fileno(), BLOCK)
        except BlockingIOError:
            return
        self._open = bool(data)
        write(self._masker.feed(data))

    def end(self) -> None:
        """Pass on what is left in the pipe; a process that escaped may hold it open."""
        while self._open and select.select([self._pipe], [], [], 0)[0]:
            self._read()
        write(self._masker.end())


def write(data: bytes) -> None:
    """Print."""
    if data:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def stream_masker(secrets: list[str]) -> Any:
    """The `StreamMasker` of the file beside this one, loaded without its package."""
    path = Path(__file__).with_name("masking.py")
    spec = importlib.util.spec_from_file_location("masking", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.StreamMasker(secrets)


def main(grace: float, command: str) -> int:
    """Run a command for the shell, and end it when the standard input closes.

    Args:
        grace: seconds that it has to end before it is killed.
        command: a line for the shell.

    Returns:
        The command's exit code, or 128 and the number of the signal that ended it.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)  # unlike SIG_IGN, this is not handed on
    adopt_orphans()
    masker = stream_masker(json.loads(sys.stdin.buffer.readline() or b"[]"))
    server = subprocess.Popen(
        ["/bin/sh", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    output = Output(server, masker)
    while server.poll() is None and not output.pass_on(EVERY, sys.stdin):
        pass
    stop(server, grace, output)
    return server.returncode if server.returncode >= 0 else BY_SIGNAL - server.returncode


def adopt_orphans() -> None:
    """Become the parent of what the server leaves behind, where the system can do that (Linux).

    Their usual new parent, process 1, may be slow to wait for those that ended, or never do so in a
    container. Until then their group seems to be alive.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def stop(server: subprocess.Popen[bytes], grace: float, output: Output) -> None:
    """End the whole group of a process: asked first, killed after `grace` seconds."""
    send(server, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and (server.poll() is None or is_left(server)):
        output.pass_on(0.02)
    send(server, signal.SIGKILL)
    server.wait()
    output.end()


def is_left(server: subprocess.Popen[bytes]) -> bool:
    """Whether anything of the group of a process that ended still runs."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-server.pid, os.WNOHANG)[0]:
            pass
    return send(server, 0)


def send(server: subprocess.Popen[bytes], number: int) -> bool:
    """Send a signal to the group of a process; whether anything of it is left."""
    try:
        os.killpg(server.pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2]))
