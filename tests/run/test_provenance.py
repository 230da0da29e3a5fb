"""On what a run was made: packages, commit, decoding, prices; nothing of the user."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from importlib.metadata import Distribution, requires, version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from multitrust.core import Manifest, ModelIdentity
from multitrust.models import resolve
from multitrust.report.provenance import decoding, provenance_of
from multitrust.run import Price, RunConfig, make_manifest
from multitrust.run.provenance import (
    NAME,
    checked_out,
    environment_facts,
    installed_from,
    package_versions,
    platform_name,
    required,
    stamped,
)
from multitrust.tasks import select_tasks

ROOT = Path(__file__).parents[2]
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    done = subprocess.run(
        ["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the package in it."""
    package = tmp_path / "checkout" / "src" / "multitrust"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    root = tmp_path / "checkout"
    (root / "pyproject.toml").write_text("")
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "first")
    return root


def test_the_packages_are_those_that_the_project_requires() -> None:
    """Each direct requirement that is installed, and what these require in turn."""
    there = {name.lower().replace("_", "-"): number for name, number in package_versions()}
    direct = {
        found[0].lower().replace("_", "-")
        for line in requires("multitrust") or ()
        if "extra" not in line and (found := NAME.match(line))
    }
    assert direct <= there.keys()
    assert there["numpy"] == version("numpy")
    assert {"torch", "transformers", "tokenizers", "multitrust"} <= there.keys()
    assert not {"mypy", "ruff", "pytest", "inspect-ai"} & there.keys()


def test_extras_of_other_packages_and_tools_are_left_out() -> None:
    def metadata(name: str) -> Any:
        told = Message()
        told["Name"] = name
        for line in (
            "Some_Package[fast]>=1 ; python_version >= '3.8'",
            "torch>=2; extra == 'local'",
            'ruff; extra == "dev"',
        ):
            told["Requires-Dist"] = line
        return told

    assert list(required(metadata("multitrust"))) == ["some-package", "torch"]
    assert list(required(metadata("other"))) == ["some-package"]


def test_facts_are_whole_and_name_nobody() -> None:
    facts = environment_facts()
    assert facts.keys() == {"python", "platform", "packages", "commit", "version"}
    assert facts["python"].endswith(sys.version.split()[0])
    assert all(facts.values())
    text = json.dumps(facts)
    assert str(Path.home()) not in text
    assert str(ROOT) not in text
    assert len(platform_name().split()) >= 3


def test_the_commit_of_a_checkout_with_and_without_changes(checkout: Path) -> None:
    package = checkout / "src" / "multitrust"
    head = git(checkout, "rev-parse", "HEAD")
    git(checkout, "tag", "v1")
    assert checked_out(package) == head
    (package / "__init__.py").write_text("changed = 1")
    assert checked_out(package) == f"{head}+dirty"


def test_the_commit_of_somebody_elses_checkout_is_not_ours(checkout: Path) -> None:
    """A package that is installed below a user's own repository."""
    package = checkout / ".venv" / "lib" / "multitrust"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    assert checked_out(package) is None
    assert checked_out(checkout.parent) is None


def test_the_commit_of_a_stamped_wheel(tmp_path: Path) -> None:
    assert stamped(tmp_path) is None
    (tmp_path / "commit.txt").write_text(f"{COMMIT}\n")
    assert stamped(tmp_path) == COMMIT
    (tmp_path / "commit.txt").write_text("\n")
    assert stamped(tmp_path) is None


@pytest.mark.parametrize(
    ("content", "commit"),
    [
        ({"url": "https://example.com/r.git", "vcs_info": {"commit_id": COMMIT}}, COMMIT),
        ({"url": "file:///home/somebody/checkout", "dir_info": {}}, None),
        ({"url": "https://example.com/a.whl", "archive_info": {}}, None),
        ([], None),
        ({"vcs_info": None}, None),
        (None, None),
    ],
)
def test_the_commit_that_a_package_was_installed_from(
    tmp_path: Path, content: object, commit: str | None
) -> None:
    package, told = tmp_path / "multitrust", tmp_path / "multitrust-1.dist-info"
    for folder in (package, told):
        folder.mkdir()
    (told / "METADATA").write_text("Name: multitrust\nVersion: 1\n")
    if content is not None:
        (told / "direct_url.json").write_text(json.dumps(content))
    found = Distribution.at(told)
    assert installed_from(package, found) == commit
    assert installed_from(tmp_path / "elsewhere" / "multitrust", found) is None


@pytest.fixture
def hook() -> Iterator[ModuleType]:
    """`hatch_build.py`, with a stand-in for the builder that is there only while building."""
    names = [
        "hatchling", "hatchling.builders", "hatchling.builders.hooks",
        "hatchling.builders.hooks.plugin", "hatchling.builders.hooks.plugin.interface",
    ]  # fmt: skip
    for name in names:
        sys.modules[name] = ModuleType(name)

    class Interface:
        def __init__(self, root: Path, target: str) -> None:
            self.root, self.target_name = str(root), target

    sys.modules[names[-1]].BuildHookInterface = Interface  # type: ignore[attr-defined]
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    for name in names:
        del sys.modules[name]


def test_what_is_built_is_stamped_with_its_commit(hook: ModuleType, checkout: Path) -> None:
    head = git(checkout, "rev-parse", "HEAD")
    for target, place in (
        ("wheel", "multitrust/commit.txt"), ("sdist", "src/multitrust/commit.txt"),
    ):  # fmt: skip
        data: dict[str, Any] = {"force_include": {}}
        hook.CommitHook(checkout, target).initialize("standard", data)
        ((stamp, target_place),) = data["force_include"].items()
        assert target_place == place
        assert Path(stamp).read_text() == head
    (checkout / "pyproject.toml").write_text("changed")
    data = {"force_include": {}}
    hook.CommitHook(checkout, "wheel").initialize("standard", data)
    assert Path(next(iter(data["force_include"]))).read_text() == f"{head}+dirty"


def test_an_editable_build_and_an_unpacked_archive_are_not_stamped(
    hook: ModuleType, checkout: Path
) -> None:
    data: dict[str, Any] = {"force_include": {}}
    hook.CommitHook(checkout, "wheel").initialize("editable", data)
    inside = checkout / "unpacked"
    inside.mkdir()
    (inside / "pyproject.toml").write_text("")
    hook.CommitHook(inside, "wheel").initialize("standard", data)
    assert data == {"force_include": {}}


def config(**more: Any) -> RunConfig:
    tasks = select_tasks(["T.1", "T.4", "T.6"])
    return RunConfig(model=resolve("mock/yes-sayer"), tasks=tasks, folder=Path(), **more)


def test_decoding_is_what_is_sent() -> None:
    for limit in (None, 7):
        manifest = make_manifest(config(max_tokens=limit))
        assert manifest.decoding.keys() == {"T.1", "T.4", "T.6"}
        for task in config().tasks:
            settings = manifest.decoding[task.id]
            assert settings["max_tokens"] == (limit or task.config.max_tokens)
            assert settings["temperature"] == 0.0
            assert None not in settings.values()


def test_decoding_tells_what_is_thought_before_the_answer() -> None:
    model = resolve("http://127.0.0.1:9/v1#x", options={"thinking_tokens": "500"})
    settings = make_manifest(replace(config(), model=model)).decoding
    assert {known["thinking_tokens"] for known in settings.values()} == {500}


def test_prices_are_dated() -> None:
    price = Price(input=1, cached=1, output=2, source="a page", date="2030-01-02")
    free = Price(input=0, cached=0, output=0)
    manifest = make_manifest(config(prices={"target": price, "judge": free}))
    assert manifest.prices == {"target": {"date": "2030-01-02", "source": "a page"}}
    assert ("Prices", "target: read 2030-01-02") in provenance_of(manifest)


def test_provenance_changes_no_run_id() -> None:
    price = Price(input=1, cached=1, output=2)
    assert make_manifest(config(prices={"target": price})).run_id == make_manifest(config()).run_id


def test_the_settings_of_most_tasks_come_first() -> None:
    short, long = {"max_tokens": 100, "temperature": 0.0}, {"max_tokens": 300}
    assert decoding({}) == ""
    assert decoding({"T.1": short}) == "max tokens 100, temperature 0.0"
    assert decoding({"T.1": long, "T.2": short, "T.3": short, "S.1": long, "P.1": short}) == (
        "max tokens 100, temperature 0.0; max tokens 300 in T.1, S.1"
    )


def test_what_is_not_known_is_left_out() -> None:
    manifest = Manifest(
        run_id="0", created="2030-01-02", seed=0,
        models={"target": ModelIdentity(name="m@1"), "judge": ModelIdentity(name="j")},
        tasks={}, conditions={}, origin={"name": "official", "fingerprint": "f" * 64},
        scored_by={"judge": ModelIdentity(name="k")}, facts={"target": {"dtype": "float32"}},
    )  # fmt: skip
    assert dict(provenance_of(manifest)) == {
        "Data": "official data, fingerprint ffffffffffff", "Model (target)": "m@1",
        "Model (judge)": "k", "Settings (target)": "dtype float32",
        "multitrust": "commit unknown",
    }  # fmt: skip
