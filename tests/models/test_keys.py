"""Keys from a `.env`, and that none is ever shown."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from multitrust.models import resolve
from multitrust.models.keys import (
    find_files,
    ignored_files,
    key_in,
    key_names,
    project_of,
    read_file,
)

KEY = "key-0123456789-abcdef"
TEXT = """# keys of this project
OPENAI_API_KEY=plain-1  # of the team
export XAI_API_KEY = spaced-2
GROQ_API_KEY='single #3 \\n'
MISTRAL_API_KEY="double \\"4\\"\\tx"
TOGETHER_API_KEY=with#hash=5
MOONSHOT_API_KEY=
what is this?
9LIVES=no
DEEPSEEK_API_KEY=first
DEEPSEEK_API_KEY=last
"""


@pytest.fixture
def place(tmp_path: Path, environment: MutableMapping[str, str]) -> Iterator[Path]:
    """The working directory: a folder of a project that holds a `.env`, and no keys set."""
    for name in key_names():
        environment.pop(name, None)
    (tmp_path / ".env").write_text("\ufeff" + TEXT, encoding="utf-8")
    (tmp_path / "pyproject.toml").touch()
    inner = tmp_path / "work" / "here"
    inner.mkdir(parents=True)
    with chdir(inner):
        yield inner


def test_values_in_their_forms(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(TEXT)
    assert read_file(tmp_path / ".env") == {
        "OPENAI_API_KEY": "plain-1",
        "XAI_API_KEY": "spaced-2",
        "GROQ_API_KEY": "single #3 \\n",
        "MISTRAL_API_KEY": 'double "4"\tx',
        "TOGETHER_API_KEY": "with#hash=5",
        "MOONSHOT_API_KEY": "",
        "DEEPSEEK_API_KEY": "last",
    }


def test_a_key_is_found_in_the_projects_file(place: Path) -> None:
    assert key_in("OPENAI_API_KEY") == "plain-1"
    assert key_in("NO_SUCH_KEY", "XAI_API_KEY") == "spaced-2"
    assert key_in("NO_SUCH_KEY") == ""


def test_the_working_directorys_file_counts_before_the_projects(place: Path) -> None:
    (place / ".env").write_text("OPENAI_API_KEY=nearer")
    assert find_files(place) == (place / ".env", place.parents[1] / ".env")
    assert key_in("OPENAI_API_KEY") == "nearer"
    assert key_in("XAI_API_KEY") == "spaced-2"


def test_a_folder_of_that_name_is_no_file(place: Path) -> None:
    (place / ".env").mkdir()
    assert find_files(place) == (place.parents[1] / ".env",)


def test_a_folder_between_them_is_not_looked_into(place: Path) -> None:
    (place.parent / ".env").write_text("OPENAI_API_KEY=between")
    assert key_in("OPENAI_API_KEY") == "plain-1"
    assert ignored_files(place) == (place.parent / ".env",)


def test_without_a_project_only_the_working_directory_is_looked_into(place: Path) -> None:
    (place.parents[1] / "pyproject.toml").unlink()
    assert find_files(place) == ()
    assert key_in("OPENAI_API_KEY") == ""
    (place / ".env").write_text("GROQ_API_KEY=own")
    assert (key_in("GROQ_API_KEY"), key_in("XAI_API_KEY")) == ("own", "")


def test_the_nearest_project_is_the_project(place: Path) -> None:
    (place.parent / ".git").write_text("gitdir: elsewhere")  # as in a worktree
    assert find_files(place) == ()
    (place.parent / ".env").write_text("XAI_API_KEY=nearest")
    assert (key_in("XAI_API_KEY"), key_in("OPENAI_API_KEY")) == ("nearest", "")


def test_the_home_folder_is_no_project(place: Path, environment: MutableMapping[str, str]) -> None:
    """Some keep a `.git` there, for their settings."""
    environment["HOME"] = str(place.parents[1])
    assert find_files(place) == ()
    assert ignored_files(place) == (place.parents[1] / ".env",)
    with chdir(place.parents[1]):
        assert key_in("OPENAI_API_KEY") == "plain-1"


def test_a_folder_that_everybody_may_write_is_no_project(place: Path) -> None:
    """As `/tmp` is, where anyone could put a file that sends keys elsewhere."""
    place.parents[1].chmod(0o1777)
    assert project_of(place) is None
    assert find_files(place) == ()
    place.parents[1].chmod(0o700)
    assert find_files(place) == (place.parents[1] / ".env",)
    place.parent.chmod(0o777)  # a shared folder on the way
    assert find_files(place) == ()


def test_another_users_file_in_a_shared_working_directory_is_not_read(place: Path) -> None:
    path = place / ".env"
    path.write_text("OPENAI_API_KEY=planted")
    place.chmod(0o1777)
    assert find_files(place) == (path,)
    if os.geteuid() == 0:  # only root can give a file away
        os.chown(path, 12345, 12345)
        assert find_files(place) == ()
        assert ignored_files(place)[0] == path
        place.chmod(0o755)
        assert find_files(place)[0] == path


@pytest.mark.parametrize(("value", "found"), [("mine", "mine"), ("", "spaced-2")])
def test_the_environment_is_never_replaced(
    place: Path, environment: MutableMapping[str, str], value: str, found: str
) -> None:
    environment["OPENAI_API_KEY"] = value
    assert key_in("OPENAI_API_KEY", "XAI_API_KEY") == found


def test_a_model_is_asked_with_the_key_and_address_of_the_file(
    place: Path, stub: Callable[..., Any], call: Callable[..., Any]
) -> None:
    server = stub()
    (place / ".env").write_text(f"OPENAI_API_KEY={KEY}\nOPENAI_BASE_URL={server.url}\n")
    model: Any = resolve("openai/x")
    assert model.provider.url.startswith(server.url)
    assert KEY in model.provider.headers["Authorization"]
    assert KEY not in repr(model.provider)


def test_doctor_names_the_keys_that_are_there_and_shows_none(
    place: Path, call: Callable[..., Any]
) -> None:
    (place.parent / ".env").write_text("OPENAI_API_KEY=between")
    told = call("doctor", "--json")
    keys = json.loads(told.out)["keys"]
    assert keys["OPENAI_API_KEY"]
    assert not keys["ANTHROPIC_API_KEY"]
    assert not keys["MOONSHOT_API_KEY"]
    files = json.loads(told.out)["env_files"]
    assert files["read"] == [str(place.parents[1] / ".env")]
    assert str(place.parent / ".env") in files["ignored"]
    text = call("doctor").out
    assert f".env read: {place.parents[1] / '.env'}\n" in text
    assert f".env ignored: {place.parent / '.env'}" in text
    assert "plain-1" not in told.out + text
    assert "between" not in told.out + text


def test_flags_are_read_from_the_file_too(place: Path, call: Callable[..., Any]) -> None:
    (place / ".env").write_text("MULTITRUST_TASKS=T.1\n")
    rows = json.loads(call("plan", "--json").out)["lines"]
    assert {row["task"] for row in rows} == {"T.1"}


def test_no_key_is_written_or_said_anywhere(
    place: Path, stub: Callable[..., Any], call: Callable[..., Any], caplog: Any
) -> None:
    """The server repeats the key in every failure, as some do."""
    server = stub(*["echo 500", "echo 400", "echo 200"] * 6)
    (place / ".env").write_text(f"MULTITRUST_API_KEY={KEY}\n")
    caplog.set_level(logging.DEBUG)
    said = call(
        "run", "--model", f"{server.url}#x", "--tasks", "T.1", "--limit", 4, "--max-retries", 0,
        "--log-level", "debug", "--log-dir", place / "logs",
    )  # fmt: skip
    assert said.code == 1
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    written = [path for path in (place / "logs").rglob("*") if path.is_file()]
    assert {"run.sqlite", "manifest.json"} <= {path.name for path in written}
    assert [path for path in written if KEY.encode() in path.read_bytes()] == []
    assert KEY not in said.out + said.err + caplog.text
    assert b"no good: " in (next(place.glob("logs/*/run.sqlite"))).read_bytes()
