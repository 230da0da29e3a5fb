"""Settings of a model: given once, and by the place that counts; empty names name no model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
SAINT = ("--model", "mock/saint", "--tasks", "T.6", "--limit", 1)


@pytest.mark.parametrize("command", ["run", "plan", "doctor"])
@pytest.mark.parametrize(
    ("flags", "variables", "said"),
    [
        (("-M", "thinking_tokens=1", "-M", "thinking_tokens=2"), {}, "gives thinking_tokens twice"),
        (("-M", "max-wait=1", "-M", "max_wait=1"), {}, "gives max_wait twice"),
        ((), {"MULTITRUST_MODEL_SETTINGS": "timeout=1 timeout=2"}, "gives timeout twice"),
        (("--timeout", "1.5", "-M", "timeout=30"), {}, "as --timeout 1.5 and as -M timeout=30"),
        (("--max-retries", 1, "-M", "max-retries=1"), {}, "max_retries is given twice"),
        (
            (),
            {"MULTITRUST_MAX_CONNECTIONS": "3", "MULTITRUST_MODEL_SETTINGS": "max_connections=4"},
            "as --max-connections 3 and as -M max_connections=4",
        ),
        (("--judge", "{model: mock/echo, max-wait: 1, max_wait: 2}"), {}, "one setting twice"),
        (("--model", ""), {}, "no model to ask; name one with --model, e.g. --model demo"),
        (("--model", "  "), {}, "no model to ask; name one with --model, e.g. --model demo"),
        (("--judge", ""), {}, "--judge names no model"),
        (("--model-role", "harm= "), {}, "expected ROLE=MODEL"),
    ],
)
def test_what_is_given_twice_or_empty_is_refused(
    call: Call,
    tmp_path: Path,
    command: str,
    flags: tuple[object, ...],
    variables: dict[str, str],
    said: str,
) -> None:
    done = call(command, *SAINT, *flags, MULTITRUST_LOG_DIR=str(tmp_path / "logs"), **variables)
    assert done.code == 2
    assert said in done.err
    assert "known:" not in done.err
    assert not (tmp_path / "logs").exists()


@pytest.mark.parametrize(
    ("flags", "variables", "connections"),
    [
        (("--max-connections", 1), {"MULTITRUST_MODEL_SETTINGS": "max_connections=2"}, 1),
        (("-M", "max_connections=2"), {"MULTITRUST_MAX_CONNECTIONS": "1"}, 2),
        ((), {"MULTITRUST_MAX_CONNECTIONS": "4"}, 4),
        (("-M", "max-connections=8"), {}, 8),
        ((), {}, 16),
    ],
)
def test_a_setting_comes_from_flags_before_variables_before_a_file(
    call: Call,
    tmp_path: Path,
    flags: tuple[object, ...],
    variables: dict[str, str],
    connections: int,
) -> None:
    """The time that `plan` reckons with goes by the requests that are under way at once."""
    file = tmp_path / "flags.yaml"
    file.write_text("model-settings: {max_connections: 16}\n")

    def seconds(*more: object, **known: str) -> float:
        return float(json.loads(call("plan", *SAINT, *more, "--json", **known).out)["seconds"])

    assert seconds("--config", file, *flags, **variables) == pytest.approx(
        seconds("--max-connections", connections)
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("model:", "no model to ask"),
        ('model: ""', "no model to ask"),
        ("model: demo\njudge:", "--judge names no model"),
    ],
)
def test_an_empty_name_in_a_file_names_no_model(
    call: Call, tmp_path: Path, content: str, said: str
) -> None:
    file = tmp_path / "flags.yaml"
    file.write_text(content)
    done = call("run", "--config", file, "--tasks", "T.6", "--log-dir", tmp_path / "logs")
    assert (done.code, said in done.err) == (2, True)
    assert "known:" not in done.err


@pytest.mark.parametrize("name", ["", " "])
def test_nothing_is_served_under_an_empty_name(call: Call, name: str) -> None:
    done = call("serve", name)
    assert (done.code, "nothing to serve" in done.err) == (2, True)
