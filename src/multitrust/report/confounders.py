"""What differs between two runs besides the model under test: who scored them, and on what data.

Scores of different judges are on different scales, as those of different prompts are. So the change
of a task is not given where another model in a role scored it; of logs it is not known which model
did, and the change is given with a note.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from multitrust.core import Manifest, ModelIdentity, Record, Task, roles_of
from multitrust.report.names import name_end

TARGET = "target"
JUDGE = "judge"
SHORT = 12
"""Hex digits of a digest that are shown."""
Pairs = Sequence[tuple[Record, Record]]


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleDifference:
    """A role that different models had in two runs."""

    role: str
    base: str
    """The model in the first run, with all that determines its answers where the names are alike;
    empty for none, and where it is not known."""
    other: str
    """That in the second run."""
    tasks: tuple[str, ...]
    """Ids of the tasks of both runs whose headline rests on the role."""
    compared: bool
    """Whether changes of these tasks are given: only where it is not known who scored a run."""

    def text(self, base: str, other: str) -> str:
        """The difference in words.

        Args:
            base: the name of the first run.
            other: that of the second.
        """
        tasks = ", ".join(self.tasks)
        if self.compared:
            logs, known = (other, base) if self.base else (base, other)
            return (
                f"{tasks}: which model was the {self.role} in the logs of {logs} is not known; "
                f"in {known} it was {self.base or self.other}"
            )
        flag = "--judge MODEL" if self.role == JUDGE else f"--model-role {self.role}=MODEL"
        return (
            f"{tasks} not compared, as the {self.role} differs: {self.base or 'none'} in {base}, "
            f"{self.other or 'none'} in {other}; multitrust score RUN {flag} scores one run anew "
            "with the model of the other"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class DataDifference:
    """Two runs on different copies or versions of the data."""

    what: str
    """`fingerprint` of the official data, or `data_version` of the embedded data."""
    base: str
    other: str
    changed: int
    """Records with the same prompt and pictures whose target or other facts differ: not paired."""

    def text(self, base: str, other: str) -> str:
        """The difference in words.

        Args:
            base: the name of the first run.
            other: that of the second.
        """
        left = (
            f"; {self.changed:,} records with the same prompt and pictures expect another answer "
            "or have other facts, and are not paired"
            if self.changed
            else ""
        )
        kind = self.what.replace("_", " ")
        return (
            f"the runs are on different copies of the data: {kind} {self.base[:SHORT]} in {base}, "
            f"{self.other[:SHORT]} in {other}; a change may be one of the data{left}"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoredRun:
    """What of a run tells who scored it."""

    manifest: Manifest
    tasks: Sequence[Task]
    lacking: Collection[str]
    """Ids of tasks with samples that have no score for want of a model."""

    @property
    def imported(self) -> bool:
        """Whether it was made of logs, which do not say who scored them."""
        return "imported" in self.manifest.origin

    def model_of(self, role: str) -> ModelIdentity | None:
        """The model that had the role; None for none, and where it is not known."""
        return None if self.imported else scoring_models(self.manifest).get(role)


def scoring_models(manifest: Manifest) -> dict[str, ModelIdentity]:
    """The models that scored a run, by role: the last ones where it was scored anew."""
    models = {**manifest.models, **manifest.scored_by}
    return {role: model for role, model in models.items() if role != TARGET}


def role_differences(first: ScoredRun, second: ScoredRun) -> tuple[RoleDifference, ...]:
    """The roles that different models had in the scores of two runs; none for two sets of logs."""
    if first.imported and second.imported:
        return ()
    found = [
        difference_in(role, tasks, first, second)
        for role, tasks in tasks_by_role(first, second).items()
    ]
    return tuple(difference for difference in found if difference is not None)


def tasks_by_role(first: ScoredRun, second: ScoredRun) -> dict[str, list[str]]:
    """Role -> ids of the tasks of both runs whose headline rests on it."""
    others = {task.id: task for task in second.tasks if task.id in second.manifest.tasks}
    found: dict[str, list[str]] = {}
    for task in first.tasks:
        if task.id in first.manifest.tasks and task.id in others:
            for role in sorted(headline_roles(task) | headline_roles(others[task.id])):
                found.setdefault(role, []).append(task.id)
    return found


def headline_roles(task: Task) -> frozenset[str]:
    """The roles that the scorers of a task's headline ask."""
    measured = task.measured
    return roles_of([measured[leaf.condition, leaf.metric].scorer for leaf in task.headline.leaves])


def difference_in(
    role: str, tasks: Sequence[str], first: ScoredRun, second: ScoredRun
) -> RoleDifference | None:
    """The difference of one role; None where the same model had it.

    A run without a model in the role has the scores that need none. Where it lacks others, what it
    has is a selection of its samples, which is not compared.
    """
    one, two = first.model_of(role), second.model_of(role)
    known = not (first.imported or second.imported)
    if one == two:
        return None
    if known and (one is None or two is None):
        lacking = first.lacking if one is None else second.lacking
        tasks = [task for task in tasks if task in lacking]
    if not tasks:
        return None
    whole = one is not None and two is not None and one.name == two.name
    base, other = ("" if m is None else str(m) if whole else m.name for m in (one, two))
    return RoleDifference(
        role=role,
        base=base,
        other=other,
        tasks=tuple(tasks),
        compared=not known,
    )


def data_difference(first: Manifest, second: Manifest, changed: int) -> DataDifference | None:
    """The difference of the data of two runs; None where they are the same, or not known.

    Args:
        first: the manifest of the first run.
        second: that of the second.
        changed: records of the same prompt and pictures that expect another answer.
    """
    for what in ("fingerprint", "data_version"):
        base, other = (str(run.origin.get(what, "")) for run in (first, second))
        if base and other and base != other:
            return DataDifference(what=what, base=base, other=other, changed=changed)
    return None


def split_changed(pairs: Pairs) -> tuple[list[tuple[Record, Record]], int]:
    """The pairs whose records expect the same, and the number of the others."""
    same = [(a, b) for a, b in pairs if expected_of(a) == expected_of(b)]
    return same, len(pairs) - len(same)


def expected_of(record: Record) -> tuple[object, object]:
    """What an answer is held against."""
    return (record.target, record.metadata.get("extra"))


def judge_labels(manifests: Sequence[Manifest]) -> list[str]:
    """For each run, who scored it, where runs of the same model were scored by different ones.

    That is the first role that different models had, with the run's own, e.g. `judge gpt-4o`, or
    `no judge`; empty for a run that needs no label.
    """
    groups: dict[str, list[Manifest]] = {}
    for manifest in manifests:
        groups.setdefault(str(manifest.models[TARGET]), []).append(manifest)
    return [role_label(manifest, groups[str(manifest.models[TARGET])]) for manifest in manifests]


def role_label(manifest: Manifest, runs: Sequence[Manifest]) -> str:
    """Who scored a run, by the first role in which the runs of its model differ."""
    models = [scoring_models(run) for run in runs]
    roles = {role for found in models for role in found}
    for role in sorted(roles, key=lambda role: (role != JUDGE, role)):
        if len({str(found[role]) for found in models if role in found}) > 1:
            own = scoring_models(manifest).get(role)
            return f"no {role}" if own is None else f"{role} {name_end(own.name)}"
    return ""
