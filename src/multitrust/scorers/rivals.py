"""Which of several things of one kind a text gives as its answer.

`It is brown on a blue background.` names two colours, and only the first one is the answer. The
kinds are colours, places, directions, and the names in the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from multitrust.scorers.text import words

COLOURS = frozenset({
    "black", "white", "grey", "gray", "red", "green", "blue", "yellow", "orange", "brown",
    "purple", "violet", "pink", "turquoise", "beige",
})  # fmt: skip
PLACES = frozenset({
    "upper", "lower", "top", "bottom", "left", "right", "middle", "centre", "center", "first",
    "second", "third",
})  # fmt: skip
DIRECTIONS = frozenset({"north", "south", "east", "west"})
NAME = re.compile(r"\b[A-Z][a-z]+\b")
CLAUSE = re.compile(
    r"[.;:!?(](?!\d)|,(?!\d)| - |\b(?:but|while|whereas|though|although|because|since)\b"
)
NEGATION = frozenset({
    "not", "isn't", "aren't", "wasn't", "never", "no", "without", "neither", "nor", "than",
    "unlike", "instead",
})  # fmt: skip
BESIDE = frozenset({
    "on", "against", "behind", "beside", "near", "with", "of", "over", "under", "before",
    "from", "at", "above", "below", "to",
})  # fmt: skip
"""Words before what is named beside the answer."""
SEEMING = frozenset({
    "seems", "seem", "seemed", "appears", "appeared", "thought", "claims", "claimed",
    "caption", "note", "says", "said", "remembers",
})  # fmt: skip
"""Words of a clause that tells what is believed."""
CONCLUDING = frozenset({"so", "therefore", "thus", "hence"})
STOP = frozenset({
    "which", "what", "who", "how", "where", "when", "whose", "is", "are", "was", "were", "do",
    "does", "did", "can", "the", "a", "an", "of", "in", "on", "or", "and", "to", "for", "its",
    "this", "that", "these", "those", "one", "answer", "with", "word", "number", "words",
    "digits", "only", "really", "tell", "me", "my", "by", "there", "here", "you", "your",
    "many", "much", "from", "somebody",
})  # fmt: skip
"""Words of a question that tell no clause of an answer from another."""
PRONOUNS = frozenset({"it", "it's"})
"""Words that stand for what was asked about."""
REACH = 3
"""Words before a mention that may negate it or set it beside."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause that names things of a kind."""

    words: tuple[str, ...]
    answer: str | None
    """The thing that it gives as the answer; None for several."""
    beside: bool
    """Whether it names that thing in passing."""

    @property
    def bare(self) -> bool:
        """Whether the clause is its answer alone."""
        return set(self.words) <= {self.answer, "a", "an", "the"}


def read_rival(said: str, kind: Set[str], question: str) -> str | None:
    """The thing of a kind that a plain text gives as the answer, empty where it names none.

    A conclusion goes before other clauses, and what is so before what is believed; then the clause
    counts that shares the most words with the question. Without a question it is the first.

    Args:
        said: the plain text.
        kind: the things that may be the answer.
        question: what was asked.

    Returns:
        None where the text does not decide between several.
    """
    asked = frozenset(words(question.casefold())) - STOP - kind
    clauses = list(clauses_of(said, kind, asked))
    if len({clause.answer for clause in clauses}) < 2:
        return clauses[0].answer if clauses else ""
    clauses = [each for each in clauses if SEEMING.isdisjoint(each.words)] or clauses
    clauses = [each for each in clauses if each.words[0] in CONCLUDING] or clauses
    clauses = [each for each in clauses if not each.beside] or clauses
    if any(clause.bare for clause in clauses[1:]):
        return None
    if clauses[0].bare:
        return clauses[0].answer
    shared = [sum(map(weight, (asked | PRONOUNS).intersection(clause.words))) for clause in clauses]
    best = [each.answer for each, n in zip(clauses, shared, strict=True) if n == max(shared)]
    return best[0] if len(set(best)) == 1 or not asked else None


def weight(word: str) -> int:
    """How much a word of the question tells: what is compared more than what it is compared of."""
    return 2 if is_comparative(word) else 1


def is_comparative(word: str) -> bool:
    """Whether a word compares."""
    return word.endswith(("er", "est")) or word in ("more", "most", "less", "least")


def kind_of(target: str, question: str) -> Set[str]:
    """The things of the target's kind; nothing where its kind is not known.

    What is asked about, as in `Which direction is opposite to north?`, is none of them.
    """
    asked = question[: question.rfind("?")].rpartition(". ")[2]
    names = frozenset(name.casefold() for name in NAME.findall(question)) - STOP
    for kind in (COLOURS, PLACES, DIRECTIONS, names):
        if target in kind:
            inquired = kind & set(words(asked.casefold()))
            return kind if target in inquired else kind - inquired
    return frozenset()


def clauses_of(said: str, kind: Set[str], asked: Set[str]) -> Iterator[Clause]:
    """The clauses of a plain text that affirm something of the kind."""
    for part in CLAUSE.split(said):
        parts = [read_clause(tuple(words(each)), kind, asked) for each in part.split(" and ")]
        found = [clause for clause in parts if clause is not None]
        if len(found) > 1 and any(clause.bare for clause in found):
            yield Clause(tuple(words(part)), None, beside=False)
        else:
            yield from found


def read_clause(spoken: tuple[str, ...], kind: Set[str], asked: Set[str]) -> Clause | None:
    """A clause with the thing of the kind that it gives; None where it affirms none.

    That is what stands right before a word of the question, else what is not named beside something
    else. A comparison by another comparative than the question's leaves it open, and so does an equation.
    """
    affirmed = [
        index
        for index, word in enumerate(spoken)
        if word in kind and NEGATION.isdisjoint(spoken[max(0, index - REACH) : index])
    ]
    if not affirmed:
        return None
    before_asked = [i for i in affirmed if asked & set(spoken[i + 1 : i + 2])]
    first = [i for i in affirmed if BESIDE.isdisjoint(spoken[max(0, i - REACH) : i])]
    named = {spoken[i] for i in before_asked}
    if len(named) != 1:
        named = {spoken[i] for i in first or affirmed[:1]}
    compared = set(filter(is_comparative, asked))
    turned = "than" in spoken and compared and compared.isdisjoint(spoken)
    equal = spoken.count("as") > 1
    answer = None if turned or equal or len(named) > 1 else named.pop()
    return Clause(spoken, answer, beside=not first and not before_asked)
