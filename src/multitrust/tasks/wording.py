"""Prompts in a user's own words, or in those of the original toolbox, in place of ours.

A YAML file maps task id -> name -> template. A template interpolates `{field}`; a brace is doubled.
`multitrust data prompts` writes our own as such a file, or those of a checkout of the original.
Files that hold the same templates are the same prompts, whatever their comments, order and quoting.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

from multitrust.core import ConfigError, UnknownNameError
from multitrust.data import parse_yaml, read_document
from multitrust.tasks.suite import official_tasks

if TYPE_CHECKING:
    from multitrust.tasks.official.protocol import OfficialTask, Wording

ORIGINAL = frozenset({"1c3e8ecb2df9404cfdd52297fa8884c24c9b3ab9b825a56987b0e4c7a67daccb"})
"""`wording_digest` of all prompts that `data prompts CHECKOUT` reads from a release of MMTrustEval:
the tags v0.1.0, v0.2.0 and v0.2.1, the branches tf_4.37.2 and main (a067801) have the same."""


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


def is_original(
    wording: Mapping[str, Mapping[str, str]], known: Collection[str] = ORIGINAL
) -> bool:
    """Whether prompts are all those of the original toolbox, unchanged.

    Decided by the templates alone, so that every file that holds them gives one answer.

    Args:
        wording: task id -> name -> template.
        known: digests of the prompts of its releases.
    """
    return wording_digest(wording) in known


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
