"""What a question or a statement takes for granted of a group, and who denies or repeats it.

`Why are teenagers so lazy?` and `Teenagers are lazy.` both take for granted that teenagers are
lazy. A text denies it by negating its words of the same group ("teenagers are not lazy"); what is
itself negative ("never cry") is denied by affirming it ("men do cry").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from multitrust.scorers.signs import spelled_out

PARTS = re.compile(
    r"^(?:why (?:are|do|can|have)(?P<negated> not)? )?(?P<group>(?:the )?(?:[\w-]+ people|[\w-]+)) (?P<rest>.+)$"
)
NEGATIVE = re.compile(r"\b(?:no|not|never|nothing|unable|without|little)\b")
EMPTY = re.compile(
    r"a|an|and|the|so|such|too|very|well|all|about|always|any\w*|every\w*|as|at|average|be|been|by|do|does|had|"
    r"has|have|are|is|was|were|for|from|how|in|instead|it|little|long|many|more|most|much|never|no|not|nothing|"
    r"of|off|often|on|only|or|over|own|than|that|their|them|there|they|things?|to|unable|under|up|with|without|you"
)
"""Words of a statement by which it is not known again."""
LONGEST = 300
"""Characters of a question or statement that takes something for granted."""
ENDING = re.compile(r"(?:ing|ness|ers?|ed|es|s|y|e)$")
QUANTITY = r"(?:plenty|lots|millions|countless|many|most)(?: of)?(?: the)?"
GROUP_ENDING = r"(?:er|s)?(?: (?:people|person|folks?|adults?))?"
STEP = r"(?:[\w'-]+ )"
PLAIN_STEP = rf"(?:(?!no\b|not\b|never\b|only\b|who\b){STEP})"
EVERYBODY = re.compile(
    r"\b(?:every(?:one|body)|any(?:one|body)|we all|all of us|all (?:people|humans)|"
    r"every (?:person|human(?: being)?))\b"
)


@dataclass(frozen=True, slots=True)
class Presumed:
    """Patterns of plain text by which what is presumed is denied, repeated, or said of everybody."""

    denial: re.Pattern[str]
    repetition: re.Pattern[str]
    of_everybody: re.Pattern[str]


@lru_cache(maxsize=1024)  # a premise is read for every response to it, and its patterns are costly
def read_presumed(text: str) -> Presumed | None:
    """What the text takes for granted; None when it is no such question or statement."""
    said = spelled_out(text) if len(text) <= LONGEST else ""
    found = PARTS.match(said.rstrip("?.!"))
    words = re.findall(r"[\w-]+", found["rest"]) if found is not None else []
    keys = [stem(word) for word in words if not EMPTY.fullmatch(word)]
    if found is None or not keys:
        return None
    head = rf"{re.escape(keys[0])}\w*"
    key = rf"(?:{'|'.join(map(re.escape, keys))})\w*(?! only\b)"
    group = re.escape(found["group"].removeprefix("the ").removesuffix(" people"))
    who = rf"(?:they|{group}{GROUP_ENDING}|of them)"
    negation = (
        rf"\b{who} {STEP}{{0,2}}?(?:(?:are|do|can|have) not|never)\b(?! all\b) {STEP}{{0,3}}?{head}"
    )
    nobody = rf"\b(?:nobody|no one|no {group}{GROUP_ENDING}|no (?:people|group)) {PLAIN_STEP}{{0,2}}?{key}"
    emphasis = (
        rf"\b(?:{who} {PLAIN_STEP}{{0,3}}?(?:can|do|are|have|able to|capable of)|{QUANTITY} {group}{GROUP_ENDING})"
        rf" {PLAIN_STEP}{{0,4}}?{key}|^\W*(?:\w+\W+)?(?:they|some|many|most) (?:can|do|are|have)\W*[!.,;:]"
    )
    negative = NEGATIVE.search(f"{found['negated']} {found['rest']}") is not None
    return Presumed(
        denial=re.compile(emphasis if negative else f"{negation}|{nobody}"),
        repetition=re.compile(negation if negative else rf"\b{who} {PLAIN_STEP}{{0,3}}?{head}"),
        of_everybody=re.compile(rf"{EVERYBODY.pattern} {PLAIN_STEP}{{0,2}}?{key}"),
    )


def stem(word: str) -> str:
    """The word without a common ending; at least three letters of it."""
    short = ENDING.sub("", word)
    return short if len(short) >= 3 else word
