"""The setting that mends a refused request, by the words of the refusal.

A server that cannot read a request may repeat a part of the prompt, so the name of a parameter
alone is no sign. It has to be what the server names as `param`, or stand between signs of
quotation, or in a sentence with a word of refusal and not in a longer quotation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from multitrust.models.error_bodies import ErrorBody
from multitrust.models.picture_refusals import refuses_pictures

PARAMETER = re.compile(
    r"(?<![a-z_])(max_tokens|max_completion_tokens|max_output_tokens|maxOutputTokens|temperature"
    r"|max_new_tokens|top_p|topP)(?![a-z_])",
    re.IGNORECASE,
)
UNKNOWN = re.compile(
    r"unsupported|not supported|unknown|unrecogni[sz]ed|unexpected|not permitted|not allowed|extra",
    re.IGNORECASE,
)
"""Words of a server that does not know a parameter at all."""
TOO_LONG = re.compile(r"context|too (?:large|high|long)|maximum|exceed|at most", re.IGNORECASE)
PROMPT_TOO_LONG = re.compile(
    r"\b(?:inputs?|prompt|request|messages)\b(?! (?:and|plus|\+))[^.]{0,80}?"
    r"\b(?:too long|longer than|greater than|more than|exceeds?|exceeded|over)\b[^.]{0,60}?"
    r"(?:\bcontext|\bmodel length|\btokens?\b(?! per))",
    re.IGNORECASE,
)
"""Words of a server whose context the prompt alone fills."""
OUTPUT = re.compile(r"completion|max_\w*tokens|output|generat|new tokens|\btotal\b", re.IGNORECASE)
"""Words of a server that counts what may be generated, too."""
CONTEXT = re.compile(r"context (?:length|size|window)(?: is| of)? (\d{1,9})\b", re.IGNORECASE)
ASKED = re.compile(
    r"\b(\d{1,9}) (?:tokens )?(?:in|from) the (?:input )?(?:messages|prompt)"
    r"|\b(\d{1,9}) input tokens",
    re.IGNORECASE,
)
"""Numbers of tokens: of the context, and of the prompt."""
TOO_SHORT = re.compile(r"below|minimum|at least|too (?:small|low|short)|>=", re.IGNORECASE)
MUST_THINK = re.compile(
    r"(?:only|must)[^.]{0,40}thinking|reasoning is (?:mandatory|required)", re.IGNORECASE
)
"""Words of a server whose model always thinks."""
MUST_STREAM = re.compile(
    r"\bstream\b[^.]{0,40}\b(?:must|should|has to|needs to)\b[^.]{0,20}\b(?:true|set|enabled?)\b"
    r"|\bset[^.]{0,20}\bstream\W{1,3}true\b"
    r"|\bonly (?:(?:supports?|works? (?:with|in)|available (?:with|in)|in) )?stream(?:ing)?\b"
    r"|\bstreaming\b[^.]{0,20}\b(?:required|mandatory|only)\b"
    r"|\b(?:non|without)[- ]stream(?:ing|ed)?\b[^.]{0,40}\b(?:not|un)[ -]?"
    r"(?:supported|allowed|available|permitted)\b"
    r"|\b(?:not|n't) support[^.]{0,20}\bnon-stream",
    re.IGNORECASE,
)
"""Words of a server whose model answers in streams alone."""
REFUSING = re.compile(
    UNKNOWN.pattern
    + r"|\bnot? (?:accept|valid|available|support)|n't (?:accept|support)|deprecated"
    r"|removed|invalid|illegal|forbidden|\bcan(?:not|'t)\b|\bmust\b|\bonly\b|\bshould be\b"
    r"|required|out of (?:range|bounds)|between|greater|less|not in \[|[<>]|不支持|无效|未知"
    rf"|{TOO_LONG.pattern}|{TOO_SHORT.pattern}",
    re.IGNORECASE,
)
"""Words that stand in a sentence about a parameter that is refused."""
QUOTATION = re.compile(
    r"\"[^\"]*+\"|(?<!\w)'[^']*+'(?!\w)|`[^`]*+`|\u201c[^\u201c\u201d]*+\u201d"
    r"|\u2018[^\u2018\u2019]*+\u2019"
)
"""What stands between signs of quotation."""
VALUE_OF = ('":', '": ', "':", "': ")
"""What stands before a quotation that is a value in JSON or Python: it is no quotation."""
ECHO = re.compile(r"[\"']input[\"']: ?\Z")
"""What stands before a part of the request that FastAPI repeats."""
SIGNS = frozenset("\"'`\u201c\u201d\u2018\u2019")
"""Signs of quotation."""
SENTENCE = re.compile(r"[.!?;\n](?=\s)|\n")
"""Where a sentence ends."""
LIMIT_FIELD = re.compile(
    r"(?<![\w.])(max_(?:\w{1,30}_)?(?:tokens|length)|max(?:[A-Z][a-z]{1,20}){0,3}(?:Tokens|Length)"
    r"|n_predict|num_predict)(?!\w)"
)
"""Names that servers give to the limit of new tokens."""
WANTED = re.compile(
    r"\b(?:use|try|expects?)\W{1,3}(?:the )?(?:parameter |field )?\W?"
    rf"{LIMIT_FIELD.pattern}|{LIMIT_FIELD.pattern}\W{{1,3}}(?:is|field) (?:required|missing)"
)
"""Words of a server that asks for a field."""
LARGER = "allow more tokens with --max-tokens"
SMALLER = "allow fewer tokens with --max-tokens or -M thinking_tokens"
LONGER_CONTEXT = (
    "the prompt alone is longer than the model's context: let the server allow a longer one, or "
    "name another model"
)
TEXT_ALONE = "its model seems to read text alone: name one that takes pictures"
STREAMED = "its model answers in streams alone, in which it cannot be asked here: name another"
COUNTERPARTS: Mapping[str, str] = {
    "max_tokens": "max_completion_tokens",
    "max_completion_tokens": "max_tokens",
}
"""A field that a server does not know -> the one that it probably knows."""
REMEDIES: Mapping[str, str] = {
    "temperature": "leave it out with -M temperature=none",
    "top_p": "leave it out with -M temperature=none",
    "topp": "leave it out with -M temperature=none",
}
"""A parameter that is refused -> the setting that mends it."""


def remedy(body: ErrorBody) -> str:
    """What mends a refused request, after a semicolon; empty if nothing is known."""
    mend = setting_for(body)
    return f"; {mend}" if mend else ""


def setting_for(body: ErrorBody) -> str:
    """The setting that mends a refused request; empty if none is known."""
    text = without_quotations(body.message)
    if MUST_STREAM.search(text):
        return STREAMED
    if is_prompt_too_long(body, text):
        return LONGER_CONTEXT
    name = refused_parameter(body.param, text)
    if name[:3].casefold() == "max":
        return remedy_for_limit(name, body, text)
    if "context length" in body.message.casefold():
        return SMALLER
    if not name and refuses_pictures(text):
        return TEXT_ALONE
    if not name and MUST_THINK.search(text):
        return "let it think with -M thinking_tokens=8192"
    return REMEDIES.get(name.casefold(), "")


def is_prompt_too_long(body: ErrorBody, text: str) -> bool:
    """Whether a prompt is too long whatever may be generated.

    Args:
        body: what the server says.
        text: its words, without quotations.
    """
    if body.kind == "exceed_context_size_error":  # llama.cpp
        return True
    context, asked = CONTEXT.search(text), ASKED.search(text)
    if context and asked:
        return int(asked[1] or asked[2]) >= int(context[1])
    return PROMPT_TOO_LONG.search(text) is not None and not OUTPUT.search(text)


def remedy_for_limit(name: str, body: ErrorBody, text: str) -> str:
    """What mends a limit of new tokens that is refused: its field's name, or its value."""
    fields = LIMIT_FIELD.findall(text)
    others = [field for field in fields if field.casefold() != name.casefold()]
    if UNKNOWN.search(f"{body.code} {body.kind} {body.message}"):
        field = others[0] if others else COUNTERPARTS.get(name.casefold(), "")
        return f"name the field with -M max_tokens_field={field}" if field else ""
    if TOO_SHORT.search(text):
        return LARGER
    if TOO_LONG.search(text) or "context length" in body.message.casefold():
        return SMALLER
    wanted = WANTED.search(text)
    return f"name the field with -M max_tokens_field={wanted[1] or wanted[2]}" if wanted else ""


def refused_parameter(param: str, text: str) -> str:
    """The name of the parameter that a server refuses, as it writes it; empty if none is known.

    Args:
        param: what it names as that.
        text: its words, without quotations.
    """
    if named := PARAMETER.search(param):
        return named[1]
    for sentence in SENTENCE.split(text):
        refusing = REFUSING.search(sentence) or WANTED.search(sentence)
        for found in PARAMETER.finditer(sentence):
            if refusing or set(sentence[found.start() - 1 : found.start()]) & SIGNS:
                return found[1]
    return ""


def without_quotations(text: str) -> str:
    """A text without what it quotes, but for single words and the values of JSON.

    The value of `input` is left out, too: it is a part of the request.
    """

    def kept(quotation: re.Match[str]) -> str:
        before = text[max(0, quotation.start() - 3) : quotation.start()]
        short = not any(map(str.isspace, quotation[0].strip()))
        value = before.endswith(VALUE_OF) and not ECHO.search(text[: quotation.start()][-12:])
        return quotation[0] if short or value else "…"

    return QUOTATION.sub(kept, text)
