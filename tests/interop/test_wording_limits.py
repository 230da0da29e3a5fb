"""A checkout made to exhaust memory or time costs little, and spoils its own names alone."""

from __future__ import annotations

import ast
import os
import tracemalloc
from pathlib import Path

import pytest
from tests.interop.checkout import FILES, make_checkout, put
from tests.interop.checkout_prompts import EXPECTED

from multitrust.core import ConfigError
from multitrust.interop.wording import read_checkout
from multitrust.interop.wording.places import CodePlace, NotFound

MOST = 32 * 2**20
"""Bytes that an evaluation may take at its height; each case below would take some 2**40."""
TEXT, CONFIG = "mmte/datasets/nsfw.py", "mmte/configs/task/truthfulness/t4-visual-assistance.yaml"
TWICE = {
    "a sum": ("a = 'x'", "a = a + a"),
    "an augmented sum": ("a = 'x'", "a += a"),
    "a sum of lists": ("a = ['x']", "a = a + a"),
    "a tuple": ("a = 'x'", "a = (a, a)"),
    "a dictionary": ("a = 'x'", "a = {'b': a, 'c': a}"),
    "a replacement": ("a = 'xx'", "a = a.replace('x', a)"),
    "a join": ("a = 'x'", "a = a.join(['y', 'y', 'y'])"),
    "a format": ("a = 'x'", "a = '{0}{0}'.format(a)"),
    "a percent format": ("a = 'x'", "a = '%(a)s%(a)s' % {'a': a}"),
    "an f-string": ("a = 'x'", "a = f'{a}{a}'"),
    "an unknown part": ("a = input()", "a = a + 'x' + a"),
}


@pytest.mark.parametrize("name", TWICE)
def test_a_value_that_doubles_forty_times_is_given_up(name: str) -> None:
    begin, again = TWICE[name]
    lines = [begin, *[again] * 40, "class A:", "    PROMPTS = [a]"]
    place = CodePlace(file=TEXT, name="PROMPTS", steps=(0,))
    tree = ast.parse("\n".join(lines))
    tracemalloc.start()
    try:
        assert literal(place, tree) is None
        assert tracemalloc.get_traced_memory()[1] < MOST
    finally:
        tracemalloc.stop()


def literal(place: CodePlace, tree: ast.Module) -> str | None:
    """The text at a place; None where it is not known as a whole."""
    try:
        return place.text(tree).literal
    except NotFound:
        return None


def test_a_text_that_is_too_long_costs_its_own_names_only(tmp_path: Path) -> None:
    make_checkout(tmp_path)
    doubled = ["a = 'x'", *["a = a + a"] * 40, "class A:", "    PROMPTS = [a, a]"]
    put(tmp_path, TEXT, "\n".join(doubled))
    wording = read_checkout(tmp_path)
    assert [line.split(":")[0] for line in wording.missing] == ["S.1 plain", "S.1 unrestricted"]
    assert wording.templates["T.2"] == EXPECTED["T.2"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("#" + "x" * 10**6, "more than 32,768 bytes"),
        ("x = (" + "1, " * 9_000 + ")", "more than 6,000 nodes"),
        ("if a:\n    x = 1\n" * 200, "or 100 branches"),
        ("x = " + "[" * 90 + "]" * 90, "too deeply nested"),
        ("x = a" + ".b" * 200, "too deeply nested"),
    ],
)
def test_a_file_beyond_any_of_the_original(tmp_path: Path, content: str, reason: str) -> None:
    make_checkout(tmp_path)
    put(tmp_path, TEXT, content)
    wording = read_checkout(tmp_path)
    assert len(wording.missing) == 2
    assert all(TEXT in line and reason in line for line in wording.missing)
    assert wording.templates["T.2"] == EXPECTED["T.2"]


@pytest.mark.parametrize(
    "content",
    [
        "a: " + ":".join(["59"] * 2000) + ".5",
        'a: !!int ""',
        'a: !!bool "x"',
        "a: 2024-13-99",
        "[" * 1_200,
    ],
)
def test_yaml_that_unfolds_or_is_malformed_is_refused(tmp_path: Path, content: str) -> None:
    make_checkout(tmp_path)
    put(tmp_path, CONFIG, content)
    with pytest.raises(ConfigError, match=r"t4-visual-assistance\.yaml.* is no YAML"):
        read_checkout(tmp_path)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", 2),
        ("a: &a {x: 1}\nb: {<<: [*a, *a]}", 2),
        ("a: &a x\n\nb: 1\nc: *a", 4),
        ("*a", 1),
    ],
)
def test_an_alias_is_named_with_its_line(tmp_path: Path, content: str, line: int) -> None:
    """By aliases a short file can stand for an endless one."""
    make_checkout(tmp_path)
    put(tmp_path, CONFIG, content)
    with pytest.raises(
        ConfigError, match=rf"\.yaml:{line} is a YAML alias \(\*NAME\), which is not"
    ):
        read_checkout(tmp_path)


def test_a_device_or_a_pipe_is_not_read(tmp_path: Path) -> None:
    make_checkout(tmp_path)
    (tmp_path / TEXT).unlink()
    (tmp_path / TEXT).symlink_to("/dev/zero")
    with pytest.raises(ConfigError, match=r"nsfw\.py cannot be read: it is no regular file"):
        read_checkout(tmp_path)
    (tmp_path / TEXT).unlink()
    os.mkfifo(tmp_path / TEXT)
    with pytest.raises(ConfigError, match=r"nsfw\.py cannot be read: it is no regular file"):
        read_checkout(tmp_path)


@pytest.mark.parametrize("name", ["HEAD", "packed-refs", "refs/heads/main"])
def test_a_commit_that_a_device_holds_is_unknown(tmp_path: Path, name: str) -> None:
    make_checkout(tmp_path)
    put(tmp_path, ".git/HEAD", "ref: refs/heads/main\n")
    path = tmp_path / ".git" / name
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to("/dev/zero")
    assert read_checkout(tmp_path).source == "MMTrustEval"


def test_the_files_of_the_tests_are_far_from_the_limits() -> None:
    assert max(map(len, FILES.values())) < 32_768 / 3
