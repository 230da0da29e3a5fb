"""The report as one self-contained page: no network, no other file.

Whatever came from a model or a data file is escaped: by the template in the page, and as JSON
without a closing tag for the browser of samples. The page's policy lets its own script run and
nothing else, so that a mistake in escaping would still be inert.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import orjson

from multitrust.core import Estimate, Outcome, Record, StoreError
from multitrust.metrics import SUBASPECTS, ContrastEstimate
from multitrust.report.among import among_published
from multitrust.report.figures import Point, axis, bar, effect, plane, radar, reach
from multitrust.report.samples import browser_data
from multitrust.report.summary import Summary, title
from multitrust.report.table import p_value, score, span

if TYPE_CHECKING:
    from jinja2 import Environment


def write_html(
    summary: Summary, records: Sequence[Record], folder: Path, target: Path | None = None
) -> Path:
    """Write the page and return its path, `report.html` in the run's folder by default.

    Raises:
        StoreError: it cannot be written.
    """
    return write_whole(page(summary, records, folder / "images"), target or folder / "report.html")


def write_whole(text: str, path: Path) -> Path:
    """Write the text and return its path; the file is there whole or not at all.

    Raises:
        StoreError: it cannot be written.
    """
    temporary = path.with_suffix(".tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {error.strerror}; choose another place with --output"
        ) from None
    return path


def environment() -> Environment:
    """The templates with their filters."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("multitrust.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"score": score, "span": span, "p": p_value, "title": title}
    made.filters |= {"percent": percent, "points": points}
    made.globals["subaspects"] = tuple(SUBASPECTS)
    return made


def page(summary: Summary, records: Sequence[Record], images: Path) -> str:
    """The page as text."""
    from markupsafe import Markup

    script = asset("browse.js")
    browse = browser_data(summary, records, images)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            summary=summary,
            by_id={task.id: task for task in summary.tasks},
            outcomes=get_args(Outcome),
            bar=lambda *args, **more: Markup(bar(*args, **more)),
            radar=Markup(radar(summary.tree.children, f"Scores of {summary.model} by aspect")),
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
        )
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


def percent(estimate: Estimate) -> str:
    """A share in percent with its interval, or a dash."""
    if estimate.ends is None:
        return "–"
    low, value, high = (100 * end for end in estimate.ends)
    return f"{value:.1f} % ({low:.1f} to {high:.1f})"


def points(value: float) -> str:
    """A change with its sign."""
    return f"{value:+.1f}".replace("-", "−") if round(value, 1) else "0.0"


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
