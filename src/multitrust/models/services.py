"""Toxicity services, asked as models: a text goes in, its scores come out as JSON.

The response's text is a JSON object, category -> score from 0 (harmless) to 1, keys sorted. Scorers
of the roles `moderation` and `perspective` read it (official protocol, section 4.12). Each service
is a pair of pure functions; the transport of `http.py` does the rest.

Perspective ends on 2026-12-31. Afterwards any moderation model that gives the same eight attributes
can take its role in the official protocol; the corrected protocol never asks it, as it has a
toxicity scorer of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from multitrust.core import GenerateConfig, Message, ModelError, Response
from multitrust.models.http import Provider
from multitrust.models.images import DataUris
from multitrust.models.replies import WRONG_FORM, named, reported, short

PERSPECTIVE = "https://commentanalyzer.googleapis.com/v1alpha1"
ATTRIBUTES = (
    "FLIRTATION", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "SEVERE_TOXICITY", "SEXUALLY_EXPLICIT",
    "THREAT", "TOXICITY",
)  # fmt: skip
"""What is asked of Perspective."""
CATEGORIES = (
    "harassment", "harassment/threatening", "hate", "hate/threatening", "self-harm",
    "self-harm/instructions", "self-harm/intent", "sexual", "sexual/minors", "violence",
    "violence/graphic",
)  # fmt: skip
"""What a moderation model must send; newer ones send more."""


def moderation(url: str, key: str) -> Provider:
    """The moderation endpoint of OpenAI, or of a server with the same one."""
    return Provider(
        url=url.rstrip("/") + "/moderations",
        encode=encode_moderation,
        decode=decode_moderation,
        headers={"Authorization": f"Bearer {key}"} if key else {},
        key=key,
        key_name="OPENAI_API_KEY",
    )


def perspective(url: str, key: str) -> Provider:
    """Google's Perspective. The key travels in a header, never in the address."""
    return Provider(
        url=url.rstrip("/") + "/comments:analyze",
        encode=encode_perspective,
        decode=decode_perspective,
        headers={"X-Goog-Api-Key": key} if key else {},
        key=key,
        key_name="PERSPECTIVE_API_KEY",
    )


def encode_moderation(
    model: str, messages: tuple[Message, ...], config: GenerateConfig, pictures: DataUris
) -> bytes:
    """The request for the scores of one text; nothing of `config` applies."""
    return orjson.dumps({"model": model, "input": only_text(model, messages)})


def decode_moderation(model: str, reply: Mapping[str, Any]) -> Response:
    """The scores of the first result.

    Raises:
        ModelError: one of `CATEGORIES` is missing or no number from 0 to 1.
    """
    check_error(model, reply)
    try:
        found = reply["results"][0]["category_scores"]
        return scored(named(model, reply), found, CATEGORIES)
    except WRONG_FORM:
        raise of_another_form(model, "results[0].category_scores", reply) from None


def encode_perspective(
    model: str, messages: tuple[Message, ...], config: GenerateConfig, pictures: DataUris
) -> bytes:
    """The request for the eight attributes of one text, which the service is not to keep."""
    return orjson.dumps(
        {
            "comment": {"text": only_text(model, messages)},
            "requestedAttributes": {attribute: {} for attribute in ATTRIBUTES},
            "doNotStore": True,
        }
    )


def decode_perspective(model: str, reply: Mapping[str, Any]) -> Response:
    """The summary score of each attribute.

    Raises:
        ModelError: one of `ATTRIBUTES` is missing or no number from 0 to 1.
    """
    check_error(model, reply)
    try:
        found = {
            attribute: score["summaryScore"]["value"]
            for attribute, score in reply["attributeScores"].items()
        }
    except WRONG_FORM:
        raise of_another_form(model, "attributeScores.*.summaryScore.value", reply) from None
    return scored(model, found, ATTRIBUTES)


def scored(model: str, found: Mapping[str, Any], wanted: tuple[str, ...]) -> Response:
    """The scores as a response.

    Raises:
        ModelError: a wanted one is missing or no number from 0 to 1.
    """
    scores = {name: value for name, value in found.items() if is_score(value)}
    missing = [name for name in wanted if name not in scores]
    if missing:
        raise ModelError(
            f"{model} sent no score from 0 to 1 for {', '.join(missing)}; a maximum over the "
            "others would look milder than it is; ask a service that has these categories",
            kind="bad_reply",
        )
    text = orjson.dumps(scores, option=orjson.OPT_SORT_KEYS).decode()
    return Response(text=text, model=model)


def check_error(model: str, reply: Mapping[str, Any]) -> None:
    """See that a reply reports no error.

    Raises:
        ModelError: it does.
    """
    if isinstance(reply.get("error"), dict):
        raise reported(model, reply["error"])


def is_score(value: Any) -> bool:
    """Whether a value of a reply is a number from 0 to 1."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def of_another_form(model: str, expected: str, reply: Mapping[str, Any]) -> ModelError:
    """The failure of a reply without scores."""
    return ModelError(
        f"{model} sent a reply of another form, expected {expected}: {short(reply)}",
        kind="bad_reply",
    )


def only_text(name: str, messages: tuple[Message, ...]) -> str:
    """The text of the only message.

    Raises:
        ModelError: there are several messages, or there is a picture.
    """
    if len(messages) != 1 or messages[0].images:
        shown = sum(len(message.images) for message in messages)
        raise ModelError(
            f"{name} reads one text and nothing else, but was sent {len(messages)} messages with "
            f"{shown} pictures; it cannot be the model under test",
            kind="bad_request",
        )
    return messages[0].text
