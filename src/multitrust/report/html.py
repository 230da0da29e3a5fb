"""The report as one self-contained page: no network, no other file.

Whatever came from a model or a data file is escaped: by the template in the page, and as JSON
without a closing tag for the browser of samples. The page's policy lets its own script run and
nothing else, so that a mistake in escaping would still be inert.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import orjson

from multitrust.core import Outcome, Record, StoreError
from multitrust.report.figures import NARROW, WIDE, bar, tree_figure
from multitrust.report.samples import browser_data
from multitrust.report.summary import Summary, title
from multitrust.report.table import p_value, score, span


def write_html(
    summary: Summary, records: Sequence[Record], folder: Path, target: Path | None = None
) -> Path:
    """Write the page and return its path, `report.html` in the run's folder by default.

    The page is there whole or not at all.

    Raises:
        StoreError: it cannot be written.
    """
    path = target or folder / "report.html"
    text = page(summary, records, folder / "images")
    temporary = path.with_suffix(".tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {error.strerror}; choose another place with --output"
        ) from None
    return path


def page(summary: Summary, records: Sequence[Record], images: Path) -> str:
    """The page as text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("multitrust.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"score": score, "span": span, "p": p_value, "title": title}
    script = asset("browse.js")
    browse = browser_data(summary, records, images)
    return environment.get_template("report.html.j2").render(
        summary=summary,
        outcomes=get_args(Outcome),
        trees=[Markup(tree_figure(summary, layout)) for layout in (WIDE, NARROW)],
        bar=lambda *args: Markup(bar(*args)),
        style=Markup(asset("style.css")),
        script=Markup(script),
        policy=policy(script),
        data=Markup(as_script(browse)),
        shown=len(browse["samples"]),
    )


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
