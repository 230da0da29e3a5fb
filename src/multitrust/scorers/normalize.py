"""Unicode normalisation of a response, in time linear in its length."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from multitrust.core import read_turn

INVISIBLE = dict.fromkeys(
    [0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070),
     0x20E3, *range(0xFE00, 0xFE10), 0xFEFF,
     0xFDFA, 0xFDFB]
)  # fmt: skip
"""Soft hyphens, zero-width and direction marks, selectors of variants and keycaps; and two ligatures
that NFKC spells out as whole sentences."""
MARKS_IN_A_ROW = 8
"""Combining marks kept on one letter: putting long runs of them in order takes quadratic time."""


@lru_cache(maxsize=16)  # several readers look at one response in turn
def normalize(text: str) -> str:
    """NFKC without invisible characters; of the first turn, without control tokens (`read_turn`)."""
    if not text.isascii():
        text = unicodedata.normalize(
            "NFKC", limit_marks(text.translate(INVISIBLE))
        )[
            : 2 * len(text)
            + 1000  # NFKC makes up to 18 characters of one
        ]
    return read_turn(text)


def limit_marks(text: str) -> str:
    """The text with at most `MARKS_IN_A_ROW` combining marks in a row."""
    kept, run = [], 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= MARKS_IN_A_ROW:
            kept.append(char)
    return "".join(kept)
