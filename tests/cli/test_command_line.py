"""The command line as a whole: help, names, flags, variables, exit codes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import pytest

from multitrust.cli.main import COMMANDS, cli
from multitrust.core import DataUnavailableError, ModelError, MultitrustError, StoreError

Call = Callable[..., Any]
QUICK = ("run", "--model", "mock/yes-sayer", "--tasks", "T.1", "--limit", "1", "--no-report")


def test_help_names_every_command_and_exit_code(call: Call) -> None:
    said = call("--help")
    assert said.code == 0
    assert all(f"  {name} " in said.out for name in COMMANDS)
    words = " ".join(said.out.split())
    assert all(f"{code} " in words for code in (0, 1, 2, 5, 130))
    assert said.err == ""


def test_nothing_but_help_is_needed_for_help() -> None:
    """No framework, no numbers, no tables."""
    code = (
        "import sys\n"
        "from multitrust.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "names = {name.split('.')[0] for name in sys.modules} - sys.stdlib_module_names\n"
        "print(sorted(n for n in names if not n.startswith('_')), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.strip("[]\n").replace("'", "").split(", "))
    heavy = {
        "torch",
        "transformers",
        "numpy",
        "PIL",
        "scipy",
        "rich",
        "aiohttp",
        "httptools",
        "pyarrow",
    }
    assert not heavy & loaded
    assert {"click", "multitrust"} <= loaded


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_helps(call: Call, name: str) -> None:
    said = call(name, "--help")
    assert said.code == 0
    assert said.out.startswith(f"Usage: multitrust {name}")
    assert COMMANDS[name].rstrip(".").split()[0] in said.out


def test_the_version_is_the_packages(call: Call) -> None:
    said = call("--version")
    assert (said.code, said.out) == (0, f"multitrust, version {version('multitrust')}\n")


def test_flags_are_kebab_case_and_each_has_a_variable() -> None:
    context = click.Context(cli, info_name="multitrust")
    flags = {}
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        for option in command.params:
            if isinstance(option, click.Option) and not option.is_eager:
                assert "_" not in max(option.opts, key=len)
                flags[max(option.opts, key=len)] = option.envvar
    assert flags["--max-samples"] == "MULTITRUST_MAX_SAMPLES"
    assert flags["--display"] == "MULTITRUST_DISPLAY"
    assert flags["--json"] == "MULTITRUST_JSON"
    assert flags["--condition"] == "MULTITRUST_CONDITION"
    assert flags["-M"] == "MULTITRUST_MODEL_SETTINGS"
    assert all(str(variable).startswith("MULTITRUST_") for variable in flags.values())


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["rnu"], "did you mean run"),
        (["modles"], "did you mean models"),
        (["run", "--modle", "demo"], "--model"),
        (["run", "--model", "dmeo"], "did you mean demo"),
        (["run", "--model", "mock/saintt"], "did you mean saint"),
        ([*QUICK, "--tasks", "T.11"], "T.1"),
        ([*QUICK, "--tasks", "visual-confusoin-vqa"], "did you mean visual-confusion-vqa"),
        ([*QUICK, "--condition", "objects"], "did you mean object"),
        ([*QUICK, "--sample-id", "object-000-ye"], "did you mean object-000-yes"),
        (["plan", "--tasks", "T.1", "--sample-id", "ocr-00"], "did you mean ocr-0"),
        (["tasks", "T.22"], "T.2"),
        ([*QUICK, "-M", "max_conections=3"], "did you mean max_connections"),
    ],
)
def test_an_unknown_name_ends_with_2_and_its_neighbours(
    call: Call, tmp_path: Path, arguments: list[str], near: str
) -> None:
    said = call(*arguments, MULTITRUST_LOG_DIR=str(tmp_path / "logs"))
    assert said.code == 2
    assert near in said.err
    assert said.out == ""
    assert not (tmp_path / "logs").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run"], "no model to ask"),
        ([*QUICK, "--limit", "some"], "not a valid integer"),
        ([*QUICK, "--limit", "0"], "limit must be at least 1"),
        ([*QUICK, "--epochs", "0"], "epochs must be at least 1"),
        ([*QUICK, "--prices", "/no/x.toml"], "prices in /no/x.toml: No such file or directory;"),
        ([*QUICK, "--prompts", "/no/x.yaml"], "prompts in /no/x.yaml: No such file or directory;"),
        ([*QUICK, "--prices", "/"], "prices in /: Is a directory;"),
        ([*QUICK, "--max-samples", "0"], "window (--max-samples) must be at least 1"),
        ([*QUICK, "--timeout", "0"], "-M timeout=0.0 must be positive"),
        ([*QUICK, "--max-tokens", "0"], "max_tokens must be at least 1"),
        ([*QUICK, "--seed", "1000000000"], "reserved for training"),
        ([*QUICK, "--seed", str(2**63)], "out of range"),
        ([*QUICK, "--seed", str(-(2**64))], "out of range"),
        ([*QUICK, "--limit", str(2**63)], "limit must be at most"),
        ([*QUICK, "--epochs", str(2**62)], "epochs must be at most 10,000"),
        ([*QUICK, "--max-tokens", str(2**62)], "max_tokens must be at most"),
        ([*QUICK, "--max-samples", str(2**62)], "window (--max-samples) must be at most"),
        ([*QUICK, "--fail-on-error", "nan"], "is not a finite number"),
        ([*QUICK, "--budget", "inf"], "is not a finite number"),
        ([*QUICK, "--start-timeout", "nan"], "is not a finite number"),
        (["plan", "--latency", "inf"], "not in the range"),
        (["serve", "mock/echo", "--port", "99999999"], "not in the range"),
        (["plan", "--latency", "nan"], "is not a finite number"),
        (["plan", "--max-tokens", str(2**62)], "max_tokens must be at most"),
        (["compare", ".", ".", "--equivalence", "nan"], "is not a finite number"),
        (["run", "--model", "http://h/v1#x", "-M", "timeout=nan"], "must be positive"),
        (["run", "--model", "http://h/v1#x", "-M", "thinking_tokens=1e9"], "at most 7 digits"),
        ([*QUICK, "--tasks", ","], "no task to run"),
        ([*QUICK, "--display", "loud"], "'rich', 'plain', 'log', 'none'"),
        ([*QUICK, "-M", "timeout"], "expected KEY=VALUE"),
        ([*QUICK, "-M", "=3"], "expected KEY=VALUE"),
        (["run", "--model", "http://192.0.2.1/v1#x", "--offline"], "this machine only"),
        (["run", "--model", "openai/gpt-4o"], "OPENAI_API_KEY"),
        (["run", "--model", "http://127.0.0.1:99999/v1#x"], "is no address"),
        (["run", "--model", "http://me:word@127.0.0.1/v1#x"], "MULTITRUST_API_KEY"),
        (["run", "--model", "hf/no-such-folder", "--offline"], "cannot load a model"),
        (["report"], "Missing argument 'FOLDER'"),
    ],
)
def test_what_cannot_be_used_ends_with_2(
    call: Call, tmp_path: Path, arguments: list[str], words: str
) -> None:
    said = call(*arguments, MULTITRUST_LOG_DIR=str(tmp_path / "logs"))
    assert said.code == 2
    assert words in said.err
    assert "Traceback" not in said.err
    assert "word@" not in said.err
    assert not (tmp_path / "logs").exists()


@pytest.mark.parametrize("name", ["report", "score"])
def test_a_folder_without_a_run_ends_with_1(call: Call, tmp_path: Path, name: str) -> None:
    said = call(name, tmp_path)
    assert said.code == 1
    assert "holds no run" in said.err
    assert said.out == ""


def test_errors_carry_their_exit_code() -> None:
    assert MultitrustError.exit_code == StoreError.exit_code == ModelError.exit_code == 1
    assert DataUnavailableError.exit_code == 5


def test_data_that_cannot_be_had_end_with_5(call: Call, tmp_path: Path) -> None:
    """A run on the official data without a copy of them asks nothing."""
    nowhere = tmp_path / "nowhere"
    said = call(
        "run", "--model", "mock/echo", "--origin", "official", "--data-root", nowhere,
        "--log-dir", tmp_path / "logs",
    )  # fmt: skip
    assert said.code == 5
    assert str(nowhere) in said.err


def test_a_variable_stands_for_its_flag_and_the_flag_wins(call: Call, tmp_path: Path) -> None:
    variables = {
        "MULTITRUST_MODEL": "mock/yes-sayer",
        "MULTITRUST_TASKS": "T.6,T.1",
        "MULTITRUST_CONDITION": "object scene",
        "MULTITRUST_LIMIT": "3",
        "MULTITRUST_LOG_DIR": str(tmp_path / "there"),
        "MULTITRUST_NO_REPORT": "1",
        "MULTITRUST_DISPLAY": "none",
    }
    said = call("run", "--tasks", "T.1", **variables)
    assert (said.code, said.err) == (0, "")
    (folder,) = (tmp_path / "there").iterdir()
    assert str(folder) in said.out
    assert not (folder / "report.html").exists()
    planned = call("plan", "--tasks", "T.1", "--json", MULTITRUST_LIMIT="3")
    assert planned.out.count('"samples": 3') == 5


def test_a_file_that_cannot_be_written_is_told(call: Call, tmp_path: Path) -> None:
    assert call(*QUICK, "--condition", "object", "--log-dir", tmp_path).code == 0
    (folder,) = tmp_path.iterdir()
    said = call("report", folder, "--output", tmp_path / "no" / "such" / "page.html")
    assert said.code == 1
    assert "page.html" in said.err
    assert "Traceback" not in said.err
