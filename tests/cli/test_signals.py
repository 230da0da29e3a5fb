"""A signal ends a command with 130, whenever it comes and whatever catches it."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from multitrust.cli.main import COMMANDS as COMMAND_NAMES
from multitrust.cli.signals import told

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
SETUP = """
import asyncio, os, signal, sys, time, weakref
from multitrust.cli.main import cli, main
from multitrust.run.engine import run_loop

sent = int(sys.argv[1])

def send():
    os.kill(os.getpid(), sent)
    for _ in range(1000):  # the handler runs between two steps
        pass

def run_command(command):
    cli.main = lambda *arguments, **named: command()
    try:
        main(["run", "--limit", "2"])
    except SystemExit as ended:
        print(ended.code, flush=True)

class Thing:
    pass

def lose():
    thing = Thing()
    watched = weakref.ref(thing, lambda _: send())
    del thing

async def go_on(turns=10_000):
    for _ in range(turns):
        await asyncio.sleep(0.001)

async def losing():
    lose()
    await go_on()
"""
COMMANDS = """
class Dying:
    def __del__(self):
        send()

def catching():
    try:
        send()
    except BaseException:
        pass

async def plain():
    send()
    await go_on()

run_command(lambda: run_loop(losing()))
run_command(lambda: (lose(), run_loop(go_on())))  # before the loop
run_command(lambda: lose())  # at the end
run_command(lambda: (lose(), time.sleep(60)))  # without a loop
run_command(lambda: (str(Dying()), time.sleep(60)))
run_command(lambda: (catching(), run_loop(go_on())))
run_command(lambda: (send(), time.sleep(60)))  # not lost
run_command(lambda: run_loop(plain()))
run_command(lambda: None)
"""


def run(code: str, number: signal.Signals) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SETUP + code, str(int(number))],
        capture_output=True, text=True, timeout=50, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_is_never_lost(number: signal.Signals) -> None:
    done = run(COMMANDS, number)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["130"] * 8 + ["0"]
    assert done.stderr == "interrupted; run the same command to resume\n" * 8


SLOW_CLEANUP = """
async def cleaning():
    try:
        send()
        await go_on()
    finally:
        print("cleaning", flush=True)
        send()
        while True:
            try:
                await asyncio.sleep(60)
            except BaseException:
                pass

run_command(lambda: run_loop(cleaning()))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_the_second_signal_ends_at_once(number: signal.Signals) -> None:
    done = run(SLOW_CLEANUP, number)
    assert done.returncode == 130
    assert done.stdout == "cleaning\n"
    assert done.stderr == "ended at once; run the same command to resume\n"


STARTING = """
import os, signal, sys

sent, first = int(sys.argv[1]), sys.argv[2]
del sys.argv[1:3]

class Import:
    def find_spec(self, name, path=None, target=None):
        if name == first:
            os.kill(os.getpid(), sent)

sys.meta_path.insert(0, Import())
from multitrust.cli import main
main()
"""


@pytest.mark.parametrize(
    ("number", "first", "command"),
    [
        (signal.SIGINT, "multitrust.core", "run"),
        (signal.SIGTERM, "multitrust.cli.main", "models"),
        (signal.SIGHUP, "click", "score"),
        (signal.SIGINT, "multitrust.cli.verify", "verify"),
    ],
)
def test_a_signal_at_the_start_ends_with_130(
    number: signal.Signals, first: str, command: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STARTING, str(int(number)), first, command],
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert done.returncode == 130, done.stderr
    resumed = "; run the same command to resume" if command in ("run", "score") else ""
    assert done.stderr.strip() == f"interrupted{resumed}"


@pytest.mark.parametrize(
    ("arguments", "resumed"),
    [
        (["run", "--model", "demo"], True),
        (["score", "folder"], True),
        (["data", "fetch", "official", "folder"], True),
        (["run", "--model", "demo", "--dry-run"], False),
        (["data", "verify", "official", "folder"], False),
        *[([name], False) for name in sorted({*COMMAND_NAMES} - {"run", "score"})],
        (["verify", "run"], False),
        ([], False),
    ],
)
def test_only_what_can_be_resumed_is_told_to_be(arguments: list[str], resumed: bool) -> None:
    words = "; run the same command to resume" if resumed else ""
    assert told("interrupted", arguments) == f"interrupted{words}"
    assert told("ended at once", arguments) == f"ended at once{words}"
