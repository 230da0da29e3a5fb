"""Questions with lettered options about a picture."""

from __future__ import annotations

from multitrust.core import Sample
from multitrust.data import Row, labels


def to_choice(row: Row) -> Sample:
    """A picture with a question and four options, to be answered by a letter."""
    options = " ".join(
        f"{letter}. {text}." for letter, text in zip("ABCD", row["choices"], strict=True)
    )
    return Sample.ask(
        row["id"],
        f"{row['question']} {options} Answer with the letter.",
        target=row["target"],
        choices=row["choices"],
        show=row["image"],
        metadata=labels(row),
    )
