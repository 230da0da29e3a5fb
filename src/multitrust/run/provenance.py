"""On what a run was made: Python, system, packages and commit. No host name, no path of a user."""

from __future__ import annotations

import json
import platform
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib.metadata import (
    Distribution,
    PackageMetadata,
    PackageNotFoundError,
    distribution,
)
from importlib.resources import files
from pathlib import Path
from typing import Any

PROJECT = "multitrust"
STAMP = "commit.txt"
"""A file of the package, written when a wheel is built: the commit that it was built from."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
EXTRA = re.compile(r"""extra\s*==\s*['"]([\w-]+)['"]""")
NO_NUMBERS = frozenset({"dev", "inspect"})
"""Extras whose packages make no number: tools of development, formats of other programs."""


@cache
def environment_facts() -> dict[str, Any]:
    """Fields of a manifest that say what a run was made on."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": platform_name(),
        "packages": dict(sorted(package_versions())),
        "commit": commit(),
        "version": distribution(PROJECT).version,
    }


def code_licence() -> str:
    """The licence of the project, as its package states it."""
    told = distribution(PROJECT).metadata
    known = told.get_all("License-Expression") or told.get_all("License") or [""]
    return str(known[0])


def platform_name() -> str:
    """System, version, architecture and C library, e.g. `Linux 6.1.0 x86_64, glibc 2.36`."""
    release = re.match(r"[\d.]*", platform.release())
    number = release.group().strip(".") if release else ""
    library = " ".join(part for part in platform.libc_ver() if part)
    place = " ".join(part for part in (platform.system(), number, platform.machine()) if part)
    return f"{place}, {library}" if library else place


def package_versions() -> Iterator[tuple[str, str]]:
    """Names and versions of the project and of all installed packages that it may use.

    These are its requirements and those of its extras that make numbers, and in turn what they
    require.
    """
    waiting, seen = [PROJECT], {PROJECT}
    while waiting:
        try:
            told = distribution(waiting.pop()).metadata
        except PackageNotFoundError:
            continue
        yield told["Name"], told["Version"]
        for name in required(told):
            if name not in seen:
                seen.add(name)
                waiting.append(name)


def required(told: PackageMetadata) -> Iterator[str]:
    """What a package requires, by normalised name; the extras of the project itself included."""
    own = told["Name"] == PROJECT
    for line in told.get_all("Requires-Dist") or ():
        extra = EXTRA.search(line)
        if (name := NAME.match(line)) and (not extra or (own and extra[1] not in NO_NUMBERS)):
            yield re.sub(r"[-_.]+", "-", name.group()).lower()


def commit() -> str | None:
    """The commit that the code is of, `+dirty` with changes that are not committed.

    It is told by the stamp of a built wheel, by the address that the wheel was installed from
    (PEP 610), or by the checkout that the code lies in; None if by none of them.
    """
    package = Path(str(files(PROJECT)))
    told = stamped(package) or installed_from(package, distribution(PROJECT))
    return told or checked_out(package)


def stamped(package: Path) -> str | None:
    """The commit in the stamp of a built wheel."""
    path = package / STAMP
    return (path.read_text(encoding="utf-8").strip() or None) if path.is_file() else None


def installed_from(package: Path, found: Distribution) -> str | None:
    """The commit in the address that a distribution was installed from, if it holds the package."""
    if Path(str(found.locate_file(package.name))).resolve() != package.resolve():
        return None
    try:
        told = json.loads(found.read_text("direct_url.json") or "{}")
        commit = told.get("vcs_info", {}).get("commit_id")
    except (ValueError, AttributeError):
        return None
    return str(commit) if commit else None


def checked_out(package: Path) -> str | None:
    """The commit of the checkout that the package lies in; None if it is no file of one."""
    init = package / "__init__.py"
    if git(package, "ls-files", "--error-unmatch", init.name) is None:
        return None
    return git(package, "describe", "--always", "--exclude=*", "--abbrev=40", "--dirty=+dirty")


def git(folder: Path, *arguments: str) -> str | None:
    """What git prints, without its last line's end; None if it fails or is not there."""
    command = ["git", "-c", "safe.directory=*", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
