"""Keys and addresses from the environment, or else from a file `.env`.

The file is looked for in the working directory and upward; the nearest one counts. It holds
`NAME=value` lines and never replaces what the environment has, not even an empty value.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from multitrust.core import ConfigError
from multitrust.models.hosts import HOSTS, SERVER

FILE = ".env"
LINE = re.compile(
    r"""^\s*+(?:export\s++)?(?P<name>[A-Za-z_]\w*+)\s*+=\s*+"""
    r"""(?:'(?P<plain>[^']*+)'|"(?P<escaped>(?:[^"\\]|\\.)*+)"|"""
    r"""(?P<bare>(?:(?:[^\s#]|(?<!\s)\#)++(?:\s++(?=[^\s#]))?)*+))\s*+(?:(?<=\s)\#.*)?""",
    re.ASCII,
)
"""An assignment as shells write it; anything else is no matter of ours."""
ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def key_in(*names: str) -> str:
    """The key in the first of these variables that holds one; empty if none does.

    Raises:
        ConfigError: there is a `.env` that cannot be read.
    """
    known = variables()
    found = (known.get(name, "").strip() for name in names)
    return next(filter(None, found), "")


def key_names() -> tuple[str, ...]:
    """All variables that may hold a key."""
    of_hosts = [name for host in (SERVER, *HOSTS.values()) for name in host.keys]
    return tuple(dict.fromkeys((*of_hosts, "PERSPECTIVE_API_KEY", "HF_TOKEN")))


def variables() -> Mapping[str, str]:
    """The environment, and what a `.env` adds to it.

    Raises:
        ConfigError: there is a `.env` that cannot be read.
    """
    known = dict(os.environ)
    complete(known)
    return known


def complete(environment: MutableMapping[str, str]) -> None:
    """Add to an environment what the nearest `.env` has and it has not.

    Raises:
        ConfigError: there is a `.env` that cannot be read.
    """
    path = find_file(Path.cwd())
    for name, value in ({} if path is None else read_file(path)).items():
        environment.setdefault(name, value)


def find_file(folder: Path) -> Path | None:
    """The nearest `.env` in a folder or above it."""
    places = (place / FILE for place in (folder, *folder.parents))
    return next((path for path in places if path.is_file()), None)


def read_file(path: Path) -> dict[str, str]:
    """The variables in a file.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise ConfigError(
            f"cannot read {path}: {error.strerror}; make it readable or move it away"
        ) from None
    found = (LINE.fullmatch(line) for line in text.splitlines())
    return {match["name"]: value_of(match) for match in found if match}


def value_of(match: re.Match[str]) -> str:
    """The value of an assignment, without its quotes; escapes count in double ones."""
    if match["escaped"] is not None:
        return re.sub(r"\\(.)", lambda m: ESCAPES.get(m[1], m[1]), match["escaped"])
    return str(match["plain"] if match["plain"] is not None else match["bare"])
