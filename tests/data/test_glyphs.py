"""Every character of the foreign words is in the font that draws it, none is an empty box."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from multitrust.data import Drawing
from multitrust.data.drawing.fonts import CJK, SANS
from multitrust.data.drawing.svg import document, text
from multitrust.data.embedded.truthfulness.cognition.symbols import LANGUAGES, WORDS

MISSING = "\ue123"
"""A private character that no font has."""


def drawn(character: str, family: str) -> np.ndarray:
    picture = Drawing(document(60, 60, text(30, 46, character, size=40, family=family)))
    return np.asarray(Image.open(io.BytesIO(picture.render())).convert("L"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_glyph_is_missing(language: str) -> None:
    column = LANGUAGES.index(language)
    family = CJK if column >= 3 else SANS
    box, blank = drawn(MISSING, family), drawn(" ", family)
    for character in sorted({c for words in WORDS.values() for c in words[column]}):
        image = drawn(character, family)
        assert not np.array_equal(image, box), character
        assert not np.array_equal(image, blank), character


def test_each_language_says_each_thing_in_its_own_word() -> None:
    for column, language in enumerate(LANGUAGES):
        said = [words[column].casefold() for words in WORDS.values()]
        assert len(set(said)) == len(said), language
