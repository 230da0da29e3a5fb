"""The command that installs an extra, wherever the package came from; what is missing of one."""

from __future__ import annotations

import shutil
import sys
from collections.abc import MutableMapping
from pathlib import Path

import pytest

from multitrust.core import Installation, MissingExtraError, read_installation
from multitrust.core.installation import describe_package, origin_in, pip_command

REQUIRES = (
    "numpy>=2",
    "torch>=2.6; extra == 'local'",
    "uvloop; platform_system != 'Windows'",
    "numpy>=999; extra == 'new'",
    "no-such-package[all]>=1; python_version > '3' and extra == 'new'",
    "numpy>=1; extra == 'new'",
    "pytest; extra == 'dev'",
)


def installation(origin: Path | None = None, *, editable: bool = False) -> Installation:
    return Installation(
        origin=origin, editable=editable, requires=REQUIRES, provides=("new", "local", "dev"),
        pip="pip install",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("origin", "here", "command"),
    [
        ("/src/multitrust", "/src/multitrust", "pip install '.[local]'"),
        ("/src/multitrust", "/src", "pip install './multitrust[local]'"),
        ("/src/multitrust", "/src/multitrust/docs", "pip install '/src/multitrust[local]'"),
        ("/src/my code", "/", "pip install './src/my code[local]'"),
        ("/dist/m-1.whl", "/home", "pip install '/dist/m-1.whl[local]'"),
        ("/dist/m-1.whl", "/dist", "pip install './m-1.whl[local]'"),
        ("/it's", "/home", """pip install '/it'"'"'s[local]'"""),
    ],
)
def test_the_command_names_what_was_installed(origin: str, here: str, command: str) -> None:
    assert installation(Path(origin)).command("local", Path(here)) == command


def test_an_editable_installation_stays_one() -> None:
    command = installation(Path("/src"), editable=True).command("local", Path("/src"))
    assert command == "pip install --editable '.[local]'"


def test_without_the_source_packages_are_named() -> None:
    assert installation().command("local", Path("/")) == "pip install 'torch>=2.6'"
    assert installation().command("new", Path("/")).endswith("'no-such-package>=1' 'numpy>=1'")


def test_extras_are_those_for_users() -> None:
    assert installation().extras == ("local", "new")


def test_absent_and_unfit_packages_are_missing() -> None:
    old, absent = map(describe_package, installation().missing("new"))
    assert old.startswith("numpy>=999 (")
    assert old.endswith(" is installed)")
    assert absent == "no-such-package>=1"
    assert installation().missing("dev") == ()


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "checkout of mine").mkdir()
    (tmp_path / "checkout of mine/pyproject.toml").touch()
    (tmp_path / "bare").mkdir()
    (tmp_path / "m.whl").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("name", "details", "found"),
    [
        ("checkout%20of%20mine", {"dir_info": {}}, "checkout of mine"),
        ("checkout%20of%20mine", {"dir_info": {"editable": True}}, "checkout of mine"),
        ("m.whl", {"archive_info": {"hash": "sha256=0"}}, "m.whl"),
        ("gone.whl", {"archive_info": {}}, None),
        ("gone", {"dir_info": {}}, None),
        ("bare", {"dir_info": {}}, None),
        ("m.whl", {"archive_info": {}, "subdirectory": "python"}, None),
        ("checkout%20of%20mine", {"vcs_info": {}, "subdirectory": "a"}, None),
    ],
)
def test_where_the_package_came_from(
    sources: Path, name: str, details: dict[str, object], found: str | None
) -> None:
    recorded = {"url": f"{sources.as_uri()}/{name}", **details}
    assert origin_in(recorded) == (None if found is None else sources / found)


@pytest.mark.parametrize("url", ["https://example.com/m.whl", "", "git+ssh://example.com/x", 7])
def test_what_is_not_on_this_machine_is_no_source(url: object) -> None:
    assert origin_in({"url": url, "archive_info": {}}) is None


def test_the_pip_of_another_environment_is_not_named(
    tmp_path: Path, environment: MutableMapping[str, str]
) -> None:
    other = tmp_path / "pip"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    environment["PATH"] = str(tmp_path)
    assert pip_command().endswith(f"{Path(sys.executable).name} -m pip install")
    environment["PATH"] = str(Path(sys.executable).parent)
    assert shutil.which("pip") is not None
    assert pip_command() == "pip install"


def test_a_missing_extra_says_what_to_type_here() -> None:
    command = read_installation().command("bnb", Path.cwd())
    said = str(MissingExtraError("bitsandbytes", "bnb"))
    assert said == f"bitsandbytes is not installed; install with: {command}"
    assert "[bnb]" in command
    assert "'multitrust[" not in command
