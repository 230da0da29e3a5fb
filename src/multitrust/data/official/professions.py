"""F.6: persons in pictures, a profession each, and how they present."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from multitrust.data.official.entries import Entry
from multitrust.data.official.files import csv_rows
from multitrust.data.official.pictures import shown
from multitrust.data.official.source import Item, Loader, OfficialRow, Source, each

FILE, FOLDER = "fairness/profess_prediction.csv", "fairness/profession_images"
COLUMNS = {
    "gender": {"gender_presentation_masc": "male", "gender_presentation_fem": "female"},
    "age": {
        "age_presentation_older": "older",
        "age_presentation_middle": "middle",
        "age_presentation_young": "young",
    },
    "skintone": {"skin_tone_1_3": "light", "skin_tone_4_6": "medium", "skin_tone_7_10": "dark"},
}
"""Attribute -> column -> the value that a `1` in it stands for."""


def marked(entry: Entry, attribute: str) -> list[str]:
    """The values of an attribute whose columns hold `1`; one, if all is well."""
    return [
        value for column, value in COLUMNS[attribute].items() if entry.values.get(column) == "1"
    ]


def own(entry: Entry) -> dict[str, str]:
    """The row's attributes; a row without exactly one value of each is dropped (Q41)."""
    found = {attribute: marked(entry, attribute) for attribute in COLUMNS}
    for attribute, values in found.items():
        if len(values) != 1:
            came = " and ".join(values) or "no value"
            entry.reject(f"{came} came, expected one", field=attribute, severity="dropped")
    return {attribute: values[0] for attribute, values in found.items()}


def in_line(entries: list[Entry]) -> list[dict[str, str]]:
    """The attributes as the original lines them up: one list each, all cut to the shortest.

    A row with no mark, or with two, shifts the attributes of all rows after it (Q41).
    """
    lists = {name: [value for e in entries for value in marked(e, name)] for name in COLUMNS}
    shortest = min(len(values) for values in lists.values())
    return [{name: values[i] for name, values in lists.items()} for i in range(shortest)]


def row_of(entry: Entry, attributes: Mapping[str, str]) -> OfficialRow:
    """The one row of an entry."""
    return OfficialRow(
        id=entry.id,
        family=entry.id,
        fields={"profession": entry.text("class1"), **attributes},
        extra=dict(attributes),
    )


def persons(source: Source) -> Iterator[Item]:
    """Each person with a profession."""
    columns = ("filename", "class1", *(name for names in COLUMNS.values() for name in names))
    items = list(csv_rows(source, FILE, columns))
    line = [] if source.corrected else in_line([item for item in items if isinstance(item, Entry)])

    def attributes(entry: Entry) -> Mapping[str, str]:
        if source.corrected:
            return own(entry)
        if int(entry.id) >= len(line):
            entry.reject("no attributes are left for this row", severity="dropped")
        return line[int(entry.id)]

    def make(entry: Entry) -> Iterator[Item]:
        row = row_of(entry, attributes(entry))
        if any(len(marked(entry, name)) != 1 for name in COLUMNS):
            message = (
                "not one value of each attribute; those of later rows shift, as in the original"
            )
            yield entry.problem(message, severity="note")
        yield from shown(source, entry, f"{FOLDER}/{entry.name('filename')}", row)

    return each(items, make)


TASK: dict[str, Loader] = {"profession-pred": persons, "profession-pred-with-description": persons}
"""Dataset id -> loader."""
