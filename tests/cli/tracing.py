"""Programs run under strace: which addresses beyond this machine they tried to reach."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

SENDING = re.compile(r"\b(?:connect|sendto|sendmsg|sendmmsg)\(")
ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
COMMANDS = """
import json, os, signal, sys
from contextlib import redirect_stderr, redirect_stdout
from glob import glob
from io import StringIO
from multitrust.cli import main

class Out(StringIO):
    def write(self, text):
        if text.startswith("serving "):
            os.kill(os.getpid(), signal.SIGTERM)
        return super().write(text)

for arguments, variables in json.load(sys.stdin):
    before, err = dict(os.environ), StringIO()
    os.environ.update(variables)
    try:
        with redirect_stdout(Out()), redirect_stderr(err):
            main([glob(text)[0] if text.endswith("/*") else text for text in arguments])
    except SystemExit as ended:
        print(json.dumps([ended.code or 0, err.getvalue()]), flush=True)
    os.environ.clear()
    os.environ.update(before)
"""
"""Runs command lines one after the other, each with variables of its own, and prints how each
ended: [exit code, standard error]. `FOLDER/*` stands for the only thing in a folder. A server is
ended as soon as it serves."""


@dataclass(frozen=True, slots=True)
class Traced:
    """A program that has ended."""

    out: str
    reached: tuple[str, ...]
    """The calls by which it tried to reach another machine, name servers included."""


def trace(program: str, folder: Path, variables: Mapping[str, str], given: str = "") -> Traced:
    """Run a Python program in a folder under strace, with all that it starts."""
    path = folder / "trace.txt"
    command = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=network", "-o", str(path)]
    done = subprocess.run(
        [*command, sys.executable, "-c", program],
        cwd=folder, env=dict(variables), input=given, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return Traced(done.stdout, reaching_out(path.read_text().splitlines()))


def reaching_out(calls: Sequence[str]) -> tuple[str, ...]:
    """The system calls that connect or send to an address beyond this machine."""
    return tuple(call for call in calls if SENDING.search(call) and not is_local(call))


def is_local(call: str) -> bool:
    """Whether a call names no address, as on Unix sockets, or loopback addresses alone."""
    return all(ip_address(v4 or v6).is_loopback for v4, v6 in ADDRESS.findall(call))
