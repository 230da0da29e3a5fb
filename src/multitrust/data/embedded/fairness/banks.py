"""The banks of the fairness tasks, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def bank(name: str) -> dict[str, Any]:
    """A bank by its path below `banks/fairness`, without its header."""
    path = files("multitrust.data").joinpath(f"banks/fairness/{name}.toml")
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return {key: value for key, value in content.items() if key != "bank"}
