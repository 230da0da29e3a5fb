"""Offline nothing is reached beyond this machine, as the kernel sees it: by any command, any model.

Collected only where there is strace.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.cli.tracing import COMMANDS, reaching_out, trace
from tests.models.tiny import words, written
from tests.official.fixture import make_fixture

COMMIT = "0123456789abcdef0123456789abcdef01234567"
ONE = ("--tasks", "T.6", "--limit", "1")
QUIET = ("--no-report", "--display", "none")
SAYS = """
import os

with open("told.txt", "w") as file:
    file.write(" ".join(os.environ.get(name, "") for name in ("HF_HUB_OFFLINE", "DO_NOT_TRACK")))

def chat(images, text):
    return "Yes"
"""
"""A model to be started, which keeps what its environment says."""


class Step(NamedTuple):
    """A command line and how it should end."""

    code: int
    said: str
    """A part of what it writes to standard error."""
    arguments: tuple[object, ...]
    variables: dict[str, str]


def step(*arguments: object, code: int = 0, said: str = "", **variables: str) -> Step:
    return Step(code, said, arguments, variables)


@pytest.fixture(scope="module")
def cache(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of the hub's libraries with three repositories in its cache, one under a zoo name."""
    import torch
    from transformers import (
        LlamaConfig,
        LlamaForCausalLM,
        LlamaForSequenceClassification,
    )

    home, made = tmp_path_factory.mktemp("hub"), tmp_path_factory.mktemp("made")
    tokenizer = words()
    torch.manual_seed(1)
    for name, kind in (("class", LlamaForSequenceClassification), ("text", LlamaForCausalLM)):
        kind(LlamaConfig(**written(len(tokenizer)))).save_pretrained(made / name)
        tokenizer.save_pretrained(made / name)
        store(home, f"org/{name}", made / name)
    store(home, "llava-hf/llava-1.5-7b-hf", folder)
    return home


def store(home: Path, repository: str, folder: Path) -> None:
    """Put the files of a folder where the hub's libraries keep a repository."""
    place = home / "hub" / f"models--{repository.replace('/', '--')}"
    shutil.copytree(folder, place / "snapshots" / COMMIT)
    (place / "refs").mkdir()
    (place / "refs/main").write_text(COMMIT)


def environment(home: Path, **more: str) -> dict[str, str]:
    """That of this process without proxies, and with a home of the hub's libraries."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("proxy")}
    return kept | {"HF_HOME": str(home), "PYTHONWARNINGS": "ignore"} | more


def steps(tiny: Path, data: Path, url: str) -> Sequence[Step]:
    """Every command and every kind of model; what is not told to be offline comes first."""
    run = ("run", *ONE, *QUIET)
    offline = ("run", *ONE, *QUIET, "--offline", "--log-dir", "offline")
    official = ("--origin", "official", "--data-root", data, "--tasks", "T.5", "--limit", "1")
    named = (
        "judge=hf/llava-hf/llava-1.5-7b-hf",
        "action=hf-classifier/org/class",
        "harm=hf-completion/org/text",
    )
    roles = [flag for role in named for flag in ("--model-role", role)]
    started = f"{sys.executable} serve_wrapper.py says.py:chat --port {{port}}"
    absent, away = "only this machine was searched", "this machine only"
    blank = "nothing could be scored"  # random weights; and the task has no judge
    return (
        step("doctor", "--model", "openai/x", code=1),
        step("models"),
        step("models", "llava-1.5-7b"),
        step("tasks", "T.6"),
        step("plan", *ONE, "--model", "llava-1.5-7b"),
        step("plan", *ONE, "--model", "hf/absent/model"),
        step(*run, "--model", f"hf/{tiny}", "--log-dir", "local", code=1, said=blank),
        step(*run, "--model", "demo", "--log-dir", "demo"),
        step(*run, "--model", "openai/x", code=2, said="needs a key"),
        step("run", *official, *QUIET, "--model", f"{url}#x", "--log-dir", "official", code=1,
             said=blank),
        step(*run, "--model", "llava-1.5-7b", "--log-dir", "cached", code=1, said=blank,
             HF_HUB_OFFLINE="1"),
        step("data", "fetch", "official", "fetched", code=5, said="network is off",
             HF_HUB_OFFLINE="1"),
        step(*offline, *roles, "--model", "llava-1.5-7b", code=1, said=blank),
        step(*offline, "--model", "hf/no/no", code=2, said=absent),
        step(*offline, "--model", "demo", "--judge", "hf-completion/no/no", code=2, said=absent),
        step(*offline, "--model", "demo", "--judge", "hf-classifier/no/no", code=2, said=absent),
        step(*offline, "--model", "openai/x", code=2, said=away, OPENAI_API_KEY="none"),
        step(*offline, "--model", "perspective", code=2, said=away, PERSPECTIVE_API_KEY="none"),
        step(*offline, "--model", f"{url.replace('127.0.0.1', 'localhost')}#x"),
        step("serve", "--write-wrapper", "serve_wrapper.py"),
        step(*run, "--offline", "--log-dir", "started", "--start", started),
        step("serve", "demo", "--port", "0", "--offline"),
        step("score", "official/*", "--offline", *roles[:2], code=1,
             said="no headline could be computed"),
        step("score", "official/*", "--offline", "--judge", "openai/x", code=2, said=away,
             OPENAI_API_KEY="none"),
        step("report", "official/*"),
        step("verify", "official/*"),
        step("compare", "local/*", "demo/*", "--with", "published"),
        step("export", "mmtrusteval", "official/*", "logs", "--model", "x"),
        step("import", "mmtrusteval", "logs", "--model", "x", "--log-dir", "imported"),
        step("data", "verify", "official", data, "--tasks", "T.5"),
        step("data", "prompts"),
        step("data", "fetch", "official", "fetched", "--offline", code=5, said="network is off"),
    )  # fmt: skip


def test_no_command_and_no_model_reaches_beyond_this_machine(
    folder: Path, cache: Path, stub: Callable[..., Any], tmp_path: Path
) -> None:
    data = make_fixture(tmp_path / "data", rows=2).root
    (tmp_path / "says.py").write_text(SAYS)
    planned = steps(folder, data, stub().url)
    given = json.dumps([(list(map(str, one.arguments)), one.variables) for one in planned])
    traced = trace(COMMANDS, tmp_path, environment(cache), given)
    assert traced.reached == ()
    ended = [json.loads(line) for line in traced.out.splitlines()]
    unexpected = [
        (one.arguments, code, said)
        for one, (code, said) in zip(planned, ended, strict=True)
        if code != one.code or one.said not in said
    ]
    assert unexpected == []
    assert (tmp_path / "told.txt").read_text() == "1 1"


def test_a_trace_shows_what_would_reach_another_machine(tmp_path: Path) -> None:
    """A connected UDP socket sends nothing, and is seen; 192.0.2.0/24 and 2001:db8::/32 are for
    documentation."""
    program = (
        "import socket, subprocess, sys\n"
        "for kind, address in ((socket.AF_INET, '192.0.2.1'), (socket.AF_INET, '127.0.0.1'),\n"
        "                      (socket.AF_INET6, '2001:db8::1'), (socket.AF_INET6, '::1')):\n"
        "    with socket.socket(kind, socket.SOCK_DGRAM) as made:\n"
        "        made.connect_ex((address, 53))\n"
        "if len(sys.argv) == 1:\n"
        "    with open(0) as file:\n"
        "        subprocess.run([sys.executable, '-c', file.read(), 'child'], check=True)\n"
    )
    traced = trace(program, tmp_path, environment(tmp_path), program)
    assert len(traced.reached) == 4
    assert sum("192.0.2.1" in call for call in traced.reached) == 2
    assert sum("2001:db8::1" in call for call in traced.reached) == 2


@pytest.mark.parametrize(
    ("call", "reaches"),
    [
        ('1 connect(3, {sa_family=AF_INET, sin_addr=inet_addr("10.0.0.1")}, 16 <unfinished', True),
        (
            '1 sendto(3, "a", 1, 0, {sa_family=AF_INET, sin_addr=inet_addr("8.8.8.8")}, 16) = 1',
            True,
        ),
        ('1 sendmmsg(3, [{msg_hdr={msg_name={sin_addr=inet_addr("8.8.8.8")}}}], 2, 0) = 2', True),
        ('1 connect(3, {sa_family=AF_INET, sin_addr=inet_addr("127.9.0.1")}, 16) = 0', False),
        ('1 connect(3, {sa_family=AF_UNIX, sun_path="/run/x"}, 110) = 0', False),
        ('1 sendto(3, "inet_addr(8.8.8.8)", 1, 0, NULL, 0) = 1', False),
        ('1 recvfrom(3, "a", 1, 0, {sin_addr=inet_addr("8.8.8.8")}, 16) = 1', False),
    ],
)
def test_which_calls_reach_out(call: str, reaches: bool) -> None:
    assert bool(reaching_out([call])) is reaches
