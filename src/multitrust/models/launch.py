"""Servers that are started when a run needs them, and stopped when it ends, however it ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from multitrust.core import ConfigError, ModelError
from multitrust.models import guard
from multitrust.models.addresses import check_address
from multitrust.models.hosts import SERVER
from multitrust.models.keys import variables
from multitrust.models.masking import command_secrets, environment_secrets, plain_lines

PORT = "{port}"
"""What a free port takes the place of in a command."""
EVERY = 0.25
"""Seconds between looks at a server that is starting."""
GRACE = 10.0
"""Seconds that a server usually has to end before it is killed."""
TAIL = 20
"""Lines of the log that tell of a server's death."""
MOST = 1 << 20
"""Bytes of a reply that are read."""
Told = Callable[[float, str], None]
"""Told how many seconds a start has taken so far, and the last line of the log."""


@dataclass(kw_only=True, slots=True)
class Server:
    """A server that is started when it is first waited for."""

    command: str
    """What starts it, as the user typed it."""
    line: str
    """The command with its port."""
    url: str
    """Where the API will be, e.g. http://127.0.0.1:8000/v1."""
    log: Path
    """Where what it prints is written, without keys and control characters; a new file."""
    limit: float
    """Seconds until it must be ready."""
    told: Told
    """Told every five seconds while it is not ready."""
    grace: float
    """Seconds that it has to end before it is killed."""
    key: str = field(default="", repr=False)
    """What its requests must show, if it wants any."""
    process: subprocess.Popen[bytes] | None = None
    """Its guard, which runs it in a process group of its own; None until it is started."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What the server is told and may repeat: its key, and secrets of command and environment.

        Raises:
            ConfigError: there is a `.env` that cannot be read.
        """
        return (self.key, *command_secrets(self.line), *environment_secrets(variables()))

    async def ready(self) -> None:
        """Start the server if it is not, and wait until it answers.

        Raises:
            ModelError: it ended, or was not ready in time.
        """
        if self.process is None:
            self._start()
        start = last = time.monotonic()
        while not await asyncio.to_thread(self.is_ready):
            if death := self.death():
                raise ModelError(death, kind="connection")
            now = time.monotonic()
            if now - start > self.limit:
                raise ModelError(
                    f"the server was not ready at {self.url} within {self.limit:g} s; allow more "
                    f"with --start-timeout, or see {self.log}",
                    kind="connection",
                )
            if now - last >= 5:
                last = now
                self.told(now - start, "".join(last_lines(self.log)[-1:]))
            await asyncio.sleep(EVERY)

    def _start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("xb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-S", guard.__file__, str(self.grace), self.line],
                stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):  # it has ended already, and says so itself
            self.process.stdin.write(json.dumps(self.secrets).encode() + b"\n")
            self.process.stdin.flush()

    def stop(self) -> None:
        """End the server and all that it started, if it was started."""
        if self.process is not None and self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
            self.process.wait()

    def death(self) -> str:
        """Why the server is no longer there; empty while it is, and before it is started."""
        code = None if self.process is None else self.process.poll()
        if code is None:
            return ""
        number = -code if code < 0 else code - guard.BY_SIGNAL
        ended = number in signal.valid_signals()
        how = f"was ended by signal {number}" if ended else f"ended with code {code}"
        lines = "\n  ".join(last_lines(self.log)) or "(nothing)"
        return f"the server {how}; the end of its log, {self.log}:\n  {lines}"

    def keep_log(self, folder: Path) -> None:
        """Have the log in a folder, as `start.log`, or `start-2.log` if that is there."""
        names = ("start.log", *(f"start-{number}.log" for number in range(2, 10_000)))
        target = next(folder / name for name in names if not (folder / name).exists())
        if self.process is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self.log.rename(target)
        self.log = target

    def is_ready(self) -> bool:
        """Whether /health answers well or, where there is none, the list of models."""
        root = self.url.removesuffix("/v1")
        status = self._get(f"{root}/health")[0]
        if status in (404, 405, 501):
            status = self._get(f"{self.url}/models")[0]
        return status == 200

    def only_model(self) -> str:
        """The id of the one model that the server lists.

        Raises:
            ConfigError: it lists none, or several.
        """
        found = self._get(f"{self.url}/models")[1]
        rows = found.get("data") if isinstance(found, dict) else None
        ids = [str(row["id"]) for row in rows or () if isinstance(row, dict) and "id" in row]
        if len(ids) != 1:
            listed = ", ".join(ids[:10]) or "no model"
            raise ConfigError(f"the server lists {listed}; name the model's id with --model")
        return ids[0]

    def _get(self, url: str) -> tuple[int, Any]:
        """(status, body) of a request; the status is 0 if there is no answer."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        try:
            with build_opener(ProxyHandler({})).open(
                Request(url, headers=headers), timeout=5
            ) as it:
                return it.status, json.loads(it.read(MOST) or b"null")
        except HTTPError as error:
            error.close()
            return error.code, None
        except json.JSONDecodeError:
            return 200, None
        except (URLError, OSError, ValueError):
            return 0, None


@contextlib.contextmanager
def launched(
    command: str,
    log: Path,
    *,
    url: str | None,
    limit: float,
    key: str,
    told: Told,
    grace: float = GRACE,
) -> Iterator[Server]:
    """A server that can be started; it and all that it started is stopped at the end.

    That holds for a process that is killed without a warning, too.

    Args:
        command: a line for the shell; `{port}` in it becomes a free port.
        log: where what it prints is written; must be a new file.
        url: where it answers, if the command has no `{port}`.
        limit: seconds until it must be ready.
        key: what its requests must show, if it wants any.
        told: told every five seconds while it is not ready.
        grace: seconds that it has to end before it is killed.

    Raises:
        ConfigError: it is not clear where the server will answer, or something is there already.
    """
    line, address = addressed(command, url)
    server = Server(
        command=command, line=line, url=address, log=log, limit=limit, told=told, grace=grace,
        key=key,
    )  # fmt: skip
    try:
        yield server
    finally:
        server.stop()


def addressed(command: str, url: str | None) -> tuple[str, str]:
    """The command with its port, and where the server will answer.

    Raises:
        ConfigError: neither or both say where, or something answers there already.
    """
    if (PORT in command) == (url is not None):
        raise ConfigError(
            f"--start {command}: write {PORT} where the server's port belongs, or give a fixed "
            "address with --model-base-url or --model URL#ID; not both"
        )
    if url is None:
        port = free_port()
        return command.replace(PORT, str(port)), f"http://127.0.0.1:{port}/v1"
    check_address(url, SERVER.keys[0])
    parts = urlsplit(url)
    place = (parts.hostname or "", parts.port or 80)
    with contextlib.suppress(OSError), socket.create_connection(place, timeout=2):
        raise ConfigError(
            f"something answers at {url} already; stop it, or leave --start out to ask it"
        )
    return command, url.rstrip("/")


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def last_lines(log: Path) -> list[str]:
    """The last lines of a log that are not empty, each up to 300 characters."""
    with log.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 16_000))
        text = file.read().decode(errors="replace")
    lines = [line.rpartition("\r")[2].rstrip()[:300] for line in plain_lines(text).split("\n")]
    return [line for line in lines if line][-TAIL:]
