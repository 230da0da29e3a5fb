"""The prompts of a checkout: each is found exactly, or missing; nothing is guessed or run."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Formatter

import pytest
import yaml
from tests.interop.checkout import (
    CLASSES,
    FILES,
    HEAD,
    make_checkout,
    put,
)
from tests.interop.checkout_prompts import EXPECTED

import multitrust.tasks.official as official
from multitrust.core import ConfigError
from multitrust.interop.wording import Wording, read_checkout, write_wording
from multitrust.tasks.wording import is_original, read_wording, wording_digest


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def our_wording() -> Iterator[tuple[str, str, str]]:
    """Task, name and template of all prompts of our own."""
    for module in pkgutil.walk_packages(official.__path__, f"{official.__name__}."):
        task = getattr(importlib.import_module(module.name), "OFFICIAL", None)
        if task is not None:
            yield from ((task.id, name, text) for name, text in task.wording.items())


def test_every_prompt_is_found_with_its_fields(tmp_path: Path) -> None:
    wording = read_checkout(make_checkout(tmp_path))
    assert wording.missing == ()
    assert wording.templates == EXPECTED
    assert wording.source == f"MMTrustEval {HEAD}"


def test_the_names_and_fields_are_those_of_the_tasks(tmp_path: Path) -> None:
    templates = read_checkout(make_checkout(tmp_path)).templates
    for task, name, own in our_wording():
        found = [text for key, text in templates[task].items() if key.partition(".")[0] == name]
        assert found, (task, name)
        for text in found:
            assert fields(text) == fields(own) - {"object", "group"}, (task, name)


def test_sentences_of_the_original_are_joined_as_it_joins_them(tmp_path: Path) -> None:
    """P.6: every sentence ends with a space, and one more stands before the question."""
    prompts = read_checkout(make_checkout(tmp_path)).templates["P.6"]
    people = [{"name": "Ann", "value": "1"}, {"name": "Bo", "value": "2"}]
    told = " ".join(prompts["person"].format(info="code", **person) for person in people)
    asked = prompts["ask"].format(info="code", name="Ann", people=told)
    sentences = "".join(f"{p['name']} has code {p['value']}. " for p in people)
    assert asked == f"Keep each code to yourself. {sentences} Which code has Ann?"


def test_questions_that_differ_by_class_stay_apart(tmp_path: Path) -> None:
    hod = FILES["mmte/datasets/hod.py"].replace("Tell all.", "Tell more.", 1)
    prompts = read_checkout(make_checkout(tmp_path, hod=hod)).templates["S.2"]
    assert prompts["describe.alcohol"] == "Tell more."
    assert {prompts[f"describe.{name}"] for name in CLASSES[1:]} == {"Tell all."}
    assert "describe" not in prompts
    assert prompts["shown"] == "Shown?"


def test_a_class_that_is_gone_leaves_the_others_apart(tmp_path: Path) -> None:
    hod = FILES["mmte/datasets/hod.py"].replace('"class": "gun"', '"class": "bow"')
    wording = read_checkout(make_checkout(tmp_path, hod=hod))
    assert {line.split(":")[0] for line in wording.missing} == {
        f"S.2 {name}.gun" for name in ("shown", "describe", "present", "minors", "group")
    }
    assert "shown" not in wording.templates["S.2"]
    assert wording.templates["S.2"]["shown.knife"] == "Shown?"


def test_nothing_of_the_checkout_is_run(tmp_path: Path) -> None:
    trap = f"import pathlib\npathlib.Path({str(tmp_path / 'ran')!r}).touch()\nraise SystemExit\n"
    for name in FILES:
        if name.endswith(".py"):
            put(tmp_path, name, trap + FILES[name])
        else:
            put(tmp_path, name, FILES[name])
    assert read_checkout(tmp_path).templates == EXPECTED
    assert not (tmp_path / "ran").exists()


def test_two_classes_with_different_texts(tmp_path: Path) -> None:
    one = FILES["mmte/datasets/text_misleading.py"]
    both = one + "\n\nclass Other:\n    prompt_template = 'Else: {Statement}'\n"
    (missing,) = read_checkout(make_checkout(tmp_path, text_misleading=both)).missing
    assert missing.startswith("T.5 ask: mmte/datasets/text_misleading.py: prompt_template")
    assert "another text in each of lines" in missing


def test_a_conversation_that_is_put_together_otherwise(tmp_path: Path) -> None:
    content = FILES["mmte/datasets/enron_email.py"].replace("} {prompt} {", "} {")
    wording = read_checkout(make_checkout(tmp_path, enron_email=content))
    assert wording.missing[0].startswith("P.6 ask: mmte/datasets/enron_email.py:")
    assert "P.6" not in wording.templates


@pytest.mark.parametrize(
    ("files", "commit"),
    [
        ({"HEAD": f"{HEAD}\n"}, HEAD),
        ({"HEAD": "ref: refs/heads/main\n", "refs/heads/main": f"{HEAD}\n"}, HEAD),
        (
            {
                "HEAD": "ref: refs/heads/main\n",
                "packed-refs": f"# pack-refs with: sorted\n{HEAD[::-1]} refs/heads/a\n"
                f"{HEAD} refs/heads/main\n^{HEAD[::-1]}\n",
            },
            HEAD,
        ),
        ({"HEAD": "ref: refs/heads/new\n", "packed-refs": f"{HEAD} refs/heads/main\n"}, ""),
        ({"HEAD": "ref: refs/heads/new\n"}, ""),
        ({"HEAD": "nonsense\n"}, ""),
        ({"HEAD": b"\xff"}, ""),
        ({}, ""),
    ],
)
def test_the_commit(tmp_path: Path, files: dict[str, str | bytes], commit: str) -> None:
    make_checkout(tmp_path)
    (tmp_path / ".git/HEAD").unlink()
    for name, content in files.items():
        put(tmp_path, f".git/{name}", content)
    assert read_checkout(tmp_path).source == f"MMTrustEval {commit}".strip()


def test_the_commit_of_a_worktree(tmp_path: Path) -> None:
    work, main = tmp_path / "work", tmp_path / "main/.git"
    make_checkout(work)
    (work / ".git/HEAD").unlink()
    (work / ".git").rmdir()
    put(work, ".git", f"gitdir: {main}/worktrees/work\n")
    put(main, "worktrees/work/HEAD", "ref: refs/heads/side\n")
    put(main, "worktrees/work/commondir", "../..\n")
    put(main, "refs/heads/side", f"{HEAD}\n")
    assert read_checkout(work).source == f"MMTrustEval {HEAD}"


def test_the_file_holds_the_prompts(tmp_path: Path) -> None:
    wording = read_checkout(make_checkout(tmp_path / "checkout"))
    path = tmp_path / "prompts.yaml"
    write_wording(wording, path)
    assert yaml.safe_load(path.read_text("utf-8")) == EXPECTED
    assert HEAD in path.read_text("utf-8").splitlines()[0]
    assert read_wording(path) == EXPECTED


FORMS: dict[str, Callable[[str], str]] = {
    "as written": lambda text: text,
    "no comments": lambda text: "".join(
        line for line in text.splitlines(keepends=True) if not line.startswith("#")
    ),
    "another comment": lambda text: f"# mine\n{text}\n# end\n",
    "JSON": lambda text: json.dumps(yaml.safe_load(text)),
    "sorted": lambda text: yaml.safe_dump(yaml.safe_load(text), default_style='"', width=40),
    "with a byte order mark": lambda text: f"\ufeff{text}",
}


@pytest.mark.parametrize("form", FORMS)
def test_the_templates_alone_tell_whether_prompts_are_the_originals(
    tmp_path: Path, form: str
) -> None:
    path, known = tmp_path / "prompts.yaml", {wording_digest(EXPECTED)}
    write_wording(read_checkout(make_checkout(tmp_path / "checkout")), path)
    text = FORMS[form](path.read_text("utf-8"))
    path.write_text(text, "utf-8")
    assert is_original(read_wording(path), known)
    assert not is_original(read_wording(path))
    path.write_text(text.replace("Look twice.", "Look thrice."), "utf-8")
    assert not is_original(read_wording(path), known)


def test_prompts_of_which_some_are_gone_are_not_the_originals() -> None:
    known = {wording_digest(EXPECTED)}
    for task in EXPECTED:
        left = {name: found for name, found in EXPECTED.items() if name != task}
        assert not is_original(left, known)
    assert not is_original({}, known)
    assert not is_original({})


@pytest.mark.parametrize(
    ("escape", "read"),
    [("\\ud83d", "\ufffd"), ("\\ud83d\\ude00", "\U0001f600"), ("\\U0001f600", "\U0001f600")],
)
def test_half_a_character_is_replaced(tmp_path: Path, escape: str, read: str) -> None:
    checkout = make_checkout(tmp_path / "checkout")
    (source,) = (p for p in checkout.rglob("*.py") if "Look twice." in p.read_text("utf-8"))
    source.write_text(source.read_text("utf-8").replace("twice.", f"twice {escape}."), "utf-8")
    path = tmp_path / "prompts.yaml"
    write_wording(read_checkout(checkout), path)
    assert any(text.endswith(f"twice {read}.") for text in read_wording(path)["T.6"].values())


def test_every_character_survives_the_file(tmp_path: Path) -> None:
    odd = {"T.2": {"ask": " \t{query}: é 漢 😀 \u200b\x85\u2028 'a' \"b\" # c\n\n - {{d}} \\ \n "}}
    write_wording(Wording(templates=odd, source="a test"), tmp_path / "prompts.yaml")
    assert yaml.safe_load((tmp_path / "prompts.yaml").read_text("utf-8")) == odd


def test_a_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "prompts.yaml"
    path.write_text("mine")
    with pytest.raises(ConfigError, match="exists already"):
        write_wording(Wording(templates=EXPECTED, source="a test"), path)
    assert path.read_text() == "mine"
    with pytest.raises(ConfigError, match="cannot be written"):
        write_wording(Wording(templates=EXPECTED, source="a test"), tmp_path / "none/prompts.yaml")
