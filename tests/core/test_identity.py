"""What determines a model's answers, said by models of the user's own making."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from multitrust.core import ConfigError, ModelIdentity, check_identity
from multitrust.models import resolve
from multitrust.run import RunConfig
from multitrust.tasks import select_tasks


class Own:
    """A model of one's own."""

    name = "own"

    def __init__(self, identity: Any) -> None:
        self.identity = identity


@pytest.mark.parametrize(
    ("identity", "words"),
    [
        ("x", "the identity of Own is 'x', expected a ModelIdentity"),
        (None, "the identity of Own is None"),
        ({"name": "x"}, "expected a ModelIdentity"),
        (ModelIdentity, "expected a ModelIdentity"),
        (ModelIdentity(name=3), "name of the ModelIdentity of Own is 3, expected a text"),  # type: ignore[arg-type]
        (ModelIdentity(name="x", revision=None), "revision of .* is None, expected a text"),  # type: ignore[arg-type]
    ],
)
def test_an_identity_of_another_kind_is_refused(tmp_path: Path, identity: Any, words: str) -> None:
    own: Any = Own(identity)
    tasks, mock = select_tasks(["T.1"]), resolve("mock/echo")
    with pytest.raises(ConfigError, match=f"^target: .*{words}"):
        RunConfig(model=own, tasks=tasks, folder=tmp_path)
    with pytest.raises(ConfigError, match=f"^judge: .*{words}"):
        RunConfig(model=mock, tasks=tasks, folder=tmp_path, models={"judge": own})


def test_a_model_without_an_identity_is_refused() -> None:
    with pytest.raises(ConfigError, match="identity of object is None"):
        check_identity(object(), "target")


def test_an_identity_is_taken() -> None:
    check_identity(Own(ModelIdentity(name="x", revision="1")), "target")
