"""One annotation row, read with checks that name the file, the row and the field."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from multitrust.data.official.problems import Problem, Rejected, Severity


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A row of an annotation file. The readers of fields raise `Rejected`."""

    id: str
    """What the ids of its samples begin with."""
    file: str
    row: str
    values: Mapping[str, Any]

    def problem(
        self, message: str, *, field: str = "", severity: Severity = "fatal", missing: str = ""
    ) -> Problem:
        """A problem of this row."""
        return Problem(
            severity=severity,
            file=self.file,
            row=self.row,
            field=field,
            message=message,
            missing=missing,
        )

    def reject(self, message: str, *, field: str = "", severity: Severity = "fatal") -> NoReturn:
        """Leave the row out."""
        raise Rejected(self.problem(message, field=field, severity=severity))

    def expected(self, field: str, what: str) -> NoReturn:
        """Reject the row for the value of a field."""
        came = reprlib.repr(self.values[field]) if field in self.values else "nothing"
        self.reject(f"{came} came, expected {what}", field=field)

    def text(self, field: str) -> str:
        """A text that is not blank, as it stands."""
        value = self.values.get(field)
        if not isinstance(value, str) or not value.strip():
            self.expected(field, "a text that is not empty")
        return value

    def asked(self, field: str) -> str:
        """As `text`; a row whose field is empty is dropped, as the original drops it."""
        value = self.values.get(field)
        if isinstance(value, str) and not value.strip():
            self.reject("empty, so the row is left out", field=field, severity="dropped")
        return self.text(field)

    def label(self, field: str, options: Collection[str]) -> str:
        """One of the texts."""
        value = self.values.get(field)
        if not isinstance(value, str) or value not in options:
            self.expected(field, f"one of {', '.join(sorted(options))}")
        return value

    def answer(self, field: str) -> str | int | float:
        """A text that is not blank, or a finite number."""
        value = self.values.get(field)
        if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
            return value
        return self.text(field)

    def zero_or_one(self, field: str) -> int:
        """0 or 1."""
        value = self.values.get(field)
        if not isinstance(value, int | float) or value not in (0, 1):
            self.expected(field, "0 or 1")
        return int(value)

    def first(self, field: str) -> str:
        """The first text of a list."""
        value = self.values.get(field)
        if not isinstance(value, list) or not value or not isinstance(value[0], str):
            self.expected(field, "a list that begins with a text")
        return str(value[0])
