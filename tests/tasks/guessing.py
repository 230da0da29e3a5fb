"""Guessing answers from the words of questions alone."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from multitrust.core import Sample

SIGMAS = 3.5
"""Standard errors above chance that still count as noise."""
COMMON = 5
"""The most frequent answer to an open question may be right as often as one of so many."""


class Guess(NamedTuple):
    """What a guesser gets right, and the most that chance and noise would let it."""

    right: float
    ceiling: float


def guesses(exam: Sequence[Sample], lessons: Sequence[Sample]) -> dict[str, Guess]:
    """Three guessers who see no picture but know the answers to all other samples.

    They say the most frequent answer: of all samples, of those with the same wording, and of those
    with the most similar other wording. Chance is one of the options, or one of the answers that
    such a wording ever had: at least two, and at most five, since some are more common than others.
    """
    known: dict[str, Counter[str]] = defaultdict(Counter)
    for sample in (*exam, *lessons):
        known[sample.text][repr(sample.target)] += 1
    everything = sum(known.values(), Counter[str]())
    like = nearest({sample.text for sample in exam}, list(known))
    return {
        "the most frequent answer": judged(
            exam, [everything - Counter([repr(s.target)]) for s in exam]
        ),
        "the same wording": judged(exam, [known[s.text] - Counter([repr(s.target)]) for s in exam]),
        "the most similar wording": judged(exam, [known[like[s.text]] for s in exam]),
    }


def judged(exam: Sequence[Sample], heard: Sequence[Counter[str]]) -> Guess:
    """How often the most frequent of the answers heard is right; ties count in part."""
    right, chances = 0.0, []
    for sample, answers in zip(exam, heard, strict=True):
        answer = repr(sample.target)
        ever = len(answers.keys() | {answer})
        chances.append(1 / (len(sample.choices) or min(COMMON, max(2, ever))))
        best = [each for each, n in answers.items() if n == max(answers.values())]
        right += (answer in best) / len(best) if best else chances[-1]
    noise = sqrt(sum(chance * (1 - chance) for chance in chances))
    return Guess(right / len(exam), (sum(chances) + SIGMAS * noise) / len(exam))


def nearest(texts: set[str], known: Sequence[str]) -> dict[str, str]:
    """Each text's most similar other one, by the words they share."""
    words = {text: set(re.findall(r"\w+", text.lower())) for text in known}

    def likeness(one: str, other: str) -> float:
        return len(words[one] & words[other]) / len(words[one] | words[other])

    return {
        text: max(
            (other for other in known if other != text),
            key=lambda other: (likeness(text, other), other),
            default=text,
        )
        for text in texts
    }
