"""Edits that make a text harder to read and leave what it says alone.

After the families of AdvGLUE (arXiv:2111.02840): characters (`typo`, `swap`, `homoglyph`), words
(`synonym`, `order`) and sentences (`distractor`). Words that a label hangs on are never touched:
negations, quantities and what compares, numbers, and names (any capitalised word). A word is edited
only inside, at its first and last letter it stays as it was, and short words stay whole.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from multitrust.attacks.text.synonyms import ASIDES, SYNONYMS

Edit = Callable[[list[str], random.Random, float], list[str]]
"""Words of a text, a random stream and a strength -> the words of the edited text."""

PROTECTED = {
    "no", "not", "never", "none", "nobody", "nothing", "nowhere", "neither", "nor", "cannot",
    "without", "hardly", "barely", "scarcely", "all", "every", "each", "some", "any", "few",
    "many", "most", "more", "less", "fewer", "least", "only", "both", "half", "several", "enough",
    "before", "after", "until", "since", "above", "below", "under", "over", "inside", "outside",
    "left", "right", "first", "last", "than", "as", "too", "but", "although", "though", "except",
    "if", "unless", "may", "might", "must", "should", "could", "would", "often", "always",
    "sometimes", "seldom", "rarely", "already", "still", "yet", "one", "two", "three", "four",
    "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty", "thirty",
    "forty", "fifty", "sixty", "hundred", "thousand", "once", "twice",
}  # fmt: skip
"""Words that a label hangs on."""
LIGHT = {
    "a", "an", "the", "is", "are", "was", "were", "has", "had", "this", "these", "its", "their",
    "his", "her", "our", "my",
}  # fmt: skip
"""Words that may stand a place further on without a change of meaning."""
LOOKALIKES = {"a": "а", "c": "с", "e": "е", "o": "о", "p": "р", "x": "х", "y": "у", "i": "і"}
"""Latin -> Cyrillic letters of the same shape."""
WORD = re.compile(r"^(\W*+)([a-z]+)(\W*)")
SHORTEST = 6
"""Letters that a word needs before one of them may go: shorter words turn into others."""


def edit(name: str, text: str, rng: random.Random, *, strength: float = 0.25) -> str:
    """The text under the edit of that name.

    Args:
        name: one of `EDITS`.
        text: words parted by single spaces.
        rng: decides where and how.
        strength: the share of the words that can be edited which are, from 0 (none) to 1 (all).
            `distractor` has but one place and edits at any strength above 0.

    Returns:
        Another text, or the same when it holds no word that this edit may touch.
    """
    return " ".join(EDITS[name](text.split(" "), rng, strength))


def is_protected(word: str) -> bool:
    """Whether no edit may touch the word: a negation, quantity, number or name."""
    core = word.strip("\"'.,;:!?()").lower()
    return core in PROTECTED or "n't" in core or not word.strip("\"'(").islower()


def chosen(places: Sequence[int], rng: random.Random, strength: float) -> list[int]:
    """Some of the places, as many as the strength asks for, rounded up."""
    return rng.sample(places, math.ceil(strength * len(places)))


def inside(words: Sequence[str], fits: Callable[[str], bool]) -> list[int]:
    """Places of words of lower-case letters that may be touched and whose letters fit."""
    found = ((i, WORD.fullmatch(word)) for i, word in enumerate(words))
    return [i for i, m in found if m and not is_protected(words[i]) and fits(m.group(2))]


def respell(
    change: Callable[[str, random.Random], str], fits: Callable[[str], bool]
) -> Callable[[list[str], random.Random, float], list[str]]:
    """An edit that changes the letters of words and leaves their punctuation."""

    def respelt(words: list[str], rng: random.Random, strength: float) -> list[str]:
        made = list(words)
        for place in chosen(inside(words, fits), rng, strength):
            made[place] = WORD.sub(
                lambda m: m.group(1) + change(m.group(2), rng) + m.group(3), words[place], count=1
            )
        return made

    return respelt


def slip(word: str, rng: random.Random) -> str:
    """One inner letter dropped or doubled."""
    place = rng.randrange(1, len(word) - 1)
    return word[:place] + rng.choice(("", word[place] * 2)) + word[place + 1 :]


def exchange(word: str, rng: random.Random) -> str:
    """Two inner neighbours that differ, exchanged."""
    place = rng.choice(uneven(word))
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def uneven(word: str) -> list[int]:
    """Places of inner letters that differ from the next inner letter."""
    return [i for i in range(1, len(word) - 2) if word[i] != word[i + 1]]


def disguise(word: str, rng: random.Random) -> str:
    """Every letter that has a lookalike in another script, replaced by it."""
    return "".join(LOOKALIKES.get(letter, letter) for letter in word)


def order(words: list[str], rng: random.Random, strength: float) -> list[str]:
    """Light words put behind the word that follows them; no word moves further than one place."""
    movable = [
        i
        for i, (word, after) in enumerate(pairwise(words))
        if word in LIGHT and after.isalpha() and after not in LIGHT and not is_protected(after)
    ]
    made = list(words)
    for i in chosen(movable, rng, strength):
        made[i], made[i + 1] = words[i + 1], words[i]
    return made


def distractor(words: list[str], rng: random.Random, strength: float) -> list[str]:
    """An aside in brackets, which has nothing to do with the text, before its final mark."""
    if strength == 0:
        return words
    end = words[-1].rstrip(".?!")
    return [*words[:-1], end, f"({rng.choice(ASIDES)}){words[-1][len(end) :]}"]


EDITS: Mapping[str, Edit] = {
    "typo": respell(slip, lambda word: len(word) >= SHORTEST),
    "swap": respell(exchange, lambda word: len(word) >= SHORTEST and bool(uneven(word))),
    "homoglyph": respell(
        disguise, lambda word: len(word) > 3 and not LOOKALIKES.keys().isdisjoint(word)
    ),
    "synonym": respell(lambda word, rng: rng.choice(SYNONYMS[word]), SYNONYMS.__contains__),
    "order": order,
    "distractor": distractor,
}
"""Name -> edit."""
