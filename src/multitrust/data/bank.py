"""Text banks: files of texts that generators draw from, each with a header that says whose it is."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_bank(name: str) -> dict[str, Any]:
    """A bank by its path below `banks/`, without its header; read once."""
    path = files("multitrust.data").joinpath(f"banks/{name}.toml")
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return {key: value for key, value in content.items() if key != "bank"}
