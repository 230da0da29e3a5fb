"""What each API takes of pictures in one request.

Limits change: each has its source and the month in which it was read, and its name, which holds
that month, is part of the model's identity. Where sources differ the stricter number is here.
"""

from __future__ import annotations

from dataclasses import dataclass

from multitrust.core import Message, ModelError

MAX_SIDE = 2048
"""Longer sides are shrunk to this many pixels, whatever the API would take."""
NO_LIMIT = 1 << 62


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureLimits:
    """What an API takes in one request."""

    name: str
    count: int = NO_LIMIT
    """Pictures in one request."""
    picture_bytes: int = NO_LIMIT
    """Bytes of one picture, before base64 makes four of three."""
    request_bytes: int = NO_LIMIT
    """Bytes of the whole request."""
    side: int = MAX_SIDE
    """Pixels of the longer side."""
    source: str

    @property
    def settings(self) -> dict[str, str]:
        """The name of the limits, for the model's identity; nothing where there are none."""
        return {} if self == PLAIN else {"pictures": self.name}


PLAIN = PictureLimits(name="plain", source="servers of open models state no limits")
OPENAI = PictureLimits(
    name="openai-2026-11",
    count=500,
    picture_bytes=20_000_000,
    request_bytes=50_000_000,
    source="developers.openai.com, guide on images and vision, input requirements",
)
ANTHROPIC = PictureLimits(
    name="anthropic-2026-11",
    count=100,  # 600 for models with a longer context than 200,000 tokens
    picture_bytes=3_932_160,  # 5 MiB of base64
    request_bytes=32_000_000,
    side=2000,  # 8000 up to 20 pictures; a picture is sent alike in any company
    source="platform.claude.com, page on vision, general limits",
)
GOOGLE = PictureLimits(
    name="google-2026-11",
    count=900,
    picture_bytes=7_000_000,
    request_bytes=20_000_000,
    source="docs.cloud.google.com and firebase.google.com, pages on image understanding and input",
)
GROQ = PictureLimits(
    name="groq-2026-11",
    count=5,
    picture_bytes=2_900_000,
    request_bytes=4_000_000,
    source="console.groq.com, page on images and vision",
)
XAI = PictureLimits(
    name="xai-2026-11",
    picture_bytes=10_485_760,
    source="docs.x.ai, guide on image understanding, general limits",
)


def check_count(model: str, messages: tuple[Message, ...], limits: PictureLimits) -> None:
    """See that no more pictures are sent than the API takes.

    Raises:
        ModelError: there are more.
    """
    shown = sum(len(message.images) for message in messages)
    if shown > limits.count:
        raise ModelError(
            f"{model} was to be shown {shown} pictures, but its API takes {limits.count} in one "
            f"request ({limits.name}); show fewer",
            kind="bad_request",
        )


def check_size(model: str, body: bytes, limits: PictureLimits) -> bytes:
    """The request's body, if it is not too long.

    Raises:
        ModelError: it is.
    """
    if len(body) > limits.request_bytes:
        raise ModelError(
            f"the request to {model} has {len(body):,} bytes, but its API takes "
            f"{limits.request_bytes:,} ({limits.name}); show fewer pictures",
            kind="bad_request",
        )
    return body
