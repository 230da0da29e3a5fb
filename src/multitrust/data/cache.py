"""The cache of drawn pictures: content-addressed files in the user's cache folder."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """`MULTITRUST_CACHE_DIR`, or the platform's cache folder for multitrust."""
    chosen = os.environ.get("MULTITRUST_CACHE_DIR")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("multitrust"))


def cached_path(name: str) -> Path:
    """Where the cache keeps the file of that name."""
    return cache_folder() / "images" / name[:2] / name


def is_cached(name: str) -> bool:
    """Whether the cache holds the file of that name."""
    try:
        return cached_path(name).stat().st_size > 0
    except OSError:
        return False


def cached_bytes(name: str, make: Callable[[], bytes]) -> bytes:
    """The cached file, made first if absent. A cache that cannot be written is done without."""
    path = cached_path(name)
    try:
        found = path.read_bytes()
    except OSError:
        found = b""
    if found:
        return found
    made = make()
    with contextlib.suppress(OSError):
        write_whole(path, made)
    return made


def write_whole(path: Path, content: bytes) -> None:
    """Write so that the file is there whole or not at all, however many processes write it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
