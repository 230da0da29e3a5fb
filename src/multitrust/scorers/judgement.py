"""The strict reading of a judge's reply: exactly one value, or none.

A reply states its value alone, at its beginning, behind a label (`Verdict: yes`), in a tag
(`<answer>yes</answer>`) or in a field of a JSON object; an explanation may follow, and what is
labelled may also end the reply, behind a reasoning. It cannot be read where another value is stated
as well, where the value is doubted or hedged, or where it only begins a phrase (`no doubt`, `75 or
so`) or a quotation. Every step takes time proportional to the reply.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Literal

from multitrust.core import read_turn
from multitrust.scorers.explanation import FIELD, TOKEN, Parse, T, agrees, words_of

LONGEST = 20_000
"""Characters; a longer reply is no verdict, whatever it holds."""
SCORES = (0.0, 25.0, 50.0, 75.0, 100.0)
PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "−": "-",
     "\u200b": "", "\ufeff": "", "\u00a0": " ", **{chr(c + 0xFEE0): chr(c) for c in range(33, 127)}}
)  # fmt: skip
"""Typographic and full-width characters -> their plain forms."""
OUT_OF_100 = re.compile(r"\s?(?:/|\bout of)\s?100(?![\d.,]*\d)(?!\s?(?:/|out of))")
BOXED = re.compile(r"\$?\\boxed\{(?:\\text\{)?([^{}]{0,40})\}{1,2}\$?")
DRESS = re.compile(r"</?(?:b|i|u|p|em|strong|code|mark|span|div|h[1-6])>")
"""Tags of HTML that change how a text looks."""
NAMES = (
    "verdict|judge?ment|decision|result|conclusion|evaluation|assessment|rating|score|grade|label|"
    "answer|response|output"
)
LABEL = re.compile(rf"(?:my|the|your|final|overall)*(?:{NAMES})+(?:is)?")
"""The words of a label, run together."""
ALONE = frozenset(("answer", "response", "output"))
"""Labels that may name what is judged as well, so that only the value may follow them."""
OWN = frozenset(("my", "final"))
"""Words that make such a label the judge's own."""
REASONS = frozenset((
    "reason", "reasons", "reasoning", "explanation", "explanations", "analysis", "rationale",
    "thought", "thoughts", "justification", "comment", "confidence",
))  # fmt: skip
"""Fields beside the verdict, in which a word such as `no` is none."""
SCALE = frozenset(("max", "maximum", "scale", "of"))
"""Words of a field that holds the highest score (`max_score`, `out_of`)."""
LABEL_ENDS = (":", "=", "\n", " - ", "—", "–")
STATED = re.compile(
    rf"(?<![^\W_])({NAMES})([\W_]{{1,20}})(is[\W_]{{1,8}})?(\d+(?:[.,]\d+)*|[^\W\d_]+)"
)
"""A label, what stands between it and the next word, that word."""
CUT = re.compile(r'\{\s*"([^"]{1,40})"\s*:\s*(?:("[^"]*")\s*(?:,|\Z)|([\w.]{1,20})\s*,)')
"""The first field of a JSON object, whole."""
SENTENCE_ENDS = ("\n", ". ", "! ", "? ", ".* ")
CONTINUES = frozenset(
    ["is", "was", "are", "were", "would", "means", "and", "or", "nor", "vs", "versus"]
)
"""Words behind which a bracketed value is only mentioned."""
DECODER = json.JSONDecoder(object_pairs_hook=tuple, strict=False)


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
    text = plain_form(reply)
    beginning = unfenced(text)
    found, is_whole = read_object(beginning, parse)
    if found is not None or is_whole:
        return found
    found = read_text(beginning, parse)
    return read_end(text, parse) if found is None else found


def plain_form(reply: str) -> str:
    """A reply in lower case, its typography plain, a LaTeX box as a tag of the verdict.

    Control tokens, headers and further turns are left out as they are in answers (`read_turn`).
    """
    text = DRESS.sub("*", read_turn(reply.translate(PLAIN)).casefold().strip())
    return OUT_OF_100.sub(" ", BOXED.sub(r"<verdict>\1</verdict>", text))


def unfenced(text: str) -> str:
    """The content of a block between code fences; another text as it is."""
    if not text.startswith("'''"):  # backticks, translated
        return text
    _, line_end, content = text.partition("\n")
    return (content if line_end else text).strip("' \n")


def read_object(text: str, parse: Parse[T]) -> tuple[T | None, bool]:
    """The value of the JSON that a text begins with, and whether the text holds nothing else.

    An explanation may follow an object. An object that was cut off states what its first field
    does, if that field is whole.
    """
    if not text.startswith(("{", "[")):
        return None, False
    try:
        content, end = DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return read_cut(text, parse), text.startswith("{") and "}" not in text
    after = text[end:]
    if TOKEN.search(after) is None:
        return read_json(content, parse), True
    if not isinstance(content, tuple) or any(names_answer(key) for key, _ in content):
        return None, False
    value = read_json(content, parse)
    return (value if value is not None and agrees(after, value, parse) else None), False


def read_cut(text: str, parse: Parse[T]) -> T | None:
    """The value of the first field of a JSON object that lacks its end."""
    field = CUT.match(text)
    if field is None or not is_label(field[1]):
        return None
    content = {"true": "yes", "false": "no"}.get(field[3], field[2] or field[3])
    value = read_text(content.strip('"'), parse)
    return value if value is not None and is_only(text, value, parse) else None


def read_json(content: Any, parse: Parse[T]) -> T | None:
    """The value of a JSON object's labelled fields, of a list of one, or of a bare string or number.

    Other fields are left aside, unless one of them is another value and nothing else.

    Args:
        content: objects as tuples of pairs, so that a key that is there twice is seen.
        parse: as in `read_judgement`.
    """
    if isinstance(content, list):
        return read_json(content[0], parse) if len(content) == 1 else None
    if not isinstance(content, tuple):
        return read_text(written(content), parse)
    stated = {read_text(written(value), parse) for key, value in content if is_label(key)}
    others = (read_alone(written(value), parse) for key, value in content if is_further(key, value))
    stated |= {value for value in others if value is not None} if stated else set()
    return stated.pop() if len(stated) == 1 else None


def is_further(key: str, value: object) -> bool:
    """Whether a field of JSON is neither the verdict, nor the reason for it, nor its scale.

    The scale is 100 under a key that names it, as `75/100` does.
    """
    words = set(words_of(key.replace("_", " ")))
    names_scale = written(value) in ("100", "100.0") and bool(SCALE & words)
    return not is_label(key) and not REASONS & words and not names_scale


def written(value: Any) -> str:
    """A value of JSON as a judge would write it; empty for what states nothing."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, str | int | float) else ""


def is_label(text: str) -> bool:
    """Whether it names a verdict and nothing else, as `final verdict` and `Final_Verdict` do."""
    return LABEL.fullmatch("".join(words_of(text.replace("-", " ")))) is not None


def names_answer(label: str) -> bool:
    """Whether a label may name what is judged as well."""
    return bool(ALONE & set(words_of(label)))


def label_end(text: str) -> tuple[int, int]:
    """Where the label that a text begins with ends, and where what it labels begins; else 0, 0."""
    ends = [(at, at + len(mark)) for mark in LABEL_ENDS if (at := text.find(mark, 0, 60)) >= 0]
    end, begin = min(ends, default=(0, 0))
    return (end, begin) if is_label(text[:end]) else (0, 0)


def read_text(text: str, parse: Parse[T]) -> T | None:
    """The value that a text states: alone, in a tag, behind a label, or at its beginning."""
    if text.startswith("<"):
        return read_tag(text, parse)
    end, begin = label_end(text)
    found = read_alone(text[begin:], parse)
    if found is not None or names_answer(text[:end]):
        return found
    return read_beginning(text[begin:], parse)


def read_alone(text: str, parse: Parse[T]) -> T | None:
    """The value, where nothing but marks surrounds it."""
    found = list(TOKEN.finditer(text))
    if len(found) != 1 or "?" in text or not is_bare(text, found[0]):
        return None
    return parse(found[0].group())


def read_tag(text: str, parse: Parse[T]) -> T | None:
    """The value between a tag and its end."""
    name, _, rest = text[1:].partition(">")
    inside, end, after = rest.partition(f"</{name}>")
    value = read_alone(inside, parse)
    if not is_label(name) or not end or value is None:
        return None
    if names_answer(name) and TOKEN.search(after):
        return None
    return value if agrees(after, value, parse) else None


def read_beginning(text: str, parse: Parse[T]) -> T | None:
    """The value that opens a text, if what follows explains it and states no other."""
    first = TOKEN.search(text)
    if first is None or not is_bare(text, first) or set("?\"'") & set(text[: first.start()]):
        return None
    value = parse(first.group())
    if value is None or not ends_statement(text, first.end()):
        return None
    return value if agrees(text[first.end() :], value, parse) else None


def is_bare(text: str, token: re.Match[str]) -> bool:
    """Whether no sign before or behind a value makes another of it (`-75`, `.25`, `>75`, `75+`)."""
    before = text[: token.start()].rstrip()[-1:]
    behind = text[token.end() :].lstrip(" \t")
    if (
        is_sign(behind[:1])
        or behind[:1] == "/"
        or (behind[:1] in ("-", "–", "—") and not behind[1:].strip())
    ):
        return False
    if not token.group()[0].isdigit():
        return before == ">" or not is_sign(before)
    return not is_sign(before) and before not in tuple("-.,/") and behind[:1] not in tuple("‰°^")


def is_sign(mark: str) -> bool:
    """Whether a mark is one of currency or mathematics, and neither a label's nor a tag's."""
    return mark not in ("", "=", "|", "<") and unicodedata.category(mark) in ("Sc", "Sm")


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


def read_end(text: str, parse: Parse[T]) -> T | None:
    """The value that ends a reasoning: in a JSON object, in a tag, or behind a label.

    Every other labelled verdict of the text must be the same. What stands within quotation marks
    ends nothing.
    """
    for begin, value in endings(text, parse):
        if value is not None and text.count('"', 0, begin) % 2 == 0 and is_only(text, value, parse):
            return value
    return None


def endings(text: str, parse: Parse[T]) -> Iterator[tuple[int, T | None]]:
    """Where the last JSON object, tag and label begin, and the value that each states."""
    body = text.rstrip("'*_. \n")
    begin = body.rfind("{")
    if begin >= 0 and body.endswith("}"):
        found, is_whole = read_object(body[begin:], parse)
        yield begin, found if is_whole else None
    begin = body.rfind("<", 0, max(body.rfind("</"), 0))
    if begin >= 0 and body.endswith(">"):
        yield begin, read_tag(body[begin:], parse)
    yield read_last_label(text, parse)


def read_last_label(text: str, parse: Parse[T]) -> tuple[int, T | None]:
    """Where the sentence begins that opens with the last label, and the value that it states.

    Nothing but blanks may stand on lines behind the value's.
    """
    stated = list(STATED.finditer(text))
    if not stated or "\n" in text[stated[-1].start(4) :].rstrip():
        return 0, None
    ends = [(mark, text.rfind(mark, 0, stated[-1].start())) for mark in SENTENCE_ENDS]
    begin = max((at + len(mark) for mark, at in ends if at >= 0), default=0)
    sentence = text[begin:]
    label = sentence[: label_end(sentence)[0]]
    if not label or sentence.startswith(">") or is_echo(label, text[:begin]):
        return begin, None
    return begin, read_text(sentence, parse)


def is_echo(label: str, before: str) -> bool:
    """Whether a label may repeat what is judged: it does not say whose, and others precede it."""
    return names_answer(label) and not OWN & set(words_of(label)) and has_fields(before)


def has_fields(text: str) -> bool:
    """Whether lines of a text begin with a label other than that of a reasoning."""
    fields = (FIELD.match(line.lstrip(" *_#->")) for line in text.split("\n"))
    return any(field and not REASONS & set(words_of(field[0])) for field in fields)


def is_only(text: str, value: T, parse: Parse[T]) -> bool:
    """Whether no label and no line of a text states another value."""
    return all(
        other in (None, value) for other in (*labelled_in(text, parse), *opening(text, parse))
    )


def labelled_in(text: str, parse: Parse[T]) -> Iterator[T | None]:
    """What stands behind each label of a text, as a value."""
    for label, marks, verb, word in STATED.findall(text):
        if set(":=>\n—–|") & set(marks) or " - " in marks or (verb and label not in ALONE):
            yield parse(word)


def opening(text: str, parse: Parse[T]) -> Iterator[T | None]:
    """The values that lines of a text begin with."""
    for line in text.split("\n"):
        first = TOKEN.search(line)
        if first is None:
            continue
        if ends_statement(line, first.end()) or line[first.end() :].lstrip().startswith("{"):
            yield parse(first.group())
