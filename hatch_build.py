"""Stamps what is built with the commit that it is built from, so that a run can name it."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STAMP = "commit.txt"


class CommitHook(BuildHookInterface):  # type: ignore[type-arg, misc]
    """Adds the stamp to the package in a wheel or an archive of the sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the stamp, unless the checkout itself is installed or there is none."""
        commit = commit_of(Path(self.root))
        if version == "editable" or commit is None:
            return
        stamp = Path(tempfile.mkdtemp()) / STAMP
        stamp.write_text(commit, encoding="utf-8")
        package = "multitrust" if self.target_name == "wheel" else "src/multitrust"
        build_data["force_include"][str(stamp)] = f"{package}/{STAMP}"


def commit_of(root: Path) -> str | None:
    """The commit of the checkout that holds the project, `+dirty` with changes; None if none does.

    An archive of the sources is no checkout, though it may lie in somebody's: it is stamped.
    """
    if git(root, "ls-files", "--error-unmatch", "pyproject.toml") is None:
        return None
    return git(root, "describe", "--always", "--exclude=*", "--abbrev=40", "--dirty=+dirty")


def git(root: Path, *arguments: str) -> str | None:
    """What git prints; None if it fails or is not there."""
    command = ["git", "-c", "safe.directory=*", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
