"""Turns of a chat as they are left in a text: control tokens, headers with a role, other turns.

The forms were read in 2026-12 from the chat templates of ChatML (Qwen, InternVL, MiniCPM), Llama 3
and 4, Gemma 3 and 4, Granite, Phi, GLM, DeepSeek, EXAONE, Mistral, Vicuna, Ling, Pangu, Apriel,
Nemotron, Command and Kimi. Every function takes time linear in the text.
"""

from __future__ import annotations

import re

CONTROL = (
    r"<[|｜][^<>|｜\n]{1,40}[|｜]>|<\|[^\W\d]\w{0,20}>|<[^\W\d]\w{0,20}\|>|\[\|/?\w{1,20}\|\]|"
    r"</?s>|<\|close\|>message<\|sep\|>|\[(?:BEGIN|END) FINAL RESPONSE\]|\[unused\d{1,3}\]|"
    r"<SPECIAL_\d{1,4}>|<extra_id_\d{1,3}>|(?i:</?(?:start|begin|end)[ _▁]of[ _▁]\w{1,20}>|"
    r"<(?:eos|bos|eot|pad|unk)>|</?role>|\[/?(?:inst|sys|eos)\])"
)
"""The pattern of a token that frames a turn or a part of one and says nothing itself."""
TURN_OPENING = (
    r"(?:<\|(?:im_start|start_header_id|header_start|start_of_(?:role|turn)|role_start|start|turn|"
    r"begin|im_system|im_user|im_assistant)\|?>|<start_of_turn>|<role>|<SPECIAL_1[0-2]>|"
    r"<extra_id_[01]>)"
)
"""A control token behind which the role of a turn stands."""
HEADER = (
    rf"{TURN_OPENING}\s{{0,3}}(?i:assistant|model|chatbot|bot)\b(?:[ \t]?:)?"
    rf"(?:\s{{0,3}}(?:{CONTROL}))?"
)
"""The header of the model's own turn."""
BARE = (
    r"[#*_]{0,4}[ \t]?(?:(?i:assistant|chatbot|bot)[*_]{0,3}[ \t]?:[*_]{0,3}"
    r"|(?:assistant|Assistant|ASSISTANT|model)[ \t]{0,3}\n)"
)
"""The same without its tokens."""
OTHER = "user|human|system|tool|tool_response|observation|environment|ipython"
"""Roles of turns that are not the model's."""
BEGINNING = re.compile(rf"(?:\s|{HEADER}|{CONTROL})*+(?:{BARE})?")
OWN_HEADER = re.compile(HEADER)
OTHER_HEADER = re.compile(
    rf"(?P<end>(?<![\"'`“‘])(?:{CONTROL})\s{{0,9}})?(?:{TURN_OPENING}\s{{0,3}}(?i:{OTHER})\b|"
    rf"(?i:<[|｜](?:begin_|start_|im_)?(?:{OTHER})(?:_token)?[|｜]>|\[\|(?:{OTHER})\|\]))|"
    rf"(?P<bare>(?<![\"'`“‘])(?:{CONTROL})\s{{0,9}}(?:\[INST\]|(?i:user|human)[ \t]?:)|"
    r"\s{0,9}###[ \t]?Human[ \t]?:)"
)
"""The header of another's turn, with the token before it that ends the turn so far."""
TOKEN = re.compile(CONTROL)


def read_turn(text: str) -> str:
    """What a text says in its first turn, with a space in place of each control token.

    A header with the model's role (`<|im_start|>assistant`, `Assistant:`) says nothing. Where a
    control token ends the turn and the header of a user or of a tool follows, the text is over: the
    model went on with a turn that is not its own. A text that writes about headers stays whole.
    """
    begin = BEGINNING.match(text)
    said = text[begin.end() :] if begin else text
    other = OTHER_HEADER.search(said)
    if other and (other["end"] or other["bare"]) and said[: other.start()].strip():
        said = said[: other.start()]
    return TOKEN.sub(" ", OWN_HEADER.sub(" ", said))
