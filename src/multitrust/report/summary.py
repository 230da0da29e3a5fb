"""The numbers of a run, as the table, the figures and the page take them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from multitrust.core import Estimate, ModelIdentity
from multitrust.metrics import ContrastEstimate, TreeNode, counting
from multitrust.report.failures import Cause
from multitrust.run import AskedCount, show_usd

ACRONYMS = ("nsfw", "ood", "pii", "qa", "vqa")


@dataclass(frozen=True, kw_only=True, slots=True)
class MetricResult:
    """A metric of one condition."""

    name: str
    estimate: Estimate
    higher_is_better: bool = True
    range: tuple[float, float] = (0.0, 1.0)
    understood: Estimate | None = None
    """The same among the samples whose picture the model read; only in tasks with a reading arm."""
    kinds: Mapping[str, Estimate] = field(default_factory=dict)
    """The same by the samples' kind, where there is more than one."""
    headline: bool = False
    """Whether the task's headline is made of it."""
    beside: bool = False
    """Whether the headline by the other protocol is made of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConditionResult:
    """One arm of a task."""

    name: str
    records: int
    outcomes: Mapping[str, int]
    metrics: tuple[MetricResult, ...]
    unscored: int
    """Records that a metric of the run's protocol could not use."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ContrastResult:
    """A paired effect."""

    name: str
    metric: str
    base: str
    other: str
    crossmodal: bool
    """Whether a picture is put beside what was text alone."""
    estimate: ContrastEstimate


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectResult:
    """What pictures change in a sub-aspect: the mean over its tasks of their mean effects."""

    name: str
    title: str
    tasks: tuple[str, ...]
    estimate: ContrastEstimate


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskResult:
    """A task's numbers."""

    id: str
    name: str
    aspect: str
    subaspect: str
    summary: str
    headline: Estimate
    beside: Estimate | None
    """The headline by the other protocol, where the samples are scored by both."""
    asked: bool
    """Whether all samples of every condition that the headline is made of were asked."""
    samples: tuple[AskedCount, ...] = ()
    """How many samples were asked of how many, by condition; empty if all of them were."""
    lacks: str
    """Which model of another role the headline needs and the run had none of; empty if none."""
    declined: Estimate | None
    """Of a balanced headline: harmful declined, 0 to 100."""
    helped: Estimate | None
    """Of a balanced headline: benign helped with, 0 to 100."""
    reading: Estimate | None
    """How often the model read the task's pictures."""
    blind: bool
    """Whether it read them no better than one constant answer would."""
    undecided: bool
    """Whether the samples are too few to tell if it read them."""
    effect: ContrastEstimate | None
    """The mean effect of pictures beside the text, where the task compares both."""
    conditions: tuple[ConditionResult, ...]
    contrasts: tuple[ContrastResult, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """All numbers of a run."""

    model: str
    """The name of the model that was asked."""
    identity: ModelIdentity
    """All that determines its answers."""
    run_id: str
    created: str
    seed: int
    origin: str
    protocol: str
    wording: str
    """sha256 of the prompts that replaced our own; empty for our own."""
    imported: str
    """The program whose logs the run was made of; empty for none."""
    limit: int | None
    version: str
    complete: bool = True
    """Whether all samples were asked; if not, the numbers cover those that were."""
    samples: tuple[AskedCount, ...] = ()
    """How many samples were asked of how many, by condition; empty if all of them were."""
    records: int
    outcomes: Mapping[str, int]
    spending: Mapping[str, Mapping[str, float]]
    """What the run has cost, by role: requests, tokens, `usd`; empty without prices."""
    suite: tuple[str, ...]
    """Ids of the tasks that the overall score is made of when all of them ran."""
    tree: TreeNode
    beside: TreeNode | None
    """The tree by the other protocol, where the samples are scored by both."""
    tasks: tuple[TaskResult, ...]
    effects: tuple[EffectResult, ...]
    """What pictures change, by sub-aspect."""
    failures: tuple[Cause, ...]
    """Why samples have no response, or no score as scoring failed."""
    unscored: tuple[Cause, ...]
    """Why responses have no score; a response that lacks several is in several causes."""
    warnings: tuple[str, ...]
    provenance: tuple[tuple[str, str], ...] = ()
    """How the numbers were made, as pairs of what and its text."""

    @property
    def has_overall(self) -> bool:
        """Whether there is an overall score besides that of the one aspect that was run."""
        return len(counting(self.tree)) > 1

    @property
    def other_protocol(self) -> str:
        """The protocol of `beside`."""
        return "official" if self.protocol == "corrected" else "corrected"

    @property
    def source(self) -> str:
        """Whose data, and for official data by which protocol they are scored."""
        made = "" if self.origin == "embedded" else f", {self.protocol} protocol"
        return f"{self.origin} data{made}"

    @property
    def prompts(self) -> str:
        """Whose words the prompts are in."""
        if self.imported:
            return f"prompts and answers from logs of {self.imported}"
        return f"replaced prompts ({self.wording[:12]})" if self.wording else "own prompts"

    @property
    def spent(self) -> str:
        """What the run has cost, for people; empty where nothing was priced."""
        roles = sorted(self.spending, key=lambda role: (role != "target", role))
        paid = {role: self.spending[role]["usd"] for role in roles}
        parts = ", ".join(f"{role} {show_usd(usd)}" for role, usd in paid.items())
        whole = f"spent {show_usd(sum(paid.values()))} USD"
        return "" if not paid else f"{whole} ({parts})" if len(paid) > 1 else whole

    @property
    def scope(self) -> str:
        """Which part of the benchmark was run, or of a run of which not all was asked is to be."""
        chosen = {task.id for task in self.tasks} | {count.task for count in self.samples}
        apart = len(chosen.difference(self.suite))
        own, whole = len(chosen) - apart, len(self.suite)
        more = f", and {apart} outside the suite" if apart else ""
        return (f"all {whole} tasks" if own == whole else f"{own} of {whole} tasks: partial") + more

    def to_json(self) -> bytes:
        """The summary as indented JSON."""
        return orjson.dumps(self, option=orjson.OPT_INDENT_2)


def title(name: str) -> str:
    """A task's name for people."""
    words = " ".join(word.upper() if word in ACRONYMS else word for word in name.split("-"))
    return words[0].upper() + words[1:]
