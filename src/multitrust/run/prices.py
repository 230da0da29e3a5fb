"""What models cost: a dated table of prices, in which the user's own come first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeGuard

from multitrust.core import ConfigError
from multitrust.data import parse_toml, read_document
from multitrust.run.pictures import USUAL, PictureRule, read_rule

MILLION = 1_000_000
LONGEST = 64_000
"""Bytes of a table of the user's own; TOML's reader takes time by the square of a long key."""
NUMBERS = ("input", "cached", "output")
KEYS = frozenset({"models", "pictures", "source", "date", *NUMBERS})


@dataclass(frozen=True, kw_only=True, slots=True)
class Price:
    """What a model's tokens cost, in USD a million."""

    input: float
    cached: float
    """Input tokens that the provider had cached."""
    output: float
    pictures: PictureRule = USUAL
    source: str = ""
    date: str = ""
    """When the price was read there, ISO 8601."""

    @property
    def free(self) -> bool:
        """Whether nothing is ever paid."""
        return not (self.input or self.cached or self.output)

    def cost(self, input_tokens: float, output_tokens: float, cached_tokens: float = 0) -> float:
        """USD for so many tokens; the cached ones are part of the input."""
        fresh = input_tokens - cached_tokens
        paid = fresh * self.input + cached_tokens * self.cached + output_tokens * self.output
        return paid / MILLION


FREE = Price(input=0.0, cached=0.0, output=0.0)


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices by pattern of the model's name; the first pattern that fits counts."""

    rows: tuple[tuple[str, Price], ...]

    def of(self, model: str) -> Price | None:
        """The price of a model, as it was named with --model; None if there is none."""
        return next((price for pattern, price in self.rows if fnmatchcase(model, pattern)), None)


def read_prices(own: Path | None = None) -> Prices:
    """The table of the package, after the user's own.

    Raises:
        ConfigError: the file cannot be read, or says something that is no price.
    """
    shipped = files("multitrust.run").joinpath("prices.toml").read_text(encoding="utf-8")
    rows = parse_prices(shipped, "prices.toml")
    if own is not None:
        text = read_document(own, "the prices", LONGEST)
        rows = (*parse_prices(text, str(own)), *rows)
    return Prices(rows)


def parse_prices(text: str, name: str) -> tuple[tuple[str, Price], ...]:
    """The rows of a table in TOML.

    Raises:
        ConfigError: it is no such table.
    """
    table = parse_toml(text, name)
    entries, rules = table.get("price"), table.get("pictures", {})
    sound = isinstance(rules, dict) and all(isinstance(rule, dict) for rule in rules.values())
    if not sound or not is_list_of(entries, dict) or len(table) > 2:
        raise ConfigError(f"{name} must hold [[price]] and may hold [pictures.NAME]; docs/cost.md")
    known = {key: read_rule(key, fields) for key, fields in rules.items()}
    return tuple(row for entry in entries for row in read_entry(entry, known, name))


def read_entry(
    entry: Mapping[str, Any], rules: Mapping[str, PictureRule], name: str
) -> list[tuple[str, Price]]:
    """The price of an entry, once for each of its patterns.

    Raises:
        ConfigError: a key is missing or unknown, or a number is none or negative.
    """
    amounts: dict[str, Any] = {"cached": entry.get("input")}
    amounts |= {key: entry[key] for key in NUMBERS if key in entry}
    patterns: Any = entry.get("models")
    rule = entry.get("pictures")
    sound = set(entry) <= KEYS and amounts.keys() == set(NUMBERS)
    sound = sound and all(map(is_amount, amounts.values()))
    sound = sound and is_list_of(patterns, str) and isinstance(rule, str | None)
    if not sound or not patterns or (rule is not None and rule not in rules):
        raise ConfigError(
            f"{name}: the entry {dict(entry)} is no price; expected models (patterns), input and "
            "output (USD for a million tokens) and perhaps cached, pictures (a rule of the same "
            "file), source, date"
        )
    price = Price(
        input=amounts["input"],
        cached=amounts["cached"],
        output=amounts["output"],
        pictures=USUAL if rule is None else rules[rule],
        source=str(entry.get("source", "")),
        date=str(entry.get("date", "")),
    )
    return [(str(pattern), price) for pattern in patterns]


def show_usd(usd: float) -> str:
    """USD for people: cents; of less than ten cents more decimals, so that none is shown as 0."""
    if usd >= 0.1 or usd <= 0:
        return f"{usd:.2f}"
    return f"{usd:.{max(4, 1 - math.floor(math.log10(usd)))}f}"


def is_list_of(value: object, kind: type) -> TypeGuard[list[Any]]:
    """Whether a value of TOML is a list that holds values of one kind alone."""
    return isinstance(value, list) and all(isinstance(part, kind) for part in value)


def is_amount(value: object) -> bool:
    """Whether a value of TOML is a number that is not negative."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9
