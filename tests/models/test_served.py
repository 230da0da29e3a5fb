"""A whole run against the server of another project, and the same weights without a server."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from multitrust.models.hf import load
from multitrust.run import RunConfig, execute, load_run
from multitrust.tasks import select_tasks

TEMPLATE = """{% for message in messages %}{{ message['role'].upper() }}: \
{% if message['content'] is string %}{{ message['content'] }}{% else %}\
{% for part in message['content'] %}\
{{ '<image> ' if part['type'] == 'image' else part['text'] }}\
{% endfor %}{% endif %}
{% endfor %}ASSISTANT:"""


TASKS = ("T.1", "T.7")


@pytest.fixture(scope="session")
def chatty(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with a chat template, which servers require."""
    path = tmp_path_factory.mktemp("chatty") / "tiny"
    shutil.copytree(folder, path)
    (path / "chat_template.jinja").write_text(TEMPLATE)
    return path


@pytest.fixture
def address(chatty: Path) -> Iterator[str]:
    """Where `transformers serve` serves the tiny model."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ("serve", chatty, "--host", "127.0.0.1", "--port", port, "--device", "cpu")
    server = subprocess.Popen(
        [sys.executable, "-m", "transformers.cli.transformers", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        wait_until_healthy(server, f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.communicate(timeout=20)


def wait_until_healthy(server: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        assert server.poll() is None, server.communicate()[0].decode()
        assert time.monotonic() < deadline
        try:
            with urlopen(f"{url}/health"):
                return
        except (URLError, ConnectionError):
            time.sleep(0.1)


def test_a_server_gives_the_answers_of_its_weights(
    chatty: Path, address: str, tmp_path: Path
) -> None:
    """The command line over HTTP and the local backend agree to the letter, so every picture
    arrives and nothing of a reply is lost."""
    arguments = (
        "run", "--model", f"{address}#{chatty}", "--tasks", ",".join(TASKS), "--limit", "1",
        "--max-tokens", "5", "--max-retries", "0", "--log-dir", tmp_path / "logs",
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", "from multitrust.cli import main; main()", *map(str, arguments)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr  # such weights answer nothing that can be read
    assert "no headline could be computed for T.1, T.7" in done.stderr
    (folder,) = (tmp_path / "logs").iterdir()
    assert str(folder / "report.html") in done.stdout.replace("\n", "")
    served = {record.key: record.response for record in load_run(folder)[1]}
    here = execute(
        RunConfig(
            model=load(str(chatty), {"device": "cpu"}), tasks=select_tasks(TASKS),
            folder=tmp_path / "here", limit=1, max_tokens=5,
        )
    )  # fmt: skip
    local = {record.key: record.response for record in load_run(here.folder)[1]}
    assert served.keys() == local.keys()
    for key, response in local.items():
        there = served[key]
        assert response is not None
        assert there is not None
        assert (there.text.strip(), there.stop) == (response.text, response.stop), key
        assert there.input_tokens == response.input_tokens
    assert len({response.text for response in local.values() if response}) > 3
