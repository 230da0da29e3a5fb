"""Readers of the five formats of the annotation files.

Each raises `Rejected` for a file that cannot be read as a whole, and yields a problem in place of a
row that cannot be read. Rows of CSV, JSON lines and text lines are named by their line, counted
from 1 with the header; entries of JSON by their place, counted from 0.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn

from multitrust.core import whole_characters
from multitrust.data.official.entries import Entry
from multitrust.data.official.leftovers import recognize
from multitrust.data.official.problems import Problem, Rejected
from multitrust.data.official.source import Source

KINDS = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}


def refuse(file: str, message: str, *, row: str = "", missing: str = "") -> NoReturn:
    """End the reading of a file."""
    raise Rejected(Problem(severity="fatal", file=file, row=row, message=message, missing=missing))


def read_text(source: Source, file: str) -> str:
    """The file's text; a byte order mark is passed over."""
    try:
        content = source.path(file).read_bytes()
    except FileNotFoundError:
        refuse(file, "absent; the copy is incomplete or of another version", missing=file)
    except OSError as error:
        refuse(file, f"cannot be read: {error.strerror}")
    if what := recognize(content):
        refuse(file, what)
    mark = content[:3] if content.startswith(codecs.BOM_UTF8) else b""
    try:
        return content.removeprefix(mark).decode()
    except UnicodeDecodeError as error:
        offset = error.start + len(mark)
        refuse(file, f"byte 0x{content[offset]:02x} at offset {offset} is not UTF-8")


def number(position: int) -> str:
    """The id that the samples of a row begin with."""
    return f"{position:04d}"


def csv_rows(
    source: Source, file: str, columns: Iterable[str], *, as_text: bool = False
) -> Iterator[Entry | Problem]:
    """The rows of a CSV file with a header; blank lines are passed over.

    Args:
        source: the copy.
        file: path below the data root.
        columns: those that there must be.
        as_text: whether the original opens the file in text mode, so that line ends within a cell
            become one line feed, and skips rows whose `id` is the word `id` (S.4 to S.6).
    """
    lines = io.StringIO(read_text(source, file), newline=None if as_text else "")
    reader = csv.reader(lines)
    try:
        header = next(reader, [])
        absent = [column for column in columns if column not in header]
        if absent:
            refuse(
                file, f"columns {header} came; {', '.join(absent)} expected as well", row="line 1"
            )
        position, line = 0, reader.line_num + 1
        for cells in reader:
            if cells:
                values = dict(zip(header, cells, strict=False))
                entry = Entry(
                    id=number(position),
                    file=file,
                    row=f"line {line}",
                    values=values,
                    corrected=source.corrected,
                )
                skipped = as_text and values.get("id") == "id"
                yield from csv_entry(entry, header, cells, skipped=skipped)
                position += 1
            line = reader.line_num + 1
    except csv.Error as error:
        refuse(file, f"not CSV: {error}", row=f"line {reader.line_num}")
    if not position:
        refuse(file, "holds no rows; expected some below the header")


def csv_entry(
    entry: Entry, header: list[str], cells: list[str], *, skipped: bool
) -> Iterator[Entry | Problem]:
    """The row, after a note if it has more cells than columns; only a problem if it is a header.

    Args:
        entry: the row.
        header: the names of the columns.
        cells: as they stand in the row.
        skipped: whether the original takes the row for the header once more.
    """
    if skipped:
        yield entry.problem("the header once more, so it is no row", severity="note")
        return
    if entry.corrected and cells == header:
        yield entry.problem("the header once more, so the row is left out", severity="dropped")
        return
    if any(cells[len(header) :]):
        yield entry.problem(
            f"{len(cells)} cells came, expected {len(header)}; the rest is passed over",
            severity="note",
        )
    yield entry


def repeats_noted(entries: Iterable[Entry | Problem], *fields: str) -> Iterator[Entry | Problem]:
    """The entries, after a note where one has the same values of the fields as one before."""
    seen: dict[tuple[object, ...], str] = {}
    for entry in entries:
        if isinstance(entry, Entry):
            key = tuple(entry.values.get(field) for field in fields)
            if key in seen:
                message = f"{key[-1]!r} came as in {seen[key]} before; both are kept"
                yield entry.problem(message, field=fields[-1], severity="note")
            seen.setdefault(key, entry.row)
        yield entry


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose keys differ."""
    twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if twice:
        raise ValueError(f"the key {twice[0]!r} occurs twice in one object")
    return dict(pairs)


def read_integer(digits: str) -> int | str:
    """An integer of JSON; as a text where it is longer than Python reads."""
    try:
        return int(digits)
    except ValueError:
        return digits


def whole(value: Any) -> Any:
    """The JSON value with U+FFFD in place of halves of surrogate pairs.

    Raises:
        ValueError: two keys of an object become the same.
    """
    match value:
        case str():
            return whole_characters(value)
        case list():
            return [whole(item) for item in value]
        case dict():
            return unique([(whole(key), whole(item)) for key, item in value.items()])
    return value


def parsed(text: str, file: str, expected: type, row: str = "") -> Any:
    """The JSON value of the expected kind, with U+FFFD in place of halves of characters."""
    try:
        value = whole(json.loads(text, object_pairs_hook=unique, parse_int=read_integer))
    except json.JSONDecodeError as error:
        refuse(file, f"not JSON: {error.msg}, line {error.lineno} column {error.colno}", row=row)
    except (ValueError, RecursionError) as error:
        refuse(file, f"not usable JSON: {error}", row=row)
    if not isinstance(value, expected):
        refuse(file, f"{KINDS[type(value)]} came, expected {KINDS[expected]}", row=row)
    return value


def listed(
    source: Source, file: str, values: Iterable[Any], *, key: str = ""
) -> Iterator[Entry | Problem]:
    """The entries of a list of objects; the key is the list's name in its file."""
    for position, value in enumerate(values):
        row = f"{key!r}, entry {position} (from 0)" if key else f"entry {position} (from 0)"
        if isinstance(value, Mapping):
            name = f"{key}-{number(position)}" if key else number(position)
            yield Entry(id=name, file=file, row=row, values=value, corrected=source.corrected)
        else:
            message = f"{KINDS[type(value)]} came, expected an object"
            yield Problem(severity="fatal", file=file, row=row, message=message)


def json_list(source: Source, file: str) -> Iterator[Entry | Problem]:
    """The objects of a JSON list."""
    values = parsed(read_text(source, file), file, list)
    if not values:
        refuse(file, "an empty list came, expected some objects")
    return listed(source, file, values)


def json_object(source: Source, file: str) -> dict[str, Any]:
    """A JSON object that is not empty."""
    values: dict[str, Any] = parsed(read_text(source, file), file, dict)
    if not values:
        refuse(file, "an empty object came, expected some keys")
    return values


def json_lists(source: Source, file: str, keys: Iterable[str]) -> Iterator[Entry | Problem]:
    """The objects of the lists of those keys, one list after the other."""
    values = json_object(source, file)
    for key in keys:
        found = values.get(key)
        if isinstance(found, list) and found:
            yield from listed(source, file, found, key=key)
            continue
        came = "an empty list" if found == [] else KINDS[type(found)]
        message = f"{came if key in values else 'nothing'} came, expected a list of objects"
        yield Problem(severity="fatal", file=file, field=key, message=message)


def json_lines(source: Source, file: str) -> Iterator[Entry | Problem]:
    """The objects of a file that holds one on each line."""
    for position, line in enumerate(text_lines(source, file)):
        row = f"line {position + 1}"
        try:
            values = parsed(line, file, dict, row)
            yield Entry(
                id=number(position),
                file=file,
                row=row,
                values=values,
                corrected=source.corrected,
            )
        except Rejected as rejected:
            yield rejected.problem


def text_lines(source: Source, file: str) -> list[str]:
    """The lines without outer blanks; empty lines at the end do not count."""
    lines = all_lines(source, file)
    return lines[: filled(lines)]


def all_lines(source: Source, file: str) -> list[str]:
    """The lines without outer blanks, empty ones at the end as well; refused if all are empty."""
    lines = [line.strip() for line in io.StringIO(read_text(source, file), newline=None)]
    if not any(lines):
        refuse(file, "empty; expected some lines")
    return lines


def filled(lines: list[str]) -> int:
    """How many lines there are without empty ones at the end."""
    return max((place + 1 for place, line in enumerate(lines) if line), default=0)
