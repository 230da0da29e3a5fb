"""Where a run stands among the published models.

A rank counts the published scores above a score. The rank interval holds every rank that some value
within the score's interval has: it tells what the run does not know about itself, and nothing of
the published scores, which come without intervals and are taken as exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from multitrust.core import Estimate
from multitrust.metrics import TreeNode
from multitrust.report.asked import asked_of
from multitrust.report.published import OVERALL, PublishedRow
from multitrust.report.summary import Summary

NAMED = 4
"""Tasks without a score that are called by name."""

CAVEATS = (
    "Published scores have no intervals and are taken as exact, so rank intervals are too narrow.",
    "No one state of the original code made all published rows: the 21 of the paper are older than "
    "the cut of S.6 to ten samples a condition (2024-06-23) and the loss of F.7's pictures "
    "(2024-07-02), which the official protocol reproduces.",
    "Published rows were judged by gpt-4-1106-preview and rated by hosted toxicity services of "
    "their time; another judge, another version of a service, or prompts worded otherwise move the "
    "tasks that they decide.",
    "The paper's figure has the ranks of CogVLM and Qwen-VL-Chat in S.T and S.J the other way "
    "round; one of the two places is mistaken.",
)
"""What a reader must know, whatever was run (quirks Q10, Q11, Q55)."""
KEYWORDS = {
    "official": "Refusals are read with the keywords of 2025-03-24. All published rows are older, "
    "and the older keywords find fewer refusals: official-v0.1.0 is the protocol that has them.",
    "official-v0.1.0": "Refusals are read with the keywords of the time of the published rows.",
}
"""Protocol -> which refusal list it reads (quirk Q24)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where one score of a run stands."""

    name: str
    """`overall` or a sub-aspect."""
    title: str
    estimate: Estimate
    complete: bool
    rank: int | None = None
    """1 and the published scores above; None where the run is not comparable."""
    best: int | None = None
    """The rank at the upper end of the interval."""
    worst: int | None = None
    """The rank at its lower end."""
    above: str | None = None
    """The published model next above; None if the run leads."""
    below: str | None = None
    """The published model next below, or level with it."""
    within: tuple[str, ...] = ()
    """Published models whose score lies inside the interval: not told apart from the run."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """A run among the published models."""

    model: str
    models: int
    """How many share a rank list, the run included."""
    places: tuple[Place, ...]
    """Overall first, then the sub-aspects of which a task was run."""
    reason: str
    """Why the run has no ranks; empty where it has."""
    caveats: tuple[str, ...]

    @property
    def overall(self) -> Place:
        """The place by the overall score."""
        return self.places[0]


def standing(summary: Summary, rows: Sequence[PublishedRow]) -> Board:
    """The run among the rows. Only a complete run of the official protocol and data has ranks."""
    reason = "; ".join(reasons(summary))
    nodes = nodes_of(summary)
    return Board(
        model=summary.model,
        models=len(rows) + 1,
        places=tuple(
            bare(node) if reason else ranked(node, published_scores(name, rows))
            for name, node in nodes.items()
        ),
        reason=reason,
        caveats=tuple(caveats(summary)),
    )


def reasons(summary: Summary) -> Iterator[str]:
    """What keeps the run from being compared."""
    if summary.origin != "official" or summary.protocol not in KEYWORDS:
        yield (
            f"made on {summary.origin} data with the {summary.protocol} protocol: not on the scale "
            "of the published rows"
        )
    if summary.limit is not None:
        yield f"at most {summary.limit} samples a condition were asked, and not all"
    if summary.samples:
        yield f"incomplete: {asked_of(summary.samples)} samples were asked"
    missing = unscored_tasks(summary)
    if missing:
        named = ", ".join(missing[:NAMED]) + (" and others" if len(missing) > NAMED else "")
        yield f"partial: {len(missing)} of {len(summary.suite)} tasks have no score ({named})"


def unscored_tasks(summary: Summary) -> list[str]:
    """The tasks of the suite without a headline."""
    scored = {task.id for task in summary.tasks if task.headline.value is not None}
    return [task for task in summary.suite if task not in scored]


def caveats(summary: Summary) -> Iterator[str]:
    """What a reader must know before believing a rank."""
    if summary.protocol in KEYWORDS:
        yield KEYWORDS[summary.protocol]
    yield from CAVEATS
    errors = summary.outcomes.get("errored", 0)
    if errors:
        yield f"{errors} of {summary.records} samples failed; the scores cover the rest."


def nodes_of(summary: Summary) -> dict[str, TreeNode]:
    """The run's overall score and its sub-aspects by name, those outside the suite last."""
    below = [node for aspect in summary.tree.children for node in aspect.children]
    own = {node.name: node for node in below if node.counted}
    others = {node.name: node for node in below if node.name not in own}
    return {OVERALL: summary.tree} | own | others


def published_scores(name: str, rows: Sequence[PublishedRow]) -> dict[str, float]:
    """The published scores of a part of the benchmark by model; none of what is not published."""
    return {row.name: row.scores[name] for row in rows if name in row.scores}


def bare(node: TreeNode) -> Place:
    """A score without a rank."""
    return Place(name=node.name, title=node.title, estimate=node.estimate, complete=node.complete)


def ranked(node: TreeNode, scores: Mapping[str, float]) -> Place:
    """The place of a score among published ones by model."""
    if node.estimate.ends is None or not scores:
        return bare(node)
    low, value, high = node.estimate.ends
    falling = sorted(scores, key=lambda name: -scores[name])
    ahead = rank(value, scores) - 1
    return Place(
        name=node.name,
        title=node.title,
        estimate=node.estimate,
        complete=node.complete,
        rank=ahead + 1,
        best=rank(high, scores),
        worst=rank(low, scores),
        above=falling[ahead - 1] if ahead else None,
        below=falling[ahead] if ahead < len(falling) else None,
        within=tuple(name for name in falling if low <= scores[name] <= high),
    )


def rank(value: float, scores: Mapping[str, float]) -> int:
    """1 and how many scores are greater: equals share the better rank."""
    return 1 + sum(score > value for score in scores.values())
