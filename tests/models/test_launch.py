"""Servers that are started for a run: ready, dead, late, stopped with all that they started."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from multitrust.core import ConfigError, GenerateConfig, Message, ModelError
from multitrust.interop import wrapper
from multitrust.models import Server, launched, started_model

WRAPPER = Path(wrapper.__file__)
QUESTION = (Message(role="user", text="Are you there?"),)
CODE = """
import os, subprocess, time

def chat(images, text):
    if text == "die":
        print("out of order", flush=True)
        os._exit(3)
    return "Yes"

def hang(images, text):
    time.sleep(60)
"""


@pytest.fixture
def command(tmp_path: Path) -> str:
    """A command that starts a server."""
    (tmp_path / "model.py").write_text(CODE)
    return f"{sys.executable} {WRAPPER} {tmp_path}/model.py:chat --port {{port}}"


def launch(
    command: str,
    folder: Path,
    url: str | None = None,
    limit: float = 20,
    key: str = "",
    grace: float = 10,
) -> AbstractContextManager[Server]:
    log = folder / "new.log"
    return launched(
        command, log, url=url, limit=limit, key=key, told=lambda seconds, line: None, grace=grace
    )


def is_there(process: int) -> bool:
    """Whether a process runs; one that ended and is not yet waited for does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


def gone(process: int) -> bool:
    deadline = time.monotonic() + 5
    while is_there(process) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not is_there(process)


def test_a_server_is_ready_inside_and_gone_outside(command: str, tmp_path: Path) -> None:
    with launch(command, tmp_path) as server:
        assert server.is_ready()
        assert server.only_model() == "model"
        assert server.death() == ""
    assert not server.is_ready()
    assert server.process.returncode == -signal.SIGTERM


def test_the_log_is_kept_in_a_folder_and_none_is_overwritten(command: str, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    for name in ("start.log", "start-2.log"):
        with launch(command, tmp_path) as server:
            server.keep_log(folder)
        assert "serving model at http" in (folder / name).read_text()
    assert len(list(folder.iterdir())) == 2


def test_children_that_ignore_the_signal_are_killed(tmp_path: Path) -> None:
    """The shell ends at once, its child only when it is killed."""
    (tmp_path / "model.py").write_text(CODE)
    stubborn = tmp_path / "stubborn.py"
    stubborn.write_text(
        "import os, pathlib, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "pathlib.Path(__file__).with_name('pid').write_text(str(os.getpid()))\n"
        "time.sleep(60)\n"
    )
    server = f"{sys.executable} {WRAPPER} {tmp_path}/model.py:chat --port {{port}}"
    with launch(f"{sys.executable} {stubborn} & {server}", tmp_path, grace=0.5):
        while not (tmp_path / "pid").exists():
            time.sleep(0.01)
        child = int((tmp_path / "pid").read_text() or 0)
        assert is_there(child)
    assert gone(child)


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
def test_a_failure_inside_stops_the_server(
    command: str, tmp_path: Path, failure: type[BaseException]
) -> None:
    with pytest.raises(failure), launch(command, tmp_path) as server:
        raise failure
    assert server.process.returncode is not None
    assert not server.is_ready()


def interrupt(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)
    time.sleep(5)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_context_as_an_interruption(
    command: str, tmp_path: Path, number: signal.Signals
) -> None:
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), launch(command, tmp_path) as server:
        interrupt(number)
    assert server.process.returncode is not None
    assert signal.getsignal(number) == before


def test_it_also_works_outside_the_main_thread(command: str, tmp_path: Path) -> None:
    ready: list[bool] = []

    def use() -> None:
        with launch(command, tmp_path) as server:
            ready.append(server.is_ready())

    thread = threading.Thread(target=use)
    thread.start()
    thread.join(30)
    assert ready == [True]


def test_a_server_that_ends_before_it_is_ready_is_told_with_its_last_lines(tmp_path: Path) -> None:
    line = "for i in 1 2 3; do echo line $i; done; echo key open-sesame; exit 7; {port}"
    with (
        pytest.raises(ModelError, match="ended with code 7") as raised,
        launch(line, tmp_path, key="open-sesame"),
    ):
        pass
    assert "line 1\n  line 2\n  line 3\n  key …" in str(raised.value)


def test_a_server_that_is_never_ready_is_stopped_at_the_limit(tmp_path: Path) -> None:
    with (
        pytest.raises(ModelError, match=r"not ready .* within 0\.5 s") as raised,
        launch("echo {port}; exec sleep 60", tmp_path, limit=0.5),
    ):
        pass
    assert raised.value.kind == "timeout"
    assert "--start-timeout" in str(raised.value)


def test_a_server_that_is_loading_is_not_ready(tmp_path: Path) -> None:
    """Its list of models answers before its health does, as with servers that load late."""
    code = tmp_path / "loading.py"
    code.write_text(
        "import http.server, sys, time\n"
        "start = time.monotonic()\n"
        "class Handler(http.server.BaseHTTPRequestHandler):\n"
        "    def do_GET(self):\n"
        "        loading = self.path == '/health' and time.monotonic() - start < 1\n"
        "        self.send_response(503 if loading else 200)\n"
        "        self.send_header('Content-Length', '0')\n"
        "        self.end_headers()\n"
        "http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), Handler).serve_forever()\n"
    )
    start = time.monotonic()
    with launch(f"{sys.executable} {code} {{port}}", tmp_path) as server:
        assert time.monotonic() - start >= 1
        with pytest.raises(ConfigError, match=r"lists no model; name .* --model"):
            server.only_model()


@pytest.mark.parametrize(
    ("line", "url"), [("serve --port {port}", "http://127.0.0.1:9/v1"), ("serve", None)]
)
def test_it_must_be_clear_where_the_server_answers(
    line: str, url: str | None, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="not both"), launch(line, tmp_path, url):
        pass
    assert list(tmp_path.iterdir()) == []


def test_another_server_at_the_address_is_not_taken_for_it(stub: Any, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"answers .* already"), launch("x", tmp_path, stub().url):
        pass


async def test_the_model_is_named_by_the_command_not_the_port(command: str, tmp_path: Path) -> None:
    names = []
    for number, line in enumerate((command, command, f"{command} --parallel")):
        with launched_in(tmp_path / str(number), line) as server:
            model = started_model(server, None, {})
            said = await model.generate(QUESTION, GenerateConfig())
            assert (said.text, model.name) == ("Yes", "started/model")
            await model.close()
            names.append(model.identity)
    assert names[0] == names[1] != names[2]


@contextmanager
def launched_in(folder: Path, line: str) -> Iterator[Server]:
    folder.mkdir()
    with launch(line, folder) as server:
        yield server


@pytest.mark.parametrize(
    ("spec", "name"),
    [("other", "other"), ("http://127.0.0.1:1/v1#other", "other"), (None, "model")],
)
async def test_the_models_id_can_be_named(
    command: str, tmp_path: Path, spec: str | None, name: str
) -> None:
    with launch(command, tmp_path) as server:
        assert started_model(server, spec, {}).name == f"started/{name}"


async def test_all_requests_fail_at_once_when_the_server_has_died(
    command: str, tmp_path: Path
) -> None:
    """Those under way too; none is repeated for minutes."""
    line = command.replace("model.py:chat", "model.py:hang") + " --parallel"
    with launch(line, tmp_path) as server:
        model = started_model(server, None, {})
        asked = [asyncio.ensure_future(model.generate(QUESTION, GenerateConfig())) for _ in "abc"]
        await asyncio.sleep(0.3)
        start = time.monotonic()
        os.killpg(server.process.pid, signal.SIGKILL)
        got = await asyncio.gather(*asked, return_exceptions=True)
        with pytest.raises(ModelError, match="ended by signal 9"):
            await model.generate(QUESTION, GenerateConfig())
        await model.close()
    assert time.monotonic() - start < 3
    assert [type(error) for error in got] == [ModelError] * 3
    assert all("ended by signal 9" in str(error) for error in got)


async def test_a_request_that_is_given_up_is_not_the_servers_death(
    command: str, tmp_path: Path
) -> None:
    with launch(command.replace("model.py:chat", "model.py:hang"), tmp_path) as server:
        model = started_model(server, None, {})
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(model.generate(QUESTION, GenerateConfig()), 0.3)
        await model.close()
