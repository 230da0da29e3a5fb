"""Files that a user hands in, as plain values: UTF-8, YAML, TOML, all within stated limits.

A file is read up to `LONGEST` bytes, a document nests up to `DEEPEST` and holds up to `MOST`
values, and what aliases repeat counts each time. Nothing of a document is run, and nothing is made
of its values but texts, numbers, lists and mappings.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multitrust.core import ConfigError

if TYPE_CHECKING:
    from yaml import Node, SafeLoader, ScalarNode

LONGEST = 400_000
"""Bytes of a file, and characters of what its aliases make of it."""
DEEPEST = 20
"""Lists and mappings within each other."""
MOST = 20_000
"""Values of a document."""
STRING = re.compile(r"""#.*|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
"""A comment or a string of TOML; dots in them part no keys."""
DOTTED = re.compile(r"[\w.\t -]+")
TAG = "tag:yaml.org,2002:"
KINDS = {
    "int": "a whole number", "float": "a number", "bool": "true or false", "null": "nothing",
    "timestamp": "a date", "merge": "a merge key",
}  # fmt: skip
"""What YAML takes a word for that stands without quotes."""


def read_document(path: Path, what: str, longest: int = LONGEST) -> str:
    """The text of a file, without a byte order mark.

    Args:
        path: the file.
        what: what it holds, for messages, e.g. `the flags`.
        longest: bytes at most.

    Raises:
        ConfigError: it cannot be read, is too long, or is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(longest + 1)
        if len(content) > longest:
            raise ConfigError(f"cannot read {what} in {path}: more than {longest:,} bytes")
        return content.decode("utf-8-sig")
    except OSError as error:
        why = error.strerror or error
        raise ConfigError(f"cannot read {what} in {path}: {why}; name a file of text") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"cannot read {what} in {path}: {error}; expected UTF-8 text") from None


def parse_yaml(text: str, where: str, *, typed: bool = False) -> Any:
    """A document in YAML or JSON, its keys as texts.

    Args:
        text: the document.
        where: what it is called in messages.
        typed: whether a value that YAML takes for a number, a date and the like is refused; every
            value is the text that it is written as.

    Raises:
        ConfigError: it is malformed, beyond a limit, or names a key twice.
    """
    import yaml

    try:
        return Values(where, typed).of(loader(text, typed).get_single_node())
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError(f"cannot read {where}: {explain(error)}") from None


def explain(error: Exception) -> str:
    """What is wrong with a document, and where; without its text, which may hold a password."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    if mark is None or not problem:
        return str(error)
    said = ", ".join(filter(None, (getattr(error, "context", None), problem)))
    return f"{said} in line {mark.line + 1}, column {mark.column + 1}"


def loader(text: str, typed: bool) -> SafeLoader:
    """A loader that stops where a document is too deep or holds too much."""
    import yaml

    kind: Any = yaml.SafeLoader if typed else yaml.BaseLoader

    class Bounded(kind):  # type: ignore[misc]
        depth = count = 0

        def compose_node(self, parent: Node | None, index: Any) -> Node | None:
            self.depth += 1
            self.count += 1
            if self.depth > DEEPEST or self.count > MOST:
                limit = f"{DEEPEST} levels" if self.depth > DEEPEST else f"{MOST:,} values"
                raise yaml.composer.ComposerError(
                    None, None, f"more than {limit}", self.peek_event().start_mark
                )
            node: Node | None = super().compose_node(parent, index)
            self.depth -= 1
            return node

    made: SafeLoader = Bounded(text)
    return made


class Values:
    """Makes plain values of the nodes of one document."""

    def __init__(self, where: str, typed: bool) -> None:
        self.where = where
        self.typed = typed
        self.left = LONGEST
        self.values = MOST

    def of(self, node: Node | None, depth: int = 0) -> Any:
        """The value of a node; None of an empty document.

        Raises:
            ConfigError: as `parse_yaml`.
        """
        import yaml

        if node is None:
            return None
        self.values -= 1
        self.left -= len(node.value) if isinstance(node, yaml.ScalarNode) else 0
        if min(self.values, self.left) < 0 or depth > DEEPEST:
            raise self.refused(node, "its aliases repeat too much, or themselves; write it out")
        if isinstance(node, yaml.ScalarNode):
            return self.text(node, typed=self.typed)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{TAG}seq":
            return [self.of(item, depth + 1) for item in node.value]
        if isinstance(node, yaml.MappingNode) and node.tag == f"{TAG}map":
            return dict(self.pairs(node, depth))
        raise self.refused(node, f"the tag {node.tag} is not known here; leave it out")

    def pairs(self, node: Node, depth: int) -> Iterator[tuple[str, Any]]:
        """Keys and values of a mapping."""
        import yaml

        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self.refused(key, "a key must be a text, not a list or a mapping")
            if key.value in seen:
                raise self.refused(key, f"the key {key.value!r} stands twice; keep one")
            seen.add(key.value)
            yield self.text(key, typed=False), self.of(value, depth + 1)

    def text(self, node: ScalarNode, *, typed: bool) -> str:
        """The text of a node, if it can be written down."""
        kind = node.tag.removeprefix(TAG)
        if kind != "str" and (typed or kind not in KINDS):
            called = KINDS.get(kind, f"a value with the tag {node.tag}")
            raise self.refused(
                node, f"expected a text, got {node.value[:40]} ({called}); put a text in quotes"
            )
        found: str = node.value
        if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in found):
            raise self.refused(node, "a text holds NUL or half a character; leave it out")
        return found

    def refused(self, node: Node, why: str) -> ConfigError:
        """What is wrong at a node."""
        return ConfigError(f"cannot read {self.where}, line {node.start_mark.line + 1}: {why}")


def parse_toml(text: str, where: str) -> dict[str, Any]:
    """A document in TOML.

    Args:
        text: the document.
        where: what it is called in messages.

    Raises:
        ConfigError: it is malformed or too deep.
    """
    bare = STRING.sub("s", text)
    if any(word.count(".") > DEEPEST for word in DOTTED.findall(bare)):
        raise ConfigError(f"{where} has a key of more than {DEEPEST} parts; expected fewer")
    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{where} is not TOML: {error}") from None
    level: list[Any] = [found]
    for _ in range(DEEPEST):
        level = [part for value in level for part in parts(value)]
        if not level:
            return found
    raise ConfigError(f"{where} has more than {DEEPEST} levels; expected fewer")


def parts(value: Any) -> list[Any]:
    """What a list or a mapping holds."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
