"""Prompts in a user's own words, or in those of the original toolbox, in place of ours.

A YAML file maps task id -> name -> template. A template interpolates `{field}`; a brace is doubled.
`multitrust data prompts` writes our own as such a file, or those of a checkout of the original. The
latter has a comment with the digest of all its templates, by which it is seen whether they were
changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

from multitrust.core import ConfigError, UnknownNameError
from multitrust.data import parse_yaml, read_document
from multitrust.tasks.suite import official_tasks

if TYPE_CHECKING:
    from multitrust.tasks.official.protocol import OfficialTask, Wording


def read_wording(path: Path) -> Mapping[str, Wording]:
    """The templates of a file, checked against what each prompt can interpolate.

    Raises:
        ConfigError: the file cannot be read, or a template is malformed.
        UnknownNameError: a task, a prompt or a field does not exist.
    """
    text = read_document(path, "the prompts")
    content = parse_yaml(text, f"the prompts in {path}", typed=True)
    tasks = {task.id: task for task in official_tasks()}
    return {
        task: checked(path, tasks[known("task with prompts", task, tasks)], templates)
        for task, templates in mapping(path, content).items()
    }


def is_original(path: Path, wording: Mapping[str, Wording]) -> bool:
    """Whether a file holds all prompts of a checkout of the original toolbox, unchanged.

    Args:
        path: of the file.
        wording: what was read from it.

    Raises:
        ConfigError: the file cannot be read.
    """
    return original_mark(wording) in read_document(path, "the prompts").splitlines()


def original_mark(wording: Mapping[str, Mapping[str, str]]) -> str:
    """The comment that says that these are all prompts of a checkout of the original toolbox."""
    return (
        f"# All prompts of the original, unchanged while their sha256 is {wording_digest(wording)}"
    )


def wording_digest(wording: Mapping[str, Mapping[str, str]]) -> str:
    """sha256 (hex) of what replaces our own prompts; empty where nothing does."""
    if not wording:
        return ""
    return hashlib.sha256(json.dumps(wording, sort_keys=True).encode()).hexdigest()


def mapping(where: object, content: Any) -> Mapping[str, Any]:
    """The content, if it maps names to something.

    Raises:
        ConfigError: it does not.
    """
    if not isinstance(content, dict):
        raise ConfigError(
            f"{where}: expected task id -> name -> template, e.g. F.2: {{ask: '…'}}; "
            f"got {type(content).__name__}"
        )
    return content


def known(kind: str, name: str, names: Mapping[str, Any]) -> str:
    """The name, if there is such a thing.

    Raises:
        UnknownNameError: there is not.
    """
    if name not in names:
        raise UnknownNameError(kind, name, names)
    return name


def checked(path: Path, task: OfficialTask, templates: Any) -> Wording:
    """A task's templates.

    Raises:
        ConfigError: one is no text, or its braces do not close.
        UnknownNameError: the task has no prompt of that name, or the prompt no such field.
    """
    own = task.wording
    for name, template in mapping(f"{path}, {task.id}", templates).items():
        plain = name if name in own else name.rpartition(".")[0]
        known(f"prompt of {task.id}", plain or name, own)
        if not isinstance(template, str):
            kind = type(template).__name__
            raise ConfigError(f"{path}, {task.id} {name}: expected a text, got a {kind}")
        for field in sorted(fields_of(template, f"{path}, {task.id} {name}")):
            known(f"field of {task.id} {name}", field, dict.fromkeys(fields_of(own[plain])))
    return mapping(path, templates)


def fields_of(template: str, where: str = "template") -> frozenset[str]:
    """The fields that a template interpolates.

    Raises:
        ConfigError: its braces do not close, or a field has a format of its own.
    """
    try:
        fields = [parsed[1:] for parsed in Formatter().parse(template) if parsed[1] is not None]
    except ValueError as error:
        raise ConfigError(f"{where}: {error}; double a brace that is meant as one") from None
    for name, form, conversion in fields:
        if form or conversion:
            raise ConfigError(
                f"{where}: the field {name!r} has a format, and fields take none; write {{{name}}}"
            )
    return frozenset(str(name) for name, _, _ in fields)
