"""Files of users: read as plain values, within limits, or refused in words."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from multitrust.core import ConfigError
from multitrust.data import parse_toml, parse_yaml, read_document
from multitrust.data.documents import DEEPEST, LONGEST, MOST

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(9)
)
LONG_ALIAS = f"a: &a {'x' * (LONGEST // 2)}\nb: [*a, *a, *a]\n"


@pytest.fixture(scope="module")
def usual() -> float:
    """Seconds of the processor for a sound document of many values."""
    start = time.process_time()
    parse_yaml("a: [" + "x," * (MOST // 2) + "]", "it")
    return time.process_time() - start


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a: 1\r\nb: 2\r\n", "a: 1\r\nb: 2\r\n"),
        (b"\xef\xbb\xbfa: 1", "a: 1"),
        ("é 日".encode(), "é 日"),
        (b"", ""),
    ],
)
def test_a_file_is_utf8_with_or_without_a_mark(tmp_path: Path, content: bytes, text: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert read_document(path, "the flags") == text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfea\x00", "expected UTF-8 text"),
        (bytes(range(256)), "expected UTF-8 text"),
        (b"x" * (LONGEST + 1), "more than"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=words):
        read_document(path, "the flags")


@pytest.mark.parametrize("path", ["/dev/zero", "/tmp", "/nowhere/at/all"])
def test_what_is_no_file_is_refused(path: str) -> None:
    with pytest.raises(ConfigError, match="cannot read the flags in"):
        read_document(Path(path), "the flags")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "a: 1\nb: [2020-01-01, yes, .nan, ~]",
            {"a": "1", "b": ["2020-01-01", "yes", ".nan", "~"]},
        ),
        ('{"a": {"b": 1e5}}', {"a": {"b": "1e5"}}),
        ("1: x\n2020-01-01: y", {"1": "x", "2020-01-01": "y"}),
        ("a: &x [b]\nc: *x", {"a": ["b"], "c": ["b"]}),
        ("<<: 3", {"<<": "3"}),
        ("", None),
        ("# nothing", None),
        ("a: !!int 5", {"a": "5"}),
    ],
)
def test_every_value_of_yaml_is_a_text(text: str, value: Any) -> None:
    assert parse_yaml(text, "it") == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 3000 + "]" * 3000, f"more than {DEEPEST} levels"),
        ("\n".join(" " * n + "a:" for n in range(500)), f"more than {DEEPEST} levels"),
        ("- " * 5000, f"more than {DEEPEST} levels"),
        ("{a: " * 5000, f"more than {DEEPEST} levels"),
        ("a: [" + "x," * MOST + "]", f"more than {MOST:,} values"),
        (LAUGHS, "its aliases repeat too much"),
        (LONG_ALIAS, "its aliases repeat too much"),
        ("a: &a [*a]", "its aliases repeat too much, or themselves"),
        ("a: &a {b: *a}", "its aliases repeat too much, or themselves"),
        ("a: 1\na: 2", "line 2: the key 'a' stands twice"),
        ("a: {b: 1, b: 1}", "the key 'b' stands twice"),
        ("? [a]\n: b", "a key must be a text"),
        ("a: !!python/object/apply:os.getcwd []", "is not known here"),
        ("!!python/name:os.system x: 1", "a value with the tag"),
        ("a: !!binary aGk=", "binary"),
        ("a: !own x", "own"),
        ('a: "\\ud800"', "half a character"),
        ('a: "\\0"', "NUL"),
        ("a: *b", "undefined alias"),
        ("a: [", "cannot read it"),
        ("a: 1\n---\nb: 2", "single document"),
        ("a: \x07", "cannot read it"),
    ],
    ids=lambda text: text[:20],
)
def test_yaml_that_cannot_be_read_is_refused_soon(text: str, words: str, usual: float) -> None:
    start = time.process_time()
    with pytest.raises(ConfigError, match=words):
        parse_yaml(text, "it")
    assert time.process_time() - start < 20 * usual


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("3", "a whole number"),
        ("1.5", "a number"),
        (".nan", "a number"),
        ("yes", "true or false"),
        ("2020-01-01", "a date"),
        ("2020-13-45", "a date"),
        ("~", "nothing"),
        ("", "nothing"),
        ("9" * 6000, "a whole number"),
        (":".join(["1"] * 900), "a whole number"),
    ],
    ids=lambda text: text[:20],
)
def test_a_typed_document_holds_texts_alone(value: str, kind: str) -> None:
    with pytest.raises(ConfigError, match=f"line 2: expected a text, got .* \\({kind}\\)"):
        parse_yaml(f"a: x\nb: {value}", "it", typed=True)
    assert parse_yaml(f'b: "{value}"', "it", typed=True) == {"b": value}


def test_toml_is_read() -> None:
    text = (
        '[[price]]\r\nmodels = ["a.b.c*"]  # 1.2.3\r\ninput = 1.5\r\n[pictures.x]\r\nside = 3\r\n'
    )
    assert parse_toml(text, "it") == {
        "price": [{"models": ["a.b.c*"], "input": 1.5}], "pictures": {"x": {"side": 3}},
    }  # fmt: skip
    dots = '"' + ".".join("a" * 40) + '"'
    assert parse_toml(f"a = {dots}  # {dots}\nb = '{'.' * 50}'", "it")["a"].count(".") == 39


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = " + "[" * 3000 + "]" * 3000, "is not TOML"),
        ("a = " + "[" * 60 + "]" * 60, "levels"),
        (".".join("a" * 30000) + " = 1", "parts"),
        ("[" + ".".join("a" * 30000) + "]", "parts"),
        ("x = {" + " . ".join(['"a"'] * 9000) + " = 1}", "parts"),
        ("a = " + "9" * 6000, "is not TOML"),
        ("a = 2020-13-45", "is not TOML"),
        ("a = 1\na = 2", "is not TOML"),
        ("a", "is not TOML"),
        ("a = '" + "\0" + "'", "is not TOML"),
    ],
    ids=lambda text: text[:20],
)
def test_toml_that_cannot_be_read_is_refused_soon(text: str, words: str, usual: float) -> None:
    start = time.process_time()
    with pytest.raises(ConfigError, match=words):
        parse_toml(text, "it")
    assert time.process_time() - start < 20 * usual
