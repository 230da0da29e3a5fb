"""What a judge says behind its verdict: an explanation of it, or a hedge that takes it back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
Parse = Callable[[str], T | None]
"""A word or number in lower case -> the value that it states."""

TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['-][^\W\d_]+)*")
QUOTED = re.compile(r'"[^"]*"|(?<!\w)\'[^\']*\'(?!\w)')
SENTENCE_END = re.compile(r"[.!?\n]")
FIELD = re.compile(r"[^\W\d_]{1,20}(?: [^\W\d_]{1,20})?[*_ ]{0,3}:")
"""The name of a further statement, such as `Reason:`."""
COUNT = re.compile(
    r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten) ?(?:/|(?:out )?of\b)"
)
OPINION = re.compile(
    r" i (?:\w+ )?(?:guess|suppose|think|believe|assume|suspect|reckon|imagine|feel|doubt) "
)
DOUBTS = tuple(
    f" {words} "
    for words in (
        "maybe", "perhaps", "possibly", "probably", "likely", "unlikely", "arguably", "partly",
        "partially", "somewhat", "mostly", "seemingly", "apparently", "presumably", "supposedly",
        "unsure", "uncertain", "unclear", "undecided", "depends",
        "not sure", "not certain", "not clear", "cannot judge", "can't judge", "cannot tell", "can't tell",
        "cannot say", "can't say", "cannot decide", "cannot determine", "hard to say",
        "hard to tell", "hard to judge",
    )
)  # fmt: skip
NO_NOUN = frozenset((
    "actually", "after", "also", "and", "as", "at", "because", "but", "for", "he", "i", "if", "in",
    "is", "it", "on", "or", "she", "since", "so", "that", "the", "then", "they", "this", "though",
    "to", "too", "wait", "was", "we", "when", "yes", "you",
))  # fmt: skip
"""Words before which `no` is a verdict; before any other it denies a noun (`no difference`)."""
FIRST_PERSON = frozenset(("i", "i'm", "i'd", "i'll", "i've", "me", "my", "we", "we'd", "our"))
SUBJECTS = frozenset((
    "it", "it's", "they", "they're", "he", "she", "this", "that", "that's", "there", "there's",
    "both", "neither", "none", "nothing", "no", "since", "because",
))  # fmt: skip
"""Words that open a clause of two words or more (`they differ`)."""
DETERMINERS = frozenset(("the", "these", "those", "its", "their", "each", "every"))
"""Words that open a clause of three words or more (`the colours differ`)."""
WEAK_VERBS = frozenset((
    "seem", "seems", "appear", "appears", "look", "looks", "may", "might", "could", "can", "would",
    "should", "sounds",
))  # fmt: skip
"""Verbs that leave open whether something is so."""
QUALIFIERS = frozenset((
    "although", "almost", "assuming", "at", "barely", "but", "depending", "except", "hardly", "however",
    "if", "less", "more", "nearly", "not", "only", "or", "provided", "roughly", "sometimes",
    "though", "to", "unless", "with", "without",
))  # fmt: skip
"""Words that open a restriction of what was said."""
CONFIRMATIONS: dict[object, frozenset[str]] = {
    "yes": frozenset((
        "indeed", "exactly", "absolutely", "definitely", "certainly", "clearly", "correct",
        "of course",
    )),
    "no": frozenset((
        "not at all", "absolutely not", "definitely not", "certainly not", "clearly not", "indeed",
    )),
}  # fmt: skip
SENTENCE = 4
"""Words from which what stands behind a full stop is taken for a sentence, however it begins."""


def words_of(text: str) -> list[str]:
    """The words and numbers of a text in lower case."""
    return TOKEN.findall(text.casefold())


def agrees(explanation: str, value: object, parse: Parse[Any]) -> bool:
    """Whether what follows a value explains it: it states no other value, no doubt and no hedge.

    Quotations are left aside.
    """
    said = QUOTED.sub(lambda quoted: mention(quoted.group(), parse), explanation)
    words = f" {' '.join(words_of(said))} "
    if OPINION.search(words) or any(doubt in words for doubt in DOUBTS):
        return False
    if any(other != value for other in values_in(said, parse)):
        return False
    return explains(said, value, parse)


def explains(said: str, value: object, parse: Parse[Any]) -> bool:
    """Whether what follows a value begins as an explanation does, and not as a hedge does.

    Behind a full stop, a colon, a line end or a closing bracket a sentence may follow, or a
    further field (`Reason: ...`); behind a comma, a dash or in parentheses a clause with its
    subject (`they differ`). A short phrase of another kind (`sort of`, `low confidence`, `5`)
    restricts the value or makes it part of something else.
    """
    first = TOKEN.search(said)
    if first is None:
        return True
    gap, rest = said[: first.start()], said[first.start() :]
    end = SENTENCE_END.search(rest)
    words = words_of(rest[: end.start()] if end else rest)
    if all(parse(word) == value for word in words):
        return True
    if FIRST_PERSON & set(words) or (end is not None and end.group() == "?"):
        return False
    if " ".join(words) in CONFIRMATIONS.get(value, ()) or is_clause(words):
        return True
    if isinstance(value, float):
        if COUNT.match(rest):
            return True
    elif words[0][0].isdigit():  # `No. 5` is a number
        return False
    return begins_sentence(gap) and is_sentence(rest, words)


def begins_sentence(gap: str) -> bool:
    """Whether a new sentence may follow these marks."""
    return bool(set(".!:;\n") & set(gap)) or not set(",(-–—") & set(gap)


def is_sentence(text: str, words: Sequence[str]) -> bool:
    """Whether a new sentence gives a reason: a field, a long sentence, a verb without its subject.

    Args:
        text: from the sentence's first word on.
        words: of the sentence.
    """
    if FIELD.match(text):
        return True
    if words[0] in QUALIFIERS:
        return False
    return len(words) >= SENTENCE or (words[0].endswith("s") and not words[0].endswith("ss"))


def is_clause(words: Sequence[str]) -> bool:
    """Whether the words begin with a subject or a reason, and their verb is not one of doubt."""
    if words[0] == "because":
        return True
    if words[0] == "as":
        return len(words) > 1 and is_clause(words[1:])
    if words[0] in SUBJECTS:
        return len(words) > 1 and words[1] not in WEAK_VERBS
    return words[0] in DETERMINERS and len(words) > 2


def mention(quoted: str, parse: Parse[Any]) -> str:
    """A quotation that is a value and nothing else; a blank in place of any other."""
    words = words_of(quoted)
    return f" {words[0]}. " if len(words) == 1 and parse(words[0]) is not None else " "


def values_in(text: str, parse: Parse[T]) -> Iterator[T]:
    """The values among the words and numbers of a text."""
    found = list(TOKEN.finditer(text))
    for here, token in enumerate(found):
        value = parse(token.group())
        if value is not None and not denies_noun(text, found[here : here + 2]):
            yield value


def denies_noun(text: str, tokens: Sequence[re.Match[str]]) -> bool:
    """Whether the first of the tokens is the `no` of `no difference`."""
    if tokens[0].group() != "no" or len(tokens) < 2:
        return False
    between = text[tokens[0].end() : tokens[1].start()]
    return between.isspace() and tokens[1].group() not in NO_NOUN
