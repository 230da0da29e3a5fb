"""Models that think before they answer: their traces, their token limits, their settings.

A trace comes in a field of its own or inside the text. It is kept in `Response.reasoning` and is
never part of the answer. Servers count it against the same token limit as the answer, so a model
that thinks is allowed more tokens than the task grants the answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from multitrust.core import ConfigError, GenerateConfig, Record
from multitrust.models.traces import split

DIGITS = 7
"""Of a number of tokens."""
ENOUGH = 8192
"""Tokens for the trace of a model that thinks unasked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Thinking:
    """How a model that may think is asked."""

    tokens: int = 0
    """Added to the task's token limit; 0 for a model that does not think."""
    sampling: bool = True
    """Whether temperature and top_p are sent; some models that think refuse both."""

    @property
    def settings(self) -> dict[str, str]:
        """What of it changes the answers, besides the tokens, for the model's identity."""
        return {} if self.sampling else {"temperature": "none"}


UNASKED = (
    (r"o[134]|gpt-[5-9](?!.*chat)", Thinking(tokens=ENOUGH, sampling=False)),
    (r"claude-(opus|sonnet|haiku)-4-[7-9]", Thinking(tokens=ENOUGH, sampling=False)),
    (r"claude-[a-z]+-[5-9]", Thinking(tokens=ENOUGH, sampling=False)),
    (r"kimi-k(2-[5-9]|[3-9])", Thinking(tokens=ENOUGH, sampling=False)),
    (r"gemini-(2-5|[3-9])|gpt-oss|grok-[4-9]|magistral|inkling", Thinking(tokens=ENOUGH)),
    (r"glm-(4-[5-9]|[5-9])|deepseek-(r\d|reasoner|v[4-9])", Thinking(tokens=ENOUGH)),
    (r"qwq|qvq|qwen3-[5-9](?!-(0-8|2)b)|qwen3-([01]-)?\d+b|qwen[4-9]", Thinking(tokens=ENOUGH)),
    (r"minimax-m\d|seed-oss|doubao-seed|ernie-4-5-vl|intern-s\d", Thinking(tokens=ENOUGH)),
    (r"hunyuan-a13b|step-?3|smollm3|(nvidia-)?nemotron-3|mimo-vl", Thinking(tokens=ENOUGH)),
    (r"exaone-deep|skywork-r1v|.*(thinking|reasoning)|.*-think(er)?\b", Thinking(tokens=ENOUGH)),
)
"""Models that think unless told not to, by the start of their names, as of 2026-11; sources: the
clients openai 3.57, anthropic 2.14, google-genai 3.6, the providers' model pages, model cards, and
what vLLM and SGLang say of chat templates. A name that is missing here costs nothing but
`-M thinking_tokens=` and `-M temperature=none`."""
ANSWERING = re.compile(r"(?<![a-z])(instruct|base|non-?(thinking|reasoning))(?![a-z])")
"""Parts of the names of variants that answer at once, in families that otherwise think."""
VENDOR = re.compile(
    r"\A(?:[a-z]{2,6}\.)?(?:anthropic|deepseek|google|minimax|moonshotai|nvidia|openai|qwen|zai)\."
)
"""What Bedrock puts before a name: a region and who made the model."""
POINT = re.compile(r"[.:_]|(?<=\d)p(?=\d)")
"""How versions and sizes are written: 3.5, at Fireworks 3p5; 3_5 in some repositories; at Ollama
the size follows a colon."""


def thinking(model: str, options: Mapping[str, str]) -> Thinking:
    """How a model is asked: as `UNASKED` says, unless the settings say otherwise.

    Raises:
        ConfigError: a setting cannot be read.
    """
    found = usual(model)
    if "thinking_tokens" in options:
        found = replace(found, tokens=count_of(options["thinking_tokens"]))
    if "temperature" in options:
        found = replace(found, sampling=is_sent(options["temperature"]))
    return found


def local_thinking(path: str, options: Mapping[str, str], *, opens_a_trace: bool) -> Thinking:
    """How weights on this machine are asked: only the tokens for their trace matter.

    Args:
        path: a repository's name, which tells as for a server's model; the name of a folder tells
            nothing.
        options: the settings.
        opens_a_trace: whether the chat template begins answers inside a trace.

    Raises:
        ConfigError: a setting cannot be read.
    """
    found = thinking("" if Path(path).is_dir() else path, options)
    if opens_a_trace and "thinking_tokens" not in options:
        return Thinking(tokens=ENOUGH)
    return Thinking(tokens=found.tokens)


def usual(model: str) -> Thinking:
    """How a model of this name is asked; owners before a slash do not matter."""
    bare = VENDOR.sub("", model.rstrip("/").rpartition("/")[2].casefold())
    name = POINT.sub("-", bare)
    if ANSWERING.search(name):
        return Thinking()
    return next((kind for start, kind in UNASKED if re.match(rf"({start})", name)), Thinking())


def count_of(text: str) -> int:
    """The number of tokens that a setting names.

    Raises:
        ConfigError: it is no whole number from 0.
    """
    if not text.isascii() or not text.isdigit() or len(text) > DIGITS:
        raise ConfigError(
            f"-M thinking_tokens={text[:40]}: expected a whole number of at most {DIGITS} digits, "
            f"e.g. -M thinking_tokens={ENOUGH}"
        )
    return int(text)


def is_sent(text: str) -> bool:
    """Whether temperature and top_p are sent.

    Raises:
        ConfigError: the setting is neither `none` nor `task`.
    """
    if text not in ("none", "task"):
        raise ConfigError(
            f"-M temperature={text}: expected none (leave it out, for models that refuse it) or "
            "task (send the task's own); the value itself is part of the protocol"
        )
    return text == "task"


def sampling(config: GenerateConfig, how: Thinking) -> dict[str, float]:
    """The fields `temperature` and `top_p`, as far as they are to be sent."""
    if not how.sampling:
        return {}
    fields = {"temperature": config.temperature}
    return fields if config.top_p is None else {**fields, "top_p": config.top_p}


def split_reasoning(said: str, *, cut: bool = False) -> tuple[str, str]:
    """(answer, reasoning) of a text that may hold a trace; any other text is left as it is.

    A trace that was cut off leaves no answer. Some chat templates put the opening mark into the
    prompt: then only the closing one is in the text.

    Args:
        said: the text.
        cut: whether it ends at the limit of tokens.
    """
    return split(said, cut) or (said, "")


def suggest_setting(record: Record, thinking_tokens: int = 0) -> str:
    """What to change where a record has no answer for want of tokens, in words; empty otherwise.

    The words are the same for all records of one kind, so that they can be counted.

    Args:
        record: any.
        thinking_tokens: what the model was allowed for its trace, as its identity says.
    """
    response = record.response
    if response is None or record.outcome not in ("truncated", "empty"):
        return ""
    more = max(ENOUGH, 2 * thinking_tokens)
    thought = bool(response.reasoning.strip() or response.reasoning_tokens)
    setting = f"-M thinking_tokens={more}"
    if response.text.strip():
        return (
            "cut before an answer: allow longer answers with --max-tokens, or more for what the "
            f"model thinks first with {setting}"
        )
    if record.outcome == "truncated":
        if not thought:
            return f"cut before the first word: allow more with --max-tokens, or with {setting}"
        return f"allow more thinking with {setting}, or switch it off at the server"
    if thought:
        return (
            "if the answer stands in the reasoning, start the server with the reasoning parser of "
            f"this model, or without one; else allow more with {setting}"
        )
    return ""
