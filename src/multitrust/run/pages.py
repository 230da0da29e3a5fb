"""Rows of a damaged SQLite file, read from its pages without SQLite.

SQLite refuses a file whose first page is broken or whose end is missing, though every other page
holds its rows. Here each page that looks like a leaf of a table is read for itself, in the file and
in its write-ahead log. What is read this way may be old, torn or no row at all: whoever uses it
checks each row by its own digest.

The format is described at https://sqlite.org/fileformat2.html (numbers of sections below).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

MAGIC = b"SQLite format 3\0"
LOG_MAGIC = (0x377F0682, 0x377F0683)
"""How a write-ahead log begins; the last bit says that its checksums are big-endian."""
LOG_HEADER, FRAME_HEADER, FILE_HEADER, LEAF_HEADER = 32, 24, 100, 8
LEAF = b"\x0d"
"""The type of a page that holds rows of a table."""
USUAL_SIZE = 4096
"""Bytes of a page, where neither file nor log tells."""
SIZES = frozenset(2**power for power in range(9, 17))
WORD = 0xFFFFFFFF

Value = int | float | str | bytes | None
Row = tuple[int, tuple[Value, ...]]
"""A row's number and its columns."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One page in a write-ahead log (section 4.1)."""

    page: int
    content: bytes
    commits: bool
    """Whether it ends a transaction."""
    current: bool
    """Whether it belongs to the log's newest generation; older frames may stand behind that."""
    valid: bool
    """Whether it and all frames before it have the checksums that they state."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a database file and of its log."""

    size: int
    usable: int
    """Bytes of a page that SQLite itself uses."""
    file: bytes
    frames: list[Frame]
    newest: dict[int, bytes]
    """Pages that the log holds in place of the file's."""

    @property
    def longest(self) -> int:
        """Bytes that no row can be longer than."""
        return len(self.file) + len(self.frames) * self.size

    def page(self, number: int) -> bytes:
        """The newest content of a page; cut short or empty where the file ends."""
        start = (number - 1) * self.size
        return self.newest.get(number) or self.file[start : start + self.size]

    def leaves(self) -> Iterator[bytes]:
        """Every page but the first that says it is a leaf, in every version that there is."""
        starts = range(self.size, len(self.file), self.size)
        pages = (self.file[start : start + self.size] for start in starts)
        frames = (frame.content for frame in self.frames)
        yield from (page for page in chain(pages, frames) if page[:1] == LEAF)


def read_pages(path: Path, log: Path) -> Pages:
    """The pages of a database and its write-ahead log, either of which may be missing or damaged.

    Raises:
        OSError: a file is there and cannot be read.
    """
    file = path.read_bytes() if path.exists() else b""
    size, frames = read_log(log)
    reserved = 0
    if file.startswith(MAGIC) and len(file) >= FILE_HEADER:
        size, reserved = known_size(int.from_bytes(file[16:18], "big"), size), file[20]
    newest = {frame.page: frame.content for frame in frames if frame.current}
    return Pages(size, size - reserved, file, frames, newest)


def known_size(told: int, other: int) -> int:
    """The size of a page that a header tells, or the other one if there is no such size."""
    size = 65536 if told == 1 else told
    return size if size in SIZES else other


def is_torn(log: Path) -> bool:
    """Whether a log is damaged before its end, so that SQLite silently drops what follows.

    A process that dies leaves frames behind that no commit follows; these are no damage.
    """
    _, frames = read_log(log)
    return any(frame.commits and not frame.valid for frame in frames if frame.current)


def read_log(log: Path) -> tuple[int, list[Frame]]:
    """The size of a log's pages, and its frames, whether or not SQLite would still read them."""
    content = log.read_bytes() if log.exists() else b""
    if len(content) < LOG_HEADER:
        return USUAL_SIZE, []
    size = known_size(int.from_bytes(content[8:12], "big"), USUAL_SIZE)
    return size, list(iter_frames(content, size))


def iter_frames(content: bytes, size: int) -> Iterator[Frame]:
    """The frames of a write-ahead log with pages of that size."""
    magic, salts = int.from_bytes(content[:4], "big"), content[16:24]
    known, order = magic in LOG_MAGIC, ">" if magic & 1 else "<"
    sums = checksum(content[:24], order, (0, 0))
    valid = known and struct.pack(">II", *sums) == content[24:32]
    step = FRAME_HEADER + size
    for start in range(LOG_HEADER, len(content) - step + 1, step):
        head, page = content[start : start + FRAME_HEADER], content[start + FRAME_HEADER :][:size]
        current = not known or head[8:16] == salts
        if valid := valid and current:
            sums = checksum(head[:8] + page, order, sums)
            valid = struct.pack(">II", *sums) == head[16:24]
        number, commits = int.from_bytes(head[:4], "big"), head[4:8] != bytes(4)
        yield Frame(number, page, commits, current, valid)


def checksum(data: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    """The running checksum of a log (section 4.2)."""
    first, second = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & WORD
        second = (second + odd + first) & WORD
    return first, second


def iter_rows(pages: Pages) -> Iterator[Row]:
    """Every row that can be read, several times where several versions of its page are there."""
    for leaf in pages.leaves():
        cells = int.from_bytes(leaf[3:5], "big")
        for place in range(LEAF_HEADER, min(LEAF_HEADER + 2 * cells, len(leaf)), 2):
            start = int.from_bytes(leaf[place : place + 2], "big")
            try:
                row = read_cell(pages, leaf, start)
            except (IndexError, ValueError):
                continue
            yield row


def read_cell(pages: Pages, leaf: bytes, start: int) -> Row:
    """The row of a cell (section 1.6), its overflow pages included.

    Raises:
        IndexError: the page ends before the cell does.
        ValueError: it is no row, or a part of it is missing.
    """
    length, place = read_varint(leaf, start)
    number, place = read_varint(leaf, place)
    if length > pages.longest:
        raise ValueError("longer than the file")
    local = local_length(length, pages.usable)
    payload = leaf[place : place + local]
    if local < length:
        payload += read_overflow(pages, leaf[place + local : place + local + 4], length - local)
    if len(payload) != length:
        raise ValueError("cut short")
    return number, tuple(read_record(payload))


def local_length(length: int, usable: int) -> int:
    """How many bytes of a row lie in the leaf itself."""
    if length <= usable - 35:
        return length
    least = (usable - 12) * 32 // 255 - 23
    fitting = least + (length - least) % (usable - 4)
    return fitting if fitting <= usable - 35 else least


def read_overflow(pages: Pages, pointer: bytes, length: int) -> bytes:
    """The part of a row that lies in a chain of overflow pages."""
    parts: list[bytes] = []
    while length > 0:
        page = pages.page(int.from_bytes(pointer, "big"))
        if len(page) < pages.usable:
            raise ValueError("a page of the chain is missing")
        parts.append(page[4 : min(pages.usable, 4 + length)])
        pointer, length = page[:4], length - len(parts[-1])
    return b"".join(parts)


def read_record(payload: bytes) -> Iterator[Value]:
    """The columns of a row (section 2.1).

    Raises:
        IndexError: the row ends before its columns do.
        ValueError: a type that does not exist, or a text that is none.
    """
    end, place = read_varint(payload, 0)
    start = end
    while place < end:
        kind, place = read_varint(payload, place)
        value, start = read_value(payload, kind, start)
        yield value


def read_value(payload: bytes, kind: int, start: int) -> tuple[Value, int]:
    """A column and the place behind it."""
    if kind in (0, 8, 9):
        return {0: None, 8: 0, 9: 1}[kind], start
    length = {5: 6, 6: 8, 7: 8}.get(kind, kind if kind < 7 else (kind - 12) // 2)
    end = start + length
    if end > len(payload) or kind in (10, 11):
        raise ValueError("no such column")
    part = payload[start:end]
    if kind == 7:
        return float(struct.unpack(">d", part)[0]), end
    if kind < 7:
        return int.from_bytes(part, "big", signed=True), end
    return (part.decode() if kind % 2 else part), end


def read_varint(data: bytes, start: int) -> tuple[int, int]:
    """A number of one to nine bytes (section 1.6), and the place behind it."""
    value = 0
    for place in range(start, start + 8):
        byte = data[place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    return value << 8 | data[start + 8], start + 9
