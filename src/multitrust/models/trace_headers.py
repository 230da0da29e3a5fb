"""Traces in messages with headers: channels, and turns of a role that thinks.

Every function takes time linear in the text.
"""

from __future__ import annotations

import re
from itertools import islice

from multitrust.core import TURN_OPENING
from multitrust.models.trace_frames import LEAD, LONGEST_LEAD, together, without_tokens

MOST_HEADERS = 2000
"""Headers of a text that are looked at."""
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
THINKS = r"(?:(?:assistant|model)[/ _-])?(?:think(?:ing)?|thoughts?|reasoning|analysis)"
"""Roles of turns that are a trace: `think` of s1, `assistant/think` of HyperCLOVA X."""
SPEAKS = r"(?:assistant|model|answer|final_answer|final|response)"
THINKING_TURN = re.compile(
    rf"(?:{TURN_OPENING}\s{{0,3}}{THINKS}|(?P<bare>(?<!\S)/think))[ \t]{{0,3}}\n"
)
"""Its header; of the role the template may have begun it, up to `/think`."""
FURTHER_TURN = re.compile(
    rf"{TURN_OPENING}\s{{0,3}}(?:(?P<thinks>{THINKS})|(?P<speaks>{SPEAKS})|[\w/-]{{1,30}})"
    r"[ \t]{0,3}(?:\n|\Z|(?=<))"
)
TURN_ENDS = re.compile(r"<\|(?:im_end|eot_id|eom_id|end)\|>|<end_of_turn>|<turn\|>")
BARE_THINKING = re.compile(r"\s{0,9}(?:assistant\n)?(?P<slash>/?)think\n")
BARE_ANSWER = re.compile(r"^(?:answer|assistant)\n", re.MULTILINE)
"""The same without their special tokens."""


def channels(said: str) -> tuple[str, str] | None:
    """(answer, trace) of messages with headers, as Harmony and Muse write them."""
    headers = list(islice(HEADER.finditer(said), MOST_HEADERS)) if MESSAGE in said else []
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
    turns = list(islice(TURN.finditer(said), MOST_HEADERS))
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


def turns(said: str) -> tuple[str, str] | None:
    """(answer, trace) of turns, the first of which is one of a role that thinks.

    A turn of another role than the model's ends the text.
    """
    first = THINKING_TURN.search(said, 0, LONGEST_LEAD)
    if first is None or LEAD.fullmatch(said, 0, first.start()) is None:
        return None
    further = list(islice(FURTHER_TURN.finditer(said, first.end()), MOST_HEADERS))
    if first["bare"] and not further:
        return None
    begins, ends = [first, *further], [*(turn.start() for turn in further), len(said)]
    spoken: list[str] = []
    traces: list[str] = []
    for turn, end in zip(begins, ends, strict=True):
        if turn is not first and not (turn["thinks"] or turn["speaks"]):
            break
        over = TURN_ENDS.search(said, turn.end(), end)
        body = said[turn.end() : over.start() if over else end]
        if turn is first or turn["thinks"]:
            traces.append(body)
            body = said[over.end() : end] if over else ""
        spoken.append(without_tokens(body))
    return together(spoken), together(traces, "\n\n")


def bare_turns(said: str, cut: bool = False) -> tuple[str, str] | None:
    """(answer, trace) of such turns whose special tokens were dropped.

    Args:
        said: the text.
        cut: whether it ends at the limit of tokens.
    """
    first = BARE_THINKING.match(said)
    if first is None:
        return None
    answer = BARE_ANSWER.search(said, first.end())
    if answer is None:
        return ("", said[first.end() :].strip()) if cut or first["slash"] else None
    return without_tokens(said[answer.end() :]), said[first.end() : answer.start()].strip()
