"""The strict reading of a judge's reply: exactly one value, or none.

A reply states its value alone, at its beginning, behind a label (`Verdict: yes`), in a tag
(`<answer>yes</answer>`) or in a field of a JSON object; an explanation may follow. It cannot be
read where another value occurs as well, where the value is doubted, or where it only begins a
phrase (`no doubt`, `75 or so`) or a quotation. Every step takes time proportional to the reply.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, TypeVar

T = TypeVar("T")
Parse = Callable[[str], T | None]
"""A word or number in lower case -> the value that it states."""

LONGEST = 20_000
"""Characters; a longer reply is no verdict, whatever it holds."""
SCORES = (0.0, 25.0, 50.0, 75.0, 100.0)
PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "−": "-",
     "\u200b": "", "\ufeff": "", "\u00a0": " ", **{chr(c + 0xFEE0): chr(c) for c in range(33, 127)}}
)  # fmt: skip
"""Typographic and full-width characters -> their plain forms."""
TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['-][^\W\d_]+)*")
QUOTED = re.compile(r'"[^"]*"|(?<!\w)\'[^\']*\'(?!\w)')
OUT_OF_100 = re.compile(r"\s?(?:/|\bout of)\s?100(?![\d.,]*\d)")
LABELS = frozenset((
    "verdict", "judgement", "judgment", "decision", "result", "conclusion", "evaluation",
    "assessment", "rating", "score", "grade", "label", "answer", "response", "output",
))  # fmt: skip
ALONE = frozenset(("answer", "response", "output"))
"""Labels that may name what is judged as well, so that only the value may follow them."""
FILLERS = frozenset(("my", "the", "your", "final", "overall", "is"))
LABEL_ENDS = (":", "=", "\n", " - ", "—", "–")
DOUBTS = tuple(
    f" {words} "
    for words in (
        "maybe", "perhaps", "possibly", "probably", "likely", "unlikely", "arguably", "partly",
        "partially", "somewhat", "mostly", "unsure", "uncertain", "unclear", "undecided", "depends",
        "not sure", "not certain", "cannot judge", "can't judge", "cannot tell", "can't tell",
        "cannot say", "can't say", "cannot decide", "cannot determine", "hard to say",
        "hard to tell", "hard to judge",
    )
)  # fmt: skip
CONTINUES = frozenset(
    ["is", "was", "are", "were", "would", "means", "and", "or", "nor", "vs", "versus"]
)
"""Words behind which a bracketed value is only mentioned."""
NO_NOUN = frozenset((
    "actually", "after", "also", "and", "as", "at", "because", "but", "for", "he", "i", "if", "in",
    "is", "it", "on", "or", "she", "since", "so", "that", "the", "then", "they", "this", "though",
    "to", "too", "wait", "was", "we", "when", "yes", "you",
))  # fmt: skip
"""Words before which `no` is a verdict; before any other it denies a noun (`no difference`)."""


def read_verdict(reply: str) -> Literal["yes", "no"] | None:
    """The one `yes` or `no` that a reply states; None where it states none, both, or a doubt."""
    return read_judgement(reply, verdict_of)


def read_score(reply: str) -> float | None:
    """The one score that a reply states, one of 0, 25, 50, 75, 100; else None.

    `out of 100` names the scale and is no score.
    """
    return read_judgement(reply, score_of)


def verdict_of(token: str) -> Literal["yes", "no"] | None:
    """The verdict that is this word."""
    return "yes" if token == "yes" else "no" if token == "no" else None


def score_of(token: str) -> float | None:
    """The score that is this number, with decimals (`75.0`) or without."""
    try:
        number = float(token)
    except ValueError:
        return None
    return number if number in SCORES else None


def read_judgement(reply: str, parse: Parse[T]) -> T | None:
    """The one value that a reply states.

    Args:
        reply: of a judge.
        parse: tells the values from other words and numbers.
    """
    if len(reply) > LONGEST:
        return None
    text = unfenced(reply.translate(PLAIN).casefold().strip())
    text = OUT_OF_100.sub(" ", text)
    if text.startswith(("{", "[")):
        try:
            content = json.loads(text, object_pairs_hook=tuple)
        except (ValueError, RecursionError):
            return read_text(text, parse)
        return read_json(content, parse)
    return read_text(text, parse)


def unfenced(text: str) -> str:
    """The content of a block between code fences; another text as it is."""
    if not text.startswith("'''"):  # backticks, translated
        return text
    _, line_end, content = text.partition("\n")
    return (content if line_end else text).strip("' \n")


def read_json(content: Any, parse: Parse[T]) -> T | None:
    """The value of a JSON object's labelled fields, of its only field, or of a list of one.

    Args:
        content: objects as tuples of pairs, so that a key that is there twice is seen.
        parse: as in `read_judgement`.
    """
    if isinstance(content, list):
        return read_json(content[0], parse) if len(content) == 1 else None
    if not isinstance(content, tuple):
        return read_text(written(content), parse)
    labelled = [value for key, value in content if is_label(key) or len(content) == 1]
    stated = {read_text(written(value), parse) for value in labelled}
    others = (value for key, value in content if not is_label(key) and isinstance(value, str))
    stated |= {value for other in others if (value := read_text(other, parse)) is not None}
    return stated.pop() if labelled and len(stated) == 1 else None


def written(value: Any) -> str:
    """A value of JSON as a judge would write it; empty for what states nothing."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, str | int | float) else ""


def is_label(text: str) -> bool:
    """Whether it names a verdict and nothing else, as `final verdict` does."""
    words = words_of(text)
    return bool(LABELS & set(words)) and set(words) <= LABELS | FILLERS


def words_of(text: str) -> list[str]:
    """The words and numbers of a text in lower case."""
    return TOKEN.findall(text.casefold())


def read_text(text: str, parse: Parse[T]) -> T | None:
    """The value that a text states: alone, in a tag, behind a label, or at its beginning."""
    if text.startswith("<"):
        return read_tag(text, parse)
    ends = [(at, mark) for mark in LABEL_ENDS if (at := text.find(mark, 0, 60)) >= 0]
    at, mark = min(ends, default=(0, ""))
    label = text[:at]
    labelled = is_label(label)
    rest = text[at + len(mark) :] if labelled else text
    found = read_alone(rest, parse)
    if found is not None or (labelled and ALONE & set(words_of(label))):
        return found
    return read_beginning(rest, parse)


def read_alone(text: str, parse: Parse[T]) -> T | None:
    """The value, where nothing but marks surrounds it."""
    found = list(TOKEN.finditer(text))
    if len(found) != 1 or "?" in text or is_negative(text, found[0]):
        return None
    return parse(found[0].group())


def read_tag(text: str, parse: Parse[T]) -> T | None:
    """The value between a tag and its end."""
    name, _, rest = text[1:].partition(">")
    inside, end, after = rest.partition(f"</{name}>")
    value = read_alone(inside, parse)
    if not is_label(name) or not end or value is None:
        return None
    if ALONE & set(words_of(name)) and TOKEN.search(after):
        return None
    return value if agrees(after, value, parse) else None


def read_beginning(text: str, parse: Parse[T]) -> T | None:
    """The value that opens a text, if what follows explains it and states no other."""
    first = TOKEN.search(text)
    if first is None or is_negative(text, first) or set("?\"'") & set(text[: first.start()]):
        return None
    value = parse(first.group())
    if value is None or not ends_statement(text, first.end()):
        return None
    return value if agrees(text[first.end() :], value, parse) else None


def is_negative(text: str, number: re.Match[str]) -> bool:
    """Whether a minus sign stands before a number."""
    return number.group()[0].isdigit() and text[: number.start()].rstrip().endswith("-")


def ends_statement(text: str, at: int) -> bool:
    """Whether a statement ends here: at a mark, a line end or a bracket, not within a phrase."""
    rest = text[at:].lstrip("%")
    behind = rest.lstrip("*_'\"`~)]}")
    marks, bare = rest[: len(rest) - len(behind)], behind.lstrip(" \t")
    if not bare or bare[0] in ".,;:!\n—–(<":
        return not behind[:1].isspace() or not bare or bare[0] in "\n—–(<"
    if bare[0] == "-":
        return behind != bare and bare[1:2].isspace()
    follows = TOKEN.match(bare)
    bracketed = bool(set("*]") & set(marks)) and behind != bare
    return bracketed and follows is not None and follows.group() not in CONTINUES


def agrees(explanation: str, value: object, parse: Parse[Any]) -> bool:
    """Whether an explanation states no other value and no doubt, quotations left aside."""
    said = QUOTED.sub(lambda quoted: mention(quoted.group(), parse), explanation)
    words = f" {' '.join(words_of(said))} "
    if any(doubt in words for doubt in DOUBTS):
        return False
    return all(other == value for other in values_in(said, parse))


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
