"""Traces of reasoning inside a text: where they begin and end, and what is left as the answer.

The marks were read in 2026-11 from the reasoning parsers of vLLM and SGLang and from model cards.
Every function takes time linear in the text, whatever the text is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice


def tags(*names: str) -> dict[str, str]:
    """Opening and closing tags of these names in the usual cases."""
    cases = [case for name in names for case in (name, name.capitalize(), name.upper())]
    return {f"<{case}>": f"</{case}>" for case in cases}


NAMED = {
    **tags("think", "thinking", "thought", "thoughts", "reasoning", "reflection", "analysis"),
    **tags("scratchpad", "rationale", "inner_monologue", "inner_thoughts", "cot"),
}
DETAILS = '<details type="reasoning">'
PAIRS: Mapping[str, str] = {
    **NAMED,
    DETAILS: "</details>",  # Open WebUI
    "<seed:think>": "</seed:think>",
    "<mm:think>": "</mm:think>",  # MiniMax
    "<think:opensource>": "</think:opensource>",  # Hunyuan
    "<longcat_think>": "</longcat_think>",
    "<ifm|think>": "</ifm|think>",  # K2
    "<ifm|think_fast>": "</ifm|think_fast>",
    "<ifm|think_faster>": "</ifm|think_faster>",
    "[THINK]": "[/THINK]",  # Mistral
    "◁think▷": "◁/think▷",  # Kimi-VL
    "<|open|>think<|sep|>": "<|close|>think<|sep|>",  # Kimi K3
    "<|channel>thought\n": "<channel|>",  # Gemma 4
    "<|channel>": "<channel|>",
    "<|begin_of_thought|>": "<|end_of_thought|>",  # OpenThinker, Sky-T1
    "<|startofthought|>": "<|endofthought|>",  # Quiet-STaR
    "<|think|>": "<|end|>",  # Solar
    "<|think:start|>": "<|think:end|>",
    "<|plamo:begin_think:plamo|>": "<|plamo:end_think:plamo|>",
    "<|inner_prefix|>": "<|inner_suffix|>",  # Apertus
    "<|START_THINKING|>": "<|END_THINKING|>",  # Command
    "<|content_thinking|>": "<|end_message|>",  # Inkling
    "[unused16]": "[unused17]",  # Pangu
    "<SUMMARY>": "</SUMMARY>",  # LLaVA-CoT
    "<CAPTION>": "</CAPTION>",
    "Here is my thought process:": "Here is my response:",  # Granite
    "Here's my thought process:": "Here's my response:",
}
"""What opens a trace -> what closes it."""
NEVER_ALONE = {
    "<|end_message|>", "</SUMMARY>", "</CAPTION>", "Here is my response:", "Here's my response:",
    "</details>", "<|end|>",
}  # fmt: skip
"""What closes a trace only where one was opened; the others may follow a trace that the chat
template opened in the prompt."""
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
    "<response>": "</response>",  # ERNIE
    "<output>": "</output>",
    "<solution>": "</solution>",
    "<|begin|>assistant<|content|>": "<|flush|>",  # Solar
}
"""What an answer behind a trace is wrapped in."""
CLOSINGS = tuple(ANSWERS.values())
ATTRIBUTES = r"""(?:\s{1,3}[\w:-]{1,30}=(?:"[^"<>]{0,100}"|'[^'<>]{0,100}')){0,6}"""
TAG = (
    rf"(?:<|&lt;)\s{{0,2}}(?P<slash>/?)\s{{0,2}}(?P<name>{'|'.join(t[1:-1] for t in NAMED)})"
    rf"{ATTRIBUTES}\s{{0,2}}(?:>|&gt;)"
)
"""A tag by name, also with attributes, with spaces, or escaped for HTML."""
FOLD = (
    r"""(?P<fold><details(?=\s[^<>]{0,300}\btype=["']?reasoning\b)[^<>]{0,400}>"""
    r"(?:\s{0,9}<summary>[^<]{0,200}</summary>)?)"
)
"""What opens a trace that Open WebUI folds up, with its heading."""
MARK = re.compile(
    f"{TAG}|{FOLD}|"
    + "|".join(map(re.escape, sorted({*PAIRS, *PAIRS.values()}, key=len, reverse=True)))
)
TOKEN = (
    r"<\|[\w.:▁-]{1,40}\|?>|<\w{1,20}\|>|\[\|\w{1,20}\|\]|<｜[^<>｜\n]{1,30}｜>|</?s>|<(?:bos|eos|pad)>|"
    r"<(?:start|end)_of_turn>|\[/?INST\]|<\|close\|>message<\|sep\|>"
)
"""Special tokens that frame a turn."""
HEAD = re.compile(r"<\|[\w.:-]{1,40}\|>")
TAIL = re.compile(rf"(?:{TOKEN})\s*\Z")
ROLE = rf"(?:\s|{TOKEN}|(?:assistant|model|bot|chatbot)\b:?)*+"
LEAD = re.compile(ROLE, re.IGNORECASE)
LEAD_WORD = re.compile(rf"^{ROLE}([^\W\d_]{{1,20}}[.,:;!…]{{0,3}})\s*+", re.IGNORECASE)
LONGEST_LEAD, LONGEST_TOKEN = 200, 64
"""Characters before a trace that are looked at; and of a token at the end of an answer."""
MOST_MARKS = 2000
"""Marks of a text that are looked at."""
MOST_FRAMES = 6
"""Tokens and wrappers around an answer that are taken off."""
FEW = 3
"""Words between two marks that may be an example of their use."""
QUOTES = set("\"'`“”‘’«»")
WITHIN = re.compile(r"[\w,:][ \t]\Z")
GOES_ON = re.compile(r"[ \t]{1,2}(\w)|[,.;:!?)]|\Z")
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
MESSAGE = "<|message|>"
HEADER = re.compile(
    r"(?:<\|start\|>\s{0,3}assistant)?\s{0,3}(?:to=(?P<to>[\w.-]{1,60}+)\s{0,3})?"
    r"(?:(?:<\|channel\|>)?\s{0,3}(?P<channel>analysis|commentary|final)[^<]{0,80}+)?"
    r"(?:<\|constrain\|>\w{1,20}+)?<\|message\|>"
)
"""How a message of Harmony (gpt-oss) or Muse begins."""
OVER = re.compile(r"<\|(?:end|return|call|eom|eot)\|>")
SPELLED = re.compile(r"\s{0,9}(?:assistant)?(analysis|commentary)")
TURN = re.compile(r"assistant\n{0,3}(analysis|commentary|final)")
"""Harmony as it is left when its special tokens are dropped: `analysis…assistantfinal…`."""
STARTED = re.compile(r"\s{0,9}(?:assistant)?analysis[A-Z\"'“(]")
TOKENS = frozenset(
    re.findall(r"<[^<>\s]+>|\[[^\[\]\s]+\]|◁[^▷]+▷", " ".join((*PAIRS, *PAIRS.values())))
    + re.findall(r"<\|\w+\|>", "<|start|><|channel|><|message|><|end|><|return|><|call|><|eom|>")
)
"""Tokens that tell a trace from an answer, and so must not be dropped from a text as special."""
PREFILLED = (
    *(opening for opening, closing in PAIRS.items() if closing not in NEVER_ALONE),
    "<|channel|>analysis<|message|>",
    "to=self<|message|>",
)
"""What a chat template may end the prompt with, so that the reply begins inside a trace."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark in a text."""

    start: int
    end: int
    opens: bool
    closing: str
    """What closes the trace that it opens or closes."""
    quoted: bool
    """Whether it stands in quotation marks of its own, and so marks nothing."""
    within: bool
    """Whether the sentence goes on around it, so that it may be a mention."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The trace that a text begins with."""

    lead: str
    """What is said before it."""
    inside: str
    over: int
    """The place behind it."""


def split(said: str) -> tuple[str, str] | None:
    """(answer, trace) of a text; None if there is no trace in it and no wrapper around it.

    A trace that is not closed leaves no answer, as no answer was reached.
    """
    shown = said.lstrip(INVISIBLE)
    return channels(shown) or spelled_channels(shown) or tagged(shown) or wrapped(shown)


def opened_by(prompt: str) -> str:
    """The mark of a trace that a prompt ends with, so that the reply begins inside it."""
    end = prompt[-LONGEST_LEAD:].rstrip()
    return next((mark for mark in PREFILLED if end.endswith(mark.rstrip())), "")


def channels(said: str) -> tuple[str, str] | None:
    """(answer, trace) of messages with headers, as Harmony and Muse write them."""
    headers = list(islice(HEADER.finditer(said), MOST_MARKS)) if MESSAGE in said else []
    if not headers or headers[0].start() > LONGEST_LEAD:
        return None
    if LEAD.fullmatch(said, 0, headers[0].start()) is None:
        return None
    ends = [*(header.start() for header in headers[1:]), len(said)]
    spoken: list[str] = []
    traces: list[str] = []
    for header, end in zip(headers, ends, strict=True):
        over = OVER.search(said, header.end(), end)
        body = said[header.end() : over.start() if over else end].strip()
        hidden = header["channel"] in ("analysis", "commentary") or header["to"] == "self"
        (traces if hidden else spoken).append(body)
    return together(spoken), together(traces, "\n\n")


def spelled_channels(said: str) -> tuple[str, str] | None:
    """(answer, trace) of Harmony whose special tokens were dropped."""
    turns = list(islice(TURN.finditer(said), MOST_MARKS))
    start = SPELLED.match(said)
    answers = any(turn[1] == "final" for turn in turns)
    if start is None:
        start = turns[0] if turns and not said[: turns[0].start()].strip() else None
    elif not answers and not STARTED.match(said):
        start = None
    if start is None:
        return None
    heads = [start, *(turn for turn in turns if turn.start() >= start.end())]
    ends = [*(head.start() for head in heads[1:]), len(said)]
    parts = [(h[1], said[h.end() : end].strip()) for h, end in zip(heads, ends, strict=True)]
    spoken = [body for channel, body in parts if channel == "final"]
    traces = [body for channel, body in parts if channel != "final"]
    return together(spoken), together(traces, "\n\n")


def tagged(said: str) -> tuple[str, str] | None:
    """(answer, trace) of a text with a trace between two marks.

    Further traces behind the first are taken out as well; what stands between them is said. What
    stands before a further closing mark belongs to the trace, unless nothing follows the mark.
    """
    marks = list(islice(marks_in(said), MOST_MARKS))
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


def wrapped(said: str) -> tuple[str, str] | None:
    """The answer of a text that is one wrapper of an answer as a whole."""
    whole = without_tokens(said, CLOSINGS)
    for opening, closing in ANSWERS.items():
        inner = whole[len(opening) : -len(closing)]
        if whole.startswith(opening) and whole.endswith(closing) and opening not in inner:
            return unwrapped(inner, ANSWERS), ""
    return None


def marks_in(said: str) -> Iterable[Mark]:
    """The marks of a text."""
    for found in MARK.finditer(said):
        start, end = found.span()
        before, after = said[max(0, start - 2) : start], said[end : end + 1]
        quoted = before[-1:] in QUOTES and after in QUOTES
        mark = plain(found)
        yield Mark(
            start=start,
            end=end,
            opens=mark in PAIRS,
            closing=PAIRS.get(mark, mark),
            quoted=quoted and (before[:-1].isspace() or before[:-1] in {"", "(", "[", *QUOTES}),
            within=WITHIN.search(before) is not None and goes_on(said, end),
        )


def plain(found: re.Match[str]) -> str:
    """A mark that was found, as it stands in `PAIRS`."""
    if found["fold"]:
        return DETAILS
    return f"<{found['slash']}{found['name']}>" if found["name"] else found[0]


def goes_on(said: str, place: int) -> bool:
    """Whether a sentence goes on at a place, or ends there."""
    on = GOES_ON.match(said, place)
    return on is not None and (on[1] is None or on[1].islower())


def closings_of(marks: list[Mark]) -> list[Mark | None]:
    """By mark, what closes the trace that it opens.

    It is the next closing mark of its own kind that is no mention, else the next that is one, else
    the next of another kind that closes no trace of its own.
    """
    firm: dict[str, Mark] = {}
    loose: dict[str, Mark] = {}
    stray: Mark | None = None
    found: list[Mark | None] = []
    for mark in reversed(marks):
        own = firm.get(mark.closing) or loose.get(mark.closing)
        found.append((own or stray) if mark.opens else None)
        if mark.opens and own is stray:
            stray = None
        if not mark.opens and not mark.quoted:
            (loose if mark.within else firm)[mark.closing] = mark
            if not mark.within and mark.closing not in NEVER_ALONE:
                stray = mark
    return found[::-1]


def lone_closing(marks: list[Mark]) -> Mark | None:
    """The mark that closes a trace which the chat template opened; None if there is none."""
    opened = set(NEVER_ALONE)
    for mark in marks:
        if mark.quoted or mark.within:
            continue
        if mark.opens:
            opened.add(mark.closing)
        elif mark.closing not in opened:
            return mark
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
