"""How many tokens a picture becomes, by the rules that providers publish (docs/cost.md)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from multitrust.core import ConfigError, Image, UnknownNameError, open_image
from multitrust.data import Altered, Drawing, Noise

SVG_SIZE = re.compile(
    r'<svg\b[^<>]{0,300}?\bwidth="([\d.]{1,12})"[^<>]{0,300}?\bheight="([\d.]{1,12})"'
)


class PictureRule(Protocol):
    """From a picture's size to its tokens."""

    def tokens(self, width: int, height: int) -> int:
        """Tokens of a picture of so many pixels."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tiles:
    """A base, and so many tokens for each square tile of the picture that was made smaller."""

    base: int
    each: int
    side: int = 512
    fit: int = 2048
    """The longer side is shrunk to this."""
    short: int = 768
    """Then the shorter side is shrunk to this."""

    def tokens(self, width: int, height: int) -> int:
        """Base and tiles."""
        shrink = min(1.0, self.fit / max(width, height))
        shrink = min(shrink, self.short / min(width, height))
        return self.base + self.each * covering(width * shrink, height * shrink, self.side)


@dataclass(frozen=True, kw_only=True, slots=True)
class Patches:
    """One token, times a factor, for each square patch; larger pictures are made smaller."""

    side: int
    most: int | None = None
    """Patches of one picture."""
    factor: float = 1.0

    def tokens(self, width: int, height: int) -> int:
        """Patches times the factor."""
        patches = covering(width, height, self.side)
        return math.ceil(min(patches, self.most or patches) * self.factor)


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """One token for so many pixels; longer sides are shrunk."""

    pixels: int
    longest: int
    most: int
    """Tokens of one picture."""

    def tokens(self, width: int, height: int) -> int:
        """The shrunk picture's pixels, shared out."""
        shrink = min(1.0, self.longest / max(width, height))
        return min(self.most, math.ceil(width * height * shrink**2 / self.pixels))


@dataclass(frozen=True, kw_only=True, slots=True)
class Crops:
    """So many tokens for a small picture, and for each square crop of a larger one."""

    each: int
    small: int = 384
    """Sides up to this make a picture small."""
    least: int = 256
    largest: int = 768
    """Sides of a crop: two thirds of the shorter side, within these two."""

    def tokens(self, width: int, height: int) -> int:
        """Crops times the tokens of each."""
        if max(width, height) <= self.small:
            return self.each
        side = min(max(int(min(width, height) / 1.5), self.least), self.largest)
        return self.each * covering(width, height, side)


@dataclass(frozen=True, kw_only=True, slots=True)
class Whole:
    """The same for every picture."""

    each: int

    def tokens(self, width: int, height: int) -> int:
        """That number."""
        return self.each


RULES = {"tiles": Tiles, "patches": Patches, "area": Area, "crops": Crops, "whole": Whole}
USUAL = Patches(side=28)
"""For models of which no rule is known: what most open models have come to, near enough."""


def covering(width: float, height: float, side: int) -> int:
    """How many squares cover a rectangle."""
    return math.ceil(width / side) * math.ceil(height / side)


def read_rule(name: str, fields: Mapping[str, Any]) -> PictureRule:
    """A rule from a table `{rule = "tiles", base = 85, each = 170}`.

    Raises:
        UnknownNameError: there is no such rule.
        ConfigError: a number is missing, not positive, or none of the rule's.
    """
    numbers = {key: value for key, value in fields.items() if key not in ("rule", "source", "date")}
    kind = str(fields.get("rule"))
    if kind not in RULES:
        raise UnknownNameError("rule of picture tokens", kind, RULES)
    bad = [f"{key} = {value!r}" for key, value in numbers.items() if not is_positive(value)]
    try:
        rule: PictureRule = RULES[kind](**numbers)
    except TypeError as error:
        bad.append(str(error))
    if bad:
        raise ConfigError(
            f"the picture rule {name!r} has {bad[0]}; expected the positive numbers that the rule "
            f"{kind!r} takes, see docs/cost.md"
        )
    return rule


def is_positive(value: object) -> bool:
    """Whether a value of TOML is a number above 0, and not absurdly large."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 < value < 1e9  # type: ignore[operator]


def size_of(image: Image) -> tuple[int, int]:
    """Width and height in pixels; nothing is drawn or attacked where they are known without.

    Raises:
        ImageError: the picture cannot be read.
    """
    if isinstance(image, Altered):
        return size_of(image.source)
    if isinstance(image, Noise):
        return image.width, image.height
    if isinstance(image, Drawing) and (found := SVG_SIZE.search(image.svg)):
        return round(float(found[1])), round(float(found[2]))
    return open_image(image.read()).size
