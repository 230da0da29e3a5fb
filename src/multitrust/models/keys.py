"""Keys and addresses from the environment, or else from files `.env`.

Two are read: that of the working directory, and after it that of the project, which is the nearest
folder from there upward that holds a `pyproject.toml` or a `.git`. No other folder is looked into:
whoever can write into `/tmp` could otherwise send keys to an address of their own. They hold
`NAME=value` lines and never replace what the environment has, not even an empty value.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from multitrust.core import ConfigError, working_folder
from multitrust.models.hosts import HOSTS, SERVER

FILE = ".env"
MARKS = ("pyproject.toml", ".git")
"""What tells the folder of a project."""
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
    """Add to an environment what the files `.env` have and it has not.

    Raises:
        ConfigError: there is a `.env` that cannot be read.
    """
    for path in find_files(working_folder()):
        for name, value in read_file(path).items():
            environment.setdefault(name, value)


def find_files(folder: Path | None) -> tuple[Path, ...]:
    """The files `.env` that are read in a working directory; the first one counts more."""
    if folder is None:
        return ()
    places = dict.fromkeys((folder, project_of(folder) or folder))
    paths = (place / FILE for place in places)
    return tuple(path for path in paths if path.is_file() and not is_planted(path))


def ignored_files(folder: Path | None) -> tuple[Path, ...]:
    """The files `.env` in a working directory and above it that are not read."""
    if folder is None:
        return ()
    paths = (place / FILE for place in (folder, *folder.parents))
    read = find_files(folder)
    return tuple(path for path in paths if path.is_file() and path not in read)


def project_of(folder: Path) -> Path | None:
    """The project that a folder belongs to; None if it belongs to none.

    Neither the root of a file system, nor the home folder, nor a folder that everybody may write
    is a project, and nothing above them is looked at.
    """
    for place in (folder, *folder.parents):
        if place == Path(place.anchor) or place == home_folder() or is_shared(place):
            return None
        if any((place / mark).exists() for mark in MARKS):
            return place
    return None


def home_folder() -> Path | None:
    """The user's home folder; None where there is none."""
    try:
        return Path.home().resolve()
    except RuntimeError:
        return None


def is_shared(folder: Path) -> bool:
    """Whether everybody may write into a folder."""
    return bool(folder.stat().st_mode & stat.S_IWOTH)


def is_planted(path: Path) -> bool:
    """Whether a file may be another user's, in a folder that everybody may write into."""
    me = getattr(os, "geteuid", lambda: None)()  # None on Windows
    return me is not None and is_shared(path.parent) and path.stat().st_uid not in (me, 0)


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
