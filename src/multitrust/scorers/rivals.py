"""Which of several things of one kind a text gives as its answer.

`It is brown on a blue background.` names two colours, and only the first one is the answer. The
kinds are colours, places, directions, and the names in the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from multitrust.scorers.text import words

KINDS = tuple(
    frozenset(kind.split())
    for kind in (
        "black white grey gray red green blue yellow orange brown purple violet pink turquoise beige",
        "upper lower top bottom left right middle centre center first second third",
        "north south east west",
    )
)
NAME = re.compile(r"\b[A-Z][a-z]+\b")
CLAUSE = re.compile(
    r"[.;:!?](?!\d)|,(?!\d)| - |\b(?:and|but|while|whereas|though|although|because|since)\b"
)
NEGATION = frozenset(
    [
        "not",
        "isn't",
        "aren't",
        "wasn't",
        "never",
        "no",
        "without",
        "neither",
        "nor",
        "than",
        "unlike",
        "instead",
    ]
)
BESIDE = frozenset(
    [
        "on",
        "against",
        "behind",
        "beside",
        "near",
        "with",
        "of",
        "over",
        "under",
        "before",
        "from",
        "at",
        "above",
        "below",
    ]
)
"""Words before what is named beside the answer."""
SEEMING = frozenset(
    [
        "seems",
        "seem",
        "seemed",
        "appears",
        "appeared",
        "thought",
        "claims",
        "claimed",
        "caption",
        "note",
        "says",
        "said",
        "remembers",
    ]
)
"""Words of a clause that tells what is believed."""
CONCLUDING = frozenset(["so", "therefore", "thus", "hence"])
STOP = frozenset(
    [
        "which",
        "what",
        "who",
        "how",
        "where",
        "when",
        "whose",
        "is",
        "are",
        "was",
        "were",
        "do",
        "does",
        "did",
        "can",
        "the",
        "a",
        "an",
        "of",
        "in",
        "on",
        "or",
        "and",
        "to",
        "for",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "one",
        "answer",
        "with",
        "word",
        "number",
        "words",
        "digits",
        "only",
        "really",
        "tell",
        "me",
        "my",
        "by",
        "there",
        "here",
        "you",
        "your",
        "many",
        "much",
        "from",
        "somebody",
    ]
)
"""Words of a question that tell no clause of an answer from another."""
REACH = 3
"""Words before a mention that may negate it or set it beside."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause that names things of a kind; `answer` is the one that it gives, None for several."""

    words: tuple[str, ...]
    answer: str | None

    @property
    def bare(self) -> bool:
        """Whether the clause is its answer alone."""
        return set(self.words) <= {self.answer, "a", "an", "the"}


def read_rival(said: str, target: str, question: str) -> str | None:
    """The thing of the target's kind that a plain text gives as the answer.

    A conclusion goes before other clauses, and what is so before what is believed; then the clause
    counts that shares the most words with the question. Without a question it is the first.

    Args:
        said: the plain text, which names the target.
        target: one word.
        question: what was asked.

    Returns:
        The target where the text names nothing else of its kind; None where it does not decide.
    """
    kind = kind_of(target, question)
    clauses = [clause for clause in clauses_of(said, kind) if clause.answer != ""]
    if not kind or {clause.answer for clause in clauses} <= {target}:
        return target
    clauses = [each for each in clauses if SEEMING.isdisjoint(each.words)] or clauses
    clauses = [each for each in clauses if each.words[0] in CONCLUDING] or clauses
    if any(clause.bare for clause in clauses[1:]):
        return None
    if clauses[0].bare:
        return clauses[0].answer
    asked = set(words(question.casefold())) - STOP - kind
    shared = [sum(map(weight, asked.intersection(clause.words))) for clause in clauses]
    best = [each.answer for each, n in zip(clauses, shared, strict=True) if n == max(shared)]
    return best[0] if len(set(best)) == 1 or not asked else None


def weight(word: str) -> int:
    """How much a word of the question tells: what is compared more than what it is compared of."""
    return 2 if word.endswith(("er", "est")) or word in ("more", "most", "less", "least") else 1


def kind_of(target: str, question: str) -> frozenset[str]:
    """The things of the target's kind; nothing where its kind is not known."""
    for kind in KINDS:
        if target in kind:
            return kind
    asked = question[: question.rfind("?")].rpartition(". ")[2]
    names, inquired = (
        {name.casefold() for name in NAME.findall(text)} - STOP for text in (question, asked)
    )
    if target not in names:
        return frozenset()
    return frozenset(names if target in inquired else names - inquired)


def clauses_of(said: str, kind: frozenset[str]) -> Iterator[Clause]:
    """The clauses of a plain text; the answer of one that affirms nothing of the kind is empty."""
    for part in CLAUSE.split(said):
        spoken = tuple(words(part))
        affirmed = [
            index
            for index, word in enumerate(spoken)
            if word in kind and NEGATION.isdisjoint(spoken[max(0, index - REACH) : index])
        ]
        first = [i for i in affirmed if BESIDE.isdisjoint(spoken[max(0, i - REACH) : i])]
        named = list(dict.fromkeys(spoken[index] for index in first or affirmed[:1]))
        yield Clause(spoken, None if len(named) > 1 else "".join(named))
