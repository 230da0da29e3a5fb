"""Prices and the tokens of pictures, against numbers computed by hand from the published rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from multitrust.core import ConfigError, Image, ImageError, UnknownNameError
from multitrust.data import Altered, Drawing, ImageFile, Noise
from multitrust.data.drawing import svg
from multitrust.run.pictures import USUAL, Area, Crops, Patches, PictureRule, Tiles, Whole, size_of
from multitrust.run.prices import Price, Prices, parse_prices, read_prices, show_usd

OWN = """
[[price]]
models = ["http://127.0.0.1:*#x", "openai/gpt-4o"]
input = 1
output = 3.5
pictures = "mine"
date = "2026-11-25"

[pictures.mine]
rule = "whole"
each = 10
"""


@pytest.mark.parametrize(
    ("rule", "size", "tokens"),
    [
        (Tiles(base=85, each=170), (1024, 1024), 765),
        (Tiles(base=85, each=170), (2048, 4096), 1105),
        (Tiles(base=85, each=170), (128, 64), 255),
        (Tiles(base=70, each=140), (513, 512), 350),
        (Patches(side=32, most=1536), (1024, 1024), 1024),
        (Patches(side=32, most=1536), (1800, 2400), 1536),
        (Patches(side=32, most=1536, factor=1.62), (33, 32), 4),
        (Patches(side=28), (336, 336), 144),
        (Area(pixels=750, longest=1568, most=1600), (1000, 1000), 1334),
        (Area(pixels=750, longest=1568, most=1600), (200, 200), 54),
        (Area(pixels=750, longest=1568, most=1600), (3136, 100), 105),
        (Area(pixels=750, longest=1568, most=1600), (5000, 5000), 1600),
        (Crops(each=258), (384, 384), 258),
        (Crops(each=258), (960, 540), 6 * 258),
        (Crops(each=258), (3000, 3000), 16 * 258),
        (Whole(each=1120), (1, 9000), 1120),
    ],
)
def test_pictures_become_tokens(rule: PictureRule, size: tuple[int, int], tokens: int) -> None:
    assert rule.tokens(*size) == tokens


def explode(pixels: Any, rng: Any) -> Any:
    raise AssertionError("nothing is altered to know a size")


DRAWING = Drawing(svg.document(60, 40))


@pytest.mark.parametrize(
    ("image", "size"),
    [
        (DRAWING, (60, 40)),
        (Noise(1, 30, 20), (30, 20)),
        (Altered(DRAWING, {"name": "attack"}, explode), (60, 40)),
    ],
)
def test_sizes_are_known_without_drawing(image: Image, size: tuple[int, int]) -> None:
    assert size_of(image) == size


def test_sizes_are_those_of_the_pixels(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(DRAWING.render())
    assert size_of(ImageFile(path)) == size_of(DRAWING)
    path.write_bytes(b"no picture")
    with pytest.raises(ImageError, match=r"picture\.png: .* of no known format"):
        size_of(ImageFile(path))


def test_a_price_is_per_million_and_cached_input_is_cheaper() -> None:
    price = Price(input=2.0, cached=0.5, output=10.0)
    assert price.cost(1_000_000, 100_000) == pytest.approx(3.0)
    assert price.cost(1_000_000, 0, cached_tokens=600_000) == pytest.approx(0.8 + 0.3)
    assert not price.free
    assert Price(input=0, cached=0, output=0).free


@pytest.mark.parametrize(
    ("model", "row"),
    [
        ("openai/gpt-4o", (2.5, 1.25, 10.0)),
        ("openai/gpt-4o-2024-11-20", (2.5, 1.25, 10.0)),
        ("openai/gpt-4o-mini", (0.15, 0.075, 0.6)),
        ("openai-responses/gpt-5", (1.25, 0.125, 10.0)),
        ("openai/gpt-5.6-sol", (4.0, 0.4, 20.0)),
        ("anthropic/claude-opus-5-5", (4.0, 0.2, 20.0)),
        ("google/gemini-3.8-flash", (0.75, 0.075, 3.75)),
        ("demo", (0, 0, 0)),
        ("hf/some/where", (0, 0, 0)),
    ],
)
def test_the_table_knows_the_model(model: str, row: tuple[float, float, float]) -> None:
    price = read_prices().of(model)
    assert price is not None
    assert (price.input, price.cached, price.output) == row


@pytest.mark.parametrize("model", ["openai/gpt-4", "openai/gpt-5.9", "http://127.0.0.1:8000/v1#x"])
def test_what_the_table_does_not_know_has_no_price(model: str) -> None:
    assert read_prices().of(model) is None


def test_every_row_says_where_and_when_it_was_read() -> None:
    rows = read_prices().rows
    assert len(rows) > 100
    assert all(price.source for _, price in rows)
    assert all(re.fullmatch(r"20\d\d-\d\d-\d\d", price.date) for _, price in rows)
    assert all(price.cached <= price.input for _, price in rows)
    patterns = [pattern for pattern, _ in rows]
    assert len(set(patterns)) == len(patterns)


def test_no_pattern_hides_a_later_one() -> None:
    prices = read_prices()
    for pattern, price in prices.rows:
        assert prices.of(pattern.replace("*", "x")) is price, pattern


def test_own_prices_come_first_and_the_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(OWN)
    prices = read_prices(path)
    for model in ("http://127.0.0.1:8000/v1#x", "openai/gpt-4o"):
        price = prices.of(model)
        assert price == Price(
            input=1, cached=1, output=3.5, pictures=Whole(each=10), date="2026-11-25"
        )
    assert prices.of("openai/gpt-5") == read_prices().of("openai/gpt-5")


def test_without_a_rule_pictures_are_counted_as_usual() -> None:
    (row,) = parse_prices('[[price]]\nmodels = ["x"]\ninput = 1\noutput = 2', "own")
    assert Prices((row,)).of("x") == Price(input=1, cached=1, output=2, pictures=USUAL)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("price = 3", "must hold"),
        ("", "must hold"),
        ("[[price", "is not TOML"),
        ('[[price]]\nmodels = ["x"]\ninput = 1', "is no price"),
        ('[[price]]\nmodels = ["x"]\noutput = 1', "is no price"),
        ('[[price]]\nmodels = ["x"]\ninput = -1\noutput = 1', "is no price"),
        ('[[price]]\nmodels = ["x"]\ninput = true\noutput = 1', "is no price"),
        ('[[price]]\nmodels = "x"\ninput = 1\noutput = 1', "is no price"),
        ("[[price]]\nmodels = []\ninput = 1\noutput = 1", "is no price"),
        ('[[price]]\nmodels = ["x"]\ninput = 1\noutput = 1\nprompt = 2', "is no price"),
        ('[[price]]\nmodels = ["x"]\ninput = 1\noutput = 1\npictures = "gone"', "is no price"),
        ('[[price]]\nmodels = ["x"]\ninput = 1\noutput = 1\npictures = ["p"]', "is no price"),
        ('[[price]]\nmodels = ["x"]\ninput = 1\noutput = 1\npictures = {a = 1}', "is no price"),
        ('[[price]]\nmodels = ["x"]\ninput = nan\noutput = 1', "is no price"),
        ('[[price]]\nmodels = ["x"]\ninput = inf\noutput = 1', "is no price"),
        ('[[price]]\nmodels = ["x"]\ninput = 2030-01-01\noutput = 1', "is no price"),
        ("[[price]]\nmodels = [1]\ninput = 1\noutput = 1", "is no price"),
        ("price = [1]", "must hold"),
        ("price = []\npictures = {p = 1}", "must hold"),
        ("price = []\n[pictures.p]\nrule = 'whole'\neach = nan", "the picture rule 'p'"),
        ("price = []\n[pictures.p]\nrule = 'whole'\neach = true", "the picture rule 'p'"),
        ("price = []\n[pictures.p]\nrule = 'whole'\neach = 1" + "0" * 400, "the picture rule"),
        ("price = []\n[pictures.p]\nrule = 'whole'\neach = 0", "positive"),
        ("price = []\n[pictures.p]\nrule = 'whole'", "positive"),
        ("price = []\n[pictures.p]\nrule = 'whole'\nside = 3\neach = 1", "positive"),
        ("price = []\n[other]\n[pictures.p]\nrule = 'whole'\neach = 1", "must hold"),
    ],
)
def test_a_table_that_is_none_is_told(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        parse_prices(text, "own.toml")


def test_an_unknown_rule_is_told() -> None:
    with pytest.raises(UnknownNameError, match="did you mean tiles"):
        parse_prices("price = []\n[pictures.p]\nrule = 'tile'", "own.toml")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read the prices"):
        read_prices(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (0.0, "0.00"), (300, "300.00"), (1.6, "1.60"), (0.1, "0.10"), (0.05, "0.0500"),
        (0.012, "0.0120"), (0.0004, "0.00040"), (0.00004, "0.000040"), (4.2e-7, "0.00000042"),
    ],
)  # fmt: skip
def test_no_cost_is_shown_as_nothing(usd: float, text: str) -> None:
    assert show_usd(usd) == text
