"""The rules of embedded data, kept by every part of every generator that there is."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import walk_packages

import pytest

from multitrust.data import embedded

FOUND = [
    import_module(found.name)
    for found in walk_packages(embedded.__path__, f"{embedded.__name__}.")
    if not found.ispkg
]
PARTS = [
    pytest.param(module, part, id=f"{module.__name__.removeprefix(embedded.__name__)[1:]}-{part}")
    for module in FOUND
    if hasattr(module, "SIZES")
    for part in module.SIZES
]


@pytest.mark.parametrize(("module", "part"), PARTS)
def test_the_rules_hold(module: object, part: str, check_rules: Callable[..., None]) -> None:
    check_rules(module, part)
