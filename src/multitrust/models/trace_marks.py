"""Marks between which a trace stands in a text: which there are, and which closes which.

They were read in 2026-11 and 2026-12 from the reasoning parsers of vLLM and SGLang, from chat
templates and from model cards. Every function takes time linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

TITLE = (
    r"(?i:(?:(?:view|show|hide|my|the|ai|model|model's|internal) ){0,2}"
    r"(?:thinking|thoughts?|reasoning|chain[ -]of[ -]thoughts?)"
    r"(?: (?:process|steps|trace|content|details|summary))?(?: for [\w., ]{1,30})?"
    r"|已?深?度?思考(?:过程|完成|中)?|推理过程|思维链)"
)
"""What the trace is called where it stands folded or quoted under a title."""
DRESS = r"(?:</?[a-z]{1,6}>|[\W_]){0,12}"
"""Markup, signs and pictographs around a title."""
DETAILS = '<details type="reasoning">'
NAMES = (
    "think", "thinking", "thought", "thoughts", "reasoning", "monologue", "inner_monologue",
    "inner_thoughts", "thought_process", "antThinking", "seed:think", "mm:think", "longcat_think",
    "think:opensource", "ifm|think", "ifm|think_fast", "reflection", "analysis", "scratchpad",
    "rationale", "cot", "chain_of_thought",
)  # fmt: skip
"""Names of tags in use, of which some are those of Seed, MiniMax, LongCat, Hunyuan and K2."""
PAIRS: Mapping[str, str] = {
    **{f"<{name}>": f"</{name}>" for name in NAMES},
    DETAILS: "</details>",  # Open WebUI
    "[THINK]": "[/THINK]",  # Mistral
    "◁think▷": "◁/think▷",  # Kimi-VL
    "<|open|>think<|sep|>": "<|close|>think<|sep|>",  # Kimi K3
    "<|channel>thought\n": "<channel|>",  # Gemma 4
    "<|channel>": "<channel|>",
    "<ctrl94>thought\n": "<ctrl95>",  # Gemini
    "<ctrl94>": "<ctrl95>",
    "<|begin_of_thought|>": "<|end_of_thought|>",  # OpenThinker, Sky-T1
    "<|startofthought|>": "<|endofthought|>",  # Quiet-STaR
    "<|think|>": "<|end|>",  # Solar
    "<|think:start|>": "<|think:end|>",
    "<|think_start|>": "<|think_end|>",
    "<|plamo:begin_think:plamo|>": "<|plamo:end_think:plamo|>",
    "<|inner_prefix|>": "<|inner_suffix|>",  # Apertus
    "<|START_THINKING|>": "<|END_THINKING|>",  # Command
    "<|content_thinking|>": "<|end_message|>",  # Inkling
    "[unused16]": "[unused17]",  # Pangu
    "<SUMMARY>": "</SUMMARY>",  # LLaVA-CoT
    "<CAPTION>": "</CAPTION>",
    "Here is my thought process:": "Here is my response:",  # Granite
    "Here's my thought process:": "Here's my response:",
    "Here are my reasoning steps:": "[BEGIN FINAL RESPONSE]",  # Apriel
    "Thinking...": "...done thinking.",  # Ollama's command line
}
"""What opens a trace -> what closes it."""
WORDED = frozenset(mark for mark in PAIRS if mark.startswith(("Here", "Thinking")))
"""Marks in plain words, with which an answer may begin as well: one that is not closed opens a
trace only where the text was cut."""
NEVER_ALONE = frozenset({
    "<|end_message|>", "</SUMMARY>", "</CAPTION>", "Here is my response:", "</details>", "<|end|>",
    "...done thinking.",
})  # fmt: skip
"""What closes a trace only where one was opened; the others may follow a trace that the chat
template opened in the prompt."""
ATTRIBUTES = r"""(?:\s{1,3}[\w:-]{1,30}=(?:"[^"<>]{0,100}"|'[^'<>]{0,100}')){0,6}"""
NAME = (
    r"(?:(?:[a-z]{1,12}[:_|-]|ant)?(?:think(?:ing)?|thoughts?|reasoning|monologue)"
    r"(?:[:_-][a-z]{1,12})?|reflection|analysis|scratchpad|rationale|cot|chain_of_thought)"
)
TAG = (
    rf"(?i:(?:<|&lt;|＜)\s{{0,2}}(?P<slash>/?)\s{{0,2}}(?P<name>{NAME})"
    rf"{ATTRIBUTES}\s{{0,2}}(?:>|&gt;|＞))"
)
"""A tag by name, in any case and with what a family puts before or behind the word, also with
attributes, with spaces, escaped for HTML, or full-width."""
FOLD = (
    r"""(?P<fold><details(?=\s[^<>]{0,300}\btype=["']?reasoning\b)[^<>]{0,400}>"""
    r"(?:\s{0,9}<summary>[^<]{0,200}</summary>)?"
    rf"|<details[^<>]{{0,400}}>\s{{0,9}}<summary>{DRESS}+{TITLE}{DRESS}</summary>)"
)
"""What opens a trace that is folded up, with its title."""
KIND = r"(?:think(?:ing)?|thoughts?|reasoning|cot)"
TOKEN = (
    r"(?P<token>(?i:<\|(?:\w{1,12}:)?(?:(?:(?P<begins>begin|start|open)|end|stop|close)[_:]?"
    rf"(?:of)?[_:]?{KIND}|{KIND}[_:](?:(?P<starts>begin|start|open)|end|stop|close))"
    r"(?::\w{1,12})?\|>"
    r"|<\|(?P<ends>/?)(?:thinking|thoughts?|reasoning)\|>|<\|/think\|>))"
)
"""A special token that says that a trace begins or ends, in any order of the words."""
TOKEN_ENDS = "<|end_of_thought|>"
"""Stands for every such token that ends a trace."""
MARK = re.compile(
    f"{TAG}|{FOLD}|{TOKEN}|"
    + "|".join(map(re.escape, sorted({*PAIRS, *PAIRS.values()}, key=len, reverse=True)))
)
QUOTES = set("\"'`“”‘’«»")
WITHIN = re.compile(r"[\w,:][ \t]\Z")
GOES_ON = re.compile(r"[ \t]{1,2}(\w)|[,.;:!?)]|\Z")


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
    worded: bool
    """Whether it is one of plain words."""


def marks_in(said: str) -> Iterable[Mark]:
    """The marks of a text."""
    for found in MARK.finditer(said):
        start, end = found.span()
        before, after = said[max(0, start - 2) : start], said[end : end + 1]
        quoted = before[-1:] in QUOTES and after in QUOTES
        opens, closing = told_by(found)
        yield Mark(
            start=start,
            end=end,
            opens=opens,
            closing=closing,
            quoted=quoted and (before[:-1].isspace() or before[:-1] in {"", "(", "[", *QUOTES}),
            within=WITHIN.search(before) is not None and goes_on(said, end),
            worded=found[0] in WORDED,
        )


def told_by(found: re.Match[str]) -> tuple[bool, str]:
    """Whether a mark that was found opens a trace, and what closes the trace."""
    if found["name"]:
        return not found["slash"], f"</{found['name'].casefold()}>"
    if found["fold"]:
        return True, PAIRS[DETAILS]
    if found["token"]:
        return bool(found["begins"] or found["starts"] or found["ends"] == ""), TOKEN_ENDS
    return found[0] in PAIRS, PAIRS.get(found[0], found[0]).replace("Here's", "Here is")


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
