"""Where the logs of a model lie, and what looks like one of its logs and lies elsewhere.

A log is found by its path alone: `<aspect>/<task>/<model>/<dataset id>.json`. One of another name
(`dt-text.JSON`, `dt-text.json.gz`), in a sub-folder, in another task's folder or in a model folder
of another case is not read, but named with the path at which it would be.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from multitrust.data.official import Problem
from multitrust.tasks import official_tasks
from multitrust.tasks.official import Say

SUFFIX = ".json"
ENDINGS = re.compile(r"( copy|[ _-]{0,3}\(\d{1,4}\)|[ _-]{1,3}\d{1,9})$")
"""What copying or downloading a file once more puts behind its name."""
ALIKE = 0.85
"""Similarity from which on a name may be meant for another."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Where the logs of a model are expected below a folder."""

    root: Path
    model: str
    paths: Mapping[str, str]
    """Dataset id -> path of its log below the folder."""
    idle: frozenset[str]
    """Dataset ids that the original defines and does not run."""

    def strays(self) -> Iterator[Problem]:
        """A note for each file of the model that looks like a log and is none that is read.

        The original counts some of them (Q35).
        """
        expected = set(self.paths.values())
        for path in sorted(self.root.rglob("*")):
            name = PurePosixPath(path.relative_to(self.root).as_posix())
            if str(name) in expected or not self.may_hold(name.parent):
                continue
            meant = self.meant_by(name.name)
            if meant or (self.model in name.parent.parts and name.suffix == SUFFIX):
                hint = f"; did you mean {meant}?" if meant else ""
                message = f"no dataset id of an official run of this task; left out{hint}"
                yield Problem(severity="note", file=str(name), message=message)

    def may_hold(self, folder: PurePosixPath) -> bool:
        """Whether logs of the model may lie in a folder.

        So they may below one of its name, in any case, and in a task's own folder.
        """
        folders = {str(PurePosixPath(path).parent.parent) for path in self.paths.values()}
        names = {part.casefold() for part in folder.parts}
        return self.model.casefold() in names or str(folder) in folders

    def meant_by(self, name: str) -> str:
        """The path of the log that may be meant by a file's name; empty if there is none.

        Only logs that are not there are meant: by their dataset id before any suffix, or by one
        like it before that of JSON.
        """
        folded = name.casefold()
        is_json = SUFFIX in folded
        stem = ENDINGS.sub("", folded.partition(SUFFIX if is_json else ".")[0])
        lost = {key for key, path in self.paths.items() if not (self.root / path).exists()}
        if stem in lost:
            return self.paths[stem]
        known = stem in self.paths or stem in self.idle or name.startswith(".")
        near = difflib.get_close_matches(stem, lost, 1, ALIKE) if is_json and not known else []
        return self.paths[near[0]] if near else ""


def places_of(root: Path, model: str) -> Places:
    """Where the logs of a model are expected below the folder of all logs."""
    tasks = official_tasks()
    run = {
        arm.id: f"{arm.log or task.log}/{model}/{arm.id}{SUFFIX}"
        for task in tasks
        for arm in task.run_arms()
    }
    defined = {arm.id for task in tasks for arm in task.arms(Say(task.wording, {}))}
    return Places(root=root, model=model, paths=run, idle=frozenset(defined - run.keys()))


def is_model_name(model: str) -> bool:
    """Whether a text can be the name of the folders of a model."""
    return bool(model.strip(".")) and not {"/", "\0"} & set(model)
