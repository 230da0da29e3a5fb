"""Where in a response the answer stands.

All readers of closed answers (an option, a label, yes or no, a number, a box, a short text) share
this one step: end tokens, tags, JSON, LaTeX and Markdown are taken off, and what the response
marks as its answer is found. What the answer says is up to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson

from multitrust.scorers.normalize import normalize
from multitrust.scorers.text import plain_lines

T = TypeVar("T")
TAG = re.compile(
    r"[<\[](final[ _-]?answer|answer|ans|final|conclusion|response|output|result|choice|option|label|"
    r"verdict)[>\]]",
    re.IGNORECASE,
)
BOXED = re.compile(r"\\f?boxed\s?\{")
KEY = re.compile(r"answer|choice|option|label|verdict|conclusion|prediction|response|result|output")
"""Names of the field that holds the answer, the likeliest first; a part of the name is enough."""
ASIDE = re.compile(
    r"reason|explanation|explain|rationale|thought|thinking|analysis|justification|evidence|step|"
    r"confidence|probability|certainty|note|comment|caveat|language|question|description|index"
)
"""Names of fields that stand beside the answer."""
MARKED = re.compile(
    r"(?:(?<!is the )(?<!is my )(?<!is the right )(?<!is the correct )(?<!is the best )answer|"
    r"conclusion|result|verdict|"
    r"答案|答え|回答|答|結論|结论|정답|답변|답|ответ|відповідь|respuesta|réponse|reponse|antwort|"
    r"lösung|risposta|resposta|antwoord|odpowiedź|svar|vastaus|cevap|yanıt|trả lời|đáp án|jawaban|"
    r"الجواب|الإجابة|उत्तर|जवाब|คำตอบ|תשובה|απάντηση|odpověď|răspuns|válasz|پاسخ)"
    r"(?:\s(?:correcta|correta|correcte|finale?|choice|option|letter|to (?:this|the|your) question))?"
    r"['\")\]]{0,2}\s?(?:(?:is|(?:would|must|should) be|ist|lautet|es|est|é|è|är|jest)(?![\w'])|"
    r"は|是|为|為|은|는|이|-(?=\s)|[:=])\s?(?:[:=]\s?)*+"
)
"""Of plain text: what comes before an answer, in the languages that models often fall into."""
SHORT = 200
"""Characters of a line that may be an answer and nothing else."""
DEPTH = 3
"""Objects within objects of JSON in which the answer is looked for."""


@dataclass(frozen=True, slots=True)
class Extract:
    """The part of a response that gives its answer, as lines of plain text without empty ones."""

    lines: tuple[str, ...]
    """What the response marks as its answer and all that follows; all lines where it marks none."""
    marked: bool

    @property
    def said(self) -> str:
        """All lines in one."""
        return " ".join(self.lines)


def extract(text: str) -> Extract:
    """The part of a response that gives its answer."""
    lines = plain_lines(unwrap(normalize(text)))
    for index in range(len(lines) - 1, -1, -1):
        marks = list(MARKED.finditer(lines[index]))
        if marks:
            after = [lines[index][marks[-1].end() :], *lines[index + 1 :]]
            after = [line for line in after if any(map(str.isalnum, line))]
            if after:
                return Extract(tuple(after), marked=True)
    return Extract(lines, marked=False)


def read_answer(
    text: str, read: Callable[[str], T | None], read_alone: Callable[[str], T | None]
) -> T | None:
    """What a reader finds in the part of a response that gives its answer.

    The line of a marked answer comes first. Then a first or last line that is an answer and nothing
    else counts, unless another line is a different answer; else all that is said.

    Args:
        text: the response.
        read: reads an answer from plain text.
        read_alone: the same, but None where the text holds anything beside the answer.
    """
    found = extract(text)
    answer = read(found.lines[0]) if found.marked else None
    if answer is not None or not found.lines:
        return answer
    alone = [read_alone(line) if len(line) <= SHORT else None for line in found.lines]
    if len(alone) == 1 or alone[0] is alone[-1] is None:
        return read(found.said)
    answers = set(alone) - {None}
    return answers.pop() if len(answers) == 1 else None


def unwrap(text: str) -> str:
    """What JSON, a tag or a LaTeX box holds as the answer; the text where none of them does."""
    for find in (in_json, in_tag, in_box):
        found = find(text)
        if found is not None and any(map(str.isalnum, found)):
            return found
    return text


def in_json(text: str) -> str | None:
    """The answer in a JSON object: the whole text, a fenced block of it, or from `{` to `}`."""
    fenced = text.split("```")[1::2]
    start, end = text.find("{"), text.rfind("}") + 1
    for body in (text, *fenced[-1:], text[start:end] if start >= 0 else ""):
        try:
            value = orjson.loads(body.strip().removeprefix("json"))
        except orjson.JSONDecodeError:
            continue
        found = field_of(value)
        if found is not None:
            return found
    return None


def field_of(value: Any, depth: int = DEPTH) -> str | None:
    """The text of the field that holds the answer; None where that cannot be told."""
    if isinstance(value, list) and len(value) == 1 and depth:
        only = value[0]
        return field_of(only, depth - 1) if isinstance(only, dict) else text_of(only)
    if not isinstance(value, dict) or not depth:
        return None
    fields = {name.casefold(): held for name, held in value.items() if held is not None}
    named = [name for pattern in KEY.pattern.split("|") for name in fields if pattern in name]
    named = [name for name in named if ASIDE.search(name) is None]
    rest = [name for name in fields if ASIDE.search(name) is None]
    if not named and len(rest) != 1:
        return None
    held = fields[(named or rest)[0]]
    return field_of(held, depth - 1) or text_of(held)


def text_of(value: Any) -> str:
    """A value of JSON as text."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def in_tag(text: str) -> str | None:
    """What stands in the last `<answer>` or its like, closed or not."""
    tags = list(TAG.finditer(text))
    if not tags:
        return None
    name, start = tags[-1][1], tags[-1].end()
    return re.split(rf"[<\[]/{name}[>\]]", text[start:], maxsplit=1, flags=re.IGNORECASE)[0]


def in_box(text: str) -> str | None:
    """What stands in the last box of LaTeX."""
    boxes = list(BOXED.finditer(text))
    if not boxes:
        return None
    start, depth = boxes[-1].end(), 1
    for index in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if not depth:
            return text[start:index]
    return None
