"""`--config FILE`: what a file sets, and what comes before it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from multitrust.cli.config_file import SHARING, options
from multitrust.cli.main import cli
from multitrust.core import ModelIdentity
from multitrust.run import load_run

Call = Callable[..., Any]


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """`file(text)`: a file of flags."""

    def write(text: str) -> Path:
        path = tmp_path / "flags.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def samples(call: Call, *arguments: object, **variables: str) -> set[int]:
    """How many samples a plan has in each condition."""
    said = call("plan", "--json", *arguments, **variables)
    assert said.code == 0, said.err
    return {line["samples"] for line in json.loads(said.out)["lines"]}


def test_a_file_runs_what_the_flags_would(
    call: Call, stub: Callable[..., Any], file: Callable[[str], Path], tmp_path: Path
) -> None:
    server = stub()
    flags = file(
        f"""
        model: http://127.0.0.1:9/v1#x
        model_base_url: {server.url}
        model-settings: {{max_tokens_field: most, thinking_tokens: 7}}
        model-role:
          judge: {{model: http://127.0.0.1:9/v1#j, thinking_tokens: 50}}
          harm: mock/echo
        tasks: [T.1, T.6]
        condition: [object, scene]
        limit: 2
        no-report: true
        log-dir: {tmp_path / "runs"}
        display: none
        """
    )
    said = call("run", "--config", flags)
    assert said.code == 0
    unasked = "not asked: {}; no scorer of these tasks needs it"
    assert said.err.splitlines() == [unasked.format("judge"), unasked.format("harm")]
    (folder,) = (tmp_path / "runs").iterdir()
    assert not (folder / "report.html").exists()
    manifest, records = load_run(folder)
    assert manifest.models == {
        "target": ModelIdentity(
            name="http://127.0.0.1:9/v1#x", server=server.url, thinking_tokens=7
        ),
    }
    assert {record.condition for record in records} == {"object", "scene"}
    assert all("most" in request for request in server.requests)


def test_flags_and_variables_come_first(call: Call, file: Callable[[str], Path]) -> None:
    flags = file("tasks: T.1\nlimit: 2\n")
    assert samples(call, "--config", flags) == {2}
    assert samples(call, "--config", flags, MULTITRUST_LIMIT="3") == {3}
    assert samples(call, "--config", flags, "--limit", 4, MULTITRUST_LIMIT="3") == {4}
    assert samples(call, MULTITRUST_CONFIG=str(flags)) == {2}


def test_one_file_serves_all_commands_that_share_it(
    call: Call, file: Callable[[str], Path], tmp_path: Path
) -> None:
    flags = file(
        f"model: mock/echo\ntasks: T.1\nlimit: 1\nlatency: 3\nbudget: 5\n"
        f"log-dir: {tmp_path / 'runs'}\njson: true\n"
    )
    folder = json.loads(call("run", "--config", flags).out)["folder"]
    assert json.loads(call("plan", "--config", flags).out)["models"] == {"target": "mock/echo"}
    assert json.loads(call("score", folder, "--config", flags).out)["tasks"][0]["id"] == "T.1"


def test_every_flag_has_a_name_in_a_file() -> None:
    context = click.Context(cli, info_name="multitrust")
    for name in SHARING:
        command = cli.get_command(context, name)
        assert command is not None
        found = options(command)
        named = {option.name for option in found.values()} | {"config"}
        assert named == {p.name for p in command.params if isinstance(p, click.Option)}
        assert all(key in ("model-settings", max(o.opts, key=len)[2:]) for key, o in found.items())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("limt: 3", "did you mean limit"),
        ("- limit", "holds no flags"),
        ("", "holds no flags"),
        ("limit: [", "cannot read the flags"),
        ("limit: many", "not a valid integer"),
        ("limit: {a: 3}", "not a valid integer"),
        ("model-role: {judge: {timeout: 3}}", "names no model"),
        ("model-settings: [timeout]", "expected KEY=VALUE"),
        ("limit: " + "[" * 3000, "more than 20 levels"),
        ("limit: 1\nlimit: 2", "stands twice"),
        ("model-settings: 1\nmodel_settings: 2", "gives one flag twice"),
        ("tasks: &a [*a]", "its aliases repeat too much"),
        ("limit: 2030-01-01", "not a valid integer"),
        ("limit: 9223372036854775808", "limit must be at most"),
        ("limit: 1" + "0" * 5000, "not a valid integer"),
        ("seed: 9223372036854775808", "out of range"),
        ("budget: .nan", "not a valid float range"),
        ("budget: nan", "is not a finite number"),
        ("fail-on-error: .inf", "not a valid float range"),
        ("no-report: perhaps", "not a valid boolean"),
        ('model: "\\ud800"', "half a character"),
        ('log-dir: "a\\0b"', "NUL"),
        ("model-role: {judge: {model: {a: b}}}", "expected a name or settings in braces"),
        ("model-role: [judge]", "expected ROLE=MODEL"),
        ("1: 2", "unknown flag"),
        ("\ufefflimt: 3", "did you mean limit"),
    ],
    ids=lambda text: text[:20],
)
def test_a_file_that_cannot_be_used_ends_with_2(
    call: Call, file: Callable[[str], Path], text: str, words: str
) -> None:
    said = call("run", "--model", "mock/echo", "--tasks", "T.1", "--config", file(text))
    assert said.code == 2
    assert words in said.err
    assert call("plan", "--config", "no-such-file.yaml").code == 2


def test_a_dry_run_is_the_plan_and_asks_nothing(
    call: Call, stub: Callable[..., Any], tmp_path: Path
) -> None:
    server = stub()
    chosen = ("--model", f"{server.url}#gpt-5", "--tasks", "T.1", "--limit", 2)
    more = ("-M", "thinking_tokens=9", "--judge", "mock/echo", "--max-connections", 3)
    dry = call("run", "--dry-run", *chosen, *more, "--json", "--log-dir", tmp_path / "runs")
    assert dry.code == 0
    assert json.loads(dry.out) == json.loads(call("plan", *chosen, *more, "--json").out)
    assert "time: about" in call("run", "--dry-run", *chosen).out
    assert server.requests == []
    assert not (tmp_path / "runs").exists()
