"""Ways to damage a copy of the official data."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Damage = Callable[[Path], None]


def put(content: bytes) -> Damage:
    """The file holds that instead."""

    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


def swap(old: str, new: str, count: int = 1) -> Damage:
    """The file with that text replaced."""

    def change(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, count), encoding="utf-8")

    return change


def append(line: str) -> Damage:
    """The file with one line more."""

    def write(path: Path) -> None:
        path.write_text(f"{path.read_text(encoding='utf-8').rstrip()}\n{line}\n", encoding="utf-8")

    return write


def holds(key: str, value: Any) -> Damage:
    """A JSON object with that value under the key."""

    def change_value(path: Path) -> None:
        content = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**content, key: value}), encoding="utf-8")

    return change_value


NULL = object()
"""Stands for null among the values of `change`."""


def change(at: int | str, **values: Any) -> Damage:
    """A JSON file whose entry at that place has those values; None takes the field away."""

    def change_entry(path: Path) -> None:
        content = json.loads(path.read_text(encoding="utf-8"))
        entry = content[at]
        for key, value in values.items():
            entry[key] = None if value is NULL else value
            if value is None:
                del entry[key]
        path.write_text(json.dumps(content), encoding="utf-8")

    return change_entry


@contextmanager
def damaged(path: Path, damage: Damage) -> Iterator[None]:
    """The file with that damage, mended afterwards."""
    before = path.read_bytes()
    try:
        damage(path)
        yield
    finally:
        path.write_bytes(before)


@contextmanager
def without(folder: Path, *, empty: bool) -> Iterator[None]:
    """The folder absent, or there but empty; mended afterwards."""
    aside = folder.with_name(f"{folder.name}-aside")
    folder.rename(aside)
    try:
        if empty:
            folder.mkdir()
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)
