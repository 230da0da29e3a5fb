"""A user's own checkout of MMTrustEval, read as data: nothing of it is imported or run."""

from __future__ import annotations

import ast
import re
import warnings
from pathlib import Path
from typing import Any

import yaml

from multitrust.core.errors import ConfigError
from multitrust.interop.wording.limits import FILE_BYTES, TooLarge, check_tree, read_limited
from multitrust.interop.wording.places import CodePlace, NotFound
from multitrust.interop.wording.spots import Spot
from multitrust.interop.wording.texts import Text

MARK = Path("mmte/datasets")
COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


MALFORMED = (yaml.YAMLError, ValueError, LookupError, ArithmeticError, TypeError)
"""What the YAML library raises for content that is none, such as `!!int ""` or a 13th month."""
GIT_BYTES = 16_777_216
"""Of a file of git that names commits; a list of packed references can be long."""


class AliasFound(Exception):
    """YAML holds an alias; says in which line, from 1."""


class PlainLoader(yaml.SafeLoader):
    """Reads YAML without aliases, by which a short file can stand for an endless one."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """The next node.

        Raises:
            AliasFound: it is an alias.
        """
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise AliasFound(mark.line + 1)
        return super().compose_node(parent, index)


class Checkout:
    """The files of a checkout, each read once."""

    def __init__(self, folder: Path) -> None:
        """Raises ConfigError when the folder is no checkout."""
        if not (folder / MARK).is_dir():
            raise ConfigError(
                f"{folder} is no checkout of MMTrustEval: it has no folder {MARK}; "
                "give the folder that `git clone` made"
            )
        self.folder = folder
        self.modules: dict[str, ast.Module | TooLarge] = {}
        self.configs: dict[str, Any] = {}

    def template(self, spots: tuple[Spot, ...]) -> str:
        """The template that the spots agree on.

        Raises:
            NotFound: a spot has none, or they differ.
            ConfigError: a file is damaged.
        """
        found = {spot.template(self.text(spot)): spot.place.file for spot in spots}
        if len(found) > 1:
            raise NotFound(" and ".join(sorted(set(found.values()))) + ": texts differ")
        return next(iter(found))

    def text(self, spot: Spot) -> Text:
        """The text of a spot."""
        place = spot.place
        try:
            if isinstance(place, CodePlace):
                return place.text(self.module(place.file))
            return place.text(self.config(place.file))
        except RecursionError:
            raise NotFound(f"{place.file}: too deeply nested") from None
        except TooLarge as error:
            raise NotFound(f"{place.file}: {error}") from None

    def module(self, file: str) -> ast.Module:
        """The syntax tree of a Python file."""
        if file not in self.modules:
            self.modules[file] = parsed(self.folder / file, self.content(file))
        tree = self.modules[file]
        if isinstance(tree, TooLarge):
            raise tree
        return tree

    def config(self, file: str) -> Any:
        """The content of a YAML file."""
        if file not in self.configs:
            self.configs[file] = loaded(self.folder / file, self.content(file))
        return self.configs[file]

    def content(self, file: str) -> str:
        """What is written in a file.

        Raises:
            NotFound: it does not exist.
            TooLarge: it is longer than any file of the original.
            ConfigError: it cannot be read, or is not UTF-8.
        """
        path = self.folder / file
        try:
            return read_limited(path, FILE_BYTES).decode("utf-8-sig")
        except FileNotFoundError:
            raise NotFound(f"{file}: no such file; the layout of another version?") from None
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise ConfigError(
                f"{path} is not UTF-8 at byte {error.start}; check the file out again"
            ) from None


def parsed(path: Path, content: str) -> ast.Module | TooLarge:
    """The syntax tree of Python source, or the limit that it exceeds.

    Raises:
        ConfigError: it is none.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # escapes such as "\\s", which Python tolerates
            tree = ast.parse(content)
        check_tree(tree)
        return tree
    except TooLarge as error:
        return error
    except SyntaxError as error:
        at = f"{path}:{error.lineno}" if error.lineno else str(path)
        raise ConfigError(f"{at} is no Python ({error.msg}); check the file out again") from None
    except (ValueError, RecursionError, MemoryError) as error:
        what = str(error) or "too deeply nested"
        raise ConfigError(f"{path} is no Python ({what}); check the file out again") from None


def loaded(path: Path, content: str) -> Any:
    """The content of YAML.

    Raises:
        ConfigError: it is none, or holds an alias.
    """
    try:
        return yaml.load(content, Loader=PlainLoader)
    except AliasFound as error:
        raise ConfigError(
            f"{path}:{error} is a YAML alias (*NAME), which is not read; write its value there, or "
            "check the file out again"
        ) from None
    except (*MALFORMED, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        at = f"{path}:{mark.line + 1}" if mark else str(path)
        what = getattr(error, "problem", None) or error
        raise ConfigError(f"{at} is no YAML ({what}); check the file out again") from None


def commit_of(folder: Path) -> str:
    """The commit that is checked out, read from `.git` without git; empty if that fails."""
    try:
        return head(folder / ".git")
    except (OSError, UnicodeDecodeError, TooLarge):
        return ""


def head(git: Path) -> str:
    """The commit that HEAD names: itself, by a file, or in the list of packed references."""
    if git.is_file():  # a worktree or a submodule
        git = git.parent / written_in(git).removeprefix("gitdir: ")
    shared = git / "commondir"
    common = git / written_in(shared) if shared.is_file() else git
    named = written_in(git / "HEAD")
    if not named.startswith("ref: "):
        return named if COMMIT.fullmatch(named) else ""
    name = named.removeprefix("ref: ")
    if (common / name).is_file():
        named = written_in(common / name)
        return named if COMMIT.fullmatch(named) else ""
    lines = written_in(common / "packed-refs").splitlines()
    found = (line.partition(" ") for line in lines)
    packed = {reference: commit for commit, _, reference in found if COMMIT.fullmatch(commit)}
    return packed.get(name, "")


def written_in(path: Path) -> str:
    """The text of a file of git, without blanks at its ends.

    Raises:
        OSError, UnicodeDecodeError, TooLarge: it cannot be read.
    """
    return read_limited(path, GIT_BYTES).decode().strip()
