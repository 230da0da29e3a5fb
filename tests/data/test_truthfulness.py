"""The rules of embedded data, kept by every part of every truthfulness generator."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

import pytest

from multitrust.data.embedded import truthfulness

MODULES = [
    import_module(f"{truthfulness.__name__}.{found.name}")
    for found in iter_modules(truthfulness.__path__)
    if not found.ispkg
]
PARTS = [(module, part) for module in MODULES for part in module.SIZES]


@pytest.mark.parametrize(
    ("module", "part"), PARTS, ids=[f"{m.__name__.split('.')[-1]}-{p}" for m, p in PARTS]
)
def test_the_rules_hold(module: object, part: str, check_rules: Callable[..., None]) -> None:
    check_rules(module, part)
