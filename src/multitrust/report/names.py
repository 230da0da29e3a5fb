"""What the runs of a comparison are called: short, and no two alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from multitrust.core import ConfigError, ModelIdentity

LONGEST = 22
"""Columns of a name that is made here, so that the tables fit 100 columns."""
LONGEST_GIVEN = 40
"""Columns of a name that a user gives."""
LABEL = 13
"""Columns of a label behind the name of one of several runs of a model."""
REVISION = 7
"""Characters of a revision that are shown."""


def run_names(
    models: Sequence[ModelIdentity], given: Sequence[str] = (), labels: Sequence[str] = ()
) -> list[str]:
    """The names of runs by their models.

    A model is called by its name, or by the end of it where it is too long. Models that would then
    be called alike are called by more of their names, or with their revision. Runs of one model
    have their label in brackets behind the name. The second run of a name is `name #2`.

    Args:
        models: one a run.
        given: a name for each run, or none at all.
        labels: what tells each run from others of its model, such as `judge openai/gpt-4o`; none,
            or empty ones, where nothing does.

    Raises:
        ConfigError: not as many names as runs; one is empty or too long; or two are alike.
    """
    if given:
        return checked(given, len(models))
    forms = [forms_of(model) for model in models]
    chosen = [
        next(
            (
                form
                for place, form in enumerate(mine)
                if all(form != other[place] for other in forms if other != mine)
            ),
            mine[0],
        )
        for mine in forms
    ]
    return numbered(labelled(chosen, labels or [""] * len(chosen)))


def labelled(names: Sequence[str], labels: Sequence[str]) -> list[str]:
    """The names, those that are alike with their labels."""
    twice = {name for name, times in Counter(names).items() if times > 1}
    return [
        with_label(name, label) if label and name in twice else name
        for name, label in zip(names, labels, strict=True)
    ]


def with_label(name: str, label: str) -> str:
    """A name with a label behind it, both clipped to the columns there are."""
    from rich.cells import cell_len

    tail = f" ({clipped(' '.join(label.split()), LABEL)})"
    return clipped(name, LONGEST - cell_len(tail)) + tail


def checked(given: Sequence[str], runs: int) -> list[str]:
    """The names that a user gives, one a run.

    Raises:
        ConfigError: as `run_names`.
    """
    from rich.cells import cell_len

    names = [" ".join(name.split()) for name in given]
    if len(names) != runs:
        raise ConfigError(
            f"{count(len(names), 'name')} for {count(runs, 'run')}: give --name once for each run, "
            "in the order of the runs"
        )
    for name in names:
        if not name.isprintable() or not 0 < cell_len(name) <= LONGEST_GIVEN:
            raise ConfigError(f"--name {name!r}: give 1 to {LONGEST_GIVEN} printable characters")
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise ConfigError(f"two runs are named {twice[0]!r}: give each a name of its own")
    return names


def count(number: int, what: str) -> str:
    """So many of something."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def forms_of(model: ModelIdentity) -> tuple[str, ...]:
    """Ways to write a model's name, the shortest first and the most telling last."""
    whole = " ".join(model.name.split())
    brief = whole if len(whole) <= LONGEST else name_end(whole)
    revision = model.revision.rpartition(":")[2][:REVISION]
    pinned = f"@{revision}" if revision else ""
    return (
        clipped(brief),
        clipped(whole),
        clipped(brief, LONGEST - len(pinned)) + pinned,
        clipped(whole, LONGEST - len(pinned)) + pinned,
    )


def name_end(name: str) -> str:
    """The last part of a model's name."""
    return name.replace("#", "/").rstrip("/").rpartition("/")[2] or name


def clipped(name: str, room: int = LONGEST) -> str:
    """The name, its middle left out where it takes more columns than there are."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(name) <= room:
        return name
    tail = set_cell_size(name[::-1], (room - 1) // 2).rstrip()[::-1]
    head = set_cell_size(name, room - 1 - cell_len(tail)).rstrip()
    return f"{head}…{tail}"


def numbered(names: Sequence[str]) -> list[str]:
    """The names, each unlike those before it."""
    made: list[str] = []
    for name in names:
        found, times = name, 1
        while found in made:
            times += 1
            end = f" #{times}"
            found = clipped(name, LONGEST - len(end)) + end
        made.append(found)
    return made
