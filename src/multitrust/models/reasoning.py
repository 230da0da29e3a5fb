"""Models that think before they answer: their traces, their token limits, their settings.

A trace comes in a field of its own or inside the text. It is kept in `Response.reasoning` and is
never part of the answer. Servers count it against the same token limit as the answer, so a model
that thinks is allowed more tokens than the task grants the answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from multitrust.core import ConfigError, GenerateConfig

MARKS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<seed:think>": "</seed:think>",
    "[THINK]": "[/THINK]",
    "◁think▷": "◁/think▷",
}
"""What opens and closes a trace inside a text, by family of models."""
OPENED = re.compile(rf"(?<!\s)\s*+({'|'.join(map(re.escape, MARKS))})")
CLOSED = re.compile("|".join(map(re.escape, MARKS.values())))
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
    def label(self) -> str:
        """What of it changes the answers, for the model's identity; empty if nothing does."""
        return f" thinking={self.tokens}" * bool(self.tokens) + (
            "" if self.sampling else " temperature=none"
        )


UNASKED = (
    (r"o[134]|gpt-[5-9](?!.*chat)", Thinking(tokens=ENOUGH, sampling=False)),
    (r"claude-(opus|sonnet|haiku)-4-[7-9]", Thinking(tokens=ENOUGH, sampling=False)),
    (r"claude-[a-z]+-[5-9]", Thinking(tokens=ENOUGH, sampling=False)),
    (r"kimi-k(2-[5-9]|[3-9])", Thinking(tokens=ENOUGH, sampling=False)),
    (r"gemini-(2-5|[3-9])|gemma-[4-9]", Thinking(tokens=ENOUGH)),
    (r"gpt-oss|grok-[4-9]|glm-(4-[5-9]|[5-9])|magistral|qwq|qvq", Thinking(tokens=ENOUGH)),
    (r"deepseek-(r\d|reasoner|v[4-9])|.*(thinking|reasoning)", Thinking(tokens=ENOUGH)),
)
"""Models that think unless told not to, by the start of their names, as of 2026-11; sources: the
clients openai 3.57, anthropic 2.14, google-genai 3.6 and the providers' model pages. A name that
is missing here costs nothing but `-M thinking_tokens=` and `-M temperature=none`."""


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


def usual(model: str) -> Thinking:
    """How a model of this name is asked; owners before a slash do not matter."""
    name = model.rpartition("/")[2].casefold().replace(".", "-")
    return next((kind for start, kind in UNASKED if re.match(rf"({start})", name)), Thinking())


def count_of(text: str) -> int:
    """The number of tokens that a setting names.

    Raises:
        ConfigError: it is no whole number from 0.
    """
    if not text.isascii() or not text.isdigit():
        raise ConfigError(
            f"-M thinking_tokens={text}: expected a whole number, e.g. -M thinking_tokens={ENOUGH}"
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


def split_reasoning(said: str) -> tuple[str, str]:
    """(answer, reasoning) of a text that may open with a trace.

    A trace that was cut off leaves no answer. Some chat templates put the opening mark into the
    prompt: then only the closing one is in the text.
    """
    opened = OPENED.match(said)
    if opened is not None:
        trace, _, answer = said[opened.end() :].partition(MARKS[opened[1]])
        return answer.strip(), trace.strip()
    closed = CLOSED.search(said)
    if closed is None or closed[0].replace("/", "") in said[: closed.start()]:
        return said, ""
    return said[closed.end() :].strip(), said[: closed.start()].strip()
