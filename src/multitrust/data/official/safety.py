"""S.1 to S.6: unsafe pictures, toxic continuations, jailbreaks in pictures and words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from multitrust.data.names import written
from multitrust.data.official import risks
from multitrust.data.official.entries import Entry
from multitrust.data.official.files import KINDS as KIND_NAMES
from multitrust.data.official.files import (
    csv_rows,
    json_object,
    listed,
    number,
    refuse,
    repeats_noted,
)
from multitrust.data.official.pictures import (
    KINDS,
    candidates,
    folders_in,
    in_order,
    is_hidden,
    list_pictures,
    loose_pictures,
    picked,
    pictures_of,
    shown,
    stems,
    with_picture,
)
from multitrust.data.official.problems import Problem
from multitrust.data.official.source import Item, Loader, OfficialRow, Source, each

NSFW = "safety/nsfw"
TOXIC = "safety/real_toxicity_prompt"
PER_CATEGORY = 10
TYPOGRAPHIC = "safety/typographic_jailbreak"
SAFEBENCH = "safety/SafeBench_selected"
CROSSMODAL = "safety/crossmodal-jailbreak"
JAILBREAKS = f"{CROSSMODAL}/text_jailbreak.csv"
PER_KIND = 3
CAP = 10
"""Samples of each S.6 id that the original keeps (Q10)."""


def unsafe(source: Source) -> Iterator[Item]:
    """S.1: every picture of every folder, under two requests to describe it.

    An empty folder gives nothing, as in the original.
    """
    yield from loose_pictures(source, NSFW)
    empty = True
    for folder in in_order(NSFW, folders_in(source, NSFW)):
        names, notes = list_pictures(source, f"{NSFW}/{folder}")
        yield from notes
        hidden = source.corrected and is_hidden(folder)
        if not names or hidden:
            why = "is hidden by its name" if hidden else "holds no pictures"
            message = f"this folder {why}, so it is passed over"
            yield Problem(severity="note", file=written(f"{NSFW}/{folder}"), message=message)
            continue
        empty = False
        for variant in ("plain", "unrestricted"):
            for name, stem in stems(names).items():
                family = f"{written(folder)}/{stem}"
                row = OfficialRow(
                    id=f"{family}-{variant}", family=family, fields={}, variant=variant
                )
                yield with_picture(source, row, f"{NSFW}/{folder}/{name}")
    if empty:
        refuse(NSFW, "holds no folders of pictures; the copy is incomplete", missing=NSFW)


def toxic_prompts(source: Source) -> Iterator[Entry | Problem]:
    """S.3: the prompts of all categories, counted through the file (Q48)."""
    file, position = f"{TOXIC}/prompts_select.json", 0
    for category, prompts in json_object(source, file).items():
        if not isinstance(prompts, list):
            message = f"{KIND_NAMES[type(prompts)]} came, expected a list of texts"
            yield Problem(severity="fatal", file=file, field=category, message=message)
            continue
        if len(prompts) != PER_CATEGORY:
            message = f"{len(prompts)} prompts came, expected {PER_CATEGORY}"
            yield Problem(severity="note", file=file, field=category, message=message)
        for place, prompt in enumerate(prompts):
            yield Entry(
                id=number(position),
                file=file,
                row=f"{category!r}, entry {place} (from 0)",
                values={"category": category, "prompt": prompt},
                corrected=source.corrected,
            )
            position += 1


def toxic_row(entry: Entry, kind: str = "") -> OfficialRow:
    """A prompt to be continued, beside an unrelated picture of that kind if there is one."""
    return OfficialRow(
        id=f"{entry.id}-{kind}" if kind else entry.id,
        family=entry.id,
        fields={"prompt": entry.verbatim("prompt")},
    )


def toxic_text(source: Source) -> Iterator[Item]:
    """S.3: the prompts alone."""
    return each(toxic_prompts(source), lambda entry: (toxic_row(entry),))


def toxic_related(source: Source) -> Iterator[Item]:
    """S.3: each prompt beside the picture named by its category and MD5."""

    def make(entry: Entry) -> Iterator[Item]:
        digest = hashlib.md5(entry.verbatim("prompt").encode(), usedforsecurity=False).hexdigest()
        path = f"{TOXIC}/images/{entry.text('category')}_{digest}.png"
        return shown(source, entry, path, toxic_row(entry))

    return each(toxic_prompts(source), make)


def toxic_unrelated(source: Source) -> Iterator[Item]:
    """S.3: each prompt beside one unrelated picture of each kind."""
    paths = {kind: candidates(source, kind) for kind in KINDS}

    def make(entry: Entry) -> Iterator[Item]:
        for kind in KINDS:
            row = toxic_row(entry, kind)
            yield with_picture(source, row, picked(source, paths[kind], row.id)[0])

    return each(toxic_prompts(source), make)


def behaviours(file: str, folder: str, *fields: str, variants: tuple[str, ...] = ("",)) -> Loader:
    """S.4, S.5: a behaviour in a picture."""
    columns = ("id", "question", "image_path", *fields)

    def load(source: Source) -> Iterator[Item]:
        def make(entry: Entry) -> Iterator[Item]:
            question = entry.text("question")
            texts = {"question": question} | {field: entry.text(field) for field in fields}
            rows = [
                OfficialRow(
                    id=f"{entry.id}-{variant}" if variant else entry.id,
                    family=entry.id,
                    fields=texts,
                    variant=variant,
                    target=question,
                )
                for variant in variants
            ]
            yield from shown(source, entry, f"{folder}/{entry.name('image_path')}", *rows)

        return each(repeats_noted(csv_rows(source, file, columns, as_text=True), "id"), make)

    return load


def typographic(stem: str, *fields: str, variants: tuple[str, ...] = ("1", "2")) -> Loader:
    """S.4: one of the tables of typographic jailbreaks, whose pictures lie in its namesake."""
    root = f"{TYPOGRAPHIC}/{stem}"
    return behaviours(f"{root}.csv", root, *fields, variants=variants)


def flow_charts(source: Source) -> Iterator[Item]:
    """S.5: mm-safety-bench, whose prompts are used as they stand."""
    folder = "safety/mm-safety-bench-selected"
    file = f"{folder}/mm-safety-bench-selected.json"

    def make(entry: Entry) -> Iterator[Item]:
        question = entry.text("Question")
        fields = {"question": question, "prompt": entry.verbatim("Prompt")}
        row = OfficialRow(id=entry.id, family=entry.id, fields=fields, target=question)
        return shown(source, entry, f"{folder}/{entry.name('Image')}", row)

    return each(listed(source, file, json_object(source, file).values()), make)


def jailbroken(source: Source, shown_as: Callable[[OfficialRow], Iterable[Item]]) -> Iterator[Item]:
    """S.6: each jailbreak as it is shown; the original keeps the first ten samples (Q10)."""

    def make(entry: Entry) -> Iterable[Item]:
        return shown_as(
            OfficialRow(
                id=entry.id,
                family=entry.id,
                fields={"jailbreak": entry.text("jailbreak")},
                target=entry.text("question"),
            )
        )

    columns = ("id", "question", "jailbreak")
    entries = repeats_noted(csv_rows(source, JAILBREAKS, columns, as_text=True), "id")
    left = CAP
    for item in each(entries, make):
        if isinstance(item, Problem) or source.corrected or left:
            yield item
            left -= isinstance(item, OfficialRow)


def jailbreak_text(source: Source) -> Iterator[Item]:
    """S.6: the jailbreaks alone."""
    return jailbroken(source, lambda row: (row,))


def jailbreak_unrelated(source: Source) -> Iterator[Item]:
    """S.6: each jailbreak beside three different unrelated pictures of each kind."""
    paths = {kind: candidates(source, kind, PER_KIND) for kind in KINDS}

    def beside(row: OfficialRow) -> Iterator[Item]:
        for kind in KINDS:
            drawn = picked(source, paths[kind], f"{row.id}-{kind}", PER_KIND)
            for place, path in enumerate(drawn):
                yield with_picture(source, replace(row, id=f"{row.id}-{kind}-{place}"), path)

    return jailbroken(source, beside)


def jailbreak_pictured(folder: str) -> Loader:
    """S.6: each jailbreak beside every picture of a folder, counted in natural order."""

    def load(source: Source) -> Iterator[Item]:
        names, notes = pictures_of(source, f"{CROSSMODAL}/{folder}")

        def beside(row: OfficialRow) -> Iterator[Item]:
            for place, name in enumerate(names):
                path = f"{CROSSMODAL}/{folder}/{name}"
                yield with_picture(source, replace(row, id=f"{row.id}-{place}"), path)

        yield from notes
        yield from jailbroken(source, beside)

    return load


TASKS: dict[str, dict[str, Loader]] = {
    "S.1": {"nsfw-image-description": unsafe},
    "S.2": risks.TASK,
    "S.3": {
        "toxicity-prompt-text": toxic_text,
        "toxicity-prompt-unrelated": toxic_unrelated,
        "toxicity-prompt-image": toxic_related,
    },
    "S.4": {
        "typographic-prompt-and-behavior": typographic("prompt_and_behavior_graph"),
        "typographic-prompt": typographic("prompt_graph"),
        "typographic-behavior": typographic("behavior_graph", "jailbreak_prompt"),
    },
    "S.5": {
        "opimized-jailbreak-graphic": typographic("behavior_graph", variants=("",)),
        "mm-safety-bench": flow_charts,
        "safebench": behaviours(f"{SAFEBENCH}/safebench_selected.csv", SAFEBENCH),
    },
    "S.6": {
        "crossmodal-jailbreak-text": jailbreak_text,
        "crossmodal-jailbreak-unrelated": jailbreak_unrelated,
        "crossmodal-jailbreak-pos": jailbreak_pictured("jailbreak_pos"),
        "crossmodal-jailbreak-neg": jailbreak_pictured("jailbreak_neg"),
    },
}
"""Task id -> dataset id -> loader."""
