"""Files of an invented copy of the official data."""

from __future__ import annotations

import csv
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image


@cache
def pixels(color: int, form: str) -> bytes:
    """A picture of one colour, 8 by 8 pixels."""
    buffer = BytesIO()
    rgb = (color & 255, color >> 8 & 255, color >> 16 & 255)
    Image.new("RGB", (8, 8), rgb).save(buffer, form)
    return buffer.getvalue()


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """Where the files go, and how many rows they get."""

    root: Path
    rows: int
    flawed: bool

    def put(self, name: str, content: bytes) -> None:
        """Write a file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def picture(self, name: str) -> None:
        """Write a picture whose colour its name fixes."""
        form = "JPEG" if name.endswith((".jpg", ".jpeg")) else "PNG"
        self.put(name, pixels(zlib.crc32(name.encode()) & 0xFFFFFF, form))

    def pictures(self, folder: str, names: Iterable[str]) -> None:
        """Write several pictures."""
        for name in names:
            self.picture(f"{folder}/{name}")

    def stray(self, folder: str) -> None:
        """A file that is no picture, in a flawed copy."""
        if self.flawed:
            self.put(f"{folder}/.DS_Store", b"\x00\x00\x00\x01Bud1")

    def json(self, name: str, value: object) -> None:
        """Write a JSON file."""
        self.put(name, json.dumps(value, ensure_ascii=False).encode())

    def lines(self, name: str, values: Iterable[object]) -> None:
        """Write a file of JSON lines."""
        self.put(name, "".join(f"{json.dumps(value)}\n" for value in values).encode())

    def csv(self, name: str, rows: Sequence[Mapping[str, object]], *, mark: bool = False) -> None:
        """Write a CSV file, with a byte order mark if asked."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig" if mark else "utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def shown(self, folder: str, rows: list[dict[str, Any]], key: str = "image") -> None:
        """The pictures that rows name; a flawed copy gets one row more, whose picture is absent."""
        self.pictures(folder, (row[key] for row in rows))
        if self.flawed:
            rows.append({**rows[0], key: "absent.png"})


def in_order(count: int) -> list[str]:
    """Names whose natural order is not that of their characters: the last is ten times as great."""
    return [*(f"{i}.png" for i in range(1, count)), f"{10 * count}.jpg"]
