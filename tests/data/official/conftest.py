"""An invented copy of the official data that all tests of this folder read and none changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.official.fixture import Fixture, make_fixture


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Fixture:
    """A copy that both protocols can use."""
    return make_fixture(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="session")
def flawed(tmp_path_factory: pytest.TempPathFactory) -> Fixture:
    """A copy that lacks pictures and holds stray files, with eleven rows."""
    return make_fixture(tmp_path_factory.mktemp("flawed"), rows=11, flawed=True)


@pytest.fixture(scope="session")
def lent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a copy of two rows that a test may damage if it mends it again."""
    return make_fixture(tmp_path_factory.mktemp("lent"), rows=2).root


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """The root of a copy that the test may damage."""
    return make_fixture(tmp_path / "copy", rows=2).root
