"""Servers that are started for a run: asleep, ready, dead, late, stopped with all they started."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from multitrust.core import ConfigError, GenerateConfig, Message, ModelError, ModelIdentity
from multitrust.interop import wrapper
from multitrust.models import Server, guard, launched, server_of, started_model

WRAPPER = Path(wrapper.__file__)
QUESTION = (Message(role="user", text="Are you there?"),)
CODE = """
import os, subprocess, time

def chat(images, text):
    if text == "die":
        print("out of order", flush=True)
        os._exit(3)
    return "Yes"

def leak(images, text):
    secret = os.environ[text.split()[-1]]
    if text.startswith("say"):
        return secret
    raise RuntimeError(
        " ".join(["env", secret, secret[::-1], secret.encode().hex(), secret[:12], secret])
    )

def hang(images, text):
    time.sleep(60)
"""


@pytest.fixture
def command(tmp_path: Path) -> str:
    """A command that starts a server."""
    (tmp_path / "model.py").write_text(CODE)
    return command_in(tmp_path)


def launch(
    command: str,
    folder: Path,
    url: str | None = None,
    limit: float = 20,
    key: str = "",
    grace: float = 10,
) -> AbstractContextManager[Server]:
    """A server that is not started yet."""
    log = folder / "new.log"
    return launched(
        command, log, url=url, limit=limit, key=key, told=lambda seconds, line: None, grace=grace
    )


@contextmanager
def running(command: str, folder: Path, grace: float = 10) -> Iterator[Server]:
    """A server that is ready."""
    with launch(command, folder, grace=grace) as server:
        asyncio.run(server.ready())
        yield server


def guard_of(server: Server) -> subprocess.Popen[bytes]:
    assert server.process is not None
    return server.process


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


def test_nothing_is_started_until_it_is_needed(tmp_path: Path) -> None:
    with launch(f"touch {tmp_path}/started; {{port}}", tmp_path / "logs") as server:
        model = started_model(server, "it", {})
        server.keep_log(tmp_path / "run")
        assert (model.name, server.death()) == ("started/it", "")
    assert list(tmp_path.iterdir()) == []


def test_a_server_is_ready_inside_and_gone_outside(command: str, tmp_path: Path) -> None:
    with running(command, tmp_path) as server:
        assert server.is_ready()
        assert server.only_model() == "model"
        assert server.death() == ""
    assert not server.is_ready()
    assert guard_of(server).returncode == 128 + signal.SIGTERM


async def test_it_is_started_once_by_requests_that_come_together(
    command: str, tmp_path: Path
) -> None:
    with launch(f"echo >> {tmp_path}/starts; {command}", tmp_path) as server:
        model = started_model(server, "it", {})
        asked = [model.generate(QUESTION, GenerateConfig()) for _ in range(5)]
        assert {response.text for response in await asyncio.gather(*asked)} == {"Yes"}
        await model.close()
    assert (tmp_path / "starts").read_text() == "\n"


async def test_all_requests_tell_why_it_cannot_be_started(tmp_path: Path) -> None:
    with launch("echo no weights; exit 7; {port}", tmp_path) as server:
        model = started_model(server, "it", {})
        asked = [model.generate(QUESTION, GenerateConfig()) for _ in range(3)]
        got = await asyncio.gather(*asked, return_exceptions=True)
        await model.close()
    assert [getattr(error, "kind", None) for error in got] == ["connection"] * 3
    assert all("ended with code 7" in str(error) and "no weights" in str(error) for error in got)


async def test_a_request_that_is_given_up_does_not_end_the_start(
    command: str, tmp_path: Path
) -> None:
    with launch(f"sleep 1; {command}", tmp_path) as server:
        model = started_model(server, "it", {})
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(model.generate(QUESTION, GenerateConfig()), 0.3)
        assert (await model.generate(QUESTION, GenerateConfig())).text == "Yes"
        await model.close()


def test_the_log_is_kept_in_a_folder_and_none_is_overwritten(command: str, tmp_path: Path) -> None:
    """Whether it is named before the start or moved after it."""
    folder = tmp_path / "run"
    with running(command, tmp_path) as server:
        server.keep_log(folder)
    with launch(command, tmp_path) as server:
        server.keep_log(folder)
        asyncio.run(server.ready())
    for name in ("start.log", "start-2.log"):
        assert "serving model at http" in (folder / name).read_text()
    assert len(list(folder.iterdir())) == 2


def test_children_that_ignore_the_signal_are_killed(tmp_path: Path) -> None:
    """The shell ends at once, its child only when it is killed."""
    (tmp_path / "model.py").write_text(CODE)
    with running(f"{stubborn(tmp_path)} & {command_in(tmp_path)}", tmp_path, grace=0.5):
        child = written_by_stubborn(tmp_path)
        assert is_there(child)
    assert gone(child)


def test_nothing_outlives_a_process_that_is_killed(tmp_path: Path) -> None:
    """Neither the server nor a child of it that ignores the signal."""
    (tmp_path / "model.py").write_text(CODE)
    line = f"{stubborn(tmp_path)} & echo $$ > {tmp_path}/shell; {command_in(tmp_path)}"
    program = (
        "import asyncio, pathlib, sys\n"
        "from multitrust.models import launched\n"
        "with launched(sys.argv[1], pathlib.Path(sys.argv[2]), url=None, limit=20, key='',\n"
        "              told=print, grace=0.5) as server:\n"
        "    asyncio.run(server.ready())\n"
        "    print(server.url, flush=True)\n"
        "    asyncio.run(asyncio.sleep(60))\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", program, line, tmp_path / "log"], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    url = owner.stdout.readline().strip()
    child, shell = written_by_stubborn(tmp_path), int((tmp_path / "shell").read_text())
    assert url
    assert is_there(child)
    assert is_there(shell)
    owner.kill()
    owner.communicate()
    assert gone(shell)
    assert gone(child)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(url).port or 0))


def test_what_a_server_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(CODE)
    line = f"sleep 60 & echo $! > {tmp_path}/pid; echo {{port}}; exit 5"
    with launch(line, tmp_path) as server:
        with pytest.raises(ModelError, match="ended with code 5"):
            asyncio.run(server.ready())
        assert gone(int((tmp_path / "pid").read_text()))


def test_what_a_server_leaves_behind_is_waited_for(tmp_path: Path) -> None:
    """By its guard, as process 1 of a container may wait for none."""
    program = (
        "import ctypes, os, subprocess, sys\n"
        "ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)\n"  # orphans are this process's, as process 1's
        "command = [sys.executable, sys.argv[1], '1', 'sleep 60 & sleep 60 & exit 5']\n"
        "guard = subprocess.Popen(command, stdin=subprocess.PIPE, bufsize=0)\n"
        "guard.stdin.write(b'[]\\n')\n"  # not closed: that would end the server before its time
        "print(guard.wait())\n"
        "try:\n"
        "    print(os.waitpid(-1, os.WNOHANG))\n"
        "except ChildProcessError:\n"
        "    print('none')\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, guard.__file__], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["5", "none"]


def command_in(folder: Path) -> str:
    """A command that starts the model of a folder."""
    return f"{sys.executable} {WRAPPER} {folder}/model.py:chat --port {{port}}"


def stubborn(folder: Path) -> str:
    """A command for a process that does not end when it is asked to."""
    path = folder / "stubborn.py"
    path.write_text(
        "import os, pathlib, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "pathlib.Path(__file__).with_name('pid').write_text(str(os.getpid()))\n"
        "time.sleep(60)\n"
    )
    return f"{sys.executable} {path}"


def written_by_stubborn(folder: Path) -> int:
    """The number of that process, once it does not listen any more."""
    while not (folder / "pid").exists() or not (folder / "pid").read_text():
        time.sleep(0.01)
    return int((folder / "pid").read_text())


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
def test_a_failure_inside_stops_the_server(
    command: str, tmp_path: Path, failure: type[BaseException]
) -> None:
    with pytest.raises(failure), running(command, tmp_path) as server:
        raise failure
    assert guard_of(server).returncode is not None
    assert not server.is_ready()


def test_it_also_works_outside_the_main_thread(command: str, tmp_path: Path) -> None:
    ready: list[bool] = []

    def use() -> None:
        with running(command, tmp_path) as server:
            ready.append(server.is_ready())

    thread = threading.Thread(target=use)
    thread.start()
    thread.join(30)
    assert ready == [True]


def test_a_server_that_ends_before_it_is_ready_is_told_with_its_last_lines(tmp_path: Path) -> None:
    line = "for i in 1 2 3; do echo line $i; done; echo key open-sesame; exit 7; {port}"
    with (
        pytest.raises(ModelError, match="ended with code 7") as raised,
        launch(line, tmp_path, key="open-sesame") as server,
    ):
        asyncio.run(server.ready())
    assert "line 1\n  line 2\n  line 3\n  key …" in str(raised.value)


def test_no_key_of_the_environment_is_in_the_log_or_told(
    tmp_path: Path, environment: MutableMapping[str, str]
) -> None:
    environment["WANDB_API_KEY"] = "wandb-0123456789abcdef"
    environment["DATABASE_URL"] = "postgres://me:in-address-1@db/x"
    environment["MULTITRUST_API_KEY"] = "open-sesame-42"
    line = (
        r"printf '\033[31m%s\033[0m\n' $WANDB_API_KEY; printf 'wandb-0123'; sleep 0.3;"
        " echo '456789abcdef split'; echo $DATABASE_URL; echo api_key=$MULTITRUST_API_KEY;"
        " true --hf-token typed-token-7; echo hf typed-token-7; printf 'no end'; exit 3; {port}"
    )
    with (
        pytest.raises(ModelError, match="ended with code 3") as raised,
        launch(line, tmp_path) as server,
    ):
        asyncio.run(server.ready())
    log = (tmp_path / "new.log").read_text()
    assert log.splitlines() == [
        "…", "… split", "postgres://me:…@db/x", "api_key=…", "hf …", "no end"
    ]  # fmt: skip
    assert str(raised.value).endswith("api_key=…\n  hf …\n  no end")


SECRETS = {
    "MY_SECRET_TOKEN": "tok-0123456789abcdef",
    "WANDB_API_KEY": "aB3dE5gH7jK9mN1pQ3sT",
    "DB_PASSWORD": "in-the-environment-42",
    "DATABASE_URL": "postgres://me:in-address-1@db/x",
}


async def test_what_the_log_hides_is_hidden_in_the_servers_failures_too(
    command: str, tmp_path: Path, environment: MutableMapping[str, str]
) -> None:
    """Answers stay as they are, but for a key that was sent and that no text holds by chance."""
    environment.update(SECRETS, MULTITRUST_API_KEY="open-sesame-42", COLOR="a plain colour")
    line = command.replace("model.py:chat", "model.py:leak")
    with launch(line, tmp_path, key="open-sesame-42") as server:
        model = started_model(server, "it", {"max_retries": "0"})
        for name, secret in (SECRETS | {"MULTITRUST_API_KEY": "open-sesame-42"}).items():
            with pytest.raises(ModelError, match="env ") as failed:
                await model.generate((Message(role="user", text=name),), GenerateConfig())
            hidden = secret.partition("me:")[2].partition("@")[0] or secret
            for form in (hidden, hidden[::-1], hidden.encode().hex(), hidden[:12]):
                assert form not in str(failed.value)
            assert "…" in str(failed.value)
        with pytest.raises(ModelError, match="env a plain colour ruoloc"):
            await model.generate((Message(role="user", text="COLOR"),), GenerateConfig())
        for name, secret in SECRETS.items():
            said = await model.generate(
                (Message(role="user", text=f"say {name}"),), GenerateConfig()
            )
            assert said.text == secret
        await model.close()


def test_what_a_server_prints_while_it_ends_is_kept(tmp_path: Path) -> None:
    """More than a pipe holds, so that it could not end if nobody read it."""
    (tmp_path / "chatty.py").write_text(
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    for number in range(20_000):\n"
        "        print(f'closing shard {number}')\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('started', flush=True)\n"
        "time.sleep(60)\n"
    )
    with launch(f"exec {sys.executable} {tmp_path}/chatty.py {{port}}", tmp_path) as server:
        server._start()
        while "started" not in (tmp_path / "new.log").read_text():
            time.sleep(0.01)
    assert guard_of(server).returncode == 0
    assert "closing shard 19999" in (tmp_path / "new.log").read_text()


def test_a_server_that_is_never_ready_is_stopped_at_the_limit(tmp_path: Path) -> None:
    with (
        pytest.raises(ModelError, match=r"not ready .* within 0\.5 s") as raised,
        launch("echo {port}; exec sleep 60", tmp_path, limit=0.5) as server,
    ):
        asyncio.run(server.ready())
    assert raised.value.kind == "connection"
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
    with running(f"{sys.executable} {code} {{port}}", tmp_path) as server:
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


def test_the_model_is_named_by_the_command_not_the_port(tmp_path: Path) -> None:
    def identity(line: str, **options: str) -> ModelIdentity:
        with launch(line, tmp_path) as server:
            return started_model(server, "it", options).identity

    one, again, other = map(identity, ("serve {port}", "serve {port}", "serve --fast {port}"))
    assert one == again != other
    assert one == ModelIdentity(name="it", server=server_of("serve {port}"))
    thinks = identity("serve {port}", thinking_tokens="8192", temperature="none", timeout="3")
    assert thinks == replace(one, thinking_tokens=8192, settings={"temperature": "none"})


@pytest.mark.parametrize(
    ("spec", "name"), [("other", "other"), ("http://127.0.0.1:1/v1#other", "other")]
)
def test_the_models_id_can_be_named(tmp_path: Path, spec: str, name: str) -> None:
    with launch("serve {port}", tmp_path) as server:
        assert started_model(server, spec, {}).name == f"started/{name}"


async def test_all_requests_fail_at_once_when_the_server_has_died(
    command: str, tmp_path: Path
) -> None:
    """Those under way too; none is repeated for minutes."""
    line = command.replace("model.py:chat", "model.py:hang") + " --parallel"
    with launch(f"echo $$ > {tmp_path}/pid; exec {line}", tmp_path) as server:
        model = started_model(server, "it", {})
        await server.ready()
        asked = [asyncio.ensure_future(model.generate(QUESTION, GenerateConfig())) for _ in "abc"]
        await asyncio.sleep(0.5)
        start = time.monotonic()
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
        got = await asyncio.gather(*asked, return_exceptions=True)
        with pytest.raises(ModelError, match="ended by signal 9"):
            await model.generate(QUESTION, GenerateConfig())
        await model.close()
    assert time.monotonic() - start < 3
    assert [getattr(error, "kind", None) for error in got] == ["unavailable"] * 3
    assert all("ended by signal 9" in str(error) for error in got)


async def test_a_request_that_is_given_up_is_not_the_servers_death(
    command: str, tmp_path: Path
) -> None:
    with launch(command.replace("model.py:chat", "model.py:hang"), tmp_path) as server:
        model = started_model(server, "it", {})
        await server.ready()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(model.generate(QUESTION, GenerateConfig()), 0.3)
        await model.close()
