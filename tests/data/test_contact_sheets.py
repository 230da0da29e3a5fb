"""The contact sheets in docs are made of what the generators draw today."""

from __future__ import annotations

import importlib.util
from itertools import islice
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def sheets() -> ModuleType:
    spec = importlib.util.spec_from_file_location("contact_sheets", DOCS / "contact_sheets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_sheet_has_pictures_and_is_in_the_docs(sheets: ModuleType) -> None:
    for name, draw in sheets.SHEETS.items():
        first = list(islice(draw(), 2))
        assert sheets.paste(first).size == (sheets.COLUMNS * sheets.TILE, sheets.TILE)
        assert (DOCS / "contact-sheets" / f"{name}.webp").stat().st_size <= 150_000


def test_a_sheet_is_written(sheets: ModuleType, tmp_path: Path) -> None:
    (path,) = sheets.write(tmp_path / "new", ["signs"])
    with Image.open(path) as made:
        assert made.size == (sheets.COLUMNS * sheets.TILE, 2 * sheets.TILE)
