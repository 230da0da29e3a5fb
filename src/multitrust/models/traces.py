"""Traces of reasoning inside a text: where they begin and end, and what is left as the answer.

Every function takes time linear in the text, whatever the text is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from multitrust.models.trace_blocks import fenced, quoted
from multitrust.models.trace_frames import (
    AFTER_A_TRACE,
    LEAD,
    LONGEST_LEAD,
    ROLE,
    together,
    unwrapped,
    wrapped,
)
from multitrust.models.trace_headers import bare_turns, channels, spelled_channels, turns
from multitrust.models.trace_marks import (
    MARK,
    NEVER_ALONE,
    PAIRS,
    Mark,
    closings_of,
    goes_on,
    lone_closing,
    marks_in,
)

LEAD_WORD = re.compile(rf"^{ROLE}([^\W\d_]{{1,20}}[.,:;!…]{{0,3}})\s*+", re.IGNORECASE)
MOST_MARKS = 2000
"""Marks of a text that are looked at."""
FEW = 3
"""Words between two marks that may be an example of their use."""
SENTENCE = re.compile(r"[.!?…]\s{0,9}\Z|\n\s{0,9}\Z")
COLON = re.compile(r":\s{0,9}\Z")
REMARK = re.compile(
    r"\s{0,9}(?:(?:okay|ok|sure|alright|all right|well|hmm|right|certainly|of course|so|now|first)"
    r"[\s,.:;!…]{1,9}){0,3}"
    r"(?:(?:let me|let's|let us|I'll|I will|I'm going to|I am going to|I need to|I have to|I should"
    r"|here is my|here's my|here are my|my reasoning|thinking)\b[^.!?\n]{0,150}+[\s.:!?…]{0,9}+)?",
    re.IGNORECASE,
)
"""What is said before a trace and is no answer: that the model is about to think."""
INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad"
"""Characters without any sign that servers and models begin a text with."""
CHANNEL_TOKENS = frozenset(
    re.findall(r"<[^<>\s]+>|\[[^\[\]\s]+\]|◁[^▷]+▷", " ".join((*PAIRS, *PAIRS.values())))
    + re.findall(r"<\|\w+\|>", "<|start|><|channel|><|message|><|end|><|return|><|call|><|eom|>")
    + ["<|im_start|>", "<|im_end|>"]
)
"""Tokens that tell a trace from an answer only together with others."""
PREFILLED = (
    *(opening for opening, closing in PAIRS.items() if closing not in NEVER_ALONE),
    "<|channel|>analysis<|message|>",
    "to=self<|message|>",
    "<|im_start|>think\n",
)
"""What a chat template may end the prompt with, so that the reply begins inside a trace."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The trace that a text begins with."""

    lead: str
    """What is said before it."""
    inside: str
    over: int
    """The place behind it."""


def split(said: str, cut: bool = False) -> tuple[str, str] | None:
    """(answer, trace) of a text; None if there is no trace in it and no wrapper around it.

    A trace that is not closed leaves no answer, as no answer was reached.

    Args:
        said: the text.
        cut: whether it ends at the limit of tokens, so that a trace may lack its end.
    """
    shown = said.lstrip(INVISIBLE)
    return (
        channels(shown)
        or spelled_channels(shown)
        or turns(shown)
        or bare_turns(shown, cut)
        or fenced(shown)
        or quoted(shown, cut)
        or tagged(shown, cut)
        or wrapped(shown)
    )


def opened_by(prompt: str) -> str:
    """The mark of a trace that a prompt ends with, so that the reply begins inside it."""
    end = prompt[-LONGEST_LEAD:].rstrip()
    known = next((mark for mark in PREFILLED if end.endswith(mark.rstrip())), "")
    last = next((mark for mark in marks_in(end) if mark.end == len(end)), None)
    if known or last is None or not last.opens or last.closing in NEVER_ALONE:
        return known
    return end[last.start :]


def is_telling(token: str) -> bool:
    """Whether a special token tells a trace from an answer, and so must not be dropped."""
    return token in CHANNEL_TOKENS or MARK.fullmatch(token) is not None


def tagged(said: str, cut: bool = False) -> tuple[str, str] | None:
    """(answer, trace) of a text with a trace between two marks.

    Further traces behind the first are taken out as well; what stands between them is said. What
    stands before a further closing mark belongs to the trace, unless nothing follows the mark.

    Args:
        said: the text.
        cut: whether it ends at the limit of tokens.
    """
    marks = list(islice(marks_in(said), MOST_MARKS))
    if not cut:
        pairs = zip(marks, closings_of(marks), strict=True)
        marks = [mark for mark, end in pairs if end or not (mark.worded and mark.opens)]
    ends = closings_of(marks)
    first = first_trace(said, marks, ends)
    if first is None:
        return None
    traces, spoken, place, last = [first.inside], [], first.over, end_of_answer(said, marks)
    for mark, end in zip(marks, ends, strict=True):
        if mark.start < place or mark.quoted or mark.within:
            continue
        if mark.opens:
            spoken.append(said[place : mark.start])
            traces.append(said[mark.end : end.start if end else len(said)])
            place = end.end if end else len(said)
        elif mark.closing not in NEVER_ALONE:
            (traces if mark.start < last else spoken).append(said[place : mark.start])
            place = mark.end
    answer = unwrapped(together([*spoken, said[place:]]), AFTER_A_TRACE)
    lead = first.lead
    if REMARK.fullmatch(lead) or not any(map(str.isalnum, lead)):
        lead, traces = "", [lead, *traces] if len(lead.split()) > 1 else traces
    if len(lead.split()) > 1:
        answer = together([lead, answer])
    return answer or lead.strip(), together(traces, "\n\n")


def end_of_answer(said: str, marks: list[Mark]) -> int:
    """The place of the first of the closing marks that a text ends with, or its end."""
    end = len(said)
    for mark in reversed(marks):
        if mark.opens or said[mark.end : end].strip():
            break
        end = mark.start
    return end


def first_trace(said: str, marks: list[Mark], ends: list[Mark | None]) -> Trace | None:
    """The first trace of a text; None if it has none."""
    if marks and marks[0].opens:
        mark, end = marks[0], ends[0]
        lead = lead_of(said, mark, end)
        if lead is not None and end is None:
            return Trace(lead, said[mark.end :], len(said))
        if lead is not None and end is not None:
            return Trace(lead, said[mark.end : end.start], end.end)
    alone = lone_closing(marks)
    return None if alone is None else Trace("", said[: alone.start], alone.end)


def lead_of(said: str, mark: Mark, end: Mark | None) -> str | None:
    """What is said before the first trace of a text; None if its mark is only written about.

    Before it may stand the tokens of a turn and its role, which say nothing; one word; whole
    sentences; or, where the mark begins a line, a text of any length. Else it is a sentence about
    the marks, as it is where the sentence goes on behind a short trace.
    """
    if mark.quoted or mark.within:
        return None
    before = said[max(0, mark.start - LONGEST_LEAD) : mark.start]
    few = end is None or len(said[mark.end : min(end.start, mark.end + 99)].split()) <= FEW
    behind = mark.end if end is None else end.end
    about = goes_on(said, behind) and not is_over(said, behind)
    if mark.start > LONGEST_LEAD:
        begins_a_line = before.rstrip(" \t").endswith("\n")
        return said[: mark.start] if begins_a_line and not (few and about) else None
    if LEAD.fullmatch(before):
        return ""
    word = LEAD_WORD.fullmatch(before)
    if word is None:
        is_sentence = SENTENCE.search(before) and not (few and about)
        return before if is_sentence or (COLON.search(before) and not about) else None
    return None if few and about else word[1]


def is_over(said: str, place: int) -> bool:
    """Whether nothing is said from a place on."""
    return not said[place : place + LONGEST_LEAD].strip()
