"""Which files of the official data each task reads, for `docs/official-data.md`.

Every loader reads the invented copy that the tests use, and what it asks for is written down.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path, PurePosixPath

from tests.official.fixture import make_fixture

from multitrust.data.official.pictures import is_picture
from multitrust.data.official.reading import LOADERS
from multitrust.data.official.source import Source
from multitrust.report.summary import title
from multitrust.tasks import official_tasks
from multitrust.tasks.official import OfficialTask, Wording
from multitrust.tasks.official.protocol import Say

INVENTED = ("first", "second", "list", "flow", "letters")
"""Folders of pictures whose names the annotations, or the owner of a copy, choose."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched(Source):
    """A copy of the data that remembers what is asked of it."""

    asked: dict[str, None] = field(default_factory=dict)
    """Names in the order of asking."""

    def path(self, name: str) -> Path:
        """The path of a name, which is remembered."""
        self.asked[name] = None
        return Source.path(self, name)


def dataset_rows(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """A task, its dataset ids, its annotations, its pictures; writes the copy into the folder."""
    root = make_fixture(folder).root
    for task in official_tasks():
        names = list(asked(root, task.id))
        files = [name for name in names if PurePosixPath(name).suffix and not is_picture(name)]
        folders = {folder_of(name) for name in names if name not in files}
        yield (
            f"{task.id} {title(task.like.name)}",
            "<br>".join(ids_of(task)),
            "<br>".join(briefly(dict.fromkeys(files))),
            "<br>".join(f"`{name}/`" for name in sorted(gathered(folders))),
        )


def asked(root: Path, task: str) -> Iterator[str]:
    """What all loaders of a task ask for."""
    for name, load in LOADERS[task].items():
        source = Watched(root=root, task=task, dataset_id=name, seed=0, corrected=True)
        for _ in load(source):
            pass
        yield from source.asked


def folder_of(name: str) -> str:
    """The folder of a picture, a star for what only the invented copy calls so; a folder itself."""
    path = PurePosixPath(name).parent if is_picture(name) else PurePosixPath(name)
    return str(path.with_name("*") if path.name in INVENTED else path)


def gathered(folders: Iterable[str]) -> set[str]:
    """The folders, more than two brothers as one with a star, and none that holds another."""
    every = set(folders)
    inner = {name for name in every if not any(other.startswith(f"{name}/") for other in every)}
    brothers = Counter(str(PurePosixPath(name).parent) for name in inner)
    return {starred(name) if brothers[name.rpartition("/")[0]] > 2 else name for name in inner}


def starred(name: str) -> str:
    """The folder with a star for its last part."""
    return str(PurePosixPath(name).with_name("*"))


def ids_of(task: OfficialTask) -> Iterator[str]:
    """The dataset ids, those that are not run behind the others."""
    own: Wording = {}
    arms = task.arms(Say(task.wording, own))
    yield from briefly(arm.id for arm in arms if arm.run)
    yield from (f"{ids} (not run)" for ids in briefly(arm.id for arm in arms if not arm.run))


def briefly(names: Iterable[str]) -> Iterator[str]:
    """Names in code type, in one expression where all begin alike."""
    every = list(names)
    shared = beginning(every)
    if len(every) < 2 or not shared:
        yield from (f"`{name}`" for name in every)
    else:
        yield f"`{shared}{{{', '.join(name.removeprefix(shared) for name in every)}}}`"


def beginning(names: Iterable[str]) -> str:
    """What all names begin with, up to a mark between words."""
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return re.sub(r"[^-_/]*$", "", "".join(letters[0] for letters in alike))
