"""Fixtures of the data tests: the rules that every embedded generator keeps."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def rules() -> ModuleType:
    """The module `rules.py` beside this file."""
    spec = importlib.util.spec_from_file_location("rules", Path(__file__).with_name("rules.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def check_rules(rules: ModuleType) -> Callable[..., None]:
    """`check_rules(generator_module, part)`: all rules that hold for any generator."""
    check: Callable[..., None] = rules.check_rules
    return check
