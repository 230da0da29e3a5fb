"""What is sent to a model and what comes back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import orjson

from multitrust.core.identity import ModelIdentity

Role = Literal["system", "user", "assistant"]
Stop = Literal["end", "length", "refusal", "filter"]


class Image(Protocol):
    """A picture at hand. Nothing is drawn or read before `read` is called."""

    @property
    def digest(self) -> str:
        """sha256 (hex) of what fully determines the picture: its drawing or its bytes."""

    def read(self) -> bytes:
        """The encoded picture (PNG or JPEG).

        Raises:
            ImageError: the picture cannot be read or is absurd.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One turn: pictures first, then text."""

    role: Role
    text: str
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class GenerateConfig:
    """How a response is to be generated. Greedy by default, as in the paper's protocol."""

    max_tokens: int = 100
    temperature: float = 0.0
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """What a model said. A failed call is a `ModelError`, never a Response."""

    text: str
    """The answer, without any reasoning trace."""
    model: str
    """The model's name as the backend reports it."""
    stop: Stop = "end"
    reasoning: str = ""
    """A reasoning trace that was separated from the answer."""
    input_tokens: int | None = None
    """All tokens of the request, those of the server's cache included; None if not reported."""
    output_tokens: int | None = None
    """All generated tokens, those of the reasoning included; None if not reported."""
    cached_tokens: int | None = None
    """The part of `input_tokens` that came from the server's cache."""
    reasoning_tokens: int | None = None
    """The part of `output_tokens` that was spent on reasoning."""


def request_digest(
    identity: ModelIdentity,
    messages: Sequence[Message],
    config: GenerateConfig,
    epoch: int = 0,
) -> str:
    """sha256 (hex) of the model, the messages with their pictures, and the generation settings.

    It is the key under which responses are stored and reused.
    """
    turns = [(m.role, m.text, [image.digest for image in m.images]) for m in messages]
    sent = orjson.dumps((identity, turns, config, epoch), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(sent).hexdigest()


def whole_characters(text: str) -> str:
    """The text with U+FFFD in place of halves of surrogate pairs, which UTF-8 cannot hold.

    An escape of JSON or Python makes such a half where a text was cut within a character.
    """
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
