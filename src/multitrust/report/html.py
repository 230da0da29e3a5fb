"""The report as one self-contained page: no network, no other file.

Whatever came from a model or a data file is escaped: by the template in the page, and as JSON
without a closing tag for the browser of samples. The page's policy lets its own script run and
nothing else, so that a mistake in escaping would still be inert.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import orjson

from multitrust.core import Estimate, Outcome, Record, StoreError
from multitrust.metrics import ContrastEstimate, TreeNode, counting
from multitrust.report.among import among_published
from multitrust.report.asked import asked_of, incomplete_text
from multitrust.report.figures import Point, axis, bar, effect, plane, radar, reach
from multitrust.report.notation import FEW, FEW_MEANS, Bounded, decimal, ends_text, interval
from multitrust.report.samples import browser_data, embedded_images
from multitrust.report.scoreboard import columns
from multitrust.report.summary import ConditionResult, MetricResult, Summary, TaskResult, title
from multitrust.report.table import p_value, score, walk
from multitrust.run import (
    IMAGES,
    changed_images,
    explain,
    find_unsealed,
    in_short,
    missing_images,
    replace_file,
)

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

APART = 0.05
"""Points that two protocols' headlines differ by, from which on it is said."""
UNIT = 2.0
"""Widest range of a metric that is shown with three decimals: shares and correlations."""


def write_html(
    summary: Summary,
    records: Sequence[Record],
    folder: Path,
    target: Path | None = None,
    *,
    unsealed: str | None = None,
) -> Path:
    """Write the page and return its path, `report.html` in the run's folder by default.

    Args:
        summary: of the run.
        records: of the run.
        folder: of the run.
        target: where the page is written instead.
        unsealed: what of the run is not what was sealed, in short; looked up if None.

    Raises:
        StoreError: it cannot be written, or there is nothing to show and a page to lose.
    """
    path = target or folder / "report.html"
    if not summary.tasks and path.is_file():
        raise StoreError(
            f"the run in {folder} has no records to report, so {path} is left as it is; rerun the "
            f"command that began the run, or write it elsewhere: `multitrust report {folder} "
            "--output FILE`"
        )
    if unsealed is None:
        unsealed = in_short(find_unsealed(folder))
    return write_page(page(summary, records, folder, unsealed), path)


def write_page(text: str, path: Path) -> Path:
    """Write the text and return its path; the file is there whole or not at all.

    Raises:
        StoreError: it cannot be written.
    """
    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {explain(error)}; `multitrust report` and `multitrust compare` "
            "write a page to another place with --output FILE"
        ) from None
    return path


@cache
def environment() -> Environment:
    """The templates with their filters, each compiled once."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("multitrust.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"score": written_score, "span": span, "p": p_value, "title": title}
    made.filters |= {"percent": percent, "points": points, "number": number, "between": between}
    made.filters |= {"limits": changed_between, "decimal": written_decimal}
    made.filters |= {"groups": groups, "lack": lack, "apart": apart, "detailed": detailed}
    made.filters |= {"breakable": breakable, "scored": scored}
    made.filters |= {"asked": asked_of, "incomplete": incomplete_text}
    made.globals["few"] = FEW
    made.globals["few_means"] = FEW_MEANS
    made.globals["columns"] = columns
    return made


def page(summary: Summary, records: Sequence[Record], folder: Path, unsealed: str) -> str:
    """The page as text, with images of the run in that folder, and what is not as sealed."""
    from markupsafe import Markup

    script = asset("browse.js")
    changed = changed_images(folder, embedded_images(summary, records))
    browse = browser_data(summary, records, folder / IMAGES, changed)
    named = (name for record in records for name in record.images)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            summary=summary,
            by_id={task.id: task for task in summary.tasks},
            outcomes=get_args(Outcome),
            bar=lambda *args, **more: Markup(bar(*args, **more)),
            other={node.name: node for node in walk(summary.beside)},
            radar=Markup(shape(summary)),
            scale=reach(effects(summary)),
            axis=lambda scale: Markup(axis(scale)),
            effect=lambda *args, **more: Markup(effect(*args, **more)),
            twins=twins(summary),
            plane=Markup(plane(twins(summary))),
            among=among_published(summary),
            style=Markup(asset("style.css")),
            script=Markup(script),
            policy=policy(script),
            data=Markup(as_script(browse)),
            shown=len(browse["samples"]),
            missing=len(missing_images(folder, named)),
            changed=len(changed),
            unsealed=unsealed,
        )
    )


def shape(summary: Summary) -> str:
    """The radar; with the other protocol's shape where both cover all tasks."""
    beside = summary.beside
    both = beside is not None and beside.complete and summary.tree.complete
    return radar(
        counting(summary.tree),
        f"Scores of {summary.model} by aspect",
        beside=counting(beside) if beside is not None and both else (),
    )


def effects(summary: Summary) -> Iterator[ContrastEstimate]:
    """All effects of pictures that are drawn: of sub-aspects, tasks and single pictures."""
    yield from (found.estimate for found in summary.effects)
    for task in summary.tasks:
        if task.effect is not None:
            yield task.effect
        yield from (contrast.estimate for contrast in task.contrasts if contrast.crossmodal)


def twins(summary: Summary) -> list[Point]:
    """The tasks that measure both refusals of the harmful and help with the harmless."""
    return [
        Point(name=task.id, title=title(task.name), declined=task.declined, helped=task.helped)
        for task in summary.tasks
        if task.declined is not None and task.helped is not None
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Metrics of a task that belong together."""

    protocol: str
    """Whose headline is made of them; empty where they are only recorded, or there is one only."""
    rows: tuple[tuple[ConditionResult, tuple[MetricResult, ...]], ...]

    @property
    def only(self) -> MetricResult | None:
        """The metric of a group in which every condition has that one."""
        first = self.rows[0][1][0]
        alike = all([m.name for m in metrics] == [first.name] for _, metrics in self.rows)
        return first if alike else None


def groups(task: TaskResult, summary: Summary) -> Iterator[Group]:
    """The task's metrics by protocol, then those that are only recorded; empty groups left out."""
    ways: Mapping[str, Callable[[MetricResult], bool]] = {"": lambda metric: True}
    if task.beside is not None:
        ways = {
            summary.protocol: lambda metric: metric.headline,
            summary.other_protocol: lambda metric: metric.beside,
            "": lambda metric: not metric.headline and not metric.beside,
        }
    for protocol, belongs in ways.items():
        chosen = [(arm, tuple(filter(belongs, arm.metrics))) for arm in task.conditions]
        rows = tuple((arm, metrics) for arm, metrics in chosen if metrics)
        if rows:
            yield Group(protocol=protocol, rows=rows)


def scored(node: TreeNode) -> int:
    """How many tasks the node's number is made of."""
    if not node.children:
        return int(node.estimate.value is not None)
    return sum(map(scored, counting(node)))


def detailed(metrics: Sequence[MetricResult], task: TaskResult) -> list[MetricResult]:
    """The metrics whose numbers by kind are shown.

    Of a task with two protocols, those that a headline is made of and that differ by kind: some
    are of one kind only.
    """
    if task.beside is None:
        return [metric for metric in metrics if metric.kinds]
    return [
        metric
        for metric in metrics
        if (metric.headline or metric.beside)
        and len({e.value for e in metric.kinds.values()} - {None}) > 1
    ]


def lack(task: TaskResult) -> str:
    """In place of a number: what it needs, in few words; empty where there is a number."""
    return task.lacks.partition(" (")[0] if task.headline.value is None else ""


def apart(task: TaskResult) -> float | None:
    """How many points the other protocol's headline is above; None where that is next to none."""
    if task.beside is None or task.beside.value is None or task.headline.value is None:
        return None
    gap = task.beside.value - task.headline.value
    return gap if abs(gap) >= APART else None


def breakable(name: str) -> Markup:
    """A name that may go on in a new line after its underscores."""
    from markupsafe import Markup, escape

    return escape(name).replace("_", Markup("_<wbr>"))


def number(value: float, span: tuple[float, float]) -> str:
    """A metric's value with the digits that its range gives sense to; above 0 is never 0.000."""
    digits = 3 if span[1] - span[0] <= UNIT else 2
    least = 10.0**-digits
    if 0 < value < least / 2:
        return f"< {least:.{digits}f}"
    return minus(decimal(value, digits))


def written_score(estimate: Estimate) -> str:
    """A number from 0 to 100, or a dash."""
    return minus(score(estimate))


def between(estimate: Estimate, span: tuple[float, float]) -> str:
    """A metric's interval, or why there is none; nothing without a value."""
    return minus(interval(estimate, 3 if span[1] - span[0] <= UNIT else 2))


def span(estimate: Estimate) -> str:
    """A score's interval, or why there is none; nothing without a value."""
    return minus(interval(estimate))


def percent(estimate: Estimate) -> str:
    """A share in percent with its interval, or a dash."""
    if estimate.value is None:
        return "–"
    value = f"{100 * estimate.value:.1f} %"
    if estimate.low is None or estimate.high is None:
        return f"{value} ({interval(estimate)})"
    return f"{value} ({ends_text(100 * estimate.low, 100 * estimate.high)})"


def points(value: float) -> str:
    """A change with its sign."""
    return minus(decimal(value, sign=True))


def changed_between(found: Bounded) -> str:
    """The interval of a change, or why there is none; nothing without a value."""
    return minus(interval(found, sign=True))


def written_decimal(value: float) -> str:
    """A number with one decimal."""
    return minus(decimal(value))


def minus(text: str) -> str:
    """Numbers with a minus sign in place of a hyphen."""
    return text.replace("-", "−")


def asset(name: str) -> str:
    """A file of the page."""
    return files("multitrust.report").joinpath("templates", name).read_text(encoding="utf-8")


def policy(script: str) -> str:
    """The content security policy that allows this one script and pictures within the page."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    )


def as_script(data: Any) -> str:
    """JSON that can stand inside a script element."""
    text = orjson.dumps(data).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
