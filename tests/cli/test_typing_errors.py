"""What was typed and means nothing: variables, flags of other commands, numbers out of range."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from multitrust.core import ConfigError
from multitrust.models import resolve
from multitrust.run import RunConfig
from multitrust.tasks import load_tasks

Call = Callable[..., Any]


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("MULTITRUST_LIMT", "did you mean MULTITRUST_LIMIT?"),
        ("MULTITRUST_MODELS", "did you mean MULTITRUST_MODEL?"),
        ("MULTITRUST_CACHE_DIRS", "did you mean MULTITRUST_CACHE_DIR?"),
        ("MULTITRUST_BUDGT", "did you mean MULTITRUST_BUDGET?"),
        ("MULTITRUST_QQQQ", "docs/command-line.md lists those that are"),
    ],
)
def test_a_variable_that_nothing_reads_is_named(call: Call, variable: str, said: str) -> None:
    done = call("tasks", "T.6", "--json", **{variable: "3"})
    assert done.code == 0
    assert done.err == f"the variable {variable} is read by no command; {said}\n"


@pytest.mark.parametrize(
    "variable",
    ["MULTITRUST_LIMIT", "MULTITRUST_CONFIG", "MULTITRUST_REVISION", "MULTITRUST_API_KEY"],
)
def test_a_variable_of_another_command_is_none_to_tell_of(call: Call, variable: str) -> None:
    assert call("tasks", "T.6", **{variable: "3"}).err == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plan", "--start", "x"), "'--start' of `plan`; it is one of `run`."),
        (("doctor", "--budget", "1"), "'--budget' of `doctor`; it is one of `run`, `score`."),
        (("tasks", "--revision", "x"), "'--revision' of `tasks`; it is one of `data`."),
        (("verify", "-M", "x=1"), "'-M' of `verify`; it is one of `run`, "),
        (("plan", "--modle", "x"), "'--modle'. "),
    ],
)
def test_a_flag_of_another_command_is_said_to_be_its(
    call: Call, arguments: tuple[str, ...], said: str
) -> None:
    done = call(*arguments)
    assert done.code == 2
    assert f"No such option {said}" in done.err


@pytest.mark.parametrize("joint", [" ", "="])
@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("-1", "-1 is not in the range x>0"),
        ("-.5", "-.5 is not in the range x>0"),
        ("0", "is not in the range x>0"),
        ("1.5", "1.5 is neither a whole number nor a share below 1"),
        ("nan", "nan is not"),
    ],
)
def test_fail_on_error_takes_a_count_or_a_share(
    call: Call, tmp_path: Path, joint: str, value: str, said: str
) -> None:
    flag = f"--fail-on-error{joint}{value}".split(" ")
    done = call("run", "--model", "mock/saint", "--tasks", "T.6", "--log-dir", tmp_path, *flag)
    assert done.code == 2
    assert said in done.err
    assert "--fail-on-error" in done.err


def test_fail_on_error_of_a_configuration_is_checked_alike(tmp_path: Path) -> None:
    def config(limit: float) -> RunConfig:
        tasks = load_tasks()[:1]
        model = resolve("mock/silent")
        return RunConfig(model=model, tasks=tasks, folder=tmp_path, fail_on_error=limit)

    assert [config(limit).fail_on_error for limit in (0.5, 1, 3.0)] == [0.5, 1, 3]
    for limit in (1.5, -1, float("nan")):
        with pytest.raises(ConfigError, match="fail_on_error"):
            config(limit)
