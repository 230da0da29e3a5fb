"""Traces that stand in a block of Markdown: fenced under their name, or quoted under a title.

Programs between a model and its user write them so. Every function takes time linear in the text.
"""

from __future__ import annotations

import re

from multitrust.models.trace_frames import AFTER_A_TRACE, unwrapped
from multitrust.models.trace_marks import DRESS, TITLE

FENCE = re.compile(
    r"\s{0,9}(?P<fence>`{3,9}|~{3,9}|:{3,9})[ \t]{0,3}(?i:think(?:ing)?|thoughts?|reasoning)"
    r"[ \t]{0,3}\n"
)
HEADING = re.compile(rf"{DRESS}+{TITLE}{DRESS}")
DRESSED = re.compile(r"\s{0,9}[^\w\s]|.{0,60}(?:\.\.\.|…)")
"""A title with markup or a pictograph before it, or with dots behind it; one without either may
stand before somebody's quoted words."""
LONGEST_TITLE = 80


def fenced(said: str) -> tuple[str, str] | None:
    """(answer, trace) of a text that begins with a block fenced under the name of a trace."""
    fence = FENCE.match(said)
    if fence is None:
        return None
    lines = said[fence.end() :].split("\n")
    end = next((i for i, line in enumerate(lines) if line.strip() == fence["fence"]), len(lines))
    answer = unwrapped("\n".join(lines[end + 1 :]), AFTER_A_TRACE)
    return answer, "\n".join(lines[:end]).strip()


def quoted(said: str, cut: bool = False) -> tuple[str, str] | None:
    """(answer, trace) of a text that begins with a quotation under the title of a trace.

    Args:
        said: the text.
        cut: whether it ends at the limit of tokens; else an answer must follow.
    """
    lines = said.strip().split("\n")
    title = lines[0]
    if len(title) > LONGEST_TITLE or not (HEADING.fullmatch(title) and DRESSED.match(title)):
        return None
    is_quoted = [line.lstrip().startswith(">") or not line.strip() for line in lines[1:]]
    end = 1 + (is_quoted.index(False) if False in is_quoted else len(is_quoted))
    inside = "\n".join(line.strip().removeprefix(">").strip() for line in lines[1:end]).strip()
    answer = unwrapped("\n".join(lines[end:]), AFTER_A_TRACE)
    return (answer, inside) if inside and (answer or cut) else None
