"""The flat public interface."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import multitrust


def test_all_is_sorted_and_every_name_is_there() -> None:
    assert multitrust.__all__ == sorted(multitrust.__all__)
    for name in multitrust.__all__:
        assert getattr(multitrust, name) is not None


def test_what_is_said_of_execute_is_there() -> None:
    """The docstring of `execute` names the function that lets an event loop go on."""
    assert "`execute_async`" in (multitrust.execute.__doc__ or "")
    assert inspect.iscoroutinefunction(multitrust.execute_async)
    assert "execute_async" in multitrust.__all__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'trust'"):
        multitrust.trust  # noqa: B018


def test_importing_brings_no_heavy_package() -> None:
    """Building tasks and importing every room loads no framework (house rule 4)."""
    code = (
        "import sys, multitrust, multitrust.cli, multitrust.run, multitrust.models\n"
        "multitrust.load_tasks()\n"
        "heavy = {'torch', 'transformers', 'statsmodels', 'polars', 'pyarrow', 'scipy', 'pandas'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
