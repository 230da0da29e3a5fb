"""What a task or a model needs before anything can be asked or scored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Literal, Protocol, runtime_checkable

from multitrust.core.errors import ConfigError, DataUnavailableError
from multitrust.core.installation import describe_package, install_hint, read_installation

Kind = Literal["extra", "data", "role", "key", "model"]
LISTED = 12
"""Tasks that a message names at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """One thing that tasks or a model need, and whether it is there."""

    kind: Kind
    name: str
    """Of the extra, the origin, the role, the variable that holds the key, or the model."""
    tasks: tuple[str, ...] = ()
    """Ids of the tasks that need it, in suite order; empty where a model itself does."""
    missing: str = ""
    """What is not there, as a sentence about the tasks; empty if nothing is missing."""
    mend: str = ""
    """What the user can type to mend it."""

    @property
    def blocks(self) -> bool:
        """Whether nothing may be asked before it is there.

        Without the model of a role, answers are stored all the same, and scored later.
        """
        return bool(self.missing) and self.kind != "role"

    @property
    def said(self) -> str:
        """What is missing, after the tasks that need it."""
        listed, more = self.tasks[:LISTED], len(self.tasks) - LISTED
        who = ", ".join(listed) + (f" and {more} more" if more > 0 else "")
        return f"{who}: {self.missing}" if who else self.missing

    def __str__(self) -> str:
        return f"{self.said}; {self.mend}" if self.mend else self.said


@runtime_checkable
class ExtraUser(Protocol):
    """A part of a task that needs optional packages."""

    @property
    def extra(self) -> str:
        """The name of the extra in `pyproject.toml`."""


@runtime_checkable
class RoleUser(Protocol):
    """A scorer that asks a model in another role than the target's."""

    @property
    def role(self) -> str:
        """The role, e.g. `judge`."""


def extras_of(part: object) -> frozenset[str]:
    """The extras that a part of a task needs: what it says itself, else what its parts say.

    Parts are the fields of dataclasses and the members of sequences.
    """
    if isinstance(part, ExtraUser):
        return frozenset({part.extra})
    return frozenset(extra for inner in parts_of(part) for extra in extras_of(inner))


def roles_of(part: object) -> frozenset[str]:
    """The roles that a part of a task asks: what it says itself, else what its parts say."""
    if isinstance(part, RoleUser):
        return frozenset({part.role})
    return frozenset(role for inner in parts_of(part) for role in roles_of(inner))


def parts_of(part: object) -> Sequence[object]:
    """The fields of a dataclass, the members of a tuple or list; nothing of anything else."""
    if isinstance(part, tuple | list):
        return part
    if is_dataclass(part) and not isinstance(part, type):
        return [getattr(part, field.name) for field in fields(part)]
    return ()


def extra_need(extra: str, tasks: tuple[str, ...] = (), user: str = "") -> Need:
    """An extra, with what of it is not installed. Nothing is imported to find out.

    Args:
        extra: its name in `pyproject.toml`.
        tasks: ids of the tasks that need it.
        user: what needs it, where that is not a task.
    """
    missing = [describe_package(package) for package in read_installation().missing(extra)]
    said = f"needs {', '.join(missing)}" if missing else ""
    return Need(
        kind="extra",
        name=extra,
        tasks=tasks,
        missing=f"{user} {said}".strip() if said else "",
        mend=install_hint(extra) if said else "",
    )


def check_needs(needs: Iterable[Need]) -> None:
    """See that nothing is missing without which nothing may be asked.

    Raises:
        DataUnavailableError: data are missing; names everything that is missing, with its tasks.
        ConfigError: a package, a key or a model is missing.
    """
    blocking = [need for need in needs if need.blocks]
    if not blocking:
        return
    error = DataUnavailableError if any(n.kind == "data" for n in blocking) else ConfigError
    raise error("\n  ".join(map(str, blocking)))
