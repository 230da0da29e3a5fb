"""What is wrong with a copy of the official data, as values that can be listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["fatal", "dropped", "note"]
"""`fatal`: the dataset id cannot be used; `dropped`: a row is left out; `note`: nothing is lost."""
Reader = Literal["official", "corrected"]
"""The protocols that read the data differently; `official-v0.1.0` reads them as `official`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is not as expected."""

    severity: Severity
    file: str
    """Path below the data root of the file or folder concerned."""
    row: str = ""
    """Which row, and how it is counted: `line 4` from 1, `entry 3 (from 0)`; "" for the whole."""
    field: str = ""
    message: str
    """What came and what was expected."""
    missing: str = ""
    """Path below the data root of what is absent, if that is the problem."""
    protocols: tuple[Reader, ...] = ()
    """Which protocols have it, where data were read by both."""

    def __str__(self) -> str:
        where = [self.file, self.row, f"field {self.field!r}" if self.field else ""]
        return f"{', '.join(filter(None, where))}: {self.message}"


class Rejected(Exception):
    """Ends the reading of a row, or of a file; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
