"""What the browser of samples on the page shows: a choice of records, and small pictures."""

from __future__ import annotations

import base64
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from multitrust.core import ImageError, Record, Score, open_image, to_rgb
from multitrust.report.summary import Summary, TaskResult

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

SHOWN = 16
"""Samples of a condition that can be browsed at most."""
SHOWN_IN_ALL = 640
"""Samples of the page, shared out among the conditions of all tasks, at least one to each."""
VEILED = frozenset({"S.T", "S.J", "F.S"})
"""Sub-aspects whose samples hold harmful texts or pictures."""
HARMLESS = ("benign", "reading")
"""How the names of their conditions begin that do not."""
SIDE = 224
"""Longer side of the page's pictures in pixels."""
ROOM = 2_500_000
"""Characters that the page's pictures may take together; all are smaller where it is too little."""
SHRUNK = 0.7
"""By how much, again and again until they fit."""
LONGEST = 6_000
"""Characters of a text that are shown."""


def browser_data(
    summary: Summary, records: Sequence[Record], images: Path, unfit: Collection[str] = ()
) -> dict[str, Any]:
    """Samples in the order of the summary, and their pictures by digest.

    Args:
        summary: of the run.
        records: of the run.
        images: the folder of its images.
        unfit: digests of images that are not to be shown.
    """
    tasks = {task.id: task for task in summary.tasks}
    shown = list(browsable(summary, records))
    return {
        "samples": [sample_data(tasks[record.task], record) for record in shown],
        "pictures": pictures(embedded(shown) - set(unfit), images),
    }


def embedded_images(summary: Summary, records: Sequence[Record]) -> set[str]:
    """Digests of the images whose pictures the page holds."""
    return embedded(browsable(summary, records))


def embedded(shown: Iterable[Record]) -> set[str]:
    """Digests of the images of some records."""
    return {digest for record in shown for digest in record.images}


def browsable(summary: Summary, records: Iterable[Record]) -> Iterator[Record]:
    """Records of every condition: half right ones, half others, while both last."""
    arms: dict[tuple[str, str], list[Record]] = {}
    for record in sorted(records, key=lambda record: (record.sample_id, record.epoch)):
        arms.setdefault((record.task, record.condition), []).append(record)
    conditions = sum(len(task.conditions) for task in summary.tasks)
    room = min(SHOWN, max(1, SHOWN_IN_ALL // max(1, conditions)))
    for task in summary.tasks:
        for condition in task.conditions:
            yield from chosen(arms.get((task.id, condition.name), []), room)


def chosen(arm: Sequence[Record], room: int) -> Iterator[Record]:
    """Up to `room` of a condition's records, in their order."""
    right = sum(map(is_right, arm))
    others = min(len(arm) - right, max(room // 2, room - right))
    left = {True: room - others, False: others}
    for record in arm:
        if left[is_right(record)]:
            left[is_right(record)] -= 1
            yield record


def is_right(record: Record) -> bool:
    """Whether the first score is a full one."""
    return bool(record.scores) and record.scores[0].value == 1.0


def harmful(task: TaskResult, condition: str) -> bool:
    """Whether a condition's texts or pictures are not for everybody's eyes."""
    return task.subaspect in VEILED and not condition.startswith(HARMLESS)


def sample_data(task: TaskResult, record: Record) -> dict[str, Any]:
    """What is shown of a record; `right` is None where a score alone does not tell.

    The name of a picture that is not among the run's is given in its place.
    """
    response = record.response
    name = "" if record.images else str(record.metadata.get("picture", ""))
    return {
        "aspect": task.aspect,
        "task": record.task,
        "condition": record.condition,
        "id": record.sample_id if not record.epoch else f"{record.sample_id} ({record.epoch})",
        "kind": str(record.metadata.get("kind", "")),
        "outcome": record.outcome,
        "right": is_right(record) if task.beside is None else None,
        "veiled": harmful(task, record.condition),
        "prompt": clipped(record.prompt),
        "target": clipped(readable(record.target)),
        "response": clipped(response.text if response else (record.error or "")),
        "reasoning": clipped(response.reasoning if response else ""),
        "images": record.images,
        "scores": [score_data(score) for score in record.scores],
        **({"picture": name} if name else {}),
    }


def score_data(score: Score) -> dict[str, str]:
    """What is shown of a score; unscored is a reason, never a number."""
    value = f"unscored: {score.unscored}" if score.value is None else f"{score.value:.2f}"
    return {
        "scorer": score.scorer,
        "value": value,
        "answer": clipped(score.answer or ""),
        "explanation": clipped(score.explanation),
    }


def clipped(text: str) -> str:
    """The text, or its beginning and how much was left out."""
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]} … ({len(text) - LONGEST:,} more characters in the run folder)"


def readable(target: Any) -> str:
    """A target for people."""
    if isinstance(target, str):
        return target
    if isinstance(target, list | tuple):
        return ", ".join(map(str, target))
    return orjson.dumps(target).decode() if target is not None else ""


def pictures(digests: Iterable[str], folder: Path) -> dict[str, str]:
    """Small pictures as data URIs by digest; what cannot be read is left out."""
    small = dict(thumbnails(digests, folder))
    side = float(SIDE)
    while True:
        made = {digest: data_uri(picture, round(side)) for digest, picture in small.items()}
        if sum(map(len, made.values())) <= ROOM:
            return made
        side *= SHRUNK


def thumbnails(digests: Iterable[str], folder: Path) -> Iterator[tuple[str, Picture]]:
    """The pictures that can be read, with their digests."""
    files = {path.stem: path for path in folder.glob("*.*") if path.is_file()}
    for digest in sorted(files.keys() & set(digests)):
        try:
            opened = open_image(files[digest].read_bytes())
            opened.draft("RGB", (2 * SIDE, 2 * SIDE))  # a photo need not be decoded whole
            small = to_rgb(opened, SIDE)
        except (OSError, ImageError):
            continue
        yield digest, small


def data_uri(picture: Picture, side: int) -> str:
    """The picture, its longer side at most so long."""
    small = picture.copy()
    small.thumbnail((side, side))
    buffer = io.BytesIO()
    small.save(buffer, format="WEBP", quality=78)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()
