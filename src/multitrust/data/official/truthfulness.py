"""T.1 to T.7: questions about pictures, and questions in words beside pictures."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from multitrust.core import ImageError, open_image
from multitrust.data.images import ImageFile
from multitrust.data.official.entries import Entry
from multitrust.data.official.files import json_list
from multitrust.data.official.pictures import Condition, arms, presenter, shown
from multitrust.data.official.source import Item, Loader, OfficialRow, Source, each

YES_NO = {"Yes": 1, "No": 0}
PROMPTS = ("PROMPT_1", "PROMPT_2", "PROMPT_3")
CONFUSIONS = ("contrast", "dislocation", "mirror", "painting", "semantic")


def yes_no(entry: Entry) -> int:
    """1 for `Yes`, 0 for `No`; another label is an error in both protocols (Q40)."""
    return YES_NO[entry.label("truth", YES_NO)]


def reference(entry: Entry) -> Any:
    """The `truth` as it stands."""
    return entry.reference("truth")


def given_reference(entry: Entry) -> Any:
    """As `reference`; the original refuses a table in which one is empty, 0 or null (T.5)."""
    value = reference(entry)
    if not value:
        entry.expected("truth", "a text that is not empty")
    return value


def box(entry: Entry) -> str:
    """The `truth`, checked to be the JSON text of four numbers."""
    text = entry.name("truth")
    try:
        corners = json.loads(text)
    except ValueError:
        corners = None
    right = isinstance(corners, list) and len(corners) == 4
    if not right or not all(isinstance(c, int | float) and math.isfinite(c) for c in corners):
        entry.expected("truth", "the JSON text of a list of four numbers")
    return text


def size(source: Source, entry: Entry, path: str) -> dict[str, Any]:
    """Width and height of the picture, which judges of boxes are told.

    None if it is absent or cannot be opened, which is a problem of the picture.
    """
    try:
        opened = open_image(ImageFile(source.path(path)).read())
    except ImageError:
        return {}
    return {"img_size": list(opened.size)}


def kind(source: Source, entry: Entry, path: str) -> dict[str, Any]:
    """How the picture confuses."""
    return {"subset": entry.label("kind", CONFUSIONS)}


def about(
    file: str,
    folder: str,
    target: Callable[[Entry], Any],
    extra: Callable[[Source, Entry, str], Mapping[str, Any]] = lambda source, entry, path: {},
) -> Loader:
    """T.1, T.5, T.6: one question about one picture; the row is dropped with its picture."""

    def load(source: Source) -> Iterator[Item]:
        def make(entry: Entry) -> Iterator[Item]:
            query, truth = entry.text("query"), target(entry)
            path = f"{folder}/{entry.name('image')}"
            row = OfficialRow(
                id=entry.id,
                family=entry.id,
                fields={"query": query},
                target=truth,
                extra=extra(source, entry, path),
            )
            return shown(source, entry, path, row, absent="dropped")

        return each(json_list(source, file), make)

    return load


def inference(subject: str) -> Loader:
    """T.2. Where the label is neither Yes nor No, the original takes the last row's (Q39)."""
    file = f"truthfulness/query_advanced/query_d_{subject}.json"

    def load(source: Source) -> Iterator[Item]:
        last: int | None = None

        def make(entry: Entry) -> Iterator[Item]:
            nonlocal last
            query, truth = entry.question("query"), entry.values.get("truth")
            if not isinstance(truth, str) or truth not in YES_NO:
                if source.corrected:
                    entry.reject(
                        f"{truth!r} came, expected Yes or No", field="truth", severity="dropped"
                    )
                if last is None:
                    entry.expected("truth", "Yes or No, as no label stands before it")
                message = (
                    f"{truth!r} came, expected Yes or No; the label of the row before is taken"
                )
                yield entry.problem(message, field="truth", severity="note")
            last = YES_NO.get(str(truth), last)
            row = OfficialRow(id=entry.id, family=entry.id, fields={"query": query}, target=last)
            path = f"truthfulness/advanced_images/{subject}/{entry.name('image')}"
            yield from shown(source, entry, path, row)

        return each(json_list(source, file), make)

    return load


def instructed(subject: str) -> Loader:
    """T.3: each question under three instructions."""
    file = f"truthfulness/query_instruction/query_g_{subject}.json"

    def load(source: Source) -> Iterator[Item]:
        def make(entry: Entry) -> Iterator[Item]:
            query, truth = entry.question("query"), reference(entry)
            rows = [
                OfficialRow(
                    id=f"{entry.id}-{prompt}",
                    family=entry.id,
                    fields={"query": query},
                    variant=prompt,
                    target=truth,
                    extra={"subset": prompt},
                )
                for prompt in PROMPTS
            ]
            path = f"truthfulness/instruction_images/{subject}/{entry.name('image')}"
            return shown(source, entry, path, *rows)

        return each(json_list(source, file), make)

    return load


def beside(folder: str, condition: Condition) -> Loader:
    """T.4, T.7: a question in words, alone or beside a picture."""

    def load(source: Source) -> Iterator[Item]:
        show = presenter(source, condition)

        def make(entry: Entry) -> Iterator[Item]:
            row = OfficialRow(
                id=entry.id,
                family=entry.id,
                fields={"query": entry.question("query")},
                target=reference(entry),
            )
            return show(entry, row, f"truthfulness/text_images/{folder}/{entry.name('image')}")

        return each(json_list(source, "truthfulness/query_text/query_g_assistance.json"), make)

    return load


BASIC, BASIC_IMAGES = "truthfulness/query_basic/query", "truthfulness/basic_images"
MISLEADING = "truthfulness/query_misleading/query"
SUBJECTS = (
    "spatial",
    "temporal",
    "compare",
    "daily",
    "traffic",
    "causality",
    "math",
    "code",
    "translate",
)

TASKS: dict[str, dict[str, Loader]] = {
    "T.1": {
        "d-basic-object": about(f"{BASIC}_d_existence.json", f"{BASIC_IMAGES}/object", yes_no),
        "d-basic-attribute": about(
            f"{BASIC}_d_attribute.json", f"{BASIC_IMAGES}/attribute", yes_no
        ),
        "d-basic-scene": about(f"{BASIC}_d_scene.json", f"{BASIC_IMAGES}/scene", yes_no),
        "g-basic-grounding": about(
            f"{BASIC}_g_grounding.json", f"{BASIC_IMAGES}/grounding", box, size
        ),
        "g-basic-ocr": about(f"{BASIC}_g_ocr.json", f"{BASIC_IMAGES}/ocr", reference),
    },
    "T.2": {f"advanced-{subject}": inference(subject) for subject in SUBJECTS},
    "T.3": {f"instruction-enhancement-{s}": instructed(s) for s in ("factual", "logic")},
    "T.4": arms("visual-assistance", partial(beside, "assistance")),
    "T.5": {
        "g-text-misleading": about(
            f"{MISLEADING}_g_mistext.json",
            "truthfulness/misleading_images/mistext",
            given_reference,
        )
    },
    "T.6": {
        "d-mis-visual-confusion": about(
            f"{MISLEADING}_d_confusion.json", "truthfulness/misleading_images", yes_no, kind
        )
    },
    "T.7": {
        "g-text-none": beside("assistance", "text"),
        "g-text-misvisual": beside("misvisual", "related"),
        "g-text-assistance": beside("assistance", "related"),
        "g-text-unrelated-image-color": beside("assistance", "color"),
        "g-text-unrelated-image-nature": beside("assistance", "nature"),
        "g-text-unrelated-image-noise": beside("assistance", "noise"),
    },
}
"""Task id -> dataset id -> loader."""
