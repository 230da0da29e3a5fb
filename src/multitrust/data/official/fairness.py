"""F.1 to F.5 and F.7: stereotypes and preferences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Literal

from multitrust.data.names import written
from multitrust.data.official import professions
from multitrust.data.official.broken import CHOICES
from multitrust.data.official.entries import Entry
from multitrust.data.official.files import csv_rows, json_list, refuse, repeats_noted
from multitrust.data.official.pictures import (
    Condition,
    arms,
    names_in,
    pictures_of,
    presenter,
    shown,
    stems,
    why_no_picture,
    with_picture,
)
from multitrust.data.official.problems import Problem
from multitrust.data.official.source import Item, Loader, OfficialRow, Source, each

STATEMENTS = "fairness/stereo_statement.csv"
STATEMENT_COLUMNS = ("Number", "Type", "Stereo Statement")
QUERIES, QUERY_IMAGES = "fairness/stereo_query.csv", "fairness/stereo_query_images"
PREFERENCES, HALF = "fairness/preference.json", 120
TOPIC_WORDS = {
    "Age": ["1", "age", "Age"],
    "Gender": ["2", "gender", "Gender"],
    "Nationality": ["3", "nationality", "Nationality"],
    "Race": ["4", "race", "Race"],
    "Religion": ["5", "religion", "Religion"],
    "Socioeconomic": ["6", "socioeconomic", "Socioeconomic"],
}
LABEL_WORDS = {
    "stereotype": ["1", "yes", "Yes", "is a stereotype", "contains a stereotype", "does contain a stereotype", "includes a stereotype"],
    "anti-stereotype": ["anti-stereotype", "anti", "no", "No", "not", "2", "is not a stereotype", "does not include a stereotype", "does not contain"],
    "unrelated": ["unrelated", "3", "meaningless"],
}  # fmt: skip


def generation(source: Source) -> Iterator[Item]:
    """F.1: every picture of the folder."""
    folder = "fairness/stereo_generation_images"
    names, notes = pictures_of(source, folder)
    yield from notes
    for name, stem in stems(names).items():
        yield with_picture(source, OfficialRow(id=stem, family=stem, fields={}), f"{folder}/{name}")


def statements(condition: Condition, *, classified: bool = False) -> Loader:
    """F.2, and the topic part of F.3, whose targets are the words of the topic."""

    def load(source: Source) -> Iterator[Item]:
        show = presenter(source, condition)

        def make(entry: Entry) -> Iterator[Item]:
            statement = entry.question("Stereo Statement")
            topic = entry.label("Type", TOPIC_WORDS)
            row = OfficialRow(
                id=entry.id,
                family=entry.id,
                fields={"statement": statement},
                target=list(TOPIC_WORDS[topic]) if classified else None,
                extra={"subset": topic},
            )
            related = f"fairness/stereo_images/{topic.lower()}/{entry.name('Number')}.png"
            return show(entry, row, related)

        return each(
            repeats_noted(csv_rows(source, STATEMENTS, STATEMENT_COLUMNS), "Type", "Number"), make
        )

    return load


def classification(condition: Condition) -> Loader:
    """F.3, the label part; targets are the words of the label."""

    def load(source: Source) -> Iterator[Item]:
        show = presenter(source, condition)

        def make(entry: Entry) -> Iterator[Item]:
            sentence = entry.question("Sentence")
            label = entry.label("Label", LABEL_WORDS)
            row = OfficialRow(
                id=entry.id,
                family=entry.id,
                fields={"sentence": sentence},
                target=list(LABEL_WORDS[label]),
                extra={"subset": label},
            )
            related = f"fairness/stereo_classification_images/{entry.name('Number')}.png"
            return show(entry, row, related)

        file = "fairness/stereo_classification.csv"
        return each(
            repeats_noted(csv_rows(source, file, ("Number", "Sentence", "Label")), "Number"), make
        )

    return load


def numbered(names: list[str]) -> dict[int, str]:
    """Position -> the picture whose name ends in that number, counted as the names count (Q42)."""
    numbers = {name: re.findall(r"[0-9]+", name.rpartition(".")[0]) for name in names}
    places = {name: int(found[-1]) for name, found in numbers.items() if found}
    first = min(places.values(), default=0)
    if len(set(places.values())) < len(names):
        refuse(QUERY_IMAGES, "names that lack a number, or share one, came; expected one each")
    return {place - min(first, 1): name for name, place in places.items()}


def queries(condition: Condition) -> Loader:
    """F.4: questions paired with pictures by place, all ids cut to the shorter list.

    Corrected: paired by the number in the picture's name, and dropped only where the question
    should be beside a related picture and has none (Q42).
    """

    def load(source: Source) -> Iterator[Item]:
        show = presenter(source, condition)
        paired = condition == "related" or not source.corrected
        names, notes = pictures_of(source, QUERY_IMAGES) if paired else ([], [])
        pictures = numbered(names) if source.corrected else dict(enumerate(names))

        def make(entry: Entry) -> Iterator[Item]:
            question, name = entry.text("question"), pictures.get(int(entry.id), "")
            if paired and not name:
                entry.reject("no picture is left for this question", severity="dropped")
            row = OfficialRow(id=entry.id, family=entry.id, fields={"question": question})
            return show(entry, row, f"{QUERY_IMAGES}/{name}")

        yield from notes if condition == "related" else ()
        yield from each(csv_rows(source, QUERIES, ("question",)), make)

    return load


def preferences(source: Source) -> list[Entry | Problem]:
    """The entries of F.5 and F.7; those before `HALF` are plain, the others force a choice."""
    return list(json_list(source, PREFERENCES))


def pictured_preferences(source: Source) -> Iterator[Item]:
    """F.5: pictures in the order of their numbers beside the topics of the plain entries."""
    folder = "fairness/vision_subjective_choice_images"
    numbers: dict[str, int] = {}
    for name in names_in(source, folder):
        number = number_in(name)
        why = why_no_picture(source, folder, name) if source.corrected else ""
        if number is None or why:
            message = f"{why or 'its name is no number of a picture'}; passed over"
            yield Problem(severity="note", file=written(f"{folder}/{name}"), message=message)
        else:
            numbers[name] = number
    if not numbers:
        refuse(
            folder, "holds no pictures named by a number; the copy is incomplete", missing=folder
        )
    ordered = sorted(numbers, key=numbers.__getitem__)

    def make(entry: Entry) -> Iterator[Item]:
        topic, place = entry.text("topic"), int(entry.id)
        if place >= len(ordered):
            entry.reject("no picture is left for this topic", severity="dropped")
        row = OfficialRow(
            id=entry.id, family=entry.id, fields={"topic": topic}, extra={"subset": topic}
        )
        yield with_picture(source, row, f"{folder}/{ordered[place]}")

    yield from each(preferences(source)[:HALF], make)


def number_in(name: str) -> int | None:
    """The number of a picture: what stands before the first dot of its name, as the original reads it.

    None if that is no integer (Q49).
    """
    try:
        return int(name.partition(".")[0])
    except ValueError:
        return None


def chosen(manner: Literal["plain", "force"], condition: Condition) -> Loader:
    """F.7: a choice put in words; the original shows no picture in any of its ids (Q11).

    The original gives the second half the topics of the first (Q51).
    """
    skipped = HALF if manner == "force" else 0

    def load(source: Source) -> Iterator[Item]:
        entries = preferences(source)
        topics = entries[skipped if source.corrected else 0 :]
        show = presenter(source, condition if source.corrected else "text")

        def make(entry: Entry) -> Iterator[Item]:
            place = int(entry.id) - skipped
            like = topics[place]
            topic = like.text("topic") if isinstance(like, Entry) else entry.text("topic")
            row = OfficialRow(
                id=entry.id,
                family=entry.id,
                fields={"prompt": entry.verbatim("prompt")},
                extra={"subset": topic},
            )
            sides = [f"{CHOICES}/choice_{side}_images/{place + 1}.png" for side in "ab"]
            drawn, other = source.stream("side", entry.id).sample(sides, 2)
            if source.corrected and condition == "related":
                yield from shown(source, entry, other)  # by another seed it is the one drawn
            yield from show(entry, row, drawn)

        half = entries[skipped:] if manner == "force" else entries[:HALF]
        if not half:
            refuse(PREFERENCES, f"{len(entries)} entries came, expected {2 * HALF}")
        if source.corrected and len(half) > HALF:
            message = (
                f"{len(entries)} entries came, expected {2 * HALF}; the last "
                f"{len(half) - HALF}, which have no picture, are passed over"
            )
            yield Problem(severity="note", file=PREFERENCES, message=message)
        yield from each(half[:HALF] if source.corrected else half, make)

    return load


TASKS: dict[str, dict[str, Loader]] = {
    "F.1": {"stereo-generation": generation},
    "F.2": arms("stereo-agreement", statements),
    "F.3": arms("stereo-classification", classification)
    | arms("stereo-topic-classification", partial(statements, classified=True)),
    "F.4": arms("stereo-query", queries),
    "F.5": {"vision-preference": pictured_preferences},
    "F.6": professions.TASK,
    "F.7": arms("subjective-preference-plain", partial(chosen, "plain"))
    | arms("subjective-preference-force", partial(chosen, "force")),
}
"""Task id -> dataset id -> loader."""
