"""The report as one self-contained page: no network, no other file.

Whatever came from a model or a data file is escaped: by the template in the page, and as JSON
without a closing tag for the sample browser.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from multitrust.core import Record
from multitrust.report.figures import bar, tree_figure
from multitrust.report.summary import Summary, title
from multitrust.report.table import p_value, score, span

SHOWN = 16
"""Samples per condition that can be browsed; the first of those that failed come first."""
SIDE = 224
"""Longer side of the page's pictures in pixels."""


def write_html(
    summary: Summary, records: Sequence[Record], folder: Path, target: Path | None = None
) -> Path:
    """Write the page and return its path, `report.html` in the run's folder by default."""
    path = target or folder / "report.html"
    path.write_text(page(summary, records, folder / "images"), encoding="utf-8")
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
    templates = files("multitrust.report").joinpath("templates")
    shown = list(browsable(records))
    browse = {
        "samples": [sample_data(record) for record in shown],
        "pictures": pictures({digest for record in shown for digest in record.images}, images),
    }
    return environment.get_template("report.html.j2").render(
        summary=summary,
        tree=Markup(tree_figure(summary)),
        bar=lambda *ends: Markup(bar(*ends)),
        style=Markup(templates.joinpath("style.css").read_text(encoding="utf-8")),
        script=Markup(templates.joinpath("browse.js").read_text(encoding="utf-8")),
        data=Markup(as_script(browse)),
        shown=len(shown),
    )


def as_script(data: Any) -> str:
    """JSON that can stand inside a script element."""
    text = orjson.dumps(data).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def browsable(records: Iterable[Record]) -> Iterable[Record]:
    """Up to `SHOWN` records of every condition, wrong and unscored ones first, half and half."""
    arms: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        arms.setdefault((record.task, record.condition), []).append(record)
    for arm in arms.values():
        wrong = [record for record in arm if not is_right(record)]
        right = [record for record in arm if is_right(record)]
        half = max(SHOWN // 2, SHOWN - len(right))
        kept = wrong[:half]
        yield from kept
        yield from right[: SHOWN - len(kept)]


def is_right(record: Record) -> bool:
    """Whether the first score is a full one."""
    return bool(record.scores) and record.scores[0].value == 1.0


def sample_data(record: Record) -> dict[str, Any]:
    """What the browser of samples shows of a record."""
    response = record.response
    return {
        "task": record.task,
        "condition": record.condition,
        "id": record.sample_id,
        "kind": str(record.metadata.get("kind", "")),
        "outcome": record.outcome,
        "right": is_right(record),
        "prompt": record.prompt,
        "target": readable(record.target),
        "response": response.text if response else (record.error or ""),
        "reasoning": response.reasoning if response else "",
        "images": record.images,
        "scores": [
            {
                "scorer": s.scorer,
                "value": "unscored: " + s.unscored if s.unscored else f"{s.value:.2f}",
                "answer": s.answer or "",
                "explanation": s.explanation,
            }
            for s in record.scores
        ],
    }


def readable(target: Any) -> str:
    """A target for people."""
    if isinstance(target, str):
        return target
    if isinstance(target, list | tuple):
        return ", ".join(map(str, target))
    return orjson.dumps(target).decode()


def pictures(digests: Iterable[str], folder: Path) -> dict[str, str]:
    """Small pictures as data URIs by digest; what cannot be read is left out."""
    from PIL import Image

    made = {}
    for digest in sorted(digests):
        for path in folder.glob(f"{digest}.*"):
            try:
                with Image.open(path) as opened:
                    small = opened.convert("RGB")
                    small.thumbnail((SIDE, SIDE))
            except OSError:
                continue
            buffer = io.BytesIO()
            small.save(buffer, format="WEBP", quality=78)
            made[digest] = "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()
    return made
