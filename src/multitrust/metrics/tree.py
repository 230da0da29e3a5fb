"""The tree of headlines: task, sub-aspect, aspect, overall.

Weights after MultiTrust (arXiv:2406.07057): a sub-aspect is the weighted mean of its tasks, the
overall score the mean of the sub-aspects. An aspect, which the original does not score, is the mean
of its sub-aspects. Aspects, sub-aspects and weights are those that the tasks state of themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from multitrust.core import Estimate, Task
from multitrust.metrics.composites import combine
from multitrust.metrics.rates import with_interval


@dataclass(frozen=True, kw_only=True, slots=True)
class TreeNode:
    """A score of the tree with what it is made of."""

    name: str
    title: str
    estimate: Estimate
    complete: bool
    """Whether every task below has a value and was asked whole; if not, the estimate covers what
    was asked and has a value."""
    children: tuple[TreeNode, ...] = ()
    counted: bool = True
    """Whether it belongs to the suite, and so counts in the node above. What does not is shown
    beside it and changes no number of the suite."""


def headline_tree(
    headlines: Mapping[str, Estimate],
    suite: Sequence[Task],
    others: Sequence[Task] = (),
    *,
    titles: Mapping[str, str] | None = None,
    digits: int | None = None,
    partial: Collection[str] = (),
) -> TreeNode:
    """The tree over the tasks that have a headline.

    A task outside the suite is a leaf under its aspect and sub-aspect. Only an aspect or sub-aspect
    of which the suite has no task takes its number from such tasks.

    Args:
        headlines: estimate by task id, 0 to 100.
        suite: the tasks that the overall score is made of, in their order.
        others: tasks outside the suite.
        titles: what to call tasks and sub-aspects, by id; else a task is called by its id and a
            sub-aspect by its aspect.
        digits: decimals that the overall score is rounded to, as the original does; None for none.
        partial: ids of the tasks of which not all samples were asked.
    """
    called = titles or {}
    own = {task.id for task in suite}
    known = (*suite, *(task for task in others if task.id not in own))
    aspects = [
        aspect_node(
            aspect, [t for t in known if t.aspect == aspect], own, headlines, called, partial
        )
        for aspect in dict.fromkeys(task.aspect for task in known)
    ]
    shown = [node for node in aspects if node.children]
    below = [node for aspect in shown for node in aspect.children]
    expected = len({(task.aspect, task.subaspect) for task in suite})
    whole = branch("overall", "Overall", below, [1.0] * len(below), expected)
    overall = whole.estimate
    if digits is not None and overall.value is not None:
        overall = rounded_value(overall, digits)
    return replace(whole, estimate=overall, children=tuple(shown))


def aspect_node(
    aspect: str,
    tasks: Sequence[Task],
    suite: Collection[str],
    headlines: Mapping[str, Estimate],
    titles: Mapping[str, str],
    partial: Collection[str],
) -> TreeNode:
    """The node of an aspect; without children where none of its tasks has a headline."""
    nodes = []
    for name in dict.fromkeys(task.subaspect for task in tasks):
        mine = [task for task in tasks if task.subaspect == name]
        ran = [task for task in mine if task.id in headlines]
        if ran:
            leaves = [
                leaf(task, headlines[task.id], task.id in suite, titles, task.id not in partial)
                for task in ran
            ]
            weights = [task.weight for task in ran]
            expected = sum(task.id in suite for task in mine)
            called = titles.get(name, aspect.capitalize())
            nodes.append(branch(name, called, leaves, weights, expected))
    expected = len({task.subaspect for task in tasks if task.id in suite})
    return branch(aspect, aspect.capitalize(), nodes, [1.0] * len(nodes), expected)


def leaf(
    task: Task, estimate: Estimate, counted: bool, titles: Mapping[str, str], asked: bool
) -> TreeNode:
    """The node of a task, of which all samples were asked or not."""
    return TreeNode(
        name=task.id,
        title=titles.get(task.id, task.id),
        estimate=estimate,
        complete=asked and estimate.value is not None,
        counted=counted,
    )


def counting(node: TreeNode) -> list[TreeNode]:
    """The children that a node's number is made of: all of one outside the suite."""
    return [child for child in node.children if child.counted or not node.counted]


def rounded_value(found: Estimate, digits: int) -> Estimate:
    """The estimate with its value rounded, and its interval stretched to hold it."""
    rounded = replace(found, value=round(found.value or 0.0, digits))
    if found.low is None or found.high is None:
        return rounded
    return with_interval(rounded, found.low, found.high)


def branch(
    name: str, title: str, nodes: Sequence[TreeNode], weights: Sequence[float], expected: int
) -> TreeNode:
    """The weighted mean of the nodes that have a value.

    Args:
        name: of the node.
        title: what it is called.
        nodes: its children.
        weights: one a child.
        expected: how many children the suite has here; 0 where it has none, and all count.
    """
    counting = [(n, w) for n, w in zip(nodes, weights, strict=True) if n.counted or not expected]
    scored = [(n, w) for n, w in counting if n.estimate.value is not None]
    total = sum(weight for _, weight in scored)
    measured = (
        combine([n.estimate for n, _ in scored], [w / total for _, w in scored], None)
        if scored
        else Estimate(value=None)
    )
    return TreeNode(
        name=name,
        title=title,
        estimate=measured,
        complete=len(scored) == (expected or len(nodes)) and all(n.complete for n, _ in scored),
        children=tuple(nodes),
        counted=bool(expected),
    )
