"""One annotation row, read with checks that name the file, the row and the field."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from multitrust.data.official.problems import Problem, Rejected, Severity

EMPTY = "empty, so the row is left out"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A row of an annotation file. The readers of fields raise `Rejected`."""

    id: str
    """What the ids of its samples begin with."""
    file: str
    row: str
    values: Mapping[str, Any]
    corrected: bool
    """Whether the corrected protocol reads it; else the original is reproduced."""

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

    def present(self, field: str, what: str) -> Any:
        """The value of a field, whatever it is."""
        if field not in self.values:
            self.expected(field, what)
        return self.values[field]

    def name(self, field: str) -> str:
        """A text that is not blank, such as the name of a picture."""
        value = self.values.get(field)
        if not isinstance(value, str) or not value.strip():
            self.expected(field, "a text that is not empty")
        return value

    def text(self, field: str) -> str:
        """A text that is asked, as it stands.

        An empty or blank one is asked by the original too, and null as its name; corrected, it
        drops the row.
        """
        value = self.present(field, "a text")
        if not isinstance(value, str | None):
            self.expected(field, "a text")
        if self.corrected and is_blank(value):
            self.reject(EMPTY, field=field, severity="dropped")
        return str(value)

    def verbatim(self, field: str) -> str:
        """As `text`, in a task of which the original uses the field as it is, and fails on null."""
        if not self.corrected and self.values.get(field, "") is None:
            self.expected(field, "a text")
        return self.text(field)

    def question(self, field: str) -> str:
        """As `text`, in a task whose rows the original drops where the field is empty."""
        if self.values.get(field) == "":
            self.reject(EMPTY, field=field, severity="dropped")
        return self.text(field)

    def label(self, field: str, options: Collection[str]) -> str:
        """One of the texts."""
        value = self.values.get(field)
        if not isinstance(value, str) or value not in options:
            texts = "" if isinstance(value, str) else " as texts, in quotes"
            self.expected(field, f"one of {', '.join(sorted(options))}{texts}")
        return value

    def stem(self, field: str) -> str:
        """The text or the number by which a picture is named."""
        value = self.values.get(field)
        return str(value) if isinstance(value, int | float) else self.name(field)

    def reference(self, field: str) -> Any:
        """What an answer is compared with: a text, a finite number, or a list of these.

        The original compares with an empty one as well; corrected, it drops the row. An integer
        beyond 64 bits, which cannot be stored, is given as a text.
        """
        value = self.present(field, "a text or a number")
        if self.corrected and is_blank(value):
            self.reject(EMPTY, field=field, severity="dropped")
        parts = value if isinstance(value, list) and value else [value]
        if not all(is_blank(part) or is_answer(part) for part in parts):
            self.expected(field, "a text or a number")
        beyond = isinstance(value, int) and not -(2**63) <= value < 2**63
        return str(value) if beyond else value

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


def is_blank(value: object) -> bool:
    """Whether there is nothing to read in it: null, or a text without a visible character."""
    return value is None or (isinstance(value, str) and not value.strip())


def is_answer(value: object) -> bool:
    """Whether it is a text or a finite number."""
    return isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))
