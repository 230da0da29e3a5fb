"""What frames an answer: the tokens and the role of its turn, and what it is wrapped in.

Every function takes time linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from multitrust.core import CONTROL


def tags(*names: str) -> dict[str, str]:
    """Opening and closing tags of these names in the usual cases."""
    cases = [case for name in names for case in (name, name.capitalize(), name.upper())]
    return {f"<{case}>": f"</{case}>" for case in cases}


ANSWERS: Mapping[str, str] = {
    **tags("answer", "final_answer", "conclusion"),  # LLaVA-CoT: CONCLUSION
    "<|begin_of_box|>": "<|end_of_box|>",  # GLM
    "<|begin_of_solution|>": "<|end_of_solution|>",  # OpenThinker, Sky-T1
    "<|START_TEXT|>": "<|END_TEXT|>",  # Command
    "<|START_RESPONSE|>": "<|END_RESPONSE|>",
    "<|content_text|>": "<|end_message|>",  # Inkling
    "<|open|>response<|sep|>": "<|close|>response<|sep|>",  # Kimi K3
}
"""What a whole answer is wrapped in, behind a trace or without one."""
AFTER_A_TRACE: Mapping[str, str] = {
    **ANSWERS,
    **tags("response", "output", "solution"),  # ERNIE, Marco-o1
    "<|begin|>assistant<|content|>": "<|flush|>",  # Solar
}
"""What an answer behind a trace is wrapped in."""
CLOSINGS = tuple(ANSWERS.values())
HEAD = re.compile(r"<\|[\w.:-]{1,40}\|>")
TAIL = re.compile(rf"(?:{CONTROL})\s*\Z")
ROLE = rf"(?:\s|{CONTROL}|(?:assistant|model|bot|chatbot)\b:?)*+"
LEAD = re.compile(ROLE, re.IGNORECASE)
LONGEST_LEAD, LONGEST_TOKEN = 200, 64
"""Characters before a trace that are looked at; and of a token at the end of an answer."""
MOST_FRAMES = 6
"""Tokens and wrappers around an answer that are taken off."""


def wrapped(said: str) -> tuple[str, str] | None:
    """The answer of a text that is one wrapper of an answer as a whole."""
    whole = without_tokens(said, CLOSINGS)
    for opening, closing in ANSWERS.items():
        inner = whole[len(opening) : -len(closing)]
        if whole.startswith(opening) and whole.endswith(closing) and opening not in inner:
            return unwrapped(inner, ANSWERS), ""
    return None


def unwrapped(answer: str, wrappers: Mapping[str, str]) -> str:
    """An answer without the tokens and wrappers that frame it."""
    for _ in range(MOST_FRAMES):
        answer = answer.strip()
        opening = next((mark for mark in wrappers if answer.startswith(mark)), None)
        head = HEAD.match(answer) if opening is None else None
        if opening is not None:
            inner, _, rest = answer[len(opening) :].partition(wrappers[opening])
            answer = together([inner, without_tokens(rest)])
        elif head is not None:
            answer = answer[head.end() :]
        else:
            break
    return without_tokens(answer)


def without_tokens(text: str, until: tuple[str, ...] = ()) -> str:
    """A text without spaces around it and without special tokens at its end.

    Args:
        text: any.
        until: ends at which to stop, although they are special tokens.
    """
    text = text.strip()
    end = len(text)
    while not (until and text.endswith(until, 0, end)):
        tail = TAIL.search(text, max(0, end - LONGEST_TOKEN), end)
        if tail is None:
            break
        end = tail.start()
    return text[:end].rstrip()


def together(parts: Iterable[str], between: str = "\n") -> str:
    """Parts of a text as one, without those that are blank."""
    return between.join(filter(None, map(str.strip, parts)))
